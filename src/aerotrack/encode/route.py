"""Routes: the positions of one flight as the places of a line, for the formats that draw."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

import numpy as np

from aerotrack.core.columns import BY_NAME, Columns
from aerotrack.core.values import values_of

METRES_PER_FOOT = 0.3048


@dataclass(frozen=True, slots=True)
class Route:
    """N places in order of time: degrees, metres or None where the altitude is not known, RFC 3339.

    The altitude is the geometric one, and the barometric one where that is not known.
    """

    lon: Sequence[float]
    lat: Sequence[float]
    metres: Sequence[float | None]
    times: Sequence[str]

    @classmethod
    def of(cls, positions: Columns) -> "Route":
        """Take the places out of stored positions; those without one are left out."""
        placed = np.flatnonzero(np.isfinite(positions["lat"]) & np.isfinite(positions["lon"]))
        lon, lat, times = (values_of(BY_NAME[n], positions[n][placed]) for n in ("lon", "lat", "time"))
        geometric, barometric = (
            positions[name][placed].astype(np.float64) for name in ("geo_altitude_ft", "altitude_ft")
        )
        metres = np.where(np.isfinite(geometric), geometric, barometric) * METRES_PER_FOOT
        known = np.isfinite(metres).tolist()
        rounded = np.round(np.nan_to_num(metres), 1).tolist()
        return cls(lon, lat, [m if k else None for m, k in zip(rounded, known, strict=True)], times)

    def places(self) -> list[tuple[float, ...]]:
        """Return (lon, lat, metres), or (lon, lat) where the altitude is not known."""
        return [
            (lon, lat) if metres is None else (lon, lat, metres)
            for lon, lat, metres in zip(self.lon, self.lat, self.metres, strict=True)
        ]


def by_flight(positions: Columns) -> Iterator[tuple[int, Columns]]:
    """Cut positions into runs of one flight each: its index, and its positions."""
    flight = positions["flight"]
    if not len(flight):
        return
    bounds = [0, *(np.flatnonzero(flight[1:] != flight[:-1]) + 1).tolist(), len(flight)]
    for begin, end in pairwise(bounds):
        run: dict[str, Any] = {name: values[begin:end] for name, values in positions.items()}
        yield int(flight[begin]), run
