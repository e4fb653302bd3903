"""Syndromes: what is left of a frame after division by the generator of Mode S, 0xFFF409.

    long   | 1 ............ 88 | 89 ... 112 |      short  | 1 ............ 32 | 33 ... 56 |
           |  data, 11 bytes   |   parity   |             |   data, 4 bytes   |  parity   |

A syndrome is the remainder of the data, xor the parity: 0 of an intact squitter; the address of the aircraft
in replies, which send the parity xor the address; the code of the interrogator in an all-call reply.

Division is linear, so a frame's remainder is the xor of one table entry per byte. There are two tables, of
long and of short frames, in one array: a batch that mixes them takes one gather.
"""

import numpy as np
from numpy.typing import NDArray

from aerotrack.decode.modes.frames import LONG, SHORT

_GENERATOR = 0xFFF409
_TOP, _ALL = 0x800000, 0xFFFFFF
_PARITY = 3  # bytes
_FIRST_LONG = 0x80  # the first bit of a downlink format from 16 on is set


def _table(length: int) -> NDArray[np.uint32]:
    """Return the remainder of each byte (256) at each place of a frame (14); 0 beyond its end."""
    one = np.arange(256, dtype=np.uint32) << 16
    for _ in range(8):
        one = np.where(one & _TOP, (one << 1) ^ _GENERATOR, one << 1) & _ALL
    table = np.zeros((LONG, 256), np.uint32)
    rest = one
    table[length - _PARITY - 1] = rest
    for place in range(length - _PARITY - 2, -1, -1):
        rest = ((rest << 8) & _ALL) ^ one[rest >> 16]
        table[place] = rest
    table[length - _PARITY : length] = np.arange(256, dtype=np.uint32) << np.array(
        [[16], [8], [0]], np.uint32
    )
    return table


_TABLE = np.stack([_table(SHORT), _table(LONG)]).ravel()
_PLACES = np.arange(LONG, dtype=np.intp)[:, None] * 256


def syndromes(data: NDArray[np.uint8]) -> NDArray[np.uint32]:
    """Return the syndrome (N,) of each frame (N, 14), long and short mixed."""
    # Byte by byte, not frame by frame: so the xor is of long rows.
    where = np.add(data.T, _PLACES, order="C")
    where += (data[:, 0] >= _FIRST_LONG) * (LONG * 256)
    rests: NDArray[np.uint32] = np.bitwise_xor.reduce(_TABLE.take(where), axis=0)
    return rests
