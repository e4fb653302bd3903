"""SBS: flights as a BaseStation tells them, one line a message, for everything that reads port 30003.

    MSG,3,1,1,4CA2D6,1,2026/11/22,09:39:27.343,2026/11/22,09:39:27.343,,6950,,,49.10000,1.70000,,,,,,0

    1 callsign    3 place and altitude    4 speed, track and vertical rate    5 altitude    6 squawk

Fields: http://woodair.net/sbs/article/barebones42_socket_data.htm. What is not known is empty. An address
that is not ICAO's has ~ before it. Times are UTC.

The lines of a message are a matrix of characters, one row each, in which what is not needed is 0 and dropped.
"""

from collections.abc import Callable, Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

from aerotrack.core.columns import Columns
from aerotrack.core.identity import NOT_ICAO

Characters = NDArray[np.uint8]
_Mask = NDArray[np.bool_]

_FIELDS = 22
_ADDRESS, _DATE, _TIME, _LOGGED_ON, _LOGGED_AT = 5, 7, 8, 9, 10
_CALLSIGN, _ALTITUDE, _SPEED, _TRACK, _LAT, _LON, _RATE = range(11, 18)
_SQUAWK, _EMERGENCY, _GROUND = 18, 20, 22
_HEX = np.frombuffer(b"0123456789ABCDEF", np.uint8)
_SAFE = np.isin(np.arange(256), list(b"\0 ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789._-"))
_DAY_MS = 86_400_000
_ZERO, _MINUS, _POINT = ord("0"), ord("-"), ord(".")


def sbs(rows: Columns, placed: _Mask, facts: _Mask) -> bytes:
    """Write N flights, `rows` of the schema with `address`, and which are `placed` anew, have `facts` due."""
    letters = np.ascontiguousarray(rows["callsign"]).view(np.uint8).reshape(-1, 8)
    named = (rows["callsign"] != b"") & _SAFE[letters].all(axis=1)
    high = ~np.isnan(rows["altitude_ft"])
    moving = ~(np.isnan(rows["ground_speed_kt"]) & np.isnan(rows["vertical_rate_fpm"]))
    return b"".join((
        _lines(1, rows, facts & named, {_CALLSIGN: _callsign}),
        _lines(3, rows, placed, {_ALTITUDE: _altitude, _LAT: _lat, _LON: _lon, _GROUND: _ground}, "time"),
        _lines(4, rows, moving, {_SPEED: _speed, _TRACK: _track, _RATE: _rate}),
        _lines(5, rows, high & ~placed, {_ALTITUDE: _altitude, _GROUND: _ground}),
        _lines(6, rows, facts & (rows["squawk"] >= 0), {_SQUAWK: _squawk, _EMERGENCY: _emergency}),
    ))  # fmt: skip


def _lines(
    number: int,
    rows: Columns,
    which: _Mask,
    fields: Mapping[int, Callable[[Columns], Characters]],
    time: str = "last_heard",
) -> bytes:
    """Write one message of each of some of the rows."""
    chosen = {name: values[which] for name, values in rows.items()}
    count = int(np.count_nonzero(which))
    date, clock = _moments(chosen[time])
    written: dict[int, Characters] = {
        1: _same(f"MSG,{number},1,1", count),
        _ADDRESS: _address(chosen["address"]),
        6: _same("1", count),
        _DATE: date, _TIME: clock, _LOGGED_ON: date, _LOGGED_AT: clock,
        **{field: write(chosen) for field, write in fields.items()},
    }  # fmt: skip
    comma, parts = _same(",", count), [written[1]]
    for field in range(_ADDRESS, _FIELDS + 1):
        parts += [comma, written[field]] if field in written else [comma]
    line = np.concatenate([*parts, _same("\r\n", count)], axis=1).ravel()
    return bytes(line[line != 0])


def _same(text: str, count: int) -> Characters:
    return np.broadcast_to(np.frombuffer(text.encode(), np.uint8), (count, len(text)))


def _address(address: NDArray[np.uint32]) -> Characters:
    digits = _HEX[(address[:, None] >> np.arange(20, -4, -4)) & 15]
    other = np.where(address & NOT_ICAO, ord("~"), 0).astype(np.uint8)
    return np.concatenate([other[:, None], digits], axis=1)


def _moments(time: NDArray[np.float64]) -> tuple[Characters, Characters]:
    """Write dates and times of day."""
    ms = np.round(time * 1000).astype(np.int64)
    days, which = np.unique(ms // _DAY_MS, return_inverse=True)
    texts = np.datetime_as_string(days.astype("M8[D]")).astype("S10").view(np.uint8).reshape(-1, 10)
    dates = np.where(texts == _MINUS, np.uint8(ord("/")), texts)[which]
    ms %= _DAY_MS
    clock = np.empty((len(ms), 12), np.uint8)
    clock[:, [2, 5]], clock[:, 8] = ord(":"), _POINT
    for at, width, unit, most in (
        (0, 2, 3_600_000, 24),
        (3, 2, 60_000, 60),
        (6, 2, 1000, 60),
        (9, 3, 1, 1000),
    ):
        clock[:, at : at + width] = _digits(ms // unit % most, width)
    return dates, clock


def _digits(numbers: NDArray[np.int64], width: int) -> Characters:
    """Write numbers with leading zeros."""
    return (numbers[:, None] // 10 ** np.arange(width - 1, -1, -1) % 10 + _ZERO).astype(np.uint8)


def _number(values: NDArray[Any], width: int, decimals: int = 0) -> Characters:
    """Write numbers of so many digits at most, some of them decimals; nothing where NaN."""
    known = values == values  # noqa: PLR0124  NaN is not itself
    scaled = np.round(np.where(known, values, 0).astype(np.float64) * 10**decimals).astype(np.int64)
    digits = _digits(np.abs(scaled), width)
    leading = np.logical_and.accumulate(digits == _ZERO, axis=1)
    leading[:, width - decimals - 1 :] = False
    digits[leading] = 0
    sign = np.where(scaled < 0, _MINUS, 0).astype(np.uint8)
    parts = [sign[:, None], digits[:, : width - decimals]]
    if decimals:
        parts += [_same(".", len(values)), digits[:, width - decimals :]]
    return np.where(known[:, None], np.concatenate(parts, axis=1), np.uint8(0))


def _callsign(rows: Columns) -> Characters:
    return np.ascontiguousarray(rows["callsign"]).view(np.uint8).reshape(-1, 8)


def _altitude(rows: Columns) -> Characters:
    return _number(rows["altitude_ft"], 6)


def _speed(rows: Columns) -> Characters:
    return _number(rows["ground_speed_kt"], 4)


def _track(rows: Columns) -> Characters:
    return _number(np.round(rows["track_deg"]) % 360, 3)


def _rate(rows: Columns) -> Characters:
    return _number(rows["vertical_rate_fpm"], 6)


def _lat(rows: Columns) -> Characters:
    return _number(rows["lat"], 7, 5)


def _lon(rows: Columns) -> Characters:
    return _number(rows["lon"], 8, 5)


def _squawk(rows: Columns) -> Characters:
    return _digits(rows["squawk"].astype(np.int64), 4)


def _flag(values: NDArray[Any]) -> Characters:
    """Write -1 for yes, 0 for no, nothing for unknown."""
    yes, known = values > 0, values >= 0
    return np.stack([yes * _MINUS, known * np.where(yes, ord("1"), _ZERO)], axis=1).astype(np.uint8)


def _emergency(rows: Columns) -> Characters:
    return _flag(rows["emergency"])


def _ground(rows: Columns) -> Characters:
    return _flag(rows["on_ground"])
