import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from aerotrack.decode.ticks import MLAT_TICKS, PRIVATE_TICKS, UAT_TICKS, TickTimes

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


def test_a_read_that_was_held_up_on_its_way_is_as_old_as_the_counter_says() -> None:
    times = TickTimes()
    times.live(ticks(0, 0.1), NOON)
    assert times.live(ticks(0.2, 3), NOON + 8) - NOON == pytest.approx([0.1, 2.9], abs=0.1)
    assert times.live(ticks(3.1, 7.9), NOON + 8) - NOON == pytest.approx([3, 7.8], abs=0.1)


def test_a_receiver_that_was_switched_off_counts_anew() -> None:
    times = TickTimes()
    times.live(ticks(500), NOON)
    assert times.live(ticks(0, 0.5), NOON + 60) - NOON == pytest.approx([59.5, 60])


def test_a_counter_that_goes_slower_than_it_should_is_given_up_before_it_misleads() -> None:
    times = TickTimes()
    late = [NOON + s - times.live(ticks(s / 2), NOON + s)[0] for s in range(120)]
    assert max(late) < 15
    assert late[-1] < 15


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


def test_a_counter_that_wraps_or_was_switched_off_goes_on() -> None:
    wrapping = np.r_[(1 << 48) - SECOND, (1 << 48) - 1, SECOND, 2 * SECOND]
    assert TickTimes(NOON).recorded(wrapping) - NOON == pytest.approx([0, 1, 1, 2])
    assert TickTimes().live(wrapping[1:3], NOON).tolist() == [NOON, NOON]


def test_gps_time_goes_on_after_midnight() -> None:
    midnight = NOON + 43_200
    stamps = np.array([86_399 << 30, 500_000_000, 1 << 30], np.int64)
    assert TickTimes(midnight - 1).recorded(stamps[[0, 2]]) - midnight == pytest.approx([-1, -1])
    assert TickTimes().live(stamps[1:], midnight + 1).tolist() == [midnight + 0.5, midnight + 1]


def test_a_recording_that_begins_with_what_has_no_counter_has_one_as_soon_as_it_counts() -> None:
    stamps = np.r_[MLAT_TICKS, gps(0, 0.1, 3)]
    assert TickTimes(NOON).recorded(stamps) - NOON == pytest.approx([0.02, 0.02, 0.12, 3.02])


MARKS = st.sampled_from([0, MLAT_TICKS, UAT_TICKS, PRIVATE_TICKS, (1 << 48) - 1])
COUNTERS = st.builds(
    lambda origin, seconds: origin + round(seconds * SECOND),
    st.sampled_from([0, 1 << 30, 5 << 40, (5 << 40) + 20 * SECOND]),
    st.floats(0, 200),
)


@given(st.lists(MARKS | COUNTERS | st.integers(0, (1 << 48) - 1), max_size=30), st.integers(0, 30))
def test_the_times_of_a_recording_do_not_depend_on_how_it_is_cut(stamps: list[int], cut: int) -> None:
    whole = np.array(stamps, np.int64)
    parts = TickTimes(NOON)
    times = TickTimes(NOON).recorded(whole)
    assert np.r_[parts.recorded(whole[:cut]), parts.recorded(whole[cut:])].tolist() == times.tolist()
    assert np.isfinite(times).all()
    assert (np.diff(np.r_[NOON, times]) >= -1).all()


@given(st.lists(MARKS | COUNTERS | st.integers(0, (1 << 48) - 1), max_size=30))
def test_live_no_counter_leads_out_of_the_moment(stamps: list[int]) -> None:
    times = TickTimes().live(np.array(stamps, np.int64), NOON)
    assert (times <= NOON).all()
    assert (times >= NOON - 15).all()
    assert (np.diff(times) >= 0).all()
