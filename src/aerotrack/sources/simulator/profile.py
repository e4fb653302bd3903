"""Profiles: speed and height over time, from the stand of one airport to the stand of the next.

Between two knots the speed and the vertical rate change linearly, so that distance and height are parabolas
in time, and speed, distance, rate and height always agree:

    stand  pull  taxi  stop  hold  roll  rotate  climb  climb on  level off  cruise  begin descent  descend
    approach  final  flare  roll out  taxi  stop
"""

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]

KT, FPM = 1852.0 / 3600.0, 1.0 / 60.0  # in m/s and ft/s

# The values at the 20 knots: which of the figures of a leg each is.
_REST, _TAXI, _LIFT, _OFF, _CLIMB_MIDDLE, _CRUISE, _DESCENT_MIDDLE, _FINAL, _THRESHOLD = range(9)
_SPEED_AT = np.array([
    _REST, _REST, _TAXI, _TAXI, _REST, _REST, _LIFT, _OFF, _CLIMB_MIDDLE, _CRUISE, _CRUISE, _CRUISE, _CRUISE,
    _DESCENT_MIDDLE, _FINAL, _THRESHOLD, _THRESHOLD, _TAXI, _TAXI, _REST,
])  # fmt: skip
_LEVEL, _UP, _TOP, _DOWN, _GLIDE = range(5)
_RATE_AT = np.array([
    _LEVEL, _LEVEL, _LEVEL, _LEVEL, _LEVEL, _LEVEL, _LEVEL, _UP, _UP, _TOP, _LEVEL, _LEVEL, _DOWN,
    _DOWN, _GLIDE, _GLIDE, _LEVEL, _LEVEL, _LEVEL, _LEVEL,
])  # fmt: skip
_AIRBORNE, _LANDED = 6, 16  # the knots at which it leaves and touches the ground
_CRUISING = 10  # the stretch that takes what the others leave

_PULL_S, _ROTATE_S, _LEVEL_OFF_S, _BEGIN_DESCENT_S, _FLARE_S = 12.0, 8.0, 30.0, 40.0, 6.0
_GLIDE_SLOPE = np.tan(np.radians(3.0))
_FOOT = 0.3048
_MIDDLE_FT = 9000.0
_FIRST_EAST, _FIRST_WEST = 41, 43  # thousands of feet, from where on levels are wider apart
_HALVINGS = 14  # 50,000 ft to 3 ft


@dataclass(frozen=True, slots=True, eq=False)
class Demands:
    """What L legs ask for (L,): heights in ft, speeds in m/s, rates in ft/s, lengths in m, times in s.

    `cruise_ft` is the height wished for, `reference_ft` the one from which on `cruise` is reached;
    `taxi_out`, `airborne` (from lift-off to touchdown) and `taxi_in` are the lengths of the route's parts.
    """

    from_ft: Floats
    to_ft: Floats
    cruise_ft: Floats
    reference_ft: Floats
    ceiling_ft: Floats
    intercept_ft: Floats
    taxi: Floats
    lift_off: Floats
    middle: Floats
    cruise: Floats
    threshold: Floats
    climb: Floats
    top_climb: Floats
    descent: Floats
    gain: Floats  # acceleration on the runway, m/s²
    brake: Floats
    standing: Floats
    holding: Floats
    taxi_out: Floats
    airborne: Floats
    taxi_in: Floats


@dataclass(frozen=True, slots=True, eq=False)
class Profiles:
    """L legs: `duration` (L, 19) of the stretches, `speed` (L, 9) and `rate` (L, 5), `from_ft` (L,)."""

    duration: NDArray[np.float32]
    speed: NDArray[np.float32]
    rate: NDArray[np.float32]
    from_ft: NDArray[np.float32]

    def total(self) -> Floats:
        """Return the seconds from stand to stand."""
        seconds: Floats = self.duration.sum(axis=1, dtype=np.float64)
        return seconds

    def airborne(self) -> tuple[Floats, Floats]:
        """Return the seconds into each leg at which it leaves and touches the ground."""
        ends = np.cumsum(self.duration, axis=1, dtype=np.float64)
        return ends[:, _AIRBORNE - 1].copy(), ends[:, _LANDED - 1].copy()

    def at(self, leg: NDArray[np.intp], seconds: Floats) -> tuple[Floats, Floats, Floats, Floats]:
        """Return metres gone, speed in m/s, height in ft and its rate in ft/s on legs `leg` (n,)."""
        lasts = self.duration[leg].astype(np.float64)
        speed, rate = self.speed[leg][:, _SPEED_AT], self.rate[leg][:, _RATE_AT]
        ends = np.cumsum(lasts, axis=1)
        now = (seconds[:, None] >= ends[:, :-1]).sum(axis=1)
        rows = np.arange(len(leg))
        gone = np.cumsum((speed[:, 1:] + speed[:, :-1]) * lasts, axis=1)
        risen = np.cumsum((rate[:, 1:] + rate[:, :-1]) * lasts, axis=1)
        before = now > 0
        since = seconds - np.where(before, ends[rows, now - 1], 0.0)
        part = since / lasts[rows, now]
        v, w = speed[rows, now], rate[rows, now]
        v_now = v + (speed[rows, now + 1] - v) * part
        w_now = w + (rate[rows, now + 1] - w) * part
        metres = 0.5 * (np.where(before, gone[rows, now - 1], 0.0) + (v + v_now) * since)
        height = self.from_ft[leg] + 0.5 * (np.where(before, risen[rows, now - 1], 0.0) + (w + w_now) * since)
        return metres, v_now, height, w_now


def profiles(wanted: Demands, eastbound: NDArray[np.bool_], visual: NDArray[np.bool_]) -> Profiles:
    """Find the profiles of L legs, each as high as it wishes and its length allows.

    Levels are the semicircular ones: odd thousands of feet eastbound, even ones westbound, 500 ft more for
    those who fly by sight.
    """
    floor = np.maximum(wanted.from_ft, wanted.to_ft) + np.where(visual, 1500.0, 3000.0)
    low, high = floor, np.maximum(wanted.cruise_ft, floor)
    for _ in range(_HALVINGS):
        middle = 0.5 * (low + high)
        fits = _legs(wanted, middle)[3] <= 0.85 * wanted.airborne
        low, high = np.where(fits, middle, low), np.where(fits, high, middle)
    level = np.where(_legs(wanted, wanted.cruise_ft)[3] <= 0.85 * wanted.airborne, wanted.cruise_ft, low)
    level = np.maximum(_semicircular(level, eastbound, visual), floor)
    duration, speed, rate, gone = _legs(wanted, level)
    duration[:, _CRUISING] = np.maximum(wanted.airborne - gone, 0.0) / speed[:, _CRUISE]
    return Profiles(*(part.astype(np.float32) for part in (duration, speed, rate, wanted.from_ft)))


def _semicircular(level: Floats, eastbound: NDArray[np.bool_], visual: NDArray[np.bool_]) -> Floats:
    """Round levels in ft down to those of the direction, which are 4,000 ft apart above FL 410."""
    half = np.where(visual, 500.0, 0.0)
    thousand = np.floor((level - half) / 1000.0)
    thousand -= (thousand - eastbound) % 2
    first = np.where(eastbound, _FIRST_EAST, _FIRST_WEST)
    above = first + np.floor((thousand - first) / 4) * 4
    return np.where(thousand > _FIRST_EAST, above, thousand) * 1000.0 + half


def _legs(d: Demands, level: Floats) -> tuple[Floats, Floats, Floats, Floats]:
    """Fly at `level` ft without any cruise: durations, speeds, rates, metres from lift-off to touchdown."""
    base = np.minimum(10_000.0, 0.4 * d.reference_ft)
    cruise = d.middle + (d.cruise - d.middle) * np.clip((level - base) / (d.reference_ft - base), 0.0, 1.0)
    up, down = level - d.from_ft, level - d.to_ft
    climb_middle, descent_middle = np.minimum(_MIDDLE_FT, 0.4 * up), np.minimum(_MIDDLE_FT, 0.45 * down)
    intercept = np.minimum(d.intercept_ft, 0.25 * down)
    off, final = 1.05 * d.lift_off, 1.2 * d.threshold
    figures = [
        np.zeros_like(level), d.taxi, d.lift_off, off,
        np.minimum(off + (d.middle - off) * np.clip(climb_middle / _MIDDLE_FT, 0.3, 1.0), cruise),
        cruise,
        np.minimum(final + (d.middle - final) * np.clip(descent_middle / _MIDDLE_FT, 0.3, 1.0), cruise),
        np.minimum(final, cruise), d.threshold,
    ]  # fmt: skip
    top = d.climb + (d.top_climb - d.climb) * np.clip(level / d.ceiling_ft, 0.0, 1.0)
    glide = d.threshold * _GLIDE_SLOPE / _FOOT
    pull = np.full_like(level, _PULL_S)
    stop = _PULL_S * d.taxi  # metres of pulling away and stopping together
    durations: list[Any] = [
        d.standing, pull, (d.taxi_out - stop) / d.taxi, pull, d.holding, d.lift_off / d.gain,
        np.full_like(level, _ROTATE_S),
        (climb_middle - 0.5 * _ROTATE_S * d.climb) / d.climb,
        2.0 * (up - climb_middle - 0.5 * _LEVEL_OFF_S * top) / (d.climb + top),
        np.full_like(level, _LEVEL_OFF_S),
        np.zeros_like(level),
        np.full_like(level, _BEGIN_DESCENT_S),
        (down - descent_middle - 0.5 * _BEGIN_DESCENT_S * d.descent) / d.descent,
        2.0 * (descent_middle - intercept) / (d.descent + glide),
        (intercept - 0.5 * _FLARE_S * glide) / glide,
        np.full_like(level, _FLARE_S),
        (d.threshold - d.taxi) / d.brake,
        (d.taxi_in - 0.5 * stop) / d.taxi, pull,
    ]  # fmt: skip
    duration, speed = np.stack(durations, axis=1), np.stack(figures, axis=1)
    rate = np.stack([np.zeros_like(level), d.climb, top, -d.descent, -glide], axis=1)
    at = speed[:, _SPEED_AT]
    metres = 0.5 * (at[:, 1:] + at[:, :-1]) * duration
    return duration, speed, rate, metres[:, _AIRBORNE:_LANDED].sum(axis=1)
