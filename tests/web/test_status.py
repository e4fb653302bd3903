import pytest

from aerotrack.core.observations import Receiver
from aerotrack.core.reports import FeedReport
from fakes import START, rows_of
from web.harness import Site

pytestmark = pytest.mark.asyncio(loop_scope="session")  # that of the stage


async def test_each_feed_reports_how_it_is(site: Site) -> None:
    site.feeds.append(
        FeedReport(
            "roof",
            "beast://10.0.0.5:30005",
            connected=True,
            messages=9,
            accepted=7,
            refused={"future": 2},
            rate_per_s=3.14159,
            lag_seconds=0.12345,
            last_message=START + 0.5,
            state="connected",
            kinds={"DF17": 8, "DF11": 1},
            overlap=0.123456,
            contribution=1 / 3,
            receiver=Receiver(48.8, 2.4),
            max_range_nm=60.2,
            outline=(60.2, *(None,) * 35),
        )
    )
    site.feeds.append(FeedReport("hill", "sbs://hill:30003", error="Connection refused."))
    roof, hill = (await site.get("/api/v1/feeds")).json()["feeds"]
    assert roof == {
        "name": "roof",
        "url": "beast://10.0.0.5:30005",
        "state": "connected",
        "connected": True,
        "error": None,
        "messages": 9,
        "accepted": 7,
        "refused": {"future": 2},
        "rate_per_s": 3.1,
        "lag_seconds": 0.123,
        "last_message": "2024-11-22T15:28:28.500Z",
        "kinds": {"DF17": 8, "DF11": 1},
        "overlap": 0.1235,
        "contribution": 0.3333,
        "receiver": {"lat": 48.8, "lon": 2.4},
        "max_range_nm": 60.2,
        "outline": [60.2, *[None] * 35],
    }
    assert (hill["receiver"], hill["max_range_nm"], hill["outline"]) == (None, None, None)
    assert (hill["error"], hill["lag_seconds"], hill["last_message"]) == ("Connection refused.", None, None)


async def test_the_figures_are_those_of_the_program(site: Site) -> None:
    site.sky.columns = rows_of([1, 2])
    stats = (await site.get("/api/v1/stats")).json()
    assert (stats["flights"], stats["rows"]) == (2, 2)
    assert stats["ready"] == {"database": None}
    assert stats["broadcast"]["feed_to_client_seconds"]["p99"] is None


async def test_the_server_is_alive(site: Site) -> None:
    assert (await site.get("/healthz")).status_code == 200


async def test_the_server_is_ready_when_all_is_well(site: Site) -> None:
    assert (await site.get("/readyz")).json() == {"status": "ready", "checks": {"database": None}}


async def test_the_server_says_why_it_is_not_ready(site: Site) -> None:
    site.checks["database"] = "PostgreSQL cannot be reached."
    answer = await site.get("/readyz")
    assert answer.status_code == 503
    assert answer.json()["checks"] == {"database": "PostgreSQL cannot be reached."}
