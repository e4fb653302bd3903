import asyncio
import os
from datetime import timedelta
from pathlib import Path

import asyncpg
import pytest

from aerotrack.core.retention import Retention
from aerotrack.errors import DatabaseError, SettingsError, StartError
from aerotrack.storage.backup import STANDARD, back_up, restore, without_password
from aerotrack.storage.database import Database
from aerotrack.storage.migrations import migrate, shipped_migrations
from aerotrack.storage.retention import apply_retention
from past import Connection, at, put_archived, put_event, put_flight, put_hot

EVERYTHING = (
    'select * from aerotrack."position" order by flight_id, time',
    "select * from aerotrack.flight order by flight_id",
    "select * from aerotrack.event order by id",
    "select * from aerotrack.day order by day",
    "select * from aerotrack.feed order by feed_id",
    "select version, name, sha256 from aerotrack.schema_version order by version",
)


def quiet(_: int) -> None:
    pass


def size(file: Path) -> int:
    return file.stat().st_size


def names(folder: Path) -> list[str]:
    return [file.name for file in folder.iterdir()]


async def everything(database: Connection) -> list[list[tuple[object, ...]]]:
    return [[tuple(row) for row in await database.fetch(query)] for query in EVERYTHING]


@pytest.fixture
async def filled(database: Connection) -> Connection:
    """A database with one flight, half archived and half hot, and its events."""
    start = at("2024-11-22 15:55")
    flight = await put_flight(database, 0x4CA2D6, start, None, callsign="KLM1023")
    await put_archived(database, flight, [start + timedelta(seconds=s) for s in range(0, 290, 10)])
    await put_hot(database, flight, [start + timedelta(seconds=s) for s in range(300, 600, 10)], feed="shed")
    await put_event(database, flight, start, "squawk", '{"squawk": "7700"}')
    return database


@pytest.fixture
async def backup(filled: Connection, database_url: str, tmp_path: Path) -> Path:
    """A backup of `filled`."""
    file = tmp_path / "backup"
    await back_up(database_url, file, quiet)
    return file


async def test_all_that_was_stored_is_there_after_a_round_trip(
    filled: Connection, backup: Path, empty_database_url: str
) -> None:
    database = await Database.open(empty_database_url)
    await restore(database, backup, quiet)
    restored = await asyncpg.connect(empty_database_url)
    before = await everything(filled)
    assert [len(rows) for rows in before] == [59, 1, 1, 1, 2, len(before[-1])]
    assert await everything(restored) == before
    await restored.close()


async def test_a_restored_database_is_one_that_the_program_goes_on_with(
    backup: Path, empty_database_url: str
) -> None:
    await restore(await Database.open(empty_database_url), backup, quiet)
    connection = await (await Database.open(empty_database_url)).connect()
    start = at("2024-11-22 16:04")
    await put_hot(connection, await put_flight(connection, 1, start, None), [start])
    other = await put_flight(connection, 2, start, None)
    await put_archived(connection, other, [start])
    assert await connection.fetchval('select count(*) from aerotrack."position"') == 61
    assert (await apply_retention(connection, Retention(days=1e-9))).days == ()
    await connection.execute("update aerotrack.day set stored_at = now() - interval '1 day'")
    assert len((await apply_retention(connection, Retention(days=0.5))).days) == 1
    await connection.close()


async def test_a_backup_of_an_older_program_is_brought_up_to_date(
    database: Connection, database_url: str, empty_database_url: str, tmp_path: Path
) -> None:
    await database.execute("drop schema aerotrack cascade")
    await migrate(database, shipped_migrations()[:1])
    await back_up(database_url, tmp_path / "backup", quiet)
    place = await Database.open(empty_database_url)
    await restore(place, tmp_path / "backup", quiet)
    connection = await asyncpg.connect(empty_database_url)
    newest = await connection.fetchval("select max(version) from aerotrack.schema_version")
    assert newest == shipped_migrations()[-1].version
    await connection.close()


@pytest.mark.parametrize(
    ("url", "bare", "secret"),
    [
        ("postgresql://me:s%40f@db/aero", "postgresql://me@db/aero", {"PGPASSWORD": "s@f"}),
        ("postgresql://me@db/a?password=s%40f&x=1", "postgresql://me@db/a?x=1", {"PGPASSWORD": "s@f"}),
        ("postgresql://aerotrack@/a?host=/run/pg", "postgresql://aerotrack@/a?host=/run/pg", {}),
    ],
)
def test_the_password_goes_from_the_url_to_the_environment(
    url: str, bare: str, secret: dict[str, str]
) -> None:
    assert without_password(url) == (bare, secret)


async def test_the_reader_may_read_a_restored_database_and_nothing_else(
    backup: Path, empty_database_url: str
) -> None:
    await restore(await Database.open(empty_database_url), backup, quiet)
    reader = await asyncpg.connect(empty_database_url.replace("aerotrack@", "aerotrack_reader@"))
    assert await reader.fetchval("select count(*) from aerotrack.sky_at('2024-11-22 16:04:50Z')") == 1
    with pytest.raises(asyncpg.InsufficientPrivilegeError):
        await reader.execute("select * from aerotrack.recorder")
    maker = "'aerotrack.ensure_days(timestamptz, timestamptz)'::regprocedure"
    assert not await reader.fetchval(f"select has_function_privilege({maker}, 'execute')")
    await reader.close()


async def test_a_database_that_holds_flights_is_not_restored_into(
    filled: Connection, backup: Path, database_url: str
) -> None:
    before = await everything(filled)
    with pytest.raises(StartError, match="holds flights already, and a restore needs an empty one"):
        await restore(await Database.open(database_url), backup, quiet)
    assert await everything(filled) == before


@pytest.mark.parametrize("kept", [0.0, 0.5, 0.99])
async def test_a_backup_cut_short_leaves_the_database_as_it_was(
    kept: float, backup: Path, empty_database_url: str
) -> None:
    os.truncate(backup, int(kept * size(backup)))
    database = await Database.open(empty_database_url)
    with pytest.raises(DatabaseError, match="left the database as it was: pg_restore: error"):
        await restore(database, backup, quiet)
    connection = await database.connect()
    assert await connection.fetchval("select count(*) from aerotrack.flight") == 0
    await connection.close()


async def test_a_backup_of_a_newer_program_is_refused_and_leaves_the_database_as_it_was(
    filled: Connection, database_url: str, empty_database_url: str, tmp_path: Path
) -> None:
    await filled.execute("insert into aerotrack.schema_version (version, name, sha256) values (9999, '', '')")
    await back_up(database_url, tmp_path / "backup", quiet)
    database = await Database.open(empty_database_url)
    with pytest.raises(DatabaseError, match="newer AeroTrack made this backup"):
        await restore(database, tmp_path / "backup", quiet)
    connection = await database.connect()
    assert await connection.fetchval("select max(version) < 9999 from aerotrack.schema_version")
    await connection.close()


async def test_a_backup_is_one_moment_of_a_database_that_is_being_written(
    filled: Connection, database_url: str, empty_database_url: str, tmp_path: Path
) -> None:
    writer = await asyncpg.connect(database_url)

    async def write() -> None:  # a flight and its position are always committed together
        for address in range(1, 1_000_000):
            async with writer.transaction():
                start = at("2024-11-22 15:31")
                await put_hot(writer, await put_flight(writer, address, start, None), [start])

    writing = asyncio.create_task(write())
    await back_up(database_url, tmp_path / "backup", quiet)
    writing.cancel()
    await asyncio.wait([writing])
    await writer.close()
    await restore(await Database.open(empty_database_url), tmp_path / "backup", quiet)
    restored = await asyncpg.connect(empty_database_url)
    flights, positions = await restored.fetchrow(
        'select (select count(*) from aerotrack.flight), (select count(*) from aerotrack."position")'
    )
    assert positions - 58 == flights
    await restored.close()


async def test_a_failed_backup_leaves_the_file_of_before(tmp_path: Path, database_url: str) -> None:
    file = tmp_path / "backup"
    file.write_text("of before")
    with pytest.raises(DatabaseError, match=r"pg_dump says .*does not exist"):
        await back_up(database_url.replace("/test_", "/missing_"), file, quiet)
    assert file.read_text() == "of before"
    assert names(tmp_path) == ["backup"]


async def test_a_file_that_cannot_be_written_or_read_is_named(tmp_path: Path, database_url: str) -> None:
    with pytest.raises(SettingsError, match=r"cannot be written to .*nowhere/x \(No such file"):
        await back_up(database_url, tmp_path / "nowhere" / "x", quiet)
    with pytest.raises(SettingsError, match=r"nowhere cannot be read \(No such file"):
        await restore(Database(database_url), tmp_path / "nowhere", quiet)


async def test_progress_is_told_up_to_the_whole_file(
    backup: Path, database_url: str, empty_database_url: str, tmp_path: Path
) -> None:
    written: list[int] = []
    await back_up(database_url, tmp_path / "again", written.append)
    assert written[-1] == size(tmp_path / "again")
    read: list[int] = []
    await restore(await Database.open(empty_database_url), backup, read.append)
    assert read[-1] > 0.9 * size(backup)


async def test_standard_output_and_input_do_in_place_of_a_file(
    filled: Connection, database_url: str, empty_database_url: str, tmp_path: Path
) -> None:
    file = os.open(tmp_path / "piped", os.O_RDWR | os.O_CREAT)
    saved = os.dup(0), os.dup(1)
    try:
        os.dup2(file, 1)
        await back_up(database_url, STANDARD, quiet)
        os.lseek(file, 0, os.SEEK_SET)
        os.dup2(file, 0)
        await restore(await Database.open(empty_database_url), STANDARD, quiet)
    finally:
        os.dup2(saved[0], 0)
        os.dup2(saved[1], 1)
        for fd in (file, *saved):
            os.close(fd)
    restored = await asyncpg.connect(empty_database_url)
    assert await everything(restored) == await everything(filled)
    await restored.close()
