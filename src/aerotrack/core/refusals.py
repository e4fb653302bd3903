"""Refusals: the last one of each value of each flight, for whoever asks why another value stands."""

from collections.abc import Mapping
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

PLACE = "place"
"""The name of a position: `lat`, `lon` and `time` stand or fall together."""

REASONS = ("out_of_order", "duplicate", "outranked", "jump", "altitude_jump")

_NOTE = np.dtype([("at", "f8"), ("claim", "i4"), ("reason", "i4")])  # written at once, never read in bulk
_NONE = np.array((np.nan, 0, 0), _NOTE)

Notes = NDArray[Any]
"""Notes (K,) of refusals, of whichever values."""


class Refusal(NamedTuple):
    """Who said it, when it was heard, and why it was not believed."""

    claim: int
    at: float
    reason: str


def notes(claims: NDArray[Any], at: Any, reason: str) -> Notes:
    """Write K notes: whose words, heard when, were not believed for that reason."""
    written = np.empty(len(claims), _NOTE)
    written["at"], written["claim"], written["reason"] = at, claims, REASONS.index(reason)
    return written


class Refusals:
    """Notes by value and row. A value has room for them once one is refused."""

    def __init__(self) -> None:
        self._notes: dict[str, NDArray[Any]] = {}

    def note(self, name: str, rows: NDArray[np.intp], news: Notes) -> None:
        """Note that a value was refused in K rows, at least one."""
        past = self._notes.get(name, np.empty(0, _NOTE))
        if (short := int(rows.max()) + 1 - len(past)) > 0:
            more = np.full(max(short, len(past)), _NONE)
            self._notes[name] = past = np.concatenate([past, more])
        past[rows] = news

    def forget(self, rows: NDArray[np.intp]) -> None:
        """Forget what was noted of rows, which are other flights' now."""
        for past in self._notes.values():
            past[rows[rows < len(past)]] = _NONE

    def of(self, row: int) -> Mapping[str, Refusal]:
        """Return the last refusal of each value of a row, where there is one."""
        return {
            name: Refusal(int(claim), float(at), REASONS[reason])
            for name, past in self._notes.items()
            for at, claim, reason in past[row : row + 1].tolist()
            if not np.isnan(at)
        }
