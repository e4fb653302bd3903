"""Identification: callsign and category of the aircraft, type codes 1 to 4, and the callsign in BDS 2,0.

    ME   1 ... 5 | 6 ... 8  | 9 .. 14 | 15 .. 20 | ...... | 51 .. 56
         type    | category |    1    |    2     | 3 to 7 |    8       characters

    MB   1 ...... 8         | 9 .. 14 | 15 .. 20 | ...... | 51 .. 56
         0010 0000          |    1    |    2     | 3 to 7 |    8

Type codes 4, 3, 2, 1 are the sets A, B, C, D. The characters are A to Z at 1, the space at 32, 0 to 9 at 48;
a callsign with any other is none.
"""

import numpy as np
from numpy.typing import NDArray

from aerotrack.decode.modes.bits import Ints, message

Texts = NDArray[np.bytes_]

_INVALID = b"#"
_CHARACTERS = b"#ABCDEFGHIJKLMNOPQRSTUVWXYZ##### ###############0123456789######"
_PAIRS = np.array([bytes((a, b)) for a in _CHARACTERS for b in _CHARACTERS], "S2").view(">u2")
_PAIRS_AT = np.array([36, 24, 12, 0])
_PAIR = 0xFFF
_IDENTIFICATION = 0x20
"""The first byte of BDS 2,0, which names itself."""


def _categories() -> Texts:
    """Return the category for each first byte of a message."""
    table = np.zeros(256, "S2")
    for typecode, letter in ((4, "A"), (3, "B"), (2, "C"), (1, "D")):
        for number in range(1, 8):
            table[typecode << 3 | number] = f"{letter}{number}".encode()
    return table


_CATEGORIES = _categories()


def _callsigns(messages: Ints) -> Texts:
    pairs = _PAIRS.take((messages[:, None] >> _PAIRS_AT) & _PAIR)
    texts = pairs.view("S8")[:, 0]
    texts = np.strings.strip(texts)
    texts[np.strings.find(texts, _INVALID) >= 0] = b""
    return texts


def identification(data: NDArray[np.uint8]) -> tuple[Texts, Texts]:
    """Return callsigns (M,) S8 and categories (M,) S2 of extended squitters (M, 14), type codes 1 to 4."""
    messages = message(data)
    return _callsigns(messages), _CATEGORIES.take(data[:, 4])


def replied_callsign(data: NDArray[np.uint8]) -> Texts:
    """Return callsigns (M,) S8 of replies (M, 14) of DF 20 and 21; empty where they hold another register."""
    texts = np.zeros(len(data), "S8")
    told = (data[:, 4] == _IDENTIFICATION).nonzero()[0]
    texts[told] = _callsigns(message(data[told]))
    return texts
