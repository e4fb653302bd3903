"""What the program frees goes back to the system, so that its memory says what it needs.

glibc keeps a heap for each thread, and keeps what is freed in them; and each large block that is freed makes
it keep larger ones (`mallopt(3)`: M_ARENA_MAX, M_MMAP_THRESHOLD). With a dozen threads that each work
through millions of positions once in ten minutes the program grew for hours, by what lay unused in them.
And what is freed between blocks that are still in use stays, page for page, until it is asked back
(`malloc_trim(3)`): another 13 MB in an hour of faults.
"""

import asyncio
import ctypes
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager

_TRIM_THRESHOLD, _MMAP_THRESHOLD, _ARENA_MAX = -1, -3, -8  # of glibc's malloc.h
LARGE = 256 << 10  # bytes: first pictures, records of the spool; a column of the whole world is a bit less
EVERY_S = 60.0  # it takes 5 ms, in which no other thread gets memory
_SETTINGS = ((_ARENA_MAX, 1), (_MMAP_THRESHOLD, LARGE), (_TRIM_THRESHOLD, 2 * LARGE))


def give_back() -> bool:
    """Have one heap for all threads, and large blocks outside of it; say whether the C library can.

    Call it before there are threads. musl and others have no `mallopt`, and other habits.
    """
    mallopt = getattr(ctypes.CDLL(None), "mallopt", None)
    return mallopt is not None and all(mallopt(*setting) for setting in _SETTINGS)


@asynccontextmanager
async def trimmed(every_s: float = EVERY_S) -> AsyncIterator[None]:
    """Give back now and then, while the body runs, what lies unused between what is in use.

    Does nothing where the C library has no `malloc_trim`.
    """
    trim = getattr(ctypes.CDLL(None), "malloc_trim", None)
    task = asyncio.create_task(_trim_on(trim, every_s)) if trim else None
    try:
        yield
    finally:
        if task:
            task.cancel()


async def _trim_on(trim: Callable[[int], int], every_s: float) -> None:
    while True:
        await asyncio.sleep(every_s)
        await asyncio.to_thread(trim, 0)
