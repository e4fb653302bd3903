"""Flights for people: dicts with the keys and values that JSON has. Pure."""

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from aerotrack.core.columns import BY_NAME, PUBLIC_NAMES, Column, Columns, Kind
from aerotrack.core.identity import flight_texts
from aerotrack.core.values import values_of, whole_seconds


def readout(columns: Columns, feeds: Sequence[str]) -> dict[str, dict[str, Any]]:
    """Return N flights by their ids. `columns` (N,) are the schema's, `address` and `start`."""
    ids = flight_texts(columns["address"], columns["start"])
    values = {
        name: values_of(column, _understood(column, columns[name], feeds), feeds)
        for name, column in BY_NAME.items()
    }
    values["id"] = ids
    values["icao24"] = [name.rpartition("-")[0] for name in ids]
    values["started_at"] = whole_seconds(columns["start"])
    rows = zip(*(values[name] for name in PUBLIC_NAMES), strict=True)
    return {name: dict(zip(PUBLIC_NAMES, row, strict=True)) for name, row in zip(ids, rows, strict=True)}


def _understood(column: Column, values: NDArray[Any], feeds: Sequence[str]) -> NDArray[Any]:
    """Take what only a later server knows a name for as not known."""
    if column.kind not in {Kind.CODE, Kind.FEED}:
        return values
    names = feeds if column.kind is Kind.FEED else column.labels
    return np.where(values < len(names), values, -1)
