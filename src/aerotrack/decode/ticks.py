"""Ticks: when frames were heard, by the counter of a receiver that has no date.

A Beast counts at 12 MHz in 48 bits, from whenever it was switched on; a Radarcape with GPS tells the second
of the day in 18 bits and nanoseconds in 30.
"""

import numpy as np
from numpy.typing import NDArray

TICKS_PER_S = 12e6
MLAT_TICKS = 0xFF004D4C4154
"""Stands in for the time of frames that were made of multilaterated positions: readsb, mlat-client."""
UAT_TICKS = 0xFF004D4C4155
PRIVATE_TICKS = 0xFF004D4C4160
"""Stands in for the time of frames that are not to be passed on."""
_MAGIC = (MLAT_TICKS, UAT_TICKS, PRIVATE_TICKS)
_NS_BITS = 30
_NS = (1 << _NS_BITS) - 1
_DAY_S, _SECOND_NS = 86_400, 1_000_000_000
_SAME_CLOCK_S = 60.0
_SPREAD_S = 2.0  # what one read holds was heard within this time
_LEAP_S = 60.0  # what is farther from the frame before is of another receiver's counter
_SILENCE_S = 3600.0  # unless there is but one
_BACK_S = 1.0
_MOST_COUNTERS = 16
_UNCOUNTED_S = 0.02  # from frame to frame where nobody counts: a receiver of middling traffic


class TickTimes:
    """Gives frames their times. `start` is that of a recording's first frame, Unix seconds; 0 unknown."""

    def __init__(self, start: float = 0.0) -> None:
        self._last = start
        self._gps = None if start else False  # of a recording: whether its ticks are GPS time
        self._origins: list[float] = []  # of a recording's counters, the newest last: time at tick 0

    def live(self, ticks: NDArray[np.int64], now: float) -> NDArray[np.float64]:
        """Return the times (N,) of frames that arrived in one read at `now`: never later, never going back.

        What the counters say is used as far as it makes sense, which is that one read holds no two seconds.
        """
        if not len(ticks):
            return np.empty(0)
        seconds = ticks / TICKS_PER_S
        if (gps := _gps_seconds(ticks, now)) is not None:
            seconds = gps
        ago = seconds.max(where=~np.isin(ticks, _MAGIC), initial=-np.inf) - seconds
        times = now - np.where((ago >= 0) & (ago < _SPREAD_S), ago, 0.0)
        times = np.minimum(np.maximum(np.maximum.accumulate(times), min(self._last, now)), now)
        self._last = float(times[-1])
        return times

    def recorded(self, ticks: NDArray[np.int64]) -> NDArray[np.float64]:
        """Return the times (N,) of a recording's frames, which may be of several receivers' counters.

        It is taken for GPS time if it begins at `start`. Frames without a counter, 0, come 50 a second.
        """
        if not len(ticks):
            return np.empty(0)
        if self._gps is None:
            self._gps = _gps_seconds(ticks[:1], self._last) is not None
        day, ns = ticks >> _NS_BITS, ticks & _NS
        seconds = day + ns / _SECOND_NS if self._gps else ticks / TICKS_PER_S
        if not self._origins:
            self._origins.append(self._last - float(seconds[0]))
        times: NDArray[np.float64] = seconds + self._origins[-1]
        step = np.diff(np.r_[self._last, times])
        uncounted = (ticks == 0) | np.isin(ticks, _MAGIC)
        if uncounted.any() or (step < -_BACK_S).any() or (step > _LEAP_S).any():
            placed = zip(seconds.tolist(), uncounted.tolist(), strict=True)
            times = np.array([self._placed(one, counted=not without) for one, without in placed], np.float64)
        self._last = float(times[-1])
        return times

    def _placed(self, seconds: float, *, counted: bool) -> float:
        """Find whose counter it is: of which the time goes on from the frame before."""
        if not counted:
            self._last += _UNCOUNTED_S
            return self._last
        steps = [origin + seconds - self._last for origin in self._origins]
        farthest = _LEAP_S if len(steps) > 1 else _SILENCE_S
        step = min((step for step in steps if -_BACK_S <= step <= farthest), key=abs, default=None)
        if step is not None:
            self._last += step
            return self._last
        self._origins = [*self._origins[1 - _MOST_COUNTERS :], self._last - seconds]
        return self._last


def _gps_seconds(ticks: NDArray[np.int64], now: float) -> NDArray[np.float64] | None:
    """Read ticks as GPS time, if that is what they are."""
    day, ns = ticks >> _NS_BITS, ticks & _NS
    away = np.abs((day - now + _DAY_S / 2) % _DAY_S - _DAY_S / 2)
    gps = (day < _DAY_S) & (ns < _SECOND_NS) & (away <= _SAME_CLOCK_S)
    return day + ns / _SECOND_NS if (gps | np.isin(ticks, _MAGIC)).all() and gps.any() else None
