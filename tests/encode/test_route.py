from math import nan

from aerotrack.encode.route import Route, by_flight
from encode.flights import positions


def test_a_place_has_metres_above_the_ellipsoid_and_barometric_ones_where_these_are_not_known() -> None:
    route = Route.of(positions([0, 0, 0], altitude_ft=[1000, 1000, nan], geo_altitude_ft=[2000, nan, nan]))
    assert route.metres == [609.6, 304.8, None]
    assert route.places() == [(8.0, 50.0, 609.6), (8.0, 50.0, 304.8), (8.0, 50.0)]


def test_the_ground_at_sea_level_is_0_metres() -> None:
    assert Route.of(positions(0, altitude_ft=0)).metres == [0.0]


def test_a_position_without_a_place_is_left_out() -> None:
    route = Route.of(positions([0, 0], lat=[50.0, nan], lon=[8.0, nan]))
    assert route.times == ["2024-11-22T15:28:28.000Z"]


def test_positions_are_cut_into_runs_of_one_flight() -> None:
    runs = [
        (index, run["time"].tolist()) for index, run in by_flight(positions([1, 1, 0, 1], time=[1, 2, 3, 4]))
    ]
    assert runs == [(1, [1, 2]), (0, [3]), (1, [4])]
    assert list(by_flight(positions([]))) == []
