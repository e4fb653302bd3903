from itertools import pairwise
from typing import Any

import numpy as np
import pytest

from aerotrack.core.flights import FlightTable
from aerotrack.core.observations import Observations
from aerotrack.sources.simulator.simulation import Simulation
from aerotrack.sources.simulator.sphere import EARTH_M, place
from aerotrack.sources.simulator.transponder import Transponders

NOON = 1_795_348_800.0
"""2026-11-22T12:00:00Z."""


def between(transponders: Transponders, begin: float, end: float) -> Observations:
    return transponders.reports(transponders.due(begin), transponders.due(end))


def rows(observations: Observations) -> list[tuple[Any, ...]]:
    columns = sorted(observations.columns)
    return list(
        zip(
            observations.address.tolist(),
            observations.last_heard.tolist(),
            *(observations.columns[name].tolist() for name in columns),
            strict=True,
        ),
    )


def test_how_time_is_cut_into_batches_makes_no_difference(sky: Simulation) -> None:
    one = Transponders(sky)
    cuts = [NOON, NOON + 0.1, NOON + 0.7, NOON + 1.0]
    pieces = [row for a, b in pairwise(cuts) for row in rows(between(one, a, b))]
    assert pieces == rows(between(Transponders(sky), NOON, NOON + 1.0))


def test_reports_are_made_after_the_begin_and_up_to_the_end(sky: Simulation) -> None:
    heard = between(Transponders(sky), NOON, NOON + 1.0).last_heard
    assert heard.min() > NOON
    assert heard.max() <= NOON + 1.0


def test_in_flight_everyone_reports_once_a_second_at_equal_intervals(sky: Simulation) -> None:
    made = between(Transponders(sky), NOON, NOON + 10.0)
    cruising = made.take(made.columns["altitude_ft"] > 20_000)
    for address in cruising.address[:20].tolist():
        times = made.last_heard[made.address == address]
        assert np.diff(times) == pytest.approx(1.0)


def test_the_rate_is_reports_a_second(sky: Simulation) -> None:
    made = between(Transponders(sky, rate=0.7), NOON, NOON + 10.0)
    assert 0.9 * 14_000 < len(made) < 14_000


def test_parked_aircraft_report_every_ten_seconds(sky: Simulation) -> None:
    made = between(Transponders(sky), NOON, NOON + 40.0)
    parked = made.take(made.columns["ground_speed_kt"] == 0)
    gaps = np.concatenate(
        [np.diff(parked.last_heard[parked.address == address]) for address in set(parked.address.tolist())],
    )
    assert np.median(gaps) == pytest.approx(10.0)


def test_the_latest_reports_are_one_of_each_aircraft(sky: Simulation) -> None:
    made = Transponders(sky).latest(NOON)
    assert len(set(made.address.tolist())) == len(made) == 2000
    assert made.last_heard.max() <= NOON
    assert made.last_heard.min() > NOON - 11.0


def test_the_latest_reports_are_among_those_that_were_made(sky: Simulation) -> None:
    transponders = Transponders(sky)
    assert set(rows(transponders.latest(NOON))) <= set(rows(between(transponders, NOON - 12.0, NOON)))


def test_noise_is_some_metres(sky: Simulation) -> None:
    transponders = Transponders(sky)
    made = transponders.latest(NOON)
    order = {address: i for i, address in enumerate(sky.address.tolist())}
    truth = sky.at(made.last_heard, np.array([order[address] for address in made.address.tolist()]))
    off = EARTH_M * np.linalg.norm(
        place(made.columns["lat"], made.columns["lon"]) - place(truth["lat"], truth["lon"]), axis=1,
    )  # fmt: skip
    assert 3.0 < off.mean() < 8.0
    assert off.max() < 30.0


@pytest.mark.parametrize(
    ("column", "step"),
    [("altitude_ft", 25), ("geo_altitude_ft", 25), ("ground_speed_kt", 1), ("vertical_rate_fpm", 64)],
)
def test_values_come_in_the_steps_of_ads_b(sky: Simulation, column: str, step: int) -> None:
    values = Transponders(sky).latest(NOON).columns[column]
    assert (values % step == 0).all()


def test_tracks_stay_below_360_degrees(sky: Simulation) -> None:
    track = Transponders(sky).latest(NOON).columns["track_deg"]
    assert track.min() >= 0.0
    assert track.max() < 360.0


def test_places_stay_on_the_globe(sky: Simulation) -> None:
    columns = Transponders(sky).latest(NOON).columns
    assert np.abs(columns["lat"]).max() <= 90.0
    assert np.abs(columns["lon"]).max() <= 180.0


def test_a_table_takes_every_report_without_faults(sky: Simulation) -> None:
    table = FlightTable()
    refused = table.apply(Transponders(sky).latest(NOON))
    refused |= table.apply(between(Transponders(sky), NOON, NOON + 2.0))
    assert not refused


def test_with_faults_a_table_sees_copies_and_late_reports(sky: Simulation) -> None:
    table = FlightTable()
    transponders = Transponders(sky, faults=True)
    refused = dict(table.apply(between(transponders, NOON, NOON + 2.0)))
    for second in range(2, 5):
        for reason, count in table.apply(between(transponders, NOON + second, NOON + second + 1)).items():
            refused[reason] = refused.get(reason, 0) + count
    assert refused["duplicate"] > 20
    assert refused["out_of_order"] > 20


def test_faults_too_are_a_function_of_time(sky: Simulation) -> None:
    one, other = Transponders(sky, faults=True), Transponders(sky, faults=True)
    assert rows(between(one, NOON, NOON + 0.5)) == rows(between(other, NOON, NOON + 0.5))


def test_with_faults_a_twentieth_is_missing(sky: Simulation) -> None:
    whole = len(between(Transponders(sky), NOON, NOON + 5.0))
    left = len(between(Transponders(sky, faults=True), NOON, NOON + 5.0))
    assert 0.94 < left / whole < 0.98
