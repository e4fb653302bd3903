import dataclasses
from collections import Counter

import numpy as np
import pytest

from aerotrack.core.belief import believe
from aerotrack.core.columns import POSITION_SOURCES
from aerotrack.core.echoes import Echoes
from aerotrack.core.flights import FlightTable
from aerotrack.core.observations import Observations

START = 1_732_289_344.0
A = 0x4CA2D6
STEP = 450 * 1852 / 3600 / 71_475  # degrees of longitude in a second at 450 kt and 50 N


def said(at: float, second: float, feed: str, **columns: object) -> tuple[float, Observations]:
    """What `feed` tells at `at`, with its own `time`, of an eastbound aircraft: where it was at `second`."""
    known = {"lat": 50.0, "lon": 8.0 + STEP * second, "ground_speed_kt": 450.0, "track_deg": 90.0} | columns
    time = START + known.pop("time", at)
    return at, Observations.of([A], [time], feed=feed, **{name: [value] for name, value in known.items()})


def drawn(*told: tuple[float, Observations]) -> tuple[list[float], Counter[str], int]:
    """Play what was told in order of its arrival; return the seconds of the places accepted, and refusals."""
    table, refused, places = FlightTable(), Counter(), []
    for at, seen in sorted(told, key=lambda one: one[0]):
        believed = believe(seen, START + at)
        refused.update(believed.refused)
        refused.update(table.apply(believed))
        places += ((table.take(START + at).positions["lon"] - 8.0) / STEP).tolist()
    return places, refused, len(table.live)


def assert_forward(places: list[float]) -> None:
    steps = np.diff(places)
    assert len(places) >= 53
    assert (steps > 0).all()


@pytest.mark.parametrize("late", [0.3, 1.0, 2.0, 3.7])
@pytest.mark.parametrize("missed", [1000, 3, 7])
def test_what_another_receiver_tells_late_moves_nothing_back(late: float, missed: int) -> None:
    roof = [said(s, s, "roof") for s in range(80) if s % missed != 1]
    barn = [said(s + late, s, "barn") for s in range(80)]
    places, _, flights = drawn(*roof, *barn)
    assert flights == 1
    assert_forward(places)


@pytest.mark.parametrize("off", [-2.0, 2.0])
@pytest.mark.parametrize("missed", [1000, 5])
def test_neither_does_one_whose_clock_is_wrong(off: float, missed: int) -> None:
    roof = [said(s, s, "roof") for s in range(80) if s % missed != 1]
    barn = [said(s + 0.3, s, "barn", time=s + 0.3 + off) for s in range(80)]
    places, _, flights = drawn(*roof, *barn)
    assert flights == 1
    assert_forward(places)


def test_a_copy_is_counted_as_one_and_what_was_never_told_as_late() -> None:
    told = [said(s, s, "roof") for s in (0, 1, 3, 4, 5)]
    _, refused, _ = drawn(*told, said(0.5, 0, "barn"), said(4.7, 2, "barn"), said(5.5, 3, "barn"))
    assert refused == {"duplicate": 2, "out_of_order": 1}


def test_one_feed_alone_has_no_echo() -> None:
    told = [said(s, s, "roof", ground_speed_kt=np.nan) for s in range(4)]
    _, refused, _ = drawn(*told, said(4, 2, "roof"))
    assert refused == {}


@pytest.mark.parametrize(
    "columns", [{"position_source": POSITION_SOURCES.index("mlat")}, {"ground_speed_kt": 20.0}]
)
def test_who_is_slow_or_measured_may_turn(columns: dict[str, object]) -> None:
    told = [said(s, s / 10, "roof", **columns) for s in range(6)]
    _, refused, _ = drawn(said(0, 0, "barn", **columns), *told, said(5.5, 0.25, "barn", **columns))
    assert refused == {"duplicate": 1}


def test_places_are_remembered_for_many_rows() -> None:
    echoes, rows = Echoes(), np.array([5, 9000])
    here = np.array([50.0, 51.0])
    assert echoes.copies(rows, here, here, np.zeros(2)).tolist() == [False, False]
    echoes.note(rows, here, here, np.zeros(2))
    echoes.note(rows[:1], here[:1] + 1, here[:1], np.ones(1))
    assert echoes.copies(rows, here, here, np.array([4.0, 4.5])).tolist() == [True, False]
    for second in range(2, 10):
        echoes.note(rows[:1], here[:1] + second, here[:1], np.full(1, float(second)))
    assert echoes.copies(rows[:1], here[:1], here[:1], np.ones(1)).tolist() == [False]


def test_the_same_place_to_two_metres_is_a_copy() -> None:
    told = [said(0, 0, "barn"), said(1, 1, "roof"), said(2, 2, "roof")]
    at, near = said(2.5, 1, "barn")
    near = dataclasses.replace(near, columns=near.columns | {"lon": near.columns["lon"] + 1e-5})
    assert drawn(*told, (at, near))[1] == {"duplicate": 1}
