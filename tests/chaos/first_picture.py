"""A client in a process of its own, which says when it had its first picture.

The clients of a world share one process. Just after a start they all want a picture at once, and what that
process takes to read two hundred of them would be counted as the program's.

    python first_picture.py URL     "waiting" once it asks, then the monotonic time of its first picture, s
"""

import asyncio
import logging
import sys
import time
from typing import Self

from aerotrack.client import stream

PAUSE_S = 0.02


class FirstPicture:
    """The process, from this side. The machine's monotonic clock is the same for both."""

    def __init__(self, process: asyncio.subprocess.Process) -> None:
        self._process = process

    @classmethod
    async def wanted(cls, url: str) -> Self:
        """Return once it asks, again and again, for a picture of `url`."""
        process = await asyncio.create_subprocess_exec(
            sys.executable, __file__, url, stdout=asyncio.subprocess.PIPE
        )
        found = cls(process)
        assert await found._line() == "waiting"
        return found

    async def came(self, within: float) -> float:
        """Wait for it; return when it came, s, as `time.monotonic` tells it."""
        try:
            return float(await asyncio.wait_for(self._line(), within))
        finally:
            if self._process.returncode is None:
                self._process.kill()
            await self._process.wait()

    async def _line(self) -> str:
        assert self._process.stdout is not None
        return (await self._process.stdout.readline()).decode().strip()


async def _wait_for_it(url: str) -> None:
    logging.getLogger("aerotrack.client").setLevel(logging.ERROR)  # that nobody answers yet is the point
    print("waiting", flush=True)
    async for _ in stream(url, first_pause_s=PAUSE_S, longest_pause_s=PAUSE_S):
        print(time.monotonic(), flush=True)
        return


if __name__ == "__main__":
    asyncio.run(_wait_for_it(sys.argv[1]))
