"""A raw client of the stream, and an airspace for it to disturb: what no WebSocket library would send.

The server runs in a thread of its own, on the loop that the product runs on, so that a client may block.
"""

import asyncio
import json
import socket
import struct
from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from itertools import cycle
from typing import Any, Self

import uvloop

from fakes import changes_of, rows_of
from web.harness import Site

DEADLINE_S = 5.0
CONTINUATION, TEXT, BINARY, CLOSE, PING, PONG = 0, 1, 2, 8, 9, 10
KEY = b"\x01\x02\x03\x04"
UNNEGOTIATED = 4  # the first of the reserved bits, which says: compressed


def frame(
    opcode: int, payload: bytes = b"", *, fin: bool = True, reserved: int = 0, claims: int | None = None
) -> bytes:
    """Lay out a masked frame (RFC 6455, 5.2); `claims` is the length in its header, if not the true one."""
    size = len(payload) if claims is None else claims
    head = bytes([0x80 * fin | reserved << 4 | opcode])
    if size < 126:
        head += bytes([0x80 | size])
    elif size < 1 << 16:
        head += struct.pack("!BH", 0x80 | 126, size)
    else:
        head += struct.pack("!BQ", 0x80 | 127, size)
    return head + KEY + bytes(byte ^ key for byte, key in zip(payload, cycle(KEY), strict=False))


class Airspace:
    """A site with one flight, served by a thread of its own."""

    def __init__(self, site: Site, loop: asyncio.AbstractEventLoop) -> None:
        self._site = site
        self._loop = loop
        self._tick = 0
        self.address = ("127.0.0.1", int(site.url.rstrip("/").rpartition(":")[2]))
        self.tick()

    def tick(self, lon: float = 8.5) -> int:
        """Have the flight heard somewhere 50 degrees north; return the number of the tick."""
        self._tick += 1
        changes = changes_of(self._tick, rows_of(0x4CA2D6, lat=50.0, lon=lon, altitude_ft=self._tick))
        self._loop.call_soon_threadsafe(self._site.broadcaster.take, changes)
        return self._tick


class RawClient:
    """A client of the stream that keeps to no rule. With `takes` it has no room for more bytes than these."""

    def __init__(self, airspace: Airspace, query: str = "", *headers: str, takes: int | None = None) -> None:
        self.socket = socket.socket()
        if takes is not None:
            self.socket.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, takes)
        self.socket.settimeout(DEADLINE_S)
        self.socket.connect(airspace.address)
        self._received = self.socket.makefile("rb")
        request = (
            f"GET /api/v1/stream{query} HTTP/1.1",
            "Host: 127.0.0.1",
            "Upgrade: websocket",
            "Connection: Upgrade",
            "Sec-WebSocket-Version: 13",
            "Sec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==",
            *headers,
        )
        self.socket.sendall("\r\n".join((*request, "", "")).encode())

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._received.close()
        self.socket.close()

    def response(self) -> str:
        """Read the head of the answer to the handshake, nothing if there is none."""
        lines = []
        while (line := self._received.readline()) not in {b"\r\n", b""}:
            lines.append(line.decode())
        return "".join(lines)

    def greeted(self) -> Self:
        """Read up to the end of the hello."""
        assert self.response().startswith("HTTP/1.1 101")
        assert self.message()["type"] == "hello"
        return self

    def send(self, *frames: bytes) -> None:
        self.socket.sendall(b"".join(frames))

    def next(self) -> tuple[int, bytes]:
        """Return the opcode and the payload of the next frame."""
        head = self._received.read(2)
        assert head, "it was closed without a word"
        first, size = head
        if size == 126:
            (size,) = struct.unpack("!H", self._received.read(2))
        elif size == 127:
            (size,) = struct.unpack("!Q", self._received.read(8))
        return first & 0xF, self._received.read(size)

    def message(self) -> Any:
        opcode, payload = self.next()
        assert opcode == TEXT
        return json.loads(payload)

    def silence(self) -> None:
        """Make sure that what was sent has been heard, and that nothing was said of it."""
        self.send(frame(TEXT, b'{"type":"ping"}'))
        assert self.message()["type"] == "pong"

    def closed(self) -> int:
        """Read to the end; return the code it was closed with."""
        while (received := self.next())[0] != CLOSE:
            pass
        return int.from_bytes(received[1][:2], "big")


@contextmanager
def flying() -> Iterator[Airspace]:
    """Serve an airspace on the loop that the product runs on."""
    started: Future[tuple[Airspace, asyncio.AbstractEventLoop, asyncio.Event]] = Future()

    async def serve() -> None:
        async with Site().serving() as site:
            loop, stop = asyncio.get_running_loop(), asyncio.Event()
            started.set_result((Airspace(site, loop), loop, stop))
            await stop.wait()

    with ThreadPoolExecutor(1) as thread:
        serving = thread.submit(uvloop.run, serve())
        airspace, loop, stop = started.result(DEADLINE_S)
        try:
            yield airspace
        finally:
            loop.call_soon_threadsafe(stop.set)
            serving.result()
