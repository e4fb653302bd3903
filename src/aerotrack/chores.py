"""What is done beside serving: with the database, its URL and shell, backup, retention, export; with keys."""

import asyncio
import os
import signal
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import urlsplit, urlunsplit

import uvloop

from aerotrack.config import Settings
from aerotrack.encode.formats import FORMATS
from aerotrack.equipment import key_file, named_database
from aerotrack.errors import StartError
from aerotrack.storage import attach, backup
from aerotrack.storage.embedded import running_url
from aerotrack.storage.embedded_programs import postgres_program
from aerotrack.storage.export_file import STANDARD_OUTPUT, destination, format_named
from aerotrack.storage.exporting import Export
from aerotrack.storage.retention import Dropped, apply_retention
from aerotrack.storage.selection import Selection
from aerotrack.summary import ExportBar
from aerotrack.web import key_file as key_files


def database_url(settings: Settings, *, reader: bool = False) -> str:
    """Return the URL of the database in use, or that of its `reader`, who has a password of his own, if any.

    Raises StartError when the embedded one does not run.
    """
    url = settings.database or running_url(settings.data_dir)
    if url is None:
        raise StartError(
            f"No PostgreSQL runs in {settings.data_dir}: start aerotrack there, or name one with --database."
        )
    return reader_url(url) if reader else url


def reader_url(url: str) -> str:
    """Put the role aerotrack_reader in the place of a URL's user and password."""
    parts = urlsplit(url)
    place = parts.netloc.rpartition("@")[2]
    return urlunsplit(parts._replace(netloc=f"aerotrack_reader@{place}"))


def database_shell(settings: Settings) -> int:
    """Run psql on the database; return its exit status."""

    async def shell() -> int:
        async with attach.visit(settings.data_dir, named_database(settings)) as database:
            place, secret = backup.without_password(database.url)
            child = await asyncio.create_subprocess_exec(
                postgres_program("psql"), place, env=os.environ | secret
            )
            signal.signal(signal.SIGINT, signal.SIG_IGN)  # ^C ends a query of psql's, not us
            return await child.wait()

    return uvloop.run(shell())


def migrate(settings: Settings) -> int:
    """Bring the database up to this program's schema, which attaching to it does."""

    async def up_to_date() -> int:
        async with attach.visit(settings.data_dir, named_database(settings)):
            return 0

    return uvloop.run(up_to_date())


def retain(settings: Settings) -> Dropped:
    """Drop what the retention of the settings no longer keeps; return what it was."""

    async def dropped() -> Dropped:
        async with attach.visit(settings.data_dir, named_database(settings)) as database:
            connection = await database.connect()
            try:
                return await apply_retention(connection, settings.retention)
            finally:
                await connection.close()

    return uvloop.run(dropped())


def back_up(settings: Settings, file: Path) -> int:
    """Write the database into a file; return the exit status."""

    async def backed_up() -> int:
        async with attach.visit(settings.data_dir, named_database(settings)) as database:
            with _told("backed up") as told:
                await backup.back_up(database.url, file, told)
        return 0

    return uvloop.run(backed_up())


def restore(settings: Settings, file: Path) -> int:
    """Fill an empty database, which nobody else may be using, from a file; return the exit status."""

    async def restored() -> int:
        async with attach.own(settings.data_dir, named_database(settings)) as database:
            with _told("restored from") as told:
                await backup.restore(database, file, told)
        return 0

    return uvloop.run(restored())


def create_key(settings: Settings, name: str, scopes: Sequence[str]) -> str:
    """Make an API key, and return it."""
    return key_file(settings).create(name, scopes, time.time())


def list_keys(settings: Settings) -> Iterator[str]:
    """Describe the API keys, a line each."""
    try:
        return key_files.listed(key_file(settings).keys())
    except FileNotFoundError:
        return iter(())


def revoke_key(settings: Settings, named: str) -> None:
    """Have an API key be good no longer."""
    key_file(settings).revoke(named, time.time())


@contextmanager
def _told(done: str) -> Iterator[Callable[[int], None]]:
    """Show bytes in a line on standard error: as they grow where it is a terminal, else once all is done."""
    size, terminal = 0, sys.stderr.isatty()

    def line() -> str:
        return f"{done} {size / 1e6:,.1f} MB" if size else done

    def tell(now: int) -> None:
        nonlocal size
        size = now
        if terminal:
            print(f"\r{line()}", end="", file=sys.stderr, flush=True)  # noqa: T201  progress

    yield tell
    print(f"\r{line()}" if terminal else line(), file=sys.stderr)  # noqa: T201  progress


def export(settings: Settings, selection: Selection, *, format_: str | None, output: str) -> int:
    """Write what is selected of the history into a file; return the exit status."""
    chosen, packed = format_named(output, format_, tuple(FORMATS))

    async def exported() -> int:
        async with attach.visit(settings.data_dir, named_database(settings)) as database:
            positions = Export(database, selection, FORMATS[chosen]())
            bar = ExportBar(positions)
            with destination(output, packed=packed) as file, bar:
                async for piece in positions.pieces():
                    file.write(piece)
                    bar.show()
        place = "standard output" if output == STANDARD_OUTPUT else output
        print(bar.sentence(place), file=sys.stderr)  # noqa: T201  standard output may be the file
        return 0

    return uvloop.run(exported())
