"""The app: the API, the stream and the pages, on one port."""

from collections import Counter
from collections.abc import Awaitable, Callable, Collection, Mapping
from functools import cache, partial
from pathlib import Path
from typing import Any

import orjson
from fastapi import FastAPI
from fastapi.routing import iter_route_contexts
from starlette.middleware.cors import CORSMiddleware
from starlette.responses import Response

from aerotrack import __version__
from aerotrack.core.gazetteer import Gazetteer
from aerotrack.core.observations import Receiver
from aerotrack.core.ports import Clock, History, Past, Sky
from aerotrack.web import asyncapi, failures, pages, problems
from aerotrack.web.access import Access
from aerotrack.web.adsbx_api import AdsbxApi
from aerotrack.web.airports import AirportsApi
from aerotrack.web.answer_counts import CountAnswers
from aerotrack.web.broadcaster import Broadcaster
from aerotrack.web.door import HEADERS, Door, Gate
from aerotrack.web.head import HeadAsGet
from aerotrack.web.live import LiveFlights
from aerotrack.web.metrics import Metrics
from aerotrack.web.opensky_api import OpenSkyApi
from aerotrack.web.past import FlightsAndAircraft
from aerotrack.web.per_tick import PerTick
from aerotrack.web.readsb_api import ReadsbApi
from aerotrack.web.security import SecurityHeaders
from aerotrack.web.status import Feeds, Ready, Stats, Status
from aerotrack.web.stream import Room, Stream, StreamFirst
from aerotrack.web.time_travel import Present, TimeTravel

STREAM = asyncapi.ADDRESS


def make_app(
    *,
    sky: Sky,
    history: History,
    broadcaster: Broadcaster,
    past: Past | None = None,
    feeds: Feeds,
    stats: Stats,
    ready: Ready,
    clock: Clock,
    epoch: str,
    tick_seconds: float = 1.0,
    speed: float = 1.0,
    allow_origins: Collection[str] = (),
    allow_embed: Collection[str] = (),
    room: Room = Room(),  # noqa: B008  frozen
    airports: Callable[[], Gazetteer] = Gazetteer,
    page: Path = pages.PAGE,
    basemap: Path = pages.BASEMAP,
    receiver: Receiver | None = None,
    door: Door | None = None,
) -> FastAPI:
    """Put the site together.

    `epoch`, 8 hex digits, names this run. `clock` is the stream's, `speed` how much faster than life it runs.

    `airports` reads the names of airports, at the first question. `receiver` is where the one antenna stands.

    Pages of `allow_origins` may use it too; otherwise only our own and programs may open the stream.
    Those of `allow_embed` may show our page in a frame. `door` knows the keys; without one all may read.
    """
    app = FastAPI(
        title="AeroTrack",
        version=__version__,
        openapi_url=None,  # FastAPI would write it anew for everybody who asks
        docs_url=None,
        redoc_url=None,
    )
    failures.install(app)
    door = door or Door()
    access = Access()
    app.add_middleware(Gate, door=door, access=access)
    if allow_origins:
        app.add_middleware(
            CORSMiddleware, allow_origins=list(allow_origins), allow_methods=["GET"], allow_headers=HEADERS
        )
    app.add_middleware(SecurityHeaders, allow_embed=allow_embed, is_by_tls=door.addresses.came_by_tls)
    app.add_middleware(HeadAsGet)
    answers: Counter[str] = Counter()

    def figures() -> Mapping[str, Any]:
        return {
            **stats(),
            "rows": len(sky.columns["address"]),
            "broadcast": broadcaster.report(),
            "stream": stream.report(),
            "answers": dict(answers),
            "door": dict(door.refused),
            "ready": ready(),
        }

    status = Status(feeds, figures, ready)
    per_tick = PerTick(sky, epoch)
    for router in (
        *(
            part.router
            for part in (LiveFlights(sky), FlightsAndAircraft(sky, history), AirportsApi(airports))
        ),
        *(status.router, status.probes, Metrics(feeds, figures).router),
        ReadsbApi(sky, per_tick, feeds, tick_seconds=tick_seconds, receiver=receiver).router,
        AdsbxApi(sky, per_tick).router,
        OpenSkyApi(sky, per_tick).router,
    ):
        app.router.routes.extend(router.routes)
    present = Present(epoch, broadcaster, speed, clock)
    agency = TimeTravel(past, present, tick_seconds=tick_seconds, most=room.replays)
    stream = Stream(agency, allow_origins=allow_origins, room=room, door=door)
    app.add_middleware(CountAnswers, counts=answers)
    app.add_middleware(StreamFirst, stream=stream)
    app.add_api_route(STREAM, _not_a_page, include_in_schema=False)
    for address, document in (
        (pages.OPENAPI, app.openapi),
        (pages.ASYNCAPI, partial(asyncapi.document, __version__)),
    ):
        app.add_api_route(address, _written_once(document), include_in_schema=False)
    app.router.routes.extend(pages.page_routes(page, basemap))
    access.cover(iter_route_contexts(app.routes))
    return app


def _written_once(document: Callable[[], Any]) -> Callable[[], Awaitable[Response]]:
    """Answer with a document, which is written when the first asks for it."""
    body = cache(lambda: orjson.dumps(document()))

    async def answer() -> Response:
        return Response(body(), media_type="application/json")

    return answer


async def _not_a_page() -> Response:
    """Tell who asks for the stream with plain HTTP."""
    return problems.problem(
        426,
        f"{STREAM} is a WebSocket: open it with one, as docs/reference/stream.md shows.",
        {"Upgrade": "websocket"},
    )
