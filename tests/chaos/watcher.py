"""A client of ours that follows the stream for as long as a world lasts, and doubts all that it is told."""

import asyncio
import logging
import time
from collections import deque
from typing import Any

import numpy as np

from aerotrack.client import Changes, StreamError, stream
from aerotrack.core.digest import total
from chaos.sky import FIRST, SLOTS_PER_S, Floats, Ints, Sky

FIRST_PAUSE_S, LONGEST_PAUSE_S, SILENCE_S = 0.2, 1.0, 6.0
_TICKS = 64  # whose hashes are kept
_CLOCK_S = 0.002  # times travel in whole milliseconds
_DEGREE = 1.1e-5  # as places travel

logging.getLogger("aerotrack.client").setLevel(logging.ERROR)  # that it breaks off is the point


class Watcher:
    """One replica. What it finds wrong is in `complaints`, each beginning with the invariant it breaks."""

    def __init__(self, sky: Sky, url: str, wish: dict[str, Any]) -> None:
        self.wish = wish
        self.live = stream(
            url, first_pause_s=FIRST_PAUSE_S, longest_pause_s=LONGEST_PAUSE_S, silence_s=SILENCE_S, **wish
        )
        self.complaints: list[str] = []
        self.delays: deque[tuple[float, float]] = deque(maxlen=4096)  # when it came, how long after its tick
        self.hashes: dict[tuple[str, int], int] = {}  # by epoch and tick
        self.fresh = 0  # how often it began anew
        self.back_bytes = 0  # what it took to be told of the first tick after the last reconnect
        self._bytes = self._reconnects = 0
        self._sky = sky
        self._tick = 0
        self._newest: Floats = np.full(sky.count, -np.inf)
        self._desyncs = 0

    @property
    def time(self) -> float:
        """The time of the tick that it has come to."""
        return float(self.live.table.time)

    async def follow(self) -> None:
        """Follow for ever."""
        while True:
            try:
                async for changes in self.live:
                    self._doubt(changes)
            except StreamError as error:
                self.complaints.append(f"I2: turned away: {error}")
                await asyncio.sleep(LONGEST_PAUSE_S)

    def forget(self) -> None:
        """Forget what was told so far: it was by a clock that was wrong."""
        self.complaints.clear()
        self._newest[:] = -np.inf

    def _doubt(self, changes: Changes) -> None:
        """Hold changes against those before: I2."""
        now = time.time()
        self.delays.append((now, now - changes.time))
        self.fresh += changes.since == 0
        if self.live.reconnects != self._reconnects:
            self._reconnects, self.back_bytes = self.live.reconnects, self.live.bytes_received - self._bytes
        self._bytes = self.live.bytes_received
        if changes.since not in {0, self._tick}:
            self.complaints.append(f"I2: changes since {changes.since}, though it held {self._tick}")
        self._tick = changes.tick
        if self.live.desyncs != self._desyncs:
            self._desyncs = self.live.desyncs
            self.complaints.append(f"I3: the picture before tick {changes.tick} was not the server's")
        flights = changes.updated["address"].astype(np.int64) - FIRST
        ours = (flights >= 0) & (flights < self._sky.count)
        flights, told = flights[ours], changes.updated["time"][ours]
        back = told < self._newest[flights] - _CLOCK_S
        if back.any():
            self.complaints.append(f"I2: {int(back.sum())} flights went back in time at tick {changes.tick}")
        self._newest[flights] = np.fmax(told, self._newest[flights])
        table = self.live.table
        self.hashes[self.live._epoch, changes.tick] = total(self.live._picture._hashes[table.live])
        while len(self.hashes) > _TICKS:
            del self.hashes[next(iter(self.hashes))]

    def lacks(self, last_told: Ints) -> int:
        """Return how many flights of its box it does not hold as they were in their group's `last_told` slot.

        A place that no flight can have had at its time is complained of: I3.
        """
        table = self.live.table
        live = table.live
        flights = table.columns["address"][live].astype(np.int64) - FIRST
        ours = (flights >= 0) & (flights < self._sky.count) & ~np.isnan(table.columns["time"][live])
        live, flights = live[ours], flights[ours]
        slots = np.rint(table.columns["time"][live] * SLOTS_PER_S).astype(np.int64)
        lat, lon = self._sky.place(flights, slots / SLOTS_PER_S)
        off = np.abs(lat - table.columns["lat"][live]) + np.abs(lon - table.columns["lon"][live])
        wrong = (off > 2 * _DEGREE) & (off < 360 - 2 * _DEGREE)
        if wrong.any():
            self.complaints.append(f"I3: {int(wrong.sum())} flights are where they never were")
        held = np.full(self._sky.count, -1, np.int64)
        held[flights] = slots
        due = last_told[np.arange(self._sky.count) % self._sky.groups]
        return int((self._inside(due) & (held < due)).sum())

    def _inside(self, due: Ints) -> Any:
        box = self.wish.get("bbox")
        told = due > 0
        if box is None:
            return told
        west, south, east, north = box
        margin = 0.1  # what flies over the edge meanwhile
        lat, lon = self._sky.place(np.arange(self._sky.count), self.time)
        inside = (
            (lat > south + margin) & (lat < north - margin) & (lon > west + margin) & (lon < east - margin)
        )
        return told & inside


async def first_picture_bytes(url: str, wish: dict[str, Any], within: float = 10.0) -> int:
    """Come as a new client, and return how many bytes the first picture took. Raises TimeoutError."""
    async with asyncio.timeout(within), stream(url, first_pause_s=FIRST_PAUSE_S, **wish) as live:
        await anext(aiter(live))
        return int(live.bytes_received)
