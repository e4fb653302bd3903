from typing import Any

import numpy as np
import pytest

from aerotrack.core.columns import PUBLIC_NAMES
from aerotrack.core.questions import FlightsAsked
from fakes import START, rows_of
from web.harness import Site

pytestmark = pytest.mark.asyncio(loop_scope="session")  # that of the stage

UNUSABLE = """
    bbox=1,2,3 bbox=nan,0,1,1 bbox=0,inf,1,1 polygon=1,2,3,4 polygon=nan,1,2,3,4,5
    bbox=0,0,1,1&polygon=0,0,1,0,1,1
    from=yesterday from=2026-11-22T09:00:00 from=nan from=inf
    from=2026-11-22T09:00:00Z&to=2026-11-22T08:00:00Z
    bbox=0,0,1,1&from=2026-11-20T09:00:00Z&to=2026-11-22T08:00:00Z bbox=0,0,1,1&from=2999-01-01T00:00:00Z
    limit=0 limit=-1 limit=1001 limit=1e9 limit=x cursor=x cursor=%00 cursor=WzFd%20x
    icao24=zz callsign=%00 callsign=,
"""


def past(*numbers: int) -> list[dict[str, Any]]:
    return [{"id": f"{n:06x}-{START + n:08x}", "icao24": f"{n:06x}"} for n in numbers]


async def test_flights_of_the_past_come_in_pages(site: Site) -> None:
    site.history.past = past(5, 4, 3, 2, 1)
    first = (await site.get("/api/v1/history/flights?limit=2")).json()
    assert [flight["icao24"] for flight in first["flights"]] == ["000005", "000004"]
    site.history.past = past(6, 5, 4, 3, 2, 1)  # another has started
    second = (await site.get(f"/api/v1/history/flights?limit=2&cursor={first['next']}")).json()
    assert [flight["icao24"] for flight in second["flights"]] == ["000003", "000002"]
    last = (await site.get(f"/api/v1/history/flights?limit=2&cursor={second['next']}")).json()
    assert ([flight["icao24"] for flight in last["flights"]], last["next"]) == (["000001"], None)


async def test_all_pages_are_of_the_time_of_the_first(site: Site) -> None:
    site.history.past = past(3, 2, 1)
    first = (await site.get("/api/v1/history/flights?limit=1&bbox=0,0,1,1")).json()
    window = site.history.asked.start, site.history.asked.end
    site.sky.time += 600.5
    second = (await site.get(f"/api/v1/history/flights?limit=1&bbox=0,0,1,1&cursor={first['next']}")).json()
    assert (site.history.asked.start, site.history.asked.end) == window
    site.sky.time += 600.5
    await site.get(f"/api/v1/history/flights?limit=1&bbox=0,0,1,1&cursor={second['next']}")
    assert (site.history.asked.start, site.history.asked.end) == window


@pytest.mark.parametrize(
    "time", ["9999-12-31T23:59:59-14:00", "0001-01-01T00:00:00%2B14:00", "1969-12-31T00:00:00Z"]
)
@pytest.mark.parametrize(
    "path",
    [
        "history/sky?at=",
        "history/flights?from=",
        "history/flights?to=",
        "history/flights?bbox=0,0,1,1&to=",
        "events?from=",
        "events?to=",
        "flights/4ca2d6-6740a31c/track?from=",
    ],
)
async def test_a_time_in_which_nothing_can_be_stored_is_refused(site: Site, path: str, time: str) -> None:
    site.history.past = [{"id": "4ca2d6-6740a31c"}]
    answer = await site.get(f"/api/v1/{path}{time}")
    assert answer.status_code == 422, answer.text
    assert "before 1970 or after 2099: give a time between them" in answer.json()["detail"]


async def test_a_full_last_page_has_no_next(site: Site) -> None:
    site.history.past = past(2, 1)
    assert (await site.get("/api/v1/history/flights?limit=2")).json()["next"] is None


async def test_what_is_asked_reaches_the_history(site: Site) -> None:
    await site.get(
        "/api/v1/history/flights?from=2024-11-22T15:28:28Z&to=2024-11-22T16:28:28%2B01:00&callsign=dlh,swr"
        "&icao24=4CA2D6&origin=eddf&destination=egll&limit=1000"
    )
    assert site.history.asked == FlightsAsked(
        start=START,
        end=START,
        callsigns=("DLH", "SWR"),
        addresses=(0x4CA2D6,),
        origins=("EDDF",),
        destinations=("EGLL",),
        limit=1001,
    )


async def test_in_an_area_the_last_hour_of_the_stream_is_asked(site: Site) -> None:
    await site.get("/api/v1/history/flights?polygon=170,0,-170,0,-170,10")
    asked = site.history.asked
    assert (asked.start, asked.end) == (site.sky.time - 3600, site.sky.time)
    assert asked.area.crosses


@pytest.mark.parametrize("query", UNUSABLE.split())
async def test_a_query_that_cannot_be_used_is_a_problem(site: Site, query: str) -> None:
    answer = await site.get(f"/api/v1/history/flights?{query}")
    assert (answer.status_code, answer.headers["content-type"]) == (422, "application/problem+json")
    assert 20 < len(answer.json()["detail"]) < 500
    assert site.history.asked is None


async def test_the_sky_of_a_moment_has_whole_flights(site: Site) -> None:
    site.history.skies = rows_of(
        np.arange(1200), lat=50.0, lon=8.0, time=START + 5, callsign=b"RYR1", coasting=0
    ) | {"feed": np.full(1200, "roof", object)}
    answer = (await site.get("/api/v1/history/sky?at=2024-11-22T15:28:38Z&bbox=5,45,16,55")).json()
    assert (answer["time"], len(answer["flights"])) == ("2024-11-22T15:28:38.000Z", 1200)
    assert tuple(answer["flights"][0]) == PUBLIC_NAMES
    assert {name: answer["flights"][7][name] for name in ("id", "callsign", "feed", "time", "squawk")} == {
        "id": "000007-6740a31c",
        "callsign": "RYR1",
        "feed": "roof",
        "time": "2024-11-22T15:28:33.000Z",
        "squawk": None,
    }
    at, area = site.history.asked
    assert (at, area.west, area.north) == (START + 10, 5, 55)


async def test_an_empty_sky_is_an_empty_list(site: Site) -> None:
    answer = await site.get("/api/v1/history/sky?at=2024-11-22T15:28:38Z")
    assert answer.json() == {"time": "2024-11-22T15:28:38.000Z", "flights": []}


@pytest.mark.parametrize("query", ["", "?at=", "?at=noon", "?at=nan", "?at=2024-11-22T15:28:38Z&bbox=1"])
async def test_a_sky_needs_a_moment(site: Site, query: str) -> None:
    assert (await site.get(f"/api/v1/history/sky{query}")).status_code == 422


@pytest.mark.parametrize("path", ["history/flights", "history/sky?at=2024-11-22T15:28:38Z", "events"])
async def test_a_database_that_is_away_is_a_problem_for_a_while(site: Site, path: str) -> None:
    site.history.broken = True
    answer = await site.get(f"/api/v1/{path}")
    assert (answer.status_code, answer.headers["retry-after"]) == (503, "5")
