from pathlib import Path

import pytest

from aerotrack.config import Settings
from aerotrack.doctor import examination
from aerotrack.errors import SettingsError


async def lines(settings: Settings) -> list[str]:
    return [str(finding) async for finding in examination.findings(lambda: settings)]


async def test_everything_that_a_first_start_needs_is_looked_at_and_nothing_is_made(tmp_path: Path) -> None:
    found = await lines(Settings(data_dir=tmp_path / "data", port=0))
    for part in (
        "AeroTrack", "user", "files", "memory", "clock", "page", "data directory", "disk", "GB", "port",
        "PostgreSQL", "the feed sim",
    ):  # fmt: skip
        assert [line for line in found if part in line], part
    assert [line for line in found if line.startswith("fail")] == []
    assert not (tmp_path / "data").exists()


async def test_what_a_start_would_refuse_fails(tmp_path: Path) -> None:
    settings = Settings(
        data_dir=tmp_path, port=0, sources=("warp:", "file:/nowhere.sbs"), require_key=True,
        tls_cert=Path("a"), tls_key=Path("b"), aircraft_db=Path("c"),
        database="postgresql://u@127.0.0.1:1/x", database_password_file=Path("/nowhere"),
    )  # fmt: skip
    fails = [line for line in await lines(settings) if line.startswith("fail")]
    for part in ("TLS", "--require-key", "aircraft database c", "password file", "'warp:'", "/nowhere.sbs"):
        assert [line for line in fails if part in line], part
    assert len(fails) == 6


def test_the_exit_status_counts_the_fails(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    settings = Settings(data_dir=tmp_path, port=0, sources=("warp:", "warp:", "sim:?flights=10"))
    assert examination.examine(lambda: settings) == 2
    assert capsys.readouterr().out.splitlines()[-1].endswith(" warn, 2 fail")


def test_more_fails_than_a_shell_can_count_are_125(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert examination.examine(lambda: Settings(data_dir=tmp_path, port=0, sources=("warp:",) * 130)) == 125
    assert capsys.readouterr().out.endswith("130 fail\n")


def test_settings_that_cannot_be_are_one_fail(capsys: pytest.CaptureFixture[str]) -> None:
    def load() -> Settings:
        raise SettingsError("port 99999 does not exist: give one from 0 to 65535.")

    assert examination.examine(load) == 1
    told = "fail  port 99999 does not exist - give one from 0 to 65535\n0 ok, 0 warn, 1 fail\n"
    assert capsys.readouterr().out == told
