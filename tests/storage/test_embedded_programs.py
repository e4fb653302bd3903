import os
from pathlib import Path

import pytest

from aerotrack.errors import StartError
from aerotrack.storage.embedded_programs import PostgresPrograms, eventually, postgres_program


def test_the_wheels_programs_are_found() -> None:
    assert all(
        os.access(postgres_program(name), os.X_OK) for name in ("postgres", "initdb", "pg_dump", "psql")
    )


async def test_a_program_that_fails_is_an_error_with_its_last_words(tmp_path: Path) -> None:
    programs = PostgresPrograms(tmp_path, None)
    with pytest.raises(StartError, match="unrecognized option '--nonsense'"):
        await programs.run(b"", "initdb", "--nonsense")


async def test_last_lines_are_of_the_last_program(tmp_path: Path) -> None:
    programs = PostgresPrograms(tmp_path, None)
    await programs.run(b"", "postgres", "--version")
    await programs.run(b"", "psql", "--version")
    assert programs.last_lines().startswith("psql (PostgreSQL)")


async def test_programs_do_not_see_the_users_environment(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PGDATA", str(tmp_path))
    programs = PostgresPrograms(tmp_path, None)
    with pytest.raises(StartError, match="does not know where to find the server configuration file"):
        await programs.run(b"", "postgres", "-C", "port")


def test_a_log_that_has_grown_too_long_is_emptied(tmp_path: Path) -> None:
    with (tmp_path / "log").open("wb") as log:
        log.truncate(9 << 20)
    PostgresPrograms(tmp_path, None)
    assert (tmp_path / "log").stat().st_size == 0


def test_a_log_within_bounds_is_kept(tmp_path: Path) -> None:
    (tmp_path / "log").write_text("the reason\n")
    assert PostgresPrograms(tmp_path, None).last_lines() == "the reason"


def test_a_log_that_somebody_took_away_has_no_last_lines(tmp_path: Path) -> None:
    programs = PostgresPrograms(tmp_path, None)
    programs.bound_log()
    assert programs.last_lines() == ""


async def test_eventually_gives_up_in_time() -> None:
    assert not await eventually(lambda: False, within=0.01, every=0.001)


async def test_eventually_ends_with_the_condition() -> None:
    looks = iter([False, False, True])
    assert await eventually(lambda: next(looks), within=5, every=0.001)
