import re
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from aerotrack.sources.simulator.airports import Airports
from aerotrack.sources.simulator.fleet import Fleet, fleet
from aerotrack.sources.simulator.performance import table
from aerotrack.sources.simulator.sphere import EARTH_M


@pytest.fixture(scope="module")
def aircraft(airports: Airports) -> Fleet:
    return fleet(3000, 1, airports, table())


def distance_nm(aircraft: Fleet, airports: Airports) -> NDArray[Any]:
    ends = airports.place[aircraft.airport]
    return np.arccos(np.clip((ends[:, 0] * ends[:, 1]).sum(axis=1), -1, 1)) * EARTH_M / 1852.0


def test_no_two_aircraft_have_the_same_address(aircraft: Fleet) -> None:
    assert len(set(aircraft.address.tolist())) == 3000


def test_a_bigger_fleet_has_the_smaller_one_in_it(aircraft: Fleet, airports: Airports) -> None:
    few = fleet(100, 1, airports, table())
    for name in Fleet.__slots__:
        assert getattr(few, name).tolist() == getattr(aircraft, name)[:100].tolist()


def test_another_seed_is_another_fleet(aircraft: Fleet, airports: Airports) -> None:
    other = fleet(100, 2, airports, table())
    assert other.operator.tolist() != aircraft.operator[:100].tolist()


def test_almost_no_one_flies_farther_than_the_type_can(aircraft: Fleet, airports: Airports) -> None:
    too_far = distance_nm(aircraft, airports) > table().longest_nm[aircraft.type] + 1
    assert too_far.mean() < 0.002


def test_no_one_flies_to_where_he_is(aircraft: Fleet, airports: Airports) -> None:
    assert distance_nm(aircraft, airports).min() > 20.0


def test_airliners_rather_go_to_busy_airports(aircraft: Fleet, airports: Airports) -> None:
    airliners = aircraft.airport[aircraft.vfr < 0, 1]
    served, known = np.median(airports.traffic[airliners]), np.median(airports.traffic[: airports.busy])
    assert served > 3 * known


def test_an_airlines_callsigns_begin_with_its_designator(aircraft: Fleet) -> None:
    lufthansa = aircraft.callsign[aircraft.operator == b"Lufthansa"]
    assert len(lufthansa)
    assert all(re.fullmatch(rb"DLH\d\d[A-Z]{2}", callsign) for callsign in lufthansa.ravel().tolist())


def test_the_way_back_has_another_callsign_than_the_way_out(aircraft: Fleet) -> None:
    airliners = aircraft.callsign[aircraft.operator == b"American Airlines"]
    assert (airliners[:, 0] != airliners[:, 1]).all()


def test_airlines_callsigns_are_all_different(aircraft: Fleet) -> None:
    flown = aircraft.callsign[(aircraft.vfr < 0) & (aircraft.operator != b"private jet")].ravel().tolist()
    assert len(set(flown)) > 0.99 * len(flown)


def test_private_aircraft_call_themselves_by_their_registration(aircraft: Fleet) -> None:
    private = np.flatnonzero(aircraft.vfr >= 0)
    assert len(private)
    expected = [r.replace(b"-", b"")[:8] for r in aircraft.registration[private].tolist()]
    assert aircraft.callsign[private, 0].tolist() == expected


def test_who_flies_by_sight_squawks_1200_in_america_and_7000_elsewhere(aircraft: Fleet) -> None:
    country = {
        squawk: set(aircraft.registration[aircraft.vfr == squawk].astype("S1").tolist())
        for squawk in (1200, 7000)
    }
    assert country[1200] == {b"N", b"C"}
    assert b"N" not in country[7000]
