import asyncio
import json

import pytest

from aerotrack.client.connecting import connected, endpoint, offered
from aerotrack.errors import SettingsError, StreamError
from client.fake_server import FakeServer, Line


async def stay(line: Line) -> None:
    await line.stays()


@pytest.mark.parametrize(
    ("url", "address"),
    [
        ("http://127.0.0.1:8080", "ws://127.0.0.1:8080/api/v1/stream"),
        ("http://127.0.0.1:8080/", "ws://127.0.0.1:8080/api/v1/stream"),
        ("https://sky.example.org", "wss://sky.example.org/api/v1/stream"),
        ("wss://sky.example.org/api/v1/stream", "wss://sky.example.org/api/v1/stream"),
        ("ws://[::1]:8080/api/v1/stream/", "ws://[::1]:8080/api/v1/stream"),
        ("https://example.org/sky/", "wss://example.org/sky/api/v1/stream"),
    ],
)
def test_a_server_is_named_by_the_address_of_its_map_or_of_its_stream(url: str, address: str) -> None:
    assert endpoint(url) == address


@pytest.mark.parametrize("url", ["127.0.0.1:8080", "ftp://127.0.0.1", "http://", ""])
def test_what_is_no_address_is_refused(url: str) -> None:
    with pytest.raises(SettingsError, match=r"is no address of a server: give one such as"):
        endpoint(url)


def test_parameters_of_the_address_are_refused() -> None:
    with pytest.raises(SettingsError, match="has parameters: give what you want to watch to stream"):
        endpoint("http://127.0.0.1:8080/api/v1/stream?bbox=5,45,16,55")


def test_a_key_is_offered_as_a_subprotocol_beside_the_binary_one() -> None:
    assert offered(None) == ["aerotrack.v1.binary"]
    assert offered("s3cret") == ["aerotrack.v1.binary", "aerotrack.key.s3cret"]


@pytest.mark.parametrize("key", ["", "two words", "line\r\nbreak"])
def test_a_key_that_cannot_be_a_subprotocol_is_refused_without_being_repeated(key: str) -> None:
    with pytest.raises(SettingsError, match="characters that a key cannot have") as refused:
        offered(key)
    assert not key or key not in str(refused.value)


async def test_a_connection_speaks_the_binary_subprotocol_uncompressed() -> None:
    async with FakeServer(stay).serving() as server:
        socket = await connected(endpoint(server.url), offered("s3cret"))
        assert socket.subprotocol == "aerotrack.v1.binary"
        assert socket.protocol.extensions == []
        await socket.close()
    assert server.paths == ["/api/v1/stream"]
    assert server.offered == ["aerotrack.v1.binary, aerotrack.key.s3cret"]


async def test_a_refusal_is_raised_with_the_sentence_of_the_server() -> None:
    body = json.dumps({"title": "Forbidden", "status": 403, "detail": "Give a key."}).encode()
    async with FakeServer(stay, refuses=[(403, body)]).serving() as server:
        with pytest.raises(StreamError, match=r"^Give a key\.$"):
            await connected(endpoint(server.url), offered(None))


async def test_a_refusal_without_a_sentence_names_the_status_and_the_address() -> None:
    async with FakeServer(stay, refuses=[(404, b"<h1>nothing here</h1>")]).serving() as server:
        with pytest.raises(StreamError, match=r"^The server answers 404 at ws://127.0.0.1:\d+/api/v1/stream"):
            await connected(endpoint(server.url), offered(None))


@pytest.mark.parametrize("status", [408, 429, 500, 503])
async def test_a_refusal_that_may_pass_is_an_error_of_the_connection(status: int) -> None:
    async with FakeServer(stay, refuses=[(status, b'{"detail":"There is no room."}')]).serving() as server:
        with pytest.raises(ConnectionError, match=r"There is no room\."):
            await connected(endpoint(server.url), offered(None))


async def test_a_server_that_speaks_no_binary_is_refused() -> None:
    server = FakeServer(stay)
    server.subprotocols = []
    async with server.serving():
        with pytest.raises(StreamError, match=r"does not speak aerotrack.v1.binary"):
            await connected(endpoint(server.url), offered(None))


async def test_what_does_not_answer_as_a_websocket_is_an_error_of_the_connection() -> None:
    def hang_up(_: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.close()

    async with await asyncio.start_server(hang_up, "127.0.0.1", 0) as server:
        port = server.sockets[0].getsockname()[1]
        with pytest.raises(ConnectionError, match="does not answer as a WebSocket"):
            await connected(f"ws://127.0.0.1:{port}/", offered(None))
    with pytest.raises(OSError, match="Connect"):
        await connected(f"ws://127.0.0.1:{port}/", offered(None))
