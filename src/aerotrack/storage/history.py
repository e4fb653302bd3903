"""History: stored flights, tracks, skies and events, read from PostgreSQL."""

import asyncio
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from aerotrack.core.area import Area
from aerotrack.core.columns import Columns
from aerotrack.core.identity import flight_ids, icao24
from aerotrack.core.questions import EventsAsked, FlightsAsked
from aerotrack.errors import SettingsError
from aerotrack.storage import event_log
from aerotrack.storage.database import Database
from aerotrack.storage.past_flights import made_of, span
from aerotrack.storage.past_places import flights_inside
from aerotrack.storage.past_positions import positions_of, sky_of, unnamed
from aerotrack.storage.playback import PostgresPast
from aerotrack.storage.reading import Question, Reading
from aerotrack.storage.sent_arrays import numbers
from aerotrack.storage.traffic import Traffic


class PostgresHistory:
    """The port History. A question ends after `timeout_s`; a track has at most `longest` rows.

    Where more than `most_called` flights have a callsign, all flights are gone through: a page is soon full.
    """

    def __init__(
        self,
        database: Database,
        *,
        timeout_s: float = 10.0,
        longest: int = 200_000,
        most_called: int = 5_000,
    ) -> None:
        self._reading = Reading(database, timeout_s)
        self._longest = longest
        self._past = PostgresPast(database, timeout_s=timeout_s)
        self._traffic = Traffic(self._reading)
        self._most_called = most_called
        self._feeds: dict[int, str] = {}  # as the database numbers them, for ever

    async def flight(self, flight_id: int) -> Mapping[str, Any] | None:
        """Find one flight, live or past: the schema's public names, `ended_at`, `split_reason`."""
        async with self._reading.question() as ask:
            flights = await self._at_last_positions(ask, await ask.rows("flight", flight_id))
        return flights[0] if flights else None

    async def flights(self, asked: FlightsAsked) -> Sequence[Mapping[str, Any]]:
        """List flights, those that started last first."""
        facts = [
            list(texts) or None
            for texts in (
                asked.callsigns,
                [icao24(address) for address in asked.addresses],
                asked.origins,
                asked.destinations,
            )
        ]
        async with self._reading.question() as ask:
            bounds = asked.start, asked.end
            if asked.area is not None:
                assert asked.start is not None, "an area needs both times"
                assert asked.end is not None, "an area needs both times"
                inside = await flights_inside(ask, asked.area, asked.start, asked.end)
                page = _newest(inside, asked.after, None if any(facts) else asked.limit)
                rows = await ask.rows("flights_among", page.tolist(), *facts, None, None, None, asked.limit)
            elif (called := await self._called(ask, asked.callsigns)) is not None:
                rows = await ask.rows("flights_among", called, *facts, *bounds, asked.after, asked.limit)
            else:
                rows = await ask.rows("flights_between", *bounds, *facts, asked.after, asked.limit)
            return await self._at_last_positions(ask, rows)

    async def flights_of(
        self, address: int, limit: int, after: int | None = None
    ) -> Sequence[Mapping[str, Any]]:
        """List an aircraft's flights, the newest first: those that come after one of them."""
        async with self._reading.question() as ask:
            rows = await ask.rows("flights_of", icao24(address), limit, after)
            return await self._at_last_positions(ask, rows)

    async def track(self, flight_id: int, start: float | None, end: float | None) -> Columns:
        """Read a flight's positions from `start` to `end` in order of time.

        Raises SettingsError when there are more than `longest`.

        Columns: `time` and the stored ones of the schema, in its dtypes, but `feed` holds names (objects).
        """
        async with self._reading.question() as ask:
            flights = await ask.rows("flight", flight_id)
            # Of a flight that is not stored nothing is; the statement says so in the same form.
            first, last = span(flights[0]) if flights else (0.0, 0.0)
            first = first if start is None else max(first, start)
            last = last if end is None else min(last, end)
            row = await ask.row("track", flight_id, first, last, self._longest + 1)
            feeds = await self._feeds_of(ask, row)
        columns = await asyncio.to_thread(positions_of, row, feeds)
        if len(columns["time"]) > self._longest:
            raise SettingsError(
                f"The track has more than {self._longest:,} positions: give from and to, and ask for it in "
                "parts, or export it with aerotrack export."
            )
        return columns

    async def sky(self, at: float, area: Area | None) -> Columns:
        """Read every flight that was live at a moment, by rising id, each at its last stored position."""
        async with self._reading.question() as ask:
            row = await ask.row("sky", at)
            feeds = await self._feeds_of(ask, row)
        return await asyncio.to_thread(_sky_inside, row, feeds, at, area)

    async def events(self, asked: EventsAsked) -> Sequence[Mapping[str, Any]]:
        """List events as JSON has them, the newest first."""
        async with self._reading.question() as ask:
            return await event_log.events(ask, asked)

    async def earliest(self) -> float | None:
        """Find the first moment that is stored, to ten minutes; None while nothing is."""
        return await self._past.earliest()

    async def traffic(self, start: float, end: float, step: float) -> NDArray[np.int64]:
        """Count the flights that were there in each step of `step` seconds from `start` to `end`."""
        return await self._traffic.flights(start, end, step)

    async def _at_last_positions(self, ask: Question, flights: Sequence[Any]) -> list[dict[str, Any]]:
        if not flights:
            return []
        first, last = zip(*map(span, flights), strict=True)
        ids = [flight["flight_id"] for flight in flights]
        row = await ask.row("last_positions", ids, min(first), max(last), first, last)
        places = positions_of(row, await self._feeds_of(ask, row))
        return made_of(flights, numbers(row["flight_id"], ">i8").tolist(), places)

    async def _called(self, ask: Question, callsigns: Sequence[str]) -> list[int] | None:
        """Return the flights (bigint ids) whose callsigns begin so; None: do not go by the callsign."""
        if not callsigns:
            return None
        row = await ask.row("called", callsigns, self._most_called + 1)
        called: list[int] = numbers(row["flight_id"], ">i8").tolist()
        return called if len(called) <= self._most_called else None

    async def _feeds_of(self, ask: Question, row: Mapping[str, Any]) -> Mapping[int, str]:
        """Name the feeds that the positions of a row come from."""
        if unnamed(row, self._feeds):
            self._feeds = {feed["feed_id"]: feed["name"] for feed in await ask.rows("feed_names")}
        return self._feeds


def _sky_inside(row: Mapping[str, Any], feeds: Mapping[int, str], at: float, area: Area | None) -> Columns:
    columns = sky_of(row, feeds, at)
    order = np.argsort(flight_ids(columns["address"], columns["start"]))
    if area is not None:
        order = order[area.holds(columns["lat"], columns["lon"])[order]]
    return {name: values[order] for name, values in columns.items()}


def _newest(flights: NDArray[np.int64], after: int | None, limit: int | None) -> NDArray[np.int64]:
    """Return the first `limit` flights of a page, those that started last first.

    The start is the last half of the id.
    """
    start = flights & 0xFFFFFFFF
    if after is not None:
        then = after & 0xFFFFFFFF
        flights = flights[(start < then) | ((start == then) & (flights < after))]
        start = flights & 0xFFFFFFFF
    return flights[np.lexsort((flights, start))[::-1]][:limit]
