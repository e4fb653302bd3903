"""The claim: PostgreSQL hangs for a minute and dies for a minute, and the live stream does not notice.

The real program takes in 23,158 simulated aircraft at 0.7 positions a second, and 20 binary clients watch a
country each, timed from the time of a tick to the arrival of its last byte. A minute like any other is the
control. Then the embedded PostgreSQL is stopped (SIGSTOP, with all its processes), and later killed (SIGKILL)
as often as the program has started it again. Printed: p50 and p99 of the delay before, during and after each
outage; the backlog as it grows; how long it takes to drain.

Every file of the spool is kept by a hard link. So at the end all that was ever accepted, which is written to
the spool, can be held against the database, flight by flight: how many positions, and the sum of their times.

    ./aerotrack bench outage        6 minutes;  python benchmarks/outage.py --outage 5 --flights 1000
"""

import argparse
import asyncio
import contextlib
import json
import multiprocessing
import re
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Callable, Iterator
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any

import asyncpg
import numpy as np
import psutil  # type: ignore[import-untyped]
from airshow.crowd import Crowd
from airshow.spectator import Spectator

from aerotrack.core.identity import flight_ids
from aerotrack.storage.embedded import EmbeddedPostgres
from aerotrack.storage.postmaster import read_postmaster, serves
from aerotrack.storage.spool_records import Record, found, from_bytes

RATE = 0.7
SETTLE_S, POLL_S = 8.0, 0.2
PATIENCE_S = 600.0  # for the backlog to drain
STEPS = 50  # of a stored time, in a second
COUNTRIES = (
    (5, 47, 16, 55), (-5, 42, 8, 51), (-10, 36, 4, 44), (-8, 50, 2, 59), (6, 36, 19, 47),
    (129, 30, 146, 46), (-107, 25, -93, 37), (-125, 32, -114, 42), (-88, 24, -79, 31), (68, 8, 90, 32),
)  # fmt: skip
BY_FLIGHT = """
    select flight_id, count(*), count(distinct time), sum(round(extract(epoch from time) * 50))::bigint
    from aerotrack.position group by flight_id
"""


class Program:
    """The program under load, its PostgreSQL, and those who watch."""

    def __init__(self, process: subprocess.Popen[str], url: str, data: Path, clients: int) -> None:
        self.data = data
        self._url = url
        self._process = psutil.Process(process.pid)
        self._kept = data.parent / "kept"
        self._kept.mkdir()
        self.memory = 0.0
        self._ours, theirs = multiprocessing.Pipe()
        port = int(re.search(r":(\d+)", url)[1])  # type: ignore[index]
        self._crowd = multiprocessing.Process(target=crowd, args=(port, clients, theirs), daemon=True)
        self._crowd.start()
        self._ours.recv()

    def keep(self) -> None:
        """Keep the files of the spool, which removes those that are stored."""
        for path in (self.data / "spool").glob("*.spool"):
            with contextlib.suppress(FileExistsError, FileNotFoundError):
                (self._kept / path.name).hardlink_to(path)

    def look(self) -> dict[str, Any]:
        """Keep what the spool has, and return what the program says of its database."""
        self.keep()
        self.memory = max(self.memory, self._process.memory_info().rss / 1e6)
        with urllib.request.urlopen(self._url + "api/v1/stats", timeout=10) as answer:
            database: dict[str, Any] = json.load(answer)["database"]
        return database

    def watch(self, seconds: float, act: Callable[[], None] = lambda: None) -> Iterator[dict[str, Any]]:
        """Look again and again for some time, and act as often."""
        end = time.monotonic() + seconds
        while time.monotonic() < end:
            act()
            yield self.look()
            time.sleep(POLL_S)

    def delays(self, when: str) -> None:
        """Print how late ticks came since this was asked last."""
        self._ours.send(None)
        late, lost = self._ours.recv()
        if len(late):
            p50, p99, worst = np.percentile(late, [50, 99, 100])
            print(f"  {when:<24} p50 {p50:.1f} ms, p99 {p99:.1f} ms, worst {worst:.1f} ms", flush=True)
        assert not lost, f"{lost} clients were cut"

    def postmaster(self) -> psutil.Process | None:
        """Return PostgreSQL's first process, None while there is none."""
        cluster = (self.data / "postgres" / "data").resolve()
        there = read_postmaster(cluster)
        if there is None or not serves(there.pid, cluster):
            return None
        with contextlib.suppress(psutil.NoSuchProcess):
            return psutil.Process(there.pid)
        return None

    def accepted(self) -> dict[int, tuple[int, int]]:
        """Return of each flight how many positions were ever in the spool, and the sum of their times."""
        flights, times, numbers = [], [], set()
        for path in sorted(self._kept.iterdir()):
            data = path.read_bytes()
            for met in found(data):
                assert isinstance(met, Record), f"{path.name} is damaged"
                if met.positions and met.number not in numbers:
                    positions = from_bytes(data[met.begin : met.end]).positions
                    flights.append(flight_ids(positions["address"], positions["start"]))
                    times.append(np.rint(positions["time"] * STEPS).astype(np.int64))
                numbers.add(met.number)
        ids, of = np.unique(np.concatenate(flights), return_inverse=True)
        sums = np.zeros(len(ids), np.int64)
        np.add.at(sums, of, np.concatenate(times))
        counts = np.bincount(of).tolist()
        return dict(zip(ids.tolist(), zip(counts, sums.tolist(), strict=True), strict=True))


def crowd(port: int, clients: int, asked: Connection) -> None:
    """Watch, and tell the delays of the ticks, in ms, whenever asked."""
    watchers = Crowd(port)
    boxes = [COUNTRIES[number % len(COUNTRIES)] for number in range(clients)]
    watchers.admit(Spectator({"bbox": box}) for box in boxes)
    asked.send(None)
    with contextlib.suppress(EOFError):
        while True:
            watchers.watch(0.1)
            while asked.poll():
                asked.recv()
                asked.send((watchers.delays(), len(watchers.lost)))


@contextlib.contextmanager
def stopped(program: Program) -> Iterator[Callable[[], None]]:
    """Have PostgreSQL hang: every process of it is there, and says nothing."""
    server = program.postmaster()
    assert server is not None, "PostgreSQL does not run"
    server.suspend()  # first, so that it makes no more
    hung = [server, *server.children(recursive=True)]
    try:
        for process in hung:
            with contextlib.suppress(psutil.NoSuchProcess):
                process.suspend()
        yield lambda: None
    finally:
        for process in hung:
            with contextlib.suppress(psutil.NoSuchProcess):
                process.resume()


@contextlib.contextmanager
def killed(program: Program) -> Iterator[Callable[[], None]]:
    """Have PostgreSQL killed as often as it is started."""
    kills = 0

    def kill() -> None:
        nonlocal kills
        if (server := program.postmaster()) is not None:
            with contextlib.suppress(psutil.NoSuchProcess):
                server.kill()
            kills += 1

    yield kill
    print(f"  killed {kills} times: the program starts it again, after pauses that grow to 30 s")


def suffer(program: Program, outage: Callable[..., Any], seconds: float, positions_s: float) -> None:
    """Go through an outage, and print how the stream and the backlog did."""
    print(f"PostgreSQL {outage.__name__} for {seconds:g} s", flush=True)
    began, told = time.monotonic(), 0
    with outage(program) as act:
        for status in program.watch(seconds, act):
            if time.monotonic() - began >= seconds * (told + 1) / 4:
                told += 1
                print_backlog(f"after {time.monotonic() - began:.0f} s", status)
        print_backlog(f"after {time.monotonic() - began:.0f} s", status)
        before = status["stored"]
        program.delays("during the outage")
    began, back, peak = time.monotonic(), None, status
    for status in program.watch(PATIENCE_S):
        peak = max(peak, status, key=lambda status: status["queued"])
        if back is None and status["stored"] > before:
            back = time.monotonic() - began
        if back is not None and status["lag_seconds"] < 2 and status["queued"] <= 2 * positions_s:
            break
    took = time.monotonic() - began
    assert back is not None, "nothing is stored any more"
    print_backlog("at its most", peak)
    speed = (status["stored"] - before) / max(took - back, POLL_S)
    print(
        f"  stored again after       {back:.1f} s; drained {took - back:.1f} s later,"
        f" at {speed:,.0f} positions/s"
    )
    program.delays("until it was drained")
    for _ in program.watch(seconds):
        pass
    program.delays("the minute after" if seconds == 60 else f"the {seconds:g} s after")


def print_backlog(when: str, status: dict[str, Any]) -> None:
    print(
        f"  {when:<24} {status['queued']:,} queued, {status['spooled']:,} of them in the spool,"
        f" {status['spool_bytes'] / 1e6:.0f} MB; lag {status['lag_seconds']:.1f} s; {status['error']}",
        flush=True,
    )


async def hold_against_the_database(program: Program) -> None:
    """Print what was accepted beside what is stored."""
    server = EmbeddedPostgres(program.data)
    try:
        connection = await asyncpg.connect(await server.start())
        rows = await connection.fetch(BY_FLIGHT)
        await connection.close()
    finally:
        await server.stop()
    accepted = program.accepted()
    stored = {flight: (count, times) for flight, count, _, times in rows}
    different = sum(accepted.get(flight) != stored.get(flight) for flight in accepted.keys() | stored.keys())
    print(
        f"accepted {sum(count for count, _ in accepted.values()):,},"
        f" stored {sum(count for count, _ in stored.values()):,},"
        f" distinct {sum(row[2] for row in rows):,}; of {len(accepted):,} flights {different} differ"
    )
    assert not different, "something is lost, or stored twice"
    assert all(row[1] == row[2] for row in rows), "something is stored twice"


def measure(program: Program, flights: int, seconds: float) -> None:
    """Go through both outages."""
    for _ in program.watch(SETTLE_S):
        pass
    program.delays("while they come in")
    memory = program.memory
    print("before")
    for _ in program.watch(seconds):
        pass
    program.delays("the minute before" if seconds == 60 else f"the {seconds:g} s before")
    for outage in (stopped, killed):
        suffer(program, outage, seconds, RATE * flights)
    status = program.look()
    print(
        f"the program: {memory:.0f} MB at first, {program.memory:.0f} MB at most;"
        f" stored {status['stored']:,}, dropped {status['dropped']}, failed {status['failed']},"
        f" already stored {status['already_stored']}, damaged {status['spool_damaged']}"
    )


def main() -> None:
    """Run the program, and print what became of it."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--outage", type=float, default=60.0, help="seconds")
    parser.add_argument("--flights", type=int, default=23_158)
    parser.add_argument("--clients", type=int, default=20)
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="aerotrack-bench-") as folder:
        data, log = Path(folder) / "data", Path(folder) / "log"
        source = f"sim:?flights={asked.flights}&rate={RATE}"
        with log.open("w") as said:
            process = subprocess.Popen(
                [sys.executable, "-m", "aerotrack", "serve", source, "--port", "0", "--data-dir", str(data)],
                stdout=subprocess.PIPE,
                stderr=said,
                text=True,
            )
        try:
            assert process.stdout is not None
            url = process.stdout.readline().split()[-1]
            print(f"{asked.flights:,} flights at {RATE}/s, {asked.clients} clients", flush=True)
            program = Program(process, url, data, asked.clients)
            measure(program, asked.flights, asked.outage)
            process.terminate()
            while process.poll() is None:
                program.keep()
                time.sleep(POLL_S / 10)
        finally:
            process.terminate()
            code = process.wait(60)
        assert code == 0, f"the program ended with {code}:\n{log.read_text()[-2000:]}"
        asyncio.run(hold_against_the_database(program))


if __name__ == "__main__":
    main()
