"""Claim: the simulator makes the whole world, 16,200 reports a second, in less than a tenth of one core.

The control is the least that making such a batch can cost: copying the same rows out of ready columns.

    python benchmarks/simulator.py
"""

import time
import tracemalloc
from itertools import pairwise

import numpy as np

from aerotrack.core.observations import Observations
from aerotrack.sources.simulator import Simulation, Transponders

FLIGHTS, RATE, SECONDS, STEP_S = 23_158, 0.7, 10, 0.1
BEGIN = 1_795_348_800.0


def batches(transponders: Transponders) -> list[tuple[int, int]]:
    """Return the first and last numbers of the reports of each step."""
    due = [transponders.due(BEGIN + STEP_S * k) for k in range(round(SECONDS / STEP_S) + 1)]
    return list(pairwise(due))


def control(sky: Observations, sizes: list[int]) -> None:
    """Copy rows into batches of the given sizes."""
    rows = np.random.default_rng(1).permutation(len(sky))
    for size in sizes:
        sky.take(rows[:size])


def main() -> None:
    """Print build time and memory, and the cost per row beside its control."""
    for flights in (2_000, FLIGHTS):
        began = time.process_time()
        Simulation(flights=flights, seed=1)
        print(f"build {flights:6} flights: {time.process_time() - began:.2f} s")
    tracemalloc.start()
    simulation = Simulation(flights=FLIGHTS, seed=1)
    kept, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    print(f"memory {FLIGHTS} flights: {kept / 1e6:.1f} MB kept, {peak / 1e6:.1f} MB at most")

    transponders = Transponders(simulation, rate=RATE)
    began = time.process_time()
    sky = transponders.latest(BEGIN)
    print(f"first picture, {len(sky)} rows: {1e3 * (time.process_time() - began):.0f} ms")
    began = time.process_time()
    sizes = [len(transponders.reports(first, last)) for first, last in batches(transponders)]
    spent = time.process_time() - began
    began = time.process_time()
    control(sky, sizes)
    least = time.process_time() - began
    rows = sum(sizes)
    print(f"{rows / SECONDS:,.0f} rows/s")
    for what, cpu in (("made", spent), ("control, copied", least)):
        print(f"{what}: {1e6 * cpu / rows:.2f} us a row, {100 * cpu / SECONDS:.1f} % of a core")


if __name__ == "__main__":
    main()
