"""Hand-written stand-ins for the ports, and literal rows for them."""

import asyncio
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from aerotrack.core.area import Area
from aerotrack.core.changes import Changes
from aerotrack.core.columns import BY_NAME, COLUMNS, STORED, Columns
from aerotrack.core.events import Event
from aerotrack.core.past_sky import FACTS, Passage
from aerotrack.core.questions import EventsAsked, FlightsAsked
from aerotrack.errors import DatabaseError

START = 0x6740A31C
"""The second in which the flights of these rows began, unless they say otherwise: 2024-11-22T15:28:28Z."""


def rows_of(address: ArrayLike, start: ArrayLike = START, **known: ArrayLike) -> dict[str, NDArray[Any]]:
    """Make the rows of N flights: every column of the schema, unknown but for `known`."""
    addresses = np.atleast_1d(np.asarray(address, np.uint32))
    count = len(addresses)
    columns = {column.name: column.blank(count) for column in COLUMNS}
    columns |= {
        "address": addresses,
        "start": np.broadcast_to(np.asarray(start, np.int64), count).copy(),
        "reason": np.zeros(count, np.int8),
        "facts_tick": np.ones(count, np.int64),
    }
    for name, values in known.items():
        dtype = BY_NAME[name].dtype if name in BY_NAME else np.int64
        columns[name] = np.broadcast_to(np.asarray(values, dtype), count).copy()
    return columns


def changes_of(
    tick: int,
    updated: Columns | None = None,
    gone: Columns | None = None,
    *,
    since: int | None = None,
    feeds: tuple[str, ...] = (),
    stamp: int = 0,
) -> Changes:
    """Make the changes of a tick; flights sit in the rows of `row`, otherwise in the rows 0, 1, 2, …."""
    parts = {}
    for name, columns in (("updated", updated), ("gone", gone)):
        if columns is not None:
            row = columns.get("row", np.arange(len(columns["address"])))
            parts[name] = {**columns, "row": np.asarray(row, np.intp)}
    return Changes(
        tick - 1 if since is None else since, tick, START + 1000.0 + tick, feeds=feeds, stamp=stamp, **parts
    )


class FakeSky:
    """A sky of literal rows, all live."""

    def __init__(self, columns: Columns | None = None, feeds: Sequence[str] = ("roof",)) -> None:
        self.columns = rows_of([]) if columns is None else columns
        self.feeds = feeds
        self.tick = 7
        self.time = START + 1000.0
        self.explained: Mapping[str, Any] = {}

    @property
    def live(self) -> NDArray[np.intp]:
        return np.arange(len(self.columns["address"]))

    def row_of(self, address: int) -> int | None:
        rows = np.flatnonzero(self.columns["address"] == address)
        return int(rows[0]) if len(rows) else None

    def explain(self, row: int) -> Mapping[str, Any]:
        return {"row": row, **self.explained}


class FakeHistory:
    """A history of literal flights, newest first, tracks, a sky, events; `broken` makes it refuse everything.

    `asked` is what was last asked for; the filters themselves are the database's.
    """

    def __init__(
        self, past: Sequence[Mapping[str, Any]] = (), tracks: Mapping[int, Columns] | None = None
    ) -> None:
        self.past = past
        self.tracks = tracks or {}
        self.skies: Columns = rows_of([])
        self.log: Sequence[Mapping[str, Any]] = ()
        self.begins: float | None = None
        self.asked: Any = None
        self.broken = False

    async def flight(self, flight_id: int) -> Mapping[str, Any] | None:
        self._check()
        return next((f for f in self.past if _bigint(f["id"]) == flight_id), None)

    async def flights(self, asked: FlightsAsked) -> Sequence[Mapping[str, Any]]:
        self._check(asked)
        return _page(self.past, asked.after, asked.limit)

    async def flights_of(
        self, address: int, limit: int, after: int | None = None
    ) -> Sequence[Mapping[str, Any]]:
        self._check()
        return _page([f for f in self.past if _bigint(f["id"]) >> 32 == address], after, limit)

    async def track(self, flight_id: int, start: float | None, end: float | None) -> Columns:
        self._check()
        blank: Columns = {"time": np.empty(0), **{c.name: c.blank(0) for c in STORED}}
        columns = self.tracks.get(flight_id, blank)
        time = columns["time"]
        inside = (time >= (-np.inf if start is None else start)) & (time <= (np.inf if end is None else end))
        return {name: values[inside] for name, values in columns.items()}

    async def sky(self, at: float, area: Area | None) -> Columns:
        self._check((at, area))
        return self.skies

    async def events(self, asked: EventsAsked) -> Sequence[Mapping[str, Any]]:
        self._check(asked)
        later = [e for e in self.log if asked.after is None or (e["time_us"], e["id"]) < asked.after]
        return later[: asked.limit]

    async def earliest(self) -> float | None:
        self._check(self.asked)
        return self.begins

    async def traffic(self, start: float, end: float, step: float) -> NDArray[np.int64]:
        self._check((start, end, step))
        return np.arange(round((end - start) / step))

    def _check(self, asked: Any = None) -> None:
        self.asked = asked
        if self.broken:
            raise DatabaseError("PostgreSQL cannot be reached: start it.")


class FakeSink:
    """A sink that notes what it was given, and keeps it at once."""

    def __init__(self) -> None:
        self.taken: list[Changes] = []
        self.closed = False

    def take(self, changes: Changes) -> None:
        self.taken.append(changes)

    async def run(self, kept: Callable[[int], None]) -> None:
        while True:
            kept(self.taken[-1].stamp if self.taken else 0)
            await asyncio.sleep(0.01)

    async def close(self) -> None:
        self.closed = True


class FakePast:
    """A past of literal positions: `flight`, `time` and stored columns, in order of time, all of one feed.

    `broken` makes it refuse everything; while `held` is not set it does not answer. `asked` is what it was.
    """

    def __init__(self, positions: Columns | None = None, events: Sequence[Event] = ()) -> None:
        self.positions = Passage.nothing().positions if positions is None else positions
        self.happened = events
        self.broken = False
        self.held = asyncio.Event()
        self.held.set()
        self.asked: list[tuple[str, float]] = []
        self.given_up = 0

    async def earliest(self) -> float | None:
        await self._answers("earliest", 0.0)
        return float(self.positions["time"][0]) if len(self.positions["time"]) else None

    async def sky(self, at: float, known: NDArray[np.int64]) -> Passage:
        await self._answers("sky", at)
        passage = self._told(at - 60.02, at, known)
        flight = passage.positions["flight"]
        _, last = np.unique(flight[::-1], return_index=True)
        rows = np.sort(len(flight) - 1 - last)
        return replace(passage, positions={name: v[rows] for name, v in passage.positions.items()})

    async def passage(self, after: float, upto: float, known: NDArray[np.int64]) -> Passage:
        await self._answers("passage", upto)
        return replace(self._told(after, upto, known), events=await self.events(after, upto))

    async def events(self, after: float, upto: float) -> Sequence[Event]:
        return [event for event in self.happened if after < event.time <= upto]

    def _told(self, after: float, upto: float, known: NDArray[np.int64]) -> Passage:
        some = Passage(self.positions, Passage.nothing().facts, ("roof",)).between(after, upto)
        strangers = np.setdiff1d(some.positions["flight"], known)
        facts = {name: BY_NAME[name].blank(len(strangers)) for name in FACTS}
        facts["callsign"][:] = [b"F%d" % (flight >> 32) for flight in strangers.tolist()]
        reason = np.zeros(len(strangers), np.int8)
        return replace(some, facts={"flight": strangers, "reason": reason, **facts})

    async def _answers(self, question: str, about: float) -> None:
        self.asked.append((question, about))
        try:
            await self.held.wait()
        except asyncio.CancelledError:
            self.given_up += 1
            raise
        if self.broken:
            raise DatabaseError("The past cannot be read: look at the database.")


def stored_positions(flight: ArrayLike, time: ArrayLike, **known: ArrayLike) -> Columns:
    """Make stored positions (N,) in order of time, unknown but for `known`; heard by feed 0."""
    flights = np.asarray(flight, np.int64)
    columns = {c.name: c.blank(len(flights)) for c in STORED} | {"feed": np.zeros(len(flights), np.int16)}
    for name, values in known.items():
        columns[name] = np.broadcast_to(np.asarray(values, BY_NAME[name].dtype), len(flights)).copy()
    order = np.argsort(np.asarray(time, np.float64), kind="stable")
    columns |= {"flight": flights, "time": np.asarray(time, np.float64)}
    return {name: values[order] for name, values in columns.items()}


def _bigint(name: str) -> int:
    address, start = name.split("-")
    return int(address, 16) << 32 | int(start, 16)


def _page(flights: Sequence[Mapping[str, Any]], after: int | None, limit: int) -> Sequence[Mapping[str, Any]]:
    """Cut a page out of flights that are in order: by falling start, the last half of the id, and id."""
    ids = [_bigint(flight["id"]) for flight in flights]
    place = [(name & 0xFFFFFFFF, name) for name in ids]
    return [
        f for f, p in zip(flights, place, strict=True) if after is None or p < (after & 0xFFFFFFFF, after)
    ][:limit]
