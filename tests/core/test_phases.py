from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from aerotrack.core.columns import BY_NAME, PHASES
from aerotrack.core.phases import HEARD, patience, seeming

NONE = -1


def seems(before: str | None = None, *, ground_ft: float = float("nan"), **known: float) -> str | None:
    phase = np.array([NONE if before is None else PHASES.index(before)], np.int8)
    heard = {n: np.array([known.get(n, BY_NAME[n].unknown)], BY_NAME[n].dtype) for n in HEARD}
    found = int(seeming(phase, heard, np.array([ground_ft]))[0])
    return None if found == NONE else PHASES[found]


def ground(before: str | None, speed: float | None = None) -> str | None:
    return seems(before, on_ground=1, **({} if speed is None else {"ground_speed_kt": speed}))


def air(before: str | None, rate: float, altitude: float = 20_000.0, **known: float) -> str | None:
    return seems(before, on_ground=0, vertical_rate_fpm=rate, altitude_ft=altitude, **known)


def test_of_who_says_nothing_no_phase_is_known() -> None:
    assert seems() is None
    assert seems(vertical_rate_fpm=2000.0, altitude_ft=5000.0) is None
    assert seems(on_ground=0, altitude_ft=5000.0) is None
    assert ground(None) is None


def test_higher_than_any_airport_everyone_flies() -> None:
    assert seems(vertical_rate_fpm=2000.0, altitude_ft=15_000.0) == "climb"


def test_who_stands_is_parked_and_who_rolls_slowly_taxies() -> None:
    assert ground(None, 0.0) == "parked"
    assert ground(None, 15.0) == "taxi"
    assert ground("taxi", 0.0) == "parked"


def test_who_is_parked_may_creep() -> None:
    assert [ground("parked", 2.0), ground("taxi", 2.0), ground("parked", 4.0)] == ["parked", "taxi", "taxi"]


def test_fast_on_the_ground_is_a_take_off_after_taxiing_and_a_landing_after_flying() -> None:
    assert [ground(before, 90.0) for before in ("taxi", "approach", "landed", None)] == [
        *("takeoff", "landed", "landed"),
        None,
    ]


def test_between_taxiing_and_rolling_it_goes_on_as_before() -> None:
    assert [ground(before, 40.0) for before in ("taxi", "landed", "takeoff")] == ["taxi", "landed", "takeoff"]


def test_who_came_down_has_landed_however_slow() -> None:
    assert [ground(before, 0.0) for before in ("approach", "descent", "climb", "cruise")] == ["landed"] * 4
    assert ground("approach") == "landed"


def test_who_has_slowed_down_after_landing_taxies() -> None:
    assert [ground("landed", 20.0), ground("landed", 0.0)] == ["taxi", "taxi"]


def test_who_leaves_the_ground_takes_off() -> None:
    assert [air(before, 0.0) for before in ("parked", "taxi", "landed")] == ["takeoff"] * 3
    assert seems("taxi", on_ground=0) == "takeoff"
    assert air("takeoff", 2000.0) == "climb"


def test_the_vertical_rate_tells_climb_cruise_and_descent() -> None:
    assert [air("cruise", rate) for rate in (400.0, 399.0, -399.0, -400.0)] == [
        *("climb", "cruise", "cruise", "descent"),
    ]


def test_who_climbs_or_descends_may_do_so_more_slowly() -> None:
    assert [air("climb", 150.0), air("climb", 149.0)] == ["climb", "cruise"]
    assert [air("descent", -150.0), air("descent", -149.0)] == ["descent", "cruise"]


def test_light_aircraft_climb_slowly_down_low() -> None:
    assert [air("cruise", 250.0, 9000.0), air("cruise", 250.0, 10_000.0)] == ["climb", "cruise"]


def test_who_descends_below_3000_ft_approaches() -> None:
    assert [air("descent", -700.0, 2999.0), air("descent", -700.0, 3000.0)] == ["approach", "descent"]
    assert [air("approach", -700.0, 3999.0), air("approach", -700.0, 4000.0)] == ["approach", "descent"]


def test_heights_count_from_the_airport_below() -> None:
    assert air("descent", -700.0, 8000.0, ground_ft=5434.0) == "approach"
    assert air("descent", -700.0, 8000.0) == "descent"


def test_an_approach_that_climbs_is_none_any_more() -> None:
    assert air("approach", 1500.0, 900.0) == "climb"


@pytest.mark.parametrize(
    ("before", "now", "altitude", "seconds"),
    [
        (None, "cruise", 20_000.0, 0.0),
        ("taxi", "parked", 0.0, 60.0),
        ("taxi", "takeoff", 0.0, 3.0),
        ("takeoff", "climb", 1000.0, 30.0),
        ("cruise", "climb", 20_000.0, 20.0),
        ("climb", "cruise", 20_000.0, 60.0),
        ("climb", "cruise", 9000.0, 120.0),
        ("approach", "landed", 0.0, 3.0),
        ("cruise", None, 20_000.0, 60.0),
    ],
)
def test_another_phase_must_seem_right_for_a_while(
    before: str | None, now: str | None, altitude: float, seconds: float
) -> None:
    one, other = (np.array([NONE if p is None else PHASES.index(p)], np.int8) for p in (before, now))
    assert patience(one, other, np.array([altitude])).tolist() == [seconds]


VALUES: dict[str, Any] = {
    "on_ground": st.sampled_from((-1, 0, 1)),
    "ground_speed_kt": st.sampled_from((np.nan, 0.0, 2.0, 20.0, 40.0, 140.0)),
    "vertical_rate_fpm": st.sampled_from((np.nan, -700.0, -300.0, 0.0, 200.0, 300.0, 1500.0)),
    "altitude_ft": st.sampled_from((np.nan, 500.0, 3500.0, 9000.0, 36_000.0)),
}


@given(st.integers(-1, 7), st.fixed_dictionaries(VALUES))
def test_the_same_values_lead_to_one_phase_and_stay_there(phase: int, known: dict[str, float]) -> None:
    heard = {name: np.array([value], BY_NAME[name].dtype) for name, value in known.items()}
    been = [phase]
    for _ in range(6):
        been.append(int(seeming(np.array([been[-1]], np.int8), heard, np.array([np.nan]))[0]))
    assert len(set(been[-3:])) == 1, [PHASES[p] if p >= 0 else None for p in been]
