"""Plausibility: how far an aircraft can have come, and how much climbed, since it was last believed.

    way <= slack + 1.3 * speed * (time + jitter)
    climb <= 300 ft + 1.5 * rate * (time + jitter) + (g / 8) * (time + jitter)^2

The speed is the greater one of what the flight last said and what it says now, which may have grown by 3 kt
for every second since; where it never said any, or 0 in the air, 900 kt there and 120 kt on the ground.
Positions that receivers measure (MLAT) err by more. The jitter is how far off the times of the source may be,
and the slack grows with it: who is that vague about the time is so about the place.

The rate is the one that leads farther that way of what it last said and says now, 0 if both lead the other
way: who says that it descends has not climbed. It may have changed since by a quarter of g, at most to 8,000
ft/min (one and a half times the rate, if that is more), and is this where none was said.

Who flies is also not where it was: whatever the time, its place told again to the bit is the old
one. Formats round places by 185 m at most (ACARS: to a tenth of a minute of arc), and who turns is not at the
same bits after a full circle.
"""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from aerotrack.core.columns import POSITION_SOURCES
from aerotrack.core.echoes import FORWARD_KT
from aerotrack.core.geo import DEGREE_M, KNOT_MS
from aerotrack.core.observations import Observations
from aerotrack.core.rows import Rows

ROOM = 1.3  # wind, a turn, a speed that is a little old
SLACK_M_PER_S = 150.0  # 30 m for a receiver that knows the time to 0.2 s, 300 m for a feed that rounds it
GREATEST_KT = 2000.0
KT_PER_S = 3.0
FASTEST_KT, FASTEST_ON_GROUND_KT = 900.0, 120.0  # of who has not said how fast
LEAST_KT, LEAST_ON_GROUND_KT = 100.0, 30.0  # of who said less
ROUNDED_M = 185.0
MLAT_ROOM, MLAT_KT, MLAT_M = 1.4, 50.0, 250.0
JUMP_FT = 300.0
STEEPEST_FPM = 8000.0
STEEPER = 1.5  # than it said itself
HARDEST_FT_S2 = 8.0  # a quarter of g: passengers stay in their seats
_MLAT = POSITION_SOURCES.index("mlat")

_Floats = NDArray[Any]
_Mask = NDArray[np.bool_]


def at_once(apart_deg: _Floats, elapsed_s: _Floats, speed_kt: _Floats, error_s: float) -> _Mask:
    """Say of N moves which are plausible beyond doubt, at a fraction of the price of finding out.

    `apart_deg` is anything that is no less than the way, as the sum of the differences in both directions;
    `speed_kt` is one of the flight's, NaN where unknown: that is doubtful, as all that is unknown.
    """
    speed = np.minimum(speed_kt * (ROOM * KNOT_MS / DEGREE_M), GREATEST_KT * KNOT_MS / DEGREE_M)
    certain: _Mask = apart_deg <= SLACK_M_PER_S * error_s / DEGREE_M + speed * (elapsed_s + error_s)
    return certain


class Reach:
    """How far each of K aircraft, in `rows`, can have come when it says what is `seen`."""

    def __init__(self, table: Rows, rows: NDArray[np.intp], seen: Observations) -> None:
        c = table.columns
        grounded = c["on_ground"][rows] == 1
        if (flags := seen.columns.get("on_ground")) is not None:
            grounded &= flags != 0  # who has landed since was in the air
        age = np.maximum(seen.last_heard - table.heard["ground_speed_kt"][rows], 0.0)
        speed = _told(c["ground_speed_kt"][rows], grounded)
        speed = speed + np.where(np.isnan(speed), 0.0, KT_PER_S * age)
        if (said := seen.columns.get("ground_speed_kt")) is not None:
            speed = np.fmax(speed, _told(said, grounded))
        unknown = np.where(grounded, FASTEST_ON_GROUND_KT, FASTEST_KT)
        least = np.where(grounded, LEAST_ON_GROUND_KT, LEAST_KT)
        speed = np.where(np.isnan(speed), unknown, np.maximum(speed, least)) * ROOM
        measured = c["position_source"][rows] == _MLAT
        if (sources := seen.columns.get("position_source")) is not None:
            measured = measured | (sources == _MLAT)
        speed = np.where(measured, MLAT_ROOM * speed + MLAT_KT, speed)
        self._ms = np.minimum(speed, GREATEST_KT) * KNOT_MS
        self._jitter = np.maximum(seen.time_error_s, c["time_error"][rows])
        self._slack = SLACK_M_PER_S * self._jitter + np.where(measured, MLAT_M, 0.0)

    def holds(self, way_m: _Floats, elapsed_s: _Floats) -> _Mask:
        """Say which of K ways, in so many seconds, are no longer than that; none that is unknown."""
        holds: _Mask = way_m <= self._slack + self._ms * (np.abs(elapsed_s) + self._jitter)
        return holds


def _told(speed_kt: _Floats, grounded: _Mask) -> _Floats:
    """Return speeds (K,), NaN for 0 in the air: who does not know it says that more often than who hovers."""
    return np.where(grounded | (speed_kt > 0), speed_kt, np.nan).astype(np.float64)


def flown_on(table: Rows, rows: NDArray[np.intp], seen: Observations, elapsed_s: _Floats) -> _Mask:
    """Say which of K aircraft, in `rows`, have left where they were so many seconds ago, by their own word.

    The speed is the lesser one of what the flight last said and what it says now; where it says none now, it
    may have braked since. Who is slower than 50 kt may hover, or stand with a drifting inertial speed.
    """
    speed = table.columns["ground_speed_kt"][rows].astype(np.float64)
    braked = speed - KT_PER_S * np.maximum(seen.last_heard - table.heard["ground_speed_kt"][rows], 0.0)
    if (said := seen.columns.get("ground_speed_kt")) is None:
        speed = braked
    else:
        speed = np.where(np.isnan(said), braked, np.fmin(speed, said))
    grounded = table.columns["on_ground"][rows] == 1
    left: _Mask = ~grounded & (speed >= FORWARD_KT) & (speed * KNOT_MS * elapsed_s > ROUNDED_M)
    return left


def climbs(table: Rows, rows: NDArray[np.intp], seen: Observations, feet: _Floats, since: _Floats) -> _Mask:
    """Say which of K aircraft, in `rows`, can have come from `feet`, true at `since`, to what they say now.

    All can of whom no height is known, and none where the one from which they come is not.
    """
    last = table.columns["vertical_rate_fpm"][rows].astype(np.float64)
    said = seen.columns.get("vertical_rate_fpm", last)
    least, most = np.fmin(last, said), np.fmax(last, said)
    elapsed = np.abs(seen.last_heard - since) + seen.time_error_s
    told = table.heard["vertical_rate_fpm"][rows]
    age = np.where(np.isnan(said) | (said is last), np.maximum(seen.last_heard - told, 0.0), 0.0)
    other = HARDEST_FT_S2 / 2 * np.maximum(elapsed, age) ** 2
    utmost = np.fmax(STEEPER * np.fmax(-least, most), STEEPEST_FPM) / 60 * elapsed  # also if none is known
    up = np.fmin(STEEPER * np.maximum(most, 0.0) / 60 * elapsed + other, utmost)
    down = np.fmin(STEEPER * np.maximum(-least, 0.0) / 60 * elapsed + other, utmost)
    climb = seen.columns["altitude_ft"] - feet
    within: _Mask = (climb <= JUMP_FT + up) & (-climb <= JUMP_FT + down)
    return within
