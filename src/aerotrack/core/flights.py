"""FlightTable: the current state of every flight, one row each, as a struct of arrays.

    index.find(address) -> row        columns[name][row]        stamp[row] = tick of the row's last change

A row is free, live, or gone. A gone row is a tombstone: it keeps its place for the resume window, so that
whoever asks for the changes since an older tick learns that the flight left, and no one takes its row for
another's.
"""

from collections import Counter
from collections.abc import Iterable, Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

from aerotrack.core.aircraft_facts import AircraftFacts, enter
from aerotrack.core.airports import Airports
from aerotrack.core.arbitration import hear
from aerotrack.core.changes import Changes
from aerotrack.core.columns import BY_NAME, STORED, Columns
from aerotrack.core.explanation import explained
from aerotrack.core.legs import Leg, Legs
from aerotrack.core.observations import Observations
from aerotrack.core.progress import progress
from aerotrack.core.reception import Reception
from aerotrack.core.rows import FREE, GONE, LIVE, Rows
from aerotrack.core.seating import LIFETIME_S, Seating
from aerotrack.core.whereabouts import Whereabouts

__all__ = ["COASTING_S", "LIFETIME_S", "MOST", "WINDOW_S", "FlightTable"]

COASTING_S = 15.0  # a flight without a position for this long is coasting
WINDOW_S = 600.0  # a gone flight is remembered for this long
MOST = 1 << 20  # rows, 1 GB, beyond which nobody new is let in: a feed may invent aircraft

_REPLAYED = ("address", "start", "reason", "facts_tick", "airport", "elevation_ft", "conflicted_at", *BY_NAME)
_POSITION = ("address", "start", "time", "stamp", *(column.name for column in STORED))


class FlightTable:
    """The only mutable state. Synchronous; holds no clock: time is an argument, in Unix seconds.

    `open_legs` are those of a run before this one; with `past` they are no recording's that is read again.
    Given `airports`, origins and destinations are found where the feeds do not tell them.
    """

    def __init__(
        self,
        open_legs: Iterable[Leg] = (),
        *,
        past: bool = False,
        airports: Airports | None = None,
        capacity: int = 1024,
        most: int = MOST,
    ) -> None:
        self._legs = Legs(open_legs, past=past)
        self._rows = Rows(capacity)
        self._whereabouts = None if airports is None else Whereabouts(self._rows, airports)
        self._seating = Seating(self._rows, self._legs, self._whereabouts, most)
        self._feeds: dict[str, int] = {}
        self._filling = 1  # the tick that the next changes will have
        self._time = 0.0
        self._stamp = 0
        self._positions: list[Columns] = []

    # What others read: see the port Sky.

    @property
    def tick(self) -> int:
        """The newest tick that is complete; 0 before the first."""
        return self._filling - 1

    @property
    def time(self) -> float:
        """The stream time of that tick."""
        return self._time

    @property
    def columns(self) -> Columns:
        """Every column over all rows (read them only where `live`); valid until the next change."""
        return self._rows.columns

    @property
    def live(self) -> NDArray[np.intp]:
        """The rows of the live flights, in no order."""
        return np.flatnonzero(self._rows.columns["state"] == LIVE)

    @property
    def feeds(self) -> tuple[str, ...]:
        """The names behind the column `feed`."""
        return tuple(self._feeds)

    def retold(self, feed: str) -> int:
        """Count a feed's positions that another one had told before, or a later one instead."""
        return self._rows.echoes.retold[self._feeds.get(feed, -1)]

    def row_of(self, address: int) -> int | None:
        """Find the row of an aircraft's live flight."""
        row = int(self._rows.index.find(np.array([address], np.uint32))[0])
        return row if self._rows.columns["state"][row] == LIVE else None

    def explain(self, row: int) -> Mapping[str, Any]:
        """Say of each value of a flight who said it, how long ago, and who else was not believed."""
        return explained(self._rows, row, self.feeds, self._time)

    # What the pipeline calls.

    def apply(self, observations: Observations) -> Mapping[str, int]:
        """Take in observations, and say by reason how many of their positions were refused.

        A value is taken unless a later one was heard; a position also needs to be no older than the last
        (`out_of_order`) and no copy of it (`duplicate`: the same place within 2 s), and a new aircraft needs
        room for a row (`no_room`). One of a higher rank stands for a while against a lower one (`outranked`,
        `outranked_value`). How the rows are cut into batches makes no difference.
        """
        refused: Counter[str] = Counter()
        if len(observations):
            feed = self._feeds.setdefault(observations.feed, len(self._feeds))
            hear(self._rows, feed, observations)
            for observed in observations.rounds():
                self._apply_round(observed, feed, refused)
            self.reach(observations)
        return refused

    def reach(self, observations: Observations) -> None:
        """Note how far a durable source has come, whatever of it is believed."""
        if observations.stamps is not None:
            self._stamp = max(self._stamp, int(observations.stamps.max(initial=0)))

    def know(self, facts: AircraftFacts) -> None:
        """Take what a database knows of aircraft where no feed tells, for flights now and to come."""
        self._seating.facts = facts
        self._mark(enter(self._rows, self.live, facts))

    def expire(self, now: float) -> None:
        """Let time pass: flights coast, go, and end; tombstones older than the window are forgotten.

        What follows from their latest values is found here, once a tick: phases, origins, destinations.
        """
        c = self._rows.columns
        silent = np.flatnonzero((c["state"] == LIVE) & (now - c["last_heard"] > c["lifetime"]))
        self._seating.go(silent, self._filling)
        placed = now - c["time"] <= COASTING_S
        rows = np.flatnonzero((c["state"] == LIVE) & (c["coasting"] != 1) & ~placed)
        c["coasting"][rows] = 1
        self._mark(rows)
        turned, found = progress(self._rows, self._filling, self._whereabouts)
        c["stamp"][turned] = self._filling  # a phase is no fact
        self._mark(found)
        self._seating.ended += self._legs.ended(now)
        self._forget(now)

    def take(self, now: float) -> Changes:
        """Close the tick at stream time `now`, and return what happened in it."""
        self._time = now
        changes = self._changed_since(self._filling - 1, self._filling, self._positions, self._seating.ended)
        self._rows.columns["gone_at"][changes.gone["row"]] = now
        self._positions, self._seating.ended = [], []
        self._filling += 1
        return changes

    def since(self, tick: int) -> Changes:
        """Return the rows that changed after `tick`; 0 is everything that lives: a snapshot.

        What went longer than the window before now is forgotten: whoever holds an older state starts again
        from 0.
        """
        return self._changed_since(tick, self.tick, [], [])

    def replay(self, changes: Changes) -> None:
        """Become what the table of `changes` was at its tick, given that this one was at `changes.since`.

        A replica is to be read. What only `apply` needs (when each field was heard) isn't replayed.
        """
        c, none = self._rows.columns, np.empty(0, np.intp)
        rows, gone = changes.updated.get("row", none), changes.gone.get("row", none)
        if changes.since == 0:
            self._rows.vacate(np.flatnonzero(c["state"] != FREE))
        self._rows.grow(1 + int(max(rows.max(initial=0), gone.max(initial=0))))
        self._rows.vacate(np.concatenate([rows, gone]))
        for name in ("address", "start") if len(gone) else ():
            c[name][gone] = changes.gone[name]
        c["state"][gone], c["stamp"][gone], c["gone_at"][gone] = GONE, changes.tick, changes.time
        for name in (name for name in _REPLAYED if name in changes.updated):  # a stream tells no airports
            c[name][rows] = changes.updated[name]
        c["state"][rows], c["stamp"][rows] = LIVE, changes.tick
        self._rows.index.put(c["address"][rows], rows)
        self._feeds = {name: number for number, name in enumerate(changes.feeds)}
        self._time, self._filling, self._stamp = changes.time, changes.tick + 1, changes.stamp
        self._forget(changes.time)

    # One round: no aircraft twice.

    def _apply_round(self, seen: Observations, feed: int, refused: Counter[str]) -> None:
        seen, rows = self._seating.seat(seen, self._filling, refused)
        positions = Reception(self._rows, rows, seen, self._filling).receive(feed, refused)
        if positions is not None:
            self._positions.append(positions)

    # Rows.

    def _forget(self, now: float) -> None:
        c = self._rows.columns
        self._rows.vacate(np.flatnonzero((c["state"] == GONE) & (now - c["gone_at"] > WINDOW_S)))

    def _mark(self, rows: NDArray[np.intp]) -> None:
        c = self._rows.columns
        c["stamp"][rows] = c["facts_tick"][rows] = self._filling

    def _changed_since(self, since: int, tick: int, positions: list[Columns], ended: list[Leg]) -> Changes:
        c = self._rows.columns
        recent = c["stamp"] > since
        rows = np.flatnonzero(recent & (c["state"] == LIVE))
        gone = np.flatnonzero(recent & (c["state"] == GONE))
        return Changes(
            since=since,
            tick=tick,
            time=self._time,
            updated={"row": rows} | self._rows.gather(_REPLAYED, rows),
            gone={"row": gone} | self._rows.gather(_REPLAYED, gone),
            ended={
                "address": np.array([leg.address for leg in ended], np.uint32),
                "start": np.array([leg.start for leg in ended], np.int64),
                "ended_at": np.array([leg.last_heard for leg in ended], np.float64),
            },
            positions={
                name: np.concatenate([c[name][:0], *(part[name] for part in positions)]) for name in _POSITION
            },
            feeds=self.feeds,
            stamp=self._stamp,
        )
