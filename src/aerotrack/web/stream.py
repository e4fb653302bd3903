"""The stream: one WebSocket connection, from hello to goodbye.

Here a client is let in, greeted and listened to. What it is told of the flights comes from the broadcaster,
straight into its socket.
"""

import asyncio
from collections import Counter
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from ipaddress import ip_address
from typing import Any

from starlette.types import ASGIApp, Receive, Scope, Send
from starlette.websockets import WebSocket, WebSocketDisconnect

from aerotrack.web import frames
from aerotrack.web.asyncapi import ADDRESS
from aerotrack.web.problems import problem
from aerotrack.web.protocol import SINK
from aerotrack.web.security import is_welcome
from aerotrack.web.subscriptions import BadRequest, Ping, Subscribe, read, read_query, wish
from aerotrack.web.time_travel import TimeTravel, Traveller

JSON, BINARY = "aerotrack.v1.json", "aerotrack.v1.binary"
_KEY_PREFIX = "aerotrack.key."
BURST, PER_SECOND = 50.0, 10.0  # messages a client may send at once, and go on sending
_FLOOD = 1008


@dataclass(frozen=True, slots=True)
class Room:
    """How many clients a server has room for: in all, and of one address that is not its own machine's.

    `replays` are those of the past that it plays at once.
    """

    clients: int = 20_000
    of_an_address: int = 500
    replays: int = 20


class Stream:
    """The endpoint. Clients begin in the present, and travel with `agency`."""

    def __init__(self, agency: TimeTravel, *, allow_origins: Collection[str], room: Room) -> None:
        self._agency = agency
        self._broadcaster = agency.present.broadcaster
        self._allow_origins = allow_origins
        self._room = room
        self._of_address: Counter[str] = Counter()

    async def serve(self, websocket: WebSocket) -> None:
        """Serve one client until it leaves."""
        refusal = self._refusal(websocket)
        if refusal is not None:
            await websocket.send_denial_response(problem(*refusal))
            return
        offered = websocket.scope["subprotocols"]
        subprotocol = next((name for name in offered if name in (JSON, BINARY)), None)
        sink = websocket.scope["extensions"][SINK]
        traveller = Traveller(sink, self._agency, binary=subprotocol == BINARY)
        sink.drained = traveller.drained
        address = _address(websocket)
        self._broadcaster.clients += 1
        self._of_address[address] += 1
        try:
            await websocket.accept(subprotocol)
            await Connection(websocket, traveller).serve()
        except WebSocketDisconnect:
            pass  # it left while it was spoken to
        finally:
            traveller.leave()
            self._broadcaster.clients -= 1
            self._of_address[address] -= 1
            if not self._of_address[address]:
                del self._of_address[address]

    def _refusal(self, websocket: WebSocket) -> tuple[int, str] | None:
        """Return why a client is not let in: a status and a sentence."""
        if not is_welcome(websocket.headers, self._allow_origins):
            return 403, (
                f"Pages of {websocket.headers['origin']!r} may not read this stream: "
                "start the server with --allow-origin and this origin."
            )
        offered = websocket.scope["subprotocols"]
        if not _speaks(offered):
            return 400, (
                f"None of the subprotocols {', '.join(offered)} is spoken here: offer {JSON} or {BINARY}."
            )
        if self._broadcaster.clients >= self._room.clients:
            return 503, f"All {self._room.clients} places for clients are taken: try again later."
        address = _address(websocket)
        if address and self._of_address[address] >= self._room.of_an_address:
            return 503, f"{address} has {self._room.of_an_address} connections: close some of them."
        return None


class StreamFirst:
    """Serves the stream before anything else looks at it: what wraps requests would cost each client 4 KB."""

    def __init__(self, app: ASGIApp, stream: Stream) -> None:
        self._app = app
        self._stream = stream

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve a client of the stream; pass everything else on."""
        if scope["type"] == "websocket" and scope["path"] == ADDRESS:
            await self._stream.serve(WebSocket(scope, receive, send))
        else:
            await self._app(scope, receive, send)


class Connection:
    """One client: what it says, and what it is answered."""

    __slots__ = ("_heard_at", "_patience", "_traveller", "_websocket")

    def __init__(self, websocket: WebSocket, traveller: Traveller) -> None:
        self._websocket = websocket
        self._traveller = traveller
        self._patience = BURST
        self._heard_at = 0.0

    async def serve(self) -> None:
        """Greet the client, then listen until it leaves or is a nuisance."""
        await self._send(self._traveller.hello())
        self._traveller.enter()
        if self._websocket.query_params:
            await self._heed(partial(read_query, self._websocket.query_params))
        while True:
            message = await self._websocket.receive()
            if message["type"] == "websocket.disconnect":
                return
            if not self._bears():
                await self._websocket.close(_FLOOD, f"more than {PER_SECOND:.0f} messages a second")
                return
            await self._heed(partial(_read, message))

    async def _heed(self, ask: Callable[[], Subscribe | Ping]) -> None:
        """Do what the client asks, or say what is wrong with it."""
        traveller = self._traveller
        try:
            asked = ask()
            if isinstance(asked, Ping):
                await self._send(frames.pong(traveller.line.time))
                return
            traveller.ask(wish(traveller.wants, asked))
        except BadRequest as error:
            await self._send(frames.error(error.code, str(error)))

    async def _send(self, message: dict[str, Any]) -> None:
        await self._websocket.send_json(message)

    def _bears(self) -> bool:
        """Say whether one more message is bearable: a bucket that holds BURST and fills with PER_SECOND."""
        now = asyncio.get_running_loop().time()
        self._patience = min(BURST, self._patience + (now - self._heard_at) * PER_SECOND) - 1
        self._heard_at = now
        return self._patience >= 0


def _speaks(offered: Sequence[str]) -> bool:
    """Say whether a subprotocol of ours will do: it is offered, or JSON is the default as none is."""
    return any(name in (JSON, BINARY) or name.startswith(_KEY_PREFIX) for name in offered) or not offered


def _address(websocket: WebSocket) -> str:
    """Return where a client is; empty for our own machine, where a proxy may be."""
    host = websocket.client.host if websocket.client else ""
    try:
        return "" if ip_address(host).is_loopback else host
    except ValueError:
        return ""  # a Unix socket


def _read(message: Mapping[str, Any]) -> Subscribe | Ping:
    text = message.get("text")
    if text is None:
        raise BadRequest("bad_request", "A binary message came: send JSON as text messages.")
    return read(text)
