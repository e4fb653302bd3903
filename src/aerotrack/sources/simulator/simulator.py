"""The simulator as a source: `sim:?flights=2000&seed=1`."""

import asyncio
import math
from collections.abc import AsyncIterator, Mapping
from dataclasses import replace
from urllib.parse import urlencode

from aerotrack.core.observations import Observations
from aerotrack.core.ports import Clock
from aerotrack.core.values import unix_seconds
from aerotrack.errors import SettingsError
from aerotrack.sources.simulator.simulation import Simulation
from aerotrack.sources.simulator.transponder import Transponders

STEP_S = 0.1
BACKLOG_S = 2.0  # what is older when we get to it isn't made up for

_DEFAULTS = {"flights": 2000, "seed": 1, "rate": 1.0, "faults": 0}
_SETTINGS = (*_DEFAULTS, "start")
_MOST_FLIGHTS = 1_000_000
_RATES = 0.05, 10.0


class Simulator:
    """A Source of the reports of a simulated sky, at the pace of the clock.

    `clock` gives the wall's time in Unix seconds; with `start`, the sky's time stands there until it is
    observed, and goes on at the same pace: so what is heard first, which names the flights, does not depend
    on how long it took to get there. The method `clock` is the sky's own. `step` is the time between batches,
    in seconds.
    """

    def __init__(
        self,
        transponders: Transponders,
        *,
        name: str,
        url: str,
        clock: Clock,
        start: float | None = None,
        step: float = STEP_S,
    ) -> None:
        self.name = name
        self.url = url
        self._transponders = transponders
        self._wall = clock
        self._ahead = 0.0
        self._standing_at = start
        self.keeps_time = start is not None  # the stream must then go by our clock
        self._step = step

    def clock(self) -> float:
        """Return the sky's time, Unix seconds."""
        return self._wall() + self._ahead if self._standing_at is None else self._standing_at

    async def observations(self) -> AsyncIterator[Observations]:
        """Yield the latest report of every aircraft, then every 0.1 s what was reported since.

        Who asks too slowly misses what is more than 2 s old, instead of falling behind. Never ends.
        """
        if self._standing_at is not None:
            self._ahead, self._standing_at = self._standing_at - self._wall(), None
        loop = asyncio.get_running_loop()
        now, wake = self.clock(), loop.time()
        made = self._transponders.due(now)
        yield replace(self._transponders.latest(now), feed=self.name)
        while True:
            wake = max(wake + self._step, loop.time())
            await asyncio.sleep(wake - loop.time())
            now = self.clock()
            last = self._transponders.due(now)
            first = max(made, self._transponders.due(now - BACKLOG_S))
            if self._transponders.due(now + BACKLOG_S) < made:  # the clock was set back
                made = last
            if last > first:
                made = last
                yield replace(self._transponders.reports(first, last), feed=self.name)


def simulator_from(settings: Mapping[str, str], *, name: str, clock: Clock) -> Simulator:
    """Make the simulator of a URL's settings.

    `flights` (1 to 1,000,000), `seed` (a whole number), `rate` (reports a second and aircraft, 0.05 to 10),
    `faults` (0 or 1), `start` (RFC 3339 or Unix seconds). Raises SettingsError for anything else.
    """
    for setting in settings:
        if setting not in _SETTINGS:
            raise SettingsError(
                f"sim: {setting!r} is no setting of the simulator; possible: {', '.join(_SETTINGS)}.",
            )
    flights = _whole(settings, "flights", 1, _MOST_FLIGHTS)
    seed = _whole(settings, "seed", 0, 2**32 - 1)
    faults = _whole(settings, "faults", 0, 1)
    rate = _rate(settings)
    start = _time(settings["start"]) if "start" in settings else None
    given = {name: settings[name] for name in _SETTINGS if name in settings}
    return Simulator(
        Transponders(Simulation(flights=flights, seed=seed), rate=rate, faults=faults == 1),
        name=name,
        url=f"sim:?{urlencode(given)}" if given else "sim:",
        clock=clock,
        start=start,
    )


def _whole(settings: Mapping[str, str], name: str, low: int, high: int) -> int:
    text = settings.get(name, str(_DEFAULTS[name]))
    if not (text.isascii() and text.isdecimal() and len(text) <= len(str(high)) and low <= int(text) <= high):
        raise SettingsError(f"sim: {name}={text} cannot be: give a whole number from {low} to {high}.")
    return int(text)


def _rate(settings: Mapping[str, str]) -> float:
    text = settings.get("rate", str(_DEFAULTS["rate"]))
    low, high = _RATES
    try:
        rate = float(text)
    except ValueError:
        rate = float("nan")
    if not low <= rate <= high:
        raise SettingsError(
            f"sim: rate={text} cannot be: give reports a second and aircraft, from {low:g} to {high:g}.",
        )
    return rate


def _time(text: str) -> float:
    """Read RFC 3339 or Unix seconds from 1970 to 2100."""
    time = unix_seconds(text)
    if math.isnan(time):
        raise SettingsError(
            f"sim: start={text} is no time: give one such as 2026-11-22T09:00:00Z, or Unix seconds.",
        )
    return time
