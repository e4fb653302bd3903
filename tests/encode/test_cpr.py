import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from aerotrack.core.geo import distance_nm
from aerotrack.decode.modes.cpr import STEPS, pair
from aerotrack.encode.cpr import compact

LATS = st.floats(-85, 85)  # nearer to the poles a step of longitude is longer
LONS = st.floats(-180, 180)


def both(lat: float, lon: float, *, surface: bool) -> list[tuple[float, float]]:
    """Return the place as fractions of an even and of an odd zone."""
    place = np.array([lat]), np.array([lon]), np.array([surface])
    return [
        (float(y[0]) / STEPS, float(x[0]) / STEPS)
        for y, x in (compact(*place, odd=odd) for odd in (False, True))
    ]


def test_a_place_is_written_as_an_aircraft_wrote_it() -> None:
    lat, lon = np.array([52.2572021484375]), np.array([3.91937255859375])
    y, x = compact(lat, lon, np.array([False]), odd=False)
    assert (y.tolist(), x.tolist()) == ([93000], [51372])


@given(LATS, LONS)
def test_a_place_in_the_air_is_read_back_to_5_metres(lat: float, lon: float) -> None:
    even, odd = both(lat, lon, surface=False)
    found = pair(even, odd, None)
    assume(
        found is not None
    )  # the two frames are of different zones of longitude: rare, and not to be paired
    assert found is not None
    for where in found:
        assert distance_nm(lat, lon, *where) * 1852 <= 5.2


@given(LATS, LONS)
def test_a_place_on_the_ground_is_read_back_to_1_3_metres(lat: float, lon: float) -> None:
    even, odd = both(lat, lon, surface=True)
    found = pair(even, odd, (lat, lon))
    assume(found is not None)
    assert found is not None
    for where in found:
        assert distance_nm(lat, lon, *where) * 1852 <= 1.4


@pytest.mark.parametrize("lat", [-89.0, -52.3, 0.0, 10.4, 60.0, 88.0])
def test_almost_every_place_can_be_paired(lat: float) -> None:
    assert pair(*both(lat, 8.5, surface=False), None) is not None
