"""Refusals: the last one of each value of each flight, for whoever asks why another value stands."""

from collections.abc import Mapping
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from aerotrack.core.ranks import Claims

PLACE = "place"
"""The name of a position: `lat`, `lon` and `time` stand or fall together."""

REASONS = ("out_of_order", "duplicate", "outranked", "jump", "altitude_jump")
_NOTE = np.dtype([("claim", "i4"), ("at", "f8"), ("reason", "i1")])
_NEVER = np.array((0, 0.0, -1), _NOTE)


class Refusal(NamedTuple):
    """Who said it, when it was heard, and why it was not believed."""

    claim: int
    at: float
    reason: str


class Refusals:
    """Notes by value and row. A value has room for them once one is refused."""

    def __init__(self) -> None:
        self._notes: dict[str, NDArray[Any]] = {}

    def note(self, name: str, rows: NDArray[np.intp], claims: Claims, at: NDArray[Any], reason: str) -> None:
        """Note that a value was refused in K rows."""
        notes = self._notes.get(name, np.full(0, _NEVER))
        if (short := int(rows.max()) + 1 - len(notes)) > 0:
            more = max(short, len(notes))
            self._notes[name] = notes = np.concatenate([notes, np.full(more, _NEVER)])
        notes["claim"][rows], notes["at"][rows], notes["reason"][rows] = claims, at, REASONS.index(reason)

    def forget(self, rows: NDArray[np.intp]) -> None:
        """Forget what was noted of rows, which are other flights' now."""
        for notes in self._notes.values():
            notes["reason"][rows[rows < len(notes)]] = -1

    def of(self, row: int) -> Mapping[str, Refusal]:
        """Return the last refusal of each value of a row, where there is one."""
        told = {name: notes[row].item() for name, notes in self._notes.items() if row < len(notes)}
        return {
            name: Refusal(claim, at, REASONS[reason])
            for name, (claim, at, reason) in told.items()
            if reason >= 0
        }
