"""Turns: all our sources that ask one public service stand in one queue, as if they were one."""

import asyncio
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
        self._next = clock()

    async def wait(self, apart: float) -> None:
        """Wait until it is our turn; the next one is `apart` seconds later."""
        now = self._clock()
        ours = max(now, self._next)
        self._next = ours + apart
        if ours > now:
            await self._sleep(ours - now)

    def rest(self, seconds: float) -> None:
        """Give nobody a turn for so long who has none yet."""
        self._next = max(self._next, self._clock() + seconds)


_TURNS: dict[str, Turns] = {}  # of this process: a service counts requests by where they come from


def turns_at(server: str) -> Turns:
    """Return those of a server, `HOST` or `HOST:PORT`; there is one queue for each."""
    return _TURNS.setdefault(server.lower(), Turns())
