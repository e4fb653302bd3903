import numpy as np
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from aerotrack.core.tiles import MOST_TILES, NOWHERE, WORLD, View, tiles_of

LON = st.floats(-180, 180)
LAT = st.floats(-90, 90)


def covers(view: View, lat: float, lon: float) -> bool:
    return bool(view.covers(*tiles_of(np.array([lat]), np.array([lon])))[0])


def test_the_middle_of_the_map_is_the_middle_tile() -> None:
    x, y = tiles_of(np.array([0.0, 85.0, -85.0]), np.array([0.0, -180.0, 179.999]))
    assert x.tolist() == [256, 0, 511]
    assert y.tolist() == [256, 0, 511]


def test_the_poles_belong_to_the_tiles_of_the_edge() -> None:
    _, y = tiles_of(np.array([90.0, -90.0]), np.array([0.0, 0.0]))
    assert y.tolist() == [0, 511]


def test_a_flight_without_a_position_is_in_no_tile() -> None:
    x, y = tiles_of(np.array([np.nan]), np.array([np.nan]))
    assert (x.tolist(), y.tolist()) == ([NOWHERE], [NOWHERE])


def test_the_world_has_the_flights_without_a_position_and_a_box_has_not() -> None:
    assert covers(WORLD, np.nan, np.nan)
    assert not covers(View.of(-180, 0, 0, 85), np.nan, np.nan)


def test_a_box_of_everything_is_the_world() -> None:
    assert View.of(-180, -90, 180, 90).is_world
    assert View.of(-180, -90, 180, 90).name == WORLD.name


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


@given(st.tuples(LON, LAT, LON, LAT), st.floats(0, 1), st.floats(0, 1))
@example((0.703125, 0.0, 0.703125, 0.0), 0.0, 0.0)
def test_a_view_covers_every_place_of_its_box_with_few_tiles(
    box: tuple[float, float, float, float], right: float, up: float
) -> None:
    west, east = box[0], box[2]
    south, north = sorted((box[1], box[3]))
    view = View.of(west, south, east, north)
    assert 1 <= view.width * view.height <= MOST_TILES
    lon = west + right * (east - west if east >= west else east - west + 360)
    lat = min(max(south + up * (north - south), south), north)
    assert covers(view, lat, lon - 360 if lon > 180 else lon)
