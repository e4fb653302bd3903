import numpy as np

from aerotrack.core.identity import flight_ids
from aerotrack.core.tiles import WORLD, View
from aerotrack.web.delta import Bounds, Cut, Delta, Sorted
from fakes import START, changes_of, rows_of
from web.classes import RYANAIR, classes_of, over

EUROPE, AMERICA = View.of(-10, 35, 30, 60), View.of(-130, 20, -60, 60)
PLACES = {"lat": [50.0, 40.0, 51.0, np.nan], "lon": [8.0, -74.0, 9.0, np.nan]}
FOUR = changes_of(1, rows_of([1, 2, 3, 4], **PLACES))
FOUR_AGAIN = changes_of(2, rows_of([1, 2, 3, 4], **PLACES, altitude_ft=100))


def rows(delta: Delta, cut: Cut) -> list[int]:
    return sorted(row for begin, end in cut.moved for row in delta.moved.rows[begin:end].tolist())


def cut(delta: Delta, view: View) -> Cut:
    (only,) = delta.cut([view])
    return only


def test_a_view_is_a_few_ranges_of_the_rows() -> None:
    delta = Delta(classes_of(FOUR)[0], 0)
    assert rows(delta, cut(delta, EUROPE)) == [0, 2]
    assert rows(delta, cut(delta, AMERICA)) == [1]
    assert rows(delta, cut(delta, WORLD)) == [0, 1, 2, 3]


def test_views_of_a_level_are_cut_together_as_each_alone() -> None:
    views = [View.of(lon, 40, lon + 10, 50) for lon in range(-90, 90, 9)]
    assert {view.level for view in views} == {views[0].level}
    latitudes, longitudes = np.meshgrid(np.arange(38.0, 54.0, 0.7), np.arange(-100.0, 100.0, 3.0))
    many = rows_of(np.arange(1, latitudes.size + 1), lat=latitudes.ravel(), lon=longitudes.ravel())
    delta = Delta(classes_of(changes_of(1, many))[0], 0)
    assert [*delta.cut(views)] == [cut(delta, view) for view in views]


def test_ranges_that_touch_are_one() -> None:
    ordered = Sorted.of(np.arange(3), np.array([0, 5, 9], np.int32))
    assert ordered.spans(Bounds([WORLD])).ranges(0) == [(0, 3)]


def test_rows_are_taken_out_of_ranges() -> None:
    ordered = Sorted.of(np.array([10, 11, 12, 13]), np.array([0, 1, 2, 3], np.int32))
    assert ordered.without([(0, 4)], [11]) == [(0, 1), (2, 4)]
    assert ordered.without([(0, 2), (3, 4)], [10, 11, 99]) == [(3, 4)]


def test_what_did_not_change_is_not_told() -> None:
    classes = classes_of(FOUR, changes_of(2))
    assert cut(Delta(classes[0], 1), WORLD).empty


def test_facts_are_told_to_those_who_may_lack_them() -> None:
    (exact, *_) = classes_of(FOUR, FOUR_AGAIN)
    assert Delta(exact, 1).whole(EUROPE.level).rows.tolist() == []
    assert sorted(Delta(exact, 0).whole(EUROPE.level).rows.tolist()) == [0, 1, 2, 3]


def test_a_flight_that_comes_to_another_tile_is_whole_at_that_level_and_no_coarser_one() -> None:
    (exact, *_) = classes_of(over(1, 50.0, 8.6), over(2, 50.0, 9.2))
    delta = Delta(exact, 1)
    assert (delta.whole(9).rows.tolist(), delta.whole(8).rows.tolist()) == ([0], [])


def test_a_flight_that_is_only_drawn_in_another_tile_is_told_to_those_who_watch_that_tile_now() -> None:
    flying = {"ground_speed_kt": 480.0, "track_deg": 90.0, "time": START + 1001.0}
    classes = classes_of(over(1, 50.0, 8.0, **flying))
    later = changes_of(2)
    turn = classes[3].latest.apply(type(later)(1, 2, START + 1001.0 + 3600, updated=later.updated))
    classes[3].publish(turn)
    delta = Delta(classes[3], 1)
    assert delta.moved.rows.tolist() == []
    near_warsaw = View.of(20, 49, 21, 51)
    assert delta.crossed(near_warsaw.level).rows.tolist() == [0]
    assert cut(delta, near_warsaw).crossed == [(0, 1)]
    assert cut(delta, View.of(7, 49, 9, 51)).gone == {RYANAIR << 32 | START: 0}
    assert cut(delta, WORLD).empty


def test_a_flight_that_left_a_view_is_gone_from_it_alone() -> None:
    (exact, *_) = classes_of(over(1, 50.0, 8.0), over(2, 40.0, -74.0))
    delta = Delta(exact, 1)
    name = int(flight_ids(np.array([RYANAIR]), np.array([START]))[0])
    assert [cut(delta, view).gone for view in (EUROPE, AMERICA, WORLD)] == [{name: 0}, {}, {}]


def test_rows_are_taken_out_of_a_cut_also_where_they_are_gone() -> None:
    (exact, *_) = classes_of(over(1, 50.0, 8.0), over(2, 40.0, -74.0))
    delta = Delta(exact, 1)
    assert delta.without(cut(delta, AMERICA), [0]).empty
    assert delta.without(cut(delta, EUROPE), [0]).empty
