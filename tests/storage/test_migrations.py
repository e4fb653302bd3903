import asyncio
import re
from collections.abc import AsyncIterator
from importlib import resources

import asyncpg
import pytest

from aerotrack.errors import DatabaseError
from aerotrack.storage.migrations import Migration, migrate, pending, shipped_migrations

FIRST = Migration(1, "0001_first", "create table aerotrack.first (n integer)")
BODY = (
    "create function aerotrack.two() returns integer language plpgsql as $$ begin return 1; return 2; end $$"
)
SECOND = Migration(2, "0002_second", f"{BODY};\ninsert into aerotrack.first values (1);")
BROKEN = Migration(2, "0002_broken", "create table aerotrack.half (n integer); select nonsense")


SHIPPED = {
    "0001_positions": "9b0af1b92a874c81",
    "0002_archive": "33d5659f775cac46",
    "0003_found_at_once": "dce8ffd678722b5c",
}


@pytest.fixture
async def empty(empty_database_url: str) -> AsyncIterator[asyncpg.Connection]:
    connection = await asyncpg.connect(empty_database_url)
    yield connection
    await connection.close()


async def test_no_migration_changes_once_it_is_on_main_for_databases_have_it() -> None:
    assert {each.name: each.sha256[:16] for each in shipped_migrations()} == SHIPPED


async def test_each_migration_is_applied_once_in_order(empty: asyncpg.Connection) -> None:
    assert await migrate(empty, [FIRST, SECOND]) == ["0001_first", "0002_second"]
    assert await migrate(empty, [FIRST, SECOND]) == []
    assert await empty.fetchval("select count(*) from aerotrack.first") == 1


async def test_what_is_missing_is_named_and_left_alone(empty: asyncpg.Connection) -> None:
    assert await pending(empty, [FIRST, SECOND]) == ["0001_first", "0002_second"]
    assert await empty.fetchval("select to_regclass('aerotrack.schema_version')") is None
    await migrate(empty, [FIRST])
    assert await pending(empty, [FIRST, SECOND]) == ["0002_second"]
    assert await pending(empty, [FIRST]) == []
    with pytest.raises(DatabaseError, match="used by a newer one"):
        await pending(empty, [])


async def test_a_function_body_with_semicolons_survives(empty: asyncpg.Connection) -> None:
    await migrate(empty, [FIRST, SECOND])
    assert await empty.fetchval("select aerotrack.two()") == 1


async def test_what_is_missing_is_added_to_an_older_database(empty: asyncpg.Connection) -> None:
    await migrate(empty, [FIRST])
    assert await migrate(empty, [FIRST, SECOND]) == ["0002_second"]


async def test_a_refused_migration_leaves_no_trace_and_those_before_it_stay(
    empty: asyncpg.Connection,
) -> None:
    with pytest.raises(DatabaseError, match="0002_broken failed and was undone"):
        await migrate(empty, [FIRST, BROKEN])
    assert await empty.fetchval("select to_regclass('aerotrack.half')") is None
    assert await empty.fetchval("select max(version) from aerotrack.schema_version") == 1


async def test_the_lock_is_given_back_after_a_failure(
    empty: asyncpg.Connection, empty_database_url: str
) -> None:
    with pytest.raises(DatabaseError):
        await migrate(empty, [FIRST, BROKEN])
    other = await asyncpg.connect(empty_database_url, command_timeout=5)
    assert await migrate(other, [FIRST, SECOND]) == ["0002_second"]
    await other.close()


async def test_an_edited_migration_is_refused(empty: asyncpg.Connection) -> None:
    await migrate(empty, [FIRST])
    with pytest.raises(DatabaseError, match="0001_first is not the one that was applied"):
        await migrate(empty, [Migration(1, "0001_first", "create table aerotrack.first (n bigint)")])


async def test_a_database_of_a_newer_program_is_refused(empty: asyncpg.Connection) -> None:
    await migrate(empty, [FIRST, SECOND])
    with pytest.raises(DatabaseError, match="at schema version 2 and this AeroTrack knows 1"):
        await migrate(empty, [FIRST])


async def test_two_servers_that_start_at_once_take_turns(empty_database_url: str) -> None:
    connections = [await asyncpg.connect(empty_database_url) for _ in range(3)]
    applied = await asyncio.gather(*(migrate(connection) for connection in connections))
    assert sorted(map(len, applied)) == [0, 0, len(shipped_migrations())]
    for connection in connections:
        await connection.close()


# Everybody may take locks on a server of somebody else's; on ours only the owner.
LOCKS = "grant execute on function pg_advisory_lock(bigint), pg_advisory_unlock(bigint) to {}"


async def test_a_user_without_rights_is_told_what_to_do(
    empty: asyncpg.Connection, empty_database_url: str
) -> None:
    await empty.execute(
        f"drop role if exists stranger; create role stranger login; {LOCKS.format('stranger')}"
    )
    stranger = await asyncpg.connect(empty_database_url.replace("aerotrack@", "stranger@"))
    with pytest.raises(DatabaseError, match="grant it CREATE on the database"):
        await migrate(stranger)
    await stranger.close()


async def test_an_owner_who_may_not_make_roles_migrates_all_the_same(
    empty: asyncpg.Connection, empty_database_url: str
) -> None:
    name = await empty.fetchval("select current_database()")
    await empty.execute(
        f"drop role if exists modest; create role modest login; grant create on database {name} to modest;"
        + LOCKS.format("modest")
    )
    modest = await asyncpg.connect(empty_database_url.replace("aerotrack@", "modest@"))
    assert await migrate(modest) == [migration.name for migration in shipped_migrations()]
    await modest.close()


def test_line_ends_do_not_change_the_hash() -> None:
    assert (
        Migration(1, "a", "select 1;\r\nselect 2;\r\n").sha256
        == Migration(1, "a", "select 1;\nselect 2;\n").sha256
    )


def test_the_shipped_files_are_numbered_from_one_without_a_gap() -> None:
    assert [migration.version for migration in shipped_migrations()] == [
        *range(1, len(shipped_migrations()) + 1)
    ]


def test_every_file_in_the_folder_is_shipped() -> None:
    names = [entry.name for entry in (resources.files("aerotrack.storage") / "migrations").iterdir()]
    assert all(re.fullmatch(r"\d{4}_[a-z_]+\.sql", name) for name in names)
    assert len(names) == len(shipped_migrations())
