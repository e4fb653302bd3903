"""The stream: one WebSocket connection, from hello to goodbye.

Two tasks serve a client. One listens to what it wants; the other tells it the changes since the tick it was
last told, waits for the client to take them, and looks again. A client that takes its time skips ticks;
nothing is queued for it, and no one waits for it.
"""

import asyncio
from collections.abc import Callable, Collection, Mapping, Sequence
from functools import partial
from typing import Any

from starlette.websockets import WebSocket, WebSocketDisconnect

from aerotrack.core.ports import Clock
from aerotrack.web import frames
from aerotrack.web.broadcaster import Broadcaster
from aerotrack.web.problems import problem
from aerotrack.web.published import Watch
from aerotrack.web.security import is_welcome
from aerotrack.web.subscriptions import BadRequest, Ping, Subscribe, read, read_query, wish

SUBPROTOCOL = "aerotrack.v1.json"
_KEY_PREFIX = "aerotrack.key."
SILENCE_S = 5.0  # a client hears from us at least this often
BURST, PER_SECOND = 50.0, 10.0  # messages a client may send at once, and go on sending
_FLOOD = 1008


class Stream:
    """The endpoint. `epoch` names this run; `speed` is how much faster than life the stream's clock runs."""

    def __init__(
        self,
        broadcaster: Broadcaster,
        *,
        clock: Clock,
        epoch: str,
        tick_seconds: float,
        speed: float,
        allow_origins: Collection[str],
    ) -> None:
        self._broadcaster = broadcaster
        self._clock = clock
        self._epoch = epoch
        self._tick_seconds = tick_seconds
        self._speed = speed
        self._allow_origins = allow_origins

    async def serve(self, websocket: WebSocket) -> None:
        """Serve one client until it leaves."""
        if not is_welcome(websocket.headers, self._allow_origins):
            sentence = (
                f"Pages of {websocket.headers['origin']!r} may not read this stream: "
                "start the server with --allow-origin and this origin."
            )
            await websocket.send_denial_response(problem(403, sentence))
            return
        offered = websocket.scope["subprotocols"]
        if not _speaks_json(offered):
            sentence = f"None of the subprotocols {', '.join(offered)} is spoken here: offer {SUBPROTOCOL}."
            await websocket.send_denial_response(problem(400, sentence))
            return
        connection = Connection(websocket, self._broadcaster, self._clock, self._tick_seconds, self._epoch)
        self._broadcaster.clients += 1
        try:
            await websocket.accept(SUBPROTOCOL if SUBPROTOCOL in offered else None)
            await connection.serve(self._speed)
        except WebSocketDisconnect:
            pass  # it left while it was greeted
        finally:
            self._broadcaster.clients -= 1


class Connection:
    """One client: what it wants, and what it was last told."""

    def __init__(
        self,
        websocket: WebSocket,
        broadcaster: Broadcaster,
        clock: Clock,
        tick_seconds: float,
        epoch: str,
    ) -> None:
        self._websocket = websocket
        self._broadcaster = broadcaster
        self._clock = clock
        self._tick_seconds = tick_seconds
        self._epoch = epoch
        self._wants: Watch | None = None
        self._asked = False  # it awaits an answer
        self._anew = True  # and that is to be a fresh picture
        self._watch = Watch()
        self._told = 0  # the tick of the last `changes`
        self._told_at = 0.0
        self._news = asyncio.Event()  # a tick, or a wish
        self._patience = BURST
        self._heard_at = 0.0

    async def serve(self, speed: float) -> None:
        """Greet the client, then listen and tell until it leaves."""
        self._broadcaster.listen(self._news)
        try:
            tick, time = self._broadcaster.tick, self._clock()
            await self._send(frames.hello(self._epoch, tick, time, self._tick_seconds, speed))
            async with asyncio.TaskGroup() as tasks:
                telling = tasks.create_task(self._tell())
                goodbye = await self._listen()
                telling.cancel()
            if goodbye is not None:
                await self._websocket.close(_FLOOD, goodbye)
        except* WebSocketDisconnect:
            pass  # it left while it was told something
        finally:
            self._broadcaster.leave(self._news)

    async def _listen(self) -> str | None:
        """Take in what the client says until it leaves; return why we leave it, if it is us."""
        if self._websocket.query_params:
            await self._heed(partial(read_query, self._websocket.query_params))
        while True:
            message = await self._websocket.receive()
            if message["type"] == "websocket.disconnect":
                return None
            if not self._bears():
                return f"more than {PER_SECOND:.0f} messages a second"
            await self._heed(partial(_read, message))

    async def _heed(self, ask: Callable[[], Subscribe | Ping]) -> None:
        """Do what the client asks, or say what is wrong with it."""
        try:
            asked = ask()
            if isinstance(asked, Ping):
                await self._send(frames.pong(self._clock()))
                return
            wanted = wish(self._wants, asked)
        except BadRequest as error:
            await self._send(frames.error(error.code, str(error)))
            return
        self._wants = wanted.watch
        self._anew |= wanted.anew
        left_off = wanted.resume
        if left_off and left_off.epoch == self._epoch and left_off.tick <= self._broadcaster.tick:
            self._watch, self._told, self._anew = wanted.watch, left_off.tick, False
        self._asked = True
        self._news.set()

    async def _tell(self) -> None:
        """Tell the changes, tick by tick as fast as the client takes them."""
        loop = asyncio.get_running_loop()
        while True:
            await self._tick_after(self._told)
            wants, asked = self._wants, self._asked
            if wants is not None:
                self._asked = False
                since, self._anew = 0 if self._anew else self._told, False
                message = await self._broadcaster.message(since, self._watch, wants)
                silent_for = loop.time() - self._told_at + self._tick_seconds
                if asked or not message.empty or message.since != self._told or silent_for > SILENCE_S:
                    self._watch = wants
                    for part in message.parts:
                        await self._send(part)
                    self._told, self._told_at = message.tick, loop.time()
            await self._news.wait()

    async def _tick_after(self, tick: int) -> None:
        """Wait until there is a tick after `tick`."""
        while True:
            self._news.clear()
            if self._broadcaster.tick > tick:
                return
            await self._news.wait()

    async def _send(self, text: str) -> None:
        await self._websocket.send_text(text)
        self._broadcaster.messages_sent += 1
        self._broadcaster.bytes_sent += len(text)

    def _bears(self) -> bool:
        """Say whether one more message is bearable: a bucket that holds BURST and fills with PER_SECOND."""
        now = asyncio.get_running_loop().time()
        self._patience = min(BURST, self._patience + (now - self._heard_at) * PER_SECOND) - 1
        self._heard_at = now
        return self._patience >= 0


def _speaks_json(offered: Sequence[str]) -> bool:
    """Say whether JSON will do: it is offered, or it is the default because nothing else is."""
    return SUBPROTOCOL in offered or all(name.startswith(_KEY_PREFIX) for name in offered)


def _read(message: Mapping[str, Any]) -> Subscribe | Ping:
    text = message.get("text")
    if text is None:
        raise BadRequest("bad_request", "A binary message came: send JSON as text messages.")
    return read(text)
