"""Arrays of fixed-width numbers as array_send() writes them: a header, and each value after its length. Pure.

Layout: PostgreSQL's source, src/backend/utils/adt/arrayfuncs.c, array_send. All integers are big-endian.

    int32 dimensions (1), int32 has nulls, uint32 type of the elements, int32 elements, int32 lower bound
    then for each element: int32 length, value

A NULL is a length of -1 and no value, so none may be among the elements. array_agg() of no rows is NULL.
"""

import numpy as np
from numpy.typing import NDArray

HEADER = 20
_LENGTH = 4


def numbers(sent: bytes | None, dtype: str) -> NDArray[np.int64]:
    """Read the integers of one array; `dtype` is that of an element, such as `>i2`. None has none."""
    if not sent:
        return np.empty(0, np.int64)
    records = np.frombuffer(sent, [("length", ">i4"), ("value", dtype)], offset=HEADER)
    return records["value"].astype(np.int64)


def smallints(sent: bytes | None, counts: NDArray[np.int64]) -> NDArray[np.int64]:
    """Read the elements of many arrays of smallints that stand one after the other, `counts` (N,) of each."""
    if not sent:
        return np.empty(0, np.int64)
    stride = _LENGTH + 2
    whole = np.frombuffer(sent, np.uint8)
    value_at = HEADER + _LENGTH + stride * np.arange(int(counts.sum()))  # but for the headers before its own
    value_at += HEADER * np.repeat(np.arange(len(counts)), counts)
    return (whole[value_at].astype(np.int8).astype(np.int64) << 8) | whole[value_at + 1]
