import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from aerotrack.core.area import Area
from aerotrack.errors import SettingsError

SQUARE = [(8.0, 50.0), (9.0, 50.0), (9.0, 51.0), (8.0, 51.0)]


def holds(area: Area, *places: tuple[float, float]) -> list[bool]:
    """Say for places (longitude, latitude) whether they are inside."""
    lon, lat = np.array(places, float).T
    return area.holds(lat, lon).tolist()


def test_a_box_holds_its_sides() -> None:
    assert holds(Area.box(8, 50, 9, 51), (8, 50), (9, 51), (8.5, 50.5), (7.99, 50), (8, 51.01)) == [
        True, True, True, False, False,
    ]  # fmt: skip


@pytest.mark.parametrize("box", [(170, -10, -170, 10), (170, -10, 190, 10), (-190, -10, -170, 10)])
def test_a_box_may_cross_180_degrees(box: tuple[float, float, float, float]) -> None:
    area = Area.box(*box)
    assert area.crosses
    assert holds(area, (175, 0), (-175, 0), (180, 0), (-180, 0), (0, 0), (165, 0)) == [True] * 4 + [False] * 2


def test_a_box_of_a_whole_turn_is_all_around() -> None:
    area = Area.box(-180, -90, 180, 90)
    assert (area.west, area.east, area.crosses) == (-180, 180, False)
    assert holds(Area.box(-360, 0, 360, 1), (0, 0.5), (-180, 0.5)) == [True, True]


def test_a_polygon_holds_what_its_corners_enclose() -> None:
    notched = Area.polygon([(0, 0), (4, 0), (4, 4), (2, 1), (0, 4)])
    assert holds(notched, (0.5, 0.5), (2, 2), (3.9, 3.5), (5, 1), (2, 0.9)) == [
        True,
        False,
        True,
        False,
        True,
    ]


def test_a_ring_may_be_closed_as_in_geojson_and_go_either_way() -> None:
    for ring in (SQUARE, [*SQUARE, SQUARE[0]], SQUARE[::-1]):
        assert holds(Area.polygon(ring), (8.5, 50.5), (9.5, 50.5)) == [True, False]


@pytest.mark.parametrize("turn", [0.0, 360.0, -360.0])
def test_a_polygon_may_cross_180_degrees(turn: float) -> None:
    ring = [(170.0, -10.0), (-170.0 + turn if abs(-170.0 + turn) <= 360 else -170.0, -10.0), (-170.0, 10.0)]
    area = Area.polygon(ring)
    assert area.crosses
    assert holds(area, (178, -5), (-175, -5), (0, -5), (172, 5)) == [True, True, False, False]


@pytest.mark.parametrize(
    "ring",
    [
        [(8.0, 50.0), (9.0, 50.0)],
        [(8.0, 50.0), (9.0, 50.0), (8.0, 50.0)],
        [(i / 10, (i % 7) / 10) for i in range(101)],
        [(0.0, 50.0), (9.0, 91.0), (9.0, 51.0)],
        [(0.0, 50.0), (400.0, 50.0), (9.0, 51.0)],
        [(0.0, 50.0), (float("nan"), 50.0), (9.0, 51.0)],
        [(0.0, 50.0), (float("inf"), 50.0), (9.0, 51.0)],
        [(0.0, 80.0), (120.0, 80.0), (-120.0, 80.0)],
    ],
    ids=["two", "two, closed", "101", "beyond the pole", "beyond a turn", "nan", "inf", "around the pole"],
)
def test_what_is_no_polygon_is_refused(ring: list[tuple[float, float]]) -> None:
    with pytest.raises(SettingsError):
        Area.polygon(ring)


@given(st.floats(-180, 180), st.floats(-80, 80), st.floats(-179, 179), st.floats(-80, 80))
def test_a_rectangle_is_a_box_wherever_it_is(lon: float, lat: float, away: float, up: float) -> None:
    wrapped = (lon + 10 + 180) % 360 - 180
    box = Area.box(lon, lat, wrapped, lat + 5)
    ring = Area.polygon([(lon, lat), (wrapped, lat), (wrapped, lat + 5), (lon, lat + 5)])
    place = ((lon + away + 180) % 360 - 180, up)
    near_a_side = min(abs(away), abs(away - 10), abs(up - lat), abs(up - lat - 5)) < 1e-6
    assert near_a_side or holds(box, place) == holds(ring, place)
