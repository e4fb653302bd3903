"""Airports: which is the nearest to a place, by a grid that is laid once.

Each airport is entered into every cell of half a degree that has a place within REACH_NM of it, so a question
looks into one cell only:

    cell of a place -> first[cell] .. first[cell + 1] -> these of `members` -> the nearest of them

The cell of a place is `floor(2 * (lat + 90)) * 720 + floor(2 * (lon + 180))`.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from aerotrack.core.geo import distance_nm

REACH_NM = 12.0
_PER_DEGREE = 2
_ROWS, _ACROSS = 180 * _PER_DEGREE, 360 * _PER_DEGREE
_NM_PER_DEGREE = 60.0


@dataclass(frozen=True, slots=True, eq=False)
class Airports:
    """A airports: `code` (A,) S4, `lat` and `lon` in degrees, `elevation_ft` above mean sea level, each (A,).

    `farther` (A,) says how many times as far as it is each one counts, so that of an airport and a strip
    beside it the airport is taken.
    """

    code: NDArray[np.bytes_]
    lat: NDArray[np.float64]
    lon: NDArray[np.float64]
    elevation_ft: NDArray[np.float64]
    farther: NDArray[np.float64]
    members: NDArray[np.int32]
    first: NDArray[np.int32]

    @classmethod
    def of(
        cls,
        code: NDArray[np.bytes_],
        lat: NDArray[np.float64],
        lon: NDArray[np.float64],
        elevation_ft: NDArray[np.float64],
        farther: NDArray[np.float64] | None = None,
    ) -> "Airports":
        """Lay the grid over A airports."""
        reach = REACH_NM / _NM_PER_DEGREE
        aside = np.minimum(reach / np.maximum(np.cos(np.radians(np.abs(lat) + reach)), 1e-3), 179.0)
        south, north = np.maximum(_row(lat - reach), 0), np.minimum(_row(lat + reach), _ROWS - 1)
        west = _column(lon - aside)
        width = _column(lon + aside) - west + 1
        counts = (north - south + 1) * width
        member = np.repeat(np.arange(len(code)), counts)
        place = np.arange(len(member)) - np.repeat(np.cumsum(counts) - counts, counts)
        row, column = south[member] + place // width[member], west[member] + place % width[member]
        cell = row * _ACROSS + column % _ACROSS
        order = np.argsort(cell, kind="stable")
        first = np.searchsorted(cell[order], np.arange(_ROWS * _ACROSS + 1))
        weights = np.ones(len(code)) if farther is None else farther
        return cls(
            code.astype("S4"), lat, lon, elevation_ft, weights, member[order].astype(np.int32),
            first.astype(np.int32),
        )  # fmt: skip

    def nearest(
        self, lat: NDArray[np.float64], lon: NDArray[np.float64]
    ) -> tuple[NDArray[np.intp], NDArray[np.float64]]:
        """Return for each of N places the airport, and its distance in nautical miles; -1 and inf for none.

        Only those within REACH_NM count; of these it is the nearest by what each counts as.
        """
        airport, distance = np.full(len(lat), -1, np.intp), np.full(len(lat), np.inf)
        known = np.flatnonzero(np.isfinite(lat) & np.isfinite(lon))
        cell = np.clip(_row(lat[known]), 0, _ROWS - 1) * _ACROSS + _column(lon[known]) % _ACROSS
        begins = self.first[cell].astype(np.intp)
        counts = self.first[cell + 1] - begins
        asked = known[counts > 0]
        begins, counts = begins[counts > 0], counts[counts > 0]
        if not len(asked):
            return airport, distance
        heads = np.r_[0, np.cumsum(counts)[:-1]]
        member = self.members[np.arange(counts.sum()) + np.repeat(begins - heads, counts)]
        place = np.repeat(asked, counts)
        away = distance_nm(lat[place], lon[place], self.lat[member], self.lon[member])
        counted = np.where(away <= REACH_NM, away * self.farther[member], np.inf)
        best = np.minimum.reduceat(counted, heads)
        hits = np.flatnonzero((counted == np.repeat(best, counts)) & np.isfinite(counted))
        airport[place[hits]], distance[place[hits]] = member[hits], away[hits]
        return airport, distance


def _row(lat: NDArray[np.float64]) -> NDArray[np.intp]:
    return np.floor((lat + 90.0) * _PER_DEGREE).astype(np.intp)


def _column(lon: NDArray[np.float64]) -> NDArray[np.intp]:
    return np.floor((lon + 180.0) * _PER_DEGREE).astype(np.intp)
