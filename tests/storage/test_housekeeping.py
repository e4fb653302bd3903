import asyncio
import os
import signal
from collections.abc import Iterator
from typing import Any

import pytest
from structlog.testing import capture_logs

from aerotrack.storage.database import Database
from aerotrack.storage.housekeeping import Housekeeping
from flown import until
from steps import Connection, put_steps, step, stored_of


@pytest.fixture
def said() -> Iterator[list[Any]]:
    with capture_logs() as entries:
        yield entries


async def test_positions_go_into_the_archive_and_are_counted(database_url: str, database: Connection) -> None:
    await put_steps(database, stored_of([step(0), step(5)]))
    house = Housekeeping(Database(database_url), compaction_s=0.001)
    assert house.status().last_run is None
    async with house.running():
        await until(lambda: house.status().dropped > 0)
        await until(lambda: house.status().last_run is not None)
    assert await database.fetchval("select count(*) from aerotrack.position_archive") == 1
    status = house.status()
    assert (status.archived, status.archive_rows, status.dropped, status.error) == (2, 1, 1, None)


async def test_retention_has_its_own_pace(database_url: str) -> None:
    retained: list[int] = []

    async def retain(connection: Connection) -> None:
        retained.append(await connection.fetchval("select 1"))

    house = Housekeeping(Database(database_url), retention=retain, compaction_s=0.001, retention_s=0.001)
    async with house.running():
        await until(lambda: len(retained) > 2)
    seldom = Housekeeping(Database(database_url), retention=retain, compaction_s=0.001)
    retained.clear()
    async with seldom.running():
        runs: set[str | None] = set()
        await until(lambda: runs.add(seldom.status().last_run) or len(runs) > 3)
    assert retained == [1]


async def test_an_error_is_said_once_and_the_work_goes_on_when_it_is_gone(
    database_url: str, said: list[Any]
) -> None:
    fails, tries = True, 0

    async def retain(connection: Connection) -> None:
        nonlocal tries
        tries += 1
        if fails:
            await connection.execute("select 1 / 0")

    house = Housekeeping(Database(database_url), retention=retain, compaction_s=0.001, retention_s=0)
    async with house.running():
        await until(lambda: tries > 3)
        assert house.status().error == "division by zero"
        fails = False
        await until(lambda: house.status().error is None)
    assert [entry["event"] for entry in said if entry["log_level"] == "warning"] == [
        "the archive has to wait; trying again"
    ]


async def test_a_database_that_is_away_ends_nothing(said: list[Any]) -> None:
    house = Housekeeping(Database("postgresql://aerotrack@/nowhere?host=/nowhere"), compaction_s=0.001)
    async with house.running():
        await until(lambda: house.status().error is not None)
    assert house.status().last_run is None


async def test_a_connection_that_is_cut_is_another_error_of_the_database(
    database_url: str, database: Connection
) -> None:
    cut = 0

    async def retain(connection: Connection) -> None:
        nonlocal cut
        cut += 1
        if cut == 1:
            await database.execute("select pg_terminate_backend($1, 5000)", connection.get_server_pid())
            await connection.execute("select 1")

    house = Housekeeping(Database(database_url), retention=retain, compaction_s=0.001, retention_s=0)
    async with house.running():
        await until(lambda: cut > 1 and house.status().error is None)


async def test_a_server_that_hangs_does_not_hold_the_stop(database_url: str) -> None:
    held: list[int] = []

    async def retain(connection: Connection) -> None:
        async with connection.transaction():
            process = connection.get_server_pid()
            os.kill(process, signal.SIGSTOP)
            held.append(process)
            await connection.execute("select 1")

    house = Housekeeping(Database(database_url), retention=retain)
    try:
        async with asyncio.timeout(10):
            async with house.running():
                await until(lambda: bool(held))
    finally:
        for process in held:
            os.kill(process, signal.SIGCONT)


async def test_a_fault_of_the_program_is_not_swallowed(database_url: str) -> None:
    async def retain(connection: Connection) -> None:
        raise LookupError("a bug")

    house = Housekeeping(Database(database_url), retention=retain)
    with pytest.raises(ExceptionGroup) as raised:
        async with house.running():
            await until(lambda: False)
    assert raised.group_contains(LookupError, match="a bug")
