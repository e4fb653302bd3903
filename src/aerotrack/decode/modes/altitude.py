"""Altitude codes, as tables: a code is the index, the altitude in ft the entry, NaN where there is none.

    bit of AC13    1  2  3  4  5  6  7  8  9 10 11 12 13
                  C1 A1 C2 A2 C4 A4  M B1  Q B2 D2 B4 D4      AC12 is the same without M

All zero is no altitude, and M set is metres, which no one sends. Q set: the other eleven bits count steps of
25 ft from -1,000 ft. Q not set: Gillham's code of 100 ft steps from -1,200 ft, two reflected binary numbers:

    D2 D4 A1 A2 A4 B1 B2 B4   steps of 500 ft
    C1 C2 C4                  the hundreds in one: 1 2 3 4 and 7 for 5, counted backwards in every other step

AC13 are bits 20 to 32 of DF 0, 4, 16 and 20. AC12 is ME 9 to 20 of an airborne position, of type codes 20 to
22 the height above the ellipsoid.
"""

import numpy as np
from numpy.typing import NDArray

from aerotrack.decode.modes.bits import Ints, looked_up, message

Feet = NDArray[np.float32]

_BITS = 13
_C1, _A1, _C2, _A2, _C4, _A4, _M, _B1, _Q, _B2, _D2, _B4, _D4 = range(1, 14)
_FIVE_HUNDREDS = (_D2, _D4, _A1, _A2, _A4, _B1, _B2, _B4)
_HUNDREDS = (_C1, _C2, _C4)
_NO_HUNDREDS = (0, 5, 6)


def _joined(codes: Ints, places: tuple[int, ...]) -> Ints:
    """Return the number that the bits at `places` make."""
    number = np.zeros_like(codes)
    for place in places:
        number = (number << 1) | ((codes >> (_BITS - place)) & 1)
    return number


def _unreflected(gray: Ints) -> Ints:
    """Return what reflected binary numbers of up to 8 bits stand for."""
    for shift in (4, 2, 1):
        gray = gray ^ (gray >> shift)
    return gray


def _gillham(codes: Ints) -> Feet:
    five_hundreds = _unreflected(_joined(codes, _FIVE_HUNDREDS))
    hundreds = _unreflected(_joined(codes, _HUNDREDS))
    valid = ~np.isin(hundreds, _NO_HUNDREDS)
    hundreds = np.where(hundreds == 7, 5, hundreds)  # noqa: PLR2004  reflected binary has no room for 5
    hundreds = np.where(five_hundreds & 1, 6 - hundreds, hundreds)
    return np.where(valid, 500 * five_hundreds + 100 * hundreds - 1300, np.nan).astype(np.float32)


def _ac13() -> Feet:
    codes = np.arange(1 << _BITS)
    steps = _joined(codes, tuple(place for place in range(1, _BITS + 1) if place not in (_M, _Q)))
    fine = _joined(codes, (_Q,)) == 1
    feet = np.where(fine, 25 * steps - 1000, _gillham(codes))
    absent = (codes == 0) | (_joined(codes, (_M,)) == 1)
    return np.where(absent, np.nan, feet).astype(np.float32)


def _without_m(table: Feet) -> Feet:
    codes = np.arange(1 << (_BITS - 1))
    low = _BITS - _M
    return table.take((codes >> low << (low + 1)) | (codes & ((1 << low) - 1)))


AC13: Feet = _ac13()
AC12: Feet = _without_m(AC13)


def airborne_altitude(data: NDArray[np.uint8]) -> Feet:
    """Return the altitude (M,) in airborne positions (M, 14), type codes 0, 9 to 18 and 20 to 22."""
    return looked_up(AC12, message(data), 9, 20)


def replied_altitude(data: NDArray[np.uint8]) -> Feet:
    """Return the altitude (M,) in replies (M, 14) of DF 0, 4, 16 and 20."""
    return AC13.take(low_code(data))


def low_code(data: NDArray[np.uint8]) -> NDArray[np.intp]:
    """Return bits 20 to 32 (M,) of replies (M, 14): an altitude or an identity."""
    return ((data[:, 2] & 0x1F).astype(np.intp) << 8) | data[:, 3]
