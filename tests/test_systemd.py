import os
import re
import secrets
import select
import shutil
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from structlog.testing import capture_logs

from aerotrack.core.changes import Changes
from aerotrack.systemd import Systemd
from end_to_end.program import READY, Program

UNIT = Path(__file__).parents[1] / "contrib/systemd/aerotrack.service"
TICK = Changes(0, 1, 1_763_800_000.0)
PATIENCE_S = 20.0


class Manager:
    """Listens as systemd does."""

    def __init__(self, address: str) -> None:
        self.address = address
        self._socket = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
        self._socket.bind(address.replace("@", "\0"))
        self._socket.settimeout(PATIENCE_S)

    def told(self) -> list[str]:
        return self._socket.recv(4096).decode().split("\n")

    def told_nothing(self) -> bool:
        readable, _, _ = select.select([self._socket], [], [], 0)
        return not readable

    def close(self) -> None:
        self._socket.close()


@pytest.fixture(params=["path", "abstract"])
def manager(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Manager]:
    path = str(tmp_path / "notify")
    listening = Manager(path if request.param == "path" else f"@aerotrack-{secrets.token_hex(8)}")
    yield listening
    listening.close()


def told_at(manager: Manager, **more: str) -> Systemd:
    return Systemd.of({"NOTIFY_SOCKET": manager.address, **more})


def test_it_says_when_it_is_ready_and_when_it_stops(manager: Manager) -> None:
    systemd = told_at(manager)
    with systemd.told(lambda: "12 flights", tick_seconds=1.0):
        assert manager.told() == ["READY=1", "STATUS=12 flights"]
    assert manager.told() == ["STOPPING=1", "STATUS=stopping"]


def test_a_tick_is_the_sign_of_life(manager: Manager) -> None:
    systemd = told_at(manager)
    with systemd.told(lambda: "12 flights", tick_seconds=1.0):
        manager.told()
        assert manager.told_nothing()
        systemd.take(TICK)
        assert manager.told() == ["WATCHDOG=1", "STATUS=12 flights"]


def test_before_it_is_ready_and_while_it_stops_a_tick_says_nothing(manager: Manager) -> None:
    systemd = told_at(manager)
    systemd.take(TICK)
    assert manager.told_nothing()
    with systemd.told(lambda: "", tick_seconds=1.0):
        pass
    manager.told()
    manager.told()
    systemd.take(TICK)
    assert manager.told_nothing()


def test_fast_ticks_are_not_all_told(manager: Manager) -> None:
    systemd = told_at(manager, WATCHDOG_USEC="20000000")
    with systemd.told(lambda: "", tick_seconds=0.05):
        for _ in range(100):
            systemd.take(TICK)
        manager.told()
        manager.told()
        assert manager.told_nothing()


@pytest.mark.parametrize(
    ("watchdog", "tick", "asked"),
    [("20000000", 1.0, []), ("20000000", 30.0, ["WATCHDOG_USEC=90000000"]), ("", 30.0, [])],
)
def test_a_watchdog_that_would_not_wait_for_slow_ticks_is_asked_to(
    manager: Manager, watchdog: str, tick: float, asked: list[str]
) -> None:
    with told_at(manager, WATCHDOG_USEC=watchdog).told(lambda: "", tick_seconds=tick):
        assert manager.told()[2:] == asked


@pytest.mark.parametrize(
    ("pid", "asked"), [(str(os.getpid()), 3), ("1", 2), ("", 3)], ids=["ours", "another", "none"]
)
def test_a_watchdog_of_another_process_is_not_ours(manager: Manager, pid: str, asked: int) -> None:
    with told_at(manager, WATCHDOG_USEC="1000000", WATCHDOG_PID=pid).told(lambda: "", tick_seconds=5.0):
        assert len(manager.told()) == asked


def test_no_child_speaks_in_its_name() -> None:
    environment = {"NOTIFY_SOCKET": "/run/x", "WATCHDOG_USEC": "1", "WATCHDOG_PID": "1", "HOME": "/"}
    Systemd.of(environment)
    assert environment == {"HOME": "/"}


@pytest.mark.parametrize("address", ["", "vsock:2:1234"])
def test_where_nobody_listens_nothing_is_told(address: str) -> None:
    systemd = Systemd.of({"NOTIFY_SOCKET": address})
    with capture_logs() as lines, systemd.told(lambda: "", tick_seconds=1.0):
        systemd.take(TICK)
    assert lines == []


def test_a_manager_that_went_away_is_a_warning_and_no_error(tmp_path: Path) -> None:
    systemd = Systemd.of({"NOTIFY_SOCKET": str(tmp_path / "gone")})
    with capture_logs() as lines, systemd.told(lambda: "", tick_seconds=1.0):
        systemd.take(TICK)
    told = [(line["log_level"], line["of"]) for line in lines]
    assert told == [("warning", "READY=1"), ("warning", "WATCHDOG=1"), ("warning", "STOPPING=1")]


async def test_it_keeps_no_recording_waiting() -> None:
    kept: list[int] = []
    await Systemd(None).run(kept.append)
    await Systemd(None).close()
    assert kept == [(1 << 63) - 1]


def test_the_program_tells_of_its_whole_life_and_its_watchdog_of_ticks_alone(
    manager: Manager, tmp_path: Path
) -> None:
    environment = {"NOTIFY_SOCKET": manager.address, "WATCHDOG_USEC": "2000000"}
    with Program(
        "serve", "sim:?flights=10", "--port", "0", "--tick", "0.1",
        data_dir=tmp_path / "data", environment=environment,
    ) as program:  # fmt: skip
        program.read_until(READY)
        first = manager.told()
        assert first[0] == "READY=1"
        assert re.fullmatch(r"STATUS=\d+ flights, \d+ clients, \d of 1 feeds", first[1])
        began = time.monotonic()
        assert [manager.told()[0] for _ in range(3)] == ["WATCHDOG=1"] * 3
        assert manager.told()[1] == "STATUS=10 flights, 0 clients, 1 of 1 feeds"
        assert time.monotonic() - began > 0.6  # every half second, not at every tick
        program.process.send_signal(signal.SIGTERM)
        while (told := manager.told()[0]) == "WATCHDOG=1":
            pass
        assert told == "STOPPING=1"
        assert program.wait() == 0


def unit(tmp_path: Path) -> str:
    """The unit as it would be installed: with a program that is there."""
    installed = tmp_path / "aerotrack.service"
    text = UNIT.read_text()
    assert "ExecStart=/opt/aerotrack/bin/aerotrack serve\n" in text
    installed.write_text(text.replace("/opt/aerotrack/bin/aerotrack", sys.executable))
    return str(installed)


@pytest.mark.skipif(shutil.which("systemd-analyze") is None, reason="apt install systemd")
def test_systemd_finds_nothing_amiss_in_the_unit(tmp_path: Path) -> None:
    done = subprocess.run(
        ["systemd-analyze", "verify", "--man=no", unit(tmp_path)], capture_output=True, text=True, check=False
    )
    assert (done.returncode, done.stdout + done.stderr) == (0, "")


@pytest.mark.skipif(shutil.which("systemd-analyze") is None, reason="apt install systemd")
def test_the_unit_leaves_little_to_exploit(tmp_path: Path) -> None:
    # Below 2 is "OK"; an ordinary unit has 9.6, "UNSAFE".
    done = subprocess.run(
        ["systemd-analyze", "security", "--offline=true", "--threshold=20", unit(tmp_path)],
        capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stdout + done.stderr


@pytest.mark.parametrize(
    "line",
    [
        "Type=notify", "WatchdogSec=20", "Restart=on-failure", "LimitNOFILE=65536", "NoNewPrivileges=yes",
        "ProtectSystem=strict", "StateDirectory=aerotrack", "User=aerotrack",
    ],
)  # fmt: skip
def test_the_unit_promises(line: str) -> None:
    assert line in UNIT.read_text().splitlines()
