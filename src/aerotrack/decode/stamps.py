"""Stamps: the times that JSON carries, and how far they are to be trusted."""

from typing import Any

import numpy as np
from numpy.typing import NDArray

_MILLISECONDS = 1e11  # as seconds this is the year 5138: a greater number counts milliseconds
_LATEST = 253_402_300_800  # the year 10000
_SAME_CLOCK_S = 60.0


def seconds(stamp: Any) -> float:
    """Read a Unix time in seconds or milliseconds; NaN if it is none."""
    if type(stamp) not in (int, float) or not 0 < stamp < 1000 * _LATEST:
        return float("nan")
    return float(stamp) if stamp < _MILLISECONDS else stamp / 1000.0


def moments(stamps: NDArray[np.float64]) -> NDArray[np.float64]:
    """Read Unix times (N,) as `seconds` reads one."""
    times = np.where(stamps < _MILLISECONDS, stamps, stamps / 1000.0)
    return np.where((times > 0) & (times < _LATEST), times, np.nan)


def in_step(made: NDArray[np.float64], now: float | None) -> NDArray[np.float64]:
    """Put the time of arrival, if there is one, in the place of stamps more than a minute off it."""
    return made if now is None else np.where(np.abs(made - now) <= _SAME_CLOCK_S, made, now)
