"""Velocity, type code 19. Subtypes 1 and 2 tell the speed over ground, 3 and 4 the airspeed and heading.

    ME   1 .. 5 | 6 .. 8  | 9 10 | 11 . 13 |14| 15 .. 24 |25| 26 .. 35 |36|37| 38 . 46 | 47 48 |49| 50 . 56
    1, 2   19   | subtype | .  . |  NACv   |W | east     |S | north    |G |D | rate    | .  .  |B | height
    3, 4   19   | subtype | .  . |  NACv   |H | heading  |T | airspeed |  |  |         |       |  | difference

    W, S    west, south                     H   the heading is valid; it counts 360/1024 degrees
    G       0: a geometric rate, 1: a barometric   T   1: true airspeed, 0: indicated
    D       down                            B   the geometric altitude is below the barometric one

Speeds count knots from 1, subtypes 2 and 4 (supersonic) four knots; rates 64 ft/min from 1; differences of
height 25 ft from 1; 0 is unknown.
"""

import numpy as np
from numpy.typing import NDArray

from aerotrack.decode.modes.bits import Ints, Layout, bits, looked_up, message

Floats = NDArray[np.float32]
Flags = NDArray[np.bool_]

_OVER_GROUND, _THROUGH_AIR = (1, 2), (3, 4)


def _counted(width: int, step: float, *, signed: bool) -> Floats:
    """Return a table of numbers that count from 1, with their sign before them."""
    numbers = np.arange(1 << width, dtype=np.float32)
    values = np.where(numbers == 0, np.nan, (numbers - 1) * step)
    return np.concatenate([values, 0.0 - values] if signed else [values]).astype(np.float32)


_SPEED = _counted(10, 1.0, signed=False)
_COMPONENT = _counted(10, 1.0, signed=True)
_RATE = _counted(9, 64.0, signed=True)
_DIFFERENCE = _counted(7, 25.0, signed=True)
_HEADING = np.concatenate([np.full(1024, np.nan), np.arange(1024) * (360 / 1024)]).astype(np.float32)
_FACTOR = np.array([np.nan, 1, 4, np.nan, np.nan, np.nan, np.nan, np.nan], np.float32)
_AIR_FACTOR = np.array([np.nan, np.nan, np.nan, 1, 4, np.nan, np.nan, np.nan], np.float32)
_ANY = np.array([np.nan, 1, 1, 1, 1, np.nan, np.nan, np.nan], np.float32)
_ANY_AIR = np.array([np.nan, np.nan, np.nan, 1, 1, np.nan, np.nan, np.nan], np.float32)
_NAC_V = np.array([0, 1, 2, 3, 4, -1, -1, -1], np.int8)


_LAYOUT = Layout(
    (_COMPONENT, 14, 24), (_COMPONENT, 25, 35), (_RATE, 37, 46), (_DIFFERENCE, 49, 56), (_FACTOR, 6, 8),
    (_ANY, 6, 8),
)  # fmt: skip


class Velocity:
    """What M messages say, each (M,); NaN is unknown. What few ask for is read when it is asked for."""

    def __init__(self, messages: Ints) -> None:
        """Read what all ask for."""
        self._messages = messages
        heard = _LAYOUT.read(messages)
        heard[:2] *= heard[4]
        heard[2:4] *= heard[5]
        self._east, self._north = heard[0], heard[1]
        self.vertical_rate_fpm: Floats = heard[2]
        """Up positive."""
        self.height_difference_ft: Floats = heard[3]
        """Geometric altitude minus barometric."""

    @property
    def _subtype(self) -> Ints:
        return bits(self._messages, 6, 8)

    @property
    def ground_speed_kt(self) -> Floats:
        """Speed over ground, subtypes 1 and 2."""
        speed: Floats = np.hypot(self._east, self._north)
        return speed

    @property
    def track_deg(self) -> Floats:
        """True track, 0 to 360, subtypes 1 and 2; unknown of what stands still."""
        track = np.degrees(np.arctan2(self._east, self._north))
        track = np.where(track < 0, track + 360, track)
        return np.where((self._east == 0) & (self._north == 0), np.float32(np.nan), track)

    @property
    def airspeed_kt(self) -> Floats:
        """Airspeed, subtypes 3 and 4."""
        return looked_up(_SPEED, self._messages, 26, 35) * _AIR_FACTOR.take(self._subtype)

    @property
    def airspeed_true(self) -> Flags:
        """Whether the airspeed is the true one, not the indicated."""
        return bits(self._messages, 25, 25).astype(np.bool_)

    @property
    def heading_deg(self) -> Floats:
        """Heading, subtypes 3 and 4."""
        return looked_up(_HEADING, self._messages, 14, 24) * _ANY_AIR.take(self._subtype)

    @property
    def vertical_rate_geometric(self) -> Flags:
        """Whether the vertical rate is that of the geometric altitude, not the barometric."""
        return ~bits(self._messages, 36, 36).astype(np.bool_)

    @property
    def nac_v(self) -> NDArray[np.int8]:
        """Navigation accuracy category of the velocity, -1 unknown."""
        return looked_up(_NAC_V, self._messages, 11, 13)


def velocity(data: NDArray[np.uint8]) -> Velocity:
    """Return the velocities in extended squitters (M, 14) of type code 19."""
    return Velocity(message(data))
