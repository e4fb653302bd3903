"""Committer: puts batches into the database one after the other, however often it goes away meanwhile."""

import asyncio
import random
from collections.abc import Awaitable, Callable
from pathlib import Path

import asyncpg
import structlog

from aerotrack.errors import DatabaseError
from aerotrack.storage.batch import Batch
from aerotrack.storage.database import UNREACHABLE, Database, sentence
from aerotrack.storage.writer import Writer

FIRST_BACKOFF_S, LAST_BACKOFF_S = 0.2, 10.0

log = structlog.get_logger("aerotrack.recorder")


class Committer:
    """Commits the batches of one source, in order. `ordered` says that it is a recording.

    `put_aside`, where there is one, keeps in a file what the database refuses of the batch of a number; its
    OSErrors are tried again.
    """

    def __init__(
        self,
        database: Database,
        source: str,
        *,
        ordered: bool,
        put_aside: Callable[[Batch, int], Awaitable[Path]] | None = None,
    ) -> None:
        self._database, self._source, self._ordered = database, source, ordered
        self._put_aside = put_aside
        self._writer: Writer | None = None
        self._farthest = 0  # the steps of the batch that is being written, in the best of its tries
        self.stored = self.already_stored = self.failed = self.flights = 0
        self.error: str | None = None

    @property
    def connected(self) -> bool:
        """Whether the database was there a moment ago."""
        return self._writer is not None

    def how_far(self) -> tuple[int, ...]:
        """Measure the writing: it grows while the database takes anything, not with each new try."""
        if self._writer is not None:
            self._farthest = max(self._farthest, self._writer.steps)
        return self.stored, self.already_stored, self.failed, self.flights, self._farthest

    async def watermark(self) -> int:
        """Return the greatest number of the source that is stored. Raises UNREACHABLE, DatabaseError."""
        return (await self._writing()).watermark

    async def commit(self, batch: Batch) -> None:
        """Write a batch, for as long as it takes; what the database refuses twice is put aside."""
        await self._commit(batch, batch.number)

    async def _commit(self, batch: Batch, number: int) -> None:
        """Write a batch, or that part of the batch of this number."""
        self._farthest = 0
        backoff, doubtful, refused = FIRST_BACKOFF_S, False, False
        while True:
            try:
                written = await (await self._writing()).write(batch)
            except (*UNREACHABLE, DatabaseError) as error:
                self.drop()
                if _is_refusal(error):
                    if refused:
                        await self._go_without(batch, number, error)
                        return
                    refused = True
                    continue
                if self.error is None:
                    log.warning("the database is away; trying again", error=sentence(error))
                self.error, doubtful = sentence(error), True
                await asyncio.sleep(backoff * random.uniform(0.5, 1.0))  # noqa: S311  jitter, not a secret
                backoff = min(2 * backoff, LAST_BACKOFF_S)
            else:
                break
        if self.error is not None:
            log.info("the database is back")
            self.error = None
        self.flights += len(batch.flights["address"])
        self.failed += written.unstorable
        # What a doubtful batch finds in the database is its own: the commit that was cut off went through.
        self.stored += written.stored + (written.before if doubtful else 0)
        self.already_stored += 0 if doubtful else written.before

    def drop(self) -> None:
        """Cut the connection without waiting for a server that may hang."""
        if self._writer is not None:
            self._writer.drop()
            self._writer = None

    async def _writing(self) -> Writer:
        if self._writer is None:
            connection = await self._database.connect(brief=True)
            self._writer = await Writer.begin(connection, self._source, ordered=self._ordered)
        return self._writer

    async def _go_without(self, batch: Batch, number: int, error: BaseException) -> None:
        """Go on without what the database refuses, and only without that: flights and positions part here."""
        flights, positions = batch.flights_alone(), batch.positions_alone()
        if len(batch) and flights.flights_in_all:
            await self._commit(flights, number)
            await self._commit(positions, number)
            return
        path = await self._kept(batch, number)
        log.error(
            "the database refuses a batch; it is put aside",
            positions=len(batch),
            flights=batch.flights_in_all,
            error=sentence(error),
            **({"file": str(path)} if path else {}),
        )
        self.failed += len(batch) or batch.flights_in_all
        await self.commit(Batch(mark=batch.mark, newest=batch.newest, number=batch.number))

    async def _kept(self, batch: Batch, number: int) -> Path | None:
        said = False
        while self._put_aside is not None:
            try:
                return await self._put_aside(batch, number)
            except OSError as error:
                if not said:
                    log.warning(
                        "what the database refuses cannot be put aside; trying again", error=str(error)
                    )
                said = True
                await asyncio.sleep(LAST_BACKOFF_S)
        return None


def _is_refusal(error: BaseException) -> bool:
    """Tell whether the data are at fault, so that trying again is of no use: SQLSTATE classes 21 to 23.

    A check that fails without a constraint's name is a partition that compaction took (ExecFindPartition in
    PostgreSQL's src/backend/executor/execPartition.c): a new writer makes it again.
    """
    if isinstance(error, asyncpg.CheckViolationError) and not error.constraint_name:
        return False
    return isinstance(error, asyncpg.PostgresError) and (error.sqlstate or "")[:2] in {"21", "22", "23"}
