from dataclasses import replace
from pathlib import Path

import pytest

from aerotrack.core.columns import PHASES, SPLIT_REASONS
from aerotrack.core.flights import COASTING_S, LIFETIME_S, WINDOW_S
from aerotrack.core.legs import (
    AT_LEAST_HIGH,
    AT_LEAST_LOW,
    AT_MOST,
    CALLSIGN,
    DOUBTFUL_SILENCE_S,
    FIRST_SEEN,
    GAP,
    GROUND_TIME_S,
    LANDED,
    LONG_SILENCE_S,
    LOW_FT,
    LOW_SILENCE_S,
    MEMORY_S,
    TURN_ROUND_S,
    Leg,
    Legs,
    Report,
)
from aerotrack.core.naming import CONFIRMED_S
from aerotrack.core.reception import FRESH_S, REPEAT_S
from aerotrack.core.whereabouts import AT_NM, BELOW_FT

MINUTE, HOUR = 60.0, 3600.0
A = 0x4CA2D6


def resumed(legs: Legs, time: float, **said: float) -> tuple[int, int, Leg | None]:
    """What A goes on with: start, reason, the leg that ends by it."""
    return legs.resume(Report(A, time, **said))[:3]  # type: ignore[arg-type]


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
    assert resumed(Legs(), 1000.9, on_ground=0) == (1000, FIRST_SEEN, None)


def test_an_aircraft_that_was_silent_for_a_while_goes_on_with_its_leg() -> None:
    legs = Legs()
    legs.keep(leg())
    assert resumed(legs, 5 * HOUR, on_ground=0) == (-100, FIRST_SEEN, None)
    assert len(legs) == 0


def test_of_two_open_legs_of_an_aircraft_the_last_goes_on_and_the_other_is_over() -> None:
    old, new = leg(0.0), leg(HOUR, start=1800)
    legs = Legs([old, new])
    assert legs.ended(HOUR) == [old]
    assert legs.ended(HOUR) == []
    assert resumed(legs, HOUR + 1, on_ground=0) == (1800, FIRST_SEEN, None)


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
    assert resumed(legs, 6 * HOUR, on_ground=0) == (21_600, GAP, old)


def test_a_silence_too_long_begins_a_new_leg_also_when_it_was_noticed_before() -> None:
    legs, old = Legs(), leg()
    legs.keep(old)
    assert legs.ended(6 * HOUR) == [old]
    assert resumed(legs, 7 * HOUR, on_ground=0) == (25_200, GAP, None)


def test_a_day_later_the_aircraft_is_first_seen_again() -> None:
    legs = Legs()
    legs.keep(leg())
    legs.ended(6 * HOUR)
    assert legs.ended(24 * HOUR) == []
    assert resumed(legs, 25 * HOUR, on_ground=0) == (90_000, FIRST_SEEN, None)


def test_an_aircraft_that_stood_on_the_ground_in_silence_departs_on_a_new_leg() -> None:
    legs, old = Legs(), leg(last_heard=20.0, on_ground=1, ground_since=0.0)
    legs.keep(old)
    assert resumed(legs, 60.0, on_ground=0, ground_speed_kt=30.0) == (60, LANDED, old)


def test_one_slow_report_from_the_air_does_not_end_a_leg_but_a_second_does() -> None:
    legs = Legs()
    legs.keep(leg(last_heard=20.0, on_ground=1, ground_since=0.0))
    assert resumed(legs, 900.0, on_ground=0, ground_speed_kt=29.0) == (-100, FIRST_SEEN, None)
    old = leg(last_heard=900.0, ground_since=0.0, airborne_since=900.0)
    legs.keep(old)
    assert resumed(legs, 905.0, on_ground=0) == (905, LANDED, old)


def test_an_aircraft_that_touched_the_ground_for_less_than_a_minute_goes_on() -> None:
    legs = Legs()
    legs.keep(leg(last_heard=20.0, on_ground=1, ground_since=0.0))
    assert resumed(legs, 59.0, on_ground=0) == (-100, FIRST_SEEN, None)


def test_an_aircraft_still_on_the_ground_goes_on() -> None:
    legs = Legs()
    legs.keep(leg(on_ground=1, ground_since=-900.0))
    assert resumed(legs, 600.0, on_ground=1) == (-100, FIRST_SEEN, None)


def test_a_stored_leg_on_the_ground_has_stood_there_since_it_was_last_heard() -> None:
    old = leg(on_ground=1)
    assert resumed(Legs([old]), 59.0, on_ground=0) == (-100, FIRST_SEEN, None)
    assert resumed(Legs([old]), 60.0, on_ground=0, ground_speed_kt=30.0) == (60, LANDED, old)


def test_a_new_leg_never_has_the_second_of_the_one_that_ended() -> None:
    legs = Legs()
    legs.keep(leg(last_heard=100.2, start=100, on_ground=1, ground_since=0.0))
    start, _, _ = resumed(legs, 100.7, on_ground=0, ground_speed_kt=60.0)
    assert start == 101


def test_a_report_from_before_the_end_of_a_leg_does_not_get_its_id() -> None:
    legs = Legs()
    legs.keep(leg(last_heard=100.2, start=100, altitude_ft=0.0))
    legs.ended(3 * HOUR)
    assert resumed(legs, 100.7, on_ground=0) == (101, GAP, None)


def test_a_stored_leg_of_the_future_waits_for_its_recording_to_come_there() -> None:
    legs = Legs([leg(start=1000, last_heard=2000.0)])
    assert resumed(legs, 10.0, on_ground=0) == (10, FIRST_SEEN, None)


def test_a_stored_leg_takes_reports_older_than_it_was_stored_with() -> None:
    legs = Legs([leg(start=1000, last_heard=2000.0)])
    assert not legs.late(A, 1500.0)
    assert resumed(legs, 1500.0, on_ground=0) == (1000, FIRST_SEEN, None)


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


# Ten minutes and more.

HIGH = {"altitude_ft": 35_000.0, "ground_speed_kt": 480.0, "on_ground": 0}
LOW = {"altitude_ft": 4000.0, "ground_speed_kt": 120.0, "on_ground": 0}
STANDING = {"on_ground": 1, "ground_speed_kt": 0.0}


def goes_on(minutes: float, miles: float, before: dict[str, float], **said: float) -> bool | None:
    """Say whether a leg goes on, of an aircraft heard again so much later, so many miles to the north."""
    return leg(lat=50.0, lon=8.0, **before).continues(
        Report(A, minutes * MINUTE, lat=50.0 + miles / 60.04, lon=8.0, **said)  # type: ignore[arg-type]
    )


def test_before_ten_minutes_are_over_nobody_asks_where_it_went() -> None:
    assert goes_on(9.9, 3000.0, HIGH)


def test_a_flight_cannot_be_farther_than_at_one_and_a_half_times_its_speed() -> None:
    assert goes_on(30, 364.0, HIGH)
    assert goes_on(30, 366.0, HIGH) is False


def test_who_was_slow_may_have_become_faster_but_not_fast() -> None:
    assert goes_on(30, 79.0, HIGH | {"ground_speed_kt": 0.0})
    assert goes_on(30, 81.0, HIGH | {"ground_speed_kt": 0.0}) is False


def test_of_a_flight_without_a_speed_nobody_knows_how_far_it_can_be() -> None:
    assert goes_on(30, 3000.0, {"altitude_ft": 35_000.0})
    assert goes_on(300, 0.0, {"altitude_ft": 35_000.0})


@pytest.mark.parametrize(
    ("before", "said"),
    [
        (LOW, {"altitude_ft": 4000.0}),
        (LOW, {}),
        (HIGH | {"ground_speed_kt": 120.0}, {"altitude_ft": 9_999.0}),
    ],
)
def test_a_low_flight_goes_on_only_if_it_flew_on(before: dict[str, float], said: dict[str, float]) -> None:
    assert goes_on(20, 20.1, before, **said)
    assert goes_on(20, 19.9, before, **said) is False


def test_a_low_flight_without_a_speed_must_have_come_as_far_as_a_slow_one() -> None:
    assert goes_on(12, 10.1, {"altitude_ft": 4000.0})
    assert goes_on(12, 9.9, {"altitude_ft": 4000.0}) is False


def test_a_high_flight_may_circle_for_an_hour() -> None:
    assert goes_on(59, 0.0, HIGH, altitude_ft=35_000.0)
    assert goes_on(61, 0.0, HIGH, altitude_ft=35_000.0) is False
    assert goes_on(240, 481.0, HIGH, altitude_ft=35_000.0)


def test_who_stood_and_still_stands_there_goes_on() -> None:
    assert goes_on(20, 1.0, STANDING, on_ground=1)
    assert goes_on(20, 6.0, STANDING, on_ground=1) is False


def test_who_stood_and_flies_near_there_does_not_go_on() -> None:
    assert goes_on(20, 5.0, STANDING, on_ground=0, altitude_ft=3000.0) is False


def test_without_a_place_nobody_can_say() -> None:
    assert leg(**HIGH).continues(Report(A, HOUR, lat=50.0, lon=8.0))
    assert leg(lat=50.0, lon=8.0, **HIGH).continues(Report(A, HOUR)) is None


def test_a_leg_that_cannot_go_on_ends_by_a_gap() -> None:
    legs, old = Legs(), leg(lat=50.0, lon=8.0, **LOW)
    legs.keep(old)
    assert resumed(legs, 20 * MINUTE, lat=50.0, lon=8.0) == (1200, GAP, old)


def test_a_doubtful_leg_goes_on_until_it_is_known_where_the_aircraft_is() -> None:
    legs = Legs()
    legs.keep(leg(lat=50.0, lon=8.0, **LOW))
    assert legs.resume(Report(A, 20 * MINUTE)).doubtful
    assert legs.broken(Report(A, 21 * MINUTE)) is None
    assert legs.broken(Report(A, 22 * MINUTE, lat=50.0, lon=8.0)) is True
    assert legs.broken(Report(A, 23 * MINUTE, lat=50.0, lon=8.0)) is False


def test_a_leg_may_end_for_a_reason_that_was_found_elsewhere() -> None:
    legs, old = Legs(), leg()
    legs.keep(old)
    assert legs.resume(Report(A, 40.0), CALLSIGN)[:3] == (40, CALLSIGN, old)


def test_the_reference_gives_the_rules_as_they_are() -> None:
    reference = (Path(__file__).parents[2] / "docs/reference/flights.md").read_text()
    for sentence in (
        f"{LOW_SILENCE_S / MINUTE:.0f} minutes after it was last low (under {LOW_FT:,.0f} ft)",
        f"or for {LONG_SILENCE_S / HOUR:.0f} hours otherwise",
        f"airborne {GROUND_TIME_S:.0f} s or more after",
        f"or for {DOUBTFUL_SILENCE_S / MINUTE:.0f} minutes and is where",
        f"more than {AT_MOST:g} times its last ground speed",
        f"at least {AT_LEAST_LOW:.0%} of the way",
        f"after {TURN_ROUND_S / MINUTE:.0f} minutes, and must have come {AT_LEAST_HIGH:.0%} of the way",
        f"heard {CONFIRMED_S:.0f} s or more apart",
        f"within {AT_NM:.0f} nm of it and on the ground or less than {BELOW_FT:,.0f} ft above it",
        f"within the last {MEMORY_S / HOUR:.0f} hours",
        f"heard within {LIFETIME_S:.0f} s",
        f"no position for more than {COASTING_S:.0f} s",
        f"For {WINDOW_S:.0f} s after it went",
        f"place within {REPEAT_S:.0f} s",
        f"more than {FRESH_S:.0f} s.",
        *(f"`{name}`" for name in (*SPLIT_REASONS, *PHASES)),
    ):
        assert sentence in " ".join(reference.split()), sentence
