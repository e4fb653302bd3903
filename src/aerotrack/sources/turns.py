"""Turns: all our sources that ask one public service stand in one queue, as if they were one."""

import asyncio
import math
import time
from collections.abc import Awaitable, Callable


class Turns:
    """The requests to one server, from however many sources: each has its time, in seconds of `clock`."""

    def __init__(
        self,
        clock: Callable[[], float] = time.monotonic,
        sleep: Callable[[float], Awaitable[None]] = asyncio.sleep,
    ) -> None:
        self._clock, self._sleep = clock, sleep
        self._last = self._peace = -math.inf  # the last turn that was given, and until when there is none

    async def wait(self, apart: float) -> None:
        """Wait until it is our turn, `apart` seconds after the one before, whoever had it."""
        while True:
            now = self._clock()
            ours = self._last = max(now, self._last + apart, self._peace)
            if ours > now:
                await self._sleep(ours - now)
            if ours >= self._peace:  # else it was asked for meanwhile, of those who waited too
                return

    def ahead(self, apart: float) -> float:
        """Return how long one would wait who came now: all who stand in the queue have a turn before."""
        return max(0.0, self._last + apart - self._clock(), self._peace - self._clock())

    def rest(self, seconds: float) -> None:
        """Give nobody a turn for so long."""
        self._peace = max(self._peace, self._clock() + seconds)


_TURNS: dict[str, Turns] = {}  # of this process: a service counts requests by where they come from


def turns_at(server: str) -> Turns:
    """Return those of a server, `HOST` or `HOST:PORT`; there is one queue for each."""
    return _TURNS.setdefault(server.lower(), Turns())
