import os
from pathlib import Path

import asyncpg
import pytest

from aerotrack.errors import SettingsError, StartError
from aerotrack.storage import attach
from aerotrack.storage.directory import DataDirectory


def secret(path: Path, text: str) -> Path:
    file = path / "password"
    file.write_text(text)
    return file


def test_a_password_from_a_file_goes_into_the_url(tmp_path: Path) -> None:
    url = attach.with_password("postgresql://aero@db/flights", secret(tmp_path, "a/b c\n"))
    assert url == "postgresql://aero:a%2Fb%20c@db/flights"


def test_a_password_of_the_url_gives_way_to_the_file(tmp_path: Path) -> None:
    url = attach.with_password("postgresql://aero:old@db:5433/flights?x=1", secret(tmp_path, "new"))
    assert url == "postgresql://aero:new@db:5433/flights?x=1"


def test_without_a_file_the_url_is_as_it_was_given() -> None:
    assert attach.with_password("postgresql://aero@db/flights", None) == "postgresql://aero@db/flights"


def test_a_password_needs_a_user(tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match="names no user"):
        attach.with_password("postgresql://db/flights", secret(tmp_path, "new"))


def test_a_password_file_that_is_not_there_is_named(tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match="absent"):
        attach.with_password("postgresql://aero@db/flights", tmp_path / "absent")


async def test_a_guest_uses_the_owners_server_and_leaves_it_running(tmp_path: Path) -> None:
    async with attach.own(tmp_path, None) as owners:
        async with attach.visit(tmp_path, None) as guests:
            assert guests.url == owners.url
        connection = await owners.connect()
        await connection.close()


async def test_a_guest_where_nobody_is_at_home_is_the_owner_meanwhile(tmp_path: Path) -> None:
    async with attach.visit(tmp_path, None) as database:
        connection = await database.connect()
        assert await connection.fetchval("select count(*) from aerotrack.flight") == 0
        await connection.close()
        assert DataDirectory.owner(tmp_path) is not None
    assert DataDirectory.owner(tmp_path) is None


async def test_a_directory_has_one_owner_even_with_a_database_elsewhere(
    tmp_path: Path, database_url: str
) -> None:
    async with attach.own(tmp_path, database_url):
        with pytest.raises(StartError, match="in use"):
            async with attach.own(tmp_path, database_url):
                pass


ON_OURS = pytest.mark.skipif(
    "AEROTRACK_TEST_DATABASE" in os.environ, reason="its administrator has to revoke that"
)


@pytest.mark.parametrize(
    "misdeed",
    [
        pytest.param("select lo_create(0)", marks=ON_OURS),
        pytest.param("select pg_advisory_lock(1)", marks=ON_OURS),
        pytest.param("select pg_try_advisory_xact_lock_shared(1, 2)", marks=ON_OURS),
        "delete from aerotrack.flight",
        "select * from aerotrack.recorder",
    ],
)
async def test_a_reader_cannot_fill_the_disk_nor_hold_what_others_wait_for(
    misdeed: str, database_url: str
) -> None:
    reader = await asyncpg.connect(database_url.replace("aerotrack@", "aerotrack_reader@"))
    try:
        await reader.execute("begin read write")
        with pytest.raises(asyncpg.InsufficientPrivilegeError):
            await reader.execute(misdeed)
    finally:
        await reader.close()
