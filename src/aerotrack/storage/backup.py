"""Back up a database into one file, and restore it: pg_dump and pg_restore, of the programs that we bring.

The file is pg_dump's custom format and holds the schema `aerotrack`: one moment of it, however busy the
server is. Owners and grants stay out, so that any user can restore it, into PostgreSQL 15 or newer.
"""

import asyncio
import contextlib
import os
import shutil
import subprocess
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager, contextmanager
from pathlib import Path
from urllib.parse import unquote, urlsplit, urlunsplit

from aerotrack.errors import DatabaseError, SettingsError, StartError
from aerotrack.storage.database import Database
from aerotrack.storage.embedded_programs import postgres_program
from aerotrack.storage.migrations import shipped_migrations

STANDARD = Path("-")
"""Standard output or input, descriptor 1 or 0, in place of a file."""

TOLD_S = 0.2
_CHUNK = 1 << 18
_WORDS = 4  # lines of a program's complaint that are passed on
_EMPTY = """
select not (exists (select from aerotrack.flight) or exists (select from aerotrack.position_hot)
            or exists (select from aerotrack.position_archive) or exists (select from aerotrack.event))
"""
_BEFORE = b"set client_min_messages = warning; drop schema aerotrack cascade;\n"
_AFTER = """
revoke execute on all functions in schema aerotrack from public;
do $$ begin
    if exists (select from pg_roles where rolname = 'aerotrack_reader') then
        perform aerotrack.admit_reader();
    end if;
    if (select max(version) from aerotrack.schema_version) > {newest} then
        raise exception 'a newer AeroTrack made this backup: upgrade this one first';
    end if;
end $$;
"""
# pg_restore 17 and newer sets it, servers before 17 do not know it.
_UNKNOWN_BEFORE_17 = b"SET transaction_timeout = 0;\n"
_PREAMBLE = 40  # lines, within which it stands

Told = Callable[[int], None]


async def back_up(url: str, file: Path, told: Told) -> None:
    """Write the database to `file`, which is there when it is whole; `told` gets the bytes so far.

    Raises SettingsError for a file that cannot be written, DatabaseError when pg_dump fails.
    """
    command = ("pg_dump", "--format=custom", "--schema=aerotrack", "--no-owner", "--no-privileges")
    with _whole_file(file) as part:
        if part == STANDARD:
            output, far = _program(*command, url=url, stdout=1), None
        else:
            output, far = _program(*command, f"--file={part}", url=url), lambda: part.stat().st_size
        async with output as dump, _telling(told, far):
            said = await _last_words(dump)
        if dump.returncode:
            raise DatabaseError(f"The backup failed: pg_dump says {said}")


async def restore(database: Database, file: Path, told: Told) -> None:
    """Fill the database, which has to be empty, from `file`, in one transaction; `told` as for `back_up`.

    Raises SettingsError for a file that cannot be read, StartError when the database is not empty,
    DatabaseError when the restore fails and the database is left as it was.
    """
    with _opened(file) as source:
        connection = await database.connect()
        try:
            empty = await connection.fetchval(_EMPTY)
            modern = connection.get_server_version().major >= 17  # noqa: PLR2004  see _UNKNOWN_BEFORE_17
        finally:
            await connection.close()
        if not empty:
            raise StartError(
                f"The database {database.place} holds flights already, and a restore needs an empty one: "
                "give a new --data-dir, or the URL of a new database with --database."
            )
        psql = ("psql", "--no-psqlrc", "--quiet", "--single-transaction", "--set=ON_ERROR_STOP=1")
        async with (
            _program("pg_restore", "--no-owner", "--no-privileges", "--file=-", stdin=source) as script,
            _program(*psql, "--output=/dev/null", "--file=-", url=database.url) as into,
            _telling(told, lambda: os.lseek(source, 0, os.SEEK_CUR)),  # pg_restore moves it, not we
        ):
            complaints = asyncio.gather(_last_words(script), _last_words(into))
            relayed = await _relay(script, into, skip=b"" if modern else _UNKNOWN_BEFORE_17)
            if not relayed:
                into.kill()  # before it takes the end of a broken script for the end of a whole one
            of_script, of_database = await complaints
        if not relayed or into.returncode:
            said = of_database if script.returncode == 0 else of_script or of_database
            raise DatabaseError(f"The restore failed and left the database as it was: {said}")
    database.refilled()
    await (await database.connect()).close()  # which brings an older backup up to this schema


async def _relay(
    script: asyncio.subprocess.Process, into: asyncio.subprocess.Process, *, skip: bytes
) -> bool:
    """Pass the script on, with what comes before and after it; False when it broke off or is not taken."""
    assert script.stdout is not None
    assert into.stdin is not None
    try:
        into.stdin.write(_BEFORE)
        for _ in range(_PREAMBLE if skip else 0):
            line = await script.stdout.readline()
            if line == skip:
                break
            into.stdin.write(line)
        while chunk := await script.stdout.read(_CHUNK):
            into.stdin.write(chunk)
            await into.stdin.drain()
        if await script.wait() != 0:
            return False
        newest = shipped_migrations()[-1].version
        into.stdin.write(_AFTER.format(newest=newest).encode())
        into.stdin.close()
        await into.stdin.wait_closed()
    except (BrokenPipeError, ConnectionResetError):
        if script.returncode is None:
            script.kill()
        await into.wait()
        return False
    return True


@asynccontextmanager
async def _program(
    name: str, *arguments: str, url: str | None = None, stdin: int | None = None, stdout: int | None = None
) -> AsyncIterator[asyncio.subprocess.Process]:
    """Run one of PostgreSQL's programs for as long as the context lasts; what is not given is a pipe."""
    environment = dict(os.environ)
    if url is not None:
        place, secret = without_password(url)
        arguments += (f"--dbname={place}",)
        environment |= secret
    process = await asyncio.create_subprocess_exec(
        _found(name),
        *arguments,
        stdin=subprocess.PIPE if stdin is None else stdin,
        stdout=subprocess.PIPE if stdout is None else stdout,
        stderr=subprocess.PIPE,
        env=environment,
    )
    try:
        yield process
    finally:
        if process.returncode is None:
            process.kill()
        await process.communicate()


def _found(name: str) -> Path:
    """Find the program: ours, or the server's where none is bundled."""
    try:
        return postgres_program(name)
    except StartError:
        found = shutil.which(name)
        if found is None:
            raise
        return Path(found)


def without_password(url: str) -> tuple[str, dict[str, str]]:
    """Take the password out of a URL, as the environment that libpq finds it in.

    In the command line of a program everybody could read it.
    """
    parts = urlsplit(url)
    user, at, place = parts.netloc.rpartition("@")
    name, colon, password = user.partition(":")
    others = parts.query.split("&")
    for option in [one for one in others if one.startswith("password=")]:
        others.remove(option)
        colon, password = "=", option.removeprefix("password=")
    bare = urlunsplit(parts._replace(netloc=f"{name}{at}{place}", query="&".join(others)))
    return bare, {"PGPASSWORD": unquote(password)} if colon else {}


async def _last_words(process: asyncio.subprocess.Process) -> str:
    """Wait until a program is over and return the end of what it complained about, in one line."""
    assert process.stderr is not None
    said = (await process.stderr.read()).decode(errors="replace").split("\n")
    await process.wait()
    return " ".join(" ".join(said[-_WORDS - 1 :]).split()) or f"nothing, but ended with {process.returncode}"


@asynccontextmanager
async def _telling(told: Told, far: Callable[[], int] | None) -> AsyncIterator[None]:
    """Tell how far a program is while the context lasts; of a pipe, nothing is known."""

    def tell() -> None:
        with contextlib.suppress(OSError):
            if far:
                told(far())

    async def keep_telling() -> None:
        while True:
            tell()
            await asyncio.sleep(TOLD_S)

    telling = asyncio.create_task(keep_telling())
    try:
        yield
    finally:
        telling.cancel()
        await asyncio.wait([telling])
        tell()


@contextmanager
def _whole_file(file: Path) -> Iterator[Path]:
    """Make a file to be written under a temporary name, which gets its own when all went well."""
    if file == STANDARD:
        if os.isatty(1):
            raise SettingsError("a backup is no text for a terminal: name a file, or send it into a pipe.")
        yield file
        return
    part = file.with_name(file.name + ".part")
    try:
        fd = os.open(part, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    except OSError as error:
        raise SettingsError(
            f"the backup cannot be written to {file} ({error.strerror}): name a file where you may write."
        ) from error
    try:
        try:
            yield part
            os.fsync(fd)
        finally:
            os.close(fd)
        part.replace(file)
    except BaseException:
        part.unlink(missing_ok=True)
        raise


@contextmanager
def _opened(file: Path) -> Iterator[int]:
    if file == STANDARD:
        yield 0
        return
    try:
        fd = os.open(file, os.O_RDONLY)
    except OSError as error:
        raise SettingsError(
            f"the backup {file} cannot be read ({error.strerror}): name a file that aerotrack db backup "
            "wrote."
        ) from error
    try:
        yield fd
    finally:
        os.close(fd)
