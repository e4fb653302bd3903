import numpy as np
import pytest

from aerotrack.core.columns import POSITION_SOURCES
from aerotrack.core.observations import Observations
from aerotrack.core.plausibility import DEGREE_M, KNOT_MS, Reach, at_once, climbs, flown_on
from aerotrack.core.rows import Rows

START = 1000.0
A = 0x4CA2D6
MLAT = POSITION_SOURCES.index("mlat")


def reach_m(
    elapsed: float, error: float = 0.2, known: dict[str, object] | None = None, **said: object
) -> float:
    """How far an aircraft of which `known` was heard at START can have come when it says this."""
    table = Rows(4)
    rows = table.seat(np.array([A], np.uint32), np.array([0]), np.zeros(1, np.int8), 60.0)
    for name, value in (known or {}).items():
        table.columns[name][rows] = value
        table.heard[name][rows] = START
    seen = Observations.of([A], [START + elapsed], **{name: [value] for name, value in said.items()})
    object.__setattr__(seen, "time_error_s", error)
    reach = Reach(table, rows, seen)
    low, high = 0.0, 1e7
    while high - low > 0.01:
        middle = (low + high) / 2
        held = reach.holds(np.array([middle]), np.array([elapsed]))[0]
        low, high = (middle, high) if held else (low, middle)
    return low


@pytest.mark.parametrize(
    ("known", "said", "knots"),
    [
        ({}, {}, 1.3 * 900),
        ({"on_ground": 1}, {}, 1.3 * 120),
        ({"on_ground": 1}, {"on_ground": 0}, 1.3 * 900),
        ({}, {"on_ground": 1}, 1.3 * 900),
        ({"ground_speed_kt": 400}, {}, 1.3 * (400 + 3 * 10)),
        ({"ground_speed_kt": 400}, {"ground_speed_kt": 500}, 1.3 * 500),
        ({}, {"ground_speed_kt": 300}, 1.3 * 300),
        ({}, {"ground_speed_kt": 1900}, 2000),
        ({}, {"ground_speed_kt": 1}, 1.3 * 100),
        ({}, {"ground_speed_kt": 0}, 1.3 * 900),
        ({"ground_speed_kt": 0}, {"ground_speed_kt": 50}, 1.3 * 100),
        ({"on_ground": 1}, {"ground_speed_kt": 0}, 1.3 * 30),
    ],
)
def test_an_aircraft_comes_as_far_as_it_can_fly_in_the_time(
    known: dict[str, object], said: dict[str, object], knots: float
) -> None:
    assert reach_m(10.0, 0.2, known, **said) == pytest.approx(30 + knots * KNOT_MS * 10.2, rel=1e-4)


def test_who_rounds_times_has_more_room() -> None:
    assert reach_m(1.0, 2.0, ground_speed_kt=400) == pytest.approx(300 + 1.3 * 400 * KNOT_MS * 3, rel=1e-4)
    assert reach_m(1.0, 0.2, ground_speed_kt=400) == pytest.approx(30 + 1.3 * 400 * KNOT_MS * 1.2, rel=1e-4)


@pytest.mark.parametrize("known", [{"position_source": MLAT}, {}])
def test_what_receivers_measure_errs_by_more(known: dict[str, object]) -> None:
    said = {} if known else {"position_source": MLAT}
    speed = (1.4 * 1.3 * 400 + 50) * KNOT_MS
    assert reach_m(1.0, 0.2, known, ground_speed_kt=400, **said) == pytest.approx(280 + speed * 1.2, rel=1e-4)


def test_what_is_certain_at_once_is_within_reach_and_what_is_unknown_is_not_certain() -> None:
    apart = np.array([229.9, 230.1, 0.0]) / DEGREE_M
    certain = at_once(apart, np.array([0.8, 0.8, 1.0]), np.array([200 / 1.3 / KNOT_MS] * 2 + [np.nan]), 0.2)
    assert certain.tolist() == [True, False, False]


def reached(feet: float, elapsed: float = 1.0, **known: float) -> bool:
    """Whether an aircraft that was at 1,000 ft at START can be at `feet` a while later, by what it says."""
    table = Rows(4)
    rows = table.seat(np.array([A], np.uint32), np.array([0]), np.zeros(1, np.int8), 60.0)
    if "last" in known:
        table.columns["vertical_rate_fpm"][rows] = known["last"]
        table.heard["vertical_rate_fpm"][rows] = START
    said = {"vertical_rate_fpm": [known["now"]]} if "now" in known else {}
    seen = Observations.of([A], [START + elapsed], altitude_ft=[feet], **said)
    return bool(climbs(table, rows, seen, np.array([1000.0]), np.array([START]))[0])


@pytest.mark.parametrize(
    ("known", "most"),
    [
        ({}, 300 + 8000 / 60 * 3),
        ({"now": np.nan}, 300 + 8000 / 60 * 3),
        ({"now": 0}, 300 + 4 * 9),
        ({"last": 0}, 300 + 4 * 9),
        ({"last": 0, "now": 2000}, 300 + 1.5 * 2000 / 60 * 3 + 4 * 9),
        ({"last": 2000, "now": 0}, 300 + 1.5 * 2000 / 60 * 3 + 4 * 9),
        ({"now": 20_000}, 300 + 1.5 * 20_000 / 60 * 3),
        ({"now": -960}, 300 + 4 * 9),
    ],
)
def test_an_aircraft_climbs_as_it_says_or_as_it_can(known: dict[str, float], most: float) -> None:
    assert reached(1000 + most - 1, **known)
    assert not reached(1000 + most + 1, **known)
    mirrored = {name: -rate for name, rate in known.items()}
    assert reached(1000 - most + 1, **mirrored)
    assert not reached(1000 - most - 1, **mirrored)


def test_after_a_while_an_aircraft_may_climb_or_descend_in_another_way_than_it_said() -> None:
    assert not reached(2000, 10.0, last=-960, now=-960)
    assert reached(2000, 12.0, last=-960, now=-960)
    assert not reached(1000 + 300 + 8000 / 60 * 62 + 1, 60.0, last=-960, now=-960)


def left(
    elapsed: float, known: float, said: float | None = None, age: float = 0.0, *, on_ground: int = -1
) -> bool:
    """Whether an aircraft has left where it was, by the speeds that it said `age` ago and says now."""
    table = Rows(4)
    rows = table.seat(np.array([A], np.uint32), np.array([0]), np.zeros(1, np.int8), 60.0)
    table.columns["ground_speed_kt"][rows], table.columns["on_ground"][rows] = known, on_ground
    table.heard["ground_speed_kt"][rows] = START - age
    seen = Observations.of([A], [START], **({} if said is None else {"ground_speed_kt": [said]}))
    return bool(flown_on(table, rows, seen, np.array([elapsed]))[0])


def test_who_flies_has_left_where_it_was_once_that_is_farther_than_any_format_rounds_places_by() -> None:
    assert not left(3.5, 100.0)
    assert left(3.7, 100.0)


@pytest.mark.parametrize(
    ("known", "said", "age"),
    [(0.0, 0.0, 0.0), (450.0, 0.0, 0.0), (49.0, 49.0, 0.0), (np.nan, None, 0.0), (140.0, np.nan, 31.0)],
)
def test_who_stands_or_may_have_braked_has_not(known: float, said: float | None, age: float) -> None:
    assert not left(1000.0, known, said, age)


def test_who_is_on_the_ground_may_stand_whatever_its_transponder_says() -> None:
    assert not left(60.0, 100.0, 100.0, on_ground=1)
    assert left(60.0, 100.0, 100.0, on_ground=0)


def test_a_speed_that_is_said_now_needs_no_other() -> None:
    assert left(60.0, np.nan, 450.0)
    assert left(60.0, 450.0, 450.0, age=200.0)
