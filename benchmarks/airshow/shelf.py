"""Clients without sockets: where bytes are counted, and time is not."""

import asyncio
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager

from aerotrack.core.changes import Changes
from aerotrack.web.broadcaster import Broadcaster


class Shelf:
    """A sink that is always ready, and keeps what it is given: `frames` hands it out, and forgets it."""

    def __init__(self) -> None:
        self.ready = True
        self.waiting = 0
        self._pieces: list[bytes] = []

    def push(self, pieces: Sequence[bytes | memoryview]) -> None:
        """Keep them."""
        self._pieces += [bytes(piece) for piece in pieces]

    def frames(self) -> list[bytes]:
        """Return the frames of RFC 6455 that were pushed since this was called last."""
        octets, self._pieces = b"".join(self._pieces), []
        frames, at = [], 0
        while at < len(octets):
            head = head_size(octets[at + 1])
            size = octets[at + 1] if head == 2 else int.from_bytes(octets[at + 2 : at + head], "big")
            frames.append(octets[at : at + head + size])
            at += head + size
        return frames


def head_size(second: int) -> int:
    """Return the size of a server's frame's head from its second byte."""
    return {126: 4, 127: 10}.get(second, 2)


@asynccontextmanager
async def telling(broadcaster: Broadcaster) -> AsyncIterator[Callable[[Changes], asyncio.Future[bool]]]:
    """Have a broadcaster tell its viewers while the body runs: of each tick that is passed to what comes out.

    That returns when all were told.
    """
    rounds = asyncio.Semaphore(0)
    running = asyncio.create_task(broadcaster.run(lambda _: rounds.release()))
    await rounds.acquire()  # it has begun

    def tell(changes: Changes) -> asyncio.Future[bool]:
        broadcaster.take(changes)
        return asyncio.ensure_future(rounds.acquire())

    yield tell
    running.cancel()
