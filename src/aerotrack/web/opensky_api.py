"""`/api/states/all`: the live flights as OpenSky's REST API tells them."""

from typing import Annotated

from fastapi import Query
from starlette.requests import Request
from starlette.responses import Response

from aerotrack.core.ports import Sky
from aerotrack.encode import opensky
from aerotrack.encode.readsb import now_of
from aerotrack.errors import SettingsError
from aerotrack.web import schemas
from aerotrack.web.drop_in import Question, in_steps
from aerotrack.web.flight_filter import FlightFilter
from aerotrack.web.per_tick import PerTick, Write
from aerotrack.web.problems import UNUSABLE, documented
from aerotrack.web.routers import router_of
from aerotrack.web.subscriptions import Box, check_box

NOW_S = 60.0  # a moment so far from now is not now

Degrees = Annotated[float | None, Query(allow_inf_nan=False, description="degrees")]


class OpenSkyApi:
    """State vectors, out of memory. Countries and sensors are not known; see the encoder."""

    def __init__(self, sky: Sky, per_tick: PerTick) -> None:
        self._sky = sky
        self._per_tick = per_tick
        self.router = router_of("drop-in: OpenSky", prefix="/api")
        self.router.add_api_route(
            "/states/all",
            self.states,
            summary="State vectors: arrays of 17 columns, metric",
            response_class=Response,
            responses=schemas.answer(
                time={"type": "integer", "description": "Unix seconds"},
                states=schemas.list_of({"type": "array", "minItems": 17, "maxItems": 18}),
            )
            | documented(UNUSABLE),
        )

    async def states(
        self,
        request: Request,
        *,
        time: Annotated[int | None, Query(description="now, or 0; not of the past")] = None,
        icao24: Annotated[list[str] | None, Query(description="may be repeated")] = None,
        lamin: Degrees = None,
        lomin: Degrees = None,
        lamax: Degrees = None,
        lomax: Degrees = None,
        extended: Annotated[bool, Query(description="with an 18th column, the category")] = False,
    ) -> Response:
        """Take the four sides of a box together; one with `lomin` > `lomax` crosses 180°."""
        if time and abs(time - self._sky.time) > NOW_S:
            raise SettingsError(
                f"time={time} is not now, and only now is told here: leave it out, or ask "
                "/api/v1/history/sky for the past."
            )
        question = Question(
            FlightFilter(icao24=",".join(icao24) if icao24 else None), bbox=_box(lomin, lamin, lomax, lamax)
        )
        question.check()

        def gather() -> Write:
            columns = question.of(self._sky)
            now = now_of(columns, self._sky.time)
            return lambda: opensky.document(
                in_steps(columns, lambda part: opensky.states(part, extended=extended)), now
            )

        return await self._per_tick.answer(request, ("states", question, extended), gather)


def _box(west: float | None, south: float | None, east: float | None, north: float | None) -> Box | None:
    if west is None and south is None and east is None and north is None:
        return None
    if west is None or south is None or east is None or north is None:
        raise SettingsError("A side of the box is missing: give lamin, lomin, lamax and lomax, or none.")
    box = (west, south, east, north)
    check_box(box)
    return box
