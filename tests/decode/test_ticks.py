import numpy as np
import pytest

from aerotrack.decode.ticks import MLAT_TICKS, TickTimes

NOON = 1795348800.0
"""2026-11-22T12:00:00Z"""
SECOND = 12_000_000


def ticks(*seconds: float, origin: int = 5 << 40) -> np.ndarray:
    return np.array([origin + round(second * SECOND) for second in seconds], np.int64)


def gps(*seconds: float) -> np.ndarray:
    """As a Radarcape tells the time of day, from noon."""
    return np.array([(43_200 + int(s) << 30) + round(s % 1 * 1e9) for s in seconds], np.int64)


def test_frames_of_one_read_are_as_far_apart_as_they_were_heard() -> None:
    assert TickTimes().live(ticks(0, 0.25, 1), NOON).tolist() == [NOON - 1, NOON - 0.75, NOON]


def test_no_frame_is_later_than_its_arrival_or_earlier_than_one_before_it() -> None:
    times = TickTimes()
    times.live(ticks(0), NOON)
    assert times.live(ticks(0, 0.5), NOON + 0.1).tolist() == [NOON, NOON + 0.1]


def test_counters_that_make_no_sense_give_the_time_of_arrival() -> None:
    assert TickTimes().live(ticks(0, 100, 3), NOON).tolist() == [NOON] * 3


def test_the_mark_of_multilateration_is_no_counter() -> None:
    stamps = np.r_[ticks(0), MLAT_TICKS, ticks(1)]
    assert TickTimes().live(stamps, NOON).tolist() == [NOON - 1, NOON, NOON]


def test_a_radarcape_tells_the_time_of_day() -> None:
    assert TickTimes().live(gps(0, 0.5), NOON + 0.6).tolist() == [NOON + 0.1, NOON + 0.6]


def test_no_frames_have_no_times() -> None:
    assert len(TickTimes().live(ticks(), NOON)) == len(TickTimes().recorded(ticks())) == 0


def test_a_recording_goes_on_from_its_start_however_it_is_cut() -> None:
    stamps = ticks(0, 0.5, 1, 2)
    expected = [NOON, NOON + 0.5, NOON + 1, NOON + 2]
    assert TickTimes(NOON).recorded(stamps).tolist() == expected
    times = TickTimes(NOON)
    assert [time for stamp in stamps for time in times.recorded(np.array([stamp]))] == expected


def test_a_recording_may_be_silent_for_minutes() -> None:
    assert TickTimes(NOON).recorded(ticks(0, 1, 400, 401)).tolist() == [
        NOON,
        NOON + 1,
        NOON + 400,
        NOON + 401,
    ]


def test_a_recording_of_two_receivers_has_one_time() -> None:
    one, two = ticks(0, 1, 2, 3), ticks(0.1, 1.1, 2.1, 3.1, origin=9 << 40)
    stamps = np.stack([one, two], axis=1).ravel()
    found = TickTimes(NOON).recorded(stamps) - NOON
    assert found == pytest.approx([0, 0, 1, 1, 2, 2, 3, 3])


def test_a_recording_by_gps_is_known_by_its_start() -> None:
    assert TickTimes(NOON).recorded(gps(0, 0.1, 3)) - NOON == pytest.approx([0, 0.1, 3])


def test_frames_without_a_counter_come_fifty_a_second() -> None:
    assert TickTimes(NOON).recorded(np.zeros(50, np.int64))[-1] == pytest.approx(NOON + 1)
