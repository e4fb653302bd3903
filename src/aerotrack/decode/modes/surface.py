"""Surface: the movement on the ground, type codes 5 to 8.

ME   1 .. 5 | 6 ...... 12 |13| 14 .. 20 |21|22| 23 ...... 39 | 40 ...... 56
     type   |  movement   |V |  track   |T |F | latitude     | longitude

V   the track is valid; it counts 360/128 degrees        T, F, the place: see `cpr`

movement   0 unknown   1 stopped   2 from 0.125 kt by 0.125   9 from 1 by 0.25   13 from 2 by 0.5
           39 from 15 by 1   94 from 70 by 2   109 from 100 by 5   124 is 175 kt or more   the rest reserved
"""

import numpy as np
from numpy.typing import NDArray

from aerotrack.decode.modes.bits import Layout, message

Floats = NDArray[np.float32]

_STEPS = (
    (2, 9, 0.125, 0.125), (9, 13, 1.0, 0.25), (13, 39, 2.0, 0.5), (39, 94, 15.0, 1.0), (94, 109, 70.0, 2.0),
    (109, 125, 100.0, 5.0),
)  # fmt: skip


def _movements() -> Floats:
    table = np.full(128, np.nan, np.float32)
    table[1] = 0.0
    for first, end, start, step in _STEPS:
        table[first:end] = start + step * np.arange(end - first)
    return table


_MOVEMENT = _movements()
_TRACK = np.concatenate([np.full(128, np.nan), np.arange(128) * (360 / 128)]).astype(np.float32)
_LAYOUT = Layout((_MOVEMENT, 6, 12), (_TRACK, 13, 20))


def movement(data: NDArray[np.uint8]) -> tuple[Floats, Floats]:
    """Return ground speeds in kt (M,) and true tracks (M,) of surface positions (M, 14); NaN unknown."""
    speed, track = _LAYOUT.read(message(data))
    return speed, track
