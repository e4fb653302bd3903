"""Aircraft databases in files: opened by what is in them, and read again when they change."""

import asyncio
import gzip
import io
import sqlite3
import time
import zlib
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager, closing, suppress
from itertools import chain
from pathlib import Path
from urllib.parse import quote

import structlog

from aerotrack.core.aircraft_facts import AircraftFacts
from aerotrack.decode.aircraft_tables import NAMES, Database, Line, Row, gathered, places, row_of, table_rows
from aerotrack.errors import SettingsError

CHECK_S = 60.0  # how often is looked whether the file is another
LONGEST_LINE = 1 << 16
_SQLITE, _GZIP = b"SQLite format 3\0", b"\x1f\x8b"

log = structlog.get_logger("aerotrack.aircraft")


def read(path: Path) -> Database:
    """Read a database. 600,000 aircraft take 3 s, 28 MB, and some 90 MB while they are read.

    Raises SettingsError when the file cannot be read, or is no database with an aircraft in it.
    """
    try:
        with path.open("rb") as file:
            begins = file.read(len(_SQLITE))
            file.seek(0)
            if begins == _SQLITE:
                found = gathered(_sqlite_rows(path))
            else:
                packed = begins.startswith(_GZIP)
                with gzip.open(file) if packed else file as plain, _text(plain) as text:
                    found = gathered(table_rows(_lines(text)))
    except (OSError, EOFError, zlib.error, sqlite3.Error) as error:
        raise SettingsError(f"the aircraft database {path} cannot be read: {error}.") from error
    except SettingsError as error:
        raise SettingsError(f"{path} is no aircraft database: {error}") from error
    if not len(found.facts):
        raise SettingsError(f"{path} is no aircraft database: none of its {found.skipped} rows can be read.")
    return found


def _text(file: io.BufferedReader | gzip.GzipFile) -> io.TextIOWrapper:
    return io.TextIOWrapper(file, encoding="utf-8-sig", errors="replace", newline="\n")


def _lines(text: io.TextIOWrapper) -> Iterator[Line]:
    """Read lines; the rest of one that is too long is passed over."""
    while line := text.readline(LONGEST_LINE):
        if len(line) < LONGEST_LINE or line.endswith("\n"):
            yield line.rstrip("\r\n")
            continue
        while len(line) == LONGEST_LINE and not line.endswith("\n"):
            line = text.readline(LONGEST_LINE)
        yield None


def _sqlite_rows(path: Path) -> Iterator[Row]:
    """Read the table Aircraft, of each cell no more than a column may hold."""
    with closing(sqlite3.connect(f"file:{quote(str(path.absolute()))}?mode=ro", uri=True)) as database:
        database.text_factory = lambda text: text.decode("utf-8", "replace")
        wanted = set(chain(*NAMES.values()))
        columns = [str(column[1]) for column in database.execute("PRAGMA table_info(Aircraft)")]
        columns = [name for name in columns if name.lower() in wanted]
        where = places([name.lower() for name in columns])
        if not where[0]:
            raise SettingsError("it has no table Aircraft with a column ModeS.")
        cells = ", ".join(f"substr(CAST({name} AS TEXT), 1, 64)" for name in columns)
        for row in database.execute(f"SELECT {cells} FROM Aircraft"):  # noqa: S608  only names that we know
            yield row_of([cell or "" for cell in row], where)


class AircraftFile:
    """A database file, read at once and whenever it is another. What was read stands while it is broken."""

    def __init__(self, path: Path) -> None:
        """Raise SettingsError when there is no such file."""
        if not path.is_file():
            raise SettingsError(f"there is no aircraft database {path}: mend --aircraft-db or leave it out.")
        self._path = path
        self._seen: tuple[int, ...] = ()
        self._asked = asyncio.Event()

    def read_again(self) -> None:
        """Read the file now, changed or not."""
        self._seen = ()
        self._asked.set()

    @asynccontextmanager
    async def running(
        self, know: Callable[[AircraftFacts], None], *, check_s: float = CHECK_S
    ) -> AsyncIterator[None]:
        """Tell `know` what is in the file, before the body begins and again while it runs."""
        await self._tell(know)
        watch = asyncio.create_task(self._watch(know, check_s))
        try:
            yield
        finally:
            watch.cancel()
            with suppress(asyncio.CancelledError):
                await watch

    async def _watch(self, know: Callable[[AircraftFacts], None], check_s: float) -> None:
        while True:
            with suppress(TimeoutError):
                await asyncio.wait_for(self._asked.wait(), check_s)
            self._asked.clear()
            await self._tell(know)

    async def _tell(self, know: Callable[[AircraftFacts], None]) -> None:
        """Read the file if it is another than before; one that is just being written waits for its turn."""
        now = self._signature()
        if now == self._seen:
            return
        began = time.monotonic()
        (found,) = await asyncio.gather(asyncio.to_thread(read, self._path), return_exceptions=True)
        if self._signature() != now:
            return
        self._seen = now
        if isinstance(found, SettingsError):
            log.warning("aircraft database not taken", error=str(found))
            return
        if isinstance(found, BaseException):
            raise found
        know(found.facts)
        log.info(
            "aircraft database read", file=str(self._path), aircraft=len(found.facts),
            rows_left_out=found.skipped, seconds=round(time.monotonic() - began, 1),
        )  # fmt: skip

    def _signature(self) -> tuple[int, ...]:
        try:
            stat = self._path.stat()
        except OSError:
            return (0,)
        return stat.st_mtime_ns, stat.st_size, stat.st_ino
