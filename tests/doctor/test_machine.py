from pathlib import Path

import pytest

from aerotrack.doctor import machine
from aerotrack.doctor.finding import Mark


@pytest.mark.parametrize(("version", "mark"), [((3, 10, 9), "fail"), ((3, 11, 0), "ok"), ((3, 13, 1), "ok")])
def test_python_is_3_11_or_newer(
    version: tuple[int, int, int], mark: Mark, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("sys.prefix", "/opt/aerotrack")
    assert machine.python(version).mark == mark


def test_a_python_of_the_system_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sys.prefix", "/usr")
    monkeypatch.setattr("sys.base_prefix", "/usr")
    found = machine.python((3, 13, 0))
    assert (found.mark, found.remedy[:20]) == ("warn", "python3 -m venv .ven")


def test_root_is_told_what_becomes_of_postgresql() -> None:
    assert machine.user(1, own_database=True).mark == "ok"
    assert "PostgreSQL is run as another user" in machine.user(0, own_database=True).what
    assert "PostgreSQL" not in machine.user(0, own_database=False).what
    assert machine.user(0, own_database=False).mark == "warn"


@pytest.mark.parametrize(
    ("limits", "line"),
    [
        ((20_256, 20_256), "ok    20,256 files may be open"),
        ((-1, -1), "ok    any number of files may be open"),
        (
            (1024, 1_048_576),
            (
                "warn  1,024 files may be open, and --clients 20,000 need 20,256 - "
                "ulimit -n 20256; or --clients 768"
            ),
        ),
        (
            (1024, -1),
            (
                "warn  1,024 files may be open, and --clients 20,000 need 20,256 - "
                "ulimit -n 20256; or --clients 768"
            ),
        ),
        (
            (256, 256),
            (
                "fail  256 files may be open, and --clients 20,000 need 20,256 - "
                "LimitNOFILE=20256 in the systemd unit, or nofile in /etc/security/limits.conf"
            ),
        ),
    ],
)
def test_every_client_is_an_open_file(limits: tuple[int, int], line: str) -> None:
    assert str(machine.open_files(20_000, limits)) == line


@pytest.mark.parametrize(
    ("free", "mark", "remedy"),
    [
        (1_000_000_000, "ok", ""),
        (999_999_999, "warn", "--clients 19999"),
        (256_000_000, "warn", "--clients 1"),
        (255_999_999, "fail", "end what takes it: ps aux --sort=-rss | head; or give the container more"),
        (None, "warn", "free -h"),
    ],
)
def test_memory_is_held_against_the_clients_there_is_room_for(
    free: int | None, mark: Mark, remedy: str
) -> None:
    found = machine.memory(20_000, free)
    assert (found.mark, found.remedy) == (mark, remedy)


def test_a_container_may_have_less_memory_than_its_machine(tmp_path: Path) -> None:
    (tmp_path / "meminfo").write_text(
        "MemTotal:  8000000 kB\nMemAvailable:  4000000 kB\nHugePages_Total: 0\n"
    )
    (tmp_path / "memory.current").write_text("100000000\n")
    free = machine.free_memory(tmp_path / "meminfo", tmp_path)
    assert free == 4_096_000_000
    (tmp_path / "memory.max").write_text("max\n")
    assert machine.free_memory(tmp_path / "meminfo", tmp_path) == 4_096_000_000
    (tmp_path / "memory.max").write_text("512000000\n")
    assert machine.free_memory(tmp_path / "meminfo", tmp_path) == 412_000_000
    assert machine.free_memory(tmp_path / "nothing", tmp_path) is None


def test_a_clock_that_was_never_set_is_found() -> None:
    assert machine.clock(0.0).remedy == "timedatectl set-ntp true"
    assert "the clock says 2026-11-23T06:51:40Z" in machine.clock(1_795_416_700.0).what


def test_a_page_that_is_not_built_is_no_fail(tmp_path: Path) -> None:
    assert machine.page(tmp_path).mark == "warn"
    (tmp_path / "index.html").touch()
    assert machine.page(tmp_path).mark == "ok"


def test_all_of_it_is_looked_at(tmp_path: Path) -> None:
    assert len(list(machine.machine(10, tmp_path, own_database=True))) == 6


def test_postgresql_wants_its_user_to_have_a_name() -> None:
    nobody_has_it = 4_000_000_001
    assert "sudo useradd --system --uid 4000000001" in machine.user(nobody_has_it, own_database=True).remedy
    assert machine.user(nobody_has_it, own_database=False).mark == "ok"
