"""Stored positions as the schema has them: out of the steps they are stored in, by the column. Pure."""

from collections.abc import Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

from aerotrack.core.belief import EMERGENCY_OF_SQUAWK
from aerotrack.core.columns import BY_NAME, COLUMNS, STORED, Columns, Kind
from aerotrack.core.flights import COASTING_S
from aerotrack.storage.sent_arrays import numbers
from aerotrack.storage.steps import EPOCH_US, NUMBERS, degrees, measured


def unix_us(sent: bytes | None) -> NDArray[np.int64]:
    """Read times (N,) as whole microseconds since 1970."""
    return numbers(sent, ">i8") + EPOCH_US


def positions_of(row: Mapping[str, Any], feeds: Mapping[int, str]) -> dict[str, NDArray[Any]]:
    """Read N positions as the statements send them: `time` and the stored columns of the schema.

    `feeds` names them by their number; the column `feed` holds names (objects), None where it is not known.
    """
    columns: dict[str, NDArray[Any]] = {"time": unix_us(row["time"]) / 1e6}
    for name in ("lat", "lon"):
        columns[name] = degrees(numbers(row[name], ">i4"))
    for name, stored in NUMBERS.items():
        columns[name] = measured(name, numbers(row[stored], ">i2")).astype(BY_NAME[name].dtype)
    for name in ("on_ground", "squawk", "position_source"):
        columns[name] = numbers(row[name], ">i2").astype(BY_NAME[name].dtype)
    columns["feed"] = _named(numbers(row["feed_id"], ">i2"), feeds)
    return {name: columns[name] for name in ("time", *(column.name for column in STORED))}


def sky_of(row: Mapping[str, Any], feeds: Mapping[int, str], at: float) -> Columns:
    """Read N flights as the statement `sky` sends them: every column of the schema, `address` and `start`."""
    columns = positions_of(row, feeds)
    flight = numbers(row["flight_id"], ">i8")
    columns |= {"address": (flight >> 32).astype(np.uint32), "start": flight & 0xFFFFFFFF}
    columns["last_heard"] = columns["time"].copy()  # what was heard since without a place is not stored
    columns["coasting"] = (at - columns["time"] > COASTING_S).astype(np.int8)
    columns["emergency"] = EMERGENCY_OF_SQUAWK[columns["squawk"]]
    for column in COLUMNS:
        if column.kind is Kind.TEXT:
            columns[column.name] = _texts(row[column.name], column.width)
        elif column.name not in columns:
            columns[column.name] = column.blank(len(flight))
    return columns


def unnamed(row: Mapping[str, Any], feeds: Mapping[int, str]) -> bool:
    """Say whether a position comes from a feed that has no name here yet."""
    return bool(set(np.unique(numbers(row["feed_id"], ">i2")).tolist()) - set(feeds) - {-1})


def _texts(sent: str | None, width: int) -> NDArray[Any]:
    """Cut a text that holds N of `width` characters each."""
    padded: NDArray[Any] = np.frombuffer((sent or "").encode("ascii", "replace"), f"S{width}")
    texts: NDArray[Any] = np.strings.rstrip(padded).astype(f"S{width}")
    return texts


def _named(which: NDArray[np.int64], feeds: Mapping[int, str]) -> NDArray[Any]:
    names: NDArray[Any] = np.full(max(feeds, default=0) + 2, None, object)  # the last is that of -1
    for number, name in feeds.items():
        names[number] = name
    return names[which]
