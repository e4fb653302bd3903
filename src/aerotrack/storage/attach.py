"""Attach to the database that the settings mean: a named one, or the data directory's own PostgreSQL."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from pathlib import Path
from urllib.parse import quote, urlsplit, urlunsplit

from aerotrack.errors import SettingsError
from aerotrack.storage.database import Database
from aerotrack.storage.directory import DataDirectory
from aerotrack.storage.embedded import EmbeddedPostgres, running_url


@asynccontextmanager
async def own(data_dir: Path, url: str | None) -> AsyncIterator[Database]:
    """Own the data directory, and reach the database: the one at `url`, else the directory's own.

    Raises StartError when another process owns the directory, or the database cannot be used.
    """
    with DataDirectory.own(data_dir):
        async with AsyncExitStack() as stack:
            if url is None:
                url = await stack.enter_async_context(_embedded(data_dir))
            yield await _opened(stack, url)


@asynccontextmanager
async def visit(data_dir: Path, url: str | None) -> AsyncIterator[Database]:
    """Reach the database as a guest of who owns the data directory; own it meanwhile when no one does."""
    url = url or running_url(data_dir)
    if url is None:
        async with own(data_dir, None) as database:
            yield database
        return
    async with AsyncExitStack() as stack:
        yield await _opened(stack, url)


def with_password(url: str, file: Path | None) -> str:
    """Put the password that `file` holds into a database's URL. Raises SettingsError if it cannot be."""
    if file is None:
        return url
    try:
        password = file.read_text("utf-8").strip()
    except (OSError, UnicodeDecodeError) as error:
        raise SettingsError(f"the database's password file {file} cannot be read: {error}.") from error
    parts = urlsplit(url)
    user, at, place = parts.netloc.rpartition("@")
    if not at:
        raise SettingsError(f"{url} names no user to go with the password file: write postgresql://USER@…")
    return urlunsplit(parts._replace(netloc=f"{user.partition(':')[0]}:{quote(password, safe='')}@{place}"))


async def _opened(stack: AsyncExitStack, url: str) -> Database:
    database = await Database.open(url)
    stack.push_async_callback(database.close)
    return database


@asynccontextmanager
async def _embedded(data_dir: Path) -> AsyncIterator[str]:
    postgres = EmbeddedPostgres(data_dir)
    url = await postgres.start()
    keeper = asyncio.create_task(postgres.supervise())
    try:
        yield url
    finally:
        keeper.cancel()
        await asyncio.wait([keeper])
        await postgres.stop()
        if not keeper.cancelled():
            keeper.result()  # what it failed with
