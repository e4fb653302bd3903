"""Tiles of the Web-Mercator map, and views: boxes rounded outwards to tiles.

At level L the world is 2^L by 2^L tiles, x eastwards from 180 degrees west, y southwards from 85.05 degrees
north; what lies nearer to a pole belongs to the tiles of the edge.

A tile's code has the bits of y and x in turn (a Z-order curve: G. M. Morton, 1966), so the tile of a coarser
level is a shift of the finer, and rows sorted by their fine codes lie together in the tiles of every level:

    level 1:  00 01     level 2:  0000 0001 0100 0101
              10 11               0010 0011 0110 0111    and so on
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from math import asinh, floor, pi, radians, tan
from typing import Any

import numpy as np
from numpy.typing import NDArray

from aerotrack.core.motion import EDGE

FINE = 9
"""The level at which flights are sorted into tiles: 78 km at the equator."""

NOWHERE = 1 << 2 * FINE
"""The code of a flight without a position: behind all tiles."""

MOST_TILES = 64  # a view has no more
_ROUNDING = 1e-9  # degrees; what the arithmetic may be wrong by, given to the view

Codes = NDArray[np.int32]


def codes_of(lat: NDArray[Any], lon: NDArray[Any]) -> Codes:
    """Return the codes (N,) of the fine tiles of places (N,) in degrees; NOWHERE for NaN."""
    up = np.radians(np.clip(lat, -EDGE, EDGE))
    return codes_at(lon / 360.0 + 0.5, 0.5 - np.arcsinh(np.tan(up)) / (2 * pi))


def codes_at(x: NDArray[Any], y: NDArray[Any]) -> Codes:
    """Return the codes (N,) of the fine tiles of places of the map, of which 1 by 1 is the world."""
    somewhere = (x == x) & (y == y)  # noqa: PLR0124  not NaN
    count = 1 << FINE
    across = np.floor(np.where(somewhere, x, 0.0) * count).astype(np.int64) & (count - 1)
    down = np.clip(np.floor(np.where(somewhere, y, 0.0) * count), 0, count - 1).astype(np.int64)
    return np.where(somewhere, _codes(across, down), NOWHERE).astype(np.int32)


def coarsest_apart(codes: Codes, others: Codes) -> NDArray[np.int64]:
    """Return the coarsest level (N,) at which the tiles are two different ones; FINE + 1 if at none.

    A flight without a position is in no tile of any level, not even in that of the world.
    """
    differing = (codes ^ others).astype(np.float64)
    _, bits = np.frexp(differing)  # the number of bits of the difference
    return np.where(bits > 0, FINE - (bits - 1) // 2, FINE + 1).clip(0)


def covering(views: Sequence["View"], codes: Codes) -> NDArray[np.bool_]:
    """Say for each of V views and each of N fine tiles whether it is in the view: (V, N)."""
    level, x, width, y, height = np.array([view.rectangle for view in views], np.int64).T[:, :, None]
    shift = FINE - level
    across = ((_gathered(codes) >> shift) - x) & ((1 << level) - 1)
    down = (_gathered(codes >> 1) >> shift) - y
    inside = (across < width) & (down >= 0) & (down < height) & (codes != NOWHERE)
    covered: NDArray[np.bool_] = inside | (level == 0)
    return covered


def _codes(x: NDArray[Any], y: NDArray[Any]) -> NDArray[Any]:
    codes: NDArray[Any] = _spread(x) | _spread(y) << 1
    return codes


def _spread(bits: NDArray[Any]) -> NDArray[Any]:
    """Put a zero before each of up to 16 bits: the magic masks of the Z-order curve."""
    for shift, mask in ((8, 0x00FF00FF), (4, 0x0F0F0F0F), (2, 0x33333333), (1, 0x55555555)):
        bits = (bits | bits << shift) & mask
    return bits


def _gathered(bits: NDArray[Any]) -> NDArray[np.int64]:
    """Undo `_spread`: take every second bit."""
    gathered: NDArray[np.int64] = bits.astype(np.int64) & 0x55555555
    for shift, mask in ((1, 0x33333333), (2, 0x0F0F0F0F), (4, 0x00FF00FF), (8, 0x0000FFFF)):
        gathered = (gathered | gathered >> shift) & mask
    return gathered


@dataclass(frozen=True, slots=True)
class View:
    """A rectangle of tiles of one level: `width` of them eastwards from `x`, `height` southwards from `y`.

    `bounds` (2 R,) are the R ranges of fine codes it covers: from the first, up to but not with the second.
    Equal views have equal names, and others others.
    """

    level: int
    x: int
    width: int
    y: int
    height: int
    bounds: NDArray[np.int64] = field(init=False, repr=False, compare=False)
    name: str = field(init=False, compare=False)
    rectangle: tuple[int, int, int, int, int] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "rectangle", (self.level, self.x, self.width, self.y, self.height))
        object.__setattr__(self, "bounds", self._bounds())
        rectangle = f"{self.level}.{self.x}+{self.width}.{self.y}+{self.height}"
        object.__setattr__(self, "name", "world" if self.is_world else rectangle)

    @classmethod
    def of(cls, west: float, south: float, east: float, north: float) -> "View":
        """Round a box in degrees outwards to the finest tiles of which at most 64 cover it.

        Going east from `west` to `east` may cross 180 degrees. A box as wide as the world has every column.
        """
        width = east - west if east >= west else (east - west) % 360.0
        begin = (west - _ROUNDING + 180.0) / 360.0
        end = begin + (width + 2 * _ROUNDING) / 360.0
        top, bottom = _down(north + _ROUNDING), _down(south - _ROUNDING)
        finer_first = (_rectangle(level, begin, end, top, bottom) for level in range(FINE, -1, -1))
        level, x, columns, y, rows = next(r for r in finer_first if r[2] * r[4] <= MOST_TILES)
        return WORLD if columns == rows == 1 << level else cls(level, x, columns, y, rows)

    def __hash__(self) -> int:
        return hash(self.name)  # which a text keeps

    @property
    def is_world(self) -> bool:
        """Whether it is everything; then flights without a position are in it, too."""
        return self.level == 0

    def covers(self, codes: NDArray[Any]) -> NDArray[np.bool_]:
        """Say for each fine tile (N,) whether it is in the view."""
        if self.is_world:
            return np.ones(len(codes), bool)
        within: NDArray[np.bool_] = (np.searchsorted(self.bounds, codes, side="right") & 1).astype(bool)
        return within

    def _bounds(self) -> NDArray[np.int64]:
        if self.is_world:
            return np.array([0, NOWHERE + 1], np.int64)
        x = (self.x + np.arange(self.width, dtype=np.int64)) & ((1 << self.level) - 1)
        y = self.y + np.arange(self.height, dtype=np.int64)
        codes = np.sort(_codes(x[None, :], y[:, None]).ravel())
        first = np.flatnonzero(np.diff(codes, prepend=-2) > 1)  # of tiles that follow one another
        last = np.append(first[1:], len(codes)) - 1
        ranges = np.stack([codes[first], codes[last] + 1], axis=1)
        bounds: NDArray[np.int64] = ranges.ravel() << 2 * (FINE - self.level)
        return bounds


def _rectangle(
    level: int, begin: float, end: float, top: float, bottom: float
) -> tuple[int, int, int, int, int]:
    """Round a box in worlds, from its north-west, outwards to tiles: level, x, width, y, height."""
    count = 1 << level
    first, last = floor(begin * count), floor(end * count)
    columns = min(last - first + 1, count)
    y = min(max(floor(top * count), 0), count - 1)
    rows = min(max(floor(bottom * count), 0), count - 1) - y + 1
    return level, 0 if columns == count else first % count, columns, y, rows


def _down(lat: float) -> float:
    """Return how far down the map a latitude is: 0 at its northern edge, 1 at its southern."""
    return (1.0 - asinh(tan(radians(min(max(lat, -EDGE), EDGE)))) / pi) / 2.0


WORLD = View(0, 0, 1, 0, 1)
