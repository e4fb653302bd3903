"""Frames: what a receiver heard of transponders, as columns."""

from dataclasses import dataclass
from typing import Any, Self

import numpy as np
from numpy.typing import NDArray

LONG, SHORT = 14, 7
"""Bytes of a frame: downlink formats from 16 are long, the others short."""


@dataclass(frozen=True, slots=True, eq=False)
class Frames:
    """N frames in the order they were heard.

    `data` (N, 14) uint8: a short frame fills the first 7 bytes, the others are 0. `time` (N,) float64 is when
    each was heard, Unix seconds. `mlat` (N,) bool says which were made of positions that others worked out by
    multilateration.
    """

    data: NDArray[np.uint8]
    time: NDArray[np.float64]
    mlat: NDArray[np.bool_]

    @classmethod
    def none(cls) -> Self:
        """Make no frames."""
        return cls(np.empty((0, LONG), np.uint8), np.empty(0), np.empty(0, bool))

    def __len__(self) -> int:
        return len(self.data)

    def take(self, rows: NDArray[Any]) -> Self:
        """Return the given frames (indices or a mask)."""
        return type(self)(self.data[rows], self.time[rows], self.mlat[rows])
