"""The simulator knows of each aircraft when it left, from where to where: the flights found must agree."""

from collections import defaultdict
from dataclasses import replace
from itertools import pairwise

import numpy as np
import pytest

from aerotrack.airfields import airports
from aerotrack.core.columns import PHASES, SPLIT_REASONS
from aerotrack.core.events import Event, Events
from aerotrack.core.flights import FlightTable
from aerotrack.sources.simulator.simulation import Simulation
from aerotrack.sources.simulator.transponder import Transponders

NOON = 1_795_348_800.0
STEP, HOURS, AIRCRAFT = 4.0, 4.0, 200
ORDER = ("takeoff", "climb", "cruise", "descent", "approach", "landed", "taxi", "parked", "taxi")
Flight = tuple[int, int]


class Watched:
    """What was told of a sky whose transponders keep their airports to themselves."""

    def __init__(self, sky: Simulation) -> None:
        transponders, table, watcher = (
            Transponders(sky, rate=1 / STEP),
            FlightTable(airports=airports()),
            Events(),
        )
        self.started: dict[Flight, str] = {}
        self.airports: dict[Flight, tuple[str, str]] = {}
        self.phases: dict[Flight, list[str]] = defaultdict(list)
        self.ended: set[Flight] = set()
        self.events: list[Event] = []
        made = transponders.due(NOON)
        for now in NOON + np.arange(STEP, HOURS * 3600, STEP):
            seen, made = transponders.reports(made, transponders.due(now)), transponders.due(now)
            kept = {n: v for n, v in seen.columns.items() if n not in {"origin", "destination"}}
            table.apply(replace(seen, columns=kept))
            table.expire(now)
            changes = table.take(now)
            self.events += watcher.of(changes)
            for part in (changes.gone, changes.updated):
                names = ("address", "start", "reason", "origin", "destination", "phase")
                for who, start, reason, origin, to, phase in zip(
                    *(part[n].tolist() for n in names), strict=True
                ):
                    flight = who, start
                    self.started[flight] = SPLIT_REASONS[reason]
                    self.airports[flight] = origin.decode(), to.decode()
                    if self.phases[flight][-1:] != [PHASES[phase]]:
                        self.phases[flight].append(PHASES[phase])
            self.ended |= set(
                zip(changes.ended["address"].tolist(), changes.ended["start"].tolist(), strict=True)
            )

    @property
    def whole(self) -> list[Flight]:
        """The flights that were watched from lift-off until the aircraft left again."""
        return [f for f in self.ended if self.started[f] == "landed"]


@pytest.fixture(scope="module")
def sky() -> Simulation:
    return Simulation(flights=AIRCRAFT, seed=3)


@pytest.fixture(scope="module")
def watched(sky: Simulation) -> Watched:
    return Watched(sky)


def truth(sky: Simulation, flight: Flight, after: float, name: str) -> str:
    aircraft = np.flatnonzero(sky.address == flight[0])
    return str(sky.at(flight[1] + after, aircraft)[name][0].decode())


def test_every_flight_begins_when_its_aircraft_lifts_off_and_for_no_other_reason(
    sky: Simulation, watched: Watched
) -> None:
    assert len(watched.whole) > 100
    assert set(watched.started.values()) == {"first_seen", "landed"}
    for flight in watched.whole:
        aircraft = np.flatnonzero(sky.address == flight[0])
        grounded = [int(sky.at(flight[1] + s, aircraft)["on_ground"][0]) for s in (-STEP - 1, 1)]
        assert grounded == [1, 0], flight


def test_every_flight_has_the_airports_that_it_left_and_came_to(sky: Simulation, watched: Watched) -> None:
    found = {flight: watched.airports[flight] for flight in watched.whole}
    expected = {f: (truth(sky, f, 30.0, "origin"), truth(sky, f, 30.0, "destination")) for f in found}
    assert found == expected


def test_every_flight_goes_through_its_phases_in_order(watched: Watched) -> None:
    for flight in watched.whole:
        phases = watched.phases[flight]
        places = [ORDER.index(phase) for phase in phases[: phases.index("landed") + 1]]
        backwards = [(one, other) for one, other in pairwise(places) if other < one]
        assert len(backwards) <= 1, phases  # it may climb on to another level
        assert phases[0] == "takeoff"
        assert {"landed", "taxi"} <= set(phases), phases
        assert len(phases) <= 12, phases


def test_every_flight_takes_off_and_lands_once_where_its_airports_are(watched: Watched) -> None:
    told = defaultdict(list)
    for event in watched.events:
        told[event.flight].append((event.kind, event.details.get("airport")))
    for flight in watched.whole:
        origin, destination = watched.airports[flight]
        happened = [one for one in told[flight[0] << 32 | flight[1]] if one[0] != "squawk"]
        assert [one for one in happened if not one[0].startswith("emergency")] == [
            ("flight_started", None), ("takeoff", origin), ("landing", destination), ("flight_ended", None),
        ]  # fmt: skip


def test_nobody_goes_around(watched: Watched) -> None:
    assert [event for event in watched.events if event.kind == "go_around"] == []
