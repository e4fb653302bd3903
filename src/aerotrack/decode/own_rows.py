"""The rows of our own exports, as CSV and Parquet have them, as observations. Shared by both."""

import re
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from aerotrack.core.columns import BY_NAME, POSITION_SOURCES, Column
from aerotrack.core.identity import parse_flight, parse_icao24
from aerotrack.core.observations import JUDGED_S, Observations
from aerotrack.decode.ranges import within
from aerotrack.errors import SettingsError

NUMBERS = ("altitude_ft", "geo_altitude_ft", "ground_speed_kt", "track_deg", "vertical_rate_fpm")
TEXTS = (
    "callsign", "registration", "type_code", "category", "operator", "origin", "destination",
    "on_ground", "squawk", "position_source",
)  # fmt: skip
NEEDED = frozenset(("icao24", "time", "lat", "lon"))
"""Without these a table holds no positions. `feed` is not read: the recording is the feed."""

_FLAGS = {"true": 1, "false": 0}
_SOURCES = {name: code for code, name in enumerate(POSITION_SOURCES)}
_LATE_S = 600.0  # how long after its first message a flight may have its first position and keep its id
_AIRCRAFT = 100_000  # how many are remembered: more than ever fly


class OwnRows:
    """Turns rows into observations. A flight's first row has the second of its id before it, if that is near.

    A flight's id is the second in which it was first heard, but it may have had no position then: so the same
    flight begins in the same second again.
    """

    def __init__(self) -> None:
        self._flights: dict[int, str] = {}

    def read(
        self,
        texts: Mapping[str, Sequence[str]],
        numbers: Mapping[str, NDArray[np.float64]],
        refused: Counter[str],
    ) -> Observations:
        """Read N rows: `texts` (N,) empty where unknown, `numbers` (N,) NaN where unknown, by name.

        `numbers` has `time` (Unix seconds), `lat` and `lon`; `texts` has `icao24`. Counts in `refused`:
        `no_address`, `bad_address`, `no_time`, `bad_position` and `bad_field`.
        """
        count = len(texts["icao24"])
        address = _addresses(texts["icao24"], refused)
        time = numbers["time"]
        usable = address >= 0
        refused["no_time"] += int((usable & np.isnan(time)).sum())
        usable &= ~np.isnan(time)
        lat, lon = numbers["lat"], numbers["lon"]
        placed = np.isfinite(lat) & np.isfinite(lon)
        broken = ~placed & ~(np.isnan(lat) & np.isnan(lon))
        refused["bad_position"] += int((broken & usable).sum())
        heard: dict[str, NDArray[Any]] = {
            "lat": np.where(placed, lat, np.nan),
            "lon": np.where(placed, lon, np.nan),
            "time": np.where(placed, time, np.nan),
        }
        for name in NUMBERS:
            if name in numbers:
                heard[name], outside = within(name, numbers[name])
                refused["bad_field"] += outside
        for name in TEXTS:
            if name in texts:
                heard[name] = _meant(BY_NAME[name], texts[name], refused)
        rows = np.flatnonzero(usable)
        ids = [texts["id"][i] for i in rows.tolist()] if "id" in texts else []
        if len(rows) < count:
            address, time = address[rows], time[rows]
            heard = {name: values[rows] for name, values in heard.items()}
        read = Observations(address.astype(np.uint32), time.copy(), heard, refused=+refused, messages=count)
        return replace(self._begun(read, ids), time_error_s=JUDGED_S)

    def _begun(self, read: Observations, ids: Sequence[str]) -> Observations:
        """Put a row in front of the first one of each flight that was first heard before it."""
        before: list[int] = []
        starts: list[float] = []
        seen = self._flights
        for i, (flight, aircraft) in enumerate(zip(ids, read.address.tolist(), strict=False)):
            if seen.get(aircraft) == flight:
                continue
            if len(seen) >= _AIRCRAFT:
                seen.clear()
            seen[aircraft] = flight
            start = _start(flight, aircraft)
            if start is not None and 0.0 < abs(read.last_heard[i] - start) <= _LATE_S:
                before.append(i)
                starts.append(start)
        if not before:
            return read
        heard = {
            name: np.insert(values, before, BY_NAME[name].unknown) for name, values in read.columns.items()
        }
        return Observations(
            np.insert(read.address, before, read.address[before]),
            np.insert(read.last_heard, before, starts),
            heard,
            refused=read.refused,
            messages=read.messages,
        )


def _start(flight: str, aircraft: int) -> float | None:
    try:
        address, start = parse_flight(flight)
    except SettingsError:
        return None
    return float(start) if address == aircraft else None


def _addresses(texts: Sequence[str], refused: Counter[str]) -> NDArray[np.int64]:
    """Return the addresses (N,), -1 where there is none."""
    known: dict[str, int] = {}
    for text in set(texts):
        try:
            known[text] = parse_icao24(text)
        except SettingsError:
            known[text] = -1
            refused["bad_address" if text else "no_address"] += texts.count(text)
    return np.array([known[text] for text in texts], np.int64)


def _meant(column: Column, texts: Sequence[str], refused: Counter[str]) -> NDArray[Any]:
    """Return what the texts of a column (N,) mean, in its dtype."""
    meaning = _MEANINGS.get(column.name, _bytes(column))
    meant: dict[str, Any] = {}
    for text in set(texts):
        value = meaning(text) if text else column.unknown
        if value is None:
            refused["bad_field"] += texts.count(text)
        meant[text] = column.unknown if value is None else value
    return np.array([meant[text] for text in texts], column.dtype)


def _bytes(column: Column) -> Callable[[str], bytes | None]:
    def meaning(text: str) -> bytes | None:
        fits = text.isascii() and text.isprintable() and len(text) <= column.dtype.itemsize
        return text.strip().encode() if fits else None

    return meaning


def _squawk(text: str) -> int | None:
    octal = len(text) == 4 and all(digit in "01234567" for digit in text)  # noqa: PLR2004  digits
    return int(text) if octal else None


_TYPE, _CATEGORY = re.compile(r"[A-Z0-9]{1,4}"), re.compile(r"[A-D][0-7]")


_MEANINGS: Mapping[str, Callable[[str], Any]] = {
    "type_code": lambda text: text.encode() if _TYPE.fullmatch(text) else None,
    "category": lambda text: text.encode() if _CATEGORY.fullmatch(text) else None,
    "on_ground": lambda text: _FLAGS.get(text.lower()),
    "squawk": _squawk,
    "position_source": _SOURCES.get,
}
