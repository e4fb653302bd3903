"""Outline: how far an antenna hears in each direction, by the farthest positions that came from it."""

import numpy as np
from numpy.typing import NDArray

from aerotrack.core.geo import bearing_deg, distance_nm
from aerotrack.core.observations import Receiver

SECTORS = 36
_SECTOR_DEG = 360 / SECTORS


class Outline:
    """The farthest place in each of 36 sectors of 10 degrees, seen from where the `receiver` stands."""

    def __init__(self, receiver: Receiver) -> None:
        self.receiver = receiver
        self._farthest = np.full(SECTORS, -np.inf)

    def reach(self, lat: NDArray[np.float64], lon: NDArray[np.float64]) -> None:
        """Take in N places, degrees, that the antenna heard from."""
        here = self.receiver
        sector = (bearing_deg(here.lat, here.lon, lat, lon) / _SECTOR_DEG).astype(np.intp)
        np.maximum.at(self._farthest, sector, distance_nm(here.lat, here.lon, lat, lon))

    @property
    def ranges_nm(self) -> tuple[float | None, ...]:
        """The range in each sector, the first from north to 10 degrees; None where nothing was heard."""
        return tuple(None if way < 0 else round(way, 1) for way in self._farthest.tolist())

    @property
    def max_range_nm(self) -> float | None:
        """The farthest of all; None before the first place."""
        return max((way for way in self.ranges_nm if way is not None), default=None)
