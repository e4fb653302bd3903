"""What the program frees goes back to the system, so that its memory says what it needs.

glibc keeps a heap for each thread, and keeps what is freed in them; and each large block that is freed makes
it keep larger ones (`mallopt(3)`: M_ARENA_MAX, M_MMAP_THRESHOLD). With a dozen threads that each work
through millions of positions once in ten minutes the program grew for hours, by what lay unused in them.
"""

import ctypes

_TRIM_THRESHOLD, _MMAP_THRESHOLD, _ARENA_MAX = -1, -3, -8  # of glibc's malloc.h
LARGE = 1 << 20  # bytes: more than any column of a hundred thousand flights
_SETTINGS = ((_ARENA_MAX, 1), (_MMAP_THRESHOLD, LARGE), (_TRIM_THRESHOLD, 2 * LARGE))


def give_back() -> bool:
    """Have one heap for all threads, and large blocks outside of it; say whether the C library can.

    Call it before there are threads. musl and others have no `mallopt`, and other habits.
    """
    mallopt = getattr(ctypes.CDLL(None), "mallopt", None)
    return mallopt is not None and all(mallopt(*setting) for setting in _SETTINGS)
