"""`/v2`: the API of ADSBexchange, version 2, as adsb.lol, airplanes.live and others have it too."""

from typing import Annotated, Any

from fastapi import Path
from starlette.requests import Request
from starlette.responses import Response

from aerotrack.core.ports import Sky
from aerotrack.encode import readsb
from aerotrack.web import schemas
from aerotrack.web.drop_in import EVERYONE, MOST_RADIUS_NM, Question, callsigns_of, in_steps
from aerotrack.web.flight_filter import FlightFilter
from aerotrack.web.per_tick import PerTick, Write
from aerotrack.web.problems import UNUSABLE, documented
from aerotrack.web.routers import router_of

NOT_KNOWN = "AeroTrack does not know which aircraft these are."

Lat = Annotated[float, Path(ge=-90, le=90, allow_inf_nan=False, description="degrees")]
Lon = Annotated[float, Path(ge=-360, le=360, allow_inf_nan=False, description="degrees")]
Radius = Annotated[float, Path(ge=0, le=MOST_RADIUS_NM, allow_inf_nan=False, description="nautical miles")]


def _some(schema: dict[str, Any]) -> Any:
    return Path(description="a comma means any of", json_schema_extra=schema)


SomeAircraft = Annotated[str, _some(schemas.SOME_AIRCRAFT)]
SomeSquawks = Annotated[str, _some(schemas.SOME_SQUAWKS)]
Some = Annotated[str, _some(schemas.SOME_TEXTS)]

_INTEGER: dict[str, Any] = {"type": "integer"}
_AIRCRAFT: dict[str, Any] = {
    "type": "object",
    "required": ["hex", "type", "mlat", "tisb", "messages", "rssi"],
    "description": "as in /data/aircraft.json; `dst` (nm) and `dir` (degrees) from the middle of a circle",
}


class AdsbxApi:
    """The live flights as `{"ac","msg","now","total","ctime","ptime"}`, times in milliseconds."""

    def __init__(self, sky: Sky, per_tick: PerTick) -> None:
        self._sky = sky
        self._per_tick = per_tick
        self.router = router_of("drop-in: ADSBexchange v2", prefix="/v2")
        answers = schemas.answer(
            ac=schemas.list_of(_AIRCRAFT),
            msg={"type": "string"},
            now=_INTEGER,
            total=_INTEGER,
            ctime=_INTEGER,
            ptime=_INTEGER,
        ) | documented(UNUSABLE)
        for paths, endpoint, summary in (
            (("/all",), self.everyone, "All aircraft"),
            (("/hex/{icao24}", "/icao/{icao24}"), self.hex, "Aircraft by address"),
            (("/callsign/{callsign}",), self.callsign, "Aircraft by callsign"),
            (("/reg/{registration}", "/registration/{registration}"), self.registration, "By registration"),
            (("/type/{type_code}",), self.type, "Aircraft of a type"),
            (("/squawk/{squawk}", "/sqk/{squawk}"), self.squawk, "Aircraft with a transponder code"),
            (("/mil", "/ladd", "/pia"), self.not_known, "Nobody: this is not known"),
            (
                ("/point/{lat}/{lon}/{radius}", "/lat/{lat}/lon/{lon}/dist/{radius}"),
                self.point,
                "Aircraft within a radius, the nearest first",
            ),
            (("/closest/{lat}/{lon}/{radius}",), self.closest, "The nearest aircraft within a radius"),
        ):
            for path in paths:
                self.router.add_api_route(
                    path, endpoint, summary=summary, response_class=Response, responses=answers
                )
                # ADSBexchange's own documentation has a slash at the end, and so do its clients.
                self.router.add_api_route(f"{path}/", endpoint, include_in_schema=False)

    async def everyone(self, request: Request) -> Response:
        """Return all live flights."""
        return await self._answer(request, EVERYONE)

    async def hex(self, request: Request, icao24: SomeAircraft) -> Response:
        """Look for 6 hex digits, `~` before them when it is not an ICAO address."""
        return await self._answer(request, Question(FlightFilter(icao24=icao24)))

    async def callsign(self, request: Request, callsign: Some) -> Response:
        """Look for the whole callsign; case is ignored."""
        return await self._answer(request, Question(callsigns=callsigns_of(callsign)))

    async def registration(self, request: Request, registration: Some) -> Response:
        """Look for the whole registration; case is ignored."""
        return await self._answer(request, Question(FlightFilter(registration=registration)))

    async def type(self, request: Request, type_code: Some) -> Response:
        """Look for the ICAO type designator; case is ignored."""
        return await self._answer(request, Question(FlightFilter(type_code=type_code)))

    async def squawk(self, request: Request, squawk: SomeSquawks) -> Response:
        """Look for the 4 octal digits."""
        return await self._answer(request, Question(FlightFilter(squawk=squawk)))

    async def not_known(self, request: Request) -> Response:
        """Return nobody, and a `msg` that says why."""
        return await self._answer(request, None, NOT_KNOWN)

    async def point(self, request: Request, lat: Lat, lon: Lon, radius: Radius) -> Response:
        """Give `dst` and `dir` with each aircraft."""
        return await self._answer(request, Question(circle=(lat, lon, radius)))

    async def closest(self, request: Request, lat: Lat, lon: Lon, radius: Radius) -> Response:
        """Give `dst` and `dir` with it; nobody when nobody is so near."""
        return await self._answer(request, Question(circle=(lat, lon, radius), closest=True))

    async def _answer(self, request: Request, question: Question | None, said: str = "No error") -> Response:
        if question is not None:
            question.check()

        def gather() -> Write:
            columns = {} if question is None else question.of(self._sky)
            now = self._sky.time if question is None else readsb.now_of(columns, self._sky.time)

            def write() -> bytes:
                objects = in_steps(columns, lambda part: readsb.aircraft(part, now)) if columns else []
                return readsb.v2(objects, now, len(columns["address"]) if columns else 0, said)

            return write

        return await self._per_tick.answer(request, ("v2", question), gather)
