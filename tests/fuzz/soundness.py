"""What every decoder promises of what it makes of any bytes whatever."""

import re
from collections.abc import Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

from aerotrack.core.belief import believe
from aerotrack.core.columns import BY_NAME, Column, Kind
from aerotrack.core.identity import ADDRESSES
from aerotrack.core.observations import Observations
from aerotrack.decode.ranges import RANGES

_TEXTS = {
    "category": re.compile(rb"(?:[A-D][0-7])?"),
    "type_code": re.compile(rb"[A-Z0-9]{0,4}"),
}
_PRINTABLE = re.compile(rb"(?:[!-~](?:[ -~]*[!-~])?)?")
_REASON = re.compile(r"[a-z]+(?:_[a-z]+)*")
_FIRST_S, _LAST_S = 0.0, 4_102_444_800.0  # 1970 and 2100: between them flights can be named


def sound(read: Observations, *, now: float, rows_a_message: int = 1) -> None:
    """Assert that `read` is as Observations promises, and that what is believed of it is possible.

    `now` is the stream's time. Places and times are judged for all formats alike by `believe`; before it they
    must be numbers. A message may be told as `rows_a_message` rows.
    """
    assert read.address.dtype == np.uint32
    assert read.last_heard.dtype == np.float64
    assert read.address.ndim == read.last_heard.ndim == 1
    assert read.last_heard.shape == (len(read),)
    assert (read.address < ADDRESSES).all()
    assert np.isfinite(read.last_heard).all()
    _columns(read.columns, len(read))
    assert type(read.messages) is int
    assert len(read) <= rows_a_message * read.messages
    _counts(read.refused)
    _counts(read.kinds)
    assert sum(read.kinds.values()) <= read.messages
    assert all(_REASON.fullmatch(reason) for reason in read.refused)
    _believed(believe(read, now))


def _counts(counts: Mapping[str, int]) -> None:
    assert all(count > 0 for count in counts.values()), counts


def _columns(columns: Mapping[str, NDArray[Any]], rows: int) -> None:
    for name, values in columns.items():
        column = BY_NAME[name]
        assert column.heard, name
        assert values.dtype == column.dtype, (name, values.dtype)
        assert values.shape == (rows,), name
        heard = values[column.known(values)]
        assert _possible(column, heard), (name, heard)
    assert ("lat" in columns) == ("lon" in columns)
    if "lat" in columns:
        assert (np.isnan(columns["lat"]) == np.isnan(columns["lon"])).all()


def _possible(column: Column, heard: NDArray[Any]) -> bool:
    """Say whether values (N,), all of them known, are such as the column can have."""
    if column.kind is Kind.TEXT:
        whole = _TEXTS.get(column.name, _PRINTABLE)
        return all(map(whole.fullmatch, heard.tolist())) and all(map(_PRINTABLE.fullmatch, heard.tolist()))
    if column.kind is Kind.FLAG:
        return bool(np.isin(heard, (0, 1)).all())
    if column.kind is Kind.CODE:
        return bool(((heard >= 0) & (heard < len(column.labels))).all())
    if column.kind is Kind.SQUAWK:
        return all(re.fullmatch("[0-7]{4}", f"{squawk:04}") for squawk in heard.tolist())
    low, high = RANGES.get(column.name, (-np.inf, np.inf))
    return bool((np.isfinite(heard) & (heard >= low) & (heard <= high)).all())


def _believed(read: Observations) -> None:
    """Assert of what comes through to the flights that it can be on this globe, in this age."""
    columns = read.columns
    _columns(columns, len(read))
    for name, most in (("lat", 90.0), ("lon", 180.0)):
        values = columns.get(name, np.empty(0))
        assert (np.abs(values[~np.isnan(values)]) <= most).all(), name
    for times in (read.last_heard, columns.get("time", np.empty(0))):
        known = times[~np.isnan(times)]
        assert ((known >= _FIRST_S) & (known < _LAST_S)).all()
