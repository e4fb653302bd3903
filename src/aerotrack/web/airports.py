"""The API of airports: by the beginning of a code or name, and one by its code."""

import asyncio
from collections.abc import Callable
from typing import Annotated, Any

import orjson
from fastapi import Path, Query
from starlette.exceptions import HTTPException
from starlette.responses import Response

from aerotrack.core.gazetteer import Airport, Gazetteer
from aerotrack.web import schemas
from aerotrack.web.problems import UNUSABLE, documented
from aerotrack.web.routers import router_of

BY_DEFAULT, MOST = 10, 100

_SCHEMA: dict[str, Any] = {
    "type": "object",
    "required": list(Airport._fields),
    "properties": {
        "icao": {"type": "string", "description": "ICAO code, or a local one where there is none"},
        "iata": {"type": ["string", "null"], "description": "IATA code; null: it has none"},
        "name": {"type": "string"},
        "city": {"type": "string"},
        "country": {"type": "string", "description": "ISO 3166, two letters"},
        "lat": {"type": "number", "description": "degrees, WGS 84"},
        "lon": {"type": "number", "description": "degrees, WGS 84"},
        "elevation_ft": {"type": "number", "description": "ft above mean sea level"},
    },
}


class AirportsApi:
    """Airports out of a gazetteer, which is read at the first question and may take a moment."""

    def __init__(self, gazetteer: Callable[[], Gazetteer]) -> None:
        self._read = gazetteer
        self._gazetteer: Gazetteer | None = None
        self._reading = asyncio.Lock()
        self.router = router_of("airports")
        self.router.add_api_route(
            "/airports",
            self.beginning,
            summary="Airports whose code, city or name begins so",
            response_class=Response,
            responses=schemas.answer(airports=schemas.list_of(_SCHEMA)) | documented(UNUSABLE),
        )
        self.router.add_api_route(
            "/airports/{code}",
            self.at,
            summary="One airport",
            response_class=Response,
            responses=schemas.just(_SCHEMA) | documented(404, UNUSABLE),
        )

    async def beginning(
        self,
        q: Annotated[str, Query(min_length=1, max_length=100, description="the beginning of a code or name")],
        limit: Annotated[int, Query(ge=1, le=MOST)] = BY_DEFAULT,
    ) -> Response:
        """Return the airports with a code, or a word of the city or name, that begins so, the best first."""
        found = (await self._book()).beginning(q, limit)
        return _json({"airports": [airport._asdict() for airport in found]})

    async def at(
        self, code: Annotated[str, Path(max_length=100, description="ICAO or IATA, such as EDDF")]
    ) -> Response:
        """Return the airport with this ICAO or IATA code."""
        airport = (await self._book()).at(code)
        if airport is None:
            raise HTTPException(
                404, f"No airport has the code {code}: /api/v1/airports?q= finds one by name."
            )
        return _json(airport._asdict())

    async def _book(self) -> Gazetteer:
        async with self._reading:
            if self._gazetteer is None:
                self._gazetteer = await asyncio.to_thread(self._read)
        return self._gazetteer


def _json(told: dict[str, Any]) -> Response:
    return Response(orjson.dumps(told), media_type="application/json")
