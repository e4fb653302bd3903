from aerotrack.core.columns import SPLIT_REASONS
from aerotrack.core.flights import FlightTable
from aerotrack.core.observations import Observations

START = 1_732_289_344
A = 0x4CA2D6
LH1, LH2, ODD = b"DLH1", b"DLH2", b"DLH7"


def flights(*reports: tuple[float, bytes | None, int | None]) -> list[tuple[int, str]]:
    """Begin the flights of reports (seconds, callsign, on the ground): (second, reason) of each."""
    table, begun = FlightTable(), {}
    for seconds, callsign, on_ground in reports:
        known: dict[str, object] = {"altitude_ft": [35_000], "lat": [50 + seconds / 36_000], "lon": [8.0]}
        known |= {} if callsign is None else {"callsign": [callsign]}
        known |= {} if on_ground is None else {"on_ground": [on_ground]}
        table.apply(Observations.of([A], [START + seconds], **known))
        row = table.row_of(A)
        begun[int(table.columns["start"][row]) - START] = SPLIT_REASONS[table.columns["reason"][row]]
    return sorted(begun.items())


FIRST = (0, "first_seen")


def test_another_callsign_on_the_ground_is_the_next_flight_once_it_is_confirmed() -> None:
    assert flights((0, LH1, 1), (10, LH2, 1), (39, LH2, 1)) == [FIRST]
    assert flights((0, LH1, 1), (10, LH2, 1), (25, LH2, 1), (40, LH2, 1)) == [FIRST, (40, "callsign")]


def test_that_flight_takes_off_without_becoming_another() -> None:
    reports = [(0, LH1, 1), (10, LH2, 1), (40, LH2, 1), (90, LH2, 1), (140, LH2, 0), (190, LH2, 0)]
    assert flights(*reports) == [FIRST, (40, "callsign")]


def test_after_it_landed_again_it_departs_as_another() -> None:
    before = [(0, LH1, 1), (10, LH2, 1), (40, LH2, 1), (90, LH2, 0), (95, LH2, 0), (140, LH2, 1)]
    assert flights(*before, (190, LH2, 1), (240, LH2, 0), (245, LH2, 0)) == [
        FIRST,
        (40, "callsign"),
        (245, "landed"),
    ]


def test_another_callsign_in_the_air_is_the_same_flight() -> None:
    assert flights(*((s, LH1 if s < 100 else LH2, 0) for s in range(0, 400, 10))) == [FIRST]


def test_where_nobody_says_whether_it_is_on_the_ground_nothing_is_split() -> None:
    assert flights(*((s, LH1 if s < 100 else LH2, None) for s in range(0, 400, 10))) == [FIRST]


def test_a_callsign_that_changed_in_the_air_does_not_split_after_the_landing() -> None:
    in_the_air = [(s, LH1 if s < 100 else LH2, 0) for s in range(0, 400, 10)]
    assert flights(*in_the_air, *((s, LH2, 1) for s in range(400, 600, 10))) == [FIRST]


def test_a_callsign_that_changed_just_before_the_landing_does_not_split_after_it() -> None:
    in_the_air = [(s, LH1 if s < 390 else LH2, 0) for s in range(0, 400, 10)]
    assert flights(*in_the_air, *((s, LH2, 1) for s in range(400, 600, 10))) == [FIRST]


def test_wrong_callsigns_among_right_ones_are_noise() -> None:
    reports = [(s, ODD if s % 40 == 0 else LH1, 1) for s in range(10, 400, 10)]
    assert flights((0, LH1, 1), *reports) == [FIRST]


def test_a_first_callsign_that_was_noise_is_corrected_in_the_air() -> None:
    reports = [(s, LH1, 0) for s in range(10, 100, 10)] + [(s, LH1, 1) for s in range(100, 200, 10)]
    assert flights((0, ODD, 0), *reports) == [FIRST]


def test_reports_without_a_callsign_say_nothing_of_it() -> None:
    assert flights((0, LH1, 1), (10, LH2, 1), (20, None, 1), (40, LH2, 1)) == [FIRST, (40, "callsign")]


def test_another_callsign_after_ten_minutes_of_silence_is_the_next_flight() -> None:
    silent = [(0, LH1, 0), (599, LH2, 0), (640, LH2, 0)]
    assert flights(*silent) == [FIRST]
    assert flights((0, LH1, 0), (600, LH2, 0), (630, LH2, 0)) == [FIRST, (630, "callsign")]


def test_once_the_callsign_of_the_flight_was_heard_again_the_silence_is_over() -> None:
    reports = [(0, LH1, 0), (600, LH1, 0), (610, LH2, 0), (650, LH2, 0)]
    assert flights(*reports) == [FIRST]


def test_a_rival_from_before_a_silence_is_forgotten() -> None:
    assert flights((0, LH1, 1), (10, LH2, 1), (110, LH2, 1), (130, LH2, 1)) == [FIRST]


def test_a_late_report_of_another_callsign_is_no_news() -> None:
    reports = [(0, LH1, 1), (50, LH1, 1), (10, LH2, 1), (45, LH2, 1)]
    assert flights(*reports) == [FIRST]
