"""One embedded PostgreSQL for each process of a run, and a database of its own for each test that asks.

Where AEROTRACK_TEST_DATABASE is the URL of a superuser, that server is used instead. Roles and databases are
made on it, so let it be a scratch one; it has to let in aerotrack and aerotrack_reader without a password.
It is for one process: `tests/run.py` sees to that.

Hypothesis measures no time, as the machine may be busy; where CI is set it tries the same examples each run.
"""

import os
import shutil
import tempfile
from collections.abc import AsyncIterator
from pathlib import Path
from urllib.parse import urlsplit, urlunsplit

import asyncpg
import pytest
import pytest_asyncio
from hypothesis import HealthCheck, settings

from aerotrack.storage.embedded import EmbeddedPostgres
from aerotrack.storage.migrations import migrate
from databases import copy_of, database_of

for _profile, _examples in (("every run", 50), ("long", 1000)):
    settings.register_profile(
        _profile,
        deadline=None,
        suppress_health_check=[HealthCheck.too_slow],
        derandomize="CI" in os.environ,
        max_examples=_examples,
    )
settings.load_profile("every run")


def pytest_addoption(parser: pytest.Parser) -> None:
    """`--long` runs what is too long for every run at its full length."""
    parser.addoption("--long", action="store_true", help="run at full length what is too long for every run")


def pytest_configure(config: pytest.Config) -> None:
    """With time for it, Hypothesis tries many more examples."""
    if config.getoption("--long"):
        settings.load_profile("long")


@pytest.fixture(scope="session")
def long(request: pytest.FixtureRequest) -> bool:
    """Whether there is time for the full length."""
    return bool(request.config.getoption("--long"))


async def _as_ours(url: str) -> str:
    """Make the role and the database of the embedded server on another one, and return their URL."""
    connection = await asyncpg.connect(url)
    for statement, of_it in (
        ("create role aerotrack superuser login", "select from pg_roles where rolname = 'aerotrack'"),
        ("create database aerotrack owner aerotrack", "select from pg_database where datname = 'aerotrack'"),
    ):
        if not await connection.fetch(of_it):
            await connection.execute(statement)
    await connection.close()
    place = urlsplit(url).netloc.rpartition("@")[2]
    return database_of(urlunsplit(urlsplit(url)._replace(netloc=f"aerotrack@{place}")), "aerotrack")


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def postgres_url() -> AsyncIterator[str]:
    """The server that all tests share. Its directory is not pytest's: that one is closed to other users."""
    if named := os.environ.get("AEROTRACK_TEST_DATABASE"):
        yield await _as_ours(named)
        return
    directory = Path(tempfile.mkdtemp(prefix="aerotrack-"))
    server = EmbeddedPostgres(directory, settings={"fsync": "off"})
    try:
        yield await server.start()
    finally:
        await server.stop()
        shutil.rmtree(directory)


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def migrated_template(postgres_url: str) -> str:
    """A database with the schema, from which others are copied: cheaper than migrating each."""
    connection = await asyncpg.connect(database_of(postgres_url, "postgres"))
    await connection.execute("drop database if exists migrated with (force)")
    await connection.execute("create database migrated")
    await connection.close()
    connection = await asyncpg.connect(url := database_of(postgres_url, "migrated"))
    await migrate(connection)
    await connection.close()
    return url


@pytest.fixture
async def empty_database_url(postgres_url: str) -> AsyncIterator[str]:
    """A database of this test's own with nothing in it."""
    async with copy_of(database_of(postgres_url, "template1")) as url:
        yield url


@pytest.fixture(scope="module")
def template(migrated_template: str) -> str:
    """What the databases of a module's tests are copies of; a module may have one that it filled."""
    return migrated_template


@pytest.fixture
async def database_url(template: str) -> AsyncIterator[str]:
    """A database of this test's own with the schema in it."""
    async with copy_of(template) as url:
        yield url


@pytest.fixture
async def database(database_url: str) -> AsyncIterator["asyncpg.Connection[asyncpg.Record]"]:
    """A connection to `database_url`, as the owner of everything."""
    connection = await asyncpg.connect(database_url)
    yield connection
    await connection.close()
