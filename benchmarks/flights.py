"""The claim: one core takes in 2 million updates a second at 20,000 flights, in batches of 1,000.

An update is a row of eleven columns (the place, five numbers, on the ground, squawk, emergency, callsign,
source), and the time includes closing a tick after every 20 batches. Measured with its controls, in turns, in
CPU time:

- `objects`: a dict of slotted objects that does the same updates and positions, row by row, and knows copies
  and what is out of order: what one writes first. It believes every place, and every source alike;
- `assignment`: nothing but one fancy assignment of each column and of the time it was heard: the limit of
  NumPy.

Three ways in which aircraft are drawn: `in turn`, as feeds deliver (each aircraft about once a second); `at
random`, where some come twice in a batch; and `three feeds`, which tell of the same aircraft one after the
other: one by ADS-B, one by MLAT, which is refused, one by both and Mode S, so that every value is arbitrated.
Last, the memory of a process that holds 23,158 flights.
"""

import gc
import math
import statistics
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from aerotrack.core.belief import believe
from aerotrack.core.columns import POSITION_SOURCES
from aerotrack.core.flights import FlightTable
from aerotrack.core.observations import Observations

FLIGHTS, BATCH, TICK, RUNS = 20_000, 1_000, 20, 7
WORLD = 23_158
NUMBERS = ("track_deg", "vertical_rate_fpm", "geo_altitude_ft")
ADSB, MLAT, MODE_S = (POSITION_SOURCES.index(source) for source in ("adsb", "mlat", "mode_s"))
random = np.random.default_rng(1)


@dataclass(frozen=True, slots=True)
class Draw:
    """Which aircraft are in a batch, who tells of them, and how each of their rows is known."""

    aircraft: np.ndarray
    feed: str = "roof"
    sources: np.ndarray | int = ADSB


def heard(draw: Draw, address: np.ndarray, now: float) -> Observations:
    """Make a batch of rows, made within 50 ms before `now`."""
    aircraft = draw.aircraft
    count = len(aircraft)
    seen = Observations.of(
        address[aircraft],
        now - np.sort(random.random(count))[::-1] * 0.05,
        feed=draw.feed,
        lat=aircraft % 140 - 70.0 + now % 10_000 / 1000,  # 220 kt to the north
        lon=aircraft % 359 - 179.0,
        **{name: random.uniform(0, 360, count) for name in NUMBERS},
        altitude_ft=10_000 + 100 * (aircraft % 250) + random.uniform(-50, 50, count),
        ground_speed_kt=np.full(count, 220),
        on_ground=np.zeros(count),
        squawk=np.full(count, 1200),
        callsign=np.char.add("DLH", (aircraft % 10_000).astype(str)),
        position_source=np.broadcast_to(draw.sources, count),
    )
    return believe(seen, now)


def in_turn(count: int) -> Iterator[Draw]:
    """Draw every aircraft once before any comes again, in an order that is the same each time."""
    order = random.permutation(FLIGHTS)
    for i in range(count):
        yield Draw(order[np.arange(i * BATCH, (i + 1) * BATCH) % FLIGHTS])


def at_random(count: int) -> Iterator[Draw]:
    """Draw aircraft whichever way."""
    for _ in range(count):
        yield Draw(random.integers(0, FLIGHTS, BATCH))


def three_feeds(count: int) -> Iterator[Draw]:
    """Draw the same aircraft for one feed after the other, the best of which tells first."""
    for draw in in_turn(count // 3):
        yield draw
        yield Draw(draw.aircraft, "network", MLAT)
        yield Draw(draw.aircraft, "friend", random.choice((ADSB, MLAT, MODE_S), BATCH))


@dataclass(slots=True)
class Flight:
    """What the control holds."""

    lat: float = math.nan
    lon: float = math.nan
    time: float = math.nan
    last_heard: float = -math.inf
    values: tuple[object, ...] = ()
    stamp: int = 0


def table() -> Callable[[Observations], None]:
    """Build the real thing."""
    flights, batches = FlightTable(capacity=32_768), iter(range(1, 1 << 62))

    def take_in(seen: Observations) -> None:
        flights.apply(seen)
        if next(batches) % TICK == 0:
            flights.take(seen.last_heard[0])

    return take_in


def objects() -> Callable[[Observations], None]:
    """Build the control of objects: same columns, same checks of a position."""
    flights: dict[int, Flight] = {}
    positions: list[tuple[object, ...]] = []
    batches = iter(range(1, 1 << 62))

    def take_in(seen: Observations) -> None:
        number = next(batches)
        c = dict(seen.columns)
        lat, lon = c.pop("lat").tolist(), c.pop("lon").tolist()
        others = zip(*(values.tolist() for values in c.values()), strict=True)
        rows = zip(seen.address.tolist(), seen.last_heard.tolist(), lat, lon, others, strict=True)
        for address, at, y, x, values in rows:
            flight = flights.get(address)
            if flight is None:
                flight = flights[address] = Flight()
            if at < flight.time or (at - flight.time <= 2.0 and (y, x) == (flight.lat, flight.lon)):
                continue
            flight.lat, flight.lon, flight.time, flight.stamp = y, x, at, number
            flight.values = tuple(
                old if new in (-1, b"") or new != new else new  # noqa: PLR0124  NaN is not itself
                for old, new in zip(flight.values or values, values, strict=True)
            )
            flight.last_heard = max(flight.last_heard, at)
            positions.append((address, at, y, x, *flight.values))
        if number % TICK == 0:
            positions.clear()

    return take_in


def assignment() -> Callable[[Observations], None]:
    """Build the limit: each column and its time assigned, unasked."""
    index, columns, times = np.zeros(1 << 25, np.int32), {}, {}
    known = 0

    def take_in(seen: Observations) -> None:
        nonlocal known
        rows = index[seen.address].astype(np.intp)
        if not rows.all():
            new = np.unique(seen.address[rows == 0])
            index[new] = np.arange(known + 1, known + 1 + len(new))
            known += len(new)
            rows = index[seen.address].astype(np.intp)
        for name, values in seen.columns.items():
            if name not in columns:
                columns[name], times[name] = np.zeros(32_768, values.dtype), np.zeros(32_768)
            columns[name][rows] = values
            times[name][rows] = seen.last_heard

    return take_in


def measure() -> None:
    """Print updates a second and ratios, medians of runs in turns."""
    address = random.choice(1 << 24, FLIGHTS, replace=False).astype(np.uint32)
    whole = heard(Draw(np.arange(FLIGHTS)), address, 0.0)
    contenders = {build.__name__: build() for build in (table, objects, assignment)}
    for take_in in contenders.values():
        take_in(whole)
    now = 1.0
    for draw in (in_turn, at_random, three_feeds):
        rates: dict[str, list[float]] = {name: [] for name in contenders}
        for _ in range(RUNS):
            batches = []
            for drawn in draw(3 * TICK):
                now += 0.05
                batches.append(heard(drawn, address, now))
            gc.collect()
            gc.disable()
            for name, take_in in contenders.items():
                start = time.process_time()
                for seen in batches:
                    take_in(seen)
                rates[name].append(len(batches) * BATCH / (time.process_time() - start))
            gc.enable()
        rate = {name: statistics.median(values) for name, values in rates.items()}
        spread = f"{min(rates['table']) / 1e6:.2f} to {max(rates['table']) / 1e6:.2f}"
        print(
            f"{draw.__name__.replace('_', ' '):<11} table {rate['table'] / 1e6:.2f} M updates/s ({spread}),"
            f" {rate['table'] / rate['objects']:.1f}x objects ({rate['objects'] / 1e6:.2f} M),"
            f" {rate['table'] / rate['assignment']:.0%} of bare assignment ({rate['assignment'] / 1e6:.2f} M)"
        )


def peak_mb() -> float:
    status = Path("/proc/self/status").read_text().splitlines()
    (line,) = (line for line in status if line.startswith("VmHWM"))
    (line,) = (
        line for line in Path("/proc/self/status").read_text().splitlines() if line.startswith("VmHWM")
    )
    return int(line.split()[1]) / 1024


def hold_the_world() -> None:
    """Print the peak memory of this process, once it holds the whole world's flights and has told of them."""
    before = peak_mb()
    address = random.choice(1 << 24, WORLD, replace=False).astype(np.uint32)
    flights = FlightTable()
    for second in range(3):
        for aircraft in np.array_split(np.arange(WORLD), WORLD // BATCH):
            flights.apply(heard(Draw(aircraft), address, 10.0 + second))
        flights.expire(10.0 + second)
        flights.take(10.0 + second)
    print(
        f"{len(flights.live)} flights: {peak_mb():.0f} MB at most, {before:.0f} MB before the first of them"
    )


if __name__ == "__main__":
    if "--world" in sys.argv:
        hold_the_world()
    else:
        measure()
        subprocess.run([sys.executable, __file__, "--world"], check=True)
