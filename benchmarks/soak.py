"""The claim: half an hour of 200 clients that misbehave leaves memory flat and every picture right.

The real program, PostgreSQL and all, with 23,158 simulated aircraft, and 200 binary clients, each of which
does something every 5 to 20 seconds, drawn at random: pan, watch the world, ask for another precision, filter
or list, stop reading (some for so long that they are cut), be cut off and resume, send garbage of a dozen
kinds, flood. Each keeps a replica from the records it was sent alone, and computes every digest itself.

Asked: the program's resident memory, after the first quarter, does not grow; no chain of ticks has a hole;
all digests are right; and at the end, all 200 are.

    ./aerotrack bench soak        31 minutes;  python benchmarks/soak.py --minutes 1 --clients 30
"""

import argparse
import json
import random
import re
import statistics
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections import Counter
from pathlib import Path
from typing import Any

import numpy as np
import psutil  # type: ignore[import-untyped]
from airshow.crowd import Crowd
from airshow.misbehaviour import Visitor
from airshow.spectator import Spectator

SAMPLE_S, CALM_S = 5.0, 30.0


def soak(url: str, pid: int, clients: int, seconds: float) -> tuple[list[Visitor], list[float]]:
    """Let the visitors do what they do; return them, and the samples of memory in MB."""
    crowd = Crowd(int(re.search(r":(\d+)", url)[1]))  # type: ignore[index]
    visitors = [Visitor(Spectator({}, exact=True), crowd) for _ in range(clients)]
    of = {visitor.spectator: visitor for visitor in visitors}
    crowd.admit(of)
    program = psutil.Process(pid)
    samples: list[float] = []
    end = time.monotonic() + seconds
    while (now := time.monotonic()) < end:
        if now >= end - seconds + len(samples) * SAMPLE_S:
            samples.append(program.memory_info().rss / 1e6)
        crowd.watch(0.05)
        while crowd.lost:
            of[crowd.lost.pop()].was_cut()
        for visitor in visitors:
            visitor.act()
    calm = {visitor: visitor.calm() for visitor in visitors}
    end = time.monotonic() + CALM_S
    while time.monotonic() < end:
        crowd.watch(0.05)
        while crowd.lost:
            of[crowd.lost.pop()].was_cut()
        for visitor in visitors:
            visitor.come_back()
    for visitor in visitors:
        visitor.converged = visitor.spectator.right > calm[visitor]
    crowd.close()
    return visitors, samples


def report(visitors: list[Visitor], samples: list[float]) -> None:
    """Print what became of memory and of the pictures."""
    spectators = [visitor.spectator for visitor in visitors]
    acts: Counter[str] = sum((visitor.acts for visitor in visitors), Counter())
    codes: Counter[int] = sum((spectator.codes for spectator in spectators), Counter())
    errors: Counter[str] = sum((spectator.errors for spectator in spectators), Counter())

    def total(name: str) -> int:
        return sum(getattr(spectator, name) for spectator in spectators)

    quarter = len(samples) // 4
    medians = [statistics.median(samples[quarter * n : quarter * (n + 1)]) for n in range(4)]
    flat = samples[quarter:]
    slope = np.polyfit(np.arange(len(flat)) * SAMPLE_S / 3600.0, flat, 1)[0]
    strays = sum(spectator.replica.strays for spectator in spectators if spectator.replica)
    print(
        f"  did {dict(acts.most_common())}\n"
        f"  were closed with {dict(codes.most_common())}, and told errors {dict(errors.most_common())}\n"
        f"  were sent {total('parts'):,} changes, {total('octets') / 1e9:.2f} GB;"
        f" began anew {total('fresh'):,} times,"
        f" resumed {sum(visitor.resumed for visitor in visitors):,} of"
        f" {sum(visitor.returned for visitor in visitors):,} returns\n"
        f"  holes {total('holes')}, records of nobody {strays},"
        f" digests right {total('right'):,}, wrong {total('wrong')},"
        f" right at the end {sum(visitor.converged for visitor in visitors)} of {len(visitors)}\n"
        f"  memory {samples[0]:.0f} MB at first, by quarters {', '.join(f'{mb:.0f}' for mb in medians)} MB,"
        f" {max(samples):.0f} at most; after the first quarter {slope:+.1f} MB an hour",
        flush=True,
    )


def get(url: str) -> dict[str, Any]:
    with urllib.request.urlopen(url, timeout=10) as answer:
        told: dict[str, Any] = json.load(answer)
    return told


def main() -> None:
    """Run the program, and print the report."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--minutes", type=float, default=30.0)
    parser.add_argument("--flights", type=int, default=23_158)
    parser.add_argument("--clients", type=int, default=200)
    parser.add_argument("--seed", type=int, default=1)
    asked = parser.parse_args()
    random.seed(asked.seed)
    with tempfile.TemporaryDirectory(prefix="aerotrack-bench-") as folder:
        log = Path(folder) / "log"
        feed = f"sim:?flights={asked.flights}&rate=0.7"
        with log.open("w") as said:
            program = subprocess.Popen(
                [
                    sys.executable,
                    "-m",
                    "aerotrack",
                    "serve",
                    feed,
                    "--port",
                    "0",
                    "--data-dir",
                    folder + "/data",
                ],
                stdout=subprocess.PIPE,
                stderr=said,
                text=True,
            )
        try:
            assert program.stdout is not None
            url = program.stdout.readline().split()[-1]
            print(f"{asked.flights} flights, {asked.clients} clients, {asked.minutes:g} minutes", flush=True)
            report(*soak(url, program.pid, asked.clients, 60.0 * asked.minutes))
            stats = get(url + "api/v1/stats")
            print(
                f"  the program: {stats['flights']} flights, {stats['clients']} clients, {stats['database']}"
            )
        finally:
            program.terminate()
            code = program.wait(30)
        lines = log.read_text().splitlines()
        print(f"  it ended with {code}, and logged {len(lines)} lines; the last:", *lines[-5:], sep="\n    ")


if __name__ == "__main__":
    main()
