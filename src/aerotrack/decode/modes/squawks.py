"""Squawks: the identity code of Mode A as a table: a code is the index, the squawk the entry.

    bit of ID13    1  2  3  4  5  6  7  8  9 10 11 12 13
                  C1 A1 C2 A2 C4 A4  X B1 D1 B2 D2 B4 D4      the digits are A B C D, each 4 2 1

ID13 are bits 20 to 32 of DF 5 and 21, and ME 12 to 24 of an emergency's message (see `status`). Every code
is a squawk, 0000 too. It is held as the column `squawk` holds it: four octal digits read as a decimal number.
"""

import numpy as np
from numpy.typing import NDArray

from aerotrack.decode.modes.altitude import low_code

Squawks = NDArray[np.int16]

_BITS = 13
_WORTH = {2: 1000, 4: 2000, 6: 4000, 8: 100, 10: 200, 12: 400, 1: 10, 3: 20, 5: 40, 9: 1, 11: 2, 13: 4}


def _id13() -> Squawks:
    codes = np.arange(1 << _BITS)
    squawks = sum(((codes >> (_BITS - place)) & 1) * worth for place, worth in _WORTH.items())
    return np.asarray(squawks, np.int16)


ID13: Squawks = _id13()


def replied_squawk(data: NDArray[np.uint8]) -> Squawks:
    """Return the squawk (M,) in replies (M, 14) of DF 5 and 21."""
    return ID13.take(low_code(data))
