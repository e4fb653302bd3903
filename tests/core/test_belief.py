from dataclasses import replace
from math import inf, nan

import numpy as np
import pytest

from aerotrack.core.belief import believe
from aerotrack.core.columns import EMERGENCIES
from aerotrack.core.observations import Observations, Receiver

NOW = 1000.0


def test_what_is_plausible_is_believed_as_it_is() -> None:
    seen = Observations.of([1], [NOW], lat=[0.0], lon=[180.0], altitude_ft=[0.0])
    believed = believe(seen, NOW)
    assert believed.columns["lat"].tolist() == [0.0]
    assert believed.refused == {}


@pytest.mark.parametrize("at", [NOW + 60.5, inf, nan])
def test_a_row_from_the_future_is_left_out(at: float) -> None:
    believed = believe(Observations.of([1, 2], [at, NOW + 60.0], squawk=[1, 2]), NOW)
    assert believed.address.tolist() == [2]
    assert believed.refused == {"future": 1}


def test_so_is_a_row_whose_position_is_from_the_future() -> None:
    seen = Observations.of([1, 2], [NOW, NOW], lat=[1, 1], lon=[1, 1], time=[NOW + 61, nan])
    assert believe(seen, NOW).address.tolist() == [2]


@pytest.mark.parametrize("at", [-0.5, -1e11, 4_102_444_800.0, 2e11])
def test_a_row_from_a_time_that_no_flight_can_be_named_by_is_left_out(at: float) -> None:
    believed = believe(Observations.of([1, 2], [at, 5.0]), max(at, NOW))
    assert believed.refused["bad_time"] == 1
    assert 1 not in believed.address.tolist()


def test_what_a_live_source_tells_of_more_than_an_hour_ago_is_left_out() -> None:
    believed = believe(Observations.of([1, 2], [6400.0, 6399.0], lat=[1, 1], lon=[1, 1]), 10_000.0)
    assert believed.address.tolist() == [1]
    assert believed.refused == {"stale": 1}


def test_a_position_of_more_than_an_hour_ago_is_taken_out_of_its_row() -> None:
    told = [6399.0, nan]
    seen = Observations.of([1, 2], [9999.0, 9999.0], lat=[1, 1], lon=[1, 1], time=told, squawk=[1, 2])
    believed = believe(seen, 10_000.0)
    assert np.isnan(believed.columns["lat"]).tolist() == [True, False]
    assert believed.columns["squawk"].tolist() == [1, 2]
    assert believed.refused == {"stale": 1}


def test_a_recording_may_go_back_in_time() -> None:
    seen = replace(Observations.of([1], [1000.0]), stamps=np.array([1]))
    assert believe(seen, 90_000.0).address.tolist() == [1]


@pytest.mark.parametrize(
    ("lat", "lon"), [(90.5, 8.0), (-91.0, 8.0), (50.0, 180.5), (50.0, nan), (nan, 8.0), (inf, 8.0)]
)
def test_a_place_that_is_not_on_the_globe_is_taken_out_of_its_row(lat: float, lon: float) -> None:
    believed = believe(Observations.of([1], [NOW], lat=[lat], lon=[lon], squawk=[1200]), NOW)
    assert np.isnan([believed.columns["lat"][0], believed.columns["lon"][0]]).all()
    assert believed.columns["squawk"].tolist() == [1200]
    assert believed.refused == {"out_of_range": 1}


def test_null_island_is_no_place() -> None:
    believed = believe(Observations.of([1], [NOW], lat=[0.0], lon=[0.0]), NOW)
    assert np.isnan(believed.columns["lat"][0])
    assert believed.refused == {"null_island": 1}


def test_a_row_without_a_place_is_refused_nothing() -> None:
    assert believe(Observations.of([1], [NOW], lat=[nan], lon=[nan]), NOW).refused == {}


def test_what_the_decoder_refused_is_counted_on() -> None:
    seen = Observations.none(refused={"malformed": 3, "future": 0})
    assert believe(seen, NOW).refused == {"malformed": 3}


@pytest.mark.parametrize(
    ("squawk", "said", "means"),
    [
        (7700, -1, "general"),
        (7600, 0, "no_radio"),
        (7500, -1, "unlawful"),
        (7700, EMERGENCIES.index("medical"), "medical"),
        (1200, EMERGENCIES.index("medical"), "medical"),
        (1200, -1, None),
        (0, -1, None),
    ],
)
def test_a_squawk_declares_an_emergency(squawk: int, said: int, means: str | None) -> None:
    believed = believe(Observations.of([1], [NOW], squawk=[squawk], emergency=[said]), NOW)
    assert EMERGENCIES[believed.columns["emergency"][0]] == means
    assert believed.columns["emergency"][0] >= 0


def test_an_unknown_squawk_says_nothing_about_emergencies() -> None:
    assert believe(Observations.of([1], [NOW], squawk=[-1]), NOW).columns["emergency"].tolist() == [-1]


@pytest.mark.parametrize("squawk", [7780, 8000, 9999, 10_000, 32_767])
def test_a_squawk_that_is_not_octal_is_unknown(squawk: int) -> None:
    believed = believe(Observations.of([1], [NOW], squawk=[squawk]), NOW)
    assert believed.columns["squawk"].tolist() == [-1]
    assert believed.columns["emergency"].tolist() == [-1]


@pytest.mark.parametrize(("ahead", "stamps"), [(2.0, None), (2.0, 7)])
def test_a_live_clock_that_is_fast_is_not_followed(ahead: float, stamps: int | None) -> None:
    seen = Observations.of([1], [NOW + ahead], lat=[1], lon=[1], time=[NOW + ahead - 1.5])
    if stamps is not None:
        seen = replace(seen, stamps=np.array([stamps]))
    believed = believe(seen, NOW)
    off = 0.0 if stamps is None else ahead
    assert believed.last_heard.tolist() == [NOW + off]
    assert believed.columns["time"].tolist() == [NOW if stamps is None else NOW + 0.5]


def test_without_times_of_positions_there_are_none_to_set_right() -> None:
    believed = believe(Observations.of([1], [NOW + 2.0], squawk=[1200]), NOW)
    assert "time" not in believed.columns
    assert believed.last_heard.tolist() == [NOW]


def test_a_place_that_is_farther_away_than_the_receiver_hears_is_taken_out_of_its_row() -> None:
    seen = Observations.of([1, 2, 3, 4], [NOW] * 4, lat=[50, 54.9, 55.1, nan], lon=[8, 8, 8, nan])
    believed = believe(replace(seen, receiver=Receiver(50.0, 8.0)), NOW)
    assert np.isnan(believed.columns["lat"]).tolist() == [False, False, True, True]
    assert believed.refused == {"out_of_reach": 1}


def test_a_receiver_hears_across_the_date_line() -> None:
    seen = Observations.of([1, 2], [NOW] * 2, lat=[0, 0], lon=[-179.0, -174.0])
    believed = believe(replace(seen, receiver=Receiver(0.0, 179.0)), NOW)
    assert np.isnan(believed.columns["lat"]).tolist() == [False, True]


def test_nobody_stands_on_the_ground_above_15_000_feet() -> None:
    seen = Observations.of([1, 2, 3], [NOW] * 3, altitude_ft=[36_000, 36_000, 14_500], on_ground=[1, 0, 1])
    believed = believe(seen, NOW)
    assert np.isnan(believed.columns["altitude_ft"]).tolist() == [True, False, False]
    assert believed.columns["on_ground"].tolist() == [1, 0, 1]
    assert believed.refused == {"out_of_range": 1}


def test_but_who_is_too_fast_for_the_ground_is_not_there() -> None:
    speeds = [470.0, 20.0, nan]
    seen = Observations.of(
        [1, 2, 3], [NOW] * 3, altitude_ft=[36_000] * 3, on_ground=[1] * 3, ground_speed_kt=speeds
    )
    believed = believe(seen, NOW)
    assert np.isnan(believed.columns["altitude_ft"]).tolist() == [False, True, True]
