import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from aerotrack.core.geo import DEGREE_M, EARTH_RADIUS_NM, bearing_deg, distance_nm, far_apart_deg

LAT, LON = st.floats(-90, 90), st.floats(-180, 180)


def test_a_degree_along_a_meridian_is_sixty_nautical_miles() -> None:
    assert distance_nm(50.0, 8.0, 51.0, 8.0) == pytest.approx(60.04, abs=0.01)


def test_los_angeles_to_new_york_is_as_far_as_the_aviation_formulary_says() -> None:
    # LAX 33 57 N 118 24 W, JFK 40 38 N 73 47 W: 0.623585 rad, course 66 degrees
    assert distance_nm(33.95, -118.4, 40 + 38 / 60, -73 - 47 / 60) == pytest.approx(
        0.623585 * EARTH_RADIUS_NM, rel=1e-5
    )
    assert bearing_deg(33.95, -118.4, 40 + 38 / 60, -73 - 47 / 60) == pytest.approx(65.8922, abs=0.01)


def test_the_way_across_the_antimeridian_is_the_short_one() -> None:
    assert distance_nm(0.0, 179.5, 0.0, -179.5) == pytest.approx(60.04, abs=0.01)
    assert bearing_deg(0.0, 179.5, 0.0, -179.5) == pytest.approx(90.0)


def test_opposite_places_are_half_the_world_apart() -> None:
    assert distance_nm(0.0, 0.0, 0.0, 180.0) == pytest.approx(np.pi * EARTH_RADIUS_NM)


def test_due_east_is_ninety_whichever_way_the_aircraft_flies() -> None:
    assert bearing_deg(0.0, 0.0, 0.0, 1.0) == pytest.approx(90.0)


def test_a_course_is_never_three_hundred_and_sixty() -> None:
    assert bearing_deg(0.0, 0.0, 1.0, -1e-20) == 0.0


def test_an_unknown_place_is_unknown_far_away() -> None:
    far = distance_nm(50.0, 8.0, np.array([51.0, np.nan]), np.array([8.0, np.nan]))
    assert np.isnan(far).tolist() == [False, True]


@given(LAT, LON, LAT, LON)
def test_no_way_is_longer_than_how_far_apart_places_are(
    lat1: float, lon1: float, lat2: float, lon2: float
) -> None:
    way = distance_nm(lat1, lon1, lat2, lon2) * 1852 / DEGREE_M
    assert far_apart_deg(lat1, lon1, lat2, lon2) >= way - 1e-6


@given(st.floats(-80, 80), st.floats(-0.01, 0.01), st.floats(-0.01, 0.01))
def test_near_places_are_as_far_apart_as_the_way(lat: float, north: float, east: float) -> None:
    way = distance_nm(lat, 8.0, lat + north, 8.0 + east) * 1852 / DEGREE_M
    assert far_apart_deg(lat, 8.0, lat + north, 8.0 + east) == pytest.approx(way, rel=0.01, abs=1e-7)
