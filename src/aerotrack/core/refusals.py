"""Refusals: the last one of each value of each flight, for whoever asks why another value stands."""

from collections.abc import Mapping
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

PLACE = "place"
"""The name of a position: `lat`, `lon` and `time` stand or fall together."""

REASONS = ("out_of_order", "duplicate", "outranked", "jump", "altitude_jump")


class Refusal(NamedTuple):
    """Who said it, when it was heard, and why it was not believed."""

    claim: int
    at: float
    reason: str


class Refusals:
    """Notes by value and row. A value has room for them once one is refused."""

    def __init__(self) -> None:
        self._at: dict[str, NDArray[np.float64]] = {}  # NaN: never
        self._claim: dict[str, NDArray[np.int32]] = {}
        self._reason: dict[str, NDArray[np.int8]] = {}

    def note(self, name: str, rows: NDArray[np.intp], claims: NDArray[Any], at: Any, reason: str) -> None:
        """Note that a value was refused in K rows, at least one."""
        last = int(rows.max())
        if name not in self._at or last >= len(self._at[name]):
            self._grow(name, last + 1)
        self._at[name][rows] = at
        self._claim[name][rows] = claims
        self._reason[name][rows] = REASONS.index(reason)

    def forget(self, rows: NDArray[np.intp]) -> None:
        """Forget what was noted of rows, which are other flights' now."""
        for at in self._at.values():
            at[rows[rows < len(at)]] = np.nan

    def of(self, row: int) -> Mapping[str, Refusal]:
        """Return the last refusal of each value of a row, where there is one."""
        return {
            name: Refusal(int(self._claim[name][row]), float(at[row]), REASONS[self._reason[name][row]])
            for name, at in self._at.items()
            if row < len(at) and not np.isnan(at[row])
        }

    def _grow(self, name: str, capacity: int) -> None:
        before = self._at.get(name, np.empty(0))
        more = max(capacity, 2 * len(before)) - len(before)
        self._at[name] = np.concatenate([before, np.full(more, np.nan)])
        self._claim[name] = np.concatenate(
            [self._claim.get(name, np.empty(0, np.int32)), np.zeros(more, np.int32)]
        )
        self._reason[name] = np.concatenate(
            [self._reason.get(name, np.empty(0, np.int8)), np.zeros(more, np.int8)]
        )
