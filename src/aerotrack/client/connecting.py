"""The way to a server's stream: its address, and a connection that speaks the binary subprotocol."""

import re
from urllib.parse import urlsplit

import msgspec
from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import InvalidHandshake, InvalidStatus
from websockets.typing import Subprotocol

from aerotrack.errors import SettingsError, StreamError

PATH = "/api/v1/stream"
BINARY = Subprotocol("aerotrack.v1.binary")

_SCHEMES = {"http": "ws", "https": "wss", "ws": "ws", "wss": "wss"}
_TOKEN = re.compile(r"[\w!#$%&'*+.^`|~-]+", re.ASCII)  # RFC 9110: what a subprotocol may be made of
_BUSY = (408, 429)  # refusals that pass, as those of 500 and more do
_SERVERS_FAULT = 500


class _Problem(msgspec.Struct):
    detail: str


def endpoint(url: str) -> str:
    """Return the address of the stream of the server at `url`. Raises SettingsError."""
    parts = urlsplit(url)
    if parts.scheme not in _SCHEMES or not parts.hostname:
        raise SettingsError(f"{url!r} is no address of a server: give one such as http://127.0.0.1:8080.")
    if parts.query:
        raise SettingsError(f"{url!r} has parameters: give what you want to watch to stream(…) itself.")
    path = parts.path.rstrip("/")
    return f"{_SCHEMES[parts.scheme]}://{parts.netloc}{path.removesuffix(PATH)}{PATH}"


def offered(key: str | None) -> list[Subprotocol]:
    """Return the subprotocols to offer. Raises SettingsError for a key that can be none."""
    if key is None:
        return [BINARY]
    if not _TOKEN.fullmatch(key):
        raise SettingsError("The key has characters that a key cannot have: give letters, digits, - and _.")
    return [BINARY, Subprotocol(f"aerotrack.key.{key}")]


async def connected(address: str, subprotocols: list[Subprotocol]) -> ClientConnection:
    """Connect. Raises OSError where trying again may help, and StreamError where it will not."""
    try:
        socket = await connect(
            address,
            subprotocols=subprotocols,
            compression=None,
            proxy=None,
            open_timeout=10,
            ping_interval=None,  # the server speaks anyway, and a pong waits behind what is not read yet
            close_timeout=1,  # there is nothing to say goodbye for
        )
    except InvalidStatus as error:
        status = error.response.status_code
        sentence = _sentence(error.response.body, f"The server answers {status} at {address}.")
        if status < _SERVERS_FAULT and status not in _BUSY:
            raise StreamError(sentence) from None
        raise ConnectionError(sentence) from None
    except InvalidHandshake as error:
        raise ConnectionError(f"{address} does not answer as a WebSocket: {error}") from None
    if socket.subprotocol != BINARY:
        await socket.close()
        raise StreamError(f"The server at {address} does not speak {BINARY}: give it a newer AeroTrack.")
    return socket


def _sentence(body: bytes | bytearray, otherwise: str) -> str:
    """Return what the server says about its refusal."""
    try:
        return msgspec.json.decode(body, type=_Problem).detail
    except msgspec.MsgspecError:
        return otherwise
