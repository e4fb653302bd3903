import numpy as np
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from aerotrack.core.tiles import FINE, MOST_TILES, NOWHERE, WORLD, View, coarsest_apart, codes_of, covering

LON = st.floats(-180, 180)
LAT = st.floats(-90, 90)


def code(lat: float, lon: float) -> int:
    return int(codes_of(np.array([lat]), np.array([lon]))[0])


def covers(view: View, lat: float, lon: float) -> bool:
    return bool(view.covers(np.array([code(lat, lon)]))[0])


def test_codes_go_east_then_south_then_finer() -> None:
    assert [code(85, -180), code(85, 179.999), code(-85, -180), code(-85, 179.999)] == [
        0, 0b01_01_01_01_01_01_01_01_01, 0b10_10_10_10_10_10_10_10_10, (1 << 18) - 1,
    ]  # fmt: skip


def test_the_poles_belong_to_the_tiles_of_the_edge() -> None:
    assert code(90, 0) == code(85.05, 0)
    assert code(-90, 0) == code(-85.05, 0)


def test_a_flight_without_a_position_is_in_no_tile() -> None:
    assert code(np.nan, 0) == code(0, np.nan) == NOWHERE


def test_the_world_has_the_flights_without_a_position_and_a_box_has_not() -> None:
    assert covers(WORLD, np.nan, np.nan)
    assert not covers(View.of(-180, 0, 0, 85), np.nan, np.nan)
    assert not covers(View.of(0, -85, 180, 0), np.nan, np.nan)  # whose last tile is the last of all


def test_a_box_of_everything_is_the_world() -> None:
    assert View.of(-180, -90, 180, 90) == WORLD
    assert WORLD.is_world
    assert WORLD.name == "world"


def test_a_box_across_the_antimeridian_has_both_sides_and_not_the_rest() -> None:
    fiji = View.of(175, -20, -175, -10)
    assert covers(fiji, -15, 177)
    assert covers(fiji, -15, -177)
    assert not covers(fiji, -15, 0)
    assert fiji == View.of(175, -20, 185, -10)


def test_europe_is_not_watched_at_the_level_of_the_world() -> None:
    europe = View.of(-10, 35, 30, 60)
    assert europe.level == 6
    assert not covers(europe, 40, -74)


@pytest.mark.parametrize("lon", [180.0, -180.0])
def test_both_names_of_the_antimeridian_are_one_place(lon: float) -> None:
    assert covers(View.of(170, 0, 180, 10), 5, lon)
    assert covers(View.of(-180, 0, -170, 10), 5, lon)


def test_equal_views_have_equal_names_and_others_do_not() -> None:
    assert View.of(5, 45, 16, 55).name == View.of(5.01, 45.01, 15.99, 54.99).name
    assert View.of(5, 45, 16, 55).name != View.of(5, 45, 26, 55).name


def test_equal_views_are_one_in_a_set() -> None:
    assert len({View.of(5, 45, 16, 55), View.of(5.01, 45.01, 15.99, 54.99), WORLD}) == 2


def test_tiles_that_follow_one_another_are_one_range() -> None:
    quarter = View(1, 0, 2, 0, 1)  # the northern half: two tiles, one after the other
    assert quarter.bounds.tolist() == [0, 1 << 17]


@pytest.mark.parametrize(
    ("one", "other", "level"),
    [
        ((50.0, 8.0), (50.0, 8.0), FINE + 1),
        ((50.0, 8.6), (50.0, 9.2), FINE),
        ((50.0, -1.0), (50.0, 1.0), 1),
        ((50.0, 8.0), (-50.0, 8.0), 1),
        ((50.0, 8.0), (np.nan, np.nan), 0),
    ],
)
def test_tiles_part_at_a_level(one: tuple[float, float], other: tuple[float, float], level: int) -> None:
    codes = [np.array([code(*place)], np.int32) for place in (one, other)]
    assert coarsest_apart(*codes).tolist() == [level]


@given(st.tuples(LAT, LON), st.tuples(LAT, LON))
def test_tiles_are_the_same_at_all_levels_coarser_than_where_they_part(
    one: tuple[float, float], other: tuple[float, float]
) -> None:
    a, b = code(*one), code(*other)
    level = int(coarsest_apart(np.array([a], np.int32), np.array([b], np.int32))[0])
    assert all((a >> 2 * (FINE - at) == b >> 2 * (FINE - at)) == (at < level) for at in range(FINE + 1))


@given(st.tuples(LON, LAT, LON, LAT), st.floats(0, 1), st.floats(0, 1))
@example((0.703125, 0.0, 0.703125, 0.0), 0.0, 0.0)
def test_a_view_covers_every_place_of_its_box(
    box: tuple[float, float, float, float], right: float, up: float
) -> None:
    west, east = box[0], box[2]
    south, north = sorted((box[1], box[3]))
    view = View.of(west, south, east, north)
    lon = west + right * (east - west if east >= west else east - west + 360)
    lat = min(max(south + up * (north - south), south), north)
    assert covers(view, lat, lon - 360 if lon > 180 else lon)


@given(LON, LAT, st.floats(0, 360), st.floats(0, 180))
def test_a_view_has_at_most_64_tiles_and_sorted_bounds(
    west: float, south: float, width: float, height: float
) -> None:
    view = View.of(west, south, west + width, min(90.0, south + height))
    assert 1 <= view.width * view.height <= MOST_TILES
    assert (np.diff(view.bounds) > 0).all()
    if not view.is_world:
        fine = 1 << 2 * (FINE - view.level)
        assert np.diff(view.bounds)[::2].sum() == view.width * view.height * fine


@given(st.lists(st.tuples(LON, LAT, LON, LAT), min_size=1, max_size=4), st.lists(st.tuples(LAT, LON)))
def test_many_views_cover_what_each_of_them_covers(
    boxes: list[tuple[float, float, float, float]], places: list[tuple[float, float]]
) -> None:
    views = [WORLD, *(View.of(w, min(a, b), e, max(a, b)) for w, a, e, b in boxes)]
    codes = codes_of(
        np.array([np.nan, *(lat for lat, _ in places)]), np.array([0.0, *(lon for _, lon in places)])
    )
    assert covering(views, codes).tolist() == [view.covers(codes).tolist() for view in views]
