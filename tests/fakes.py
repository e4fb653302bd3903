"""Hand-written stand-ins for the ports, and literal rows for them."""

import asyncio
from collections.abc import Callable, Mapping, Sequence
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from aerotrack.core.changes import Changes
from aerotrack.core.columns import BY_NAME, COLUMNS, STORED, Columns
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

    @property
    def live(self) -> NDArray[np.intp]:
        return np.arange(len(self.columns["address"]))

    def row_of(self, address: int) -> int | None:
        rows = np.flatnonzero(self.columns["address"] == address)
        return int(rows[0]) if len(rows) else None


class FakeHistory:
    """A history of literal flights, newest first, and tracks; `broken` makes it refuse everything."""

    def __init__(
        self, flights: Sequence[Mapping[str, Any]] = (), tracks: Mapping[int, Columns] | None = None
    ) -> None:
        self.flights = flights
        self.tracks = tracks or {}
        self.broken = False

    async def flight(self, flight_id: int) -> Mapping[str, Any] | None:
        self._check()
        return next((f for f in self.flights if _bigint(f["id"]) == flight_id), None)

    async def flights_of(self, address: int, limit: int) -> Sequence[Mapping[str, Any]]:
        self._check()
        return [f for f in self.flights if _bigint(f["id"]) >> 32 == address][:limit]

    async def track(self, flight_id: int, start: float | None, end: float | None) -> Columns:
        self._check()
        blank: Columns = {"time": np.empty(0), **{c.name: c.blank(0) for c in STORED}}
        columns = self.tracks.get(flight_id, blank)
        time = columns["time"]
        inside = (time >= (-np.inf if start is None else start)) & (time <= (np.inf if end is None else end))
        return {name: values[inside] for name, values in columns.items()}

    def _check(self) -> None:
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


def _bigint(name: str) -> int:
    address, start = name.split("-")
    return int(address, 16) << 32 | int(start, 16)
