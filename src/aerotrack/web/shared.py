"""What is made once in a tick for all who can use it: deltas, their bytes, digests. Pure."""

from collections.abc import Collection, Sequence

import numpy as np
from numpy.typing import NDArray

from aerotrack.web.delta import Delta
from aerotrack.web.flight_filter import FlightFilter
from aerotrack.web.notices import Census
from aerotrack.web.published import PublishedRows
from aerotrack.web.told import PackedDelta, WrittenDelta

MOST_OTHERS = 8


class Shared:
    """Valid as long as the published rows stay as they are: until the next tick."""

    def __init__(self, classes: Sequence[PublishedRows]) -> None:
        self._classes = classes
        self._deltas: dict[tuple[int, int], Delta] = {}
        self._packed: dict[Delta, PackedDelta] = {}
        self._written: dict[Delta, WrittenDelta] = {}
        self._census: dict[int, Census] = {}
        self._passing: dict[FlightFilter, NDArray[np.bool_]] = {}

    def delta(self, precision: int, since: int) -> Delta:
        """Return what happened in a class after tick `since`."""
        key = (precision, since)
        if key not in self._deltas:
            self._deltas[key] = Delta(self._classes[precision], since)
        return self._deltas[key]

    def packed(self, delta: Delta) -> PackedDelta:
        """Return it for binary clients."""
        if delta not in self._packed:
            self._packed[delta] = PackedDelta(delta)
        return self._packed[delta]

    def written(self, delta: Delta) -> WrittenDelta:
        """Return it for JSON clients."""
        if delta not in self._written:
            self._written[delta] = WrittenDelta(delta)
        return self._written[delta]

    def forget(self, asked_often: Collection[int]) -> None:
        """Give up the oldest of what was made for those who hold other ticks, which may be hundreds."""
        others = [key for key in self._deltas if key[1] not in asked_often]
        for key in others[:-MOST_OTHERS]:
            delta = self._deltas.pop(key)
            self._packed.pop(delta, None)
            self._written.pop(delta, None)

    def bytes_of(self, delta: Delta, *, binary: bool) -> PackedDelta | WrittenDelta:
        """Return it for either format."""
        return self.packed(delta) if binary else self.written(delta)

    def passing(self, asked: FlightFilter) -> NDArray[np.bool_]:
        """Say of every row whether a flight lives there that passes a filter."""
        if asked not in self._passing:
            latest = self._classes[0].latest
            rows = np.flatnonzero(latest.columns["live"])
            passing = np.zeros(latest.capacity, bool)
            passing[rows] = asked.passes(latest.columns, rows, latest.feeds)
            self._passing[asked] = passing
        return self._passing[asked]

    def census(self, precision: int) -> Census:
        """Return the digests of a class."""
        if precision not in self._census:
            self._census[precision] = Census(self._classes[precision])
        return self._census[precision]
