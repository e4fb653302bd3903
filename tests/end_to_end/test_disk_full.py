"""The disk is full: that is said, the sky goes on, and when there is room all is stored, and stored once."""

import contextlib
import json
import subprocess
import time
import urllib.error
import urllib.request
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray
from websockets.sync.client import ClientConnection, connect

from end_to_end.program import Program
from end_to_end.test_crashes import SILENCE, Positions, accepted, stored

SKY = "sim:?flights=1500&seed=3"
A_SECOND = 50  # in steps of 20 ms; how often a simulated flight is heard
PATIENCE_S = 40.0  # after an error the database is tried again at least every 10 s


class SmallDisk:
    """A tmpfs at `place`."""

    def __init__(self, place: Path) -> None:
        self._place = place
        self._filler = place / "filler"

    def fill(self) -> None:
        """Leave no room, whatever has become free since the last time."""
        with self._filler.open("ab", buffering=0) as filler, contextlib.suppress(OSError):
            while filler.write(bytes(1 << 20)):
                pass

    def clear(self) -> None:
        """Make room."""
        self._filler.unlink()


@pytest.fixture
def disk(tmp_path: Path, what: str, size: str) -> Iterator[SmallDisk]:
    """Put the data directory, or PostgreSQL in it, on a small disk, which only root may make."""
    place = tmp_path / "data" / what
    place.mkdir(parents=True)
    options = f"size={size},mode=0700"
    made = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", options, "tmpfs", place], check=False, capture_output=True
    )
    if made.returncode:
        pytest.skip("a small disk can be made by root only")
    yield SmallDisk(place)
    subprocess.run(["umount", place], check=True)


def get(program: Program, path: str) -> tuple[int, Any]:
    try:
        with urllib.request.urlopen(program.url + path, timeout=10) as answer:
            return answer.status, json.load(answer)
    except urllib.error.HTTPError as error:
        return error.code, json.load(error)


def amiss(program: Program) -> dict[str, str]:
    """Return what /readyz names, which is 503 just when it names something."""
    status, told = get(program, "/readyz")
    named = {name: why for name, why in told["checks"].items() if why}
    assert status == (503 if named else 200)
    return named


class Watch:
    """What was ever seen in the spool, and the stream, while the test waits for something."""

    def __init__(self, program: Program, data_dir: Path, stream: ClientConnection | None = None) -> None:
        self._program, self._data_dir, self._stream = program, data_dir, stream
        self._records: dict[int, Positions] = {}

    def until(self, condition: Callable[[], Any]) -> None:
        deadline = time.monotonic() + PATIENCE_S
        while not condition():
            self._records |= accepted(self._data_dir)
            left = time.monotonic() < deadline
            assert left, f"{get(self._program, '/api/v1/stats')}, {self._program.errors()}"
            time.sleep(0.02)

    def ticks(self, count: int) -> None:
        """Wait until the stream has told so many ticks from now on, in which flights have moved."""
        assert self._stream is not None
        now = time.time()
        while count:
            told = json.loads(self._stream.recv(timeout=PATIENCE_S))
            moved = told["type"] == "changes" and told["updated"]
            count -= bool(moved) and told["time"] > time.strftime("%FT%T", time.gmtime(now))

    @property
    def accepted(self) -> Positions:
        return sum(self._records.values(), Counter())


def figures(program: Program) -> dict[str, Any]:
    """Return what it says of its database."""
    database: dict[str, Any] = get(program, "/api/v1/stats")[1]["database"]
    return database


def gaps(positions: Positions) -> NDArray[np.int64]:
    """Return how long each flight was not heard between any two of its positions, in steps of 20 ms."""
    flights, times = np.array(sorted(positions)).T
    gaps: NDArray[np.int64] = np.diff(times)[np.diff(flights) == 0]
    return gaps


@pytest.mark.parametrize(
    ("what", "size", "named"),
    [(".", "160m", "spool"), ("postgres", "160m", "database")],
)
async def test_a_full_disk_is_named_and_once_there_is_room_everything_is_stored_once(
    tmp_path: Path, disk: SmallDisk, named: str
) -> None:
    data_dir = tmp_path / "data"
    with Program.serving(SKY, data_dir=data_dir, options=["--tick", "0.1"]) as program:
        address = program.url.replace("http", "ws", 1) + "/api/v1/stream?bbox=-180,-90,180,90"
        with connect(address, compression=None, max_size=None) as stream:
            watch = Watch(program, data_dir, stream)
            watch.until(lambda: figures(program)["stored"] > 1000)
            assert amiss(program) == {}

            def full() -> bool:
                disk.fill()
                return "No space left on device" in amiss(program).get(named, "")

            watch.until(full)
            watch.ticks(20)
            assert get(program, "/api/v1/flights?limit=1")[0] == 200
            watch.until(full)
            disk.clear()
            watch.until(lambda: not amiss(program) and figures(program)["queued"] < 3000)
        in_spool, said = watch.accepted, figures(program)
        in_database = await stored(program)
        deadline = time.monotonic() + PATIENCE_S
        while not in_spool <= in_database and time.monotonic() < deadline:
            in_database = await stored(program)
        assert program.stop(within=30) == 0, program.errors()
    assert in_spool <= in_database
    assert {*in_database.values()} == {1}
    assert said["stored"] <= in_database.total()
    assert (said["dropped"], said["failed"], said["spool_lost"]) == (0, 0, 0)
    assert (gaps(in_database) > 1.5 * A_SECOND).mean() < 0.02  # few flights leave what receivers reach


@pytest.mark.parametrize(("what", "size"), [(".", "160m")])
async def test_a_kill_while_the_disk_is_full_takes_nothing_that_was_accepted_or_said_to_be_stored(
    tmp_path: Path, disk: SmallDisk
) -> None:
    data_dir = tmp_path / "data"
    with Program.serving(SKY, data_dir=data_dir, options=["--tick", "0.1"]) as program:
        watch = Watch(program, data_dir)
        watch.until(lambda: figures(program)["stored"] > 1000)

        def full() -> bool:
            disk.fill()
            return "spool" in amiss(program)

        watch.until(full)
        said = figures(program)["stored"]
        program.process.kill()
        program.wait()
    in_spool = accepted(data_dir)
    disk.clear()
    with Program.serving(SILENCE, data_dir=data_dir) as program:
        in_database = await stored(program)
        assert program.stop() == 0, program.errors()
    assert watch.accepted | sum(in_spool.values(), Counter()) <= in_database
    assert {*in_database.values()} == {1}
    assert said <= in_database.total()
