"""What a busy aggregator passes on: squitters of many aircraft as Beast bytes, each known by its number.

The aircraft send in turns, one frame each: frame k is of aircraft k modulo the flights. They climb, and then
descend, by a step a turn, so that a row of the table tells which frame it took last.
"""

import numpy as np
from numpy.typing import NDArray

from aerotrack.core.columns import BY_NAME, Columns
from aerotrack.core.geo import DEGREE_M, KNOT_MS
from aerotrack.encode.beast import TICKS_PER_S, framed
from aerotrack.encode.squitters import emergencies, first_bytes, frames, identifications, places, velocities
from aerotrack.sources.simulator import Simulation

FIRST_ADDRESS = 0x300000
LOWEST_FT, STEP_FT, STEPS = 10_000, 25, 1_000
EPOCH = 1_795_348_800.0
_EVEN, _ODD, _VELOCITY, _NAME, _SQUAWK = range(5)
_CYCLE = np.array([
    _EVEN, _VELOCITY, _ODD, _VELOCITY, _EVEN, _VELOCITY, _ODD, _VELOCITY, _NAME, _SQUAWK,
])  # fmt: skip
_ENCODED = {
    _EVEN: lambda rows: places(rows, odd=False),
    _ODD: lambda rows: places(rows, odd=True),
    _VELOCITY: velocities,
    _NAME: identifications,
    _SQUAWK: emergencies,
}

Ints = NDArray[np.int64]


class Transmissions:
    """The frames of `flights` aircraft that are where the simulator's are, and fly straight on."""

    def __init__(self, flights: int, seed: int = 1) -> None:
        self.flights = flights
        self.addresses = (FIRST_ADDRESS + np.arange(flights)).astype(np.uint32)
        sky = Simulation(flights=flights, seed=seed).at(np.full(flights, EPOCH), np.arange(flights))
        self._lat, self._lon = np.clip(sky["lat"], -70.0, 70.0), sky["lon"]
        random = np.random.default_rng(seed)
        self._speed, self._track = random.uniform(350.0, 500.0, flights), random.uniform(0.0, 360.0, flights)

    def stream(self, numbers: Ints, seconds: NDArray[np.float64]) -> bytes:
        """Write frames of these numbers (N,), each as it was heard at so many seconds."""
        aircraft, kind = numbers % self.flights, self._kinds(numbers)
        rows = self._rows(aircraft, seconds)
        rows = {**rows, "altitude_ft": self.altitude_ft(numbers).astype(np.float32)}
        messages = np.zeros(len(numbers), np.uint64)
        for code, encoded in _ENCODED.items():
            which = kind == code
            messages[which] = encoded({name: values[which] for name, values in rows.items()})
        data = frames(first_bytes(rows, tisb=99, adsr=99), rows["address"], messages)
        return framed((seconds * TICKS_PER_S).astype(np.int64), data)

    def altitude_ft(self, numbers: Ints) -> Ints:
        """Return the altitudes of the aircraft at these frames, whether the frame tells them or not."""
        step = (numbers // self.flights + numbers % self.flights) % (2 * STEPS)
        feet: Ints = LOWEST_FT + STEP_FT * np.minimum(step, 2 * STEPS - step)
        return feet

    def tells_altitude(self, numbers: Ints) -> NDArray[np.bool_]:
        """Say which frames do: those with a position."""
        return self._kinds(numbers) <= _ODD

    def _kinds(self, numbers: Ints) -> Ints:
        kinds: Ints = _CYCLE[(numbers // self.flights + numbers % self.flights) % len(_CYCLE)]
        return kinds

    def _rows(self, aircraft: Ints, seconds: NDArray[np.float64]) -> Columns:
        rows = {name: BY_NAME[name].blank(len(aircraft)) for name in ("nic", "geo_altitude_ft", "emergency")}
        speed, track = self._speed[aircraft], np.radians(self._track[aircraft])
        way = speed * KNOT_MS * seconds / DEGREE_M
        lat = self._lat[aircraft]
        letters = (aircraft[:, None] // 26 ** np.arange(5) % 26 + ord("A")).astype(np.uint8)
        return rows | {
            "address": self.addresses[aircraft],
            "lat": lat + way * np.cos(track),
            "lon": (self._lon[aircraft] + way * np.sin(track) / np.cos(np.radians(lat)) + 180) % 360 - 180,
            "on_ground": np.zeros(len(aircraft), np.int8),
            "position_source": np.zeros(len(aircraft), np.int8),
            "ground_speed_kt": speed.astype(np.float32),
            "track_deg": self._track[aircraft].astype(np.float32),
            "vertical_rate_fpm": np.zeros(len(aircraft), np.float32),
            "callsign": np.ascontiguousarray(letters).view("S5").ravel().astype("S8"),
            "category": np.full(len(aircraft), b"A3"),
            "squawk": np.full(len(aircraft), 1000, np.int16),
        }
