"""Slots: a small number for each aircraft heard, the index of what is remembered of it.

Memory is bounded: a slot is used again when its aircraft has been silent for ten minutes, and when all are in
use, an eighth of them at a time, the longest silent first. What is remembered counts for less than ten
minutes, so which aircraft had to go never shows but in a sky of more than 131,072.
"""

from typing import Any

import numpy as np
from numpy.typing import NDArray

SILENCE_S = 600.0
MOST = 1 << 17
_FIRST = 1 << 10
_CACHED = 1 << 18
_NOBODY = -1

Keys = NDArray[np.int64]
Indices = NDArray[np.intp]


class Remembered:
    """`each` values per slot, `fill` in those that are new. `values` is replaced when the slots grow."""

    def __init__(self, fill: float | bytes, dtype: str, capacity: int, each: int = 1) -> None:
        self._fill, self._each = fill, each
        self.values: NDArray[Any] = np.full(capacity * each, fill, dtype)

    def grow(self, capacity: int) -> None:
        """Make room for `capacity` slots."""
        more = np.full(capacity * self._each - len(self.values), self._fill, self.values.dtype)
        self.values = np.concatenate([self.values, more])

    def forget(self, slots: Indices) -> None:
        """Fill the given slots anew."""
        self.values.reshape(-1, self._each)[slots] = self._fill


class Slots:
    """Which slot is whose. Keys are non-negative numbers below 2**31 that name aircraft."""

    def __init__(self, *, first: int = _FIRST, most: int = MOST) -> None:
        self._capacity, self._most = first, most
        self._slots: dict[int, int] = {}
        self._free = list(range(first - 1, -1, -1))
        self._all: list[Remembered] = []
        self._keys = self.remember(_NOBODY, "i8")
        self._heard = self.remember(-np.inf, "f8")
        # In front of the dict, so that most keys of a batch are found without a loop. It may be out of date:
        # what it says is checked against the keys.
        self._cache = np.zeros(_CACHED, np.int32)

    def __len__(self) -> int:
        return len(self._slots)

    def remember(self, fill: float | bytes, dtype: str, each: int = 1) -> Remembered:
        """Return room for `each` values per slot, which grows and is cleared with the slots."""
        remembered = Remembered(fill, dtype, self._capacity, each)
        self._all.append(remembered)
        return remembered

    def key(self, slot: int) -> int:
        """Return whose slot it is."""
        return int(self._keys.values[slot])

    def find(self, keys: Keys) -> Indices:
        """Return the slots (M,) of the keys (M,), -1 of those that have none."""
        cached = keys & (_CACHED - 1)
        slots: Indices = self._cache.take(cached).astype(np.intp)
        missed = (self._keys.values.take(slots) != keys).nonzero()[0]
        if len(missed):
            wanted = keys[missed]
            found = [self._slots.get(key, _NOBODY) for key in wanted.tolist()]
            slots[missed] = found
            known = slots[missed] >= 0
            self._cache[cached[missed[known]]] = slots[missed[known]]
        return slots

    def hear(self, slots: Indices, time: NDArray[np.float64]) -> None:
        """Note that the aircraft at `slots` (M,) were heard at `time` (M,) s."""
        self._heard.values[slots] = time

    def give(self, keys: Keys, time: NDArray[np.float64]) -> Indices:
        """Return the slots (M,) of the keys (M,), heard at `time` (M,) s; those that have none get one."""
        slots = self.find(keys)
        new = (slots < 0).nonzero()[0]
        if len(new):
            known = slots >= 0
            self._heard.values[slots[known]] = time[known]
            fresh = list(dict.fromkeys(keys[new].tolist()))
            self._make_room(len(fresh), float(np.max(time)))
            given = {key: self._free.pop() for key in fresh}
            self._slots.update(given)
            self._keys.values[list(given.values())] = fresh
            slots[new] = [given[key] for key in keys[new].tolist()]
        self._heard.values[slots] = time
        return slots

    def _make_room(self, wanted: int, now: float) -> None:
        if wanted <= len(self._free):
            return
        self._release(np.flatnonzero(self._heard.values < now - SILENCE_S))
        while len(self._free) < max(wanted, self._capacity // 8) and self._capacity < self._most:
            self._free[:0] = range(2 * self._capacity - 1, self._capacity - 1, -1)
            self._capacity *= 2
            for remembered in self._all:
                remembered.grow(self._capacity)
        if wanted > len(self._free):
            count = max(wanted, self._capacity // 8)
            self._release(np.argsort(self._heard.values, kind="stable")[: count + len(self._free)])

    def _release(self, slots: Indices) -> None:
        slots = slots[self._keys.values[slots] >= 0]
        for key in self._keys.values[slots].tolist():
            del self._slots[key]
        for remembered in self._all:
            remembered.forget(slots)
        self._free.extend(slots.tolist())
