"""Exporting: stored positions through an encoder, with constant memory, as of one moment.

In order of time, positions are read ten minutes at a time; in order of flights, some flights at a time: so
the server never sorts more than that, and the first piece comes at once.
"""

from collections.abc import AsyncGenerator, AsyncIterator, Sequence
from importlib import resources
from typing import Any

import numpy as np
from numpy.typing import NDArray  # noqa: TC002  as everywhere

from aerotrack.core.columns import BY_NAME, Columns
from aerotrack.core.identity import flight_text, icao24, unpack_flight
from aerotrack.core.questions import EARLIEST_S, LATEST_S
from aerotrack.core.values import moment
from aerotrack.encode import Encoder, Flight
from aerotrack.encode.texts import FACTS
from aerotrack.errors import DatabaseError, SettingsError
from aerotrack.storage.database import UNREACHABLE, Database, sentence
from aerotrack.storage.queries import named_statements
from aerotrack.storage.selection import Selection
from aerotrack.storage.steps import NUMBERS, degrees, measured

STATEMENTS = named_statements((resources.files("aerotrack.storage") / "exporting.sql").read_text("utf-8"))
LONGEST = 10_000
"""Positions of a flight that are put together; a longer flight comes in several runs."""

_FETCHED = 5_000
_FLIGHTS_AT_ONCE = 200
_BUCKET_S = 600.0
_PATIENCE_S = 600.0  # for one answer: a sort of ten minutes of the whole world
_KNOWN_FLIGHTS = 50_000
_FORGOTTEN_S = 86_400.0


class Export:
    """One export on its way.

    `positions` and `flights` count what was written, `done` is how much of it that is, 0 to 1.
    """

    def __init__(self, database: Database, selection: Selection, encoder: Encoder) -> None:
        self._database, self._selection, self._encoder = database, selection, encoder
        self.positions = self.flights = 0
        self.done = 0.0
        self._facts: dict[int, Flight] = {}
        self._counted: dict[int, float] = {}  # flights, and when they were met last
        self._feeds: NDArray[Any] = np.array([None], object)

    async def pieces(self) -> AsyncIterator[bytes]:
        """Yield the file piece by piece.

        Raises SettingsError when there is nothing to export, DatabaseError when the database breaks off.
        """
        try:
            connection = await self._database.connect()
            try:
                async with connection.transaction(isolation="repeatable_read", readonly=True):
                    async for piece in self._pieces(connection):
                        yield piece
            finally:
                connection.terminate()
        except UNREACHABLE as error:
            raise DatabaseError(
                f"The export broke off ({sentence(error)}): look at the database, and export again."
            ) from error
        self.done = 1.0

    async def _pieces(self, connection: Any) -> AsyncGenerator[bytes]:
        await connection.execute("set local plan_cache_mode = force_custom_plan")  # arguments pick partitions
        await self._learn_feeds(connection)
        by_time = self._encoder.order == "time" and self._selection.flight is None
        batches = self._by_time(connection) if by_time else self._by_flight(connection)
        yield self._encoder.begin()
        async for columns in batches:
            ids, index = np.unique(columns["flight_id"], return_inverse=True)
            flights = await self._flights(connection, ids.tolist())
            self._count(ids.tolist(), float(columns["time"][-1]))
            self.positions += len(index)
            piece = self._encoder.add(flights, {**columns, "flight": index})
            if piece:
                yield piece
        if not self.positions:
            raise SettingsError(await self._nothing(connection))
        yield self._encoder.end()

    async def _by_time(self, connection: Any) -> AsyncGenerator[Columns]:
        start = max(self._selection.start, EARLIEST_S)
        end = min(self._selection.end, LATEST_S)
        begin = bucket = await connection.fetchval(
            STATEMENTS["next_bucket"], start // _BUCKET_S * _BUCKET_S, end
        )
        while bucket is not None and bucket < end:
            self.done = (bucket - begin) / (end - begin)
            window = max(bucket, start), min(bucket + _BUCKET_S, end)
            before = self.positions
            arguments = ("positions_of_bucket", bucket, *window, *self._box())
            async for columns in self._fetched(connection, *arguments):
                yield columns
            bucket += _BUCKET_S
            if self.positions == before:  # a gap may be years long
                bucket = await connection.fetchval(
                    STATEMENTS["next_bucket"], bucket, end, timeout=_PATIENCE_S
                )

    async def _by_flight(self, connection: Any) -> AsyncGenerator[Columns]:
        start, end = max(self._selection.start, EARLIEST_S), min(self._selection.end, LATEST_S)
        chosen = start, end, self._selection.flight
        total = await connection.fetchval(STATEMENTS["count_flights"], *chosen)
        cursor = await connection.cursor(STATEMENTS["flights"], *chosen, timeout=_PATIENCE_S)
        read = 0
        while flights := await cursor.fetch(_FLIGHTS_AT_ONCE, timeout=_PATIENCE_S):
            ids, first, last = zip(*flights, strict=True)
            window = max(start, min(first)), min(end, max(last))
            held: list[Columns] = []  # of the last flight, which may go on in the next fetch
            async for columns in self._fetched(
                connection, "positions_of_flights", ids, *window, *self._box()
            ):
                flight = columns["flight_id"]
                begins = int(np.searchsorted(flight, flight[-1]))
                if begins or (held and held[-1]["flight_id"][-1] != flight[-1]):
                    yield _joined([*held, _cut(columns, slice(0, begins))])
                    held = []
                held.append(_cut(columns, slice(begins, None)))
                if sum(len(part["time"]) for part in held) >= LONGEST:
                    yield _joined(held)
                    held = []
            if held:
                yield _joined(held)
            read += len(flights)
            self.done = read / total

    async def _fetched(self, connection: Any, statement: str, *arguments: Any) -> AsyncGenerator[Columns]:
        cursor = await connection.cursor(STATEMENTS[statement], *arguments, timeout=_PATIENCE_S)
        while records := await cursor.fetch(_FETCHED, timeout=_PATIENCE_S):
            yield self._columns(list(zip(*records, strict=True)))

    def _columns(self, values: Sequence[Sequence[Any]]) -> Columns:
        """Turn what the statements select into columns of the schema, and `flight_id`."""
        flight, time, lat, lon, *others = values
        numbers, (squawk, source, feed, ground) = others[: len(NUMBERS)], others[len(NUMBERS) :]
        columns: dict[str, NDArray[Any]] = {
            "flight_id": np.array(flight, np.int64),
            "time": np.array(time, np.float64),
            "lat": degrees(np.array(lat, np.int32)),
            "lon": degrees(np.array(lon, np.int32)),
            "feed": self._feeds[np.array(feed, np.intp)],
        }
        for name, steps in zip(NUMBERS, numbers, strict=True):  # the order of the statements
            columns[name] = measured(name, np.array(steps, np.int16))
        for name, codes in (("squawk", squawk), ("position_source", source), ("on_ground", ground)):
            columns[name] = np.array(codes, BY_NAME[name].dtype)
        return columns

    def _box(self) -> tuple[int, ...]:
        return tuple(round(edge * 1e5) for edge in self._selection.box)

    async def _learn_feeds(self, connection: Any) -> None:
        """Note the names behind the numbers of the feeds; the last, which is that of -1, is None."""
        names = {record["feed_id"]: record["name"] for record in await connection.fetch(STATEMENTS["feeds"])}
        self._feeds = np.array([*(names.get(i) for i in range(max(names, default=-1) + 1)), None], object)

    async def _flights(self, connection: Any, ids: list[int]) -> list[Flight]:
        unknown = [flight for flight in ids if flight not in self._facts]
        if unknown:
            if len(self._facts) > _KNOWN_FLIGHTS:
                self._facts.clear()
                unknown = ids
            for record in await connection.fetch(STATEMENTS["facts"], unknown, timeout=_PATIENCE_S):
                self._facts[record["flight_id"]] = _flight(record)
        return [self._facts.get(flight) or _nameless(flight) for flight in ids]

    def _count(self, ids: list[int], now: float) -> None:
        """Count the flights that are met for the first time. One not met for a day is forgotten."""
        self.flights += sum(flight not in self._counted for flight in ids)
        self._counted.update(dict.fromkeys(ids, now))
        if len(self._counted) > _KNOWN_FLIGHTS:
            self._counted = {id_: at for id_, at in self._counted.items() if abs(at - now) < _FORGOTTEN_S}

    async def _nothing(self, connection: Any) -> str:
        flight = self._selection.flight
        if flight is not None and not await connection.fetch(STATEMENTS["facts"], [flight]):
            return "There is no such flight in the database: look for its id in the history."
        return f"No position {self._selection} is stored: there is nothing to export."


def _flight(record: Any) -> Flight:
    flight: dict[str, Any] = {name: record[name] for name in FACTS}
    for name in ("started_at", "ended_at"):
        flight[name] = None if record[name] is None else moment(record[name].timestamp())
    flight["split_reason"] = record["split_reason"]
    return flight


def _nameless(flight: int) -> Flight:
    """Name a flight of which nothing is stored but positions."""
    address, start = unpack_flight(flight)
    return {"id": flight_text(address, start), "icao24": icao24(address)}


def _cut(columns: Columns, rows: slice) -> Columns:
    return {name: values[rows] for name, values in columns.items()}


def _joined(parts: Sequence[Columns]) -> Columns:
    return {name: np.concatenate([part[name] for part in parts]) for name in parts[0]}
