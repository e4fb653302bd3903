"""The API of single flights and aircraft: out of memory while they fly, out of the database afterwards."""

from collections.abc import Mapping
from typing import Annotated, Any

import orjson
from fastapi import Path, Query
from starlette.exceptions import HTTPException
from starlette.responses import Response

from aerotrack.core.countries import country_of
from aerotrack.core.identity import icao24 as icao24_text
from aerotrack.core.identity import parse_flight, parse_icao24
from aerotrack.core.ports import History, Sky
from aerotrack.web import schemas
from aerotrack.web.asked import seconds
from aerotrack.web.cursors import flight_after
from aerotrack.web.deadline import InTime
from aerotrack.web.event_log import EventLog
from aerotrack.web.history import BY_DEFAULT, NEXT, Cursor, Limit, PastFlights, next_after
from aerotrack.web.live import flight_at
from aerotrack.web.moments import Moment
from aerotrack.web.problems import UNUSABLE, documented
from aerotrack.web.routers import router_of
from aerotrack.web.track import TrackFormat, described, track_as_file, track_as_json
from aerotrack.web.traffic import PastTraffic

FlightId = Annotated[
    str,
    Path(description="such as 4ca2d6-6740a31c", json_schema_extra=schemas.FLIGHT),
]
Aircraft = Annotated[
    str,
    Path(description="6 hex digits, such as 4ca2d6", json_schema_extra=schemas.AIRCRAFT),
]
Explain = Annotated[bool, Query(description="1: with `explain`, who said each value")]
From = Annotated[Moment | None, Query(alias="from")]
To = Annotated[Moment | None, Query(alias="to")]


class FlightsAndAircraft:
    """One flight or aircraft at a time."""

    def __init__(self, sky: Sky, history: History) -> None:
        self._sky = sky
        self._history = history
        self.router = router_of(route_class=InTime)
        flight, problems = schemas.flight(), documented(404, UNUSABLE, 503)
        for path, endpoint, tag, summary, answer in (
            (
                "/flights/{flight_id}",
                self.flight,
                "flights",
                "One flight, live or past",
                schemas.just(schemas.explained_flight()),
            ),
            (
                "/flights/{flight_id}/track",
                self.track,
                "flights",
                "Its route",
                described(flight),
            ),
            (
                "/aircraft/{icao24}",
                self.aircraft,
                "aircraft",
                "One aircraft",
                schemas.just(schemas.aircraft()),
            ),
            (
                "/aircraft/{icao24}/flights",
                self.flights_of,
                "aircraft",
                "Its flights, the newest first",
                schemas.answer(flights=schemas.list_of(flight), next=NEXT),
            ),
        ):
            self.router.add_api_route(
                path,
                endpoint,
                tags=[tag],
                summary=summary,
                response_class=Response,
                responses=answer | problems,
            )
        for part in (PastFlights(sky, history), PastTraffic(sky, history), EventLog(history)):
            self.router.routes.extend(part.router.routes)

    async def flight(self, flight_id: FlightId, *, explain: Explain = False) -> Response:
        """Return a flight: live as it is now, past as it was last."""
        flight = await self._find(flight_id)
        if explain:
            row = self._row(*parse_flight(flight_id))
            why = None if row is None else self._sky.explain(row)
            flight = b'%b,"explain":%b}' % (flight[:-1], orjson.dumps(why))
        return _json(flight)

    async def track(
        self,
        flight_id: FlightId,
        begin: From = None,
        end: To = None,
        format: TrackFormat = "json",  # noqa: A002  the parameter's public name
    ) -> Response:
        """Return the stored positions of a flight in order of time."""
        address, start = parse_flight(flight_id)
        flight = await self._find(flight_id)
        columns = await self._history.track(address << 32 | start, seconds(begin), seconds(end))
        return track_as_json(flight, columns) if format == "json" else track_as_file(format, flight, columns)

    async def aircraft(self, icao24: Aircraft) -> Response:
        """Return what is known of an aircraft, its live flight or null, and its newest flight."""
        address = parse_icao24(icao24)
        live = self._live(address)
        newest = live or next(iter(await self._history.flights_of(address, 1)), None)
        if newest is None:
            raise HTTPException(404, f"Aircraft {icao24} was never heard: /api/v1/flights lists who is.")
        facts = {name: newest.get(name) for name in schemas.OF_AIRCRAFT}
        country = country_of(address)
        known = {
            "icao24": icao24_text(address), **facts, "country": country and country._asdict(),
            "live": live, "newest": newest,
        }  # fmt: skip
        return _json(orjson.dumps(known))

    async def flights_of(
        self, icao24: Aircraft, cursor: Cursor = None, limit: Limit = BY_DEFAULT
    ) -> Response:
        """Return the flights of an aircraft; the live one is among them before it is stored."""
        address = parse_icao24(icao24)
        after = flight_after(cursor) if cursor else None
        stored = await self._history.flights_of(address, limit + 1, after)
        flights = [dict(flight) for flight in stored]
        live = self._live(address) if after is None else None
        if live is not None and live["id"] not in (flight["id"] for flight in flights):
            flights.insert(0, dict(live))
        following = next_after(flights[limit - 1]["id"]) if len(flights) > limit else None
        return _json(orjson.dumps({"flights": flights[:limit], "next": following}))

    async def _find(self, flight_id: str) -> bytes:
        """Find a flight and write it. Raises SettingsError or HTTPException."""
        address, start = parse_flight(flight_id)
        if (row := self._row(address, start)) is not None:
            return flight_at(self._sky, row)
        stored = await self._history.flight(address << 32 | start)
        if stored is None:
            raise HTTPException(
                404,
                f"Flight {flight_id} is neither live nor stored: /api/v1/flights lists those that are live.",
            )
        return orjson.dumps(dict(stored))

    def _row(self, address: int, start: int) -> int | None:
        """Find the row of a flight that lives."""
        row = self._sky.row_of(address)
        return row if row is not None and self._sky.columns["start"][row] == start else None

    def _live(self, address: int) -> Mapping[str, Any] | None:
        row = self._sky.row_of(address)
        return None if row is None else orjson.loads(flight_at(self._sky, row))


def _json(body: bytes, media_type: str = "application/json") -> Response:
    return Response(body, media_type=media_type)
