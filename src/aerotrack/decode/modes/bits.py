"""Bits: the 56 bits of a message (ME of an extended squitter, MB of a Comm-B reply) as one number a row.

    byte   3 | 4        5        6        7        8        9        10       | 11 12 13
           . | 1......8 9.....16 17....24 25....32 33....40 41....48 49....56 | parity

So a layout reads as it is printed: ME 15 to 24 is `bits(message, 15, 24)`.
"""

from typing import Any

import numpy as np
from numpy.typing import NDArray

_WIDTH = 56
_ALL = np.int64((1 << _WIDTH) - 1)

Ints = NDArray[np.int64]


def message(data: NDArray[np.uint8]) -> Ints:
    """Return the messages (M,) int64 of long frames (M, 14)."""
    words = np.ascontiguousarray(data[:, 3:11]).view(">i8")[:, 0]
    return words.astype(np.int64) & _ALL


def bits(message: Ints, first: int, last: int) -> Ints:
    """Return the number that bits `first` to `last` make, both included, counted from 1."""
    return (message >> (_WIDTH - last)) & ((1 << (last - first + 1)) - 1)


def looked_up(table: NDArray[Any], message: Ints, first: int, last: int) -> NDArray[Any]:
    """Return what `table` says of the number that bits `first` to `last` make."""
    return table.take(bits(message, first, last))
