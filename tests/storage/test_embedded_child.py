import ctypes
import os
import pwd
import subprocess
import sys
from pathlib import Path

import pytest

from aerotrack.storage import embedded_child
from aerotrack.storage.embedded_child import CANNOT_BECOME_USER, CANNOT_RUN, CANNOT_SEARCH, PARENT_GONE

CAP_DAC_READ_SEARCH = 2
PR_CAPBSET_DROP = 24
SCRIPT = [sys.executable, "-I", "-S", "-E", embedded_child.__file__]

as_root = pytest.mark.skipif(os.geteuid() != 0 or sys.platform != "linux", reason="needs root on Linux")


def child(
    *command: str,
    uid: int = -1,
    gid: int = -1,
    search: str = "0",
    parent: int | None = None,
    **options: object,
) -> subprocess.CompletedProcess[str]:
    who = [str(os.getpid() if parent is None else parent), str(uid), str(gid), search]
    return subprocess.run(
        [*SCRIPT, *who, *command], capture_output=True, text=True, check=False, timeout=30, **options
    )


def as_nobody(*command: str, search: str = "0", **options: object) -> subprocess.CompletedProcess[str]:
    nobody = pwd.getpwnam("nobody")
    return child(*command, uid=nobody.pw_uid, gid=nobody.pw_gid, search=search, **options)


def capabilities_in(status: str) -> dict[str, int]:
    lines = (line.split(":") for line in status.splitlines() if line.startswith("Cap"))
    return {name: int(value, 16) for name, value in lines}


def test_the_program_is_run_with_its_arguments() -> None:
    assert child("/bin/echo", "a b", "c").stdout == "a b c\n"


def test_the_program_is_in_a_session_of_its_own() -> None:
    ended = child(sys.executable, "-c", "import os; print(os.getsid(0) == os.getpid())")
    assert ended.stdout == "True\n"


def test_a_child_whose_parent_is_gone_runs_nothing() -> None:
    ended = child("/bin/echo", "hello", parent=1 if os.getpid() != 1 else 2)
    assert (ended.returncode, ended.stdout) == (PARENT_GONE, "")


def test_a_program_that_cannot_be_run_is_named() -> None:
    ended = child("/nowhere/postgres")
    assert (ended.returncode, ended.stderr) == (
        CANNOT_RUN,
        "cannot run /nowhere/postgres: No such file or directory\n",
    )


@as_root
def test_root_becomes_the_user_and_keeps_no_rights() -> None:
    ended = as_nobody("/bin/sh", "-c", "id -u; id -G; cat /proc/self/status", extra_groups=[54_321])
    nobody = pwd.getpwnam("nobody")
    assert ended.stdout.splitlines()[:2] == [str(nobody.pw_uid), str(nobody.pw_gid)]
    caps = capabilities_in(ended.stdout)
    assert (caps["CapPrm"], caps["CapEff"], caps["CapInh"], caps["CapAmb"]) == (0, 0, 0, 0)


@as_root
def test_the_right_to_search_is_the_only_one_kept() -> None:
    caps = capabilities_in(as_nobody("/bin/cat", "/proc/self/status", search="1").stdout)
    one = 1 << CAP_DAC_READ_SEARCH
    assert (caps["CapPrm"], caps["CapEff"], caps["CapInh"], caps["CapAmb"]) == (one, one, one, one)


@as_root
def test_the_right_to_search_opens_closed_directories_for_reading_and_not_for_writing(tmp_path: Path) -> None:
    closed = tmp_path / "closed"
    closed.mkdir(mode=0o700)
    (closed / "file").write_text("inside")
    assert as_nobody("/bin/cat", str(closed / "file")).returncode == 1
    assert as_nobody("/bin/cat", str(closed / "file"), search="1").stdout == "inside"
    assert "Permission denied" in as_nobody("/bin/touch", str(closed / "new"), search="1").stderr


@as_root
def test_a_machine_that_withholds_the_right_to_search_is_reported() -> None:
    def without_the_capability() -> None:
        ctypes.CDLL(None).prctl(PR_CAPBSET_DROP, CAP_DAC_READ_SEARCH, 0, 0, 0)

    ended = as_nobody("/bin/true", search="1", preexec_fn=without_the_capability)
    assert (ended.returncode, ended.stderr) == (
        CANNOT_SEARCH,
        "cannot keep CAP_DAC_READ_SEARCH: Operation not permitted\n",
    )


def test_becoming_another_user_takes_root() -> None:
    command = [*SCRIPT, "{parent}", "1", "1", "0", "/bin/true"]
    if os.geteuid() == 0:
        # One child becomes nobody, with the right to reach this interpreter; the next has no way back.
        relay = (
            "import os, subprocess, sys\n"
            "sys.exit(subprocess.call([a.format(parent=os.getpid()) for a in sys.argv[1:]]))"
        )
        ended = as_nobody(sys.executable, "-I", "-c", relay, *command, search="1")
    else:
        ended = child("/bin/true", uid=1, gid=1)
    assert ended.returncode == CANNOT_BECOME_USER
    assert "cannot become user 1" in ended.stderr
