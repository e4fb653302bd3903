"""Latest: for each frame, what its aircraft said last before it, in this batch or in one before.

A frame's *turn* is its slot and its place in the batch as one number: in order of turn, frames are in order
of aircraft, and of each aircraft in the order they were heard.
"""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from aerotrack.decode.modes.slots import Indices, Slots

Turns = NDArray[np.int64]

PLACE_BITS = 20
"""More than a batch has frames."""


class Latest:
    """The last values that each aircraft said of some things, told together, and when."""

    def __init__(self, slots: Slots, **fills: tuple[float | bytes, str]) -> None:
        """Remember what is named, each with its value when nothing was said and its dtype."""
        columns = {"time": (-np.inf, "f8"), **fills}
        self._carried = [slots.remember(fill, dtype) for fill, dtype in columns.values()]
        self._turn: Turns = np.empty(0, np.int64)
        self._said: list[NDArray[Any]] = []

    def hear(self, turn: Turns, *said: NDArray[Any]) -> None:
        """Take what is said in this batch: when, and each thing (M,), in any order of `turn` (M,)."""
        order = turn.argsort()
        self._turn = turn[order]
        self._said = [values[order] for values in said]

    def before(self, turn: Turns) -> list[NDArray[Any]]:
        """Return when it was said and each thing (K,), by each frame of `turn` (K,)."""
        slot = turn >> PLACE_BITS
        carried = [remembered.values.take(slot) for remembered in self._carried]
        if not len(self._turn):
            return carried
        at = self._turn.searchsorted(turn) - 1
        here = (at >= 0) & (self._turn.take(at, mode="wrap") >> PLACE_BITS == slot)
        rows = here.nonzero()[0]
        if len(rows):
            at = at[rows]
            for values, said in zip(carried, self._said, strict=True):
                values[rows] = said[at]
        return carried

    def settle(self) -> None:
        """Carry what was said over to the next batch."""
        if len(self._turn):
            slot: Indices = self._turn >> PLACE_BITS
            for remembered, said in zip(self._carried, self._said, strict=True):
                remembered.values[slot] = said  # of several of one slot, the last stands
            self._turn = self._turn[:0]
