"""What clients draw, held against what is so."""

from collections.abc import Mapping
from math import isnan, nan
from typing import Any

import numpy as np

from aerotrack.core.identity import parse_flight
from aerotrack.core.precision import BOUNDS
from aerotrack.core.tiles import codes_at, codes_of
from aerotrack.web.broadcaster import Broadcaster
from aerotrack.web.flight_filter import FlightFilter
from aerotrack.web.published import DEAD
from aerotrack.web.watch import Watch
from web.page_clients import MOVED, MOVES, Flight, apart_m, drawn, packed, worlds_per_metre
from web.plain_sky import PlainSky

Known = Mapping[str, Any]
"""What is known of a flight, as the schema has it."""


def unheard(flights: dict[str, Flight]) -> dict[str, Flight]:
    """Leave out when flights were heard last: that alone is no change."""
    return {name: {**flight, "last_heard": None} for name, flight in flights.items()}


class Truth:
    """What is so at a tick."""

    def __init__(self, sky: PlainSky, broadcaster: Broadcaster) -> None:
        self._time = sky.time
        self._flights = sky.truth()
        self._classes = broadcaster.classes
        known = [flight for flight, _ in self._flights.values()]
        self._rows = [flight["row"] for flight in known]
        lat, lon = (np.array([flight.get(name, nan) for flight in known]) for name in ("lat", "lon"))
        for published in broadcaster.classes:
            assert np.flatnonzero(published.code != DEAD).tolist() == sorted(self._rows)
        assert broadcaster.classes[0].code[self._rows].tolist() == codes_of(lat, lon).tolist()

    def compare(self, held: dict[str, Flight], watch: Watch) -> None:
        """Compare what a client of `watch` holds with what is so."""
        published = self._classes[watch.precision]
        covered = watch.view.covers(published.code[self._rows]).tolist()
        expected = set()
        for within, (name, (known, flight)) in zip(covered, self._flights.items(), strict=True):
            address, start = parse_flight(name)
            listed = address << 32 | start in watch.flights
            if watch.precision and not listed:
                assert within in self.within(known, flight, watch)
            if not listed and not (within and passes(flight, watch.filter)):
                continue
            expected.add(name)
            assert name in held
            if listed or watch.precision == 0:
                assert held[name] | {"last_heard": None} == flight | {"last_heard": None}
            else:
                self.near(held[name], known, flight, watch.precision)
        assert held.keys() == expected

    def within(self, known: Known, flight: Flight, watch: Watch) -> set[bool]:
        """Say whether a flight drawn within its bound is drawn in the view; near an edge it may be or not."""
        place, *_ = drawn(exact(known, flight), self._time)
        if place is None:
            return {watch.view.is_world}
        x, y = place
        way = BOUNDS[watch.precision].metres * 1.01 * worlds_per_metre(y)
        across, down = np.array([x - way, x + way] * 2), np.array([y - way] * 2 + [y + way] * 2)
        return set(watch.view.covers(codes_at(across, down)).tolist())

    def near(self, held: Flight, known: Known, flight: Flight, precision: int) -> None:
        """Compare what is drawn with what is so, both extrapolated to now."""
        bound, told = BOUNDS[precision], self._classes[precision].motion[known["row"]]
        assert packed(held)[1][3:] == told[3:].tobytes()
        assert {**held, **dict.fromkeys(MOVED)} == {**flight, **dict.fromkeys(MOVED)}
        assert held["phase"] == flight["phase"]
        true = exact(known, flight)
        place, *heights = drawn(held, self._time)
        true_place, *true_heights = drawn(true, self._time)
        assert [held[name] is None for name in MOVES] == [true[name] is None for name in MOVES]
        if place and true_place:
            assert apart_m(place, true_place) <= bound.metres
        for height, true_height in zip(heights, true_heights, strict=True):
            assert height is None or true_height is None or abs(height - true_height) <= bound.feet + 1e-6
        if held["track_deg"] is not None:
            turned = (held["track_deg"] - true["track_deg"] + 180) % 360 - 180
            assert abs(turned) <= bound.degrees + 1e-3
        if held["ground_speed_kt"] is not None:
            assert abs(held["ground_speed_kt"] - true["ground_speed_kt"]) <= bound.knots + 1e-3


def exact(known: Known, flight: Flight) -> Flight:
    """Return the motion of a flight as it is known, not rounded."""
    values = {name: known.get(name, nan) for name in MOVES}
    true = {name: None if isnan(value) else value for name, value in values.items()}
    return true | {"time": flight["time"]}


def passes(flight: Flight, asked: FlightFilter | None) -> bool:
    """Say whether a flight passes one of these filters."""
    if asked is None:
        return True
    if asked.callsign:
        return (flight["callsign"] or "").lower().startswith(asked.callsign)
    if asked.min_altitude_ft:
        return flight["altitude_ft"] is not None and flight["altitude_ft"] >= asked.min_altitude_ft
    return flight["emergency"] is not None if asked.emergency else flight["feed"] == asked.feed
