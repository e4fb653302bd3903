"""Retention: whole days of the archive are dropped, then what is left of them.

A day goes when all of it was stored longer ago than the policy keeps, whatever its own date: the recording
of years ago that was replayed yesterday stays its full term. Positions that arrive for a day that was dropped
are stored as any others, and stay their own term.
"""

import asyncio
import random
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import date
from importlib import resources
from typing import Any

import asyncpg

from aerotrack.core.retention import Retention
from aerotrack.storage.queries import named_statements

__all__ = ["Dropped", "Retention", "apply_retention"]

LOCK_TIMEOUT = "200ms"  # those who read or archive wait no longer for us than that
TRIES, PAUSE_S = 10, 0.3
BATCH = 500  # flights or events of one transaction
_DAY_S = 86_400.0
_SQL = named_statements((resources.files("aerotrack.storage") / "retention.sql").read_text(encoding="utf-8"))


@dataclass(frozen=True, slots=True)
class Dropped:
    """What was dropped: days, the bytes they had, flights, events.

    `postponed` days were to go, but a long query holds the archive: they go the next time.
    """

    days: tuple[date, ...] = ()
    size: int = 0
    flights: int = 0
    events: int = 0
    postponed: int = 0

    def __str__(self) -> str:
        """Say it in a sentence."""
        said = (
            f"Dropped {_count(len(self.days), 'day')} ({self.size / 1e6:,.1f} MB), "
            f"{_count(self.flights, 'flight')} and {_count(self.events, 'event')}."
        )
        if self.postponed:
            said += f" More, {_count(self.postponed, 'day')}, is held by a long query and goes the next time."
        return said


def _count(number: int, what: str) -> str:
    return f"{number} {what}" if number == 1 else f"{number} {what}s"


async def apply_retention(connection: Any, policy: Retention, *, tries: int = TRIES) -> Dropped:
    """Drop what the policy no longer keeps. `connection` is asyncpg's, the owner's, in no transaction.

    What arrived within the last hour stays, however small the quota. Others wait 200 ms at most, twice: then
    the locks are given up and tried for again, `tries` times.
    """
    if policy.keeps_all:
        return Dropped()
    term_s = None if policy.days is None else policy.days * _DAY_S
    due = await _due(connection, policy, term_s)
    days, size = [], 0
    for index, (day, bytes_, over) in enumerate(due):
        gone = await _drop_day(connection, day, term_s if over else None, tries)
        if gone is None:
            postponed = len(due) - index
            break
        if gone:
            days.append(day)
            size += bytes_
    else:
        postponed = 0
    flights, events = await _drop_bare_flights(connection)
    events += await _drop_old_events(connection)
    return Dropped(tuple(days), size, flights, events, postponed)


async def _due(connection: Any, policy: Retention, term_s: float | None) -> list[tuple[date, int, bool]]:
    """List the days that have to go: day, bytes, and whether by age; else it is by the quota."""
    left = await connection.fetchval(_SQL["stored_size"])
    due = []
    for day, bytes_, over in await connection.fetch(_SQL["days_by_age"], term_s):
        if over or (policy.max_bytes is not None and left > policy.max_bytes):
            due.append((day, bytes_, over))
            left -= bytes_
    return due


async def _drop_day(connection: Any, day: date, term_s: float | None, tries: int) -> bool | None:
    """Drop one day; False when it was added to meanwhile, None when it could not be locked."""
    name = f"{day:%Y%m%d}"
    for again in range(tries):
        if again:
            await asyncio.sleep(PAUSE_S * random.uniform(0.5, 1.5))  # noqa: S311  jitter, not a secret
        try:
            async with _impatient(connection):
                if await connection.fetchval("select to_regclass($1)", f"aerotrack.position_archive_{name}"):
                    await connection.execute(_SQL["lock_day"].format(day=name))
                # Only now is nobody in the middle of adding to it.
                if not await connection.fetchval(_SQL["day_is_as_seen"], day, term_s is not None, term_s):
                    return False
                await connection.execute(_SQL["drop_day"].format(day=name))
                await connection.execute(_SQL["forget_day"], day)
                return True
        except (asyncpg.LockNotAvailableError, asyncpg.DeadlockDetectedError):
            continue
    return None


@asynccontextmanager
async def _impatient(connection: Any) -> AsyncIterator[None]:
    """Run a transaction that fails rather than have others wait behind it."""
    async with connection.transaction():
        await connection.execute(f"set local lock_timeout = '{LOCK_TIMEOUT}'")
        yield


async def _drop_bare_flights(connection: Any) -> tuple[int, int]:
    """Drop the flights that ended and have no positions any more, and their events; return how many."""
    flights = events = 0
    after = -(1 << 63)
    while True:
        async with connection.transaction():
            found = [
                row["flight_id"] for row in await connection.fetch(_SQL["lock_bare_flights"], after, BATCH)
            ]
            if not found:
                return flights, events
            gone = await connection.fetchrow(_SQL["drop_bare_flights"], found)
        flights += gone["flights"]
        events += gone["events"]
        after = found[-1]


async def _drop_old_events(connection: Any) -> int:
    events = 0
    while True:
        tag = await connection.execute(_SQL["drop_old_events"], BATCH)
        count = int(tag.rpartition(" ")[2])
        events += count
        if count < BATCH:
            return events
