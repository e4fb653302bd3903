"""Kinds: what a frame holds, as far as its first bits tell, and what these say of the aircraft.

    bit   1 .. 5 | 6 .. 8 | 9 ......... 32     | 33 .. 37 | ...
          DF 11  |   CA   | address            |          | CA  4 on the ground, 5 in the air, 6 either
          DF 17  |   CA   | address            | type     |
          DF 18  |   CF   | address            | type     | CF  0, 1 ADS-B  2, 3, 5 TIS-B  6 ADS-R
          DF 0 16| V      |          20: AC    |          | V   1 on the ground
          DF 4 20|   FS   |          20: AC    |          | FS  0, 2 in the air, 1, 3 on the ground
          DF 5 21|   FS   |          20: ID    |

Kinds are numbered so that those with a field in common are neighbours: a batch in order of kind is cut into
slices.
"""

from enum import IntEnum

import numpy as np

from aerotrack.core.columns import POSITION_SOURCES


class Kind(IntEnum):
    """What a frame holds."""

    HEIGHT = 0  # DF 17 and 18, type code 0: an altitude without a place
    AIRBORNE = 1  # 9 to 18
    GEOMETRIC = 2  # 20 to 22: airborne, with the height above the ellipsoid
    SURFACE = 3  # 5 to 8
    VELOCITY = 4  # 19
    IDENTIFICATION = 5  # 1 to 4
    EMERGENCY = 6  # 28
    TARGET = 7  # 29
    OPERATION = 8  # 31
    SQUITTER = 9  # any other
    ALL_CALL = 10  # DF 11
    ALTITUDE = 11  # DF 0, 4, 16
    ALTITUDE_AND_REGISTER = 12  # DF 20
    IDENTITY_AND_REGISTER = 13  # DF 21
    IDENTITY = 14  # DF 5
    UNUSED = 15


FIRST_TYPE = 32  # type codes are 5 bits: a kind is looked up by the first byte times this plus the type code
_SQUITTERS = {
    0: Kind.HEIGHT, **dict.fromkeys(range(9, 19), Kind.AIRBORNE),
    **dict.fromkeys((20, 21, 22), Kind.GEOMETRIC),
    **dict.fromkeys(range(5, 9), Kind.SURFACE), 19: Kind.VELOCITY,
    **dict.fromkeys(range(1, 5), Kind.IDENTIFICATION), 28: Kind.EMERGENCY, 29: Kind.TARGET, 31:
    Kind.OPERATION,
}  # fmt: skip
_REPLIES = {
    11: Kind.ALL_CALL, 0: Kind.ALTITUDE, 4: Kind.ALTITUDE, 16: Kind.ALTITUDE, 20: Kind.ALTITUDE_AND_REGISTER,
    21: Kind.IDENTITY_AND_REGISTER, 5: Kind.IDENTITY,
}  # fmt: skip
_SOURCE_OF_CF = {0: "adsb", 1: "adsb", 2: "tisb", 3: "tisb", 5: "tisb", 6: "adsr"}
_COARSE = 3  # TIS-B with a layout of its own, of 5-bit speeds and 12-bit places
_IN_AIR = {**dict.fromkeys((4, 20, 5, 21), (0, 2)), 11: (5,), 17: (5,), 0: (0, 1, 2, 3), 16: (0, 1, 2, 3)}
_ON_GROUND = {**dict.fromkeys((4, 20, 5, 21), (1, 3)), 11: (4,), 17: (4,), 0: (4, 5, 6, 7), 16: (4, 5, 6, 7)}


def _kind(first: int, typecode: int) -> Kind:
    df, low = first >> 3, first & 7
    if df == 17 or (df == 18 and low in _SOURCE_OF_CF):  # noqa: PLR2004  the two extended squitters
        return Kind.SQUITTER if df > 17 and low == _COARSE else _SQUITTERS.get(typecode, Kind.SQUITTER)  # noqa: PLR2004
    return _REPLIES.get(df, Kind.UNUSED)


def _source(first: int) -> int:
    df, low = first >> 3, first & 7
    name = {17: "adsb", 18: _SOURCE_OF_CF.get(low, "adsb")}.get(df, "mode_s")
    return POSITION_SOURCES.index(name)


def _ground(first: int) -> int:
    df, low = first >> 3, first & 7
    return 0 if low in _IN_AIR.get(df, ()) else 1 if low in _ON_GROUND.get(df, ()) else -1


KIND = np.array([[_kind(first, tc) for tc in range(FIRST_TYPE)] for first in range(256)], np.uint8).ravel()
"""The kind, by the first byte x 32 + the type code."""
SOURCE = np.array([_source(first) for first in range(256)], np.int8)
"""The code of `position_source`, by the first byte."""
ON_GROUND = np.array([_ground(first) for first in range(256)], np.int8)
"""Whether the aircraft is on the ground, -1 unknown, by the first byte."""
FORMATS = [f"DF{df}" for df in range(25)] + ["DF24"] * 7
"""What a downlink format is called: all from 24 on are 24."""
