"""How the server is doing: alive, ready, its feeds, its figures."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import orjson
from starlette.responses import Response

from aerotrack.core.observations import Receiver
from aerotrack.core.reports import FeedReport
from aerotrack.core.values import moment
from aerotrack.web import schemas
from aerotrack.web.routers import router_of

Feeds = Callable[[], Sequence[FeedReport]]
Stats = Callable[[], Mapping[str, Any]]
Ready = Callable[[], Mapping[str, str | None]]
"""What must be well for the server to be ready, by name: None, or a sentence on what is not."""


class Status:
    """Reports on request; `probes` stands at the root of the site, `router` in the API."""

    def __init__(self, feeds: Feeds, stats: Stats, ready: Ready) -> None:
        self._feeds = feeds
        self._stats = stats
        self._ready = ready
        self.router, self.probes = router_of("server"), router_of("server", prefix="")
        anything: dict[str, Any] = {"type": "object"}
        for router, path, endpoint, summary, answer in (
            (
                self.router,
                "/feeds",
                self.feeds,
                "Each feed: connected, rate, lag, accepted, refused and why",
                schemas.answer(feeds=schemas.list_of(anything)),
            ),
            (self.router, "/stats", self.stats, "Totals, rates and latencies", schemas.just(anything)),
            (self.probes, "/healthz", self.alive, "The server is alive", schemas.just(anything)),
            (
                self.probes,
                "/readyz",
                self.ready,
                "The server does its work, or what is amiss",
                schemas.just(anything) | {503: {"description": "not ready, with the reasons"}},
            ),
        ):
            router.add_api_route(path, endpoint, summary=summary, response_class=Response, responses=answer)

    async def feeds(self) -> Response:
        """Return a report on each feed."""
        return _json({"feeds": [_feed(report) for report in self._feeds()]})

    async def stats(self) -> Response:
        """Return the figures of this run."""
        return _json(dict(self._stats()))

    async def alive(self) -> Response:
        """Return at once: whoever reads this knows that the server is alive."""
        return _json({"status": "alive"})

    async def ready(self) -> Response:
        """Return 200 when all is well, 503 with the reasons otherwise."""
        checks = dict(self._ready())
        well = all(reason is None for reason in checks.values())
        return _json({"status": "ready" if well else "not ready", "checks": checks}, 200 if well else 503)


def _feed(report: FeedReport) -> dict[str, Any]:
    return {
        "name": report.name,
        "url": report.url,
        "state": report.state,
        "connected": report.connected,
        "error": report.error,
        "messages": report.messages,
        "accepted": report.accepted,
        "refused": dict(report.refused),
        "rate_per_s": round(report.rate_per_s, 1),
        "lag_seconds": None if report.lag_seconds is None else round(report.lag_seconds, 3),
        "last_message": None if report.last_message is None else moment(report.last_message),
        "kinds": dict(report.kinds),
        "overlap": None if report.overlap is None else round(report.overlap, 4),
        "contribution": None if report.contribution is None else round(report.contribution, 4),
        "receiver": _place(report.receiver),
        "max_range_nm": report.max_range_nm,
        "outline": report.outline,
    }


def _place(receiver: Receiver | None) -> dict[str, float] | None:
    return None if receiver is None else {"lat": receiver.lat, "lon": receiver.lon}


def _json(body: Mapping[str, Any], status: int = 200) -> Response:
    return Response(
        orjson.dumps(body, option=orjson.OPT_SERIALIZE_NUMPY), status, media_type="application/json"
    )
