import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from aerotrack.decode.modes import cpr
from decode.modes.transponder import compact, zones

LATITUDES = st.floats(-86.5, 86.5)
LONGITUDES = st.floats(-179.99, 179.99)
TEN_METRES_NM = 0.006


def fractions(lat: float, lon: float, odd: int, *, surface: bool = False) -> tuple[float, float]:
    y, x = compact(lat, lon, odd, surface=surface)
    return y / 131072, x / 131072


@pytest.mark.parametrize(
    ("lat", "zones"), [(0.0, 59), (48.8, 39), (-48.8, 39), (86.9, 2), (87.5, 1), (90.0, 1)]
)
def test_there_are_fewer_zones_of_longitude_nearer_to_a_pole(lat: float, zones: int) -> None:
    assert cpr.zones_of_longitude(lat) == zones


@given(LATITUDES)
def test_the_number_of_zones_is_that_of_the_formula(lat: float) -> None:
    assert cpr.zones_of_longitude(lat) == zones(lat)


def test_a_known_pair_is_where_the_book_says() -> None:
    # 8D40621D58C382D690C8AC2863A7 and 8D40621D58C386435CC412692AD6, The 1090 MHz Riddle
    even, odd = (93000 / 131072, 51372 / 131072), (74158 / 131072, 50194 / 131072)

    places = cpr.pair(even, odd, None)

    assert places is not None
    assert places[0] == pytest.approx((52.2572, 3.91937), abs=1e-4)


@given(LATITUDES, LONGITUDES)
def test_a_pair_from_the_air_tells_the_place(lat: float, lon: float) -> None:
    places = cpr.pair(fractions(lat, lon, 0), fractions(lat, lon, 1), None)
    if places is None:  # the two latitudes lie on both sides of an edge
        return
    assert cpr.apart((lat, lon), places[0]) < TEN_METRES_NM
    assert cpr.apart((lat, lon), places[1]) < TEN_METRES_NM


@given(LATITUDES, LONGITUDES, st.floats(-4, 4), st.floats(-4, 4))
def test_a_pair_from_the_ground_tells_the_place_nearest_to_a_reference(
    lat: float, lon: float, north: float, east: float
) -> None:
    even, odd = (fractions(lat, lon, odd, surface=True) for odd in (0, 1))
    places = cpr.pair(even, odd, (lat + north, lon + east))
    if places is None:
        return
    assert cpr.apart((lat, lon), places[0]) < TEN_METRES_NM


@given(LATITUDES, LONGITUDES, st.sampled_from([0, 1, 2, 3]), st.floats(-0.3, 0.3), st.floats(-0.3, 0.3))
def test_one_frame_tells_the_place_near_a_reference(
    lat: float, lon: float, kind: int, north: float, east: float
) -> None:
    y, x = fractions(lat, lon, kind & 1, surface=kind > 1)

    place = cpr.local(kind, y, x, lat + north, lon + east)

    assert place is not None
    assert cpr.apart((lat, lon), place) < TEN_METRES_NM


@given(
    st.sampled_from([0, 1, 2, 3]), st.floats(0, 1, exclude_max=True), st.floats(0, 1, exclude_max=True),
    st.floats(-90, 90), st.floats(-180, 180),
)  # fmt: skip
def test_columns_give_the_same_bits_as_scalars(kind: int, y: float, x: float, lat: float, lon: float) -> None:
    north, east = cpr.locals_of(*(np.array([v]) for v in (kind, y, x, lat, lon)))
    far = cpr.all_apart(np.array([lat]), np.array([lon]), north, east)

    one = cpr.local(kind, y, x, lat, lon)

    assert (one is None) == (abs(north[0]) > 90)
    if one:
        assert one == (north[0], east[0])
        assert cpr.apart((lat, lon), one) == far[0]


def test_frames_of_two_places_give_places_that_lie_apart() -> None:
    places = cpr.pair(fractions(49.0, 2.0, 0), fractions(51.03, 0.5, 1), None)

    assert places is None or cpr.apart(*places) > 1


def test_distance_is_in_nautical_miles_and_goes_the_short_way_around() -> None:
    assert cpr.apart((0.0, 179.9), (0.0, -179.9)) == pytest.approx(12.0)
    assert cpr.apart((60.0, 0.0), (60.0, 1.0)) == pytest.approx(60 * math.cos(math.radians(60)))
