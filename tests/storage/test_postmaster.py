import os
import tempfile
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import pytest

from aerotrack.errors import StartError
from aerotrack.storage.postmaster import Postmaster, read_postmaster, serves, socket_directory, url_of

READY = "4711\n/data\n1763806320\n5432\n/run/a\n\n  1234567     32768\nready   \n"


def test_the_file_of_a_ready_server_is_understood(tmp_path: Path) -> None:
    (tmp_path / "postmaster.pid").write_text(READY)
    assert read_postmaster(tmp_path) == Postmaster(4711, "/run/a", True)


def test_a_server_that_is_still_starting_is_not_ready(tmp_path: Path) -> None:
    (tmp_path / "postmaster.pid").write_text(READY.replace("ready   ", "starting"))
    assert read_postmaster(tmp_path) == Postmaster(4711, "/run/a", False)


@pytest.mark.parametrize("text", ["", "\n", "nonsense\n"])
def test_a_file_not_written_yet_says_nothing(tmp_path: Path, text: str) -> None:
    (tmp_path / "postmaster.pid").write_text(text)
    assert read_postmaster(tmp_path) is None


def test_without_a_file_there_is_no_server(tmp_path: Path) -> None:
    assert read_postmaster(tmp_path) is None


def test_a_process_that_is_not_postgresql_serves_nothing(tmp_path: Path) -> None:
    assert not serves(os.getpid(), tmp_path)


def test_a_process_that_is_gone_serves_nothing(tmp_path: Path) -> None:
    assert not serves(2**22 + 1, tmp_path)


def test_the_url_carries_a_path_with_special_characters() -> None:
    url = url_of("/tmp/a b%&c#d")
    assert url.startswith("postgresql://aerotrack@/aerotrack?host=/tmp/a")
    assert parse_qs(urlsplit(url).query) == {"host": ["/tmp/a b%&c#d"]}


def test_the_socket_directory_is_closed_to_others(tmp_path: Path) -> None:
    house = Path(tempfile.mkdtemp(prefix="h"))
    directory = socket_directory(house, os.geteuid(), os.getegid())
    assert directory == house / "run"
    assert directory.stat().st_mode & 0o777 == 0o700
    directory.rmdir()
    house.rmdir()


@pytest.fixture
def long_house(tmp_path: Path) -> Iterator[tuple[Path, Path]]:
    """A folder too deep for a socket, and the short directory that stands in for it."""
    house = tmp_path / ("x" * 100)
    house.mkdir()
    short = socket_directory(house, os.geteuid(), os.getegid())
    yield house, short
    if short.is_symlink():
        short.unlink()
    else:
        short.rmdir()


def test_a_path_too_long_for_a_socket_gets_a_short_one_of_its_own(long_house: tuple[Path, Path]) -> None:
    house, short = long_house
    assert len(f"{short}/.s.PGSQL.5432") < 104
    assert short.stat().st_mode & 0o777 == 0o700
    assert socket_directory(house, os.geteuid(), os.getegid()) == short


def test_a_path_too_long_for_a_socket_is_refused_where_it_may_not_be_elsewhere(tmp_path: Path) -> None:
    with pytest.raises(StartError, match="too long for the database's socket"):
        socket_directory(tmp_path / ("x" * 100), os.geteuid(), os.getegid(), outside=False)


def test_a_path_with_a_comma_gets_one_without(tmp_path: Path) -> None:
    (tmp_path / "a,b").mkdir()
    directory = socket_directory(tmp_path / "a,b", os.geteuid(), os.getegid())
    assert "," not in str(directory)
    directory.rmdir()


def test_a_short_directory_that_others_may_enter_is_refused(long_house: tuple[Path, Path]) -> None:
    house, short = long_house
    short.chmod(0o711)
    with pytest.raises(StartError, match="was made by somebody else"):
        socket_directory(house, os.geteuid(), os.getegid())


def test_a_link_in_place_of_the_short_directory_is_refused(
    long_house: tuple[Path, Path], tmp_path: Path
) -> None:
    house, short = long_house
    short.rmdir()
    (tmp_path / "trap").mkdir(mode=0o700)
    short.symlink_to(tmp_path / "trap")
    with pytest.raises(StartError, match="was made by somebody else"):
        socket_directory(house, os.geteuid(), os.getegid())


@pytest.mark.skipif(os.geteuid() != 0, reason="needs root to make somebody else's directory")
def test_a_short_directory_of_somebody_else_is_refused(long_house: tuple[Path, Path]) -> None:
    house, short = long_house
    os.chown(short, 54_321, 54_321)
    with pytest.raises(StartError, match="was made by somebody else"):
        socket_directory(house, os.geteuid(), os.getegid())
