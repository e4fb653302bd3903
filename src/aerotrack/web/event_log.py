"""The API of what happened to flights."""

from typing import Annotated, Any

import orjson
from fastapi import Query
from starlette.responses import Response

from aerotrack.core import events as core_events
from aerotrack.core.identity import parse_flight
from aerotrack.core.ports import History
from aerotrack.core.questions import EventsAsked
from aerotrack.errors import SettingsError
from aerotrack.web import schemas
from aerotrack.web.asked import parts_of, window_of
from aerotrack.web.cursors import cursor_of, event_after
from aerotrack.web.deadline import InTime
from aerotrack.web.history import BY_DEFAULT, NEXT, Begin, Cursor, End, Limit
from aerotrack.web.problems import UNUSABLE, documented
from aerotrack.web.routers import router_of

KINDS = tuple(
    dict.fromkeys((*core_events.KINDS, "go_around", "area_entered", "area_left", "address_conflict"))
)
"""The kinds that the interface promises; some are not found yet."""

EXAMPLE: dict[str, Any] = {
    "id": "4ca2d6-6740a31c-takeoff-1732289400250",
    "kind": "takeoff",
    "flight": "4ca2d6-6740a31c",
    "time": "2024-11-22T15:30:00.250Z",
    "lat": 50.03,
    "lon": 8.57,
}
EVENT: dict[str, Any] = {
    "type": "object",
    "required": ["id", "kind", "flight", "time"],
    "properties": {
        "id": {"type": "string"},
        "kind": {"enum": list(KINDS)},
        "flight": {"type": "string"},
        "time": schemas.TIME,
    },
    "additionalProperties": True,
    "description": "what happened; the other members are those of its kind, as in the stream",
    "examples": [EXAMPLE],
}

Kind = Annotated[str | None, Query(description="a comma means any of", examples=["takeoff,landing"])]
Flight = Annotated[str | None, Query(examples=["4ca2d6-6740a31c"])]


class EventLog:
    """Events, all that were stored."""

    def __init__(self, history: History) -> None:
        self._history = history
        self.router = router_of("history", route_class=InTime)
        self.router.add_api_route(
            "/events",
            self.events,
            summary="What happened, the newest first",
            response_class=Response,
            responses=schemas.answer(events=schemas.list_of(EVENT), next=NEXT) | documented(UNUSABLE, 503),
        )

    async def events(
        self,
        *,
        begin: Begin = None,
        end: End = None,
        kind: Kind = None,
        flight: Flight = None,
        cursor: Cursor = None,
        limit: Limit = BY_DEFAULT,
    ) -> Response:
        """Return the events from `from` to `to`, of some kinds or of one flight."""
        first, last = window_of(begin, end, now=0.0, within=None)
        asked = EventsAsked(
            start=first,
            end=last,
            kinds=_kinds(kind),
            flight=_bigint(flight) if flight else None,
            after=event_after(cursor) if cursor else None,
            limit=limit + 1,  # one more tells whether there is a next page
        )
        found = [dict(event) for event in await self._history.events(asked)]
        places = [(event.pop("time_us"), event["id"]) for event in found]
        after = cursor_of(*places[limit - 1]) if len(found) > limit else None
        return Response(orjson.dumps({"events": found[:limit], "next": after}), media_type="application/json")


def _kinds(text: str | None) -> tuple[str, ...]:
    kinds = tuple(part.lower() for part in parts_of("kind", text))
    for kind in kinds:
        if kind not in KINDS:
            raise SettingsError(f"{kind!r} is no kind of event: give one of {', '.join(KINDS)}.")
    return kinds


def _bigint(flight: str) -> int:
    address, start = parse_flight(flight)
    return address << 32 | start
