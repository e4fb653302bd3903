from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from aerotrack.core.columns import BY_NAME, HEARD, Columns
from aerotrack.sources.simulator.airports import Airports
from aerotrack.sources.simulator.performance import table
from aerotrack.sources.simulator.simulation import Simulation
from aerotrack.sources.simulator.sphere import EARTH_M, place

NOON = 1_795_348_800.0
"""2026-11-22T12:00:00Z."""
ALL = np.arange(2000)
TYPES = table()


def metres(before: Columns, after: Columns) -> NDArray[Any]:
    return (
        np.linalg.norm(place(after["lat"], after["lon"]) - place(before["lat"], before["lon"]), axis=-1)
        * EARTH_M
    )


def over_a_day(sky: Simulation, aircraft: int, step: float = 20.0) -> Columns:
    times = NOON + np.arange(0.0, 86_400.0, step)
    return sky.at(times, np.full(len(times), aircraft))


def test_every_heard_column_is_there_in_the_schemas_dtype(sky: Simulation) -> None:
    seen = sky.at(NOON, ALL)
    assert set(seen) == {column.name for column in HEARD}
    assert {name: values.dtype for name, values in seen.items()} == {
        name: BY_NAME[name].dtype for name in seen
    }


def test_a_restart_changes_nothing(sky: Simulation) -> None:
    again = Simulation(flights=2000, seed=1).at(NOON, ALL)
    for name, values in sky.at(NOON, ALL).items():
        assert values.tolist() == again[name].tolist()


def test_another_seed_is_another_sky(sky: Simulation) -> None:
    other = Simulation(flights=50, seed=2).at(NOON, np.arange(50))
    assert other["lat"].tolist() != sky.at(NOON, np.arange(50))["lat"].tolist()


def test_ground_speed_is_how_fast_the_position_changes(sky: Simulation) -> None:
    for hours in range(0, 24, 3):
        before, after = (sky.at(NOON + 3600 * hours + s, ALL) for s in (0.0, 1.0))
        speed = 0.5 * (before["ground_speed_kt"] + after["ground_speed_kt"]) * 1852 / 3600
        assert np.abs(metres(before, after) - speed).max() < 3.0


def test_vertical_rate_is_how_fast_the_altitude_changes(sky: Simulation) -> None:
    for hours in range(0, 24, 3):
        before, after = (sky.at(NOON + 3600 * hours + s, ALL) for s in (0.0, 1.0))
        rate = 0.5 * (before["vertical_rate_fpm"] + after["vertical_rate_fpm"])
        assert np.abs(60 * (after["altitude_ft"] - before["altitude_ft"]) - rate).max() < 150.0


def test_the_track_is_the_direction_in_which_the_position_changes(sky: Simulation) -> None:
    before, after = (sky.at(NOON + s, ALL) for s in (0.0, 1.0))
    north = after["lat"] - before["lat"]
    east = ((after["lon"] - before["lon"] + 180) % 360 - 180) * np.cos(np.radians(before["lat"]))
    fast = before["ground_speed_kt"] > 60
    off = (np.degrees(np.arctan2(east, north)) - before["track_deg"] + 180) % 360 - 180
    assert np.abs(off[fast]).max() < 4.0


@pytest.mark.parametrize("aircraft", [0, 1, 2, 3, 4])
def test_nothing_teleports_in_a_whole_day(sky: Simulation, aircraft: int) -> None:
    day = over_a_day(sky, aircraft, 5.0)
    before, after = (
        {name: day[name][part] for name in ("lat", "lon")} for part in (slice(None, -1), slice(1, None))
    )
    fastest = TYPES.cruise_kt[TYPES.index(day["type_code"][0].decode())] * 1.02 * 1852 / 3600
    assert metres(before, after).max() < 5.0 * fastest + 5.0


def test_in_the_air_no_one_turns_faster_than_four_degrees_a_second(sky: Simulation) -> None:
    for minutes in range(0, 60, 5):
        before, after = (sky.at(NOON + 60 * minutes + s, ALL) for s in (0.0, 1.0))
        flying = (before["on_ground"] == 0) & (before["ground_speed_kt"] > 90)
        turned = (after["track_deg"] - before["track_deg"] + 180) % 360 - 180
        assert np.abs(turned[flying]).max() < 4.0


def test_no_one_is_faster_than_the_type_cruises(sky: Simulation) -> None:
    seen = sky.at(NOON, ALL)
    cruise = TYPES.cruise_kt[[TYPES.index(code.decode()) for code in seen["type_code"].tolist()]]
    assert (seen["ground_speed_kt"] <= 1.02 * cruise).all()


def test_no_one_flies_slower_than_his_approach(sky: Simulation) -> None:
    seen = sky.at(NOON, ALL)
    slowest = TYPES.threshold_kt[[TYPES.index(code.decode()) for code in seen["type_code"].tolist()]]
    slowest = np.minimum(
        slowest, TYPES.lift_off_kt[[TYPES.index(c.decode()) for c in seen["type_code"].tolist()]]
    )
    flying = seen["on_ground"] == 0
    assert (seen["ground_speed_kt"] >= slowest - 0.5)[flying].all()


def test_no_one_is_above_his_ceiling(sky: Simulation) -> None:
    seen = sky.at(NOON, ALL)
    ceiling = 100 * TYPES.highest_level[[TYPES.index(code.decode()) for code in seen["type_code"].tolist()]]
    assert (seen["altitude_ft"] <= np.maximum(ceiling, 15_000)).all()


def test_on_the_ground_means_at_the_height_of_the_airport(sky: Simulation, airports: Airports) -> None:
    seen = sky.at(NOON, ALL)
    for row in np.flatnonzero(seen["on_ground"] == 1).tolist():
        near = [airports.index(seen[end][row].decode()) for end in ("origin", "destination")]
        here = place(seen["lat"][row], seen["lon"][row])
        at = min(near, key=lambda airport: np.linalg.norm(airports.place[airport] - here))
        assert np.linalg.norm(airports.place[at] - here) * EARTH_M < 3500
        assert seen["altitude_ft"][row] == pytest.approx(airports.elevation_ft[at], abs=2.0)


def test_a_tenth_of_the_aircraft_is_on_the_ground(sky: Simulation) -> None:
    assert 0.05 < sky.at(NOON, ALL)["on_ground"].mean() < 0.15


def test_a_flight_lands_stands_for_a_minute_at_least_and_takes_off(sky: Simulation) -> None:
    day = over_a_day(sky, 4)
    stood = np.flatnonzero(np.diff(day["on_ground"])) * 20.0
    landed = day["on_ground"][0] == 1
    spells = np.diff(stood)[0 if not landed else 1 :: 2]
    assert len(spells)
    assert spells.min() > 300.0


def test_callsign_and_airports_change_with_the_lift_off_and_only_there(sky: Simulation) -> None:
    day = over_a_day(sky, 4)
    lifts = (day["on_ground"][:-1] == 1) & (day["on_ground"][1:] == 0)
    assert lifts.any()
    for name in ("callsign", "origin", "destination", "squawk"):
        assert ((day[name][1:] != day[name][:-1]) == lifts).all()


def test_a_flight_goes_back_where_it_came_from(sky: Simulation) -> None:
    day = over_a_day(sky, 4)
    ways = set(zip(day["origin"].tolist(), day["destination"].tolist(), strict=True))
    assert len(ways) == 2
    assert {(b, a) for a, b in ways} == ways


def test_squawks_are_four_octal_digits(sky: Simulation) -> None:
    squawks = sky.at(NOON, ALL)["squawk"]
    assert all(set(f"{code:04d}") <= set("01234567") for code in squawks.tolist())


def test_emergencies_are_rare_and_squawk_as_they_should(sky: Simulation) -> None:
    seen = [sky.at(NOON + 300 * k, ALL) for k in range(288)]
    emergency = np.concatenate([s["emergency"] for s in seen])
    squawk = np.concatenate([s["squawk"] for s in seen])
    assert 0 < (emergency > 0).sum() < 100
    assert set(squawk[emergency > 0].tolist()) <= {7600, 7700}
    assert not np.isin(squawk[emergency == 0], [7500, 7600, 7700]).any()


def test_most_traffic_is_where_the_worlds_is(sky: Simulation) -> None:
    seen = sky.at(NOON, ALL)

    def share(west: float, south: float, east: float, north: float) -> float:
        return (
            (seen["lon"] > west) & (seen["lon"] < east) & (seen["lat"] > south) & (seen["lat"] < north)
        ).mean()

    america, europe, asia = share(-130, 15, -55, 60), share(-12, 34, 40, 65), share(65, -10, 146, 50)
    assert america > 0.25
    assert europe > 0.2
    assert asia > 0.2
    assert america + europe + asia > 0.75


def test_someone_crosses_the_antimeridian_without_a_jump(sky: Simulation) -> None:
    times = NOON + np.arange(0.0, 86_400.0, 60.0)
    for aircraft in range(200):
        day = sky.at(times, np.full(len(times), aircraft))
        if (np.abs(np.diff(day["lon"])) > 180.0).any():
            before, after = (
                {name: day[name][part] for name in ("lat", "lon")}
                for part in (slice(None, -1), slice(1, None))
            )
            assert metres(before, after).max() < 60 * 270
            return
    pytest.fail("none of 200 aircraft crossed it in a day")
