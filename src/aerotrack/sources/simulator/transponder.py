"""What the aircraft transmit of the truth: when each reports, with noise and rounding as in ADS-B.

All reports of a sky are numbered: report n is aircraft n mod N's, made n / (N * rate) seconds after 1970
began. So reports are spread evenly over time, and which ones there are is a pure function of seed and time.
While an aircraft is parked it only makes about one in ten seconds.

Rounding follows DO-260B: CPR's cells of 5 m in the air and 1.3 m on the ground, altitudes of 25 ft, 1 kt,
64 ft/min.
"""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from aerotrack.core.observations import Observations
from aerotrack.sources.simulator.chance import bell, hashes
from aerotrack.sources.simulator.faults import garbled, held_back, lost, repeated
from aerotrack.sources.simulator.simulation import Simulation

Numbers = NDArray[np.int64]

PARKED_S = 10.0  # how often a parked aircraft reports, unless the rate is lower

_ERROR_DEG = 3.5 / 111_195.0  # standard deviation of a satellite position, for each axis
_HEIGHT_ERROR_FT = 12.0
_CPR_CELLS = 2.0**17
_ZONES = 60.0
_LATE_ROUNDS = 2  # a report held back comes this many reports of its aircraft later


class Transponders:
    """All reports of a simulation: `rate` a second from each aircraft; `faults` loses and garbles some."""

    def __init__(self, simulation: Simulation, *, rate: float = 1.0, faults: bool = False) -> None:
        self._sky = simulation
        self._interval = 1.0 / (len(simulation) * rate)
        self._parked_every = max(1, round(PARKED_S * rate))
        self._faults = faults

    def due(self, time: float) -> int:
        """Return the number of the first report made after `time`."""
        return int(time / self._interval) + 1

    def reports(self, first: int, last: int) -> Observations:
        """Make the reports numbered `first` to `last` - 1, in the order in which they are heard."""
        numbers = np.arange(first, last)
        if not self._faults:
            return self._made(numbers)
        seed = self._sky.seed
        numbers = numbers[~lost(seed, numbers) & ~held_back(seed, numbers)]
        numbers = np.sort(np.r_[numbers, numbers[repeated(seed, numbers)]])
        earlier = np.arange(first, last) - _LATE_ROUNDS * len(self._sky)
        earlier = earlier[held_back(seed, earlier) & ~lost(seed, earlier)]
        return self._made(np.r_[numbers, earlier])

    def latest(self, time: float) -> Observations:
        """Make the latest report of every aircraft at `time`, in order of time."""
        last = self.due(time)
        numbers = np.arange(last - len(self._sky), last)
        made = self._made(numbers)
        if len(made) == len(numbers):
            return made
        silent = ~np.isin(self._sky.address[numbers % len(self._sky)], made.address)
        rounds, aircraft = np.divmod(numbers[silent], len(self._sky))
        before = (rounds - rounds % self._parked_every) * len(self._sky) + aircraft
        return self._made(np.sort(np.r_[numbers[~silent], before]))

    def _made(self, numbers: Numbers) -> Observations:
        count, seed = len(self._sky), self._sky.seed
        aircraft = (numbers % count).astype(np.intp)
        times = numbers.astype(np.float64) * self._interval
        truth = self._sky.at(times, aircraft)
        speaks = (truth["ground_speed_kt"] > 0) | (numbers // count % self._parked_every == 0)
        if not speaks.all():
            truth = {name: values[speaks] for name, values in truth.items()}
            numbers, aircraft, times = numbers[speaks], aircraft[speaks], times[speaks]
        columns = heard(truth, seed, numbers)
        if self._faults:
            columns = garbled(columns, seed, numbers)
        return Observations(self._sky.address[aircraft], times, columns, messages=len(numbers))


def heard(truth: dict[str, NDArray[Any]], seed: int, numbers: Numbers) -> dict[str, NDArray[Any]]:
    """Return the columns of the reports `numbers` (n,) as they are received, given the truth in them."""
    columns = dict(truth)
    ground = truth["on_ground"] == 1
    noise = bell(hashes(seed, "noise", np.arange(3)[:, None], numbers))
    lat = truth["lat"] + _ERROR_DEG * noise[0]
    cos = np.maximum(np.cos(np.radians(lat)), 0.01)  # a report from the very pole is no use
    lon = truth["lon"] + _ERROR_DEG * noise[1] / cos
    finer = np.where(ground, 4.0, 1.0)
    cell = 360.0 / _ZONES / _CPR_CELLS / finer
    columns["lat"] = np.clip(_rounded(lat, cell), -90.0, 90.0)
    wide = 360.0 / np.maximum(np.floor(_ZONES * cos), 1.0) / _CPR_CELLS / finer
    columns["lon"] = (_rounded(lon, wide) + 180.0) % 360.0 - 180.0
    columns["altitude_ft"] = _rounded(truth["altitude_ft"], 25.0)
    height = truth["geo_altitude_ft"] + _HEIGHT_ERROR_FT * noise[2]
    columns["geo_altitude_ft"] = _rounded(height, 25.0).astype(np.float32)
    columns["ground_speed_kt"] = _rounded(truth["ground_speed_kt"], 1.0)
    columns["track_deg"] = (
        _rounded(truth["track_deg"], np.where(ground, 360.0 / 128.0, 360.0 / 1024.0)) % 360.0
    ).astype(np.float32)
    columns["vertical_rate_fpm"] = _rounded(truth["vertical_rate_fpm"], 64.0)
    return columns


def _rounded(values: NDArray[Any], step: NDArray[np.float64] | float) -> NDArray[Any]:
    return np.rint(values / step) * step
