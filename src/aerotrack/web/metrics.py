"""Metrics: what the server reports of itself, as Prometheus reads it. docs/reference/metrics.md lists all.

Everything is read from the reports when somebody asks: what is counted is counted where it happens, in plain
numbers. No label names an aircraft, a flight or a client: nobody outside can make a series of their own.
"""

import platform
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

from prometheus_client import CollectorRegistry, ProcessCollector, generate_latest
from prometheus_client.metrics_core import (
    CounterMetricFamily,
    GaugeMetricFamily,
    HistogramMetricFamily,
    InfoMetricFamily,
    Metric,
)
from prometheus_client.openmetrics import exposition as openmetrics
from prometheus_client.registry import Collector
from starlette.requests import Request
from starlette.responses import Response

from aerotrack import __version__
from aerotrack.core.reports import FeedReport
from aerotrack.web.figures import COUNTER, FIGURES, HISTOGRAM, OF_FEEDS, Figure
from aerotrack.web.routers import router_of

ADDRESS = "/metrics"
_TEXT, _OPENMETRICS = "text/plain; version=0.0.4; charset=utf-8", "application/openmetrics-text"


class Metrics(Collector):
    """Answers who asks at `/metrics`, with what the feeds and the figures of this run say then."""

    def __init__(
        self, feeds: Callable[[], Sequence[FeedReport]], figures: Callable[[], Mapping[str, Any]]
    ) -> None:
        self._feeds, self._figures = feeds, figures
        self._registry = CollectorRegistry()
        self._registry.register(self)
        ProcessCollector(registry=self._registry)
        self.router = router_of("server", prefix="")
        self.router.add_api_route(
            ADDRESS,
            self.metrics,
            summary="What Prometheus reads",
            response_class=Response,
            responses={200: {"content": {"text/plain": {}, _OPENMETRICS: {}}}},
        )

    async def metrics(self, request: Request) -> Response:
        """Return all metrics, in the text format of Prometheus or, if that is asked for, as OpenMetrics."""
        if _OPENMETRICS not in request.headers.get("accept", ""):
            return Response(generate_latest(self._registry), media_type=_TEXT)
        written: bytes = openmetrics.generate_latest(self._registry)  # type: ignore[no-untyped-call]
        return Response(written, media_type=openmetrics.CONTENT_TYPE_LATEST)

    def describe(self) -> Iterator[Metric]:
        """Name nothing in advance: nothing else is in this registry."""
        return iter(())

    def collect(self) -> Iterator[Metric]:
        """Read all reports."""
        yield InfoMetricFamily(
            "aerotrack_build",
            "Which version this is.",
            {"version": __version__, "python": platform.python_version()},
        )
        figures = self._figures()
        for figure in FIGURES:
            yield _family_of(figure, figure.found_in(figures))
        reports = _told_apart(self._feeds())
        for figure in OF_FEEDS:
            yield _family_of_feeds(figure, reports)


def _family_of(figure: Figure, found: Any) -> Metric:
    if figure.kind == HISTOGRAM:
        histogram = HistogramMetricFamily(f"aerotrack_{figure.name}", figure.said)
        if found:
            buckets = [(f"{bound}", count) for bound, count in found["buckets"]]
            histogram.add_metric([], [*buckets, ("+Inf", found["count"])], found["sum"])
        return histogram
    family = _family(figure, [figure.label] if figure.label else [])
    if figure.label:
        for label, value in found.items():
            family.add_metric([label], figure.read(value))
    elif found != {}:
        family.add_metric([], figure.read(found))
    return family


def _family_of_feeds(figure: Figure, reports: Mapping[str, FeedReport]) -> Metric:
    family = _family(figure, ["feed", figure.label] if figure.label else ["feed"])
    for name, report in reports.items():
        found = getattr(report, figure.path)
        if figure.label:
            for label, value in found.items():
                family.add_metric([name, label], figure.read(value))
        elif found is not None:
            family.add_metric([name], figure.read(found))
    return family


def _family(figure: Figure, labels: Sequence[str]) -> CounterMetricFamily | GaugeMetricFamily:
    kind = CounterMetricFamily if figure.kind == COUNTER else GaugeMetricFamily
    return kind(f"aerotrack_{figure.name}", figure.said, labels=labels)


def _told_apart(reports: Sequence[FeedReport]) -> dict[str, FeedReport]:
    """Name each feed; the second of a name is `name#2`, for Prometheus takes no series twice."""
    counts: Counter[str] = Counter()
    named: dict[str, FeedReport] = {}
    for report in reports:
        counts[report.name] += 1
        number = counts[report.name]
        named[report.name if number == 1 else f"{report.name}#{number}"] = report
    return named
