"""Playback: stored positions read stretch by stretch, to be played again on the stream.

They leave PostgreSQL by COPY, in rows of one width, which NumPy reads as they are: a hundred thousand take as
long as a thousand would as records.
"""

import asyncio
import json
from collections.abc import Awaitable, Callable, Sequence
from datetime import UTC, datetime, timedelta
from importlib import resources
from typing import Any, TypeVar

import numpy as np
from numpy.typing import NDArray

from aerotrack.core.columns import BY_NAME, SPLIT_REASONS, Columns
from aerotrack.core.events import Event
from aerotrack.core.past_sky import FACTS, Flights, Passage
from aerotrack.errors import DatabaseError
from aerotrack.storage.database import UNREACHABLE, Database, sentence
from aerotrack.storage.queries import named_statements
from aerotrack.storage.reading import lent, one_moment
from aerotrack.storage.steps import EPOCH_US, NUMBERS, degrees, measured

AT_ONCE = 2  # of the connections that all readers share: the others are for short questions
_Answer = TypeVar("_Answer")
_STATEMENTS = named_statements(
    (resources.files("aerotrack.storage") / "playback.sql").read_text(encoding="utf-8")
)
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_HEAD_BYTES, _TAIL_BYTES = 19, 2  # of a COPY in its binary format without an extension
_REASON_WIDTH = 10
_FIELDS = (
    *(("flight", ">i8"), ("time", ">i8"), ("lat", ">i4"), ("lon", ">i4")),
    *((name, ">i2") for name in NUMBERS.values()),
    *((name, ">i2") for name in ("squawk", "position_source", "feed", "on_ground")),
)
_ROW = np.dtype([("fields", ">i2")] + [part for n, t in _FIELDS for part in ((f"{n}_bytes", ">i4"), (n, t))])


class PostgresPast:
    """The port Past. A question ends after `timeout_s`; two are asked at a time, whoever asks."""

    def __init__(self, database: Database, *, timeout_s: float = 10.0) -> None:
        self._database = database
        self._timeout_s = timeout_s
        self._turn = asyncio.Semaphore(AT_ONCE)
        self._feeds: dict[int, int] = {}  # by the database's number of a feed: ours, which never changes
        self._names: tuple[str, ...] = ()

    async def earliest(self) -> float | None:
        """Find the first moment that can be played, to ten minutes; None while nothing is stored."""

        async def ask(connection: Any) -> float | None:
            async with one_moment(connection):
                return await _earliest(connection)

        return await self._asked(ask)

    async def sky(self, at: float, known: Flights) -> Passage:
        """Read each flight's last position of the 60 s up to `at`."""
        return await self._asked(lambda connection: self._read(connection, "picture", (_moment(at),), known))

    async def passage(self, after: float, upto: float, known: Flights) -> Passage:
        """Read all positions later than `after` and not later than `upto`, and the events: see `events`."""
        span = _moment(after), _moment(upto)

        async def ask(connection: Any) -> Passage:
            read = await self._read(connection, "passage", span, known)
            return Passage(read.positions, read.facts, read.feeds, await _happened(connection, *span))

        return await self._asked(ask)

    async def events(self, after: float, upto: float) -> Sequence[Event]:
        """Read what happened later than `after` and not later than `upto`: 500 events, emergencies first."""
        return await self._asked(lambda connection: _happened(connection, _moment(after), _moment(upto)))

    async def _read(
        self, connection: Any, statement: str, span: tuple[datetime, ...], known: Flights
    ) -> Passage:
        pieces: list[bytes] = []

        async def keep(piece: bytes) -> None:
            pieces.append(piece)

        await connection.copy_from_query(_STATEMENTS[statement], *span, output=keep, format="binary")
        if not self._feeds:
            await self._learn_feeds(connection)
        rows, feeds, strangers = await asyncio.to_thread(_rows, pieces, known)
        if not {-1, *self._feeds}.issuperset(feeds):
            await self._learn_feeds(connection)
        positions = await asyncio.to_thread(self._positions, rows)
        return Passage(positions, await _facts(connection, strangers), self._names)

    async def _learn_feeds(self, connection: Any) -> None:
        for number, name in await connection.fetch(_STATEMENTS["feeds"]):
            if number not in self._feeds:
                self._feeds[number] = len(self._feeds)
                self._names += (name,)

    def _positions(self, rows: NDArray[Any]) -> Columns:
        """Turn what PostgreSQL sent into columns of the schema."""
        rows = rows[np.argsort(rows["time"], kind="stable")]
        columns: dict[str, NDArray[Any]] = {
            "flight": rows["flight"].astype(np.int64),
            "time": (rows["time"].astype(np.int64) + EPOCH_US) / 1e6,
            "lat": degrees(rows["lat"]),
            "lon": degrees(rows["lon"]),
        }
        for name, sent_as in NUMBERS.items():
            columns[name] = measured(name, rows[sent_as]).astype(BY_NAME[name].dtype)
        for name in ("squawk", "position_source", "on_ground"):
            columns[name] = rows[name].astype(BY_NAME[name].dtype)
        number = np.full(max([0, *self._feeds]) + 2, -1, np.int16)  # the last is that of -1
        number[[*self._feeds]] = [*self._feeds.values()]
        columns["feed"] = number[rows["feed"].astype(np.intp)]
        return columns

    async def _asked(self, ask: Callable[[Any], Awaitable[_Answer]]) -> _Answer:
        try:
            async with asyncio.timeout(self._timeout_s), self._turn, lent(self._database) as connection:
                return await ask(connection)
        except TimeoutError as error:
            raise DatabaseError(
                f"The database took longer than {self._timeout_s:g} s: try again, or look at its load."
            ) from error
        except UNREACHABLE as error:
            raise DatabaseError(
                f"The past cannot be read ({sentence(error)}): look at the database."
            ) from error


async def _earliest(connection: Any) -> float | None:
    first: float | None = await connection.fetchval(_STATEMENTS["oldest_archived"])
    for partition in await connection.fetch(_STATEMENTS["hot_partitions"]):
        begins = datetime.strptime(partition["begins"], "%Y%m%d_%H%M").replace(tzinfo=UTC).timestamp()
        if first is not None and begins >= first:
            break
        if await connection.fetchval(f"select 1 from {partition['name']} limit 1"):  # noqa: S608  quoted
            first = begins
            break
    if first is None:
        return None
    started = await connection.fetchval(_STATEMENTS["oldest_started"])
    return first if started is None else max(first, started)


async def _happened(connection: Any, after: datetime, upto: datetime) -> list[Event]:
    records = await connection.fetch(_STATEMENTS["happened"], after, upto)
    return [Event(r["flight_id"], r["kind"], r["time"], json.loads(r["details"])) for r in records]


async def _facts(connection: Any, flights: Flights) -> Columns:
    nothing = Passage.nothing().facts
    if not len(flights):
        return nothing
    record = await connection.fetchrow(_STATEMENTS["facts"], flights.tolist())
    if record["flights"] is None:
        return nothing
    reasons = _texts(record["reason"], _REASON_WIDTH)
    reason = np.zeros(len(reasons), np.int8)
    for code, name in enumerate(SPLIT_REASONS):
        reason[reasons == name.encode()] = code
    return {
        "flight": np.array(record["flights"], np.int64),
        "reason": reason,
        **{name: _texts(record[name], BY_NAME[name].width) for name in FACTS},
    }


def _texts(joined: str, width: int) -> NDArray[Any]:
    """Cut texts of one width apart, without the spaces that fill them up."""
    return np.strings.rstrip(np.frombuffer(joined.encode("ascii", "replace"), f"S{width}"))


def _rows(pieces: Sequence[bytes], known: Flights) -> tuple[NDArray[Any], list[int], Flights]:
    """Return what PostgreSQL sent, the numbers of its feeds, and its flights that are not among the known."""
    sent = b"".join(pieces)
    count = (len(sent) - _HEAD_BYTES - _TAIL_BYTES) // _ROW.itemsize
    rows = np.frombuffer(sent, _ROW, count, _HEAD_BYTES)
    return rows, np.unique(rows["feed"]).tolist(), np.setdiff1d(rows["flight"].astype(np.int64), known)


def _moment(time: float) -> datetime:
    return _EPOCH + timedelta(microseconds=round(time * 1e6))
