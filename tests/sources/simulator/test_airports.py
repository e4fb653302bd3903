import airportsdata
import pytest

from aerotrack.sources.simulator.airports import Airports, busy
from aerotrack.sources.simulator.sphere import coordinates


def test_every_busy_airport_is_one_that_airportsdata_knows() -> None:
    assert set(busy()) - set(airportsdata.load()) == set()


def test_airports_are_where_airportsdata_has_them(airports: Airports) -> None:
    frankfurt = airports.index("EDDF")
    lat, lon = coordinates(airports.place[frankfurt])
    assert (float(lat), float(lon)) == pytest.approx((50.0264, 8.54313))
    assert airports.elevation_ft[frankfurt] == 364.0


def test_the_busy_ones_come_first(airports: Airports) -> None:
    assert airports.traffic[: airports.busy].min() >= 1.0
    assert airports.traffic[airports.busy :].max() < 1.0


def test_no_airport_comes_twice(airports: Airports) -> None:
    assert len(set(airports.code.tolist())) == len(airports)


def test_runways_face_the_way_they_do() -> None:
    assert busy()["EGLL"][1] == 27


def test_an_unknown_airport_has_no_index(airports: Airports) -> None:
    with pytest.raises(KeyError):
        airports.index("ZZZZ")
