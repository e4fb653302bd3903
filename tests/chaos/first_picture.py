"""A client in a process of its own, which says when it had its first picture.

The clients of a world share one process. Just after a start they all want a picture at once, and what that
process takes to read two hundred of them would be counted as the program's.

    python first_picture.py URL     "waiting" once it asks, then the monotonic time of its first picture, s,
                                    and how many flights are in it
"""

import asyncio
import logging
import sys
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Self

from aerotrack.client import stream

PAUSE_S = 0.05
WAITING = b"waiting\n"


class FirstPicture:
    """The process, from this side. The machine's monotonic clock is the same for both."""

    def __init__(self, lines: asyncio.StreamReader) -> None:
        self._lines = lines

    @classmethod
    @asynccontextmanager
    async def wanted(cls, url: str) -> AsyncIterator[Self]:
        """Have it ask for a picture of `url`, again and again, while the body has one made."""
        process = await asyncio.create_subprocess_exec(
            sys.executable, __file__, url, stdout=asyncio.subprocess.PIPE
        )
        assert process.stdout is not None
        try:
            assert await process.stdout.readline() == WAITING
            yield cls(process.stdout)
        finally:
            if process.returncode is None:
                process.kill()
            await process.wait()

    async def came(self, within: float) -> tuple[float, int]:
        """Wait for it; return when it came, s, as `time.monotonic` tells it, and how many flights it has."""
        at, flights = (await asyncio.wait_for(self._lines.readline(), within)).split()
        return float(at), int(flights)


async def _wait_for_it(url: str) -> None:
    logging.getLogger("aerotrack.client").setLevel(logging.ERROR)  # that nobody answers yet is the point
    print(WAITING.decode(), end="", flush=True)
    async for changes in stream(url, first_pause_s=PAUSE_S, longest_pause_s=PAUSE_S):
        print(time.monotonic(), len(changes.updated["address"]), flush=True)
        return


if __name__ == "__main__":
    asyncio.run(_wait_for_it(sys.argv[1]))
