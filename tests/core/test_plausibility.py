import numpy as np
import pytest

from aerotrack.core.columns import POSITION_SOURCES
from aerotrack.core.observations import Observations
from aerotrack.core.plausibility import DEGREE_M, KNOT_MS, Reach, at_once, climbs
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


@pytest.mark.parametrize(
    ("feet", "rate", "holds"),
    [
        (1300 + 8000 / 60 * 3, 0, True),
        (1301 + 8000 / 60 * 3, 0, False),
        (2500, 20_000, True),
        (-700, 0, False),
    ],
)
def test_an_aircraft_climbs_as_it_can(feet: float, rate: float, *, holds: bool) -> None:
    table = Rows(4)
    rows = table.seat(np.array([A], np.uint32), np.array([0]), np.zeros(1, np.int8), 60.0)
    seen = Observations.of([A], [START + 1], altitude_ft=[feet], vertical_rate_fpm=[rate])
    assert climbs(table, rows, seen, np.array([1000.0]), np.array([START])).tolist() == [holds]
