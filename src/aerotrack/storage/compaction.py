"""Compaction: positions move from position_hot into position_archive, and nobody notices.

A transaction of one snapshot reads positions, takes out those it has read, and puts in the rows made of them:
every snapshot sees each position once, a kill at any moment leaves them where they were, and the recorder
waits for nothing. Positions that come meanwhile, or late, lie in position_hot until the next time, and become
further rows. A partition that was emptied is dropped when vacuum has cut it to nothing, which it does when no
snapshot needs what was in it; but not by the run that finds it empty, for a recorder may have made it a
moment ago.
"""

import asyncio
import re
from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any

import asyncpg
import numpy as np

from aerotrack.storage.archive import archived
from aerotrack.storage.archive_copy import ARCHIVE_COLUMNS, encode, hot_positions
from aerotrack.storage.binary_copy import HEADER, TRAILER
from aerotrack.storage.queries import QUERIES
from aerotrack.storage.settling import SETTLE_S, outlasting, reading
from aerotrack.storage.stored import BUCKET_US, runs

SLICE_ROWS = 200_000  # positions of one transaction, about 20 MB
PART_ROWS = 20_000  # of which so many become rows at a time, for what that takes is many times as much
DUE_S = 600.0  # how far the recorders must be beyond the end of a bucket
LATE_S = 3600.0  # beyond which it is archived even for a few positions ...
WORTH_BYTES = 128 << 10  # ... which are those that take less than this, about 1,500
SLICE_S = 300.0  # for one slice, on the slowest of disks
VACUUM_S = 3600.0
PATIENCES = (*["1ms"] * 20, "200ms")  # how long others wait at most because we wait for the lock, try by try
RETRY_S = 0.05
LONGEST_RUN = 1000  # partitions, a week

_SLICE_BYTES = SLICE_ROWS * 60  # a row of position_hot takes at least that, so no more rows are in less
_CHUNK = 256 << 10
_BUCKET_S = BUCKET_US / 1e6
_DAY_US = 86_400_000_000
_NAMED = "position_hot_%Y%m%d_%H%M"
_NAME = re.compile(r"position_hot_\d{8}_\d{4}")
_ALL = (None, None)


@dataclass(frozen=True, slots=True)
class Partition:
    """A partition of position_hot, ten minutes from `begin` (Unix seconds), and the bytes its rows take."""

    name: str
    begin: float
    size: int

    def due(self, reached: float) -> bool:
        """Tell whether it can go into the archive when the recorders have reached a time (Unix seconds)."""
        since = reached - self.begin - _BUCKET_S
        return since >= (DUE_S if self.size >= WORTH_BYTES or not self.size else LATE_S)


class Compaction:
    """The job. Over all its runs it counts `positions` archived, `rows` they became, partitions `dropped`."""

    def __init__(
        self,
        *,
        slice_rows: int = SLICE_ROWS,
        slice_bytes: int = _SLICE_BYTES,
        part_rows: int = PART_ROWS,
        settle_s: float = SETTLE_S,
    ) -> None:
        self._slice_rows, self._slice_bytes, self._part_rows = slice_rows, slice_bytes, part_rows
        self._settle_s = settle_s
        self._empty: set[str] = set()  # partitions that the run before left so
        self._settled: set[int] = set()  # partitions of position_archive that no plan under way can lack
        self.positions = self.rows = self.dropped = 0

    async def run(self, connection: Any) -> None:
        """Archive every partition that is due, the oldest first, unless another process is at it.

        Raises UNREACHABLE; the connection is of no use then.
        """
        if not await connection.fetchval(QUERIES["claim_compaction"]):
            return
        reached = await connection.fetchval(QUERIES["reached"])
        partitions = await _partitions(connection)
        settled = await self._settle(connection, partitions)
        droppable = True
        for partition in partitions:
            if partition.due(reached):
                if partition.size:
                    if settled:
                        await self._archive(connection, partition)
                elif droppable and partition.name in self._empty:
                    droppable = await self._drop(connection, partition)
        self._empty = {one.name for one in await _partitions(connection) if not one.size}
        await connection.execute(QUERIES["release_compaction"])

    async def _settle(self, connection: Any, partitions: Sequence[Partition]) -> bool:
        """Make the days that partitions will need, and wait for those whose plan may lack them (settling).

        Returns whether they are done.
        """
        buckets = [round(one.begin / _BUCKET_S) for one in partitions]
        for first, last in runs(buckets, LONGEST_RUN):
            await connection.execute(QUERIES["ensure_days"], first * _BUCKET_S, (last + 1) * _BUCKET_S)
        days = await connection.fetchval(QUERIES["archive_days"])
        if not self._settled.issuperset(days):
            readers = await reading(connection, "position_archive")
            if await outlasting(connection, "position_archive", readers, self._settle_s):
                return False
        self._settled = set(days)
        return True

    async def _archive(self, connection: Any, partition: Partition) -> None:
        slices: Sequence[tuple[int | None, int | None]] = [_ALL]
        if partition.size > self._slice_bytes:
            statement = QUERIES["slices"].format(partition=partition.name)
            slices = await connection.fetch(statement, self._slice_rows, timeout=SLICE_S)
        for first, last in slices:
            async with asyncio.timeout(SLICE_S):
                await self._move(connection, partition, first, last)
        await connection.execute(
            QUERIES["vacuum_partition"].format(partition=partition.name), timeout=VACUUM_S
        )

    async def _move(self, connection: Any, partition: Partition, first: int | None, last: int | None) -> None:
        """Move the positions of the flights from `first` to `last`, in one transaction of one snapshot."""
        stream = bytearray()

        async def note(chunk: bytes) -> None:
            stream.extend(chunk)

        async with connection.transaction(isolation="repeatable_read"):
            await connection.execute(QUERIES["lazily"])
            await connection.copy_from_query(
                QUERIES["read_positions"].format(partition=partition.name),
                first,
                last,
                output=note,
                format="binary",
                timeout=SLICE_S,
            )
            rewriting = asyncio.ensure_future(asyncio.to_thread(_rewritten, stream, self._part_rows))
            await connection.execute(
                QUERIES["remove_positions"].format(partition=partition.name), first, last, timeout=SLICE_S
            )
            made = await rewriting
            if made.rows:
                await connection.copy_to_table(
                    "position_archive",
                    schema_name="aerotrack",
                    columns=ARCHIVE_COLUMNS,
                    source=_pieces(made.stream),
                    format="binary",
                    timeout=SLICE_S,
                )
                await connection.execute(QUERIES["mark_days"], made.days)
        self.positions += made.positions
        self.rows += made.rows

    async def _drop(self, connection: Any, partition: Partition) -> bool:
        """Drop a partition if nothing is in it. Returns whether trying another makes sense."""
        if await connection.fetchval(QUERIES["partition_size"], partition.name) != 0:
            return True
        for patience in PATIENCES:
            try:
                await connection.execute(
                    QUERIES["drop_emptied"].format(partition=partition.name, patience=patience)
                )
            except (asyncpg.LockNotAvailableError, asyncpg.DeadlockDetectedError):
                await asyncio.sleep(RETRY_S)
            else:
                self.dropped += await connection.fetchval(QUERIES["partition_is_gone"], partition.name)
                return True
        return False


@dataclass(frozen=True, slots=True)
class _Rewritten:
    positions: int
    rows: int
    stream: bytearray
    days: Sequence[date]


def _rewritten(stream: bytearray, part_rows: int) -> _Rewritten:
    """Turn the COPY out of position_hot into the COPY into position_archive, `part_rows` at a time."""
    stored = hot_positions(stream)
    count, days, copied = 0, set[int](), bytearray(HEADER)
    for part in stored.whole_flights(part_rows):
        rows = archived(part)
        count += len(rows)
        days.update(np.unique(rows.scalars["bucket"] // _DAY_US).tolist())
        copied += encode(rows)
    copied += TRAILER
    return _Rewritten(len(stored), count, copied, np.array(sorted(days), "datetime64[D]").tolist())


async def _partitions(connection: Any) -> list[Partition]:
    """List the partitions of position_hot, the oldest first. One that somebody else attached is not ours."""
    return [
        Partition(name, begin, size)
        for name, size in await connection.fetch(QUERIES["hot_partitions"])
        if (begin := _begin(name)) is not None
    ]


def _begin(name: str) -> float | None:
    if not _NAME.fullmatch(name):
        return None
    try:
        return datetime.strptime(name, _NAMED).replace(tzinfo=UTC).timestamp()
    except ValueError:
        return None


async def _pieces(stream: bytearray) -> AsyncIterator[bytes]:
    for begin in range(0, len(stream), _CHUNK):
        yield bytes(stream[begin : begin + _CHUNK])
        await asyncio.sleep(0)  # the viewers' turn
