"""Bits: the 56 bits of a message (ME of an extended squitter, MB of a Comm-B reply) as one number a row.

    byte   3 | 4        5        6        7        8        9        10       | 11 12 13
           . | 1......8 9.....16 17....24 25....32 33....40 41....48 49....56 | parity

So a layout reads as it is printed: ME 15 to 24 is `bits(message, 15, 24)`. A `Layout` reads several fields at
once, which takes as many operations as one.
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


class Layout:
    """Fields of a message, each with the table (of one dtype for all) that says what its number means."""

    def __init__(self, *fields: tuple[NDArray[Any], int, int]) -> None:
        """Lay the tables end to end; a field is a table, its first bit and its last."""
        tables = [table for table, _, _ in fields]
        self._table = np.concatenate(tables)
        self._start = np.cumsum([0, *map(len, tables[:-1])])[:, None]
        self._shift = np.array([[_WIDTH - last] for _, _, last in fields])
        self._mask = np.array([[(1 << (last - first + 1)) - 1] for _, first, last in fields])

    def read(self, message: Ints) -> NDArray[Any]:
        """Return what the fields of the messages (M,) say, a row (M,) for each field."""
        at = message >> self._shift
        at &= self._mask
        at += self._start
        told: NDArray[Any] = self._table.take(at)
        return told
