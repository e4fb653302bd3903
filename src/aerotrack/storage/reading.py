"""Reading: questions to the database that end in time, with rows or with a sentence."""

import asyncio
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager, suppress
from typing import Any

import asyncpg

from aerotrack.errors import DatabaseError, SettingsError
from aerotrack.storage.database import UNREACHABLE, Database, sentence
from aerotrack.storage.queries import QUERIES

GIVEN_BACK_S = 1.0  # for a server to end what was given up; one that takes longer hangs: its connection goes


@asynccontextmanager
async def lent(database: Database) -> AsyncIterator[Any]:
    """Lend one of the connections that readers share. Whoever gives up a statement is soon free again."""
    pool = await database.readers()
    connection = await pool.acquire()
    try:
        yield connection
    finally:
        with suppress(TimeoutError):
            await pool.release(connection, timeout=GIVEN_BACK_S)


@asynccontextmanager
async def one_moment(connection: Any) -> AsyncIterator[None]:
    """Show all statements one snapshot: what moves into the archive meanwhile is found once."""
    transaction = connection.transaction(isolation="repeatable_read", readonly=True)
    await transaction.start()
    try:
        yield
    except BaseException:
        with suppress(TimeoutError, *UNREACHABLE):  # what is raised already says more
            async with asyncio.timeout(GIVEN_BACK_S):
                await transaction.rollback()
        raise
    await transaction.commit()


class Question:
    """The statements of queries.sql by name, on the connection of one question."""

    def __init__(self, connection: Any) -> None:
        self._connection = connection

    async def rows(self, statement: str, *arguments: Any) -> Sequence[Any]:
        """Return the rows of a statement."""
        records: Sequence[Any] = await self._connection.fetch(QUERIES[statement], *arguments)
        return records

    async def row(self, statement: str, *arguments: Any) -> Any:
        """Return the first row of a statement, None where it has none."""
        return await self._connection.fetchrow(QUERIES[statement], *arguments)

    async def rows_of(self, sql: str, *arguments: Any) -> Sequence[Any]:
        """Return the rows of a statement of another file, given as it is written there."""
        records: Sequence[Any] = await self._connection.fetch(sql, *arguments)
        return records

    @asynccontextmanager
    async def one_moment(self) -> AsyncIterator[None]:
        """Show all statements one snapshot: what moves into the archive meanwhile is found once."""
        async with one_moment(self._connection):
            yield


class Reading:
    """The connections that readers share. A question, with all its statements, ends after `timeout_s`."""

    def __init__(self, database: Database, timeout_s: float) -> None:
        self._database = database
        self._timeout_s = timeout_s

    @asynccontextmanager
    async def question(self) -> AsyncIterator[Question]:
        """Lend a connection: giving it back costs as much as a short statement.

        Raises DatabaseError; SettingsError for a value that PostgreSQL cannot even hold (SQLSTATE class 22).
        """
        try:
            # A server that hangs may not even let us in.
            async with asyncio.timeout(self._timeout_s), lent(self._database) as connection:
                yield Question(connection)
        except asyncpg.DataError as error:
            raise SettingsError(
                f"What is asked cannot be looked for ({sentence(error)}): give other values."
            ) from error
        except TimeoutError as error:
            raise DatabaseError(
                f"The database took longer than {self._timeout_s:g} s: ask for less, or look at its load."
            ) from error
        except UNREACHABLE as error:
            raise DatabaseError(
                f"The history cannot be read ({sentence(error)}): look at the database."
            ) from error
