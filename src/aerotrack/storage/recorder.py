"""Recorder: the sink that keeps everything in PostgreSQL, exactly once, whatever the database is up to.

    take > backlog, in memory > batch > spool, on disk > transaction > acknowledged

A recording can be read again: its batches pass on to the database without a spool.
"""

import asyncio
import contextlib
import time
from collections.abc import Callable
from dataclasses import replace

import structlog

from aerotrack.core.changes import Changes
from aerotrack.core.events import Events
from aerotrack.errors import DatabaseError, StartError
from aerotrack.storage.backlog import Backlog
from aerotrack.storage.batch import Batch, joined
from aerotrack.storage.committer import Committer
from aerotrack.storage.database import UNREACHABLE, Database, sentence
from aerotrack.storage.handover import Handover
from aerotrack.storage.recorder_status import RecorderStatus
from aerotrack.storage.roster import Roster
from aerotrack.storage.spool import Spool

BACKLOG = 2_000_000  # positions, about 150 MB: two minutes of the whole world, eight hours of one receiver
BATCH = 50_000
ENOUGH = 1000  # positions that are worth a transaction at once
PAUSE_S = 0.25  # between two transactions for less
CHECKPOINT_S = 60.0  # of stream time ...
CHECKPOINT_PAUSE_S = 5.0  # ... but no closer by the wall, or a fast recording would do nothing else
FIRST_BACKOFF_S, LAST_BACKOFF_S = 0.1, 2.0  # between two tries to write the spool
PATIENCE_S = 5.0  # how long `close` waits for a database, or a disk, that takes nothing

log = structlog.get_logger("aerotrack.recorder")


class Recorder:
    """A Sink. `source` is the identity of a recording; live sources have a `spool`.

    Everything it is told of a recording up to the stamp that an earlier run reached is skipped. Without
    either, live positions are in memory only until they are stored.
    """

    def __init__(
        self,
        database: Database,
        *,
        source: str | None = None,
        spool: Spool | None = None,
        backlog: int = BACKLOG,
        batch: int = BATCH,
        patience_s: float = PATIENCE_S,
    ) -> None:
        self._ordered = source is not None
        self._spool = spool or Handover(source)
        self._committer = Committer(
            database, self._spool.source, ordered=self._ordered, put_aside=spool.put_aside if spool else None
        )
        self._patience_s = patience_s
        self._roster, self._events = Roster(), Events()
        self._backlog = Backlog(limit=backlog, batch=batch, ordered=self._ordered)
        self._spooling: Batch | None = None
        self._writing: Batch | None = None
        self._feeds: tuple[str, ...] = ()
        self._handed_on = 0  # batches
        self._spool_error: str | None = None
        self._dropping = self._closing = False
        self.gave_up = False  # `close` left something that is not safe, be it only what is known of flights
        self._checkpointed = (float("-inf"), float("-inf"))  # stream time, monotonic
        self._stream_time = 0.0
        self._wake, self._appended, self._progress = asyncio.Event(), asyncio.Event(), asyncio.Event()

    # The Sink.

    def take(self, changes: Changes) -> None:
        """Note a tick: its positions as they are, its flights' latest facts, and what happened."""
        self._roster.note(changes)
        self._feeds = changes.feeds
        self._stream_time = changes.time
        dropped = self._backlog.add(changes, time.monotonic(), self._events.of(changes))
        if dropped and not self._dropping:
            self._dropping = True
            error = self._spool_error or self._committer.error
            log.error("positions are dropped: the recorder is behind", queued=self.queued, error=error)
        self._wake.set()

    async def run(self, kept: Callable[[int], None]) -> None:
        """Write what was taken until cancelled."""
        try:
            async with asyncio.TaskGroup() as tasks:
                tasks.create_task(self._hand_on())
                tasks.create_task(self._store(kept))
        finally:
            self._committer.drop()

    async def close(self) -> None:
        """Make what was taken safe, and store it as long as the database takes anything."""
        self._closing = True
        self._wake.set()
        stored = await self._reached(lambda: self._is_handed_on and not self._spool.pending)
        if stored:
            return
        if self._spool.durable and self._is_handed_on:
            log.warning(
                "stopping with positions that are safe in the spool; the next start stores them",
                positions=self._spool.positions,
                error=self._committer.error,
            )
            return
        unsafe = self.queued - (self._spool.positions if self._spool.durable else 0)
        error = self._spool_error or self._committer.error
        log.error("stopping with news that are not stored", positions=unsafe, error=error)
        self.gave_up = True

    # At the start.

    async def recover(self) -> None:
        """Store what the spool holds of an earlier run, before anything new is taken.

        Raises StartError when the database goes away over it: nothing is lost, the next start goes on.
        """
        try:
            await self._spool.reach(await self._committer.watermark())
            if self._spool.pending:
                await self._store_rest()
        except (*UNREACHABLE, DatabaseError) as error:
            raise StartError(
                f"What the spool holds cannot be stored ({sentence(error)}): mend the database, start again."
            ) from error
        finally:
            self._committer.drop()

    async def _store_rest(self) -> None:
        if positions := self._spool.positions:
            log.info("storing what the spool holds of an earlier run", positions=positions)
        storing = asyncio.create_task(self._store(lambda _: None))
        try:
            done = await self._reached(lambda: not self._spool.pending or storing.done())
        finally:
            storing.cancel()
            await asyncio.wait({storing})
        if not storing.cancelled():
            storing.result()
        if not done:
            raise DatabaseError(self._committer.error or "it takes nothing")

    # For those who look, and for those who feed it faster than it can write.

    @property
    def queued(self) -> int:
        """How many positions wait to be stored."""
        spooling = len(self._spooling) if self._spooling else 0
        return self._backlog.positions + spooling + self._spool.positions

    async def drained(self, to: int = 0) -> None:
        """Wait until at most `to` positions are queued, so that a recording at full speed drops none."""
        while self.queued > to:
            await self._progress.wait()

    def status(self) -> RecorderStatus:
        """Say how it is doing."""
        batch, to = self._writing or self._spooling, self._committer
        oldest = batch.taken if batch else self._backlog.oldest
        return RecorderStatus(
            connected=to.connected,
            queued=self.queued,
            stored=to.stored,
            flights=to.flights,
            dropped=self._backlog.dropped,
            failed=to.failed,
            already_stored=to.already_stored,
            lag_seconds=0.0 if oldest is None else round(time.monotonic() - oldest, 3),
            error=to.error,
            spooled=self._spool.positions if self._spool.durable else 0,
            spool_bytes=self._spool.size,
            spool_damaged=self._spool.damaged,
            spool_lost=self._spool.lost,
            spool_error=self._spool_error,
        )

    # From memory to the spool.

    async def _hand_on(self) -> None:
        last = float("-inf")
        while True:
            await self._until_work()
            if self._backlog.positions < ENOUGH and not self._closing:
                await asyncio.sleep(last + PAUSE_S - time.monotonic())
            await self._spool.room()
            self._spooling = batch = self._next()
            await self._append(batch)
            self._spooling = None
            last = time.monotonic()
            self._handed_on += 1
            self._appended.set()
            self._moved()

    async def _until_work(self) -> None:
        while not (self._backlog or self._roster.unwritten or (self._closing and self._roster.unchecked)):
            self._wake.clear()
            await self._wake.wait()

    @property
    def _is_handed_on(self) -> bool:
        return not (self._backlog or self._spooling or self._roster.unwritten or self._roster.unchecked)

    def _next(self) -> Batch:
        pieces = self._backlog.next()
        self._dropping &= self._ordered or self._backlog.positions > 0
        positions, ended = joined(pieces)
        newest = self._backlog.mark
        batch = Batch(
            positions=positions,
            flights=self._roster.take_unwritten(),
            ended=ended,
            events=tuple(event for piece in pieces for event in piece.events),
            feeds=self._feeds,
            mark=pieces[-1].mark if pieces else newest,
            newest=newest,
            number=self._spool.next_number(),
            taken=pieces[0].taken if pieces else time.monotonic(),
        )
        return replace(batch, heard=self._roster.take_unchecked()) if self._checkpoint_due() else batch

    def _checkpoint_due(self) -> bool:
        stream, wall = self._checkpointed
        now = time.monotonic()
        due = self._stream_time - stream >= CHECKPOINT_S and now - wall >= CHECKPOINT_PAUSE_S
        if due:
            self._checkpointed = self._stream_time, now
        return due or (self._closing and not self._backlog)

    async def _append(self, batch: Batch) -> None:
        """Make a batch safe, for as long as it takes: until then it and all that follows wait in memory."""
        backoff = FIRST_BACKOFF_S
        while True:
            try:
                await self._spool.append(batch)
            except OSError as error:
                if self._spool_error is None:
                    log.warning("the spool cannot be written; positions wait in memory", error=str(error))
                self._spool_error = error.strerror or sentence(error)
                await asyncio.sleep(backoff)
                backoff = min(2 * backoff, LAST_BACKOFF_S)
            else:
                break
        if self._spool_error is not None:
            log.info("the spool is written again", queued=self.queued)
            self._spool_error = None

    # From the spool to the database.

    async def _store(self, kept: Callable[[int], None]) -> None:
        while True:
            self._writing = batch = await self._oldest()
            await self._committer.commit(batch)
            self._spool.acknowledge(batch)
            kept(batch.mark)
            self._moved()

    async def _oldest(self) -> Batch:
        """Return the next batch to store, once there is one."""
        while True:
            try:
                batch = await self._spool.peek()
            except OSError as error:
                log.warning("the spool cannot be read; trying again", error=str(error))
                await asyncio.sleep(LAST_BACKOFF_S)
                continue
            if batch is not None:
                return batch
            self._writing = None
            self._moved()
            self._appended.clear()
            await self._appended.wait()

    # How it goes.

    def _moved(self) -> None:
        self._progress.set()
        self._progress.clear()

    async def _reached(self, goal: Callable[[], bool]) -> bool:
        """Wait until something is so; say whether it is, or no more can be expected."""
        while not goal():
            before = self._how_far()
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(self._patience_s):
                    while not goal():
                        await self._progress.wait()
            if not goal() and before == self._how_far():
                return False
        return True

    def _how_far(self) -> tuple[int, ...]:
        return self._handed_on, *self._committer.how_far()
