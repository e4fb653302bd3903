"""Answers that may be long: written and sent in slices, so that a big one holds up nobody else."""

import asyncio
from collections.abc import AsyncIterator, Callable, Iterator

from starlette.responses import Response, StreamingResponse

SLICE = 500  # rows written before others get their turn: 1 to 2 ms


def in_slices(
    count: int,
    write: Callable[[slice], list[bytes]],
    *,
    head: bytes,
    tail: bytes,
    media_type: str,
    between: bytes = b",",
) -> Response:
    """Answer with `head`, what `write` makes of `count` rows joined by `between`, and `tail`."""  # fmt: skip
    if count <= SLICE:
        return Response(head + between.join(write(slice(0, count))) + tail, media_type=media_type)
    slices = (slice(begin, begin + SLICE) for begin in range(0, count, SLICE))
    return StreamingResponse(_parts(slices, write, head, tail, between), media_type=media_type)


async def _parts(
    slices: Iterator[slice], write: Callable[[slice], list[bytes]], head: bytes, tail: bytes, between: bytes
) -> AsyncIterator[bytes]:
    before = head
    for rows in slices:
        yield before + between.join(write(rows))
        before = between
        await asyncio.sleep(0)
    yield tail
