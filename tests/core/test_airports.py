import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from aerotrack.core.airports import REACH_NM, Airports
from aerotrack.core.geo import distance_nm


def laid(*places: tuple[str, float, float], farther: list[float] | None = None) -> Airports:
    code, lat, lon = zip(*places, strict=True)
    weights = None if farther is None else np.array(farther)
    return Airports.of(np.array(code, "S4"), np.array(lat), np.array(lon), np.zeros(len(code)), weights)


def nearest(airports: Airports, lat: float, lon: float) -> str | None:
    (found,), _ = airports.nearest(np.array([lat]), np.array([lon]))
    return None if found < 0 else airports.code[found].decode()


HEATHROW, NORTHOLT = ("EGLL", 51.4706, -0.4619), ("EGWU", 51.553, -0.4182)


def test_the_nearest_airport_is_found_with_its_distance() -> None:
    airport, distance = laid(HEATHROW, NORTHOLT).nearest(np.array([51.46]), np.array([-0.46]))
    assert airport.tolist() == [0]
    assert distance.round(2).tolist() == [0.64]


def test_far_from_all_there_is_none() -> None:
    assert nearest(laid(HEATHROW), 51.4706 + REACH_NM / 60 + 0.001, -0.4619) is None
    assert nearest(laid(HEATHROW), 51.4706 + REACH_NM / 60 - 0.001, -0.4619) == "EGLL"
    assert nearest(laid(HEATHROW), 0.0, 0.0) is None


def test_who_is_nowhere_is_near_nothing() -> None:
    assert nearest(laid(HEATHROW), float("nan"), float("nan")) is None


def test_an_airport_may_count_as_farther_than_it_is() -> None:
    airports = laid(HEATHROW, ("STRP", 51.46, -0.46), farther=[1.0, 4.0])
    assert nearest(airports, 51.468, -0.461) == "EGLL"
    assert nearest(airports, 51.4605, -0.46) == "STRP"


def test_the_date_line_and_the_poles_are_no_borders() -> None:
    airports = laid(("EAST", 10.0, 179.99), ("POLE", -90.0, 0.0))
    assert nearest(airports, 10.0, -179.99) == "EAST"
    assert nearest(airports, 10.0, 180.0) == "EAST"
    assert nearest(airports, -89.9, 123.0) == "POLE"


NEAR = st.tuples(st.floats(-90, 90), st.floats(-180, 180))


@given(st.lists(NEAR, min_size=1, max_size=8), st.lists(st.tuples(st.floats(-0.3, 0.3), st.floats(-9, 9))))
def test_the_grid_finds_what_looking_at_all_of_them_finds(
    places: list[tuple[float, float]], steps: list[tuple[float, float]]
) -> None:
    airports = laid(*(("XXXX", lat, lon) for lat, lon in places))
    asked = [
        (max(-90.0, min(90.0, lat + north)), (lon + east + 180) % 360 - 180)
        for (lat, lon) in places
        for north, east in [(0.0, 0.0), *steps]
    ]
    lat, lon = (np.array(values) for values in zip(*asked, strict=True))
    found, distance = airports.nearest(lat, lon)
    away = distance_nm(lat[:, None], lon[:, None], airports.lat, airports.lon)
    least = np.where(away.min(axis=1) <= REACH_NM, away.min(axis=1), np.inf)
    np.testing.assert_allclose(distance, least, atol=1e-9)
    assert ((found >= 0) == np.isfinite(least)).all()
