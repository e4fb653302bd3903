"""The simulated sky: the truth about every aircraft at any time, a pure function of seed and time."""

from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from aerotrack.core.columns import EMERGENCIES, POSITION_SOURCES
from aerotrack.sources.simulator.airports import world
from aerotrack.sources.simulator.chance import Hashes, hashes, uniform, unit
from aerotrack.sources.simulator.fleet import fleet
from aerotrack.sources.simulator.journeys import journeys
from aerotrack.sources.simulator.performance import table
from aerotrack.sources.simulator.profile import FPM, KT
from aerotrack.sources.simulator.sphere import coordinates, course

_EMERGENCY_ONE_IN = 5000  # flights
_EMERGENCY_S = 480.0
_RESERVED = {0, 1200, 2000, 7000}  # squawks that are not handed out, beside the emergencies
_CODES = np.array(
    [
        code
        for code in (int(f"{octal:04o}") for octal in range(4096))
        if code not in _RESERVED and code // 100 not in (75, 76, 77)  # the emergencies and their neighbours
    ],
    np.int16,
)
_MEDICAL, _GENERAL, _NO_RADIO = (EMERGENCIES.index(name) for name in ("medical", "general", "no_radio"))
_SIMULATED = POSITION_SOURCES.index("simulated")


class Simulation:
    """A sky of `flights` aircraft, each of which goes back and forth between two airports for ever.

    `legs` is how many legs there are: leg 2 i is aircraft i's way out, leg 2 i + 1 the way back.
    """

    def __init__(self, *, flights: int, seed: int) -> None:
        airports, types = world(), table()
        self.seed = seed
        self._fleet = fleet(flights, seed, airports, types)
        plans = journeys(self._fleet, airports, types, seed)
        self._routes, self._profiles = plans.routes, plans.profiles
        self._lift_off, self._touchdown = self._profiles.airborne()
        self._lasts = self._profiles.total()
        self._period = self._lasts[::2] + self._lasts[1::2]
        self._offset = self._period * uniform(seed, "offset", np.arange(flights))
        kinds = self._fleet.type
        self._type_code, self._category = types.code[kinds], types.category[kinds]
        self._airport = airports.code[self._fleet.airport]
        accurate = uniform(seed, "nac_p", np.arange(flights))
        self._nac_p = np.select([accurate < 0.3, accurate < 0.9], [10, 9], 8).astype(np.int8)  # noqa: PLR2004  as seen in traffic

    def __len__(self) -> int:
        return len(self._fleet)

    @property
    def address(self) -> NDArray[np.uint32]:
        """The address of each aircraft (N,)."""
        return self._fleet.address

    def at(self, times: ArrayLike, aircraft: NDArray[np.intp]) -> dict[str, NDArray[Any]]:
        """Return the exact truth about `aircraft` (n,), each at its time of `times` (n,), Unix seconds.

        The columns are those of the schema, in its dtypes. A flight's callsign, squawk and airports hold from
        one lift-off to the next, as that is where the next flight of an aircraft begins.
        """
        times = np.broadcast_to(np.asarray(times, np.float64), aircraft.shape)
        rounds = (times + self._offset[aircraft]) / self._period[aircraft]
        round_ = np.floor(rounds)
        leg = 2 * aircraft
        since = (times + self._offset[aircraft]) - round_ * self._period[aircraft]
        back = since >= self._lasts[leg]
        since = np.where(back, since - self._lasts[leg], since)
        leg = leg + back
        metres, speed, height, rate = self._profiles.at(leg, since)
        at, along = self._routes.at(leg, metres)
        lat, lon = coordinates(at)
        flown = since >= self._lift_off[leg]
        on_ground = ~flown | (since >= self._touchdown[leg])
        known = np.where(flown, leg, leg ^ 1)
        way = known & 1
        airport = self._airport[aircraft]
        rows = np.arange(len(aircraft))
        squawk, emergency = self._squawks(aircraft, known, 2 * round_.astype(np.int64) + back - ~flown, since)
        return {
            "callsign": self._fleet.callsign[aircraft, way],
            "registration": self._fleet.registration[aircraft],
            "type_code": self._type_code[aircraft],
            "category": self._category[aircraft],
            "operator": self._fleet.operator[aircraft],
            "origin": airport[rows, way],
            "destination": airport[rows, 1 - way],
            "lat": lat,
            "lon": lon,
            "altitude_ft": height.astype(np.float32),
            "geo_altitude_ft": _geometric(height, at).astype(np.float32),
            "on_ground": on_ground.astype(np.int8),
            "ground_speed_kt": (speed / KT).astype(np.float32),
            "track_deg": course(at, along).astype(np.float32),
            "vertical_rate_fpm": (rate / FPM).astype(np.float32),
            "squawk": squawk,
            "emergency": emergency,
            "nic": np.full(len(aircraft), 8, np.int8),
            "nac_p": self._nac_p[aircraft],
            "position_source": np.full(len(aircraft), _SIMULATED, np.int8),
            "time": times,
        }

    def _squawks(
        self,
        aircraft: NDArray[np.intp],
        leg: NDArray[np.intp],
        flight: NDArray[np.int64],
        since: NDArray[np.float64],
    ) -> tuple[NDArray[np.int16], NDArray[np.int8]]:
        """Return squawks and emergencies; `flight` counts an aircraft's, `since` is seconds of `leg`."""
        drawn = hashes(self.seed, "squawk", aircraft, flight)
        squawk = _CODES[(drawn % np.uint64(len(_CODES))).astype(np.intp)]
        vfr = self._fleet.vfr[aircraft]
        squawk = np.where(vfr >= 0, vfr, squawk)
        fate: Hashes = hashes(self.seed, "emergency", aircraft, flight)
        emergency = np.zeros(len(aircraft), np.int8)
        for row in np.flatnonzero(fate % np.uint64(_EMERGENCY_ONE_IN) == 0).tolist():
            share = float(unit(fate[row : row + 1])[0])
            up, down = self._lift_off[leg[row]], self._touchdown[leg[row]]
            begins = up + (0.3 + 0.5 * share) * (down - up)
            if begins <= since[row] < min(begins + _EMERGENCY_S, down):
                kind = (_GENERAL, _MEDICAL, _NO_RADIO)[int(share * 3000) % 3]
                emergency[row], squawk[row] = kind, 7600 if kind == _NO_RADIO else 7700
        return squawk, emergency


def _geometric(height: NDArray[np.float64], at: NDArray[np.float64]) -> NDArray[np.float64]:
    """Turn pressure altitudes in ft into heights above the ellipsoid: a make-believe of weather and geoid.

    Warm air, towards the equator, is thicker; the geoid swings by some 150 ft.
    """
    x, y, z = at[..., 0], at[..., 1], at[..., 2]
    warmth = 0.035 * (1.0 - 2.0 * z * z) + 0.01 * x * y
    geoid = 80.0 * x * z - 90.0 * y * (1.0 - z) + 40.0
    sky: NDArray[np.float64] = height * (1.0 + warmth) + geoid
    return sky
