"""A little of everything that can be stored, and who reads it."""

from collections.abc import AsyncIterator

import asyncpg
import pytest
import pytest_asyncio

from databases import copy_of
from past import Connection, put_examples


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def examples(migrated_template: str) -> AsyncIterator[str]:
    """A database with a little of everything, to be copied."""
    async with copy_of(migrated_template) as url:
        connection = await asyncpg.connect(url)
        await put_examples(connection)
        await connection.close()
        yield url


@pytest.fixture
async def reader(database_url: str) -> AsyncIterator[Connection]:
    """A connection to `database_url` as aerotrack_reader."""
    connection = await asyncpg.connect(database_url.replace("aerotrack@", "aerotrack_reader@"))
    yield connection
    await connection.close()
