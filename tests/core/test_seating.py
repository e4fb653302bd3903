import pytest

from aerotrack.core.columns import PHASES, SPLIT_REASONS
from aerotrack.core.flights import FlightTable
from aerotrack.core.observations import Observations

START = 1_732_289_344
A = 0x4CA2D6
HIGH = {"altitude_ft": 35_000, "ground_speed_kt": 480, "on_ground": 0}


def heard(table: FlightTable, seconds: float, **known: object) -> tuple[int, str]:
    """Apply a report; return when the flight began that it is of, and why."""
    columns = {name: [value] for name, value in known.items()}
    table.apply(Observations.of([A], [START + seconds], **columns))
    row = table.row_of(A)
    assert row is not None
    return int(table.columns["start"][row]) - START, SPLIT_REASONS[table.columns["reason"][row]]


SAME = (0, "first_seen")


def test_a_flight_heard_again_where_it_can_be_is_the_same() -> None:
    table = FlightTable()
    heard(table, 0, lat=50.0, lon=8.0, **HIGH)
    assert heard(table, 1800, lat=54.0, lon=8.0) == SAME


def test_a_flight_heard_again_where_it_cannot_be_is_another() -> None:
    table = FlightTable()
    heard(table, 0, lat=50.0, lon=8.0, **HIGH)
    assert heard(table, 1800, lat=57.0, lon=8.0) == (1800, "gap")


def test_a_flight_is_judged_when_it_says_where_it_is() -> None:
    table = FlightTable()
    heard(table, 0, lat=50.0, lon=8.0, **HIGH)
    assert heard(table, 1800, squawk=1000) == SAME
    assert heard(table, 1801, lat=57.0, lon=8.0) == (1801, "gap")


def test_a_flight_is_judged_once() -> None:
    table = FlightTable()
    heard(table, 0, lat=50.0, lon=8.0, **HIGH)
    heard(table, 1800, squawk=1000)
    assert heard(table, 1801, lat=54.0, lon=8.0) == SAME
    assert heard(table, 1802, lat=57.0, lon=8.0) == SAME


@pytest.mark.parametrize("pause", [100, 900])
def test_a_flight_that_was_silent_again_before_it_said_where_it_is_is_judged_then(pause: int) -> None:
    table = FlightTable()
    heard(table, 0, lat=50.0, lon=8.0, **HIGH)
    table.expire(START + 61)
    table.take(START + 61)
    table.expire(START + 1000)
    heard(table, 1800, squawk=1000)
    seconds = 1800 + pause
    heard(table, seconds, squawk=1000)
    assert heard(table, seconds + 1, lat=65.0, lon=8.0)[1] == ("gap" if pause >= 600 else "first_seen")


def test_who_was_just_seen_to_leave_the_ground_takes_off() -> None:
    table = FlightTable()
    heard(table, 0, on_ground=1)
    heard(table, 50, on_ground=1)
    climbing = {"vertical_rate_fpm": 1500, "altitude_ft": 500, "ground_speed_kt": 140}
    assert heard(table, 70, on_ground=0, **climbing) == (70, "landed")
    table.expire(START + 70)
    assert PHASES[table.columns["phase"][table.row_of(A)]] == "takeoff"


def test_what_a_flight_does_after_a_silence_is_not_what_it_did_before() -> None:
    table = FlightTable()
    for seconds in (0, 70):
        heard(table, seconds, altitude_ft=1000, on_ground=0, vertical_rate_fpm=-700 if seconds == 0 else 0)
        table.expire(START + seconds)
        phase = PHASES[table.columns["phase"][table.row_of(A)]]
        assert phase == ("approach" if seconds == 0 else "cruise")


def test_who_says_that_it_flies_from_the_place_where_it_stands_has_not_departed() -> None:
    table = FlightTable()
    for second in range(0, 62, 2):
        heard(table, second, lat=50.0, lon=8.0, on_ground=1, altitude_ft=1550)
    for second in range(62, 110, 2):
        assert heard(table, second, lat=50.0, lon=8.0, on_ground=0, altitude_ft=38_000) == SAME
    row = table.row_of(A)
    assert (table.columns["on_ground"][row], table.columns["altitude_ft"][row]) == (1, 1550)
    assert heard(table, 110, lat=50.001, lon=8.0, on_ground=0) == (110, "landed")
