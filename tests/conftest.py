"""One embedded PostgreSQL for the whole run, and a database of its own for each test that asks.

Hypothesis measures no time, as the machine may be busy; where CI is set it tries the same examples each run.
"""

import itertools
import os
import shutil
import tempfile
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import asyncpg
import pytest
import pytest_asyncio
from hypothesis import HealthCheck, settings

from aerotrack.storage.embedded import EmbeddedPostgres
from aerotrack.storage.migrations import migrate

_numbers = itertools.count(1)

settings.register_profile(
    "aerotrack", deadline=None, suppress_health_check=[HealthCheck.too_slow], derandomize="CI" in os.environ
)
settings.load_profile("aerotrack")


def _database(url: str, name: str) -> str:
    return url.replace("/aerotrack?", f"/{name}?")


async def _execute(url: str, statement: str) -> None:
    connection = await asyncpg.connect(url)
    await connection.execute(statement)
    await connection.close()


@asynccontextmanager
async def _fresh_database(server: str, template: str) -> AsyncIterator[str]:
    name = f"test_{next(_numbers)}"
    await _execute(
        _database(server, "postgres"), f"create database {name} template {template} strategy file_copy"
    )
    yield _database(server, name)
    await _execute(_database(server, "postgres"), f"drop database {name} with (force)")


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def postgres_url() -> AsyncIterator[str]:
    """The server that all tests share. Its directory is not pytest's: that one is closed to other users."""
    directory = Path(tempfile.mkdtemp(prefix="aerotrack-"))
    server = EmbeddedPostgres(directory, settings={"fsync": "off"})
    try:
        yield await server.start()
    finally:
        await server.stop()
        shutil.rmtree(directory)


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def migrated_template(postgres_url: str) -> str:
    """The name of a database with the schema, from which others are copied: cheaper than migrating each."""
    await _execute(_database(postgres_url, "postgres"), "create database migrated")
    connection = await asyncpg.connect(_database(postgres_url, "migrated"))
    await migrate(connection)
    await connection.close()
    return "migrated"


@pytest.fixture
async def empty_database_url(postgres_url: str) -> AsyncIterator[str]:
    """A database of this test's own with nothing in it."""
    async with _fresh_database(postgres_url, "template1") as url:
        yield url


@pytest.fixture
async def database_url(postgres_url: str, migrated_template: str) -> AsyncIterator[str]:
    """A database of this test's own with the schema in it."""
    async with _fresh_database(postgres_url, migrated_template) as url:
        yield url


@pytest.fixture
async def database(database_url: str) -> AsyncIterator["asyncpg.Connection[asyncpg.Record]"]:
    """A connection to `database_url`, as the owner of everything."""
    connection = await asyncpg.connect(database_url)
    yield connection
    await connection.close()
