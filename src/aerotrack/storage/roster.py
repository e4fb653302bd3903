"""Roster: every flight as it was last told of, and which of that the database does not have yet. Pure.

A struct of arrays over the rows of the flight table, so that a tick of the whole world costs a few vector
operations. However long the database is away, a flight is written once, with its latest facts.
"""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from aerotrack.core.changes import Changes
from aerotrack.core.columns import BY_NAME, Columns

FACTS = ("callsign", "registration", "type_code", "category", "operator", "origin", "destination")
"""What a flight's row in the database tells of the aircraft and the leg."""
HEARD = ("last_heard", "lat", "lon", "altitude_ft", "ground_speed_kt", "on_ground")
"""What is refreshed about once a minute, so that an open leg can be taken up again after a restart."""

_INNER: Mapping[str, np.dtype[Any]] = {
    "address": np.dtype("u4"),
    "start": np.dtype("i8"),
    "reason": np.dtype("i1"),
    "unwritten": np.dtype("?"),
    "unchecked": np.dtype("?"),
}
_IDENTITY = ("address", "start", "reason")


class Roster:
    """Takes in Changes, hands out the flights to write and those to refresh."""

    def __init__(self) -> None:
        self._columns: dict[str, NDArray[Any]] = {}
        self._left: list[Columns] = []  # whose row was given to another flight before they were written
        self._left_unchecked: list[Columns] = []
        self._grow(1024)

    @property
    def unwritten(self) -> bool:
        """Whether any flight has facts that were not handed out."""
        return bool(self._left) or bool(self._columns["unwritten"].any())

    @property
    def unchecked(self) -> bool:
        """Whether any flight was heard since it was last handed out for a refresh."""
        return bool(self._left_unchecked) or bool(self._columns["unchecked"].any())

    def note(self, changes: Changes) -> None:
        """Take in what happened in one tick."""
        for flights in (changes.updated, changes.gone):
            if len(flights.get("row", ())):
                self._note(flights, changes.since)

    def _note(self, flights: Columns, since: int) -> None:
        rows = flights["row"]
        self._grow(int(rows.max()) + 1)
        c = self._columns
        other = (c["start"][rows] != flights["start"]) | (c["address"][rows] != flights["address"])
        if other.any():
            self._vacate(rows[other])
        self._facts(flights, rows, other, since)
        for name in HEARD:
            c[name][rows] = flights[name]
        c["unchecked"][rows] = True

    def take_unwritten(self) -> Columns:
        """Hand out the flights with news: `address`, `start`, `reason`, FACTS and `last_heard`."""
        rows = np.flatnonzero(self._columns["unwritten"])
        self._columns["unwritten"][rows] = False
        parts, self._left = [*self._left, self._of(rows)], []
        return _joined(parts, (*_IDENTITY, *FACTS, "last_heard"))

    def take_unchecked(self) -> Columns:
        """Hand out the flights heard since the last time: `address`, `start` and HEARD."""
        rows = np.flatnonzero(self._columns["unchecked"])
        self._columns["unchecked"][rows] = False
        parts, self._left_unchecked = [*self._left_unchecked, self._of(rows)], []
        return _joined(parts, ("address", "start", *HEARD))

    def _facts(self, updated: Columns, rows: NDArray[np.intp], other: NDArray[np.bool_], since: int) -> None:
        """Note the facts of flights that are new or of which some fact changed."""
        c = self._columns
        candidates = other | (updated["facts_tick"] > since)
        at = rows[candidates]
        news = other[candidates]
        for name in FACTS:
            values, before = updated[name][candidates], c[name][at]
            news |= before != values
            # A flight that was away may come back to its row with nothing known: what was known still holds.
            c[name][at] = np.where((values == b"") & ~other[candidates], before, values)
        for name in _IDENTITY:
            c[name][at] = updated[name][candidates]
        c["unwritten"][at[news]] = True

    def _vacate(self, rows: NDArray[np.intp]) -> None:
        """Put aside what is not written of flights whose rows another one takes."""
        c = self._columns
        for flag, left in (("unwritten", self._left), ("unchecked", self._left_unchecked)):
            pending = rows[c[flag][rows]]
            if len(pending):
                left.append(self._of(pending))
                c[flag][pending] = False

    def _of(self, rows: NDArray[np.intp]) -> Columns:
        return {name: self._columns[name][rows] for name in (*_IDENTITY, *FACTS, *HEARD)}

    def _grow(self, rows: int) -> None:
        before = len(self._columns["start"]) if self._columns else 0
        if rows <= before:
            return
        more = max(rows, 2 * before) - before
        blank = {name: np.zeros(more, dtype) for name, dtype in _INNER.items()}
        blank |= {name: BY_NAME[name].blank(more) for name in (*FACTS, *HEARD)}
        blank["start"] -= 1  # no flight's
        self._columns = {
            name: np.concatenate([self._columns[name], values]) if before else values
            for name, values in blank.items()
        }


def _joined(parts: list[Columns], names: Sequence[str]) -> Columns:
    if len(parts) == 1:
        return {name: parts[0][name] for name in names}
    return {name: np.concatenate([part[name] for part in parts]) for name in names}
