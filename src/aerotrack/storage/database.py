"""Database: where PostgreSQL is, and connections to it that never wait for ever."""

import asyncio
import socket
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, Self
from urllib.parse import parse_qs, urlsplit

import asyncpg

from aerotrack.errors import DatabaseError, StartError
from aerotrack.storage.migrations import migrate

UNREACHABLE = (OSError, asyncpg.PostgresError, asyncpg.InterfaceError, asyncpg.InternalClientError)
"""What a request raises when PostgreSQL is away, hangs (TimeoutError is an OSError), or refuses it."""

_ALWAYS = {
    "timezone": "UTC",  # a day has 24 hours, whatever the server's zone
    "tcp_keepalives_idle": "30",  # seconds; over a Unix socket these do nothing
    "tcp_keepalives_interval": "10",
    "tcp_keepalives_count": "3",
}
_BRIEF = {"tcp_user_timeout": "60000", "idle_in_transaction_session_timeout": "60s"}


class Database:
    """A PostgreSQL by its libpq URL.

    Every wait has an end: `connect_s` seconds for a connection, `command_s` for a statement, since a server
    that hangs still accepts connections and then says nothing.
    """

    def __init__(self, url: str, *, connect_s: float = 10.0, command_s: float = 30.0) -> None:
        self.url = url
        self._connect_s, self._command_s = connect_s, command_s
        self._migrated = False
        self._turn = asyncio.Lock()
        self._pool: asyncpg.Pool | None = None

    @classmethod
    async def open(cls, url: str, *, connect_s: float = 10.0, command_s: float = 30.0) -> Self:
        """Reach the database and bring it up to this program's schema. Raises StartError if it cannot be."""
        database = cls(url, connect_s=connect_s, command_s=command_s)
        try:
            connection = await database.connect()
            await connection.close()
        except (*UNREACHABLE, DatabaseError, ValueError) as error:  # ValueError: a URL that is none
            raise StartError(
                f"The database {database.place} cannot be used ({sentence(error)}): "
                "check --database and that the server runs."
            ) from error
        return database

    @property
    def place(self) -> str:
        """The database's name and where it is, to be shown: no user, no password."""
        try:
            parts = urlsplit(self.url)
        except ValueError:
            return "of this URL"
        where = parts.netloc.rpartition("@")[2] or "".join(parse_qs(parts.query).get("host", ["localhost"]))
        return f"{parts.path.removeprefix('/')} on {where}"

    async def connect(self, *, brief: bool = False) -> Any:
        """Return a connection of the caller's own, the schema in place. Raises UNREACHABLE, DatabaseError.

        `brief` says that it never waits within a transaction: one that does has lost its machine, and the
        server ends it after a minute, with its locks.
        """
        connection = await asyncpg.connect(
            self.url,
            timeout=self._connect_s,
            command_timeout=self._command_s,
            server_settings={"application_name": "aerotrack"} | _ALWAYS | (_BRIEF if brief else {}),
        )
        async with self._turn:
            if not self._migrated:
                try:
                    await migrate(connection)
                except (*UNREACHABLE, DatabaseError):
                    connection.terminate()
                    raise
                self._migrated = True
        return connection

    def refilled(self) -> None:
        """Note that all of it was replaced: the next connection looks at its schema again."""
        self._migrated = False

    async def readers(self) -> Any:
        """Return the pool that short reads share; it plans for their arguments, to pick partitions."""
        async with self._turn:
            if self._pool is None:
                self._pool = await asyncpg.create_pool(
                    self.url,
                    min_size=0,
                    max_size=4,
                    timeout=self._connect_s,
                    command_timeout=self._command_s,
                    server_settings={
                        "application_name": "aerotrack history",
                        **_ALWAYS,
                        "plan_cache_mode": "force_custom_plan",
                        "default_transaction_read_only": "on",
                    },
                )
            return self._pool

    async def close(self) -> None:
        """Close what readers share."""
        pool, self._pool = self._pool, None
        if pool is not None:
            pool.terminate()


@contextmanager
def lost_is_unreachable() -> Iterator[None]:
    """Raise ConnectionResetError where uvloop says RuntimeError of a transport that was lost a moment ago."""
    try:
        yield
    except RuntimeError as error:
        if "closed" in str(error):
            raise ConnectionResetError("the connection was lost") from error
        raise


def sentence(error: BaseException) -> str:
    """Say an error in one line; some have no text of their own."""
    if isinstance(error, TimeoutError):
        return "it did not answer in time"
    if isinstance(error, socket.gaierror):  # a container's name is known only while it runs
        return f"nobody here knows its host: {error.strerror or error}"
    return " ".join(str(error).split()) or type(error).__name__
