import asyncio
import logging
import signal
import socket
import ssl
import struct
from collections import Counter
from collections.abc import AsyncIterator
from pathlib import Path

import httpx
import pytest
import uvloop
from starlette.responses import Response, StreamingResponse
from starlette.types import Receive, Scope, Send

from aerotrack.errors import SettingsError, StartError
from aerotrack.web.server import MOST_MESSAGE, REASONS, Certificate, Server
from fakes import changes_of, rows_of
from web.harness import Site, eventually

TLS = Path(__file__).parents[1] / "data/tls"
CERTIFICATE = Certificate(TLS / "cert.pem", TLS / "key.pem")


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


async def test_each_server_counts_whom_it_cuts() -> None:
    site = Site()
    with Server.bound("127.0.0.1", 0) as server, Server.bound("127.0.0.1", 0) as other:
        async with server.serving(site.app()):
            site.url = server.url
            async with site.stream() as client:
                await client.socket.send("x" * (MOST_MESSAGE + 1))
                assert await client.closed() == 1009
        assert server.cuts == Counter(bad_frames=1)
        assert set(server.cuts) == set(REASONS)
        assert other.cuts.total() == 0


@pytest.mark.parametrize(
    ("sent", "answer", "counts"),
    [
        (b"\x16\x03\x01 a client of TLS\r\n\r\n", b"HTTP/1.1 400 ", 1),
        (
            b"GET /healthz HTTP/1.1\r\nHost: x\r\nConnection: upgrade\r\nUpgrade: h2c\r\n\r\n",
            b"HTTP/1.1 200 ",
            0,
        ),
    ],
)
async def test_what_a_stranger_sends_is_counted_and_fills_no_log(
    sent: bytes, answer: bytes, counts: int, caplog: pytest.LogCaptureFixture
) -> None:
    with Server.bound("127.0.0.1", 0) as server:
        async with server.serving(Site().app()):
            reader, writer = await asyncio.open_connection("127.0.0.1", server.port)
            writer.write(sent)
            assert (await asyncio.wait_for(reader.readline(), 5)).startswith(answer)
            writer.close()
    assert server.cuts["bad_request"] == counts
    assert [record for record in caplog.records if record.levelno >= logging.WARNING] == []


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


def test_who_asks_much_and_leaves_gets_no_word_into_the_log(caplog: pytest.LogCaptureFixture) -> None:
    over: list[str] = []

    async def scenario() -> None:
        started, left = asyncio.Event(), asyncio.Event()

        async def answer(scope: Scope, _: Receive, send: Send) -> None:
            started.set()
            await send({"type": "http.response.start", "status": 200, "headers": []})
            while not left.is_set():
                await send({"type": "http.response.body", "body": bytes(1 << 16), "more_body": True})
            await send({"type": "http.response.body", "body": b"the end"})
            over.append(scope["path"])

        loop = asyncio.get_running_loop()
        with Server.bound("127.0.0.1", 0) as server:
            async with server.serving(answer):
                with socket.socket() as client:
                    client.setblocking(False)
                    client.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
                    await loop.sock_connect(client, ("127.0.0.1", server.port))
                    await loop.sock_sendall(client, b"GET /first HTTP/1.1\r\nHost: x\r\n\r\n" * 3)
                    await started.wait()
                left.set()
                await eventually(lambda: over)

    uvloop.run(scenario())  # asyncio's own transports forgive it
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


async def test_pages_and_the_stream_are_had_by_tls() -> None:
    trusting = ssl.create_default_context(cafile=str(CERTIFICATE.chain))
    site = Site()
    with Server.bound("127.0.0.1", 0, tls=CERTIFICATE) as server:
        async with server.serving(site.app()), site.broadcasting():
            assert server.url == f"https://127.0.0.1:{server.port}/"
            site.url = server.url
            async with httpx.AsyncClient(verify=trusting, trust_env=False) as client:
                answer = await client.get(f"{server.url}api/v1/flights")
            assert answer.status_code == 200
            assert answer.headers["strict-transport-security"] == "max-age=31536000"
            site.broadcaster.take(changes_of(1, rows_of(range(1, 3000), lat=50.0, lon=8.5)))
            async with site.stream("?bbox=", ssl=trusting) as stream:
                assert (await stream.next())["type"] == "hello"
                parts = [await stream.next()]
                while parts[-1].get("more"):
                    parts.append(await stream.next())
                assert sum(len(part["updated"]) for part in parts) == 2999


@pytest.mark.filterwarnings("ignore:ssl.TLSVersion.TLSv1_1:DeprecationWarning")
@pytest.mark.parametrize("version", [ssl.TLSVersion.TLSv1_1, ssl.TLSVersion.TLSv1_2, ssl.TLSVersion.TLSv1_3])
async def test_tls_of_long_ago_is_not_spoken(version: ssl.TLSVersion) -> None:
    client = ssl.create_default_context(cafile=str(CERTIFICATE.chain))
    client.set_ciphers("ALL:@SECLEVEL=0")
    client.minimum_version = client.maximum_version = version
    with Server.bound("127.0.0.1", 0, tls=CERTIFICATE) as server:
        async with server.serving(Site().app()):
            try:
                _, writer = await asyncio.open_connection("127.0.0.1", server.port, ssl=client)
            except (ssl.SSLError, ConnectionError):
                assert version == ssl.TLSVersion.TLSv1_1
            else:
                assert writer.get_extra_info("ssl_object").version() != "TLSv1.1"
                writer.close()


@pytest.mark.parametrize(
    ("chain", "key"), [("nowhere.pem", "key.pem"), ("cert.pem", "cert.pem"), ("cert.pem", "locked.pem")]
)
def test_a_certificate_that_cannot_be_used_is_one_sentence(chain: str, key: str) -> None:
    sentence = r"^TLS is not possible with .*: give --tls-cert and --tls-key .*without a password\.$"
    with (
        pytest.raises(SettingsError, match=sentence),
        Server.bound("127.0.0.1", 0, tls=Certificate(TLS / chain, TLS / key)),
    ):
        pass


async def test_what_a_client_says_of_its_address_is_not_taken_for_it() -> None:
    seen: list[object] = []

    async def app(scope: Scope, receive: Receive, send: Send) -> None:
        seen.append((scope["client"][0], scope["scheme"]))
        await Response()(scope, receive, send)

    with Server.bound("127.0.0.1", 0) as server:
        async with server.serving(app), httpx.AsyncClient(trust_env=False) as client:
            await client.get(server.url, headers={"X-Forwarded-For": "1.1.1.1", "X-Forwarded-Proto": "https"})
    assert seen == [("127.0.0.1", "http")]
