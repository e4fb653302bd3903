"""The one oracle of every fault: what was told against what is stored, against what each client holds.

I1  what was accepted is in PostgreSQL, exactly once, and nothing else is     `Ledger`
I2  no client goes back in time, or misses a tick                             `Watcher`, with every message
I3  soon after the fault every replica is right, and like its twins           `unconverged`
I4  memory, file descriptors and threads stay within bounds                   `Sampler`
I5  who is not hit is told as soon as before                                  `Sampler`
"""

import asyncio
import os
import time
from collections import deque
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import NamedTuple

import asyncpg
import numpy as np

from chaos.sky import FIRST, SLOTS_PER_S, STEPS, Feed, Ints
from chaos.watcher import Watcher

SAMPLE_S = 0.2
DECODED_S = 0.5  # from a feed's telling to a tick that has it, at most
_STEPS_PER_SLOT = STEPS // SLOTS_PER_S
_BITS = 24
_LATE_S = 60.0  # how late a feed may tell its slots
_DEGREE = 1e-5
_STORED = """
    select array_agg(flight_id >> 32), array_agg(round(extract(epoch from time) * 50)::bigint),
           array_agg(lat), array_agg(lon)
    from aerotrack.position_steps where time > to_timestamp($1) and time <= to_timestamp($2)
      and bucket > to_timestamp($1 - 600) and bucket <= to_timestamp($2)
"""


class Ledger:
    """I1: what was told against what is stored, both ways, a stretch of time after the other."""

    def __init__(self, feed: Feed) -> None:
        self._feed, self._sky = feed, feed.sky
        self._upto = int(time.time() * SLOTS_PER_S)
        self._forgivable: list[tuple[float, float]] = []
        self._accepted: Ints = np.zeros(0, np.int64)
        self._withdrawn: Ints = np.zeros(0, np.int64)
        self.checked = 0  # positions
        self.lost = 0  # of those that were told but may be lost

    def forgive(self, begin: float, end: float) -> None:
        """Allow that what was told in this time is lost: nobody had accepted it."""
        self._forgivable.append((begin, end))

    def withdraw(self, positions: Iterable[tuple[int, int]]) -> None:
        """Demand these no longer: the disk has lost them."""
        self._withdrawn = np.union1d(self._withdrawn, self._named(positions))

    def accept(self, positions: Iterable[tuple[int, int]]) -> None:
        """Demand these, (flight id, step): they were on disk when the program was killed."""
        self._accepted = np.union1d(self._accepted, self._named(positions))

    async def settle(self, database: str, upto: float, within: float) -> list[str]:
        """Check all that was told up to a time; wait so long for what is missing. Return what is wrong."""
        deadline = time.monotonic() + within
        last = min(int(upto * SLOTS_PER_S), self._feed.slot)  # which may be late itself
        slots = [slot for slot in self._feed.told if self._upto < slot <= last]
        told = np.concatenate([np.zeros(0, np.int64), *map(self._told, slots)])
        must = told[~np.isin(told >> _BITS, self._forgiven())]
        steps = self._accepted >> _BITS  # a spool also holds what was stored and checked before
        due = self._accepted[(steps > self._upto * _STEPS_PER_SLOT) & (steps <= last * _STEPS_PER_SLOT)]
        self._accepted = self._accepted[steps > last * _STEPS_PER_SLOT]
        must = np.setdiff1d(np.union1d(must, due), self._withdrawn)
        while True:
            try:
                stored, lat, lon = await self._stored(database, self._upto / SLOTS_PER_S, last / SLOTS_PER_S)
                missing = np.setdiff1d(must, stored)
                if not len(missing):
                    break
                why = f"{len(missing)} accepted positions are missing, of {_where(missing)}"
            except (OSError, asyncpg.PostgresError, asyncpg.InterfaceError, TimeoutError) as error:
                why = f"the database does not answer: {error!r}"
            if time.monotonic() > deadline:
                self._upto = last  # it is said once
                return [f"I1: after {within:.0f} s {why}"]
            await asyncio.sleep(SAMPLE_S)
        wrong = self._unlike_told(told, stored, lat, lon)
        self.checked += len(stored)
        self.lost += len(np.setdiff1d(told, stored))
        self._upto = last
        self._forgivable = [stretch for stretch in self._forgivable if stretch[1] > upto - _LATE_S]
        self._feed.forget(last - 100 * SLOTS_PER_S)
        return wrong

    def _unlike_told(self, told: Ints, stored: Ints, lat: Ints, lon: Ints) -> list[str]:
        """Say what of the stored positions is twice there, was never told, or was told of another place."""
        wrong = []
        unique = np.unique(stored)
        if len(unique) < len(stored):
            wrong.append(f"I1: {len(stored) - len(unique)} positions are stored twice")
        if len(never := np.setdiff1d(unique, told)):
            wrong.append(f"I1: {len(never)} positions are stored that were never told, of {_where(never)}")
        flights, at = stored & ((1 << _BITS) - 1), (stored >> _BITS) / STEPS
        true_lat, true_lon = self._sky.place(flights, at)
        off = np.abs(np.rint(true_lat / _DEGREE) - lat) + np.abs(np.rint(true_lon / _DEGREE) - lon)
        if (off > 1).any():
            wrong.append(f"I1: {int((off > 1).sum())} positions are stored elsewhere than they were told")
        return wrong

    def _told(self, slot: int) -> Ints:
        flights = self._sky.told_in(slot)
        return self._keys(flights, np.full(len(flights), slot * _STEPS_PER_SLOT))

    def _named(self, positions: Iterable[tuple[int, int]]) -> Ints:
        pairs = np.array([(flight >> 32, step) for flight, step in positions], np.int64).reshape(-1, 2)
        flights = pairs[:, 0] - FIRST
        ours = (flights >= 0) & (flights < self._sky.count)
        return self._keys(flights[ours], pairs[ours, 1])

    @staticmethod
    def _keys(flights: Ints, steps: Ints) -> Ints:
        keys: Ints = (steps << _BITS) | flights
        return keys

    def _forgiven(self) -> list[int]:
        """Return the steps of what was told, whenever it was due, in a time that is forgiven."""
        return [
            slot * _STEPS_PER_SLOT
            for slot, at in zip(self._feed.told, self._feed.told_at, strict=True)
            if any(begin <= at <= end for begin, end in self._forgivable)
        ]

    async def _stored(self, database: str, after: float, upto: float) -> tuple[Ints, Ints, Ints]:
        connection = await asyncpg.connect(database, timeout=5, command_timeout=20)
        try:
            row = await connection.fetchrow(_STORED, after + 0.01, upto + 0.01)
        finally:
            connection.terminate()
        address, steps, lat, lon = (np.array(values or [], np.int64) for values in row)
        flights = address - FIRST
        ours = (flights >= 0) & (flights < self._sky.count)  # garbage may well be of other aircraft
        return self._keys(flights[ours], steps[ours]), lat[ours], lon[ours]


def _where(keys: Ints) -> str:
    if not len(keys):
        return "none"
    times = (keys >> _BITS) / STEPS
    first, last = (
        time.strftime("%T", time.gmtime(at)) + f"{at % 1:.1f}"[1:] for at in (min(times), max(times))
    )
    return f"{first} to {last}"


def unconverged(watchers: Sequence[Watcher], feed: Feed, since: float) -> list[str]:
    """I3: say of the first client that is not at a tick after `since` and right, why."""
    waiting = sum(watcher.time <= since for watcher in watchers)
    if waiting:
        return [f"I3: {waiting} of {len(watchers)} clients were told of no tick since"]
    for watcher in watchers:
        lacking = watcher.lacks(feed.last_told(watcher.time - DECODED_S))
        if lacking:
            return [f"I3: a client of {watcher.wish.get('bbox')} lacks {lacking} flights"]
    return []


def unlike_twins(watchers: Sequence[Watcher]) -> list[str]:
    """I3: hold those against one another who watch the same, at the ticks that both have seen."""
    wrong = []
    groups: dict[object, list[Watcher]] = {}
    for watcher in watchers:
        groups.setdefault(watcher.wish.get("bbox"), []).append(watcher)
    for box, twins in groups.items():
        seen: dict[tuple[str, int], int] = {}
        for twin in twins:
            for tick, sum_of_hashes in twin.hashes.items():
                if seen.setdefault(tick, sum_of_hashes) != sum_of_hashes:
                    wrong.append(f"I3: two clients of {box} differ at tick {tick[1]}")
    return wrong


class Sample(NamedTuple):
    """What a process takes: bytes, file descriptors, threads."""

    at: float
    rss: int
    fds: int
    threads: int


class Measure(NamedTuple):
    """What was seen in a stretch of time: the most of each, and the 99th percentile of the delays, s.

    `lag` is the control: how late this process itself was at the most, which is in all delays.
    """

    rss: int
    fds: int
    threads: int
    p99: float
    lag: float


class Sampler:
    """I4 and I5: looks at the program five times a second."""

    def __init__(self) -> None:
        self.pid = 0  # 0 while none runs
        self.samples: list[Sample] = []
        self.lags: deque[tuple[float, float]] = deque(maxlen=4096)

    async def run(self) -> None:
        """Sample for ever."""
        while True:
            if self.pid:
                sample = read(self.pid)
                if sample is not None:
                    self.samples.append(sample)
            due = time.time() + SAMPLE_S
            await asyncio.sleep(SAMPLE_S)
            self.lags.append((time.time(), time.time() - due))

    def late(self, seconds: float = 5.0) -> float:
        """Return how late this process was at the most in the last seconds: so late may others be, too."""
        return max((lag for at, lag in self.lags if at > time.time() - seconds), default=0.0)

    def measured(self, begin: float, end: float, healthy: Sequence[Watcher]) -> Measure:
        """Say what was seen from one time to another, of these clients' delays."""
        seen = [sample for sample in self.samples if begin <= sample.at <= end]
        delays = [delay for watcher in healthy for at, delay in watcher.delays if begin <= at <= end]
        return Measure(
            max((sample.rss for sample in seen), default=0),
            max((sample.fds for sample in seen), default=0),
            max((sample.threads for sample in seen), default=0),
            float(np.percentile(delays, 99)) if delays else 0.0,
            max((lag for at, lag in self.lags if begin <= at <= end), default=0.0),
        )


def read(pid: int) -> Sample | None:
    """Sample a process; None if it is gone."""
    process = Path(f"/proc/{pid}")
    try:
        status = (process / "status").read_text()
        fds = len(os.listdir(process / "fd"))  # noqa: PTH208  ten times as fast, and only counted
    except OSError:
        return None
    values = {key: value.split() for key, _, value in (line.partition(":") for line in status.splitlines())}
    if "VmRSS" not in values:
        return None
    return Sample(time.time(), int(values["VmRSS"][0]) * 1024, fds, int(values["Threads"][0]))
