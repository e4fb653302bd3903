import signal
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest

from aerotrack import chores
from aerotrack.config import Settings
from aerotrack.errors import StartError
from aerotrack.storage.database import Database
from aerotrack.storage.retention import Dropped


def test_without_a_running_server_there_is_no_url(tmp_path: Path) -> None:
    with pytest.raises(StartError, match="start aerotrack there"):
        chores.database_url(Settings(data_dir=tmp_path))


def test_a_named_database_is_its_own_url(tmp_path: Path) -> None:
    url = "postgresql://someone@db.example/flights"
    assert chores.database_url(Settings(data_dir=tmp_path, database=url)) == url


def test_the_url_of_the_reader_is_that_of_the_database_without_the_owner(tmp_path: Path) -> None:
    named = Settings(data_dir=tmp_path, database="postgresql://someone:secret@db.example/flights?x=1")
    assert chores.database_url(named, reader=True) == "postgresql://aerotrack_reader@db.example/flights?x=1"
    embedded = "postgresql://aerotrack@/aerotrack?host=/data/run"
    assert chores.reader_url(embedded) == "postgresql://aerotrack_reader@/aerotrack?host=/data/run"


def test_a_data_directory_is_backed_up_and_restored_into_another(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / "backup"
    assert chores.back_up(Settings(data_dir=tmp_path / "old"), file) == 0
    assert chores.restore(Settings(data_dir=tmp_path / "new"), file) == 0
    out, err = capsys.readouterr()
    assert out == ""
    assert [line.split(" 0")[0] for line in err.splitlines()] == ["backed up", "restored from"]


def test_the_shell_has_the_password_in_its_environment_only(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    psql, told = tmp_path / "psql", tmp_path / "told"
    psql.write_text(f'#!/bin/sh\necho "$PGPASSWORD $*" > {told}\n')
    psql.chmod(0o755)

    @asynccontextmanager
    async def visit(_: Path, url: str) -> AsyncIterator[Database]:
        yield Database(url)

    monkeypatch.setattr(chores, "postgres_program", lambda _: psql)
    monkeypatch.setattr(chores.attach, "visit", visit)
    before = signal.getsignal(signal.SIGINT)
    named = Settings(data_dir=tmp_path, database="postgresql://someone:secret@db.example/flights")
    assert chores.database_shell(named) == 0
    signal.signal(signal.SIGINT, before)
    assert told.read_text() == "secret postgresql://someone@db.example/flights\n"


def test_what_retention_drops_is_returned(tmp_path: Path) -> None:
    assert chores.retain(Settings(data_dir=tmp_path)) == Dropped()
