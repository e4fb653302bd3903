import asyncio
import contextlib
import logging
import socket
from collections import Counter
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any, ClassVar

import numpy as np
import pytest
import uvicorn
from uvicorn.server import ServerState

from aerotrack.web.protocol import MOST_HEAD, STUCK_S, HttpProtocol, StreamProtocol
from fakes import changes_of, rows_of
from web.harness import Site, eventually


class Impatient(HttpProtocol):
    request_s = 0.05


Streams = tuple[asyncio.StreamReader, asyncio.StreamWriter]


@pytest.fixture(autouse=True)
def _nobody_is_cut_yet() -> None:
    HttpProtocol.cuts.clear()


@asynccontextmanager
async def served_by(protocol: type[HttpProtocol]) -> AsyncIterator[Streams]:
    config = uvicorn.Config(Site().app(), http=protocol, ws=StreamProtocol, lifespan="off", log_config=None)
    config.load()
    loop, state = asyncio.get_running_loop(), ServerState()
    server = await loop.create_server(lambda: protocol(config, state, {}), "127.0.0.1", 0)
    reader, writer = await asyncio.open_connection(*server.sockets[0].getsockname())
    yield reader, writer
    writer.close()
    server.close()
    await server.wait_closed()


async def test_a_head_without_an_end_is_refused() -> None:
    async with served_by(HttpProtocol) as (reader, writer):
        writer.write(b"GET / HTTP/1.1\r\nX-Long: " + b"x" * (MOST_HEAD + 1))
        answer = await asyncio.wait_for(reader.read(), 5)
    assert answer.startswith(b"HTTP/1.1 400")
    assert answer.endswith(b"at most 65536 bytes.")
    assert HttpProtocol.cuts == {"long_head": 1}


@pytest.mark.parametrize(
    ("sent", "counts"),
    [
        (b"", 0),  # a browser opens some that it may never need
        (b"GET / HTTP/1.1\r\nHost:", 1),
        (b"GET /healthz HTTP/1.1\r\nHost: x\r\n\r\nGET", 1),
    ],
)
async def test_a_head_that_does_not_come_is_not_waited_for(sent: bytes, counts: int) -> None:
    async with served_by(Impatient) as (reader, writer):
        writer.write(sent)
        try:
            answer = await asyncio.wait_for(reader.read(), 5)
        except ConnectionResetError:
            answer = b""
    assert answer.count(b"HTTP/1.1 200") <= 1
    assert HttpProtocol.cuts == ({"slow_head": 1} if counts else {})


async def test_a_body_that_does_not_come_is_not_waited_for_either() -> None:
    async with served_by(Impatient) as (reader, writer):
        writer.write(b"POST /api/v1/flights HTTP/1.1\r\nHost: x\r\nContent-Length: 9\r\n\r\n12")
        with contextlib.suppress(ConnectionResetError):
            answer = await asyncio.wait_for(reader.read(), 5)
            assert answer.startswith(b"HTTP/1.1 405")
    assert HttpProtocol.cuts == {"slow_body": 1}


async def test_one_request_after_the_other_is_answered() -> None:
    async with served_by(HttpProtocol) as (reader, writer):
        for _ in range(3):
            writer.write(b"GET /healthz HTTP/1.1\r\nHost: x\r\n\r\n")
            head = await asyncio.wait_for(reader.readuntil(b"\r\n\r\n"), 5)
            assert head.startswith(b"HTTP/1.1 200")
            assert await reader.readexactly(len(b'{"status":"alive"}')) == b'{"status":"alive"}'


async def test_a_stuck_client_of_the_stream_does_not_hold_up_the_end(
    caplog: pytest.LogCaptureFixture,
) -> None:
    loop = asyncio.get_running_loop()
    with caplog.at_level(logging.WARNING), socket.socket() as client:
        client.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
        client.setblocking(False)
        async with Site().serving() as site:
            site.broadcaster.take(changes_of(1, rows_of(np.arange(20_000))))  # 10 MB
            await loop.sock_connect(client, ("127.0.0.1", int(site.url.rsplit(":", 1)[1].rstrip("/"))))
            await loop.sock_sendall(
                client,
                b"GET /api/v1/stream?bbox= HTTP/1.1\r\nHost: x\r\n"
                b"Upgrade: websocket\r\nConnection: Upgrade\r\n"
                b"Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\n\r\n",
            )
            await eventually(lambda: site.broadcaster.messages_sent)  # which is too much
            stopping_at = loop.time()
        assert loop.time() - stopping_at < 2
    assert not caplog.records


class FakeTransport:
    """A transport with `waiting` bytes that the client has not taken."""

    def __init__(self) -> None:
        self.waiting = 1000
        self.aborted = self.closed = False

    def get_write_buffer_size(self) -> int:
        return self.waiting

    def is_closing(self) -> bool:
        return False

    def write(self, data: bytes) -> None:
        pass

    def abort(self) -> None:
        self.aborted = True

    def close(self) -> None:
        self.closed = True


def stream_protocol(transport: Any) -> StreamProtocol:
    config = uvicorn.Config(Site().app(), ws_ping_timeout=10, log_config=None, lifespan="off")
    config.load()

    class Counting(StreamProtocol):
        cuts: ClassVar[Counter[str]] = Counter()

    protocol = Counting(config, ServerState(), {})
    protocol.transport = transport
    return protocol


async def test_a_pong_that_waits_behind_our_own_bytes_is_waited_for_while_they_are_taken() -> None:
    transport = FakeTransport()
    protocol = stream_protocol(transport)
    for waiting in range(1000, 900, -10):
        transport.waiting = waiting
        protocol.keepalive_timeout()
    assert (transport.aborted, transport.closed) == (False, False)
    protocol.stop_keepalive()


async def test_a_client_that_takes_nothing_for_a_minute_is_cut() -> None:
    transport = FakeTransport()
    protocol = stream_protocol(transport)
    protocol.pause_writing()
    protocol.keepalive_timeout()
    assert not transport.aborted
    protocol._progress_at -= STUCK_S
    protocol.keepalive_timeout()
    assert transport.aborted
    assert protocol.cuts["stuck"] == 1
    protocol.stop_keepalive()


async def test_a_client_without_a_backlog_has_to_answer_pings() -> None:
    transport = FakeTransport()
    transport.waiting = 0
    protocol = stream_protocol(transport)
    protocol.conn.state = protocol.conn.state.OPEN
    protocol.keepalive_timeout()
    assert transport.closed
    assert protocol.cuts["silent"] == 1
