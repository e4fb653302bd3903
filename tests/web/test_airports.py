from typing import Any

import pytest

from aerotrack.core.gazetteer import Airport, Gazetteer
from web.harness import Site

pytestmark = pytest.mark.asyncio(loop_scope="session")  # that of the stage

FRANKFURT = Airport("EDDF", "FRA", "Frankfurt am Main Airport", "Frankfurt", "DE", 50.033, 8.571, 364.0)
EGELSBACH = Airport("EDFE", None, "Frankfurt-Egelsbach Airport", "Egelsbach", "DE", 49.96, 8.64, 384.0)


@pytest.fixture
def options() -> dict[str, Any]:
    return {"airports": lambda: Gazetteer([EGELSBACH, FRANKFURT])}


async def test_airports_are_found_by_how_they_begin(site: Site) -> None:
    answer = await site.get("/api/v1/airports?q=frankf")
    assert answer.json() == {
        "airports": [
            {
                "icao": "EDDF",
                "iata": "FRA",
                "name": "Frankfurt am Main Airport",
                "city": "Frankfurt",
                "country": "DE",
                "lat": 50.033,
                "lon": 8.571,
                "elevation_ft": 364.0,
            },
            {
                "icao": "EDFE",
                "iata": None,
                "name": "Frankfurt-Egelsbach Airport",
                "city": "Egelsbach",
                "country": "DE",
                "lat": 49.96,
                "lon": 8.64,
                "elevation_ft": 384.0,
            },
        ]
    }


async def test_no_more_airports_are_told_than_were_asked_for(site: Site) -> None:
    airports = (await site.get("/api/v1/airports?q=frankf&limit=1")).json()["airports"]
    assert [airport["icao"] for airport in airports] == ["EDDF"]


@pytest.mark.parametrize("query", ["", "?q=", "?q=fra&limit=0", "?q=fra&limit=101", f"?q={'x' * 101}"])
async def test_a_question_that_cannot_be_answered_is_refused(site: Site, query: str) -> None:
    assert (await site.get(f"/api/v1/airports{query}")).status_code == 422


@pytest.mark.parametrize("code", ["EDDF", "fra"])
async def test_one_airport_is_told_by_either_code(site: Site, code: str) -> None:
    assert (await site.get(f"/api/v1/airports/{code}")).json()["icao"] == "EDDF"


async def test_a_code_that_no_airport_has_is_not_found(site: Site) -> None:
    answer = await site.get("/api/v1/airports/XXXX")
    assert answer.status_code == 404
    assert answer.json()["detail"] == "No airport has the code XXXX: /api/v1/airports?q= finds one by name."
