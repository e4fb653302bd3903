"""Databases for tests: each is a copy of another one, which is cheaper than making what is in it anew."""

import itertools
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from urllib.parse import urlsplit, urlunsplit

import asyncpg

_numbers = itertools.count(1)


def database_of(url: str, name: str) -> str:
    """Return the URL of another database of the same server."""
    return urlunsplit(urlsplit(url)._replace(path=f"/{name}"))


@asynccontextmanager
async def copy_of(template: str) -> AsyncIterator[str]:
    """Make a copy of the database at a URL, to which nobody may be connected meanwhile, and give its URL."""
    name, copied = f"test_{next(_numbers)}", urlsplit(template).path[1:]
    connection = await asyncpg.connect(database_of(template, "postgres"))
    await connection.execute(f"drop database if exists {name} with (force)")
    await connection.execute(f"create database {name} template {copied} strategy file_copy")
    yield database_of(template, name)
    await connection.execute(f"drop database {name} with (force)")
    await connection.close()
