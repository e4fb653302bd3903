from typing import Any

import pytest

from aerotrack.core.identity import NOT_ICAO
from fakes import START, rows_of
from web.harness import Site

pytestmark = pytest.mark.asyncio(loop_scope="session")  # that of the stage

NAME, BIGINT = "4ca2d6-6740a31c", 0x4CA2D6 << 32 | START
PAST: dict[str, Any] = {
    "id": NAME,
    "icao24": "4ca2d6",
    "registration": "EI-DAC",
    "ended_at": "2024-11-22T17:00:00Z",
    "split_reason": "first_seen",
}


async def test_a_live_flight_comes_from_memory_even_without_a_database(site: Site) -> None:
    site.sky.columns = rows_of(0x4CA2D6, callsign=b"RYR1")
    site.history.broken = True
    answer = await site.get(f"/api/v1/flights/{NAME}")
    assert (answer.status_code, answer.json()["callsign"]) == (200, "RYR1")


async def test_a_past_flight_comes_from_the_database(site: Site) -> None:
    site.sky.columns = rows_of(0x4CA2D6, START + 9000)  # its aircraft is on another leg now
    site.history.past = [PAST]
    assert (await site.get(f"/api/v1/flights/{NAME}")).json() == PAST


@pytest.mark.parametrize(("query", "told"), [("?explain=1", True), ("?explain=0", False), ("", False)])
async def test_a_live_flight_is_explained_where_that_is_asked(site: Site, query: str, *, told: bool) -> None:
    site.sky.columns = rows_of(0x4CA2D6, callsign=b"RYR1")
    site.sky.explained = {"callsign": {"feed": "roof", "refused": []}}
    answer = (await site.get(f"/api/v1/flights/{NAME}{query}")).json()
    assert answer["callsign"] == "RYR1"
    assert answer.get("explain") == ({"row": 0, **site.sky.explained} if told else None)
    assert ("explain" in answer) == told


async def test_a_past_flight_has_no_explanation(site: Site) -> None:
    site.sky.columns = rows_of(0x4CA2D6, START + 9000)  # its aircraft is on another leg now
    site.history.past = [PAST]
    assert (await site.get(f"/api/v1/flights/{NAME}?explain=1")).json() == PAST | {"explain": None}


async def test_a_flight_nobody_knows_is_a_problem_that_says_where_to_look(site: Site) -> None:
    answer = await site.get(f"/api/v1/flights/{NAME}")
    assert answer.status_code == 404
    assert answer.json()["detail"].startswith(f"Flight {NAME} is neither live nor stored")


async def test_what_is_no_flight_id_is_a_problem(site: Site) -> None:
    answer = await site.get("/api/v1/flights/lufthansa")
    assert (answer.status_code, answer.headers["content-type"]) == (422, "application/problem+json")


async def test_a_database_that_is_away_is_a_problem_for_a_while(site: Site) -> None:
    site.history.broken = True
    answer = await site.get(f"/api/v1/flights/{NAME}")
    assert (answer.status_code, answer.headers["retry-after"]) == (503, "5")


async def test_a_track_has_the_flight_and_its_positions(site: Site) -> None:
    site.history.past, site.history.tracks = [PAST], {BIGINT: track()}
    answer = await site.get(f"/api/v1/flights/{NAME}/track")
    assert answer.json()["flight"] == PAST
    assert [position["lat"] for position in answer.json()["positions"]] == [50.0, 50.1, 50.2]


async def test_a_track_may_be_cut_by_time(site: Site) -> None:
    site.history.past, site.history.tracks = [PAST], {BIGINT: track()}
    answer = await site.get(
        f"/api/v1/flights/{NAME}/track?from=2024-11-22T15:28:38Z&to=2024-11-22T16:28:38%2B01:00"
    )
    assert [position["time"] for position in answer.json()["positions"]] == ["2024-11-22T15:28:38.000Z"]


async def test_a_time_without_a_zone_is_a_problem(site: Site) -> None:
    assert (await site.get(f"/api/v1/flights/{NAME}/track?from=2024-11-22T15:28:38")).status_code == 422


@pytest.mark.parametrize(
    ("format_", "type_"),
    [
        ("csv", "text/csv; charset=utf-8"),
        ("geojson", "application/geo+json"),
        ("kml", "application/vnd.google-earth.kml+xml"),
        ("gpx", "application/gpx+xml"),
    ],
)
async def test_a_track_comes_in_other_formats(site: Site, format_: str, type_: str) -> None:
    site.history.past, site.history.tracks = [PAST], {BIGINT: track()}
    answer = await site.get(f"/api/v1/flights/{NAME}/track?format={format_}")
    assert (answer.status_code, answer.headers["content-type"]) == (200, type_)


async def test_an_aircraft_is_known_by_its_live_flight(site: Site) -> None:
    site.sky.columns = rows_of(0x4CA2D6, registration=b"EI-DAC", type_code=b"B738")
    answer = (await site.get("/api/v1/aircraft/4CA2D6")).json()
    assert (answer["icao24"], answer["registration"], answer["type_code"]) == ("4ca2d6", "EI-DAC", "B738")
    assert answer["live"]["id"] == NAME


async def test_an_aircraft_is_known_by_its_past(site: Site) -> None:
    site.history.past = [PAST]
    answer = (await site.get("/api/v1/aircraft/4ca2d6")).json()
    assert (answer["registration"], answer["live"], answer["newest"]) == ("EI-DAC", None, PAST)


async def test_an_aircraft_is_of_the_country_whose_block_its_address_is_in(site: Site) -> None:
    site.sky.columns = rows_of(0x4CA2D6)
    answer = (await site.get("/api/v1/aircraft/4ca2d6")).json()
    assert answer["country"] == {"code": "IE", "name": "Ireland"}
    site.sky.columns = rows_of(0x4CA2D6 | NOT_ICAO)
    assert (await site.get("/api/v1/aircraft/~4ca2d6")).json()["country"] is None


async def test_an_aircraft_never_heard_is_a_problem(site: Site) -> None:
    assert (await site.get("/api/v1/aircraft/4ca2d6")).status_code == 404


async def test_the_flights_of_an_aircraft_begin_with_the_live_one(site: Site) -> None:
    site.sky.columns = rows_of(0x4CA2D6, START + 9000)
    site.history.past = [PAST]
    answer = (await site.get("/api/v1/aircraft/4ca2d6/flights")).json()
    assert [flight["id"] for flight in answer["flights"]] == ["4ca2d6-6740c644", NAME]
    assert answer["next"] is None


async def test_a_live_flight_that_is_stored_is_listed_once(site: Site) -> None:
    site.sky.columns = rows_of(0x4CA2D6)
    site.history.past = [PAST]
    answer = (await site.get("/api/v1/aircraft/4ca2d6/flights?limit=1")).json()
    assert answer["flights"] == [PAST]


async def test_the_flights_of_an_aircraft_come_in_pages(site: Site) -> None:
    site.sky.columns = rows_of(0x4CA2D6, START + 9000)
    site.history.past = [PAST]
    first = (await site.get("/api/v1/aircraft/4ca2d6/flights?limit=1")).json()
    assert [flight["id"] for flight in first["flights"]] == ["4ca2d6-6740c644"]
    second = (await site.get(f"/api/v1/aircraft/4ca2d6/flights?limit=1&cursor={first['next']}")).json()
    assert second == {"flights": [PAST], "next": None}


@pytest.mark.parametrize("query", ["cursor=x", "limit=0", "limit=1001"])
async def test_a_page_that_cannot_be_is_a_problem(site: Site, query: str) -> None:
    assert (await site.get(f"/api/v1/aircraft/4ca2d6/flights?{query}")).status_code == 422


def track() -> Any:
    return rows_of([0x4CA2D6] * 3, time=[START, START + 10, START + 20], lat=[50.0, 50.1, 50.2], lon=8.0)
