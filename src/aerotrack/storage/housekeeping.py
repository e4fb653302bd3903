"""Housekeeping: what the database needs now and then, beside the recording: compaction and retention.

It has a connection of its own, and never ends the program: what fails is said once and tried again later.
"""

import asyncio
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any

import structlog

from aerotrack.core.values import moment
from aerotrack.errors import DatabaseError
from aerotrack.storage.compaction import Compaction
from aerotrack.storage.database import UNREACHABLE, Database, lost_is_unreachable, sentence

COMPACTION_S, RETENTION_S = 60.0, 600.0  # between two runs

log = structlog.get_logger("aerotrack.housekeeping")

Retention = Callable[[Any], Awaitable[object]]
"""Drops what need not be kept, over the connection it is given."""


@dataclass(frozen=True, slots=True)
class HousekeepingStatus:
    """How it is doing, since its start: `archived` positions, in `archive_rows` rows; partitions `dropped`.

    `last_run` is when it last went through without an error (RFC 3339), `error` what stopped it since.
    """

    archived: int
    archive_rows: int
    dropped: int
    last_run: str | None
    error: str | None


class Housekeeping:
    """The task: compaction every `compaction_s` seconds, `retention`, if any, every `retention_s`."""

    def __init__(
        self,
        database: Database,
        *,
        retention: Retention | None = None,
        compaction_s: float = COMPACTION_S,
        retention_s: float = RETENTION_S,
    ) -> None:
        self._database = database
        self._retention = retention
        self._compaction_s, self._retention_s = compaction_s, retention_s
        self._compaction = Compaction()
        self._connection: Any = None
        self._retained = float("-inf")
        self._last_run: str | None = None
        self._error: str | None = None
        self._said: set[str] = set()  # the kinds of errors since it last went through

    @asynccontextmanager
    async def running(self) -> AsyncIterator[None]:
        """Keep house while the body does."""
        async with asyncio.TaskGroup() as beside:
            task = beside.create_task(self.run())
            try:
                yield
            finally:
                task.cancel()
                if self._connection is not None:
                    self._connection.terminate()  # or what is undone now waits for a server that may hang

    async def run(self) -> None:
        """Keep house until cancelled."""
        while True:
            try:
                await self._once()
            except (*UNREACHABLE, DatabaseError) as error:
                if (task := asyncio.current_task()) and task.cancelling():
                    raise asyncio.CancelledError from error
                self._error = sentence(error)
                kind = type(error).__name__
                if kind not in self._said:
                    self._said.add(kind)
                    log.warning("the archive has to wait; trying again", error=self._error)
            else:
                if self._error is not None:
                    log.info("the archive goes on")
                self._error, self._last_run = None, moment(time.time())
                self._said.clear()
            await asyncio.sleep(self._compaction_s)

    def status(self) -> HousekeepingStatus:
        """Say how it is doing."""
        done = self._compaction
        return HousekeepingStatus(done.positions, done.rows, done.dropped, self._last_run, self._error)

    async def _once(self) -> None:
        self._connection = connection = await self._database.connect(brief=True)
        try:
            with lost_is_unreachable():
                await self._compaction.run(connection)
                if self._retention and time.monotonic() - self._retained >= self._retention_s:
                    await self._retention(connection)
                    self._retained = time.monotonic()
        finally:
            self._connection = None
            connection.terminate()  # the lock goes with it; a server that hangs cannot hold us
