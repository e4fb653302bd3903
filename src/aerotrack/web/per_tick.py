"""Answers that are the same for everyone who asks within a tick: made once, compressed once, shared."""

import asyncio
import re
import zlib
from collections.abc import AsyncIterator, Callable, Coroutine, Hashable
from typing import Any

from starlette.requests import Request
from starlette.responses import Response, StreamingResponse

from aerotrack.core.ports import Sky

MOST_BYTES = 64_000_000  # of answers that are kept until the next tick
PIECE = 128 * 1024  # bytes handed to a connection before it says that it can take more
AT_ONCE = 2  # answers being made; more would only take turns, each with a copy of its own

_GZIPPED = re.compile(r"\bgzip\b(?!\s*;\s*q=0(\.0*)?\s*(,|$))")
_GZIP = 31  # zlib's number for a gzip header around the largest window

Write = Callable[[], bytes]


class PerTick:
    """Keeps what was answered in the newest tick.

    `epoch` names this run, so that the ETags of two runs differ.
    """

    def __init__(self, sky: Sky, epoch: str, *, most_bytes: int = MOST_BYTES) -> None:
        self._sky = sky
        self._epoch = epoch
        self._most_bytes = most_bytes
        self._tick = -1
        self._bodies: dict[Hashable, asyncio.Task[bytes]] = {}
        self._kept_bytes = 0
        self._turns = asyncio.Semaphore(AT_ONCE)

    async def answer(
        self,
        request: Request,
        key: Hashable,
        gather: Callable[[], Write],
        *,
        media_type: str = "application/json",
        compress: bool = True,
    ) -> Response:
        """Answer with the body that `key` stands for, or that the asker has it already.

        `gather` copies what is needed from the sky, in the event loop; what it returns writes the body, in a
        thread, and should do so in small steps: a long one would keep the interpreter from everyone else.
        """
        packed = compress and _GZIPPED.search(request.headers.get("accept-encoding", "")) is not None
        tag = f'"{self._epoch}-{self._sky.tick}{"-gzip" if packed else ""}"'
        headers = {"ETag": tag, "Cache-Control": "no-cache", "Vary": "Accept-Encoding"}
        if tag in re.findall(r'"[^"]*"', request.headers.get("if-none-match", "")):
            return Response(status_code=304, headers=headers)
        making = self._shared(key, lambda: self._made(gather))
        if packed:
            headers["Content-Encoding"] = "gzip"
            plain = making
            making = self._shared((key, "gzip"), lambda: self._packed(plain))
        body = await asyncio.shield(making)
        if len(body) <= PIECE:
            return Response(body, headers=headers, media_type=media_type)
        headers["Content-Length"] = str(len(body))
        return StreamingResponse(_pieces(body), headers=headers, media_type=media_type)

    def _shared(self, key: Hashable, make: Callable[[], Coroutine[Any, Any, bytes]]) -> "asyncio.Task[bytes]":
        """Return the making of a body in this tick, which goes on when the one who asked first has left."""
        if self._tick != self._sky.tick:
            self._tick, self._kept_bytes = self._sky.tick, 0
            self._bodies.clear()
        if key not in self._bodies:
            tick, making = self._tick, asyncio.create_task(make())
            self._bodies[key] = making
            making.add_done_callback(lambda made: self._weigh(key, tick, made))
        return self._bodies[key]

    def _weigh(self, key: Hashable, tick: int, made: "asyncio.Task[bytes]") -> None:
        """Forget a body that failed, or that is one too many."""
        if tick != self._tick:
            return
        failed = made.cancelled() or made.exception() is not None
        size = 0 if failed else len(made.result())
        if failed or self._kept_bytes + size > self._most_bytes:
            del self._bodies[key]
        else:
            self._kept_bytes += size

    async def _made(self, gather: Callable[[], Write]) -> bytes:
        async with self._turns:
            return await asyncio.to_thread(gather())

    async def _packed(self, plain: "asyncio.Task[bytes]") -> bytes:
        body = await plain
        async with self._turns:
            return await asyncio.to_thread(zlib.compress, body, 1, _GZIP)


async def _pieces(body: bytes) -> AsyncIterator[bytes]:
    for begin in range(0, len(body), PIECE):
        yield body[begin : begin + PIECE]
        await asyncio.sleep(0)  # a reader that is fast would have all of it at one turn
