"""One connection of the crowd: a WebSocket client that reads no more of a message than it must.

Of a binary `changes` that is the head of 32 bytes (since, tick, time), from which the chain of ticks is
checked; an `exact` one keeps the whole, and holds a replica against every digest.
"""

import socket
import struct
from collections import Counter
from contextlib import suppress
from typing import Any

import orjson

from airshow.replica import HEAD, MORE, Replica

PATH = "/api/v1/stream"
CONTROL = 0
"""The kind of a binary message that is a control's: it counts and is timed, and says nothing."""

_TEXT, _BINARY, _CLOSE, _PING, _PONG = 1, 2, 8, 9, 10
_HEAD_SIZE = (*[2] * 126, 4, 10)  # by the second byte of a frame
_TIME_AT = 24
_TIME = struct.Struct("<d")
_LINGER = struct.pack("ii", 1, 0)  # closing then cuts: no goodbye, and no port that waits


class Spectator:
    """A client. `wish` are the members of its subscribe; None: it asks for nothing.

    - `view` is the name of what it watches: of an exact one, the server's; the others have to be given it;
    - `tick` is that of the picture it holds, `epoch` the server's;
    - `fresh` counts the pictures it was sent whole, `holes` what did not follow from what it held;
    - `right` and `wrong` count the digests of an exact one, `right_at` is the tick of the last right one;
    - `codes` counts what it was closed with, `errors` the server's complaints.
    """

    __slots__ = (
        "_more", "_rest", "_shaken", "_since", "_skip", "codes", "epoch", "errors", "fresh", "greeted",
        "holes", "left_off", "octets", "open", "parts", "replica", "right", "right_at", "sock", "tick",
        "time", "view", "wish", "wrong",
    )  # fmt: skip

    def __init__(self, wish: dict[str, Any] | None = None, *, view: str = "", exact: bool = False) -> None:
        self.wish, self.view = wish, view
        self.replica = Replica() if exact else None
        self.left_off: dict[str, Any] | None = None  # the resume to say on the next connection
        self.epoch = ""
        self.tick = self.octets = self.parts = self.fresh = self.holes = 0
        self.right = self.wrong = self.right_at = 0
        self.time = 0.0  # of the message that is read
        self.codes: Counter[int] = Counter()
        self.errors: Counter[str] = Counter()
        self.open = False
        self._begin()

    def _begin(self) -> None:
        self._rest, self._skip, self._shaken, self.greeted = b"", 0, False, False
        self._more, self._since = False, 0
        if self.replica is not None:
            self.replica.begin()

    def connect(self, address: tuple[str, int]) -> None:
        """Begin to connect; `shake` when the socket can be written to."""
        self._begin()
        self.sock = socket.socket()
        self.sock.setblocking(False)
        self.sock.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, _LINGER)
        with suppress(BlockingIOError):
            self.sock.connect(address)
        self.open = True

    def shake(self) -> None:
        """Say what a WebSocket begins with."""
        self.sock.send(
            f"GET {PATH} HTTP/1.1\r\nHost: 127.0.0.1\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
            "Sec-WebSocket-Key: YWVyb3RyYWNrLWNyb3dkIQ==\r\nSec-WebSocket-Version: 13\r\n"
            "Sec-WebSocket-Protocol: aerotrack.v1.binary\r\n\r\n".encode()
        )

    def cut(self) -> None:
        """Be gone, without a word, and remember where it left off: nowhere, amid the parts of a message."""
        self.open = self.greeted = False
        self.sock.close()
        view = self.replica.view if self.replica is not None else self.view
        if self._more or not view:
            self.tick = 0
        self.left_off = {"epoch": self.epoch, "tick": self.tick, "view": view} if self.tick else None

    def subscribe(self, **members: Any) -> None:
        """Ask for something else."""
        self.wish = {**(self.wish or {}), **members}
        self.say(_TEXT, orjson.dumps({"type": "subscribe", **members}))

    def say(self, opcode: int, payload: bytes) -> None:
        """Send a message. The mask is zero, which leaves the payload as it is."""
        size = len(payload)
        first = 0x80 | opcode
        if size < 126:
            head = bytes((first, 0x80 | size))
        else:
            head = struct.pack(
                "!BBH" if size < 1 << 16 else "!BBQ", first, 254 if size < 1 << 16 else 255, size
            )
        self.sock.send(head + bytes(4) + payload)

    def take(self, data: memoryview) -> list[float]:
        """Take in what came; return the times of the `changes`, or controls, that it completes.

        Raises ConnectionError when the server says goodbye.
        """
        self.octets += len(data)
        times: list[float] = []
        at, end = 0, len(data)
        if self._skip:
            at = min(end, self._skip)
            self._skip -= at
            if not self._skip:
                self._completed(times)
        if self._rest:
            joined = self._rest + bytes(data[at:])
            data, self._rest, at, end = memoryview(joined), b"", 0, len(joined)
        if not self._shaken:
            at = self._greet(data)
            if not self._shaken:
                self._rest = bytes(data)
                return times
        while end - at > 1 and end >= (begin := at + _HEAD_SIZE[data[at + 1]]):
            opcode = data[at] & 15
            size = int.from_bytes(data[at + 2 : begin], "big") if begin - at > 2 else data[at + 1]
            needed = min(size, HEAD.size) if opcode == _BINARY and self.replica is None else size
            if end - begin < needed:
                break
            at = min(end, begin + size)
            if opcode == _BINARY:
                self._note(data[begin:at], times, rest=begin + size - at)
            else:
                self._heed(opcode, bytes(data[begin:at]))
        self._rest = bytes(data[at:])
        return times

    def _greet(self, data: memoryview) -> int:
        """Read the answer of HTTP; return where it ends."""
        text = bytes(data)
        at = text.find(b"\r\n\r\n") + 4
        if at < 4:
            return 0
        if b" 101 " not in text[:20]:
            raise ConnectionError(text[:200])
        self._shaken = True
        return at

    def _note(self, payload: memoryview, times: list[float], *, rest: int) -> None:
        """Note a binary message, of which `rest` bytes are still to come."""
        self._skip = rest
        if payload[0] == CONTROL:
            (self.time,) = _TIME.unpack_from(payload, _TIME_AT)
            self._more = False
        else:
            self._note_changes(payload)
        if not rest:
            self._completed(times)

    def _note_changes(self, payload: memoryview) -> None:
        _, flags, _, since, tick, *_, self.time = HEAD.unpack_from(payload)
        if since != (self._since if self._more else since and self.tick):
            self.holes += 1
        self.fresh += since == 0 and not self._more
        self._more, self._since = bool(flags & MORE), since
        if self.replica is not None:
            self.replica.take(bytes(payload))
        if not self._more:
            self.tick = tick

    def _completed(self, times: list[float]) -> None:
        self.parts += 1
        if not self._more:
            times.append(self.time)

    def _heed(self, opcode: int, payload: bytes) -> None:
        if opcode == _PING:
            self.say(_PONG, payload)
        elif opcode == _CLOSE:
            self.codes[int.from_bytes(payload[:2], "big")] += 1
            raise ConnectionError(f"the server says goodbye with {int.from_bytes(payload[:2], 'big')}")
        elif payload.startswith(b'{"type":"hello"'):
            self._enter(orjson.loads(payload)["epoch"])
        elif payload.startswith(b'{"type":"error"'):
            self.errors[orjson.loads(payload)["code"]] += 1
        elif self.replica is not None and payload.startswith(b'{"type":"digest"'):
            self._check(orjson.loads(payload))

    def _enter(self, epoch: str) -> None:
        self.epoch, self.greeted = epoch, True
        if self.wish is not None:
            asked = dict(self.wish)
            if self.left_off is not None:
                asked["resume"] = self.left_off
            self.say(_TEXT, orjson.dumps({"type": "subscribe", **asked}))

    def _check(self, digest: dict[str, Any]) -> None:
        assert self.replica is not None
        agrees = (digest["tick"], digest["flights"], digest["hash"]) == (self.tick, *self.replica.digest())
        if agrees:
            self.right, self.right_at = self.right + 1, self.tick
        else:
            self.wrong += 1
