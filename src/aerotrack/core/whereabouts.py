"""Whereabouts: at which airport a flight is, and so where it came from and where it went.

A flight is at an airport within 5 nm of it, if it is on the ground or less than 3,000 ft above it. Its
origin is where it is when it is first seen, on the ground or climbing; its destination is where it lands, or
where it was last heard descending. What a feed tells stands. Who only flies by has neither.
"""

import numpy as np
from numpy.typing import NDArray

from aerotrack.core.airports import Airports
from aerotrack.core.legs import LANDED
from aerotrack.core.rows import Rows

AT_NM, BELOW_FT = 5.0, 3000.0
LOW_FT = 18_000.0  # above the highest airport by more than a flight at it may be
_AGAIN_S = 5.0  # aircraft in the air are looked for again after this time: half a mile
_AGAIN_ON_GROUND_S = 60.0


class Whereabouts:
    """Finds the airports of the rows of a table, and keeps `airport` and `elevation_ft` there."""

    def __init__(self, table: Rows, airports: Airports) -> None:
        self._table, self._airports = table, airports

    def found(self, rows: NDArray[np.intp]) -> NDArray[np.intp]:
        """Look where the flights are; return the rows whose origin or destination is new."""
        self._look(rows)
        c = self._table.columns
        at, on_ground = c["airport"][rows], c["on_ground"][rows]
        there = at != b""
        landed = there & (on_ground == 1) & (c["flown"][rows] == 1)
        return np.concatenate([self._origins(rows), self._set("destination", rows[landed])])

    def arrived(self, rows: NDArray[np.intp]) -> NDArray[np.intp]:
        """Give destinations to flights that leave the picture low and descending; return their rows."""
        c = self._table.columns
        rows = rows[(c["on_ground"][rows] == 0) & (c["vertical_rate_fpm"][rows] < 0)]
        self._look(rows, again=True)
        return self._set("destination", rows[c["airport"][rows] != b""])

    def _origins(self, rows: NDArray[np.intp]) -> NDArray[np.intp]:
        """Find the origins of flights that begin: the question is closed when they are seen in the air."""
        c = self._table.columns
        rows = rows[c["origin_open"][rows] == 1]
        placed = ~np.isnan(c["lat"][rows])
        on_ground, rate, there = c["on_ground"][rows], c["vertical_rate_fpm"][rows], c["airport"][rows] != b""
        begins = (on_ground == 1) | (rate > 0) | (c["reason"][rows] == LANDED)
        unsaid = (on_ground != 1) & there & np.isnan(rate)  # whether it climbs
        c["origin_open"][rows[placed & (on_ground != 1) & ~unsaid]] = 0
        return self._set("origin", rows[placed & there & begins])

    def _look(self, rows: NDArray[np.intp], *, again: bool = False) -> None:
        """Find the airports of those of the rows that may be at one."""
        c = self._table.columns
        altitude, on_ground = c["altitude_ft"][rows], c["on_ground"][rows]
        low = (on_ground == 1) | (altitude < LOW_FT)
        left = rows[~low & (c["airport"][rows] != b"")]
        c["airport"][left], c["elevation_ft"][left], c["looked_at"][left] = b"", np.nan, -np.inf
        since = c["last_heard"][rows] - c["looked_at"][rows]
        landed_at = c["ground_since"][rows]
        down = np.isfinite(landed_at) & (landed_at > c["looked_at"][rows])  # it has just landed
        due = low & (again | down | (since >= np.where(on_ground == 1, _AGAIN_ON_GROUND_S, _AGAIN_S)))
        which = rows[due & ~np.isnan(c["lat"][rows])]
        if not len(which):
            return
        airport, distance = self._airports.nearest(c["lat"][which], c["lon"][which])
        known = airport >= 0
        elevation = np.where(known, self._airports.elevation_ft[airport], np.nan)
        height = c["altitude_ft"][which] - elevation
        at = known & (distance <= AT_NM) & ((c["on_ground"][which] == 1) | (height < BELOW_FT))
        c["airport"][which] = np.where(at, self._airports.code[airport], b"")
        c["elevation_ft"][which], c["looked_at"][which] = elevation, c["last_heard"][which]

    def _set(self, name: str, rows: NDArray[np.intp]) -> NDArray[np.intp]:
        """Write the airport of each row into one of its columns, unless a feed did; return what changed."""
        c = self._table.columns
        own = rows[self._table.heard[name][rows] == -np.inf]
        new = own[c[name][own] != c["airport"][own]]
        c[name][new] = c["airport"][new]
        changed: NDArray[np.intp] = new
        return changed
