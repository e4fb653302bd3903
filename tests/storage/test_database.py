import asyncio
import socket

import asyncpg
import pytest

from aerotrack.errors import StartError
from aerotrack.storage.database import Database, sentence


async def test_opening_brings_the_schema(empty_database_url: str) -> None:
    database = await Database.open(empty_database_url)
    connection = await database.connect()
    assert await connection.fetchval("select count(*) from aerotrack.flight") == 0
    await connection.close()


async def test_a_database_that_was_away_at_the_start_gets_the_schema_with_the_first_connection(
    empty_database_url: str,
) -> None:
    database = Database(empty_database_url)
    first, second = await asyncio.gather(database.connect(), database.connect())
    assert await second.fetchval("select count(*) from aerotrack.flight") == 0
    await asyncio.gather(first.close(), second.close())


async def test_readers_cannot_write(database_url: str) -> None:
    database = await Database.open(database_url)
    pool = await database.readers()
    with pytest.raises(asyncpg.ReadOnlySQLTransactionError):
        await pool.execute("insert into aerotrack.feed (name) values ('x')")
    await database.close()


async def test_a_connection_counts_in_utc_and_says_when_its_client_is_lost(database_url: str) -> None:
    database = await Database.open(database_url)
    name = database_url.partition("?")[0].rpartition("/")[2]
    keeper = await database.connect()
    await keeper.execute(f"alter database {name} set timezone = 'Europe/Berlin'")
    pool, patient, brief = (
        await database.readers(),
        await database.connect(),
        await database.connect(brief=True),
    )
    for one in (pool, patient, brief):
        assert await one.fetchval("show timezone") == "UTC"
    told = "select setting from pg_settings where name = 'idle_in_transaction_session_timeout'"
    assert [await one.fetchval(told) for one in (patient, brief)] == ["0", "60000"]
    over_tcp = await brief.fetchval("select inet_client_addr() is not null")
    for setting, value in (
        ("tcp_keepalives_idle", "30"),
        ("tcp_keepalives_interval", "10"),
        ("tcp_keepalives_count", "3"),
        ("tcp_user_timeout", "60000"),
    ):
        assert await brief.fetchval("select setting from pg_settings where name = $1", setting) == (
            value if over_tcp else "0"
        )
    for connection in (keeper, patient, brief):
        await connection.close()
    await database.close()


async def test_there_are_readers_again_after_closing(database_url: str) -> None:
    database = await Database.open(database_url)
    for _ in range(2):
        pool = await database.readers()
        assert await pool.fetchval("select 1") == 1
        await database.close()


async def test_a_database_that_cannot_be_used_stops_the_start_with_a_sentence(database_url: str) -> None:
    with pytest.raises(StartError, match=r"missing_\d+.* cannot be used .*does not exist.*check --database"):
        await Database.open(database_url.replace("/test_", "/missing_"))


@pytest.mark.parametrize("url", ["postgresql://me:secret@db:abc/aero", "postgresql://me:secret@[::1/aero"])
async def test_a_url_that_is_none_stops_the_start_with_a_sentence_that_keeps_the_secret(url: str) -> None:
    with pytest.raises(StartError, match=r"cannot be used .*check --database") as stopped:
        await Database.open(url)
    assert "secret" not in str(stopped.value)


async def test_a_server_that_accepts_and_says_nothing_is_noticed() -> None:
    with socket.socket() as quiet:
        quiet.bind(("127.0.0.1", 0))
        quiet.listen()
        port = quiet.getsockname()[1]
        with pytest.raises(
            StartError, match=f"aero on 127.0.0.1:{port} cannot be used .it did not answer in time"
        ):
            await Database.open(
                f"postgresql://me:secret@127.0.0.1:{port}/aero?sslmode=disable", connect_s=0.1
            )


@pytest.mark.parametrize(
    ("url", "place"),
    [
        ("postgresql://me:secret@db:5432/aero", "aero on db:5432"),
        ("postgresql://db:5432/aero?password=secret", "aero on db:5432"),
        ("postgresql://me@/aero?host=/run/pg&password=secret", "aero on /run/pg"),
    ],
)
def test_its_place_can_be_shown(url: str, place: str) -> None:
    assert Database(url).place == place


def test_an_error_without_words_is_named() -> None:
    assert sentence(TimeoutError()) == "it did not answer in time"
    unknown = socket.gaierror(socket.EAI_NONAME, "Name or service not known")
    assert sentence(unknown) == "nobody here knows its host: Name or service not known"
    assert sentence(ConnectionResetError()) == "ConnectionResetError"
    assert sentence(ValueError("two\n lines")) == "two lines"
