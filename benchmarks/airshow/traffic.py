"""The sky over the airshow: the simulator's, in a real table; and where those stand who watch it."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from math import atan, degrees, pi, radians, sinh, tan

import numpy as np

from aerotrack.core.belief import believe
from aerotrack.core.changes import Changes
from aerotrack.core.flights import FlightTable
from aerotrack.core.observations import Observations
from aerotrack.core.tiles import View
from aerotrack.sources.simulator import Simulation
from aerotrack.sources.simulator.transponder import heard
from aerotrack.web.watch import Watch

SEED = 1
ZOOMS = range(3, 11)
WIDTH_PX, HEIGHT_PX, TILE_PX = 1600, 900, 512


class Traffic:
    """A sky in which every flight reports once a tick, parked ones too, with the noise of real positions."""

    def __init__(self, flights: int) -> None:
        self.table = FlightTable()
        self._simulation = Simulation(flights=flights, seed=SEED)
        self._aircraft = np.arange(flights)
        self._reports = 0

    def tick(self, now: float) -> Changes:
        """Let everybody report within the second before `now` (Unix seconds), and close the tick."""
        count = len(self._aircraft)
        times = now - 1.0 + self._aircraft / count
        truth = self._simulation.at(times, self._aircraft)
        columns = heard(truth, SEED, self._reports + self._aircraft)
        self._reports += count
        seen = Observations(self._simulation.address, times, columns, feed="sim", messages=count)
        self.table.apply(believe(seen, now))
        self.table.expire(now)
        return self.table.take(now)


def at_time(changes: Changes, now: float) -> Changes:
    """Return changes that were made ahead as those of a tick that is closed now."""
    return replace(changes, time=now)


@dataclass(frozen=True, slots=True)
class Viewport:
    """What somebody sees of the map: west, south, east, north in degrees, at a zoom of MapLibre's."""

    box: tuple[float, float, float, float]
    zoom: int

    @property
    def precision_m(self) -> int:
        """How wrong a map of this zoom may draw: by half a pixel, as docs/reference/stream.md has it."""
        return next(m for zoom, m in ((9, 0), (6, 76), (3, 611), (0, 4892)) if self.zoom >= zoom)

    def wish(self, *, precise: bool) -> dict[str, object]:
        """Return the members of a subscribe: at precision 0, or at that of the zoom."""
        return {"bbox": self.box, "precision_m": 0 if precise else self.precision_m}

    def name(self, *, precise: bool) -> str:
        """Return the name that the server gives to what is watched then."""
        classes = (0, 76, 611, 4892)
        return Watch(View.of(*self.box), precision=0 if precise else classes.index(self.precision_m)).name


def viewports(count: int, *, seed: int = SEED, zooms: Sequence[int] = ZOOMS) -> list[Viewport]:
    """Draw viewports as the world's traffic is spread: centred on flights, of every zoom alike."""
    sky = Simulation(flights=20_000, seed=SEED)
    random = np.random.default_rng(seed)
    aircraft = random.integers(0, len(sky), count)
    centres = sky.at(1_795_348_800.0, aircraft)
    drawn = random.choice(zooms, count)
    places = zip(centres["lat"].tolist(), centres["lon"].tolist(), drawn.tolist(), strict=True)
    return [Viewport(_box(lat, lon, zoom), zoom) for lat, lon, zoom in places]


def _box(lat: float, lon: float, zoom: int) -> tuple[float, float, float, float]:
    """Return the box of a map of 1600 by 900 pixels around a place."""
    world = TILE_PX * 2.0**zoom
    across = 360.0 * WIDTH_PX / world
    y = np.arcsinh(tan(radians(lat))) / (2 * pi)
    half = HEIGHT_PX / world / 2
    south, north = (degrees(atan(sinh(2 * pi * edge))) for edge in (y - half, y + half))
    west, east = ((edge + 180.0) % 360.0 - 180.0 for edge in (lon - across / 2, lon + across / 2))
    return (-180.0, south, 180.0, north) if across >= 360.0 else (west, south, east, north)
