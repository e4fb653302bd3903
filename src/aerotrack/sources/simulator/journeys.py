"""Journeys: the route and the profile of every leg of a fleet, two for each aircraft, there and back."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from aerotrack.sources.simulator.airfield import Airfields
from aerotrack.sources.simulator.airports import Airports
from aerotrack.sources.simulator.chance import between, uniform
from aerotrack.sources.simulator.fleet import Fleet
from aerotrack.sources.simulator.performance import Performance
from aerotrack.sources.simulator.profile import FPM, KT, Demands, Profiles, profiles
from aerotrack.sources.simulator.route import Routes, joined, straight, turning
from aerotrack.sources.simulator.sphere import Vectors, course, dot, moved

_CHUNK = 8192  # legs made at once, so that building a sky takes little more memory than keeping it
_TAXI_RADIUS_M = 40.0
_BANK = 9.81 * np.tan(np.radians(25.0))  # v² over this is the radius of a turn at 25° bank
_STANDARD_RATE = np.radians(3.0)  # a second
_BENT = 0.035  # how far a route leaves the great circle at most, of its length


@dataclass(frozen=True, slots=True, eq=False)
class Journeys:
    """The legs 2 i (out) and 2 i + 1 (back) of each aircraft i."""

    routes: Routes
    profiles: Profiles


def journeys(fleet: Fleet, airports: Airports, types: Performance, seed: int) -> Journeys:
    """Plan all legs of the fleet."""
    fields = Airfields.of(airports)
    parts = [
        _planned(
            np.arange(first, min(first + _CHUNK, 2 * len(fleet))),
            fleet=fleet,
            airports=airports,
            fields=fields,
            types=types,
            seed=seed,
        )
        for first in range(0, 2 * len(fleet), _CHUNK)
    ]
    routes = Routes(
        *(np.concatenate([getattr(r, name) for r, _ in parts]) for name in ("start", "axis", "length")),
    )
    return Journeys(
        routes,
        Profiles(
            *(
                np.concatenate([getattr(p, name) for _, p in parts])
                for name in ("duration", "speed", "rate", "from_ft")
            ),
        ),
    )


def _planned(
    leg: NDArray[np.intp],
    *,
    fleet: Fleet,
    airports: Airports,
    fields: Airfields,
    types: Performance,
    seed: int,
) -> tuple[Routes, Profiles]:
    """Plan the given legs. Speeds say how long rolls and how wide turns are; these, how far it is."""
    aircraft, way = leg // 2, leg % 2
    origin, destination = fleet.airport[aircraft, way], fleet.airport[aircraft, 1 - way]
    it, visual = types.of(fleet.type[aircraft]), fleet.vfr[aircraft] >= 0
    taxi, lift_off, middle, threshold = (
        15.0 * KT,
        it.lift_off_kt * KT,
        it.middle_kt * KT,
        it.threshold_kt * KT,
    )
    gain, brake = np.where(it.light, 1.5, 1.9), np.where(it.light, 1.4, 1.8)
    roll, roll_out = lift_off**2 / (2 * gain), (threshold**2 - taxi**2) / (2 * brake)

    line_up, touchdown = fields.line_up(origin), fields.touchdown(destination)
    out = roll + between(2.0, 5.0, seed, "straight out", leg) * np.where(it.light, 600.0, 1500.0)
    final = between(1.0, 1.6, seed, "final", leg) * np.where(it.light, 2200.0, 9500.0)
    join = moved(*touchdown, -final)
    apart = np.arccos(np.clip(dot(line_up[0], touchdown[0]), -1.0, 1.0))
    turns, straight_on = np.full(len(leg), _TAXI_RADIUS_M), np.zeros(len(leg))
    here, there = (_stand(fields, fleet, aircraft, side, seed) for side in (way, 1 - way))
    pieces = joined([
        turning(*here, *line_up, radius=turns, last_radius=turns, bend=straight_on),
        straight(*line_up, out),
        turning(
            *moved(*line_up, out), *join,
            radius=_turning_circle(lift_off + np.where(it.light, 1.0, 0.45) * (middle - lift_off)),
            last_radius=_turning_circle(threshold + np.where(it.light, 1.0, 0.5) * (middle - threshold)),
            bend=between(-8.0, 8.0, seed, "bend", leg) * _BENT / apart,
        ),
        straight(*join, final + roll_out),
        turning(*moved(*touchdown, roll_out), *there, radius=turns, last_radius=turns, bend=straight_on),
    ])  # fmt: skip
    length = pieces.length

    level = between(it.lowest_level, it.highest_level, seed, "level", leg)
    demands = Demands(
        from_ft=airports.elevation_ft[origin],
        to_ft=airports.elevation_ft[destination],
        cruise_ft=100.0 * level,
        reference_ft=100.0 * it.lowest_level,
        ceiling_ft=100.0 * it.highest_level,
        intercept_ft=np.where(it.light, 800.0, 2500.0),
        taxi=np.full(len(leg), taxi),
        lift_off=lift_off,
        middle=middle,
        cruise=it.cruise_kt * KT * between(0.98, 1.01, seed, "cruise", aircraft),
        threshold=threshold,
        climb=it.climb_fpm * FPM * between(0.85, 1.1, seed, "climb", leg),
        top_climb=it.top_climb_fpm * FPM,
        descent=it.descent_fpm * FPM * between(0.85, 1.1, seed, "descent", leg),
        gain=gain,
        brake=brake,
        standing=between(4.0, 10.0, seed, "standing", leg) * 60.0,
        holding=between(10.0, 60.0, seed, "holding", leg),
        taxi_out=length[:, :3].sum(axis=1),
        airborne=length[:, 3:8].sum(axis=1) - roll - roll_out,
        taxi_in=length[:, 8:].sum(axis=1),
    )
    eastbound = course(line_up[0], touchdown[0] - line_up[0]) < 180.0  # noqa: PLR2004  half the compass
    routes = Routes(*(part.astype(np.float32) for part in (pieces.start, pieces.axis, length)))
    return routes, profiles(demands, eastbound, visual)


def _turning_circle(speed: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return the radii in m of turns at `speed` in m/s: at standard rate, unless that takes too much bank."""
    radius: NDArray[np.float64] = np.maximum(speed**2 / _BANK, speed / _STANDARD_RATE)
    return radius


def _stand(
    fields: Airfields,
    fleet: Fleet,
    aircraft: NDArray[np.intp],
    side: NDArray[np.intp],
    seed: int,
) -> tuple[Vectors, Vectors]:
    """Return where the aircraft park at home (`side` 0) and away (1): always the same stands."""
    chances = np.stack([uniform(seed, "stand", 2 * aircraft + side, axis) for axis in range(3)], axis=1)
    return fields.stand(fleet.airport[aircraft, side], chances)
