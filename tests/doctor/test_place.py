import os
import socket
from pathlib import Path

import httpx
import pytest

from aerotrack.doctor import place
from aerotrack.storage.directory import DataDirectory

GB = 1_000_000_000


def test_a_directory_that_is_not_there_yet_can_be_made_and_is_not(tmp_path: Path) -> None:
    missing = tmp_path / "a" / "b"
    first, second, third = place.directory(missing, spool_size=0)
    assert str(first) == f"ok    the data directory {missing} is made at the first start"
    assert second.what.startswith("the disk ")
    assert "GB are free" in third.what
    assert list(tmp_path.iterdir()) == []


def test_looking_leaves_nothing_behind(tmp_path: Path) -> None:
    (tmp_path / "kept").write_text("x")
    before = tmp_path.stat().st_mtime_ns
    assert (
        next(place.directory(tmp_path, spool_size=0)).what == f"the data directory {tmp_path} can be written"
    )
    assert [file.name for file in tmp_path.iterdir()] == ["kept"]
    assert tmp_path.stat().st_mtime_ns == before


def test_a_file_in_the_way_is_a_fail(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    (found,) = place.directory(tmp_path / "file" / "data", spool_size=0)
    assert (found.mark, found.remedy) == ("fail", "choose another: --data-dir DIR")


@pytest.mark.parametrize(
    ("error", "remedy"), [(28, "make room: du -xh"), (13, "sudo chown -R"), (30, "sudo chown -R")]
)
def test_a_directory_that_cannot_be_written_is_a_fail(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, error: int, remedy: str
) -> None:
    def refuse(*, dir: Path) -> None:  # noqa: A002  its name
        raise OSError(error, os.strerror(error))

    monkeypatch.setattr("tempfile.TemporaryFile", refuse)
    (found,) = place.directory(tmp_path, spool_size=0)
    assert found.mark == "fail"
    assert found.remedy.startswith(remedy)


def test_a_slow_disk_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(place, "sync_latency", lambda _: 0.21)
    _, slow, _ = place.directory(tmp_path, spool_size=0)
    assert (slow.mark, slow.remedy) == ("warn", "choose a faster disk: --data-dir DIR")
    assert slow.what.startswith("the disk takes 210 ms")


@pytest.mark.parametrize(
    ("free", "mark", "remedy"),
    [
        (3 * GB, "ok", ""),
        (GB, "warn", "make room, or --spool-size 500MB"),
        (GB // 4, "fail", "make room: du -xh {path} | sort -h | tail"),
    ],
)
def test_free_space_is_held_against_the_spool(tmp_path: Path, free: int, mark: str, remedy: str) -> None:
    found = place.space(tmp_path, 2 * GB, free)
    assert (found.mark, found.remedy) == (mark, remedy.format(path=tmp_path))


def test_a_running_aerotrack_is_named_and_is_no_fault(tmp_path: Path) -> None:
    assert place.owner(tmp_path)[0].what == "nobody uses the data directory"
    with DataDirectory.own(tmp_path):
        found, running = place.owner(tmp_path)
    assert found.mark == "ok"
    assert f"is in use by process {os.getpid()} " in found.what
    assert running is not None


def answering(status: int, body: bytes) -> httpx.Response:
    return httpx.Response(status, content=body)


def taken(answer: httpx.Response | Exception, *, host: str = "127.0.0.1") -> tuple[str, str]:
    """What is found of a port that is taken, and the address that was asked."""
    asked = ""

    def ask(url: str) -> httpx.Response:
        nonlocal asked
        asked = url
        if isinstance(answer, Exception):
            raise answer
        return answer

    with socket.create_server(("127.0.0.1", 0)) as other:
        number = other.getsockname()[1]
        found = place.port(host, number, tls=False, ask=ask)
    return str(found).replace(str(number), "PORT"), asked.replace(str(number), "PORT")


def test_a_free_port_is_fine_and_still_free_afterwards() -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken_for_a_moment:
        number = taken_for_a_moment.getsockname()[1]
    for _ in range(2):
        assert place.port("127.0.0.1", number, tls=False).what == f"port {number} of 127.0.0.1 is free"


def test_a_port_that_is_ours_says_how_it_is() -> None:
    ready = answering(200, b'{"status": "ready", "checks": {"database": null}}')
    assert taken(ready)[0] == "ok    port PORT of 127.0.0.1 is AeroTrack's, which is ready"
    unready = answering(503, b'{"status": "not ready", "checks": {"database": "refused", "spool": null}}')
    assert taken(unready)[0] == (
        "fail  port PORT of 127.0.0.1 is AeroTrack's, which is not ready: database: refused - "
        "curl http://127.0.0.1:PORT/readyz"
    )


@pytest.mark.parametrize(
    "answer",
    [
        httpx.ReadTimeout("silent"),
        answering(404, b"<html>"),
        answering(200, b"[]"),
        answering(200, b'{"status": "up"}'),
        answering(200, b'{"status": "ready", "checks": 5}'),
        answering(200, b"\xff"),
    ],
)
def test_a_port_of_another_program_is_a_fail(answer: httpx.Response | Exception) -> None:
    told, asked = taken(answer)
    assert told == (
        "fail  port PORT of 127.0.0.1 is taken by another program - "
        "ss -ltnp 'sport = :PORT' names it; or --port 0"
    )
    assert asked == "http://127.0.0.1:PORT/readyz"


def test_who_listens_everywhere_is_asked_on_this_machine() -> None:
    assert taken(httpx.ReadTimeout("silent"), host="0.0.0.0")[1] == "http://127.0.0.1:PORT/readyz"
    assert place._url("::", 80, tls=True) == "https://[::1]:80/readyz"


def test_a_host_that_is_nowhere_or_elsewhere_is_a_fail() -> None:
    assert place.port("nowhere.invalid", 0, tls=False).remedy == "--host 127.0.0.1"
    assert "cannot be opened" in place.port("192.0.2.1", 0, tls=False).what
