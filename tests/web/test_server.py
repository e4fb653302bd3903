import asyncio
import signal
import socket
from collections.abc import AsyncIterator

import pytest
from starlette.responses import StreamingResponse

from aerotrack.errors import StartError
from aerotrack.web.server import Server
from web.harness import Site


def test_a_free_port_is_found() -> None:
    with Server.bound("127.0.0.1", 0) as server:
        assert server.url == f"http://127.0.0.1:{server.port}/"
        assert server.port > 1023


def test_a_port_that_is_taken_is_one_sentence() -> None:
    with (
        Server.bound("127.0.0.1", 0) as server,
        pytest.raises(
            StartError, match=rf"^Port {server.port} of 127.0.0.1 cannot be opened .*--port 0.*\.$"
        ),
        Server.bound("127.0.0.1", server.port),
    ):
        pass


def test_a_host_that_is_none_is_one_sentence() -> None:
    sentence = r"^The host '999\.0\.0\.1' cannot be found"
    with pytest.raises(StartError, match=sentence), Server.bound("999.0.0.1", 0):
        pass


def test_the_port_is_free_again_afterwards() -> None:
    with Server.bound("127.0.0.1", 0) as server:
        port = server.port
    with Server.bound("127.0.0.1", port):
        pass


async def test_signals_stay_the_programs_own() -> None:
    before = signal.getsignal(signal.SIGTERM)
    async with Site().serving() as site:
        await site.get("/healthz")
        assert signal.getsignal(signal.SIGTERM) is before


async def test_a_client_that_takes_nothing_does_not_hold_up_the_end() -> None:
    loop = asyncio.get_running_loop()
    with socket.socket() as client:
        client.setblocking(False)
        async with Site().serving() as site:
            await loop.sock_connect(client, ("127.0.0.1", int(site.url.rsplit(":", 1)[1].rstrip("/"))))
            await site.get("/healthz")
            stopping_at = loop.time()
        assert loop.time() - stopping_at < 2


async def test_an_answer_that_is_not_taken_is_cut_without_a_traceback(
    caplog: pytest.LogCaptureFixture,
) -> None:
    async def endless() -> AsyncIterator[bytes]:
        while True:
            yield bytes(1 << 16)
            await asyncio.sleep(0)

    loop = asyncio.get_running_loop()
    with socket.socket() as client, Server.bound("127.0.0.1", 0, grace_s=0.05) as server:
        client.setblocking(False)
        async with asyncio.timeout(5), server.serving(StreamingResponse(endless())):
            await loop.sock_connect(client, ("127.0.0.1", server.port))
            await loop.sock_sendall(client, b"GET / HTTP/1.1\r\nHost: x\r\n\r\n")
            await loop.sock_recv(client, 1)
    assert not caplog.records


@pytest.mark.parametrize(
    "garbage", [b"\x16\x03\x01\x02\x00\x01", b"GET\r\n\r\n", b"GET / HTTP/1.1\r\n" + b"A" * 70_000]
)
async def test_garbage_on_the_port_is_no_traceback(garbage: bytes, caplog: pytest.LogCaptureFixture) -> None:
    loop = asyncio.get_running_loop()
    async with Site().serving() as site:
        with socket.socket() as client:
            client.setblocking(False)
            await loop.sock_connect(client, ("127.0.0.1", int(site.url.rsplit(":", 1)[1].rstrip("/"))))
            await loop.sock_sendall(client, garbage)
        assert (await site.get("/healthz")).status_code == 200
    assert not [record for record in caplog.records if record.exc_info]
