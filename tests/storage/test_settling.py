import asyncio
from collections.abc import AsyncIterator

import asyncpg
import pytest

from aerotrack.storage.settling import outlasting, reading
from flown import Connection


@pytest.fixture
async def other(database_url: str) -> AsyncIterator[Connection]:
    """Another connection, in a transaction."""
    connection = await asyncpg.connect(database_url)
    await connection.execute("begin")
    yield connection
    connection.terminate()


async def test_who_has_read_the_view_is_reading_until_the_transaction_ends(
    database: Connection, other: Connection
) -> None:
    assert await reading(database, "position_hot") == frozenset()
    await other.fetchval("select count(*) from aerotrack.position")
    hot, archive = await reading(database, "position_hot"), await reading(database, "position_archive")
    assert hot == archive
    assert len(hot) == 1
    await other.execute("commit")
    assert await reading(database, "position_hot") == frozenset()


async def test_who_only_writes_is_not_reading(database: Connection, other: Connection) -> None:
    await other.execute("delete from aerotrack.position_hot")  # that scans it, and finds nothing
    assert await reading(database, "position_hot") == frozenset()


async def test_who_reads_itself_is_not_among_the_others(database: Connection) -> None:
    async with database.transaction():
        await database.fetchval("select count(*) from aerotrack.position")
        assert await reading(database, "position_hot") == frozenset()


async def test_only_those_who_were_there_are_waited_for(database: Connection, other: Connection) -> None:
    await other.fetchval("select count(*) from aerotrack.position")
    assert await outlasting(database, "position_hot", frozenset(), 1e9) == frozenset()


async def test_the_wait_ends_with_their_transactions(database: Connection, other: Connection) -> None:
    await other.fetchval("select count(*) from aerotrack.position")
    readers = await reading(database, "position_hot")
    waiting = asyncio.create_task(outlasting(database, "position_hot", readers, 1e9))
    await other.execute("commit")
    async with asyncio.timeout(30):
        assert await waiting == frozenset()


async def test_who_stays_longer_is_told(database: Connection, other: Connection) -> None:
    await other.fetchval("select count(*) from aerotrack.position")
    readers = await reading(database, "position_hot")
    assert await outlasting(database, "position_hot", readers, 0.06) == readers
