"""A recording as a source: played at its own pace, N times as fast, or as fast as it is stored.

A recording has the clock. At a speed it runs from the time of the first row, at a multiple of the wall's
pace, but never past a row that is still to come; at full speed it is the time of the newest row so far.
"""

import asyncio
import math
import os
import time
from collections.abc import AsyncGenerator, AsyncIterator, Callable
from contextlib import aclosing, closing
from dataclasses import replace
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from aerotrack.core.observations import Observations
from aerotrack.sources.formats import ALL_TOLD, Untold
from aerotrack.sources.tape import Tape

STRIDE_S = 5.0  # of its own time: how much of it comes at once, at most, when it is played at full speed
STEP_S = 0.1  # of the wall: how late a row may come out, and how long a batch grows
AHEAD_ROWS = 200_000
LEAP_S = 86_400.0
_BATCH_ROWS = 16_384


class Recording:
    """A durable source: `identity` names the content, a row's stamp is its ordinal in it, from 1.

    `speed` is None for as fast as possible. At most `ahead` rows are yielded beyond the last one that is
    acknowledged. `untold` is what the file does not say, see Tape. `read_bytes` of `total_bytes` are behind
    us, as the file is stored. Raises RecordingError for a file that cannot be played.
    """

    def __init__(
        self,
        path: Path,
        *,
        speed: float | None,
        name: str | None = None,
        url: str | None = None,
        untold: Untold = ALL_TOLD,
        ahead: int = AHEAD_ROWS,
        wall: Callable[[], float] = time.monotonic,
    ) -> None:
        self.name = name or _text(path.name)
        self.url = url or f"file:{_text(str(path))}"
        self.speed = speed
        self._tape = Tape(path, untold)
        self._receiver = untold.receiver
        self.identity = self._tape.identity
        self.total_bytes = self._tape.total_bytes
        self._ahead, self._wall = ahead, wall
        self._acknowledged = 0
        self._heard_back = asyncio.Event()
        self._shown = self._tape.starts_at  # the latest time the clock has shown
        self._limit = self._shown  # the clock may not pass the next row
        self._began = wall()

    @property
    def read_bytes(self) -> int:
        """How much of the file, as it is stored, has been read."""
        return self._tape.read_bytes

    def clock(self) -> float:
        """Return the stream time: Unix seconds, never going back."""
        due = self._limit if self.speed is None else min(self._due(self.speed), self._limit)
        self._shown = max(self._shown, due)
        return self._shown

    def ack(self, stamp: int) -> None:
        """Learn that everything up to the row `stamp` is safe."""
        self._acknowledged = max(self._acknowledged, stamp)
        self._heard_back.set()

    async def observations(self) -> AsyncIterator[Observations]:
        """Yield the rows in the order of the file, each when it is due. Ends with the recording."""
        yield replace(Observations.none(), feed=self.name)
        self._began = self._wall()
        stamp, newest = 0, self._tape.starts_at
        with closing(self._tape.batches()) as batches:
            for read in batches:
                times = np.maximum(np.maximum.accumulate(_without_leaps(read.last_heard)), newest)
                stamps = np.arange(stamp + 1, stamp + 1 + len(read))
                stamped = replace(read, feed=self.name, stamps=stamps, receiver=self._receiver)
                async with aclosing(self._paced(stamped, times)) as parts:
                    async for part in parts:
                        yield part
                stamp += len(read)
                newest = float(times.max(initial=newest))
        self._run_on()

    async def _paced(self, read: Observations, times: NDArray[np.float64]) -> AsyncGenerator[Observations]:
        """Yield `read` in parts, each row once the clock has reached its time in `times` (N,), which grow."""
        if not len(read) and (read.messages or read.refused):
            yield read
        largest = min(_BATCH_ROWS, self._ahead)
        start = 0
        while start < len(read):
            end = min(start + largest, len(read))
            if self.speed is not None:
                due = self._due(self.speed)
                if due < times[start]:
                    self._limit = float(times[start])
                    await asyncio.sleep(max((times[start] - due) / self.speed, STEP_S))
                    continue
                end = start + int(np.searchsorted(times[start:end], due, "right"))
            else:
                end = start + int(np.searchsorted(times[start:end], times[start] + STRIDE_S, "right"))
            part = read.take(slice(start, end))
            await self._room(part)
            self._limit = float(times[end - 1])
            yield replace(part, refused={}, messages=0) if start else part
            start = end
            await asyncio.sleep(0)  # the loop's other tasks have their turn, however fast we are

    async def _room(self, part: Observations) -> None:
        """Wait until `part` is not too far ahead of what is safe."""
        assert part.stamps is not None
        while part.stamps[-1] - self._acknowledged > self._ahead:
            self._heard_back.clear()
            await self._heard_back.wait()

    def _due(self, speed: float) -> float:
        """Return what the clock would show if every row came in time."""
        return self._tape.starts_at + (self._wall() - self._began) * speed

    def _run_on(self) -> None:
        """Let the clock go on after the end, from what it shows: flights expire as they should."""
        if self.speed is not None:
            self._began = self._wall() - (self.clock() - self._tape.starts_at) / self.speed
            self._limit = math.inf


def _text(path: str) -> str:
    """Make text of a path, which is bytes: what is no UTF-8 could not be sent or stored as a feed's name."""
    return os.fsencode(path).decode(errors="replace")


def _without_leaps(times: NDArray[np.float64]) -> NDArray[np.float64]:
    """Leave out (as minus infinity) the times from which the next row goes back by more than a day.

    Such a row has a broken date: the clock would leap with it, and every flight would end.
    """
    leaps = np.zeros(len(times), bool)
    leaps[:-1] = times[:-1] - times[1:] > LEAP_S
    return np.where(leaps, -np.inf, times)
