from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from aerotrack.sources.simulator.profile import FPM, KT, Demands, Profiles, profiles

LEG = np.zeros(1, np.intp)


def flight(airborne: float = 1_000_000.0, *, cruise_ft: float = 36_000.0, to_ft: float = 400.0) -> Profiles:
    figures = {
        "from_ft": 300.0, "to_ft": to_ft, "cruise_ft": cruise_ft, "reference_ft": 33_000.0,
        "ceiling_ft": 39_000.0, "intercept_ft": 2500.0,
        "taxi": 15 * KT, "lift_off": 145 * KT, "middle": 285 * KT, "cruise": 447 * KT, "threshold": 135 * KT,
        "climb": 2400 * FPM, "top_climb": 800 * FPM, "descent": 1900 * FPM, "gain": 1.9, "brake": 1.8,
        "standing": 300.0, "holding": 30.0, "taxi_out": 2000.0, "airborne": airborne, "taxi_in": 1500.0,
    }  # fmt: skip
    wanted = Demands(**{name: np.array([value]) for name, value in figures.items()})
    return profiles(wanted, np.array([True]), np.array([False]))


def sampled(profile: Profiles, step: float = 1.0) -> tuple[NDArray[Any], ...]:
    seconds = np.arange(0.0, profile.total()[0], step)
    return seconds, *profile.at(np.zeros(len(seconds), np.intp), seconds)


def test_distance_is_the_integral_of_speed() -> None:
    seconds, metres, speed, _, _ = sampled(flight())
    travelled = np.concatenate([[0.0], np.cumsum((speed[1:] + speed[:-1]) / 2 * np.diff(seconds))])
    assert np.abs(travelled - metres).max() < 20.0


def test_height_is_the_integral_of_its_rate() -> None:
    seconds, _, _, height, rate = sampled(flight())
    risen = 300.0 + np.concatenate([[0.0], np.cumsum((rate[1:] + rate[:-1]) / 2 * np.diff(seconds))])
    assert np.abs(risen - height).max() < 20.0


def test_it_ends_after_the_whole_way_at_the_height_of_the_other_airport() -> None:
    profile = flight()
    metres, speed, height, rate = profile.at(LEG, profile.total() - 1e-6)
    rolls = (145 * KT) ** 2 / (2 * 1.9) + ((135 * KT) ** 2 - (15 * KT) ** 2) / (2 * 1.8)
    assert metres == pytest.approx(1_000_000 + 2000 + 1500 + rolls, abs=2.0)
    assert height == pytest.approx(400.0, abs=1.0)
    assert speed == pytest.approx(0.0, abs=0.01)
    assert rate == pytest.approx(0.0, abs=0.01)


def test_eastbound_it_cruises_at_the_odd_level_below_the_one_wished_for() -> None:
    assert sampled(flight())[3].max() == pytest.approx(35_000.0, abs=1.0)


def test_a_short_flight_stays_low() -> None:
    assert 5_000.0 < sampled(flight(150_000.0))[3].max() < 20_000.0


def test_no_flight_climbs_faster_than_asked() -> None:
    assert sampled(flight())[4].max() <= 2400 * FPM + 1e-3


def test_it_is_on_the_ground_below_take_off_speed_and_in_the_air_above() -> None:
    profile = flight()
    up, down = profile.airborne()
    assert profile.at(LEG, up)[1] == pytest.approx(145 * KT, abs=0.01)
    assert profile.at(LEG, down)[1] == pytest.approx(135 * KT, abs=0.01)
    assert profile.at(LEG, up)[2] == pytest.approx(300.0)


def test_above_flight_level_410_eastbound_comes_450() -> None:
    assert sampled(flight(3_000_000.0, cruise_ft=44_900.0))[3].max() == pytest.approx(41_000.0, abs=1.0)
    assert sampled(flight(3_000_000.0, cruise_ft=45_900.0))[3].max() == pytest.approx(45_000.0, abs=1.0)


def test_no_stretch_takes_negative_time() -> None:
    for length in (60_000.0, 150_000.0, 400_000.0, 5_000_000.0):
        for height in (0.0, 13_000.0):
            assert flight(length, to_ft=height).duration.min() >= 0.0
