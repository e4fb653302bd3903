import numpy as np
import pytest

from aerotrack.core.columns import PUBLIC_NAMES
from fakes import rows_of
from web.harness import Site

UNUSABLE = """
    bbox=1,2,3 bbox=0,60,10,50 near=1 near=x,y near=nan,0 radius_nm=5 limit=0 limit=x format=xml squawk=9999
    icao24=zz emergency=none min_altitude_ft=high max_altitude_ft=nan
"""
pytestmark = pytest.mark.asyncio(loop_scope="session")  # that of the stage


async def test_the_flights_are_listed_with_time_and_tick(site: Site) -> None:
    site.sky.columns = rows_of(0x4CA2D6, lat=50.0, lon=8.0, callsign=b"RYR1")
    answer = await site.get("/api/v1/flights")
    assert answer.headers["content-type"] == "application/json"
    assert list(answer.json()) == ["time", "tick", "flights"]
    assert (answer.json()["time"], answer.json()["tick"]) == ("2024-11-22T15:45:08.000Z", 7)
    (flight,) = answer.json()["flights"]
    assert tuple(flight) == PUBLIC_NAMES
    assert (flight["id"], flight["callsign"], flight["altitude_ft"]) == ("4ca2d6-6740a31c", "RYR1", None)


async def test_filters_are_taken_from_the_address(site: Site) -> None:
    site.sky.columns = rows_of([1, 2, 3], lat=[50.0, 40.0, np.nan], lon=[8.0, -74.0, np.nan])
    answer = await site.get("/api/v1/flights?bbox=-10,35,30,60&callsign=&limit=5")
    assert [flight["icao24"] for flight in answer.json()["flights"]] == ["000001"]


async def test_the_nearest_come_first_with_their_distance(site: Site) -> None:
    site.sky.columns = rows_of([1, 2], lat=[60.0, 51.0], lon=[0.0, 0.0])
    answer = await site.get("/api/v1/flights?near=50,0&radius_nm=1000")
    assert [(f["icao24"], f["distance_nm"]) for f in answer.json()["flights"]] == [
        ("000002", 60.04),
        ("000001", 600.41),
    ]


async def test_geojson_has_a_point_for_each_flight_with_a_place(site: Site) -> None:
    site.sky.columns = rows_of([1, 2], lat=[50.0, np.nan], lon=[8.0, np.nan])
    answer = await site.get("/api/v1/flights?format=geojson")
    assert answer.headers["content-type"] == "application/geo+json"
    collection = answer.json()
    assert (collection["type"], collection["tick"]) == ("FeatureCollection", 7)
    placed, unplaced = collection["features"]
    assert placed["geometry"] == {"type": "Point", "coordinates": [8.0, 50.0]}
    assert placed["id"] == placed["properties"]["id"] == "000001-6740a31c"
    assert unplaced["geometry"] is None


async def test_a_sky_of_thousands_comes_whole(site: Site) -> None:
    site.sky.columns = rows_of(np.arange(2345), lat=50.0, lon=8.0)
    answer = await site.get("/api/v1/flights")
    assert [flight["icao24"] for flight in answer.json()["flights"]] == [f"{i:06x}" for i in range(2345)]


async def test_an_empty_sky_is_an_empty_list(site: Site) -> None:
    assert (await site.get("/api/v1/flights")).json()["flights"] == []


@pytest.mark.parametrize("query", UNUSABLE.split())
async def test_a_query_that_cannot_be_used_is_answered_by_a_problem(site: Site, query: str) -> None:
    answer = await site.get(f"/api/v1/flights?{query}")
    assert answer.status_code == 422
    assert answer.headers["content-type"] == "application/problem+json"
    assert len(answer.json()["detail"]) > 20
