"""The stream: one WebSocket connection, from hello to goodbye.

Here a client is let in, greeted and listened to. What it is told of the flights comes from the broadcaster,
straight into its socket.
"""

import asyncio
from collections import Counter
from collections.abc import Callable, Collection, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from functools import partial
from typing import Any

from msgspec import UNSET, structs
from starlette.types import ASGIApp, Receive, Scope, Send
from starlette.websockets import WebSocket, WebSocketDisconnect

from aerotrack.web import frames
from aerotrack.web.access import ROUTES
from aerotrack.web.asyncapi import ADDRESS
from aerotrack.web.door import KEY_PREFIX, Door, Refusal, Visitor
from aerotrack.web.problems import problem
from aerotrack.web.protocol import SINK
from aerotrack.web.security import is_welcome
from aerotrack.web.subscriptions import BadRequest, Ping, Subscribe, read, read_query, wish
from aerotrack.web.time_travel import TimeTravel, Traveller

JSON, BINARY = "aerotrack.v1.json", "aerotrack.v1.binary"
BURST, PER_SECOND = 50.0, 10.0  # messages a client may send at once, and go on sending
_FLOOD, _KEY_GONE = 1008, 4401
_LEAVE_S = 10.0  # for a client that is shown out to go by itself


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

    def __init__(
        self, agency: TimeTravel, *, allow_origins: Collection[str], room: Room, door: Door | None = None
    ) -> None:
        self._agency = agency
        self._broadcaster = agency.present.broadcaster
        self._allow_origins = allow_origins
        self._room = room
        self._door = door or Door()
        self._shown_out: set[asyncio.Task[None]] = set()
        self._of_address: Counter[str] = Counter()
        self._refused = Counter(origin=0, subprotocol=0, full=0, address=0)
        self._errors: Counter[str] = Counter()

    def report(self) -> dict[str, Any]:
        """Say how many were not let in and why, of which errors clients were told, what is played again."""
        return {
            "refused": dict(self._refused),
            "errors": dict(self._errors),
            "replays": self._agency.playbacks,
            "replay_bytes": self._agency.bytes_sent,
        }

    async def serve(self, websocket: WebSocket) -> None:
        """Serve one client until it leaves."""
        visitor = self._door.admit(websocket.scope, ROUTES[ADDRESS])
        refusal = visitor if isinstance(visitor, Refusal) else self._refusal(websocket)
        if isinstance(visitor, Refusal) or refusal is not None:
            assert refusal is not None
            self._refused[refusal.reason] += 1
            await websocket.send_denial_response(problem(refusal.status, refusal.sentence, refusal.headers))
            return
        offered = websocket.scope["subprotocols"]
        subprotocol = next((name for name in offered if name in (JSON, BINARY)), None)
        sink = websocket.scope["extensions"][SINK]
        traveller = Traveller(sink, self._agency, binary=subprotocol == BINARY)
        sink.drained = traveller.drained
        address = self._door.addresses.of(websocket.scope)
        self._broadcaster.clients += 1
        self._of_address[address] += 1
        try:
            await websocket.accept(subprotocol)
            self._door.stay(websocket, visitor, partial(self._show_out, websocket, sink))
            await Connection(websocket, traveller, self._errors, self._door, visitor).serve()
        except WebSocketDisconnect:
            pass  # it left while it was spoken to
        finally:
            self._door.left(websocket)
            traveller.leave()
            self._broadcaster.clients -= 1
            self._of_address[address] -= 1
            if not self._of_address[address]:
                del self._of_address[address]

    def _refusal(self, websocket: WebSocket) -> Refusal | None:
        """Return why a client is not let in that may read."""
        if not is_welcome(websocket.headers, self._allow_origins):
            return Refusal(
                "origin",
                403,
                (
                    f"Pages of {websocket.headers['origin']!r} may not read this stream: "
                    "start the server with --allow-origin and this origin."
                ),
            )
        offered = websocket.scope["subprotocols"]
        if not _speaks(offered):
            return Refusal(
                "subprotocol",
                400,
                f"None of the subprotocols {', '.join(offered)} is spoken here: offer {JSON} or {BINARY}.",
            )
        if self._broadcaster.clients >= self._room.clients:
            return Refusal(
                "full", 503, f"All {self._room.clients} places for clients are taken: try again later."
            )
        address = self._door.addresses.of(websocket.scope)
        if address and self._of_address[address] >= self._room.of_an_address:
            return Refusal(
                "address",
                503,
                f"{address} has {self._room.of_an_address} connections: close some of them.",
            )
        return None

    def _show_out(self, websocket: WebSocket, sink: Any) -> None:
        """Close on a client whose key is good no longer, and cut it if it does not go."""
        task = asyncio.create_task(_close(websocket))
        self._shown_out.add(task)
        task.add_done_callback(self._shown_out.discard)
        asyncio.get_running_loop().call_later(_LEAVE_S, sink.transport.abort)


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

    __slots__ = ("_door", "_errors", "_heard_at", "_key", "_patience", "_traveller", "_websocket")

    def __init__(
        self, websocket: WebSocket, traveller: Traveller, errors: Counter[str], door: Door, visitor: Visitor
    ) -> None:
        self._errors = errors
        self._door = door
        self._key = visitor.key
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
                self._errors["flood"] += 1
                await self._websocket.close(_FLOOD, f"more than {PER_SECOND:.0f} messages a second")
                return
            await self._heed(partial(_read, message))

    async def _heed(self, ask: Callable[[], Subscribe | Ping]) -> None:
        """Do what the client asks, or say what is wrong with it."""
        traveller = self._traveller
        try:
            asked = ask()
            self._permit(asked)
            if isinstance(asked, Ping):
                await self._send(frames.pong(traveller.line.time))
                return
            traveller.ask(wish(traveller.wants, asked))
        except BadRequest as error:
            self._errors[error.code] += 1
            await self._send(frames.error(error.code, str(error)))

    def _permit(self, asked: Subscribe | Ping) -> None:
        """Raise BadRequest if the client may not say this."""
        for command in commands_of(asked):
            if not self._door.may_say(self._key, command):
                raise BadRequest("forbidden", f"Your key is not for {command!r}: use another.")

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
    return any(name in (JSON, BINARY) or name.startswith(KEY_PREFIX) for name in offered) or not offered


def commands_of(asked: Subscribe | Ping) -> list[str]:
    """Return the entries of the access table that a message needs."""
    if isinstance(asked, Ping):
        return ["ping"]
    named = structs.asdict(asked)
    return ["subscribe", *(name for name, value in named.items() if value is not UNSET)]


async def _close(websocket: WebSocket) -> None:
    with suppress(RuntimeError, WebSocketDisconnect):  # it left by itself
        await websocket.close(_KEY_GONE, "the key was revoked")


def _read(message: Mapping[str, Any]) -> Subscribe | Ping:
    text = message.get("text")
    if text is None:
        raise BadRequest("bad_request", "A binary message came: send JSON as text messages.")
    return read(text)
