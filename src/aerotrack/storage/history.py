"""History: stored flights and their tracks, read from PostgreSQL."""

import asyncio
import math
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

import numpy as np

from aerotrack.core.columns import BY_NAME, POSITION_SOURCES, PUBLIC_NAMES, STORED, Column, Columns, Kind
from aerotrack.core.identity import icao24
from aerotrack.errors import DatabaseError
from aerotrack.storage.database import UNREACHABLE, Database, sentence
from aerotrack.storage.queries import QUERIES

_OF_FLIGHT = (
    *(
        "id",
        "icao24",
        "callsign",
        "registration",
        "type_code",
        "category",
        "operator",
        "origin",
        "destination",
    ),
    "split_reason",
)
_EARLIER_S = 600.0
_OF_POSITION = ("time", *(column.name for column in STORED))


class PostgresHistory:
    """The port History. A request ends after `timeout_s`; a track has at most `longest` rows."""

    def __init__(self, database: Database, *, timeout_s: float = 10.0, longest: int = 200_000) -> None:
        self._database = database
        self._timeout_s = timeout_s
        self._longest = longest

    async def flight(self, flight_id: int) -> Mapping[str, Any] | None:
        """Find one flight, live or past: the schema's public names, `ended_at`, `split_reason`."""
        flights = await self._at_last_positions(await self._fetch("flight", flight_id))
        return flights[0] if flights else None

    async def flights_of(self, address: int, limit: int) -> Sequence[Mapping[str, Any]]:
        """List an aircraft's flights, the newest first."""
        return await self._at_last_positions(await self._fetch("flights_of", icao24(address), limit))

    async def track(self, flight_id: int, start: float | None, end: float | None) -> Columns:
        """Read a flight's positions from `start` to `end` in order of time, the first `longest` of them.

        Columns: `time` and the stored ones of the schema, in its dtypes, but `feed` holds names (objects).
        """
        flights = await self._fetch("flight", flight_id)
        records: Sequence[Any] = ()
        if flights:
            first, last = _span(flights[0])
            first = first if start is None else max(first, start)
            last = last if end is None else min(last, end)
            records = await self._fetch("track", flight_id, first, last, self._longest)
        values = list(zip(*records, strict=True)) or [()] * len(_OF_POSITION)
        return {
            name: _array(BY_NAME[name], column) for name, column in zip(_OF_POSITION, values, strict=True)
        }

    async def _at_last_positions(self, flights: Sequence[Any]) -> list[dict[str, Any]]:
        if not flights:
            return []
        first, last = zip(*map(_span, flights), strict=True)
        ids = [flight["flight_id"] for flight in flights]
        records = await self._fetch("last_positions", ids, min(first), max(last), first, last)
        places = {record["flight_id"]: record for record in records}
        return [_flight(flight, places.get(flight["flight_id"])) for flight in flights]

    async def _fetch(self, statement: str, *arguments: Any) -> Sequence[Any]:
        try:
            async with asyncio.timeout(self._timeout_s):  # a server that hangs may not even let us in
                pool = await self._database.readers()
                records: Sequence[Any] = await pool.fetch(QUERIES[statement], *arguments)
        except TimeoutError as error:
            raise DatabaseError(
                f"The database took longer than {self._timeout_s:g} s: ask for less, or look at its load."
            ) from error
        except UNREACHABLE as error:
            raise DatabaseError(
                f"The history cannot be read ({sentence(error)}): look at the database."
            ) from error
        return records


def _span(flight: Any) -> tuple[float, float]:
    """Return between which Unix times the positions of a flight lie.

    Some feeds tell when a position was true, which may be earlier than when it was heard.
    """
    return flight["started"] - _EARLIER_S, math.inf if flight["ended"] is None else flight["ended"] + 1.0


def _flight(flight: Any, place: Any) -> dict[str, Any]:
    """Make a flight as JSON has it, of its row and of its last position where there is one."""
    made: dict[str, Any] = dict.fromkeys((*PUBLIC_NAMES, "ended_at", "split_reason"))
    made |= {name: flight[name] for name in _OF_FLIGHT}
    if place is not None:
        made |= {name: _rounded(BY_NAME[name], place[name]) for name in _OF_POSITION}
    made["started_at"] = _text(flight["started"], "seconds")
    made["ended_at"] = None if flight["ended"] is None else _text(flight["ended"], "milliseconds")
    made["last_heard"] = _text(flight["heard"], "milliseconds")
    return made


def _rounded(column: Column, value: Any) -> Any:
    if value is None:
        return None
    if column.kind is Kind.TIME:
        return _text(value, "milliseconds")
    return round(float(value), column.digits) if column.digits else value


def _text(time: float, precision: str) -> str:
    """Write a Unix time as RFC 3339; rounded first, for `isoformat` cuts."""
    return datetime.fromtimestamp(round(time, 3), UTC).isoformat(timespec=precision).replace("+00:00", "Z")


def _array(column: Column, values: Sequence[Any]) -> Any:
    """Turn a column of SQL into one of the schema; None is its unknown."""
    match column.kind:
        case Kind.FEED:
            return np.array(values, object)
        case Kind.SQUAWK:
            values = [None if value is None else int(value) for value in values]
        case Kind.CODE:
            values = [None if value is None else POSITION_SOURCES.index(value) for value in values]
        case _:
            pass
    return np.array([column.unknown if value is None else value for value in values], column.dtype)
