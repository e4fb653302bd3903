"""Altitudes as aircraft send them, in 12 bits: steps of 25 ft, or of 100 ft where these do not reach.

    bit of AC12    1  2  3  4  5  6  7  8  9 10 11 12
                  C1 A1 C2 A2 C4 A4 B1  Q B2 D2 B4 D4

Q set: the other eleven bits count 25 ft from -1,000 ft, to 50,175 ft. Q not set: Gillham's code, two
reflected binary numbers, of 500 ft (D2 D4 A1 A2 A4 B1 B2 B4) and of the hundreds in them (C1 C2 C4), to
126,700 ft. All zero is no altitude. Layout: ICAO Annex 10, Volume IV, 3.1.2.6.5.4.
"""

from typing import Any

import numpy as np
from numpy.typing import NDArray

_STEPS, _Q = 1 << 11, 1 << 4
_FIVE_HUNDREDS = (10, 12, 2, 4, 6, 7, 9, 11)
_HUNDREDS = (1, 3, 5)
_HIGHEST = 126_700

_Ints = NDArray[np.int64]


def altitude_code(feet: NDArray[Any]) -> _Ints:
    """Return the codes (N,) of altitudes in feet, 0 where they are unknown or cannot be told."""
    known = np.where(np.isnan(feet), -1e6, feet)
    step = np.round((known + 1000) / 25).astype(np.int64)
    fine = (step >> 4) << 5 | _Q | (step & 15)
    codes = np.where((step >= 0) & (step < _STEPS), fine, 0)
    high = np.flatnonzero((step >= _STEPS) & (known <= _HIGHEST))
    codes[high] = _gillham(known[high])
    return codes


def _gillham(feet: NDArray[Any]) -> _Ints:
    hundreds = np.round((feet + 1300) / 100).astype(np.int64)
    five = (hundreds - 1) // 5
    rest = hundreds - 5 * five
    rest = np.where(five & 1, 6 - rest, rest)
    rest = np.where(rest == 5, 7, rest)  # noqa: PLR2004  reflected binary has no room for 5
    return _spread(five, _FIVE_HUNDREDS) | _spread(rest, _HUNDREDS)


def _spread(numbers: _Ints, places: tuple[int, ...]) -> _Ints:
    """Put the bits of reflected binary numbers at their places."""
    gray, last = numbers ^ (numbers >> 1), len(places) - 1
    codes = np.zeros_like(gray)
    for bit, place in enumerate(places):
        codes |= ((gray >> (last - bit)) & 1) << (12 - place)
    return codes
