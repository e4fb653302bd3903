"""Places: which positions of a feed are news, given that it repeats the last until there is a newer one."""

from collections.abc import Mapping

import numpy as np
from numpy.typing import NDArray

ROUNDING_S = 0.3  # some programs round `now` and `seen_pos` to 0.1 s each: twice that, and a little
_PLACE = ("lat", "lon", "time")
_AIRCRAFT = 1 << 15  # how many are remembered: more than are ever in the air


class Places:
    """The last place of each aircraft. The same at the same time, give or take the rounding, is not news.

    Held in columns, in order of address: 1 MB at most, where each connection to an open port has its own.
    """

    def __init__(self) -> None:
        self._address = np.empty(0, np.uint32)
        self._last = np.empty((len(_PLACE), 0))

    def repeated(
        self, address: NDArray[np.uint32], heard: Mapping[str, NDArray[np.float64]]
    ) -> NDArray[np.intp]:
        """Return which of N rows repeat a place; remember the others. `heard` has `lat`, `lon` and `time`.

        A repeated place keeps the time it was first heard with, so that rounding does not add up.
        """
        told = np.array([heard[name] for name in _PLACE])
        rows = (told[2] == told[2]).nonzero()[0]  # NaN: no position
        if len(rows) < len(address):
            address, told = address[rows], told[:, rows]
        once = np.sort(address)
        twice = np.count_nonzero(once[1:] == once[:-1])
        self._learn(np.unique(once) if twice else once)
        at = self._address.searchsorted(address)
        last = self._last.take(at, axis=1)
        again = _in_turn(at, told, last) if twice else _same(told, last)
        news = (~again).nonzero()[0]
        self._last[:, at.take(news)] = told.take(news, axis=1)  # of several of one aircraft the last stands
        if len(self._address) > _AIRCRAFT:
            self._address, self._last = self._address[:0].copy(), self._last[:, :0].copy()
        repeated: NDArray[np.intp] = rows[again]
        return repeated

    def _learn(self, address: NDArray[np.uint32]) -> None:
        """Make room for those of some addresses (K,), in order and each once, that are not known."""
        at = self._address.searchsorted(address)
        new = self._address.take(at, mode="clip") != address if len(self._address) else np.ones(len(at), bool)
        if np.count_nonzero(new):
            self._address = np.insert(self._address, at[new], address[new])
            self._last = np.insert(self._last, at[new], np.nan, axis=1)


def _same(told: NDArray[np.float64], last: NDArray[np.float64]) -> NDArray[np.bool_]:
    """Say which of some places (3, K) are those of before; NaN is none."""
    same: NDArray[np.bool_] = np.abs(told[2] - last[2]) < ROUNDING_S
    same &= told[0] == last[0]
    same &= told[1] == last[1]
    return same


def _in_turn(
    at: NDArray[np.intp], told: NDArray[np.float64], before: NDArray[np.float64]
) -> NDArray[np.bool_]:
    """Say it of rows (K,) of the aircraft `at` (K,), of which some occur again: each changes what is last."""
    last = dict(zip(at.tolist(), before.T.tolist(), strict=True))
    again = np.zeros(len(at), bool)
    for i, (aircraft, place) in enumerate(zip(at.tolist(), told.T.tolist(), strict=True)):
        lat, lon, time = last[aircraft]
        if place[0] == lat and place[1] == lon and abs(place[2] - time) < ROUNDING_S:
            again[i] = True
        else:
            last[aircraft] = place
    return again
