"""What goes wrong between an aircraft and us, always the same: losses, copies, delays and jumps.

Each is a pure function of the seed and the numbers (n,) of reports.
"""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from aerotrack.sources.simulator.chance import uniform

_LOST, _REPEATED, _HELD_BACK, _JUMPS = 0.05, 0.01, 0.01, 0.001
_JUMP_DEG = 0.5, 5.0

Numbers = NDArray[np.int64]


def lost(seed: int, numbers: Numbers) -> NDArray[np.bool_]:
    """Say which reports nobody hears: 5 %."""
    return uniform(seed, "lost", numbers) < _LOST


def repeated(seed: int, numbers: Numbers) -> NDArray[np.bool_]:
    """Say which reports are heard twice: 1 %."""
    return uniform(seed, "repeated", numbers) < _REPEATED


def held_back(seed: int, numbers: Numbers) -> NDArray[np.bool_]:
    """Say which reports are heard after later ones of the same aircraft: 1 %."""
    return uniform(seed, "held back", numbers) < _HELD_BACK


def garbled(columns: dict[str, NDArray[Any]], seed: int, numbers: Numbers) -> dict[str, NDArray[Any]]:
    """Move one position in a thousand to where the aircraft can't be, 55 km away or more."""
    rows = np.flatnonzero(uniform(seed, "jump", numbers) < _JUMPS)
    if not len(rows):
        return columns
    low, high = _JUMP_DEG
    far = low + (high - low) * uniform(seed, "jump how far", numbers[rows])
    lat = columns["lat"].copy()
    lat[rows] -= np.where(lat[rows] > 0.0, far, -far)
    return columns | {"lat": lat}
