"""Dead reckoning: against the rhumb line's closed form, and against the globe."""

import math
from typing import Any

import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from aerotrack.core.motion import CIRCUMFERENCE_M, EDGE, KNOT, apart_m, course, extrapolated
from golden.kept import check_kept

LAT = st.floats(-85, 85)
LON = st.floats(-180, 180, exclude_max=True)
SPEED = st.floats(0, 700)
TRACK = st.floats(0, 360)
RADIUS_M = 6_378_137.0  # of the sphere of EPSG:3857

Case = tuple[float, float, float | None, float | None, float]
"""lat, lon, ground_speed_kt, track_deg, seconds."""

CASES: tuple[Case, ...] = (
    *(
        (50.0333, 8.5706, 450.0, track, 60.0)
        for track in (0.0, 45.0, 90.0, 135.0, 180.0, 225.0, 271.4, 359.9)
    ),
    (0.0, 0.0, 480.0, 90.0, 3600.0),  # an hour along the equator
    (0.0, 0.0, 480.0, 0.0, 3600.0),
    (0.0, 0.0, 480.0, 45.0, 3600.0),
    (0.0, 0.0, 0.0, 90.0, 3600.0),
    (-33.94617, 151.17722, 452.3, 123.4, 17.25),
    (51.4706, -0.4619, 160.2, 269.7, 1.0),
    (51.4706, -0.4619, 160.2, 269.7, 0.0),
    (40.6413, -73.7781, 3276.7, 10.0, 30.0),
    (64.13, -21.9406, 430.0, 310.5, 3600.0),
    # around 180 degrees
    (0.0, 179.99, 480.0, 90.0, 60.0),
    (0.0, -179.99, 480.0, 270.0, 60.0),
    (-17.7553, 177.4434, 470.0, 80.0, 3600.0),
    (52.0, -180.0, 470.0, 270.0, 10.0),
    (52.0, 180.0, 470.0, 90.0, 10.0),
    (21.3187, -157.9225, 600.0, 270.0, 36_000.0),
    # before it was heard
    (50.0333, 8.5706, 450.0, 45.0, -60.0),
    (0.0, -179.99, 480.0, 90.0, -60.0),
    (70.0, 25.0, 300.0, 200.0, -3600.0),
    # far north and south
    (70.0, 25.0, 450.0, 20.0, 60.0),
    (80.0, 0.0, 450.0, 90.0, 600.0),
    (-80.0, 0.0, 450.0, 90.0, 600.0),
    (84.9, 100.0, 450.0, 0.0, 600.0),  # over the edge of the map
    (-84.9, 100.0, 450.0, 180.0, 3600.0),
    (EDGE, 10.0, 450.0, 180.0, 60.0),
    (85.051129, 10.0, 450.0, 180.0, 60.0),  # just beyond: stays
    (-85.06, 10.0, 450.0, 0.0, 3600.0),
    (89.99, 10.0, 450.0, 180.0, 3600.0),
    (90.0, 10.0, 450.0, 180.0, 3600.0),
    (-90.0, -170.0, 450.0, 180.0, 3600.0),
    # nothing to go by
    (50.0333, 8.5706, None, 90.0, 60.0),
    (50.0333, 8.5706, 450.0, None, 60.0),
    (50.0333, 8.5706, None, None, 3600.0),
    (88.0, 8.5706, None, None, -5.0),
)


def rhumb_line(
    lat: float, lon: float, speed: float | None, track: float | None, seconds: float
) -> tuple[float, float]:
    """Go straight on over the Mercator map, in its textbook coordinates.

    East and north of the origin in radians: the longitude, and the inverse Gudermannian of the latitude,
    ln tan(pi/4 + lat/2). A metre on the ground is 1 / (R cos lat) of them.
    """
    if speed is None or track is None or abs(lat) > EDGE:
        return lat, lon
    phi, bearing = math.radians(lat), math.radians(track)
    way = speed * KNOT * seconds / (RADIUS_M * math.cos(phi))
    east = math.radians(lon) + way * math.sin(bearing)
    north = math.log(math.tan(math.pi / 4 + phi / 2)) + way * math.cos(bearing)
    to_lon = (math.degrees(east) + 180) % 360 - 180
    return math.degrees(2 * math.atan(math.exp(north)) - math.pi / 2), to_lon


def reckoned(*cases: Case) -> list[tuple[float, float]]:
    columns = np.array([[np.nan if value is None else value for value in case] for case in cases]).T
    return list(zip(*(degrees.tolist() for degrees in extrapolated(*columns)), strict=True))


def haversine_m(lat1: float, lon1: float, lat2: float, lon2: float) -> float:
    phi1, phi2 = math.radians(lat1), math.radians(lat2)
    half = math.sin((phi2 - phi1) / 2) ** 2
    half += math.cos(phi1) * math.cos(phi2) * math.sin(math.radians(lon2 - lon1) / 2) ** 2
    return 2 * RADIUS_M * math.asin(math.sqrt(half))


def map_place(lat: float, lon: float) -> tuple[Any, Any]:
    unknown = np.array([np.nan])
    c = course(np.array([lat]), np.array([lon]), unknown, unknown)
    return c.x, c.y


def test_the_kept_cases_are_those_of_the_rhumb_line() -> None:
    names = ("lat", "lon", "ground_speed_kt", "track_deg", "seconds")
    cases = []
    for case in CASES:
        to_lat, to_lon = rhumb_line(*case)
        cases.append(
            dict(zip(names, case, strict=True)) | {"to_lat": round(to_lat, 9), "to_lon": round(to_lon, 9)}
        )
    check_kept("motion.json", {"cases": cases})


@pytest.mark.parametrize("case", CASES)
def test_a_flight_goes_along_its_rhumb_line(case: Case) -> None:
    (place,) = reckoned(case)
    assert haversine_m(*place, *rhumb_line(*case)) < 0.01
    assert -180 <= place[1] <= 180


def test_flights_are_reckoned_together_as_each_alone() -> None:
    assert reckoned(*CASES) == [reckoned(case)[0] for case in CASES]


@given(LAT, LON, SPEED, TRACK, st.floats(-600, 600))
def test_any_flight_goes_along_its_rhumb_line(
    lat: float, lon: float, speed: float, track: float, seconds: float
) -> None:
    (place,) = reckoned((lat, lon, speed, track, seconds))
    assert haversine_m(*place, *rhumb_line(lat, lon, speed, track, seconds)) < 0.01


@given(st.floats(-75, 75), LON, SPEED, TRACK)
def test_in_ten_seconds_a_flight_goes_as_far_over_the_globe_as_its_speed_says(
    lat: float, lon: float, speed: float, track: float
) -> None:
    (place,) = reckoned((lat, lon, speed, track, 10.0))
    assert haversine_m(lat, lon, *place) == pytest.approx(speed * KNOT * 10.0, rel=2e-3, abs=0.01)


@given(LAT, LON, st.floats(-0.1, 0.1), st.floats(-0.1, 0.1))
def test_near_places_are_as_far_apart_as_on_the_globe(
    lat: float, lon: float, north: float, east: float
) -> None:
    to_lat, to_lon = lat + north * 0.1, (lon + east * 0.1 + 180) % 360 - 180
    here, there = map_place(lat, lon), map_place(to_lat, to_lon)
    assert apart_m(*here, *there)[0] == pytest.approx(
        haversine_m(lat, lon, to_lat, to_lon), rel=2e-3, abs=0.01
    )


def test_the_short_way_between_two_places_may_cross_the_antimeridian() -> None:
    across = apart_m(*map_place(0.0, 179.999), *map_place(0.0, -179.999))
    assert across == pytest.approx(0.002 / 360 * CIRCUMFERENCE_M)
    assert across == pytest.approx(apart_m(*map_place(0.0, -179.999), *map_place(0.0, 179.999)))


@given(LAT, LON, st.floats(1, 700), TRACK, st.floats(-600, 600))
def test_a_course_leads_where_the_flight_is_reckoned(
    lat: float, lon: float, speed: float, track: float, seconds: float
) -> None:
    c = course(*(np.array([value]) for value in (lat, lon, speed, track)))
    (place,) = reckoned((lat, lon, speed, track, seconds))
    assume(abs(place[0]) < EDGE)
    assert apart_m(c.x + c.vx * seconds, c.y + c.vy * seconds, *map_place(*place))[0] < 0.01


def test_nobody_knows_how_far_an_unknown_place_is() -> None:
    assert np.isnan(apart_m(*map_place(np.nan, np.nan), *map_place(0.0, 0.0)))[0]
    assert np.isnan(reckoned((np.nan, np.nan, 450.0, 90.0, 60.0))).all()


@pytest.mark.parametrize(
    ("lat", "lon", "x", "y"), [(0, 0, 0.5, 0.5), (EDGE, -180, 0, 0), (-EDGE, 90, 0.75, 1)]
)
def test_the_world_is_one_by_one(lat: float, lon: float, x: float, y: float) -> None:
    assert map_place(lat, lon) == (pytest.approx(x), pytest.approx(y, abs=1e-12))
