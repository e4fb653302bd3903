from typing import Any

import pytest
from prometheus_client.openmetrics.parser import text_string_to_metric_families as openmetrics
from prometheus_client.parser import text_string_to_metric_families as plain

from aerotrack.core.histogram import Histogram
from aerotrack.core.reports import FeedReport
from aerotrack.web.metrics import Metrics
from fakes import changes_of, rows_of
from web.harness import Site, eventually

pytestmark = pytest.mark.asyncio(loop_scope="session")  # that of the stage

Series = dict[tuple[str, tuple[tuple[str, str], ...]], float]


def series(text: str, parse: Any = plain) -> Series:
    """Read every series: by its name and labels."""
    found: Series = {}
    for family in parse(text):
        for sample in family.samples:
            key = (sample.name, tuple(sorted(sample.labels.items())))
            assert key not in found, key
            found[key] = sample.value
    return found


async def scraped(site: Site, **headers: str) -> Series:
    answer = await site.get("/metrics", **headers)
    assert answer.status_code == 200
    return series(answer.text)


async def test_prometheus_reads_what_the_parts_report(site: Site) -> None:
    site.sky.columns = rows_of([1, 2])
    site.checks["database"] = "PostgreSQL cannot be reached."
    answer = await site.get("/metrics")
    assert answer.headers["content-type"] == "text/plain; version=0.0.4; charset=utf-8"
    found = series(answer.text)
    assert found["aerotrack_flights", ()] == 2
    assert found["aerotrack_ready", (("part", "database"),)] == 0
    assert found["process_resident_memory_bytes", ()] > 1e6
    assert found["process_open_fds", ()] > 0


async def test_who_asks_for_openmetrics_gets_it(site: Site) -> None:
    site.feeds.append(FeedReport("roof", "sbs://roof:30003", messages=9, refused={"jump": 2}))
    answer = await site.get("/metrics", Accept="application/openmetrics-text; version=abc, */*")
    assert answer.headers["content-type"].startswith("application/openmetrics-text; version=1.0.0")
    assert answer.text.endswith("# EOF\n")
    found = series(answer.text, openmetrics)
    assert found["aerotrack_feed_messages_total", (("feed", "roof"),)] == 9


async def test_each_feed_is_a_label_and_so_is_why_something_was_refused(site: Site) -> None:
    site.feeds.append(
        FeedReport(
            "roof", "sbs://roof:30003", connected=True, accepted=7, refused={"jump": 2, "stale": 1},
            lag_seconds=0.5, kinds={"DF17": 9},
        )
    )  # fmt: skip
    site.feeds.append(FeedReport("hill", "sbs://hill:30003", error="Connection refused."))
    found = await scraped(site)
    assert found["aerotrack_feed_up", (("feed", "roof"),)] == 1
    assert found["aerotrack_feed_up", (("feed", "hill"),)] == 0
    assert found["aerotrack_feed_refused_total", (("feed", "roof"), ("reason", "jump"))] == 2
    assert found["aerotrack_feed_messages_by_kind_total", (("feed", "roof"), ("kind", "DF17"))] == 9
    assert found["aerotrack_feed_lag_seconds", (("feed", "roof"),)] == 0.5


async def test_what_a_feed_does_not_know_has_no_series(site: Site) -> None:
    site.feeds.append(FeedReport("hill", "sbs://hill:30003"))
    found = await scraped(site)
    assert ("aerotrack_feed_lag_seconds", (("feed", "hill"),)) not in found
    assert ("aerotrack_feed_max_range_nm", (("feed", "hill"),)) not in found


async def test_two_feeds_of_one_name_are_told_apart(site: Site) -> None:
    site.feeds += [FeedReport("roof", "sbs://a:1", messages=1), FeedReport("roof", "sbs://b:1", messages=2)]
    found = await scraped(site)
    assert found["aerotrack_feed_messages_total", (("feed", "roof"),)] == 1
    assert found["aerotrack_feed_messages_total", (("feed", "roof#2"),)] == 2


async def test_a_feed_may_have_any_name(site: Site) -> None:
    site.feeds.append(FeedReport('ro"of\n\\x', "sbs://a:1", messages=1))
    assert (await scraped(site))["aerotrack_feed_messages_total", (("feed", 'ro"of\n\\x'),)] == 1


async def test_a_histogram_has_its_buckets_its_count_and_its_sum(site: Site) -> None:
    async with site.stream("?binary") as client:
        await client.next()
        await client.send(type="subscribe")
        await client.next()
        site.broadcaster.take(changes_of(1, rows_of([1])))
        await eventually(lambda: site.broadcaster.latency.broadcast.report().count)
        found = await scraped(site)
    assert found["aerotrack_broadcast_seconds_count", ()] == 1
    assert found["aerotrack_broadcast_seconds_bucket", (("le", "+Inf"),)] == 1
    assert 0 < found["aerotrack_broadcast_seconds_sum", ()] < 2.5


async def test_what_was_answered_is_counted(site: Site) -> None:
    await site.get("/nowhere")
    await site.get("/healthz")
    found = await scraped(site)
    assert found["aerotrack_http_answers_total", (("status", "404"),)] == 1
    assert found["aerotrack_http_answers_total", (("status", "200"),)] == 1


async def test_who_is_not_let_in_and_who_errs_is_counted(site: Site) -> None:
    with pytest.raises(Exception, match="403"):
        async with site.stream(origin="http://evil.example"):
            pass
    async with site.stream() as client:
        await client.next()
        await client.send(type="nonsense")
        assert (await client.next())["code"] == "bad_request"
    found = await scraped(site)
    assert found["aerotrack_clients_refused_total", (("reason", "origin"),)] == 1
    assert found["aerotrack_clients_refused_total", (("reason", "full"),)] == 0
    assert found["aerotrack_client_errors_total", (("code", "bad_request"),)] == 1


async def test_figures_that_nobody_tells_leave_only_their_description() -> None:
    families = {family.name: family for family in Metrics(list, dict).collect()}
    assert families["aerotrack_tick_seconds"].samples == []
    assert families["aerotrack_recorder_queued_positions"].samples == []
    assert families["aerotrack_connections_cut"].samples == []


async def test_a_histogram_of_the_figures_is_told_as_it_is() -> None:
    histogram = Histogram((0.1, 1.0))
    histogram.add(0.5)
    report = histogram.report()
    figures = {
        "loop_lag_seconds": {"count": report.count, "sum": report.sum, "buckets": report.buckets},
    }
    families = {family.name: family for family in Metrics(list, lambda: figures).collect()}
    values = {
        (sample.name.removeprefix("aerotrack_event_loop_lag_seconds_"), sample.labels.get("le")): sample.value
        for sample in families["aerotrack_event_loop_lag_seconds"].samples
    }
    assert values == {
        ("bucket", "0.1"): 0,
        ("bucket", "1.0"): 1,
        ("bucket", "+Inf"): 1,
        ("count", None): 1,
        ("sum", None): 0.5,
    }
