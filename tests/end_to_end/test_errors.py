"""What a person is told when something is wrong: one sentence, what to do, and the promised exit status."""

import os
import re
import signal
import socket
import sys
import time
from pathlib import Path

import psutil
import pytest

from end_to_end.program import Program, run

SKY = "sim:?flights=20"


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (["serve", "--port", "99999"], "port 99999 does not exist"),
        (["serve", "--prot", "1"], "--prot"),
        (["serve", "carrier-pigeon://roof"], "carrier-pigeon"),
        (["serve", "sim:?flights=none"], "flights"),
        (["replay", "missing.sbs"], "missing.sbs"),
        (["replay", "missing.sbs", "--speed", "-3"], "-3"),
        (["db", "url"], "start aerotrack"),
        (["serve", SKY, "--database", "postgresql://nobody@127.0.0.1:1/none"], "127.0.0.1"),
    ],
)
def test_a_start_that_is_impossible_says_why_and_exits_2(
    arguments: list[str], told: str, tmp_path: Path
) -> None:
    done = run(*arguments, data_dir=tmp_path)
    assert done.returncode == 2
    assert done.stdout == ""
    assert told in done.stderr
    assert "Traceback" not in done.stderr


def test_a_recording_is_never_mixed_with_another_source(tmp_path: Path) -> None:
    recording = tmp_path / "one.sbs"
    recording.write_text(
        "MSG,3,1,1,4CA63A,1,2026/11/22,09:39:27.343,2026/11/22,09:39:27.344,,6950,,,49.1,1.7,,,0,,0,0\r\n"
    )
    done = run("serve", SKY, f"file:{recording}", data_dir=tmp_path / "data")
    assert done.returncode == 2
    assert "never mixed" in done.stderr


def test_a_taken_port_is_named(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        done = run("serve", SKY, "--port", str(port), data_dir=tmp_path)
    assert done.returncode == 2
    assert str(port) in done.stderr
    assert len(done.stderr.strip().splitlines()) == 1


def test_a_data_directory_has_one_owner(tmp_path: Path) -> None:
    with Program.serving(SKY, data_dir=tmp_path) as owner:
        done = run("serve", SKY, "--port", "0", data_dir=tmp_path)
        assert done.returncode == 2
        assert str(owner.process.pid) in done.stderr


def test_a_feed_that_is_not_there_is_tried_again_and_shown(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
    with Program.serving(SKY, f"sbs://127.0.0.1:{port}#gone", data_dir=tmp_path) as program:
        deadline = time.monotonic() + 10
        while "gone" not in program.errors():
            assert time.monotonic() < deadline
        assert program.stop() == 0
    assert "Traceback" not in program.errors()


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux tells a child that its parent died")
def test_a_killed_program_leaves_no_database_behind_and_starts_again(tmp_path: Path) -> None:
    with Program.serving(SKY, data_dir=tmp_path) as program:
        children = psutil.Process(program.process.pid).children(recursive=True)
        assert any("postgres" in child.name() for child in children)
        os.kill(program.process.pid, signal.SIGKILL)
        program.process.wait()
        gone, alive = psutil.wait_procs(children, timeout=15)
        assert not alive
        assert gone
    with Program.serving(SKY, data_dir=tmp_path) as program:
        assert re.search(r"http://127\.0\.0\.1:\d+$", program.url)
