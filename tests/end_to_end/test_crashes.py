"""The crash drill: kill -9 of the program and of PostgreSQL at any moment; accepted = stored = distinct."""

import contextlib
import os
import random
import signal
import time
from collections import Counter
from collections.abc import Callable
from pathlib import Path

import asyncpg
import numpy as np
import psutil
import pytest

from aerotrack.core.identity import flight_ids
from aerotrack.storage.spool_records import Record, found, from_bytes
from end_to_end.program import Program

SKY = "sim:?flights=1500&seed=3"
SILENCE = "listen+sbs://:0"

Positions = Counter[tuple[int, int]]  # flight and time in steps of 20 ms


def accepted(data_dir: Path) -> dict[int, Positions]:
    """Read the positions of each whole record in the spool, by its number."""
    records: dict[int, Positions] = {}
    for path in (data_dir / "spool").glob("*.spool"):
        data = path.read_bytes()
        for met in found(data):
            if isinstance(met, Record) and met.positions:
                positions = from_bytes(data[met.begin : met.end]).positions
                flights = flight_ids(positions["address"], positions["start"])
                times = np.rint(positions["time"] * 50).astype(np.int64)
                records[met.number] = Counter(zip(flights.tolist(), times.tolist(), strict=True))
    return records


def postmaster(data_dir: Path) -> int:
    """The process id of PostgreSQL, 0 while it does not run."""
    for file in data_dir.rglob("postmaster.pid"):
        return int(file.read_text().split()[0])
    return 0


def kill_postgresql(data_dir: Path) -> None:
    if pid := postmaster(data_dir):
        with contextlib.suppress(ProcessLookupError):
            os.kill(pid, signal.SIGKILL)


def each(processes: list[psutil.Process], do: Callable[[psutil.Process], None]) -> None:
    for process in processes:
        with contextlib.suppress(psutil.NoSuchProcess):
            do(process)


async def stored(program: Program) -> Positions:
    connection = await asyncpg.connect(program.database_url())
    rows = await connection.fetch(
        "select flight_id, round(extract(epoch from time) * 50)::bigint from aerotrack.position"
    )
    await connection.close()
    return Counter(tuple(row) for row in rows)


async def test_a_stop_while_postgresql_hangs_leaves_everything_safe_for_the_next_start(
    tmp_path: Path,
) -> None:
    with Program.serving(SKY, data_dir=tmp_path, options=["--tick", "0.1"]) as program:
        server = psutil.Process(postmaster(tmp_path))
        hung = [server, *server.children(recursive=True)]
        each(hung, psutil.Process.suspend)
        deadline = time.monotonic() + 30
        while sum(accepted(tmp_path).values(), Positions()).total() < 3000:
            assert time.monotonic() < deadline
        assert program.stop(within=60) == 0, program.errors()
        assert "safe in the spool" in program.errors()
    each(hung, psutil.Process.resume)
    psutil.wait_procs(hung, timeout=30)
    in_spool = sum(accepted(tmp_path).values(), Positions())
    with Program.serving(SILENCE, data_dir=tmp_path) as program:
        assert await stored(program) == in_spool
        assert program.stop() == 0


@pytest.fixture
def times(*, long: bool) -> int:
    return 20 if long else 3


def drill(data_dir: Path, times: int) -> Positions:
    """Kill at random moments, the program last, and return what the spool had accepted in all."""
    seed = random.randrange(1 << 32)
    print(f"seed {seed}")
    chance = random.Random(seed)
    kills = chance.sample(["program", "postgresql"], counts=[times - 1, times], k=2 * times - 1)
    kills.append("program")
    records: dict[int, Positions] = {}
    while kills:
        with Program.serving(SKY, data_dir=data_dir, options=["--tick", "0.1"]) as program:
            while program.process.poll() is None:
                time.sleep(chance.uniform(0.05, 1.5))  # any moment
                if kills.pop(0) == "program":
                    program.process.kill()
                    program.wait()
                else:
                    kill_postgresql(data_dir)
        records |= accepted(data_dir)
    return sum(records.values(), Positions())


async def test_what_was_accepted_is_stored_once_however_often_the_power_goes(
    tmp_path: Path, times: int
) -> None:
    in_spool = drill(tmp_path, times)
    with Program.serving(SILENCE, data_dir=tmp_path) as program:
        in_database = await stored(program)
        assert program.stop() == 0
    assert in_database == in_spool
    assert in_database.total() > 1000 * times
    assert accepted(tmp_path) == {}
