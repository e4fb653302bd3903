"""SBS: the text of a BaseStation, port 30003. One line is one message of 22 fields, none of them its quality.

    1 MSG       2 type       3, 4 session, aircraft   5 address    6 flight   7, 8 generated   9, 10 logged
    11 callsign 12 altitude  13 ground speed  14 track   15, 16 place  17 vertical rate
    18 squawk   19 alert     20 emergency     21 SPI     22 on ground

Format: http://woodair.net/sbs/article/barebones42_socket_data.htm, and what readsb and mlat-server print. The
fields are handled column by column: a pattern checks a whole column at once, and a column that fails is
searched.
"""

import re
from collections import Counter
from dataclasses import dataclass, field
from datetime import date
from itertools import compress, repeat

import numpy as np
from numpy.typing import NDArray

from aerotrack.core.columns import EMERGENCIES
from aerotrack.core.identity import NOT_ICAO
from aerotrack.core.observations import Observations
from aerotrack.decode.lines import LineByLine
from aerotrack.decode.ranges import within

_FIELDS = 22
_TYPE, _ADDRESS, _DATE, _TIME, _CALLSIGN, _ALTITUDE, _LAT, _LON, _SQUAWK, _EMERGENCY, _GROUND = (
    1, 4, 6, 7, 10, 11, 14, 15, 17, 19, 21,
)  # fmt: skip
_NUMBERS = {"ground_speed_kt": 12, "track_deg": 13, "vertical_rate_fpm": 16}
_OTHER_RECORDS = (b"SEL,", b"ID,", b"AIR,", b"STA,", b"CLK,")
_FLAG = {b"": -1, b"0": 0, b"1": 1, b"-1": 1}

_OCTETS = np.array([1 << 16, 1 << 8, 1], np.uint32)
_SAME_CLOCK_S = 60.0
_QUARTER_S = 900.0  # every time zone is a whole number of quarter hours from UTC
_ZONE_TOLERANCE_S = 5.0
_FARTHEST_ZONE_S = 14 * 3600.0
_DAY_US = 86_400_000_000
_EPOCH = date(1970, 1, 1).toordinal()
_CLOCK_US = 1_000_000 * np.array([36000, 3600, 0, 600, 60, 0, 10, 1, 0, 0, 0, 0, 0, 0, 0], np.int64)
_CLOCK_US[9:] = 10 ** np.arange(5, -1, -1)


class _Pattern:
    """What one field may be, and a whole column of it, joined by commas."""

    def __init__(self, pattern: bytes, *, optional: bool = False) -> None:
        self._optional = optional
        self._one = re.compile(pattern)
        self._all = re.compile(b"(?:(?>" + pattern + b"),)*+")

    def fit_all(self, values: list[bytes]) -> bool:
        return not values or self._all.fullmatch(b",".join(values) + b",") is not None

    def misfits(self, values: list[bytes]) -> list[int]:
        """Return the places of the values that do not fit."""
        if self.fit_all(list(filter(None, values)) if self._optional else values):
            return []
        return [i for i, v in enumerate(values) if not self._fits(v)]

    def _fits(self, value: bytes) -> bool:
        return self._one.fullmatch(value) is not None or (self._optional and not value)


_MESSAGE = _Pattern(rb"MSG")
_HEAD = {
    _TYPE: (_Pattern(rb"[1-8]"), "bad_line"),
    _ADDRESS: (_Pattern(rb"~?[0-9A-Fa-f]{6}"), "bad_address"),
}
_DATE_PATTERN = _Pattern(rb"\d{4}[/-]\d\d[/-]\d\d")
_TIME_PATTERN = _Pattern(rb"\d\d:\d\d:\d\d(?:\.\d{1,6})?")
_MILLISECONDS = _Pattern(rb"\d\d:\d\d:\d\d\.\d{3}")
_NUMBER = _Pattern(rb"[+-]?\d++(?:\.\d*+)?", optional=True)
_HEIGHT = _Pattern(rb"-?\d++(?:\.\d*+)?H?", optional=True)
_TEXT = _Pattern(rb"[A-Za-z0-9 ._-]{1,8}", optional=True)
_OCTAL = _Pattern(rb"[0-7]{1,4}", optional=True)
_YES_NO = _Pattern(rb"-?1|0", optional=True)


class Sbs(LineByLine):
    """Decodes BaseStation text.

    The date and time a message was generated carry no zone. A recording's are taken for UTC. Live ones that
    are off by whole quarter hours are corrected by these; otherwise, more than a minute off, the time of
    arrival stands.

    Refuses `too_long`, `bad_line`, `bad_address`, `bad_position`, `bad_field`, in a recording `bad_time`.
    """

    def _read(self, lines: list[bytes], too_long: int, now: float | None) -> Observations:
        return _read(lines, too_long, now)


def _read(lines: list[bytes], too_long: int, now: float | None) -> Observations:
    messages = len(lines) + too_long
    refused: Counter[str] = Counter(too_long=too_long)
    commas = map(bytes.count, lines, repeat(b","))
    fields = _split(list(compress(lines, map((_FIELDS - 1).__eq__, commas))))
    fields = _without(fields, _MESSAGE.misfits(fields[0]), "", refused)
    taken = len(fields[0])
    if taken < len(lines):
        ignored = sum(line.startswith(_OTHER_RECORDS) for line in lines)
        refused["bad_line"] += len(lines) - taken - ignored
    for column, (pattern, reason) in _HEAD.items():
        fields = _without(fields, pattern.misfits(fields[column]), reason, refused)
    heard = _generated(fields[_DATE], fields[_TIME])
    if now is None:
        timeless = np.flatnonzero(np.isnan(heard)).tolist()
        fields, heard = _without(fields, timeless, "bad_time", refused), np.delete(heard, timeless)
    else:
        heard = _in_utc(heard, now)
    if not len(heard):
        return Observations.none(refused=+refused, messages=messages)
    columns = _Body(fields, refused).columns()
    address = _addresses(fields[_ADDRESS])
    return Observations(address, heard, columns, refused=+refused, messages=messages)


def _split(rows: list[bytes]) -> list[list[bytes]]:
    """Turn rows into columns; every row has 22 fields."""
    flat = b",".join(rows).split(b",") if rows else []
    return [flat[i::_FIELDS] for i in range(_FIELDS)]


def _without(
    fields: list[list[bytes]], misfits: list[int], reason: str, refused: Counter[str]
) -> list[list[bytes]]:
    if not misfits:
        return fields
    if reason:
        refused[reason] += len(misfits)
    gone = set(misfits)
    return [[value for i, value in enumerate(column) if i not in gone] for column in fields]


def _addresses(values: list[bytes]) -> NDArray[np.uint32]:
    digits = b"".join(values)
    if b"~" not in digits:
        octets = np.frombuffer(bytes.fromhex(digits.decode()), np.uint8).reshape(-1, 3)
        return octets @ _OCTETS
    return np.array(
        [int(v.lstrip(b"~"), 16) | (NOT_ICAO if v[0] == ord("~") else 0) for v in values], np.uint32
    )


def _generated(dates: list[bytes], times: list[bytes]) -> NDArray[np.float64]:
    """Read the times the messages were generated, as if in UTC; NaN where they make no sense."""
    if not dates:
        return np.empty(0)
    wrong = sorted({*_DATE_PATTERN.misfits(dates), *_TIME_PATTERN.misfits(times)})
    if wrong:
        dates, times = dates.copy(), times.copy()
        for i in wrong:
            dates[i], times[i] = b"", b"00:00:00"
    days = {text: _day(text) for text in set(dates)}
    day = np.array([days[text] for text in dates], np.float64)
    if not _MILLISECONDS.fit_all(times):
        times = [(t if len(t) > len("00:00:00") else t + b".").ljust(len(_CLOCK_US), b"0") for t in times]
    text = np.frombuffer(b"".join(times), np.uint8).reshape(len(times), -1)
    digits = text.astype(np.int64) - ord("0")
    clock = digits @ _CLOCK_US[: digits.shape[1]]
    sixty = digits[:, [0, 3, 6]] * 10 + digits[:, [1, 4, 7]]
    sane = (sixty < (24, 60, 61)).all(axis=1)
    return np.where(sane, (day * _DAY_US + clock) / 1e6, np.nan)


def _day(text: bytes) -> float:
    """Count the days since 1970; NaN where there is no such date."""
    try:
        return float(date(int(text[:4]), int(text[5:7]), int(text[8:])).toordinal() - _EPOCH)
    except ValueError:
        return float("nan")


def _in_utc(sent: NDArray[np.float64], now: float) -> NDArray[np.float64]:
    """Take the sender's zone out of its times, given that they are live."""
    off = sent - now
    zone = np.round(off / _QUARTER_S) * _QUARTER_S
    zoned = (np.abs(off - zone) <= _ZONE_TOLERANCE_S) & (np.abs(zone) <= _FARTHEST_ZONE_S)
    return np.where(np.abs(off) <= _SAME_CLOCK_S, sent, np.where(zoned, sent - zone, now))


@dataclass(slots=True)
class _Body:
    """The fields beyond the head of rows that are taken; what is wrong in them is counted in `refused`."""

    fields: list[list[bytes]]
    refused: Counter[str]
    _heard: dict[str, NDArray[np.generic]] = field(default_factory=dict)

    def columns(self) -> dict[str, NDArray[np.generic]]:
        self._callsign()
        self._place()
        self._height()
        for name, column in _NUMBERS.items():
            self._number(name, self._checked(self.fields[column], _NUMBER))
        squawk = self._checked(self.fields[_SQUAWK], _OCTAL)
        if any(squawk):
            self._heard["squawk"] = np.array([int(v) if v else -1 for v in squawk], np.int16)
        ground = self._checked(self.fields[_GROUND], _YES_NO)
        if any(ground):
            self._heard["on_ground"] = np.array(list(map(_FLAG.__getitem__, ground)), np.int8)
        # mlat-server writes its error in km here: what is no flag is no emergency, and no fault either.
        emergency = self.fields[_EMERGENCY]
        if any(emergency):
            general = EMERGENCIES.index("general")
            codes = {value: general if flag > 0 else flag for value, flag in _FLAG.items()}
            self._heard["emergency"] = np.array([codes.get(v, -1) for v in emergency], np.int8)
        return self._heard

    def _checked(self, values: list[bytes], pattern: _Pattern) -> list[bytes]:
        misfits = pattern.misfits(values)
        if misfits:
            self.refused["bad_field"] += len(misfits)
            values = values.copy()
            for i in misfits:
                values[i] = b""
        return values

    def _callsign(self) -> None:
        values = self.fields[_CALLSIGN]
        if any(values):
            values = self._checked([v.strip(b" @") for v in values], _TEXT)
            self._heard["callsign"] = np.array(values, "S8")

    def _place(self) -> None:
        lat, lon = self.fields[_LAT], self.fields[_LON]
        misfits = {*_NUMBER.misfits(lat), *_NUMBER.misfits(lon)}
        if list(map(bool, lat)) != list(map(bool, lon)):
            misfits |= {i for i, (a, b) in enumerate(zip(lat, lon, strict=True)) if bool(a) != bool(b)}
        if misfits:
            self.refused["bad_position"] += len(misfits)
            lat, lon = lat.copy(), lon.copy()
            for i in misfits:
                lat[i] = lon[i] = b""
        if any(lat):
            self._heard["lat"], self._heard["lon"] = north, east = _floats(lat), _floats(lon)
            endless = np.isinf(north) | np.isinf(east)  # digits beyond any number
            if endless.any():
                self.refused["bad_position"] += int(np.count_nonzero(endless))
                north[endless] = east[endless] = np.nan

    def _height(self) -> None:
        values = self._checked(self.fields[_ALTITUDE], _HEIGHT)
        if b"H" in b"".join(values):
            self._number("geo_altitude_ft", [v[:-1] if v.endswith(b"H") else b"" for v in values])
            values = [b"" if v.endswith(b"H") else v for v in values]
        self._number("altitude_ft", values)

    def _number(self, name: str, values: list[bytes]) -> None:
        if any(values):
            self._heard[name], outside = within(name, _floats(values))
            self.refused["bad_field"] += outside


def _floats(values: list[bytes]) -> NDArray[np.float64]:
    floats = np.full(len(values), np.nan)
    floats[np.array(list(map(bool, values)), bool)] = list(map(float, filter(None, values)))
    return floats
