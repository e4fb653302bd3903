"""Ticks: when frames were heard, by the counter of a receiver that has no date.

A Beast counts at 12 MHz in 48 bits, from whenever it was switched on; a Radarcape with GPS tells the second
of the day in 18 bits and nanoseconds in 30.
"""

import math

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
_HELD_UP_S = 15.0  # on its way, at most
_DRIFT = 0.01  # as far as a clock, theirs or ours, may be wrong
_LEAP_S = 60.0  # what is farther from the frame before is of another receiver's counter
_SILENCE_S = 3600.0  # unless there is but one
_BACK_S = 1.0
_MOST_COUNTERS = 16
_UNCOUNTED_S = 0.02  # from frame to frame where nobody counts: a receiver of middling traffic


class TickTimes:
    """Gives frames their times. `start` is that of a recording's first frame, Unix seconds; 0 unknown."""

    def __init__(self, start: float = 0.0) -> None:
        self._last = start
        self._now, self._arrived = 0.0, math.inf  # live: when it last counted, and the time at its 0
        self._gps = None if start else False  # of a recording: whether its counter is GPS time
        self._origins: list[float] = []  # of a recording's counters, the newest last: time at tick 0

    def live(self, ticks: NDArray[np.int64], now: float) -> NDArray[np.float64]:
        """Return the times (N,) of frames that arrived in one read at `now`: never later, never going back.

        A read that the network held up is told by the counter: the one that came fastest says when it counted
        what. A counter that cannot be so, or is another receiver's, counts for this one read at most.
        """
        if not len(ticks):
            return np.empty(0)
        counted = (ticks != 0) & ~_magic(ticks)
        seconds = ticks / TICKS_PER_S
        if (gps := _gps_seconds(ticks, now)) is not None:
            seconds = gps
        times = np.full(len(ticks), now)
        if counted.any():
            arrived = now - float(seconds.max(where=counted, initial=-np.inf))
            known = self._arrived + _DRIFT * max(now - self._now, 0.0)
            self._arrived = min(known, arrived) if abs(arrived - known) <= _HELD_UP_S else arrived
            self._now = now
            told = seconds + self._arrived
            times = np.where(counted & (told >= now - _HELD_UP_S), told, now)
        times = np.minimum(np.maximum(np.maximum.accumulate(times), min(self._last, now)), now)
        self._last = float(times[-1])
        return times

    def recorded(self, ticks: NDArray[np.int64]) -> NDArray[np.float64]:
        """Return the times (N,) of a recording's frames, which may be of several receivers' counters.

        It is taken for GPS time if it begins at `start`. Frames without a counter, 0, are of the time of the
        one before them; where none has a counter yet they come 50 a second.
        """
        if not len(ticks):
            return np.empty(0)
        uncounted = (ticks == 0) | _magic(ticks)
        if self._gps is None and not uncounted.all():
            self._gps = _gps_seconds(ticks[~uncounted][:1], self._last) is not None
        seconds = (ticks >> _NS_BITS) + (ticks & _NS) / _SECOND_NS if self._gps else ticks / TICKS_PER_S
        if len(self._origins) == 1 and not uncounted.any():
            times: NDArray[np.float64] = seconds + self._origins[0]
            step = np.empty_like(times)
            step[0], step[1:] = times[0] - self._last, times[1:] - times[:-1]
            if step.min() >= -_BACK_S and step.max() <= _SILENCE_S:
                self._last = float(times[-1])
                return times
        placed = zip(seconds.tolist(), uncounted.tolist(), strict=True)
        return np.array([self._placed(one, counted=not without) for one, without in placed], np.float64)

    def _placed(self, seconds: float, *, counted: bool) -> float:
        """Find whose counter it is: of which the time goes on from the frame before."""
        if not counted:
            self._last += 0.0 if self._origins else _UNCOUNTED_S
            return self._last
        times = [origin + seconds for origin in self._origins]
        farthest = _LEAP_S if len(times) > 1 else _SILENCE_S
        near = [time for time in times if -_BACK_S <= time - self._last <= farthest]
        if near:
            self._last = min(near, key=lambda time: abs(time - self._last))
        else:
            self._origins = [*self._origins[1 - _MOST_COUNTERS :], self._last - seconds]
        return self._last


def _magic(ticks: NDArray[np.int64]) -> NDArray[np.bool_]:
    """Say which ticks only stand in for a time."""
    magic = ticks >= MLAT_TICKS
    if np.count_nonzero(magic):
        magic = np.isin(ticks, _MAGIC)
    return magic


def _gps_seconds(ticks: NDArray[np.int64], now: float) -> NDArray[np.float64] | None:
    """Read ticks as GPS time, if that is what they are: all that are no stand-ins, and any."""
    day, ns = ticks >> _NS_BITS, ticks & _NS
    away = np.abs((day - now + _DAY_S / 2) % _DAY_S - _DAY_S / 2)
    gps = (day < _DAY_S) & (ns < _SECOND_NS) & (away <= _SAME_CLOCK_S)
    if not np.count_nonzero(gps) or not (gps | _magic(ticks)).all():
        return None
    seconds: NDArray[np.float64] = day + ns / _SECOND_NS
    return seconds
