from dataclasses import replace
from pathlib import Path

import pytest

from aerotrack.core.columns import SPLIT_REASONS
from aerotrack.core.flights import COASTING_S, LIFETIME_S, WINDOW_S
from aerotrack.core.legs import (
    FIRST_SEEN,
    GAP,
    GROUND_TIME_S,
    LANDED,
    LONG_SILENCE_S,
    LOW_FT,
    LOW_SILENCE_S,
    MEMORY_S,
    Leg,
    Legs,
)
from aerotrack.core.reception import FRESH_S, REPEAT_S

MINUTE, HOUR = 60.0, 3600.0
A = 0x4CA2D6


def leg(last_heard: float = 0.0, *, start: int = -100, **known: float) -> Leg:
    return Leg(A, start, FIRST_SEEN, last_heard, **known)


@pytest.mark.parametrize("known", [{"altitude_ft": 9_999.0}, {"on_ground": 1}, {"altitude_ft": 0.0}])
def test_a_leg_that_was_last_low_ends_after_half_an_hour_of_silence(known: dict[str, float]) -> None:
    assert not leg(**known).over(30 * MINUTE - 1)
    assert leg(**known).over(30 * MINUTE)


@pytest.mark.parametrize("known", [{"altitude_ft": 10_000.0}, {}, {"on_ground": 0}])
def test_a_leg_that_was_last_high_or_nobody_knows_where_ends_after_six_hours(known: dict[str, float]) -> None:
    assert not leg(**known).over(6 * HOUR - 1)
    assert leg(**known).over(6 * HOUR)


def test_an_aircraft_without_a_leg_begins_its_first() -> None:
    assert Legs().resume(A, 1000.9, airborne=True) == (1000, FIRST_SEEN, None)


def test_an_aircraft_that_was_silent_for_a_while_goes_on_with_its_leg() -> None:
    legs = Legs()
    legs.keep(leg())
    assert legs.resume(A, 5 * HOUR, airborne=True) == (-100, FIRST_SEEN, None)
    assert len(legs) == 0


def test_of_two_open_legs_of_an_aircraft_the_last_goes_on_and_the_other_is_over() -> None:
    old, new = leg(0.0), leg(HOUR, start=1800)
    legs = Legs([old, new])
    assert legs.ended(HOUR) == [old]
    assert legs.ended(HOUR) == []
    assert legs.resume(A, HOUR + 1, airborne=True) == (1800, FIRST_SEEN, None)


def test_of_too_many_silent_aircraft_the_first_is_forgotten_and_its_leg_is_over() -> None:
    legs, first = Legs(most=2), leg()
    for silent in (first, replace(first, address=1), replace(first, address=2)):
        legs.keep(silent)
    assert legs.ended(0.0) == [first]
    assert not legs.late(A, 0.0)
    assert legs.late(1, 0.0)


def test_who_falls_silent_again_is_not_the_first_to_be_forgotten() -> None:
    legs = Legs(most=2)
    for address in (1, 2, 1, 3):
        legs.pop(address)
        legs.keep(replace(leg(), address=address))
    assert [over.address for over in legs.ended(0.0)] == [2]


def test_who_was_heard_again_and_is_forgotten_has_no_leg_to_end() -> None:
    legs = Legs(most=1)
    legs.keep(leg())
    legs.pop(A)
    legs.keep(replace(leg(), address=1))
    assert legs.ended(0.0) == []


def test_falling_silent_again_and_again_takes_no_more_memory_and_is_forgotten_after_a_day() -> None:
    legs = Legs()
    legs.keep(replace(leg(), address=1))
    legs.keep(replace(leg(), address=2))
    legs.pop(2)
    for second in range(5000):
        legs.keep(leg(float(second)))
    assert len(legs._due) < 2000
    assert [over.address for over in legs.ended(8 * HOUR)] == [1, A]
    assert legs.ended(24 * HOUR + 5000) == []
    assert [legs.late(address, 0.0) for address in (1, 2, A)] == [False, False, False]


def test_a_silence_too_long_begins_a_new_leg() -> None:
    legs, old = Legs(), leg()
    legs.keep(old)
    assert legs.resume(A, 6 * HOUR, airborne=True) == (21_600, GAP, old)


def test_a_silence_too_long_begins_a_new_leg_also_when_it_was_noticed_before() -> None:
    legs, old = Legs(), leg()
    legs.keep(old)
    assert legs.ended(6 * HOUR) == [old]
    assert legs.resume(A, 7 * HOUR, airborne=True) == (25_200, GAP, None)


def test_a_day_later_the_aircraft_is_first_seen_again() -> None:
    legs = Legs()
    legs.keep(leg())
    legs.ended(6 * HOUR)
    assert legs.ended(24 * HOUR) == []
    assert legs.resume(A, 25 * HOUR, airborne=True) == (90_000, FIRST_SEEN, None)


def test_an_aircraft_that_stood_on_the_ground_in_silence_departs_on_a_new_leg() -> None:
    legs, old = Legs(), leg(last_heard=20.0, on_ground=1, ground_since=0.0)
    legs.keep(old)
    assert legs.resume(A, 60.0, airborne=True) == (60, LANDED, old)


def test_an_aircraft_that_touched_the_ground_for_less_than_a_minute_goes_on() -> None:
    legs = Legs()
    legs.keep(leg(last_heard=20.0, on_ground=1, ground_since=0.0))
    assert legs.resume(A, 59.0, airborne=True) == (-100, FIRST_SEEN, None)


def test_an_aircraft_still_on_the_ground_goes_on() -> None:
    legs = Legs()
    legs.keep(leg(on_ground=1, ground_since=-900.0))
    assert legs.resume(A, 600.0, airborne=False) == (-100, FIRST_SEEN, None)


def test_a_stored_leg_on_the_ground_has_stood_there_since_it_was_last_heard() -> None:
    old = leg(on_ground=1)
    assert Legs([old]).resume(A, 59.0, airborne=True) == (-100, FIRST_SEEN, None)
    assert Legs([old]).resume(A, 60.0, airborne=True) == (60, LANDED, old)


def test_a_new_leg_never_has_the_second_of_the_one_that_ended() -> None:
    legs = Legs()
    legs.keep(leg(last_heard=100.2, start=100, on_ground=1, ground_since=0.0))
    start, _, _ = legs.resume(A, 100.7, airborne=True)
    assert start == 101


def test_a_report_from_before_the_end_of_a_leg_does_not_get_its_id() -> None:
    legs = Legs()
    legs.keep(leg(last_heard=100.2, start=100, altitude_ft=0.0))
    legs.ended(3 * HOUR)
    assert legs.resume(A, 100.7, airborne=True) == (101, GAP, None)


def test_a_stored_leg_of_the_future_waits_for_its_recording_to_come_there() -> None:
    legs = Legs([leg(start=1000, last_heard=2000.0)])
    assert legs.resume(A, 10.0, airborne=True) == (10, FIRST_SEEN, None)


def test_a_stored_leg_takes_reports_older_than_it_was_stored_with() -> None:
    legs = Legs([leg(start=1000, last_heard=2000.0)])
    assert not legs.late(A, 1500.0)
    assert legs.resume(A, 1500.0, airborne=True) == (1000, FIRST_SEEN, None)


def test_of_an_aircraft_that_fell_silent_only_later_reports_are_news() -> None:
    legs = Legs()
    legs.keep(leg(last_heard=50.0))
    assert legs.late(A, 50.0)
    assert not legs.late(A, 50.25)
    assert not legs.late(A + 1, 0.0)


def test_a_leg_that_was_taken_up_again_does_not_end_by_its_old_silence() -> None:
    legs = Legs()
    legs.keep(leg(last_heard=0.0, altitude_ft=0.0))
    assert legs.pop(A) is not None
    legs.keep(leg(last_heard=1000.0, altitude_ft=0.0))
    assert legs.ended(30 * MINUTE) == []
    assert [old.last_heard for old in legs.ended(1000.0 + 30 * MINUTE)] == [1000.0]
    assert legs.ended(10 * HOUR) == []


def test_the_reference_gives_the_rules_as_they_are() -> None:
    reference = (Path(__file__).parents[2] / "docs/reference/flights.md").read_text()
    for sentence in (
        f"{LOW_SILENCE_S / MINUTE:.0f} minutes after it was last low (under {LOW_FT:,.0f} ft)",
        f"or for {LONG_SILENCE_S / HOUR:.0f} hours otherwise",
        f"airborne {GROUND_TIME_S:.0f} s or more after",
        f"within the last {MEMORY_S / HOUR:.0f} hours",
        f"heard within {LIFETIME_S:.0f} s",
        f"no position for more than {COASTING_S:.0f} s",
        f"For {WINDOW_S:.0f} s after it went",
        f"place within {REPEAT_S:.0f} s",
        f"more than {FRESH_S:.0f} s.",
        *(f"`{reason}`" for reason in SPLIT_REASONS),
    ):
        assert sentence in " ".join(reference.split()), sentence
