"""The API of the past: which flights were there, and the sky of a moment."""

from typing import Annotated

import orjson
from fastapi import Query
from pydantic import Field
from starlette.responses import Response

from aerotrack.core.area import FEWEST_CORNERS, MOST_CORNERS
from aerotrack.core.columns import Columns
from aerotrack.core.identity import flight_texts, parse_flight, parse_icao24
from aerotrack.core.ports import History, Sky
from aerotrack.core.questions import FlightsAsked
from aerotrack.core.values import moment
from aerotrack.web import schemas
from aerotrack.web.answers import in_slices
from aerotrack.web.asked import area_of, parts_of, seconds_of, window_of
from aerotrack.web.cursors import cursor_of, flight_after_at
from aerotrack.web.deadline import InTime
from aerotrack.web.flight_json import whole_flights
from aerotrack.web.moments import Moment
from aerotrack.web.problems import UNUSABLE, documented
from aerotrack.web.routers import router_of

BY_DEFAULT, MOST = 100, 1000  # items of a page
_CORNERS = schemas.pairs(FEWEST_CORNERS, MOST_CORNERS + 1)  # GeoJSON names the first twice

Begin = Annotated[
    Moment | None,
    Query(alias="from", description="there then or later", examples=["2026-11-22T09:00:00Z"]),
]
End = Annotated[
    Moment | None,
    Query(alias="to", description="there then or earlier", examples=["2026-11-22T10:00:00Z"]),
]
At = Annotated[Moment, Query(examples=["2026-11-22T09:00:00Z"])]
Box = Annotated[
    Annotated[str, Field(json_schema_extra=schemas.BOX)] | None,
    Query(description="west,south,east,north in degrees; may cross 180°", examples=["5,45,16,55"]),
]
Polygon = Annotated[
    Annotated[str, Field(json_schema_extra=_CORNERS)] | None,
    Query(
        description="lon,lat,lon,lat,…: 3 to 100 corners in degrees, sides straight on a map of degrees, the "
        "short way round; may cross 180°",
        examples=["8,50,9,50,8.5,51"],
    ),
]
Texts = Annotated[str, Field(json_schema_extra=schemas.SOME_TEXTS)]
Callsign = Annotated[Texts | None, Query(description="its beginning", examples=["DLH,SWR"])]
Aircraft = Annotated[
    Annotated[str, Field(json_schema_extra=schemas.text("[ ,~0-9A-Fa-f]*"))] | None,
    Query(examples=["4ca2d6"]),
]
Airport = Annotated[Texts | None, Query(description="ICAO code", examples=["EDDF"])]
Cursor = Annotated[
    Annotated[str, Field(json_schema_extra=schemas.text("[A-Za-z0-9_=-]*") | {"maxLength": 200})] | None,
    Query(description="`next` of the page before"),
]
Limit = Annotated[int, Query(ge=1, le=MOST)]

NEXT = {
    "type": ["string", "null"],
    "description": "the cursor of the next page; null: this is the last",
    "examples": [cursor_of(0x4CA2D6 << 32 | 0x6740A31C), None],
}


def next_after(flight_id: str, *asked_at: float) -> str:
    """Return the cursor of the page that comes after a flight; `asked_at` is when the first was asked for."""
    address, start = parse_flight(flight_id)
    return cursor_of(address << 32 | start, *asked_at)


class PastFlights:
    """Many flights at a time."""

    def __init__(self, sky: Sky, history: History) -> None:
        self._sky = sky
        self._history = history
        self.router = router_of("history", route_class=InTime)
        flights = schemas.list_of(schemas.flight())
        for path, endpoint, summary, answer in (
            (
                "/history/flights",
                self.flights,
                "Flights of the past and open ones, the newest first",
                schemas.answer(flights=flights, next=NEXT),
            ),
            (
                "/history/sky",
                self.sky,
                "Every flight that was live at a moment",
                schemas.answer(time=schemas.TIME, flights=flights),
            ),
        ):
            self.router.add_api_route(
                path,
                endpoint,
                summary=summary,
                response_class=Response,
                responses=answer | documented(UNUSABLE, 503),
            )

    async def flights(
        self,
        *,
        begin: Begin = None,
        end: End = None,
        bbox: Box = None,
        polygon: Polygon = None,
        callsign: Callsign = None,
        icao24: Aircraft = None,
        origin: Airport = None,
        destination: Airport = None,
        cursor: Cursor = None,
        limit: Limit = BY_DEFAULT,
    ) -> Response:
        """Several filters must all match, a comma means any of, case is ignored, unknown never matches.

        In a `bbox` or `polygon` are flights with a stored position there within the time: the last hour
        unless `from` and `to` are given, at most 24 hours. A `cursor` goes on in the time of the first page.
        """
        area = area_of(bbox, polygon)
        after, now = flight_after_at(cursor) if cursor else (None, self._sky.time)
        first, last = window_of(begin, end, now=now, within=area)
        asked = FlightsAsked(
            start=first,
            end=last,
            callsigns=parts_of("callsign", callsign),
            addresses=tuple(parse_icao24(part) for part in parts_of("icao24", icao24)),
            origins=parts_of("origin", origin),
            destinations=parts_of("destination", destination),
            area=area,
            after=after,
            limit=limit + 1,  # one more tells whether there is a next page
        )
        found = await self._history.flights(asked)
        page = [dict(flight) for flight in found[:limit]]
        following = next_after(page[-1]["id"], now) if len(found) > limit else None
        return Response(orjson.dumps({"flights": page, "next": following}), media_type="application/json")

    async def sky(self, at: At, bbox: Box = None) -> Response:
        """Return the flights heard within 60 s before, each at its last stored position until then."""
        time = seconds_of(at)
        columns = await self._history.sky(time, area_of(bbox, None))

        def write(part: slice) -> list[bytes]:
            return _written({name: values[part] for name, values in columns.items()})

        return in_slices(
            len(columns["address"]),
            write,
            head=b'{"time":"' + moment(time).encode() + b'","flights":[',
            tail=b"]}",
            media_type="application/json",
        )


def _written(columns: Columns) -> list[bytes]:
    return whole_flights(columns, (), flight_texts(columns["address"], columns["start"]))
