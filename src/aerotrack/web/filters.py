"""Which of the live flights the API is asked for: every filter over all rows at once. Pure."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from aerotrack.core.geo import distance_nm
from aerotrack.core.ports import Sky
from aerotrack.errors import SettingsError
from aerotrack.web.flight_filter import EVERY_FLIGHT, FlightFilter
from aerotrack.web.subscriptions import Box


@dataclass(frozen=True, slots=True)
class Filters:
    """What flights must be, and where. None does not filter.

    `near` is (latitude, longitude): flights come sorted by their distance, within `radius_nm` if it is given.
    """

    flight: FlightFilter = EVERY_FLIGHT
    bbox: Box | None = None
    near: tuple[float, float] | None = None
    radius_nm: float | None = None
    limit: int | None = None


def choose(sky: Sky, filters: Filters) -> tuple[NDArray[np.intp], NDArray[np.float64] | None]:
    """Return the rows of the live flights that pass, and their distances in nm if they are sorted by them.

    Raises SettingsError for a filter that cannot be understood.
    """
    filters.flight.check()
    rows, columns = sky.live, sky.columns
    if filters.bbox is not None:
        rows = rows[_inside(columns["lat"][rows], columns["lon"][rows], filters.bbox)]
    rows = rows[filters.flight.passes(columns, rows, sky.feeds)]
    distance = None
    if filters.near is not None:
        lat, lon = filters.near
        distance = distance_nm(lat, lon, columns["lat"][rows], columns["lon"][rows])
        near = np.flatnonzero(distance <= (np.inf if filters.radius_nm is None else filters.radius_nm))
        near = near[np.argsort(distance[near], kind="stable")]
        rows, distance = rows[near], distance[near]
    elif filters.radius_nm is not None:
        raise SettingsError(f"radius_nm={filters.radius_nm} has no middle: give near=LAT,LON too.")
    if filters.limit is not None:
        rows = rows[: filters.limit]
        distance = None if distance is None else distance[: filters.limit]
    return rows, distance


def _inside(lat: NDArray[np.float64], lon: NDArray[np.float64], box: Box) -> NDArray[np.bool_]:
    west, south, east, north = box
    width = east - west if east >= west else (east - west) % 360.0
    return (lat >= south) & (lat <= north) & ((lon - west) % 360.0 <= width)
