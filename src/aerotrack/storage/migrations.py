"""Brings a database up to the schema of this program: numbered SQL files, each applied once, in order.

A file that was applied somewhere is never edited again: what was run is remembered by its hash.
"""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from importlib import resources

import asyncpg

from aerotrack.errors import DatabaseError

OLDEST_POSTGRES = 15  # what Debian bookworm has; older ones are untested
_LOCK = 0x6165726F_74726163  # "aerotrac": two servers that start at once take turns


@dataclass(frozen=True, slots=True)
class Migration:
    """One numbered file, `NNNN_name.sql`."""

    version: int
    name: str
    text: str

    @property
    def sha256(self) -> str:
        """The hash of the text, the same whatever line ends a checkout gave it."""
        return hashlib.sha256(self.text.replace("\r\n", "\n").encode()).hexdigest()


def shipped_migrations() -> tuple[Migration, ...]:
    """Return the migrations that come with this program, oldest first."""
    folder = resources.files("aerotrack.storage") / "migrations"
    names = sorted(entry.name for entry in folder.iterdir() if entry.name.endswith(".sql"))
    return tuple(
        Migration(int(name[:4]), name.removesuffix(".sql"), (folder / name).read_text(encoding="utf-8"))
        for name in names
    )


async def migrate(
    connection: "asyncpg.Connection[asyncpg.Record]", migrations: Sequence[Migration] | None = None
) -> list[str]:
    """Apply what is missing and return the names of what was applied; a second call applies nothing.

    Raises DatabaseError when the server is older than PostgreSQL 15, when the database was migrated by a
    newer program, when an applied file has changed since, and when PostgreSQL refuses a file: that file
    then leaves no trace, those before it stay.
    """
    server = connection.get_server_version()
    if server.major < OLDEST_POSTGRES:
        raise DatabaseError(
            f"PostgreSQL {server.major} is too old: AeroTrack needs {OLDEST_POSTGRES} or newer, upgrade the "
            "server."
        )
    migrations = shipped_migrations() if migrations is None else migrations
    await connection.execute("select pg_advisory_lock($1)", _LOCK)
    try:
        applied = await _applied(connection)
        _check(applied, migrations)
        pending = [migration for migration in migrations if migration.version not in applied]
        for migration in pending:
            await _apply(connection, migration)
        return [migration.name for migration in pending]
    finally:
        await connection.execute("select pg_advisory_unlock($1)", _LOCK)


async def pending(
    connection: "asyncpg.Connection[asyncpg.Record]", migrations: Sequence[Migration] | None = None
) -> list[str]:
    """Return the names of what `migrate` would apply, and change nothing.

    Raises DatabaseError where the database was migrated by a newer program, or an applied file has changed.
    """
    migrations = shipped_migrations() if migrations is None else migrations
    applied: dict[int, str] = {}
    if await connection.fetchval("select to_regclass('aerotrack.schema_version')") is not None:
        applied = dict(await connection.fetch("select version, sha256 from aerotrack.schema_version"))
    _check(applied, migrations)
    return [migration.name for migration in migrations if migration.version not in applied]


async def _applied(connection: "asyncpg.Connection[asyncpg.Record]") -> dict[int, str]:
    """Return the hash of each applied version, from a table made the first time."""
    try:
        await connection.execute(
            """
            create schema if not exists aerotrack;
            create table if not exists aerotrack.schema_version (
                version integer primary key,
                name text not null,
                sha256 text not null,
                applied_at timestamptz not null default now()
            )
            """
        )
    except asyncpg.InsufficientPrivilegeError as error:
        raise DatabaseError(
            f"The database user may not make the schema aerotrack ({error}): grant it CREATE on the "
            "database, or run `aerotrack db migrate` as the database's owner."
        ) from error
    return dict(await connection.fetch("select version, sha256 from aerotrack.schema_version"))


def _check(applied: dict[int, str], migrations: Sequence[Migration]) -> None:
    known = {migration.version: migration for migration in migrations}
    for version, sha256 in sorted(applied.items()):
        if version not in known:
            raise DatabaseError(
                f"The database is at schema version {max(applied)} and this AeroTrack knows "
                f"{max(known, default=0)}: it was used by a newer one; upgrade AeroTrack."
            )
        if known[version].sha256 != sha256:
            raise DatabaseError(
                f"Migration {known[version].name} is not the one that was applied to this database: "
                "install the AeroTrack that made it, and never edit an applied migration."
            )


async def _apply(connection: "asyncpg.Connection[asyncpg.Record]", migration: Migration) -> None:
    try:
        async with connection.transaction():
            await connection.execute(migration.text)
            await connection.execute(
                "insert into aerotrack.schema_version (version, name, sha256) values ($1, $2, $3)",
                migration.version,
                migration.name,
                migration.sha256,
            )
    except asyncpg.PostgresError as error:
        raise DatabaseError(
            f"Migration {migration.name} failed and was undone ({error}): the database user needs to own the "
            "schema aerotrack; if it does, report this."
        ) from error
