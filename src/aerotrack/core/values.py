"""Values as people read them: by the column, as JSON, CSV and a client's dictionaries have them."""

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any

import numpy as np
from numpy.typing import NDArray

from aerotrack.core.columns import Column, Kind

_FLAGS = np.array([False, True, None], object)  # -1, unknown, is the last
_SQUAWKS = np.array([*(f"{code:04d}" for code in range(10_000)), None], object)
_LATEST_S = 4_102_444_800.0  # the year 2100
_MILLISECONDS = np.array([f".{ms:03d}Z" for ms in range(1000)], object)


def values_of(column: Column, values: NDArray[Any], feeds: Sequence[str] = ()) -> list[Any]:
    """Return `values` (N,) of a column as JSON has them: rounded, named, None where unknown.

    An array of objects is passed on as it is.
    """
    if values.dtype == object:
        return list(values)
    match column.kind:
        case Kind.NUMBER:
            return _rounded(values, column.digits, turn=column.name == "track_deg")
        case Kind.TIME:
            return milliseconds(values)
        case Kind.INTEGER:
            return _with_gaps(values.tolist(), values < 0)
        case Kind.TEXT:
            return [text.decode("latin-1") or None for text in values.tolist()]
        case _:
            return list(_named(column, feeds)[values])


def _named(column: Column, feeds: Sequence[str]) -> NDArray[Any]:
    """Return what the numbers of a column stand for; the last, which is that of -1, is None."""
    match column.kind:
        case Kind.FLAG:
            return _FLAGS
        case Kind.SQUAWK:
            return _SQUAWKS
        case Kind.FEED:
            return np.array([*feeds, None], object)
        case _:
            return np.array([*column.labels, None], object)


def milliseconds(times: NDArray[Any]) -> list[Any]:
    """Write Unix seconds (N,) as RFC 3339 in UTC with milliseconds; None for NaN."""
    known = np.isfinite(times)
    ticks = np.rint(np.where(known, times, 0.0) * 1000).astype(np.int64)
    seconds, part = np.unique(ticks // 1000, return_inverse=True)  # few: a text for each is made once
    texts: NDArray[Any] = _seconds(seconds)[part] + _MILLISECONDS[ticks % 1000]
    return _with_gaps(texts.tolist(), ~known)


def whole_seconds(times: NDArray[Any]) -> list[str]:
    """Write whole Unix seconds (N,) as RFC 3339 in UTC."""
    seconds, part = np.unique(times, return_inverse=True)
    texts: list[str] = (_seconds(seconds) + "Z")[part].tolist()
    return texts


def moment(time: float) -> str:
    """Write one Unix time as RFC 3339 in UTC with milliseconds."""
    return (
        datetime.fromtimestamp(round(time, 3), UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
    )


def unix_seconds(text: str) -> float:
    """Read RFC 3339, in UTC unless it says otherwise, or Unix seconds; NaN unless from 1970 to 2100."""
    try:
        time = float(text)
    except ValueError:
        try:
            told = datetime.fromisoformat(text)
        except ValueError:
            return float("nan")
        time = (told if told.tzinfo else told.replace(tzinfo=UTC)).timestamp()
    return time if 0.0 <= time <= _LATEST_S else float("nan")


def _seconds(seconds: NDArray[Any]) -> NDArray[Any]:
    return np.datetime_as_string(seconds.astype("M8[s]")).astype(object)


def _rounded(values: NDArray[Any], digits: int, *, turn: bool) -> list[Any]:
    known = np.isfinite(values)
    rounded = np.round(np.where(known, values, 0.0).astype(np.float64), digits)
    if turn:
        rounded %= 360.0  # 359.96 is 0 degrees
    if digits:
        return _with_gaps((rounded + 0.0).tolist(), ~known)  # adding 0 makes 0 of -0
    return _with_gaps(rounded.astype(np.int64).tolist(), ~known)


def _with_gaps(values: list[Any], unknown: NDArray[np.bool_]) -> list[Any]:
    for i in np.flatnonzero(unknown).tolist():
        values[i] = None
    return values
