import numpy as np

from aerotrack.sources.simulator.faults import garbled, held_back, lost, repeated

MANY = np.arange(100_000)


def test_a_report_in_twenty_is_lost() -> None:
    assert 0.045 < lost(1, MANY).mean() < 0.055


def test_one_in_a_hundred_is_heard_twice() -> None:
    assert 0.009 < repeated(1, MANY).mean() < 0.011


def test_one_in_a_hundred_is_held_back() -> None:
    assert 0.009 < held_back(1, MANY).mean() < 0.011


def test_one_position_in_a_thousand_jumps_and_stays_on_earth() -> None:
    lat = np.linspace(-89.0, 89.0, 100_000)
    moved = garbled({"lat": lat}, 1, MANY)["lat"]
    jumped = moved != lat
    assert 0.0005 < jumped.mean() < 0.0015
    assert np.abs(moved - lat)[jumped].min() >= 0.5
    assert np.abs(moved).max() <= 90.0


def test_a_report_that_does_not_jump_is_left_alone() -> None:
    columns = {"lat": np.array([50.0])}
    assert garbled(columns, 1, np.array([0])) is columns
