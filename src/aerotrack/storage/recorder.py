"""Recorder: the sink that keeps everything in PostgreSQL, exactly once, whatever the database is up to."""

import asyncio
import contextlib
import random
import secrets
import time
from collections.abc import Callable
from dataclasses import dataclass, replace

import asyncpg
import structlog

from aerotrack.core.changes import Changes
from aerotrack.errors import DatabaseError
from aerotrack.storage.backlog import Backlog
from aerotrack.storage.batch import Batch, joined
from aerotrack.storage.database import UNREACHABLE, Database, sentence
from aerotrack.storage.roster import Roster
from aerotrack.storage.writer import Writer

BACKLOG = 2_000_000  # positions, about 150 MB: two minutes of the whole world, eight hours of one receiver
BATCH = 50_000
ENOUGH = 1000  # positions that are worth a transaction at once
PAUSE_S = 0.25  # between two transactions for less
CHECKPOINT_S = 60.0  # of stream time ...
CHECKPOINT_PAUSE_S = 5.0  # ... but no closer by the wall, or a fast recording would do nothing else
FIRST_BACKOFF_S, LAST_BACKOFF_S = 0.2, 10.0
PATIENCE_S = 5.0  # how long `close` waits for a database that takes nothing

log = structlog.get_logger("aerotrack.recorder")


@dataclass(frozen=True, slots=True)
class RecorderStatus:
    """How the recorder is doing: counts of positions since its start, and of flights written.

    `queued` is not stored yet, `dropped` found no room, `failed` the database refused or cannot hold,
    `already_stored` an earlier run has stored. `lag_seconds` is how long the oldest queued one has waited.
    """

    connected: bool
    queued: int
    stored: int
    flights: int
    dropped: int
    failed: int
    already_stored: int
    lag_seconds: float
    error: str | None


class Recorder:
    """A Sink. `source` is the identity of a recording, None for live sources.

    Everything it is told of a recording up to the stamp that an earlier run reached is skipped.
    """

    def __init__(
        self,
        database: Database,
        *,
        source: str | None = None,
        backlog: int = BACKLOG,
        batch: int = BATCH,
        patience_s: float = PATIENCE_S,
    ) -> None:
        self._database = database
        self._ordered = source is not None
        self._source = source or f"live:{secrets.token_hex(8)}"
        self._patience_s = patience_s
        self._roster = Roster()
        self._backlog = Backlog(limit=backlog, batch=batch, ordered=self._ordered)
        self._writing: Batch | None = None
        self._writer: Writer | None = None
        self._feeds: tuple[str, ...] = ()
        self._number = 0
        self._stored = self._flights = self._failed = self._already_stored = 0
        self._farthest = 0  # the steps of the batch that is being written, in the best of its tries
        self._error: str | None = None
        self._dropping = self._closing = False
        self.gave_up = False  # `close` left something unwritten, be it only what is known of flights
        self._checkpointed = (float("-inf"), float("-inf"))  # stream time, monotonic
        self._stream_time = 0.0
        self._wake, self._idle, self._progress = asyncio.Event(), asyncio.Event(), asyncio.Event()
        self._idle.set()

    # The Sink.

    def take(self, changes: Changes) -> None:
        """Note a tick: its positions as they are, its flights' latest facts."""
        self._roster.note(changes)
        self._feeds = changes.feeds
        self._stream_time = changes.time
        if self._backlog.add(changes, time.monotonic()) and not self._dropping:
            self._dropping = True
            log.error("positions are dropped: the database is behind", queued=self.queued, error=self._error)
        self._idle.clear()
        self._wake.set()

    async def run(self, kept: Callable[[int], None]) -> None:
        """Write what was taken until cancelled."""
        last = float("-inf")
        try:
            while True:
                await self._until_work()
                if self._backlog.positions < ENOUGH and not self._closing:
                    await asyncio.sleep(last + PAUSE_S - time.monotonic())
                self._writing = batch = self._next()
                await self._store(batch)
                self._writing = None
                last = time.monotonic()
                kept(batch.mark)
                self._progress.set()
                self._progress.clear()
        finally:
            self._drop()

    async def close(self) -> None:
        """Store what was taken, as long as the database takes anything."""
        self._closing = True
        if self._roster.unchecked:
            self._idle.clear()
        self._wake.set()
        while not self._idle.is_set():
            before = self._how_far()
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(self._patience_s):
                    await self._idle.wait()
            if not self._idle.is_set() and before == self._how_far():
                log.error("stopping with news that are not stored", positions=self.queued, error=self._error)
                self.gave_up = True
                return

    # For those who look, and for those who feed it faster than it can write.

    @property
    def queued(self) -> int:
        """How many positions wait to be stored."""
        return self._backlog.positions + (len(self._writing) if self._writing else 0)

    async def drained(self, to: int = 0) -> None:
        """Wait until at most `to` positions are queued, so that a recording at full speed drops none."""
        while self.queued > to:
            await self._progress.wait()

    def status(self) -> RecorderStatus:
        """Say how it is doing."""
        oldest = self._writing.taken if self._writing else self._backlog.oldest
        return RecorderStatus(
            connected=self._writer is not None,
            queued=self.queued,
            stored=self._stored,
            flights=self._flights,
            dropped=self._backlog.dropped,
            failed=self._failed,
            already_stored=self._already_stored,
            lag_seconds=0.0 if oldest is None else round(time.monotonic() - oldest, 3),
            error=self._error,
        )

    # One batch after the other.

    async def _until_work(self) -> None:
        while not (self._backlog or self._roster.unwritten or (self._closing and self._roster.unchecked)):
            self._idle.set()
            self._wake.clear()
            await self._wake.wait()

    def _next(self) -> Batch:
        pieces = self._backlog.next()
        self._dropping &= self._ordered or self._backlog.positions > 0
        positions, ended = joined(pieces)
        self._number += 1
        newest = self._backlog.mark
        batch = Batch(
            positions=positions,
            flights=self._roster.take_unwritten(),
            ended=ended,
            feeds=self._feeds,
            mark=pieces[-1].mark if pieces else newest,
            newest=newest,
            number=self._number,
            taken=pieces[0].taken if pieces else time.monotonic(),
        )
        return replace(batch, heard=self._roster.take_unchecked()) if self._checkpoint_due() else batch

    def _how_far(self) -> tuple[int, ...]:
        """Measure the writing: it grows while the database takes anything, not with each new try."""
        if self._writer is not None:
            self._farthest = max(self._farthest, self._writer.steps)
        return self._number, self._stored, self._already_stored, self._flights, self._farthest

    def _checkpoint_due(self) -> bool:
        stream, wall = self._checkpointed
        now = time.monotonic()
        due = self._stream_time - stream >= CHECKPOINT_S and now - wall >= CHECKPOINT_PAUSE_S
        if due:
            self._checkpointed = self._stream_time, now
        return due or (self._closing and not self._backlog)

    async def _store(self, batch: Batch) -> None:
        """Write a batch, for as long as it takes; what the database refuses twice is put aside."""
        self._farthest = 0
        backoff, doubtful, refused = FIRST_BACKOFF_S, False, False
        while True:
            try:
                if self._writer is None:
                    connection = await self._database.connect()
                    self._writer = await Writer.begin(connection, self._source, ordered=self._ordered)
                written = await self._writer.write(batch)
            except (*UNREACHABLE, DatabaseError) as error:
                self._drop()
                if _is_refusal(error):
                    if refused:
                        await self._put_aside(batch, error)
                        return
                    refused = True  # once may be a partition that retention took; a new writer makes it again
                    continue
                if self._error is None:
                    log.warning("the database is away; trying again", error=sentence(error))
                self._error, doubtful = sentence(error), True
                await asyncio.sleep(backoff * random.uniform(0.5, 1.0))  # noqa: S311  jitter, not a secret
                backoff = min(2 * backoff, LAST_BACKOFF_S)
            else:
                break
        if self._error is not None:
            log.info("the database is back", queued=self.queued)
            self._error = None
        self._flights += len(batch.flights["address"])
        self._failed += written.unstorable
        # What a doubtful batch finds in the database is its own: the commit that was cut off went through.
        self._stored += written.stored + (written.before if doubtful else 0)
        self._already_stored += 0 if doubtful else written.before

    async def _put_aside(self, batch: Batch, error: BaseException) -> None:
        """Go on without what the database refuses, and only without that: flights and positions part here."""
        flights, positions = batch.flights_alone(), batch.positions_alone()
        if len(batch) and flights.flights_in_all:
            await self._store(flights)
            await self._store(positions)
            return
        log.error(
            "the database refuses a batch; it is put aside",
            positions=len(batch),
            flights=batch.flights_in_all,
            error=sentence(error),
        )
        if len(batch):
            self._failed += len(batch)
            if self._ordered:
                await self._store(Batch(mark=batch.mark, newest=batch.newest))

    def _drop(self) -> None:
        if self._writer is not None:
            self._writer.drop()
            self._writer = None


def _is_refusal(error: BaseException) -> bool:
    """Tell whether the data are at fault, so that trying again is of no use: SQLSTATE classes 21 to 23."""
    return isinstance(error, asyncpg.PostgresError) and (error.sqlstate or "")[:2] in {"21", "22", "23"}
