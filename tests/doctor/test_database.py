import asyncio
from pathlib import Path
from urllib.parse import urlsplit, urlunsplit

import asyncpg
import pytest

from aerotrack.doctor import database
from aerotrack.errors import StartError


async def lines(url: str | None, data_dir: Path = Path("/nowhere")) -> list[str]:
    return [str(finding) async for finding in database.database(data_dir, url)]


async def test_a_database_that_is_ready_for_us(database_url: str) -> None:
    reached, writable, schema, clock = await lines(database_url)
    assert reached.startswith("ok    the database test_")
    connection = await asyncpg.connect(database_url)
    version = str(await connection.fetchval("show server_version")).split()[0]
    await connection.close()
    assert reached.endswith(f" ms: PostgreSQL {version}")
    assert writable == "ok    the database can be written"
    assert schema == "ok    the schema is this program's"
    assert clock == "ok    the clock of the database is ours"


async def test_an_empty_database_is_left_empty(empty_database_url: str) -> None:
    _, _, schema, _ = await lines(empty_database_url)
    assert schema.startswith("warn  the schema lacks 0001_positions, ")
    assert schema.endswith(" - aerotrack db migrate")
    connection = await asyncpg.connect(empty_database_url)
    assert await connection.fetchval("select to_regnamespace('aerotrack')") is None
    await connection.close()


async def test_a_newer_schema_is_a_fail(database_url: str, database: asyncpg.Connection) -> None:
    await database.execute("insert into aerotrack.schema_version values (99, 'x', 'y')")
    assert (await lines(database_url))[2].startswith("fail  The database is at schema version 99")


async def test_a_database_that_is_read_only_is_a_fail(database_url: str) -> None:
    name = urlsplit(database_url).path[1:]
    connection = await asyncpg.connect(database_url)
    await connection.execute(f"alter database {name} set default_transaction_read_only = on")
    await connection.close()
    assert (await lines(database_url))[1].startswith(
        "fail  the database cannot be written: it is set to read only - name the primary"
    )


async def test_a_user_who_can_only_read_is_named(database_url: str) -> None:
    place = urlsplit(database_url)
    url = urlunsplit(place._replace(netloc=f"aerotrack_reader@{place.netloc.rpartition('@')[2]}"))
    assert "cannot be written: aerotrack_reader does not own the schema aerotrack" in (await lines(url))[1]


async def test_a_database_that_is_not_there_is_a_fail_and_its_password_no_secret_told() -> None:
    (line,) = await lines("postgresql://me:hush@127.0.0.1:1/flights")
    assert line.startswith("fail  the database flights on 127.0.0.1:1 cannot be reached (")
    assert "hush" not in line


async def test_a_database_that_hangs_is_not_waited_for(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(database, "CONNECT_S", 0.1)

    gone = asyncio.Event()

    async def hang(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.read()
        writer.close()
        await writer.wait_closed()
        gone.set()

    server = await asyncio.start_server(hang, "127.0.0.1", 0)
    async with server:
        (line,) = await lines(f"postgresql://me@127.0.0.1:{server.sockets[0].getsockname()[1]}/x")
        await gone.wait()
    assert "(it did not answer in time)" in line


class OldServer:
    def get_server_version(self) -> asyncpg.types.ServerVersion:
        return asyncpg.types.ServerVersion(14, 2, 0, "final", 0)


async def test_an_old_server_is_a_fail() -> None:
    found = [str(finding) async for finding in database.attached(OldServer(), "it answered")]
    assert found == ["fail  it answered and is PostgreSQL 14 - upgrade it to PostgreSQL 15 or newer"]


@pytest.mark.parametrize(
    ("seconds", "line"),
    [
        (0.9, "ok    the clock of x is ours"),
        (-1.1, "warn  the clock of x is 1.1 s behind ours - timedatectl set-ntp true, here and there"),
        (31.0, "fail  the clock of x is 31.0 s ahead of ours - timedatectl set-ntp true, here and there"),
    ],
)
def test_clocks_are_held_against_each_other(seconds: float, line: str) -> None:
    assert str(database.apart("x", seconds)) == line


def test_an_embedded_server_is_not_started_and_nothing_is_made(tmp_path: Path) -> None:
    (line,) = asyncio.run(lines(None, tmp_path / "data"))
    assert line.startswith("ok    the embedded PostgreSQL ")
    assert list(tmp_path.iterdir()) == []


def test_a_cluster_of_another_version_is_a_fail(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    cluster = tmp_path / "postgres" / "data"
    cluster.mkdir(parents=True)
    (cluster / "PG_VERSION").write_text("16\n")
    monkeypatch.setattr("os.geteuid", lambda: 1000)  # of root's cluster root is told something else
    found = database.embedded(tmp_path)
    assert "was made by PostgreSQL 16" in str(found)
    assert found.mark == "fail"


async def test_a_machine_without_a_bundled_postgresql_is_told_to_name_one(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    def none(_: str) -> Path:
        raise StartError("No PostgreSQL is bundled for this machine: name a server with --database URL")

    monkeypatch.setattr(database, "postgres_program", none)
    assert str(database.embedded(tmp_path)) == (
        "fail  No PostgreSQL is bundled for this machine - name a server with --database URL"
    )


async def test_the_embedded_server_that_runs_is_asked(
    monkeypatch: pytest.MonkeyPatch, database_url: str
) -> None:
    monkeypatch.setattr(database, "running_url", lambda _: database_url)
    assert len(await lines(None)) == 4
