import numpy as np
import pytest

from aerotrack.core.tiles import codes_of
from aerotrack.core.wire import MOTION
from aerotrack.web.published import DEAD
from fakes import changes_of, rows_of
from web.classes import classes_of, over, publish

EXACT, HALF_A_PIXEL_OF_THE_WORLD = 0, 3


def test_the_exact_class_publishes_whatever_is_heard() -> None:
    (exact, *_) = classes_of(over(1, 50.0, 8.0), over(2, 50.00001, 8.0))
    assert exact.stamp[0] == 2


def test_a_coarse_class_publishes_only_what_its_clients_would_draw_wrong() -> None:
    classes = classes_of(over(1, 50.0, 8.0, time=1.7e9), over(2, 50.01, 8.0, time=1.7e9))  # 1.1 km on
    assert [published.stamp[0] for published in classes] == [2, 2, 2, 1]
    publish(classes, over(3, 50.05, 8.0, time=1.7e9))  # 5.6 km
    assert [published.stamp[0] for published in classes] == [3, 3, 3, 3]


@pytest.mark.parametrize("precision", range(4))
def test_a_fact_is_published_at_once_in_every_class(precision: int) -> None:
    classes = classes_of(over(1, 50.0, 8.0), over(2, 50.0, 8.0, squawk=7700, facts_tick=2))
    assert classes[precision].stamp[0] == 2


@pytest.mark.parametrize("precision", range(4))
def test_a_phase_is_published_at_once_in_every_class_and_is_no_fact(precision: int) -> None:
    classes = classes_of(over(1, 50.0, 8.0, phase=4), over(2, 50.0, 8.0, phase=5))
    assert classes[precision].stamp[0] == 2
    assert MOTION.get(classes[precision].motion, "phase")[0] == 5
    assert classes[precision].latest.columns["facts_tick"][0] == 1


def test_what_would_be_told_again_as_it_was_is_not_told() -> None:
    rounded = {"ground_speed_kt": 480.0, "track_deg": 90.0499, "time": 1.7e9}  # 90.0 on the wire
    classes = classes_of(over(1, 50.0, 8.0, **rounded))
    turned = changes_of(2, rows_of(1, row=[1], lat=0.0, lon=0.0))
    later = type(turned)(1, 2, 1.7e9 + 3600, updated=turned.updated)
    publish(classes, later)
    assert classes[1].stamp[0] == 1


def test_a_flight_is_in_the_tile_where_it_is_drawn() -> None:
    classes = classes_of(over(1, 50.0, 8.0, ground_speed_kt=480.0, track_deg=90.0, time=1732290309.0))
    an_hour = changes_of(2)
    publish(classes, type(an_hour)(1, 2, 1732290309.0 + 3600, updated=an_hour.updated))
    assert classes[EXACT].code[0] == codes_of(np.array([50.0]), np.array([8.0]))[0]
    assert classes[HALF_A_PIXEL_OF_THE_WORLD].code[0] == codes_of(np.array([50.0]), np.array([20.4]))[0]


def test_a_flight_enters_only_the_levels_at_which_its_tile_is_another() -> None:
    (exact, *_) = classes_of(over(1, 50.0, 8.6), over(2, 50.0, 9.2))
    assert exact.entered[:, 0].tolist() == [1] * 9 + [2]
    left = exact.left_since(1)
    assert (left.row.tolist(), left.code.tolist()) == (
        [0],
        codes_of(np.array([50.0]), np.array([8.6])).tolist(),
    )


def test_a_flight_that_goes_leaves_its_tile() -> None:
    (exact, *_) = classes_of(over(1, 50.0, 8.0), changes_of(2, gone=rows_of(0x4CA2D6)))
    assert exact.code[0] == DEAD
    assert exact.left_since(1).row.tolist() == [0]


def test_every_place_that_was_left_is_remembered() -> None:
    (exact, *_) = classes_of(
        changes_of(1, rows_of([1, 2, 3], lat=50.0, lon=8.0)),
        changes_of(2, gone=rows_of([1, 2])),
        changes_of(3, gone=rows_of(3, row=2)),
    )
    assert exact.left_since(1).row.tolist() == [0, 1, 2]
    assert exact.left_since(2).row.tolist() == [2]


def test_who_knows_less_than_the_ring_remembers_has_to_begin_anew() -> None:
    first = changes_of(1, rows_of([1, 2, 3], lat=50.0, lon=8.0))
    classes = classes_of(first, changes_of(2, gone=rows_of([1, 2])), ring=2)
    assert classes[0].floor == 0
    publish(classes, changes_of(3, gone={**rows_of(3), "row": np.array([2])}))
    assert classes[0].floor == 2


def test_more_departures_in_a_tick_than_the_ring_holds_make_everyone_begin_anew() -> None:
    first = changes_of(1, rows_of([1, 2, 3], lat=50.0, lon=8.0))
    classes = classes_of(first, changes_of(2, gone=rows_of([1, 2, 3])), ring=2)
    assert classes[0].floor == 2


def test_who_may_know_a_flight_in_its_former_row_has_to_begin_anew() -> None:
    classes = classes_of(over(1, 50.0, 8.0), changes_of(2, gone=rows_of(0x4CA2D6)), over(3, 50.0, 8.0, row=1))
    assert [published.floor for published in classes] == [2, 2, 2, 2]
