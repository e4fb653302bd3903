"""The latest rows: every live flight as it was last taken, whole. What each class publishes comes from here.

Flights sit in the rows of the table, so a row is the handle of the binary stream. Pure.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from aerotrack.core.changes import Changes
from aerotrack.core.columns import BY_NAME, Columns, Group
from aerotrack.core.digest import facts_hash
from aerotrack.core.identity import flight_ids, flight_texts
from aerotrack.core.precision import Lines
from aerotrack.core.tiles import codes_at
from aerotrack.core.wire import (
    FACTS,
    MOTION,
    Records,
    pack_facts,
    pack_motion,
    put_last_heard,
)

Rows = NDArray[np.intp]
NO_ROWS: Rows = np.empty(0, np.intp)

_MOVING = (*(name for name, column in BY_NAME.items() if column.group is Group.MOTION), "facts_tick")
_STAYING = (*(name for name, column in BY_NAME.items() if column.group is Group.FACTS), "address", "start")
MOST_LEFT = 65_536  # flights of which is remembered where they sat

_INNER: Mapping[str, Any] = {
    "address": np.uint32,
    "start": np.int64,
    "flight": np.int64,  # its bigint id
    "live": np.bool_,
    "begun": np.int64,  # the tick since which this flight sits here without a break
    "facts_tick": np.int64,  # the tick in which one of the facts changed last
    "facts_hash": np.uint32,
    "code": np.int32,  # the tile it is in
    "id": object,
}


@dataclass(frozen=True, slots=True, eq=False)
class Turn:
    """What a tick changed: first flights left (rows and ids), then rows took news; some of them are new.

    `reseated` is the newest tick that no client can go on from, as a flight sits in another row than then.
    """

    tick: int
    time: float
    left: Rows
    left_flights: NDArray[np.int64]
    rows: Rows
    reseated: int = 0


class LatestRows:
    """Arrays by row. Changed by `apply` alone, once a tick.

    `motion` and `facts` are packed records; `truth` holds the lines of what was accepted.
    """

    def __init__(self) -> None:
        self.tick = 0
        self.time = 0.0
        self.feeds: tuple[str, ...] = ()
        self.columns: dict[str, NDArray[Any]] = {name: column.blank(0) for name, column in BY_NAME.items()}
        self.columns |= {name: np.empty(0, dtype) for name, dtype in _INNER.items()}
        self.motion, self.facts = MOTION.blank(0), FACTS.blank(0)
        self.truth = Lines()
        self.row_of: dict[int, int] = {}
        self._left: dict[int, tuple[int, int]] = {}  # by flight: the row it left, and the tick

    def __len__(self) -> int:
        """How many flights live."""
        return len(self.row_of)

    @property
    def capacity(self) -> int:
        """How many rows there are."""
        return len(self.columns["live"])

    def apply(self, changes: Changes) -> Turn:
        """Take in what happened in a tick."""
        before = self.tick
        self.tick, self.time, self.feeds = changes.tick, changes.time, changes.feeds
        rows: Rows = changes.updated.get("row", NO_ROWS)
        gone: Rows = changes.gone.get("row", NO_ROWS)
        self._grow(int(max(rows.max(initial=-1), gone.max(initial=-1))) + 1)
        flights = flight_ids(changes.updated["address"], changes.updated["start"])
        left = self._leaving(changes, rows, gone, flights)
        left_flights = self.columns["flight"][left]
        self._leave(left)
        reseated = self._update(rows, flights, changes.updated, before) if len(rows) else 0
        return Turn(changes.tick, changes.time, left, left_flights, rows, reseated)

    def facts_of(self, rows: Rows) -> Records:
        """Return the packed facts (N, 88) of these rows, with what is known now of when they were heard."""
        facts = self.facts[rows]
        put_last_heard(facts, self.columns["last_heard"][rows])
        return facts

    def _leaving(self, changes: Changes, rows: Rows, gone: Rows, flights: NDArray[np.int64]) -> Rows:
        """Return the rows whose flight leaves them, each once."""
        c = self.columns
        went = c["live"][gone] & (
            c["flight"][gone] == flight_ids(changes.gone["address"], changes.gone["start"])
        )
        left = [gone[went]]
        begins = ~(c["live"][rows] & (c["flight"][rows] == flights))
        if begins.any():
            replaced = rows[begins]
            elsewhere = [self.row_of[f] for f in flights[begins].tolist() if f in self.row_of]
            left += [replaced[c["live"][replaced]], np.array(elsewhere, np.intp)]
        if changes.since == 0:  # everything that lives: what is not named lives no more
            others = c["live"].copy()
            others[rows] = False
            left.append(np.flatnonzero(others))
        return np.unique(np.concatenate(left))

    def _leave(self, rows: Rows) -> None:
        c = self.columns
        for flight, row in zip(c["flight"][rows].tolist(), rows.tolist(), strict=True):
            del self.row_of[flight]
            self._left[flight] = row, self.tick
        while len(self._left) > MOST_LEFT:
            del self._left[next(iter(self._left))]
        c["live"][rows], c["id"][rows] = False, None
        lost = {name: column.blank(len(rows)) for name, column in BY_NAME.items()}
        self.truth.lay(rows, lost)

    def _update(self, rows: Rows, flights: NDArray[np.int64], updated: Columns, before: int) -> int:
        """Take in the news of rows; return what a turn has as `reseated`."""
        c, reseated = self.columns, 0
        begins = ~c["live"][rows]
        for name in _MOVING:
            c[name][rows] = updated[name]
        c["flight"][rows], c["live"][rows] = flights, True
        self.motion[rows] = pack_motion(updated, rows)
        way = self.truth.lay(rows, updated)
        c["code"][rows] = codes_at(way.x, way.y)
        if begins.any():
            at = rows[begins]
            c["begun"][at] = self.tick
            names = flight_texts(updated["address"][begins], updated["start"][begins])
            c["id"][at] = np.array(names, object)
            for flight, row in zip(flights[begins].tolist(), at.tolist(), strict=True):
                self.row_of[flight] = row
                sat, until = self._left.pop(flight, (row, 0))
                reseated = max(reseated, until) if sat != row else reseated
        told = begins | (updated["facts_tick"] > before)
        if told.any():
            at, news = rows[told], {name: updated[name][told] for name in (*_STAYING, "last_heard")}
            for name in _STAYING:
                c[name][at] = news[name]
            facts = pack_facts(news, at)
            self.facts[at], c["facts_hash"][at] = facts, facts_hash(facts)
            c["facts_tick"][at] = self.tick
        return reseated

    def _grow(self, capacity: int) -> None:
        before = self.capacity
        if capacity <= before:
            return
        more = max(capacity, 2 * before) - before
        for name, values in self.columns.items():
            blank = BY_NAME[name].blank(more) if name in BY_NAME else _blank(_INNER[name], more)
            self.columns[name] = np.concatenate([values, blank])
        self.motion = np.concatenate([self.motion, MOTION.blank(more)])
        self.facts = np.concatenate([self.facts, FACTS.blank(more)])
        self.truth.grow(before + more)


def _blank(dtype: Any, rows: int) -> NDArray[Any]:
    return np.full(rows, None, object) if dtype is object else np.zeros(rows, dtype)
