"""The API of how busy the past was: the bars behind a time bar."""

import math
from typing import Annotated

import orjson
from fastapi import Query
from starlette.responses import Response

from aerotrack.core.ports import History, Sky
from aerotrack.core.values import moment
from aerotrack.errors import SettingsError
from aerotrack.web import schemas
from aerotrack.web.asked import HOUR_S, window_of
from aerotrack.web.deadline import InTime
from aerotrack.web.moments import Moment
from aerotrack.web.problems import UNUSABLE, documented
from aerotrack.web.routers import router_of

BY_DEFAULT, MOST = 300, 1000  # bars
STEPS_S = (10, 15, 20, 30, 60, 120, 300, 600, 900, 1200, 1800, 3600, 7200, 10_800, 14_400, 21_600, 43_200)
"""Steps that an hour or a day can be divided by; longer ones are whole days."""
_DAY_S = 86_400

From = Annotated[
    Moment | None,
    Query(
        alias="from", description="the earliest stored moment unless given", examples=["2026-11-22T09:00:00Z"]
    ),
]
To = Annotated[
    Moment | None,
    Query(alias="to", description="now unless given", examples=["2026-11-22T10:00:00Z"]),
]
Step = Annotated[
    int | None,
    Query(ge=1, le=366 * _DAY_S, description="seconds; unless given, one that makes at most 300 bars"),
]

_BAR = {
    "type": "object",
    "required": ["time", "flights"],
    "properties": {
        "time": schemas.TIME,
        "flights": {"type": "integer", "description": "that were there in the step"},
    },
}
_EARLIEST = {"type": ["string", "null"], "description": "the first moment that can be played; null: none"}


class PastTraffic:
    """How many flights there were, step by step."""

    def __init__(self, sky: Sky, history: History) -> None:
        self._sky = sky
        self._history = history
        self.router = router_of("history", route_class=InTime)
        answer = schemas.answer(
            **{"from": schemas.TIME},
            to=schemas.TIME,
            step={"type": "integer", "description": "seconds"},
            earliest=_EARLIEST,
            traffic=schemas.list_of(_BAR),
        )
        self.router.add_api_route(
            "/history/traffic",
            self.traffic,
            summary="How many flights there were, step by step",
            response_class=Response,
            responses=answer | documented(UNUSABLE, 503),
        )

    async def traffic(self, begin: From = None, end: To = None, step: Step = None) -> Response:
        """Count those that were there: begun by the end of the step, and heard at its begin or later.

        `from` and `to` are moved outwards to whole steps. Ten minutes of which nothing is stored have no
        flights. An answer may be a minute old.
        """
        first, last = window_of(begin, end, now=self._sky.time, within=None)
        earliest = await self._history.earliest()
        last = self._sky.time if last is None else last
        if first is None:
            first = last - HOUR_S if earliest is None else min(earliest, last)
        seconds = step_for(last - first) if step is None else step
        start = math.floor(first / seconds) * seconds
        bars = max(1, math.ceil((last - start) / seconds))
        if bars > MOST:
            raise SettingsError(
                f"step={seconds} makes {bars:,} steps: give one of at least "
                f"{math.ceil((last - first) / (MOST - 1))} seconds, or from and to that are closer together."
            )
        flights = await self._history.traffic(start, start + bars * seconds, seconds)
        body = {
            "from": moment(start),
            "to": moment(start + bars * seconds),
            "step": seconds,
            "earliest": None if earliest is None else moment(earliest),
            "traffic": [
                {"time": moment(start + number * seconds), "flights": int(count)}
                for number, count in enumerate(flights)
            ],
        }
        return Response(orjson.dumps(body), media_type="application/json")


def step_for(span: float) -> int:
    """Return the shortest step (s) that cuts a span (s) into at most 300 bars, however it lies."""
    least = span / (BY_DEFAULT - 1)
    return next((step for step in STEPS_S if step >= least), math.ceil(least / _DAY_S) * _DAY_S)
