import pytest

from aerotrack.web.traffic import step_for
from fakes import START
from web.harness import Site

pytestmark = pytest.mark.asyncio(loop_scope="session")  # that of the stage

UNUSABLE = """
    from=yesterday from=2026-11-22T09:00:00 from=2026-11-22T09:00:00Z&to=2026-11-22T08:00:00Z
    step=0 step=-1 step=x step=1e99 from=1969-01-01T00:00:00Z
"""


async def test_the_steps_are_told_with_the_time_they_begin(site: Site) -> None:
    site.history.begins = START - 7200.0
    answer = await site.get(
        "/api/v1/history/traffic?from=2024-11-22T15:00:30Z&to=2024-11-22T15:02:30Z&step=60"
    )
    assert answer.json() == {
        "from": "2024-11-22T15:00:00.000Z",
        "to": "2024-11-22T15:03:00.000Z",
        "step": 60,
        "earliest": "2024-11-22T13:28:28.000Z",
        "traffic": [
            {"time": "2024-11-22T15:00:00.000Z", "flights": 0},
            {"time": "2024-11-22T15:01:00.000Z", "flights": 1},
            {"time": "2024-11-22T15:02:00.000Z", "flights": 2},
        ],
    }


async def test_unless_said_otherwise_it_is_all_that_is_stored_in_at_most_300_steps(site: Site) -> None:
    site.history.begins = site.sky.time - 86_400.0
    said = (await site.get("/api/v1/history/traffic")).json()
    assert said["step"] == 300
    assert 288 <= len(said["traffic"]) <= 300


async def test_of_nothing_stored_it_is_an_hour_of_nothing(site: Site) -> None:
    said = (await site.get("/api/v1/history/traffic")).json()
    assert (said["earliest"], said["step"]) == (None, 15)


async def test_too_many_steps_are_refused_with_a_step_that_will_do(site: Site) -> None:
    asked = "/api/v1/history/traffic?from=2024-11-22T00:00:00Z&to=2024-11-23T00:00:00Z&step="
    answer = await site.get(f"{asked}1")
    assert (answer.status_code, "at least 87 seconds" in answer.json()["detail"]) == (422, True)
    assert (await site.get(f"{asked}87")).status_code == 200


@pytest.mark.parametrize("query", UNUSABLE.split())
async def test_what_cannot_be_asked_is_a_problem(site: Site, query: str) -> None:
    answer = await site.get(f"/api/v1/history/traffic?{query}")
    assert (answer.status_code, answer.headers["content-type"]) == (422, "application/problem+json")


async def test_a_history_that_is_away_is_a_problem(site: Site) -> None:
    site.history.broken = True
    assert (await site.get("/api/v1/history/traffic")).status_code == 503


@pytest.mark.parametrize(("hours", "step"), [(1, 15), (6, 120), (24, 300), (168, 3600), (10_000, 172_800)])
async def test_the_step_fits_the_span(hours: int, step: int) -> None:
    assert step_for(hours * 3600.0) == step
