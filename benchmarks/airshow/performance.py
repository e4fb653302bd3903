"""The server, performed: the real broadcaster, stream and protocol on a real port, over a simulated sky.

There is no database: the history is a fake that counts who asks. Ticks come on command, so that the making
of the sky is never within what is measured.
"""

import asyncio
import time
from collections.abc import AsyncIterator, Callable, Iterator, Mapping, Sequence
from contextlib import asynccontextmanager
from itertools import cycle
from typing import Any, NamedTuple

from starlette.types import ASGIApp, Receive, Scope, Send

from aerotrack.core.changes import Changes
from aerotrack.core.columns import Columns
from aerotrack.web.api import make_app
from aerotrack.web.broadcaster import Broadcaster
from aerotrack.web.framing import BINARY
from aerotrack.web.protocol import SINK, StreamProtocol
from aerotrack.web.server import Server
from airshow.replica import HEAD
from airshow.spectator import CONTROL
from airshow.traffic import Traffic, at_time

EPOCH = "9f3c21aa"
WITHIN_S = 0.95  # after the beginning of a tick, what it costs is counted
REHEARSED = 3  # ticks, at up to 300 MB each with 5,000 maps

Pieces = Sequence[bytes | bytearray | memoryview]


class Tick(NamedTuple):
    """What a tick cost: CPU seconds, those of them in which it was only taken in, and what was written."""

    cpu: float
    taking: float
    messages: int
    octets: int


class Usage(NamedTuple):
    """What the server has used since it began, and how many clients are behind now."""

    cpu: float
    queries: int
    behind: int


class CountingHistory:
    """A history of nothing, which counts who asks."""

    def __init__(self) -> None:
        self.queries = 0

    async def flight(self, flight_id: int) -> Mapping[str, Any] | None:  # noqa: ARG002  there is none
        """Find nothing."""
        self.queries += 1
        return None

    async def flights_of(self, address: int, limit: int) -> Sequence[Mapping[str, Any]]:  # noqa: ARG002  same
        """Find nothing."""
        self.queries += 1
        return []

    async def track(self, flight_id: int, start: float | None, end: float | None) -> Columns:  # noqa: ARG002  same
        """Find nothing."""
        self.queries += 1
        return {}


class Performance:
    """A sky of `flights` that all change each second, and the server that streams it."""

    def __init__(self, flights: int) -> None:
        self.port = 0
        self._traffic = Traffic(flights)
        self._broadcaster = Broadcaster()
        self._history = CountingHistory()
        self.sinks: list[StreamProtocol] = []
        self._making_s = 0.0  # what a tick's sky takes, at most
        self._plan: list[ReadyFrames] = []

    @asynccontextmanager
    async def performing(self) -> AsyncIterator[None]:
        """Serve a sky of which the first tick is told."""
        app = make_app(
            sky=self._traffic.table,
            history=self._history,
            broadcaster=self._broadcaster,
            feeds=list,
            stats=dict,
            ready=dict,
            clock=time.time,
            epoch=EPOCH,
        )
        self._broadcaster.take(self._traffic.tick(time.time()))
        began = time.monotonic()
        self._broadcaster.take(self._traffic.tick(time.time()))
        self._making_s = 1.5 * (time.monotonic() - began)
        with Server.bound("127.0.0.1", 0) as server:
            self.port = server.port
            async with server.serving(self._meeting(app)):
                telling = asyncio.create_task(self._broadcaster.run(lambda _: None))
                yield
                telling.cancel()

    def _meeting(self, app: ASGIApp) -> ASGIApp:
        """Meet every connection of the stream."""

        async def meet(scope: Scope, receive: Receive, send: Send) -> None:
            sink = scope.get("extensions", {}).get(SINK)
            if sink is None:
                await app(scope, receive, send)
                return
            self.sinks.append(sink)
            try:
                await app(scope, receive, send)
            finally:
                self.sinks.remove(sink)

        return meet

    async def usage(self) -> Usage:
        """Say what was used."""
        behind = sum(not sink.ready for sink in self.sinks)
        return Usage(time.process_time(), self._history.queries, behind)

    async def play(self, ticks: int, *, ahead: bool = True) -> list[Tick]:
        """Hold ticks, one a second, after one that follows the pause before and does not count.

        The sky is made `ahead` of them all, or shortly before each.
        """
        begin = time.time() + 1.0 + (self._making_s * (ticks + 1) if ahead else 0.5)
        made = [await self._made(begin + number) for number in range(ticks + 1)] if ahead else []
        held = []
        for number in range(ticks + 1):
            due = begin + number
            if not ahead:
                await asyncio.sleep(due - 2 * self._making_s - time.time())
                made.append(self._traffic.tick(due))
            changes = made.pop(0)
            await asyncio.sleep(due - time.time())
            before = self._mark()
            self._broadcaster.take(at_time(changes, time.time()))
            taking = time.process_time() - before.cpu
            await asyncio.sleep(due + WITHIN_S - time.time())
            held.append(_difference(before, self._mark())._replace(taking=taking))
        return held[1:]

    async def rehearse(self, ticks: int) -> list[Tick]:
        """Hold ticks, and keep what is written to whom in the last of them: the plan of the controls."""
        notes: dict[int, list[tuple[StreamProtocol, Pieces]]] = {}
        tapped: list[Any] = [*self.sinks]
        for sink in tapped:
            sink.push = self._noting(sink, notes)
        held = await self.play(ticks)
        for sink in tapped:
            del sink.push
        self._plan = [ReadyFrames(notes[tick]) for tick in sorted(notes)[-REHEARSED:]]
        return held

    async def replay(self, ticks: int) -> list[Tick]:
        """Write the bytes that were kept again, tick by tick, to the same clients: frames that are ready."""
        begin = time.time() + 1.0
        held = []
        for number, ready in zip(range(ticks + 1), cycle(self._plan), strict=False):
            due = begin + number
            ready.date(due)
            await asyncio.sleep(due - time.time())
            cpu = time.process_time()
            for sink, frames in ready.of_sinks:
                if sink.ready:
                    sink.push(frames)
            await asyncio.sleep(due + WITHIN_S - time.time())
            octets = sum(len(frames[0]) for _, frames in ready.of_sinks)
            held.append(Tick(time.process_time() - cpu, 0.0, len(ready.of_sinks), octets))
        return held[1:]

    async def _made(self, due: float) -> Changes:
        await asyncio.sleep(0)
        return self._traffic.tick(due)

    def _mark(self) -> Tick:
        return Tick(time.process_time(), 0.0, self._broadcaster.messages_sent, self._broadcaster.bytes_sent)

    def _noting(
        self, sink: StreamProtocol, notes: dict[int, list[tuple[StreamProtocol, Pieces]]]
    ) -> Callable[[Pieces], None]:
        def push(pieces: Pieces) -> None:
            kept = notes.setdefault(self._broadcaster.tick, [])
            if not kept:
                notes.pop(self._broadcaster.tick - REHEARSED, None)
            kept.append((sink, pieces))
            StreamProtocol.push(sink, pieces)

        return push


class ReadyFrames:
    """What was written in a tick: the same bytes, shared by the same clients, but marked as a control's."""

    def __init__(self, written: Sequence[tuple[StreamProtocol, Pieces]]) -> None:
        frames = {id(pieces): [bytearray().join(pieces)] for _, pieces in written}
        self.of_sinks = [(sink, frames[id(pieces)]) for sink, pieces in written]
        self._heads = [(frame, at) for (frame,) in frames.values() for at in _binary_payloads(frame)]

    def date(self, due: float) -> None:
        """Have the clients time them from `due`."""
        for frame, at in self._heads:
            HEAD.pack_into(frame, at, CONTROL, 0, 0, 0, 0, 0, 0, 0, 1000.0 * due)


def _difference(before: Tick, after: Tick) -> Tick:
    return Tick(after.cpu - before.cpu, 0.0, after.messages - before.messages, after.octets - before.octets)


def _binary_payloads(frames: bytes | bytearray) -> Iterator[int]:
    """Yield where the payload of each binary frame begins."""
    begin = 0
    while begin < len(frames):
        first, second = frames[begin : begin + 2]
        extended = {126: 2, 127: 8}.get(second, 0)
        at = begin + 2 + extended
        size = int.from_bytes(frames[begin + 2 : at], "big") if extended else second
        if first == BINARY:
            yield at
        begin = at + size
