from typing import Any

import pytest

from aerotrack.core.questions import EventsAsked
from aerotrack.web.event_log import KINDS
from fakes import START
from web.harness import Site

pytestmark = pytest.mark.asyncio(loop_scope="session")  # that of the stage


def event(number: int) -> dict[str, Any]:
    time_us = (START + number // 2) * 1_000_000
    return {"id": f"id {number}", "kind": "takeoff", "flight": "a flight", "lat": 50.0, "time_us": time_us}


async def test_events_come_in_pages_with_the_members_of_their_kind(site: Site) -> None:
    site.history.log = [event(number) for number in (4, 3, 2, 1)]
    first = (await site.get("/api/v1/events?limit=2")).json()
    assert first["events"][0] == {"id": "id 4", "kind": "takeoff", "flight": "a flight", "lat": 50.0}
    site.history.log = [event(number) for number in (6, 5, 4, 3, 2, 1)]
    second = (await site.get(f"/api/v1/events?limit=2&cursor={first['next']}")).json()
    assert ([said["id"] for said in second["events"]], second["next"]) == (["id 2", "id 1"], None)


async def test_what_is_asked_reaches_the_history(site: Site) -> None:
    await site.get(
        "/api/v1/events?from=2024-11-22T15:28:28Z&kind=Takeoff,landing&flight=4ca2d6-6740a31c&limit=7"
    )
    assert site.history.asked == EventsAsked(
        start=START, kinds=("takeoff", "landing"), flight=0x4CA2D6 << 32 | START, limit=8
    )


async def test_a_kind_that_is_none_is_told_those_that_are(site: Site) -> None:
    answer = await site.get("/api/v1/events?kind=takeoff,crash")
    assert answer.status_code == 422
    assert "'crash' is no kind of event" in answer.json()["detail"]
    assert all(kind in answer.json()["detail"] for kind in KINDS)


async def test_every_kind_of_the_interface_may_be_asked_for() -> None:
    assert set(KINDS) == {
        "takeoff", "landing", "go_around", "emergency_on", "emergency_off", "squawk", "flight_started",
        "flight_ended", "area_entered", "area_left", "address_conflict",
    }  # fmt: skip


@pytest.mark.parametrize(
    "query",
    [
        "limit=0", "limit=1001", "cursor=x", "flight=x", "from=nan", "kind=,", "kind=%00",
        "from=2024-11-22T15:28:28Z&to=2024-11-22T15:28:27Z",
    ],
)  # fmt: skip
async def test_a_query_that_cannot_be_used_is_a_problem(site: Site, query: str) -> None:
    answer = await site.get(f"/api/v1/events?{query}")
    assert (answer.status_code, answer.headers["content-type"]) == (422, "application/problem+json")
    assert len(answer.json()["detail"]) > 20
