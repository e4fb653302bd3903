import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

import aerotrack
from aerotrack.errors import StartError
from aerotrack.storage.directory import DataDirectory

OWN_AND_WAIT = """
import sys; from pathlib import Path; from aerotrack.storage.directory import DataDirectory
owned = DataDirectory.own(Path(sys.argv[1])); print("owned", flush=True); sys.stdin.read()
"""


@pytest.fixture
def other_owner(tmp_path: Path) -> Iterator[subprocess.Popen[bytes]]:
    """Another process that owns `tmp_path/data`."""
    environment = os.environ | {"PYTHONPATH": str(Path(aerotrack.__file__).parents[1])}
    command = [sys.executable, "-c", OWN_AND_WAIT, str(tmp_path / "data")]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, env=environment) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == b"owned\n"
        yield process
        process.kill()


def test_a_directory_is_made_closed_to_others(tmp_path: Path) -> None:
    with DataDirectory.own(tmp_path / "a" / "data"):
        assert (tmp_path / "a" / "data").stat().st_mode & 0o777 == 0o700


def test_a_directory_has_one_owner_within_a_process_too(tmp_path: Path) -> None:
    with DataDirectory.own(tmp_path), pytest.raises(StartError, match="is in use by process"):
        DataDirectory.own(tmp_path)


def test_a_second_owner_is_told_who_the_first_is(
    tmp_path: Path, other_owner: subprocess.Popen[bytes]
) -> None:
    with pytest.raises(StartError, match=rf"in use by process {other_owner.pid} \(.*sys.stdin.read.*\)"):
        DataDirectory.own(tmp_path / "data")


def test_the_owner_can_be_asked_for(tmp_path: Path, other_owner: subprocess.Popen[bytes]) -> None:
    owner = DataDirectory.owner(tmp_path / "data")
    assert owner is not None
    assert owner.pid == other_owner.pid
    assert str(tmp_path / "data") in owner.command


def test_asking_takes_nothing(tmp_path: Path) -> None:
    with DataDirectory.own(tmp_path):
        pass
    assert DataDirectory.owner(tmp_path) is None
    DataDirectory.own(tmp_path).release()


def test_a_killed_owner_owns_nothing(tmp_path: Path, other_owner: subprocess.Popen[bytes]) -> None:
    other_owner.send_signal(signal.SIGKILL)
    other_owner.wait()
    assert (tmp_path / "data" / "owner").read_text().startswith(f"{other_owner.pid}\n")
    assert DataDirectory.owner(tmp_path / "data") is None
    DataDirectory.own(tmp_path / "data").release()


def test_a_directory_nobody_has_used_has_no_owner(tmp_path: Path) -> None:
    assert DataDirectory.owner(tmp_path / "nowhere") is None


def test_the_next_owners_name_replaces_a_longer_one(tmp_path: Path) -> None:
    (tmp_path / "owner").write_text("1\n" + "x" * 10_000)
    with DataDirectory.own(tmp_path):
        owner = DataDirectory.owner(tmp_path)
    assert owner is not None
    assert (owner.pid, "x" * 100 in owner.command) == (os.getpid(), False)


def test_a_file_where_the_directory_should_be_is_an_error_that_says_so(tmp_path: Path) -> None:
    (tmp_path / "data").write_text("")
    with pytest.raises(StartError, match="cannot be used"):
        DataDirectory.own(tmp_path / "data")


def test_releasing_twice_does_nothing_more(tmp_path: Path) -> None:
    owned = DataDirectory.own(tmp_path)
    owned.release()
    owned.release()
    assert DataDirectory.owner(tmp_path) is None
