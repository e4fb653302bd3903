"""Phases: what a flight is doing, told from what it says of itself. Pure.

A new phase goes to every client at once, so it must not flicker. Two things keep it steady: limits that
are wider for who is in a phase than for who is to come into it, and that another phase must seem right for a
while, at each report of that time, before it counts. That time is the aircraft's own (when it was heard):
silence changes no phase.
"""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from aerotrack.core.columns import PHASES, Columns

PARKED, TAXI, TAKEOFF, CLIMB, CRUISE, DESCENT, APPROACH, LANDED = range(len(PHASES))
UNKNOWN = -1

STANDING_KT, MOVING_KT = 1.0, 3.0
TAXI_KT, ROLLING_KT = 30.0, 50.0  # who is slower taxies; who is faster takes off, or has landed
RATE_FPM, RATE_LOW_FPM, STEADY_FPM = 400.0, 250.0, 150.0  # to climb or descend, below 10,000 ft, and to go on
APPROACH_FT, LEFT_APPROACH_FT = 3000.0, 4000.0  # above the airport
HIGH_FT = 10_000.0
SURELY_AIRBORNE_FT = 15_000.0  # higher than any airport

_SECONDS = np.array([60.0, 5.0, 3.0, 20.0, 60.0, 20.0, 10.0, 3.0])  # that each phase must seem right
_CLIMB_OUT_S = 30.0  # after which a take-off is a climb
_LEVEL_LOW_S = 120.0  # who is level below 10,000 ft may be waiting to climb or to descend

HEARD = "on_ground", "ground_speed_kt", "vertical_rate_fpm", "altitude_ft"

Phases = NDArray[np.int8]
Floats = NDArray[Any]


def seeming(phase: Phases, flights: Columns, ground_ft: Floats) -> Phases:
    """Return the phase that each of N flights seems to be in, -1 where that cannot be told.

    `phase` is the one it was in; of `flights` the columns HEARD count. `ground_ft` is how high the airport
    below it lies, NaN for none: then heights count from sea level.
    """
    on_ground, speed_kt, rate_fpm, altitude_ft = (flights[name] for name in HEARD)
    standing = speed_kt <= np.where(phase == PARKED, MOVING_KT, STANDING_KT)
    was_grounded = (phase == PARKED) | (phase == TAXI)
    was_airborne = (phase >= CLIMB) & (phase <= APPROACH)
    still = np.where((was_grounded | (phase == TAKEOFF) | (phase == LANDED)), phase, UNKNOWN)
    rolling = np.where(was_grounded | (phase == TAKEOFF), TAKEOFF, np.where(phase == LANDED, LANDED, UNKNOWN))
    grounded = np.select(
        [
            was_airborne,
            np.isnan(speed_kt),
            speed_kt >= ROLLING_KT,
            standing & (phase != LANDED),
            (speed_kt >= TAXI_KT) & (still != UNKNOWN),
        ],
        [LANDED, still, rolling, PARKED, still],
        TAXI,
    )
    climbs = (phase == CLIMB) | (phase == TAKEOFF)
    descends = (phase == DESCENT) | (phase == APPROACH)
    rate = np.where(altitude_ft < HIGH_FT, RATE_LOW_FPM, RATE_FPM)
    up = rate_fpm >= np.where(climbs, STEADY_FPM, rate)
    down = rate_fpm <= -np.where(descends, STEADY_FPM, rate)
    height = altitude_ft - np.where(np.isnan(ground_ft), 0.0, ground_ft)
    low = height < np.where(phase == APPROACH, LEFT_APPROACH_FT, APPROACH_FT)
    airborne = np.select(
        [was_grounded | (phase == LANDED), np.isnan(rate_fpm), up, down & low, down],
        [TAKEOFF, UNKNOWN, CLIMB, APPROACH, DESCENT],
        CRUISE,
    )
    flies = (on_ground == 0) | ((on_ground < 0) & (altitude_ft >= SURELY_AIRBORNE_FT))
    found: Phases = np.select([on_ground == 1, flies], [grounded, airborne], UNKNOWN).astype(np.int8)
    return found


def patience(phase: Phases, seems: Phases, altitude_ft: Floats) -> NDArray[np.float64]:
    """Return for how many seconds each of N flights must seem to be in another phase before it is.

    Who was in none waits for nothing.
    """
    seconds = np.where(seems >= 0, _SECONDS[seems], 60.0)
    seconds = np.where((phase == TAKEOFF) & (seems == CLIMB), _CLIMB_OUT_S, seconds)
    seconds = np.where((seems == CRUISE) & (altitude_ft < HIGH_FT), _LEVEL_LOW_S, seconds)
    waiting: NDArray[np.float64] = np.where(phase < 0, 0.0, seconds)
    return waiting
