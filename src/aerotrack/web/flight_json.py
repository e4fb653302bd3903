"""Flights as JSON: one fragment of bytes a flight, made by the column, for API and stream alike. Pure."""

from collections.abc import Mapping, Sequence
from functools import cache
from typing import Any

import msgspec

from aerotrack.core.columns import BY_NAME, COLUMNS, PUBLIC_NAMES, STORED, Columns, Group
from aerotrack.core.values import values_of, whole_seconds

MOTION_NAMES = ("id", *(column.name for column in COLUMNS if column.group is Group.MOTION))
POSITION_NAMES = ("time", *(column.name for column in STORED))

_encode = msgspec.json.Encoder().encode


def whole_flights(columns: Columns, feeds: Sequence[str], ids: Sequence[str]) -> list[bytes]:
    """Write N flights with every key. `columns` (N,) are the schema's and `start`; `ids` name the flights."""
    values = _lists(BY_NAME, columns, feeds)
    values["id"] = ids
    values["icao24"] = [name.rpartition("-")[0] for name in ids]
    values["started_at"] = whole_seconds(columns["start"])
    return _objects(PUBLIC_NAMES, values)


def moved_flights(columns: Columns, feeds: Sequence[str], ids: Sequence[str]) -> list[bytes]:
    """Write of N flights the id and what changes with nearly every report."""
    return _objects(MOTION_NAMES, {**_lists(MOTION_NAMES[1:], columns, feeds), "id": ids})


def positions(columns: Columns, feeds: Sequence[str] = ()) -> list[bytes]:
    """Write N stored positions."""
    return _objects(POSITION_NAMES, _lists(POSITION_NAMES, columns, feeds))


def _lists(names: Any, columns: Columns, feeds: Sequence[str]) -> dict[str, Sequence[Any]]:
    return {name: values_of(BY_NAME[name], columns[name], feeds) for name in names}


def _objects(names: tuple[str, ...], values: Mapping[str, Sequence[Any]]) -> list[bytes]:
    """Write one object a row. A struct is built and written in half the time of a dict."""
    return list(map(_encode, map(_struct(names), *(values[name] for name in names))))


@cache
def _struct(names: tuple[str, ...]) -> Any:
    return msgspec.defstruct("Row", names, gc=False)
