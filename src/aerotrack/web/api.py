"""The app: the API, the stream and the pages, on one port."""

from collections.abc import Callable, Collection
from pathlib import Path

import orjson
from fastapi import APIRouter, FastAPI
from starlette.middleware.cors import CORSMiddleware
from starlette.responses import Response

from aerotrack import __version__
from aerotrack.core.gazetteer import Gazetteer
from aerotrack.core.observations import Receiver
from aerotrack.core.ports import Clock, History, Past, Sky
from aerotrack.web import asyncapi, pages, problems
from aerotrack.web.adsbx_api import AdsbxApi
from aerotrack.web.airports import AirportsApi
from aerotrack.web.broadcaster import Broadcaster
from aerotrack.web.head import HeadAsGet
from aerotrack.web.live import LiveFlights
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
) -> FastAPI:
    """Put the site together.

    `epoch`, 8 hex digits, names this run. `clock` is the stream's, `speed` how much faster than life it runs.

    `airports` reads the names of airports, at the first question. `receiver` is where the one antenna stands.

    Pages of `allow_origins` may use it too; otherwise only our own and programs may open the stream.
    Those of `allow_embed` may show our page in a frame.
    """
    app = FastAPI(
        title="AeroTrack", version=__version__, openapi_url=pages.OPENAPI, docs_url=None, redoc_url=None
    )
    problems.install(app)
    if allow_origins:
        app.add_middleware(CORSMiddleware, allow_origins=list(allow_origins), allow_methods=["GET"])
    app.add_middleware(SecurityHeaders, allow_embed=allow_embed)
    app.add_middleware(HeadAsGet)
    status = Status(feeds, stats, ready)
    api = APIRouter(prefix="/api/v1")
    for part in (LiveFlights(sky), FlightsAndAircraft(sky, history), AirportsApi(airports), status):
        api.include_router(part.router)
    app.include_router(api)
    app.include_router(status.probes)
    per_tick = PerTick(sky, epoch)
    for drop_in in (
        ReadsbApi(sky, per_tick, feeds, tick_seconds=tick_seconds, receiver=receiver),
        AdsbxApi(sky, per_tick),
        OpenSkyApi(sky, per_tick),
    ):
        app.include_router(drop_in.router)
    present = Present(epoch, broadcaster, speed, clock)
    agency = TimeTravel(past, present, tick_seconds=tick_seconds, most=room.replays)
    stream = Stream(agency, allow_origins=allow_origins, room=room)
    app.add_middleware(StreamFirst, stream=stream)
    app.add_api_route(STREAM, _not_a_page, include_in_schema=False)
    app.add_api_route(pages.ASYNCAPI, _asyncapi, include_in_schema=False)
    app.router.routes.extend(pages.page_routes(page, basemap))
    return app


async def _asyncapi() -> Response:
    """Describe the stream."""
    return Response(orjson.dumps(asyncapi.document(__version__)), media_type="application/json")


async def _not_a_page() -> Response:
    """Tell who asks for the stream with plain HTTP."""
    return problems.problem(
        426,
        f"{STREAM} is a WebSocket: open it with one, as docs/reference/stream.md shows.",
        {"Upgrade": "websocket"},
    )
