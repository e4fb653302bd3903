"""Airfields: where on an airport aircraft line up, touch down and park.

airportsdata knows a point and a height for each airport. Around that point lies a runway, or at busy airports
two parallel ones, for landing and for take-off, with the stands between or beside them.

           ─────────── landing ────────▸
                 ▪ ▪ stands ▪ ▪
           ────────── take-off ────────▸
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from aerotrack.sources.simulator.airports import Airports
from aerotrack.sources.simulator.sphere import Vectors, cross, heading, moved, normed

_BUSY, _MEDIUM = 15.0, 1.0  # millions of passengers a year
_LENGTHS_M = 3400.0, 2700.0, 1500.0
_APART_M = 700.0  # of either of two runways from the middle
_LINE_UP_M, _TOUCHDOWN_M = 60.0, 350.0  # from the runway's beginning
_STANDS_M = 300.0, 550.0  # from the middle to the side


@dataclass(frozen=True, slots=True, eq=False)
class Airfields:
    """A airfields: points and directions (A, 3), in metres the runways' length and distance to the middle."""

    middle: Vectors
    along: Vectors
    length: NDArray[np.float64]
    apart: NDArray[np.float64]

    @classmethod
    def of(cls, airports: Airports) -> "Airfields":
        """Lay out the airfields of all airports."""
        traffic = airports.traffic
        return cls(
            airports.place,
            heading(airports.place, airports.runway_deg),
            np.select([traffic >= _BUSY, traffic >= _MEDIUM], _LENGTHS_M[:2], _LENGTHS_M[2]),
            np.where(traffic >= _BUSY, _APART_M, 0.0),
        )

    def line_up(self, airport: NDArray[np.intp]) -> tuple[Vectors, Vectors]:
        """Return places and directions (n, 3) where take-offs begin."""
        return self._spot(airport, _LINE_UP_M - 0.5 * self.length[airport], -self.apart[airport])

    def touchdown(self, airport: NDArray[np.intp]) -> tuple[Vectors, Vectors]:
        """Return places and directions (n, 3) where landings touch down."""
        return self._spot(airport, _TOUCHDOWN_M - 0.5 * self.length[airport], self.apart[airport])

    def stand(self, airport: NDArray[np.intp], chances: NDArray[np.float64]) -> tuple[Vectors, Vectors]:
        """Return places and directions (n, 3) of stands; chances (n, 3) say how far along, across, turned."""
        forth = 0.4 * self.length[airport] * (chances[:, 0] - 0.5)
        aside = _STANDS_M[0] + (_STANDS_M[1] - _STANDS_M[0]) * chances[:, 1]
        side = np.where(self.apart[airport] > 0.0, aside - 0.5 * sum(_STANDS_M), aside)
        at, _ = self._spot(airport, forth, side)
        return at, heading(at, 360.0 * chances[:, 2])

    def _spot(
        self,
        airport: NDArray[np.intp],
        forth: NDArray[np.float64],
        left: NDArray[np.float64],
    ) -> tuple[Vectors, Vectors]:
        middle, along = self.middle[airport], self.along[airport]
        at, ahead = moved(middle, along, forth)
        place = normed(moved(at, cross(at, ahead), left)[0])
        return place, normed(ahead - place * (place * ahead).sum(axis=-1)[:, None])
