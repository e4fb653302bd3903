"""Pages that draw what they are sent, held against what was accepted: the promise of precision.

Nothing is shared with the server but the packed records. A flight goes on along its rhumb line, in the
textbook's coordinates; distances are those of the ellipsoid WGS 84, straight through the ground, which is
0.2 mm shorter than along it for places 5 km apart.
"""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from aerotrack.core.belief import believe
from aerotrack.core.columns import BY_NAME, COLUMNS, Columns, Group
from aerotrack.core.flights import FlightTable
from aerotrack.core.observations import Observations
from aerotrack.core.precision import BOUNDS
from aerotrack.core.tiles import FINE, NOWHERE
from aerotrack.core.wire import unpack_facts, unpack_motion
from aerotrack.web.latest import LatestRows
from aerotrack.web.published import DEAD, PublishedRows

Numbers = NDArray[np.float64]

MOTION = tuple(c.name for c in COLUMNS if c.group is Group.MOTION and c.name != "last_heard")
FACTS = ("address", "start", *(c.name for c in COLUMNS if c.group is Group.FACTS))
SPHERE_M = 6_378_137.0  # the radius of the map's sphere, and of the Earth's equator
ECCENTRICITY2 = 6.694_379_990_14e-3  # WGS 84
LAST_LATITUDE = 85.0511287798066
MOST_ROWS = 4096
_WORLD_ERROR = 1e-9  # of a place on the map, in worlds


def drawn_place(held: Columns, now: float) -> tuple[Numbers, Numbers]:
    """Return where N flights are drawn at `now`: latitudes and longitudes in degrees."""
    lat, lon, track = held["lat"], held["lon"], np.radians(held["track_deg"].astype(float))
    moves = ~np.isnan(held["ground_speed_kt"]) & ~np.isnan(track) & (np.abs(lat) <= LAST_LATITUDE)
    phi = np.where(moves, np.radians(lat), 0.0)
    metres = held["ground_speed_kt"].astype(float) * 0.514444 * (now - held["time"])
    way = metres / (SPHERE_M * np.cos(phi))
    north = np.log(np.tan(np.pi / 4 + phi / 2)) + way * np.cos(track)
    to_lat = np.degrees(2 * np.arctan(np.exp(north)) - np.pi / 2)
    to_lon = (lon + np.degrees(way * np.sin(track)) + 180.0) % 360.0 - 180.0
    return np.where(moves, to_lat, lat), np.where(moves, to_lon, lon)


def drawn_altitude(held: Columns, name: str, now: float) -> Numbers:
    """Return how high N flights are drawn at `now`, in ft."""
    climbed = held["vertical_rate_fpm"].astype(float) * (now - held["time"]) / 60.0
    altitude: Numbers = held[name].astype(float) + np.where(np.isnan(climbed), 0.0, climbed)
    return altitude


def metres_apart(places: tuple[Numbers, Numbers], others: tuple[Numbers, Numbers]) -> Numbers:
    """Return the metres between places (N,) less than 5 km apart, on the ellipsoid; NaN where unknown."""
    apart: Numbers = np.linalg.norm(_in_space(*places) - _in_space(*others), axis=0)
    return apart


def _in_space(lat: Numbers, lon: Numbers) -> Numbers:
    """Return X, Y and Z (3, N) of places at sea level, in metres from the middle of the Earth."""
    phi, lam = np.radians(lat), np.radians(lon)
    across = SPHERE_M / np.sqrt(1.0 - ECCENTRICITY2 * np.sin(phi) ** 2)
    x, y = across * np.cos(phi) * np.cos(lam), across * np.cos(phi) * np.sin(lam)
    return np.stack([x, y, across * (1.0 - ECCENTRICITY2) * np.sin(phi)])


def in_tile(codes: NDArray[Any], places: tuple[Numbers, Numbers]) -> NDArray[np.bool_]:
    """Say for each place (N,) whether it is in the tile of that code; what is unknown is in NOWHERE."""
    lat, lon = places
    unknown = np.isnan(lat)
    phi = np.radians(np.clip(np.where(unknown, 0.0, lat), -LAST_LATITUDE, LAST_LATITUDE))
    down = 0.5 - np.log(np.tan(np.pi / 4 + phi / 2)) / (2 * np.pi)
    across = np.where(unknown, 0.0, lon) / 360.0 + 0.5
    holds = np.ones(len(codes), bool)
    for place, first_bit, wraps in ((across, 0, True), (down, 1, False)):
        tile = np.zeros(len(codes), np.int64)
        for bit in range(FINE):
            tile |= (codes.astype(np.int64) >> (2 * bit + first_bit) & 1) << bit
        low, high = (
            np.floor((place + error) * (1 << FINE)).astype(np.int64)
            for error in (-_WORLD_ERROR, _WORLD_ERROR)
        )
        last = (1 << FINE) - 1
        low, high = (t & last if wraps else np.clip(t, 0, last) for t in (low, high))
        holds &= (tile == low) | (tile == high)
    inside: NDArray[np.bool_] = np.where(unknown, codes == NOWHERE, holds & (codes != NOWHERE))
    return inside


class Page:
    """What a client of one class holds, which is told the whole world, every tick."""

    def __init__(self, published: PublishedRows) -> None:
        self.published, self.bound = published, published.bound
        self.rows_sent = 0
        self.told = np.empty(0, np.intp)  # the rows that came with the last tick
        self.motion = {name: BY_NAME[name].blank(MOST_ROWS) for name in MOTION}
        self.facts: dict[str, NDArray[Any]] = {
            name: BY_NAME[name].blank(MOST_ROWS) if name in BY_NAME else np.zeros(MOST_ROWS, np.int64)
            for name in FACTS
        }

    def take(self, tick: int, time: float) -> None:
        """Take the records of the rows that are stamped with this tick."""
        latest = self.published.latest
        self.told = np.flatnonzero(self.published.stamp == tick)
        self.rows_sent += len(self.told)
        motion = unpack_motion(self.published.motion[self.told], time)
        for name, values in self.motion.items():
            values[self.told] = motion[name]
        whole = self.told[latest.columns["facts_tick"][self.told] == tick]
        facts = unpack_facts(latest.facts_of(whole), time)
        for name, values in self.facts.items():
            values[whole] = facts[name]

    def wrong(self, table: FlightTable, now: float) -> dict[str, Any]:
        """Return what of the live flights is drawn beyond the bounds at `now`: rows and how far, by name."""
        live = table.live
        accepted = {name: table.columns[name][live] for name in (*MOTION, *FACTS)}
        accepted["emergency"] = np.maximum(accepted["emergency"], 0)  # not known is none, on the wire
        held = {name: self.motion[name][live] for name in MOTION}
        places = drawn_place(held, now)
        codes = self.published.code
        found = {
            "known": np.array([np.isnan(held[name]) != np.isnan(accepted[name]) for name in MOTION]).any(
                axis=0
            ),
            "tile": ~in_tile(codes[live], places),
            "phase": held["phase"] != accepted["phase"],
            **{name: self.facts[name][live] != accepted[name] for name in FACTS},
        }
        turned = held["track_deg"].astype(float) - accepted["track_deg"]
        for name, apart, most in (
            ("place", metres_apart(places, drawn_place(accepted, now)), self.bound.metres),
            ("track", np.abs((turned + 180.0) % 360.0 - 180.0), self.bound.degrees),
            ("speed", np.abs(held["ground_speed_kt"] - accepted["ground_speed_kt"]), self.bound.knots),
            *(
                (high, np.abs(drawn_altitude(held, high, now) - drawn_altitude(accepted, high, now)), feet)
                for high, feet in (("altitude_ft", self.bound.feet), ("geo_altitude_ft", self.bound.feet))
            ),
        ):
            found[name] = np.where(apart > most * (1 + 1e-6), apart, 0.0)
        wrong: dict[str, Any] = {
            name: dict(zip(live[values != 0].tolist(), values[values != 0].tolist(), strict=True))
            for name, values in found.items()
            if values.any()
        }
        dead = np.ones(len(codes), bool)
        dead[live] = False
        if (codes[dead] != DEAD).any():
            wrong["undead"] = np.flatnonzero(dead & (codes != DEAD)).tolist()
        return wrong


class DrawnSky:
    """A table, its published rows, and a page of each class, as the broadcaster drives them."""

    def __init__(self) -> None:
        self.table, self.latest = FlightTable(), LatestRows()
        self.every, *classes = (PublishedRows(self.latest, bound) for bound in BOUNDS)
        self.rows_changed = 0  # what the class of every change has sent
        self.pages = [Page(published) for published in classes]

    def tick(self, now: float, *heard: Observations) -> None:
        """Take in what was heard, tick, and send every page what is to be sent."""
        for observations in heard:
            self.table.apply(believe(observations, now))
        self.table.expire(now)
        turn = self.latest.apply(self.table.take(now))
        self.every.publish(turn)
        self.rows_changed += int((self.every.stamp == turn.tick).sum())
        for page in self.pages:
            page.published.publish(turn)
            page.take(turn.tick, now)

    def wrong(self, now: float) -> dict[float, Any]:
        """Return what is drawn beyond the bounds, by the class's metres: nothing, if the promise is kept."""
        found = {page.bound.metres: page.wrong(self.table, now) for page in self.pages}
        return {metres: wrong for metres, wrong in found.items() if wrong}
