"""The sky of the past: stored positions in, Changes out, under the ids that the flights are stored with.

There is no FlightTable in between. What is stored was believed once and its legs were decided; deciding both
again, from positions that were rounded and from a moment in the middle of a flight, could end otherwise. A
flight lives while its last position is at most 60 s old, which is what `aerotrack.sky_at` says, and it is as
that position says. Pure.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from aerotrack.core.belief import EMERGENCY_OF_SQUAWK
from aerotrack.core.changes import Changes
from aerotrack.core.columns import BY_NAME, COLUMNS, STORED, Columns, Group
from aerotrack.core.events import Event
from aerotrack.core.flights import COASTING_S, LIFETIME_S
from aerotrack.core.rows import FREE, GONE, LIVE

KEPT_TICKS = 150  # a row that a flight left is another's only after so many
FACTS = ("callsign", "registration", "type_code", "category", "operator", "origin", "destination")
"""What is stored of a flight, and not of each of its positions."""

Flights = NDArray[np.int64]
"""Flights (N,) by their bigint ids."""

_SEEN = ("time", *(column.name for column in STORED))
_SEEN_FACTS = tuple(column.name for column in STORED if column.group is Group.FACTS)
_OF_FACTS = ("reason", *FACTS)
_TOLD = ("address", "start", "reason", "facts_tick", *BY_NAME)


@dataclass(frozen=True, slots=True, eq=False)
class Passage:
    """What is stored of a stretch of time.

    - `positions`: `flight` (N,) int64, `time` and the stored columns of the schema, in order of time; `feed`
      is an index into `feeds`, which only grow;
    - `facts`: `flight` (M,) int64 in order, `reason` (an index into SPLIT_REASONS) and FACTS, of the flights
      that the reader did not know;
    - `events`: what happened, in order of time.
    """

    positions: Columns
    facts: Columns
    feeds: tuple[str, ...] = ()
    events: Sequence[Event] = ()

    @classmethod
    def nothing(cls) -> "Passage":
        """Make a passage in which nothing is stored."""
        return cls(
            {"flight": np.empty(0, np.int64), **{name: BY_NAME[name].blank(0) for name in _SEEN}},
            {
                "flight": np.empty(0, np.int64),
                "reason": np.empty(0, np.int8),
                **{name: BY_NAME[name].blank(0) for name in FACTS},
            },
        )

    def __len__(self) -> int:
        return len(self.positions["flight"])

    def between(self, after: float, upto: float) -> "Passage":
        """Return what happened later than `after` and not later than `upto`, with all the facts."""
        ends = np.searchsorted(self.positions["time"], [after, upto], side="right")
        some = slice(*ends.tolist())
        return replace(
            self,
            positions={name: values[some] for name, values in self.positions.items()},
            events=[event for event in self.events if after < event.time <= upto],
        )


def joined(passages: Iterable[Passage]) -> Passage:
    """Make one of passages that follow one another, at least one."""
    parts = list(passages)
    if len(parts) == 1:
        return parts[0]
    facts = _concatenated([part.facts for part in parts])
    _, first = np.unique(facts["flight"], return_index=True)
    return Passage(
        _concatenated([part.positions for part in parts]),
        {name: values[first] for name, values in facts.items()},
        max((part.feeds for part in parts), key=len),
        [event for part in parts for event in part.events],
    )


class PastSky:
    """The flights at one moment of the past after the other. Each has a row of its own while it lives."""

    def __init__(self) -> None:
        self.tick = 0
        self._feeds: tuple[str, ...] = ()
        self._columns: dict[str, NDArray[Any]] = {column.name: column.blank(0) for column in COLUMNS}
        for name, dtype in (("flight", "i8"), ("address", "u4"), ("start", "i8"), ("reason", "i1")):
            self._columns[name] = np.empty(0, dtype)
        for name, dtype in (("facts_tick", "i8"), ("left_tick", "i8"), ("state", "i1")):
            self._columns[name] = np.empty(0, dtype)
        self._flights: Flights = np.empty(0, np.int64)  # who has a row, in order
        self._rows: NDArray[np.intp] = np.empty(0, np.intp)  # and which

    @property
    def live(self) -> Flights:
        """The flights that live."""
        flights: Flights = self._columns["flight"][self._columns["state"] == LIVE]
        return flights

    def advance(self, at: float, passage: Passage) -> Changes:
        """Go on to the moment `at`, Unix seconds, given what is stored since the moment before."""
        before, self.tick = self.tick, self.tick + 1
        self._feeds = max(self._feeds, passage.feeds, key=len)
        self._vacate()
        c = self._columns
        seen = _latest(passage.positions, at)
        rows = self._seated(seen["flight"])
        came = c["state"][rows] != LIVE
        c["state"][rows] = LIVE
        self._learn(rows[came], passage.facts)
        news = came | (seen["time"] > c["time"][rows])
        rows, came, seen = rows[news], came[news], {name: values[news] for name, values in seen.items()}
        facts = came
        for name in _SEEN_FACTS:
            facts = facts | (c[name][rows] != seen[name])
        for name in _SEEN:
            c[name][rows] = seen[name]
        c["last_heard"][rows] = seen["time"]
        c["emergency"][rows] = EMERGENCY_OF_SQUAWK[seen["squawk"]]
        c["facts_tick"][rows[facts]] = self.tick

        changed = np.zeros(len(c["state"]), bool)
        changed[rows] = True
        live = np.flatnonzero(c["state"] == LIVE)
        silent = at - c["time"][live]
        coasting = (silent > COASTING_S).astype(np.int8)
        turned = live[coasting != c["coasting"][live]]
        c["coasting"][live] = coasting
        c["facts_tick"][turned], changed[turned] = self.tick, True
        gone = live[silent > LIFETIME_S]
        c["state"][gone], c["left_tick"][gone], changed[gone] = GONE, self.tick, False
        return Changes(
            since=before,
            tick=self.tick,
            time=at,
            updated=self._told(np.flatnonzero(changed)),
            gone=self._told(gone),
            feeds=self._feeds,
        )

    def _told(self, rows: NDArray[np.intp]) -> Columns:
        nowhere = {"airport": np.zeros(len(rows), "S4"), "elevation_ft": np.full(len(rows), np.nan, "f4")}
        return {"row": rows, **{name: self._columns[name][rows] for name in _TOLD}, **nowhere}

    def _seated(self, flights: Flights) -> NDArray[np.intp]:
        """Return the rows of flights (N,), each once; who has none gets one."""
        rows = self._find(flights)
        new = flights[rows < 0]
        if len(new):
            c = self._columns
            free = np.flatnonzero(c["state"] == FREE)[1:]  # row 0 is nobody's, as in every table
            if len(free) < len(new):
                self._grow(len(new) - len(free) + 1)
                free = np.flatnonzero(c["state"] == FREE)[1:]
            seats = free[: len(new)]
            c["flight"][seats], c["address"][seats], c["start"][seats] = new, new >> 32, new & 0xFFFFFFFF
            for column in COLUMNS:
                c[column.name][seats] = column.unknown
            c["reason"][seats], c["coasting"][seats], c["state"][seats] = 0, 0, GONE
            flights_now, rows_now = np.append(self._flights, new), np.append(self._rows, seats)
            order = np.argsort(flights_now)
            self._flights, self._rows = flights_now[order], rows_now[order]
            rows[rows < 0] = seats
        return rows

    def _find(self, flights: Flights) -> NDArray[np.intp]:
        """Return the rows of flights (N,), -1 for who has none."""
        places = np.searchsorted(self._flights, flights)
        found = np.append(self._flights, -1)[places] == flights
        return np.where(found, np.append(self._rows, -1)[places], -1)

    def _learn(self, rows: NDArray[np.intp], facts: Columns) -> None:
        """Take in the facts of the flights in these rows, as far as they are told."""
        flights = self._columns["flight"][rows]
        places = np.searchsorted(facts["flight"], flights)
        found = np.append(facts["flight"], -1)[places] == flights
        for name in _OF_FACTS:
            self._columns[name][rows[found]] = facts[name][places[found]]

    def _vacate(self) -> None:
        """Free the rows that flights left long ago."""
        c = self._columns
        free = (c["state"] == GONE) & (c["left_tick"] < self.tick - KEPT_TICKS)
        if free.any():
            c["state"][free] = FREE
            stays = ~free[self._rows]
            self._flights, self._rows = self._flights[stays], self._rows[stays]

    def _grow(self, rows: int) -> None:
        rows = max(rows, len(self._columns["state"]), 1024)  # at least doubling
        for name, values in self._columns.items():
            more = BY_NAME[name].blank(rows) if name in BY_NAME else np.zeros(rows, values.dtype)
            self._columns[name] = np.concatenate([values, more])


def _latest(positions: Columns, at: float) -> Columns:
    """Return the last position of each flight that is at most LIFETIME_S old at the moment `at`."""
    flight, time = positions["flight"], positions["time"]
    _, last = np.unique(flight[::-1], return_index=True)
    rows = len(flight) - 1 - last
    rows = rows[at - time[rows] <= LIFETIME_S]
    return {name: values[rows] for name, values in positions.items()}


def _concatenated(parts: Sequence[Columns]) -> dict[str, NDArray[Any]]:
    return {name: np.concatenate([part[name] for part in parts]) for name in parts[0]}
