"""Which of the live flights are asked for: every filter over all rows at once. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from aerotrack.core.columns import EMERGENCIES, Columns
from aerotrack.core.geo import distance_nm
from aerotrack.core.identity import parse_icao24
from aerotrack.core.ports import Sky
from aerotrack.errors import SettingsError
from aerotrack.web.subscriptions import Box


@dataclass(frozen=True, slots=True)
class Filters:
    """What flights must be, all of it; a comma in a text means any of. None does not filter.

    `near` is (latitude, longitude): flights come sorted by their distance, within `radius_nm` if it is given.
    """

    bbox: Box | None = None
    callsign: str | None = None
    icao24: str | None = None
    squawk: str | None = None
    type_code: str | None = None
    registration: str | None = None
    feed: str | None = None
    emergency: str | None = None
    min_altitude_ft: float | None = None
    max_altitude_ft: float | None = None
    near: tuple[float, float] | None = None
    radius_nm: float | None = None
    limit: int | None = None


def choose(sky: Sky, filters: Filters) -> tuple[NDArray[np.intp], NDArray[np.float64] | None]:
    """Return the rows of the live flights that pass, and their distances in nm if they are sorted by them.

    Raises SettingsError for a filter that cannot be understood.
    """
    rows, columns = sky.live, sky.columns
    rows = rows[_passes(columns, rows, sky.feeds, filters)]
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


def _passes(
    columns: Columns, rows: NDArray[np.intp], feeds: Sequence[str], filters: Filters
) -> NDArray[np.bool_]:
    passes = np.ones(len(rows), bool)
    if filters.bbox is not None:
        passes &= _inside(columns["lat"][rows], columns["lon"][rows], filters.bbox)
    altitude = columns["altitude_ft"][rows]  # unknown is NaN, and NaN is within no bound
    if filters.min_altitude_ft is not None:
        passes &= altitude >= filters.min_altitude_ft
    if filters.max_altitude_ft is not None:
        passes &= altitude <= filters.max_altitude_ft
    for name, wanted in _numbers(feeds, filters).items():
        passes &= np.isin(columns[name][rows], np.array(wanted, np.int64))
    for name in ("callsign", "type_code", "registration"):
        text = getattr(filters, name)
        if text is not None:
            passes &= _spelled(columns[name][rows], text, beginning=name == "callsign")
    return passes


def _numbers(feeds: Sequence[str], filters: Filters) -> dict[str, list[int]]:
    """Return by column the numbers that are asked for, of what is held as numbers."""
    wanted = {}
    if filters.icao24 is not None:
        wanted["address"] = [parse_icao24(part) for part in filters.icao24.split(",")]
    if filters.squawk is not None:
        wanted["squawk"] = [_squawk(part) for part in filters.squawk.split(",")]
    if filters.emergency is not None:
        wanted["emergency"] = [_code(part) for part in filters.emergency.split(",")]
    if filters.feed is not None:
        names = {part.casefold() for part in filters.feed.split(",")}
        wanted["feed"] = [number for number, name in enumerate(feeds) if name.casefold() in names]
    return wanted


def _spelled(values: NDArray[Any], text: str, *, beginning: bool) -> NDArray[np.bool_]:
    """Say which of the texts (N,) are one of those asked for, or begin with it. The schema's are ASCII."""
    wanted = [part.strip().upper().encode("ascii", "replace") for part in text.split(",")]
    upper: NDArray[Any] = np.strings.upper(values)
    found = np.zeros(len(values), bool)
    for part in filter(None, wanted):
        found |= np.strings.startswith(upper, part) if beginning else upper == part
    return found


def _inside(lat: NDArray[np.float64], lon: NDArray[np.float64], box: Box) -> NDArray[np.bool_]:
    west, south, east, north = box
    width = east - west if east >= west else (east - west) % 360.0
    return (lat >= south) & (lat <= north) & ((lon - west) % 360.0 <= width)


def _squawk(text: str) -> int:
    if len(text) != 4 or not set(text) <= set("01234567"):  # noqa: PLR2004  digits of a squawk
        raise SettingsError(f"{text!r} is no squawk: give 4 octal digits, such as 7700.")
    return int(text)


def _code(text: str) -> int:
    names = [name for name in EMERGENCIES if name is not None]
    if text.lower() not in names:
        raise SettingsError(f"{text!r} is no emergency: give one of {', '.join(names)}.")
    return EMERGENCIES.index(text.lower())
