"""Writer: one connection to PostgreSQL, one transaction for each batch, and all that exactly once takes.

The row of the source in `recorder` is locked first and moved last, in the transaction of the positions. So a
batch whose commit was cut off finds out, when it is tried again, whether it is stored; and positions of a
recording that an earlier run has stored are told by their stamps.
"""

import asyncio
from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass
from typing import Any, Self

import numpy as np
from numpy.typing import NDArray

from aerotrack.core.columns import Columns
from aerotrack.storage.batch import (
    Batch,
    ended_arguments,
    event_arguments,
    flight_arguments,
    heard_arguments,
    rounds,
)
from aerotrack.storage.binary_copy import HEADER, TRAILER, CopyEncoder
from aerotrack.storage.database import lost_is_unreachable
from aerotrack.storage.queries import QUERIES
from aerotrack.storage.settling import SETTLE_S, outlasting, reading
from aerotrack.storage.stored import (
    BUCKET_US,
    POSITION_COLUMNS,
    StoredPositions,
    buckets,
    quantise,
    runs,
    storable,
)

CHUNK_ROWS = 4096  # encoded in one go, while the server takes in the chunk before
WATCH_S = 0.5
STALL_S = 60.0  # after which a COPY that takes nothing is given up
CHUNK_FLIGHTS = 2000  # written by one statement: what the viewers wait for while it is made
_LONGEST_RUN = 144  # partitions made by one call: a day
_BUCKET_S = BUCKET_US / 1e6


@dataclass(frozen=True, slots=True)
class Written:
    """How many positions of a batch went in, how many were in before, and how many no row can hold."""

    stored: int = 0
    before: int = 0
    unstorable: int = 0


class Writer:
    """Writes batches over a connection of its own. After an error the connection is of no use: `drop` it.

    `ordered` says that `source` is a recording, whose positions have stamps; otherwise it is this run's name.
    """

    def __init__(
        self,
        connection: Any,
        source: str,
        watermark: int,
        *,
        ordered: bool,
        stall_s: float = STALL_S,
        settle_s: float = SETTLE_S,
    ) -> None:
        self._stall_s, self._settle_s = stall_s, settle_s
        self._connection = connection
        self._source = source
        self._ordered = ordered
        self._feeds: dict[str, int] = {}
        self._buckets: set[int] = set()
        self._unsettled: dict[
            int, tuple[frozenset[str], float]
        ] = {}  # buckets: who may lack them, since when
        self._outlasted: frozenset[str] = frozenset()  # readers that were waited for in vain
        self._encoder = CopyEncoder(POSITION_COLUMNS)
        self.watermark = watermark
        self.steps = 0  # that the write under way has taken: who waits for it sees that it moves

    @classmethod
    async def begin(cls, connection: Any, source: str, *, ordered: bool, settle_s: float = SETTLE_S) -> Self:
        """Take up the source where the database says it is."""
        await connection.execute(QUERIES["forget_runs"], source)
        await connection.execute(QUERIES["begin_source"], source)
        watermark = await connection.fetchval(QUERIES["watermark"], source)
        return cls(connection, source, watermark, ordered=ordered, settle_s=settle_s)

    def drop(self) -> None:
        """Cut the connection without waiting for a server that may hang."""
        self._connection.terminate()

    async def write(self, batch: Batch) -> Written:
        """Commit a batch, or find that it is. Raises UNREACHABLE: then nothing, or all of it, is stored."""
        with lost_is_unreachable():
            return await self._write(batch)

    async def _write(self, batch: Batch) -> Written:
        self.steps = 0
        known = batch.newest < self.watermark if self._ordered else 0 < batch.number <= self.watermark
        if known:
            return Written(before=len(batch))
        positions, unstorable = _without_unstorable(batch.positions)
        count = len(positions["address"])
        stored = quantise(positions, await self._feed_ids(batch.feeds)) if count else None
        if stored:
            await self._make_room(stored)
        await self._connection.execute("begin")
        if stored or (batch.mark > self.watermark if self._ordered else batch.number):
            stored = await self._put(stored, positions, batch)
        await self._put_flights(batch)
        await self._connection.execute("commit")
        went_in = len(stored) if stored else 0
        return Written(went_in, count - went_in, unstorable)

    async def _put(
        self, stored: StoredPositions | None, positions: Columns, batch: Batch
    ) -> StoredPositions | None:
        """Put in the positions that are not in yet, and return these."""
        seq = batch.mark if self._ordered else batch.number
        before = await self._connection.fetchval(QUERIES["lock_watermark"], self._source)
        before = -1 if before is None else before
        if stored and self._ordered:
            stored = _picked(stored, positions["stamp"] > before)
        elif before >= seq:
            stored = None
        upto = 0.0
        if stored:
            upto = float(stored.values["time"].max()) / 1e6
            await self._copy(stored)
        await self._connection.execute(QUERIES["move_watermark"], self._source, seq, upto)
        return stored

    async def _copy(self, stored: StoredPositions) -> None:
        """COPY, and notice what asyncpg misses while it waits to write: a connection lost, a hanging server.

        Raises OSError for both.
        """
        copying: asyncio.Future[str] = asyncio.ensure_future(
            self._connection.copy_to_table(
                "position_hot",
                schema_name="aerotrack",
                columns=self._encoder.names,
                source=self._encoded(_by_flight(stored)),
                format="binary",
            )
        )
        loop = asyncio.get_running_loop()
        steps, moved = self.steps, loop.time()
        try:
            while not (await asyncio.wait({copying}, timeout=WATCH_S))[0]:
                if self._connection.is_closed():
                    raise ConnectionResetError("the connection was lost")
                if steps != self.steps:
                    steps, moved = self.steps, loop.time()
                elif loop.time() - moved > self._stall_s:
                    raise TimeoutError
            copying.result()
        finally:
            if not copying.done():
                copying.cancel()
                await asyncio.wait({copying})
                if not copying.cancelled():
                    copying.exception()  # that a closed transport cannot be told of it

    async def _encoded(self, stored: StoredPositions) -> AsyncIterator[bytes]:
        yield HEADER
        for piece in stored.pieces(CHUNK_ROWS):
            yield self._encoder.encode(piece.values, piece.nulls)[len(HEADER) : -len(TRAILER)]
            self.steps += 1
            await asyncio.sleep(0)  # the viewers' turn
        yield TRAILER

    async def _put_flights(self, batch: Batch) -> None:
        for statement, flights, arguments in (
            ("write_flights", batch.flights, flight_arguments),
            ("refresh_flights", batch.heard, heard_arguments),
            ("end_flights", batch.ended, ended_arguments),
        ):
            for part in rounds(flights, CHUNK_FLIGHTS):
                await self._connection.execute(QUERIES[statement], *arguments(part))
                self.steps += 1
        for first in range(0, len(batch.events), CHUNK_FLIGHTS):
            some = event_arguments(batch.events[first : first + CHUNK_FLIGHTS])
            await self._connection.execute(QUERIES["write_events"], *some)
            self.steps += 1

    async def _feed_ids(self, feeds: tuple[str, ...]) -> NDArray[np.int16]:
        """Return the database's id of each feed, making those it does not know."""
        missing = [name for name in feeds if name not in self._feeds]
        if missing:
            names = [name.replace("\0", "") for name in missing]
            await self._connection.execute(QUERIES["add_feeds"], names)
            ids = dict(await self._connection.fetch(QUERIES["feeds"], names))
            self._feeds |= {name: ids[name.replace("\0", "")] for name in missing}
        return np.array([self._feeds[name] for name in feeds], np.int16)

    async def _make_room(self, stored: StoredPositions) -> None:
        """Make the partitions that are missing, before the transaction: it must not hold their locks.

        The next one comes along, so that those whose plan lacks it are done long before it is needed.
        """
        numbers = buckets(stored).tolist()
        missing = [bucket for bucket in (*numbers, numbers[-1] + 1) if bucket not in self._buckets]
        for first, last in runs(missing, _LONGEST_RUN):
            await self._connection.execute(QUERIES["ensure_partitions"], first * _BUCKET_S, last * _BUCKET_S)
            self.steps += 1
        if missing:
            readers = await reading(self._connection, "position_hot")
            self._outlasted &= readers
            made = asyncio.get_running_loop().time()
            self._unsettled |= dict.fromkeys(missing, (readers - self._outlasted, made))
            self._buckets.update(missing)
        await self._settle(numbers)

    async def _settle(self, numbers: Sequence[int]) -> None:
        """Wait for those whose plan may lack the partitions of these buckets, but not for ever."""
        for bucket in self._unsettled.keys() & set(numbers):
            readers, made = self._unsettled[bucket]
            rest_s = made + self._settle_s - asyncio.get_running_loop().time()
            self._outlasted |= await outlasting(
                self._connection, "position_hot", readers - self._outlasted, rest_s
            )
            del self._unsettled[bucket]
            self.steps += 1


def _without_unstorable(positions: Columns) -> tuple[Columns, int]:
    count = len(positions["address"])
    if not count:
        return positions, 0
    good = storable(positions)
    if good.all():
        return positions, 0
    return {name: values[good] for name, values in positions.items()}, count - int(good.sum())


def _by_flight(stored: StoredPositions) -> StoredPositions:
    """Put a flight's positions beside each other, as the index does: that is a tenth less for PostgreSQL."""
    return _rows(stored, np.argsort(stored.values["flight_id"], kind="stable"))


def _picked(stored: StoredPositions, rows: NDArray[np.bool_]) -> StoredPositions:
    return stored if rows.all() else _rows(stored, rows)


def _rows(stored: StoredPositions, rows: NDArray[np.bool_] | NDArray[np.intp]) -> StoredPositions:
    return StoredPositions(
        {name: values[rows] for name, values in stored.values.items()},
        {name: mask[rows] for name, mask in stored.nulls.items()},
    )
