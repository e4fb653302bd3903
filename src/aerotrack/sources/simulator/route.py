"""Routes over the ground: arcs of circles on the sphere, joined so that the track never snaps.

    stand ⤷ runway ── ⤷ ═══ great circle, nearly ═══ ⤷ ── runway ⤷ stand

Every piece, a turn as much as the way across an ocean, is an arc of a circle on the sphere: going round an
axis from a start. From one place and direction to another one goes by a turn, a stretch and a turn, the
shortest of the four ways to do it (Dubins, 1957, here exactly on the sphere): the stretch's axis n keeps
angles to the turns' centres c that make the circles touch, n·c = cos(R - r) for a left turn, cos(R + r) for a
right one, where r and R are the angular radii of turn and stretch. A great circle has R = 90°; a little less
or more bends it, as winds and airways do.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from aerotrack.sources.simulator.sphere import EARTH_M, Vectors, cross, dot, normed

_WAYS = ((1, 1), (1, -1), (-1, 1), (-1, -1))  # the two turns: 1 to the left, -1 to the right
_FULL_TURN = 2 * np.pi - 1e-4  # a turn of nearly 360° is one of nearly 0° that rounding has hidden


@dataclass(frozen=True, slots=True, eq=False)
class Pieces:
    """K arcs for each of L routes: `start` and `axis` (L, K, 3) unit vectors, `length` (L, K) in metres."""

    start: Vectors
    axis: Vectors
    length: NDArray[np.float64]


@dataclass(frozen=True, slots=True, eq=False)
class Routes:
    """L routes of K arcs each, in single precision: half a metre, for half the memory."""

    start: NDArray[np.float32]
    axis: NDArray[np.float32]
    length: NDArray[np.float32]

    def at(self, leg: NDArray[np.intp], metres: NDArray[np.float64]) -> tuple[Vectors, Vectors]:
        """Return place and direction (n, 3) on the routes `leg` (n,) after `metres` (n,); of any length."""
        ends = np.cumsum(self.length[leg], axis=1, dtype=np.float64)
        piece = (metres[:, None] >= ends[:, :-1]).sum(axis=1)
        begun = np.where(piece > 0, ends[np.arange(len(leg)), piece - 1], 0.0)
        start, axis = self.start[leg, piece].astype(np.float64), self.axis[leg, piece].astype(np.float64)
        centre = axis * dot(axis, start)[:, None]
        across = cross(axis, start)
        angle = (metres - begun) / (EARTH_M * np.sqrt(dot(across, across)))
        cos, sin = np.cos(angle)[:, None], np.sin(angle)[:, None]
        out = start - centre
        return centre + out * cos + across * sin, across * cos - out * sin


def joined(pieces: list[Pieces]) -> Pieces:
    """Put pieces of the same L routes one after the other."""
    return Pieces(
        np.concatenate([p.start for p in pieces], axis=1),
        np.concatenate([p.axis for p in pieces], axis=1),
        np.concatenate([p.length for p in pieces], axis=1),
    )


def straight(at: Vectors, along: Vectors, metres: NDArray[np.float64]) -> Pieces:
    """Go straight ahead from the places `at` (L, 3) in the directions `along`."""
    return Pieces(at[:, None], cross(at, along)[:, None], metres[:, None])


def turning(
    at: Vectors,
    along: Vectors,
    to: Vectors,
    towards: Vectors,
    *,
    radius: NDArray[np.float64],
    last_radius: NDArray[np.float64],
    bend: NDArray[np.float64],
) -> Pieces:
    """Go from places and directions to others (L, 3 each) by a turn, a stretch and a turn.

    The turns' radii (L,) are in metres; `bend` (L,) is the stretch's curvature in 1 / Earth radius, to the
    left positive.
    """
    radius, last_radius = radius / EARTH_M, last_radius / EARTH_M
    best: Pieces | None = None
    for first, last in _WAYS:
        way = _one_way(
            (at, along), (to, towards), (first, last), radius=radius, last_radius=last_radius, bend=bend,
        )  # fmt: skip
        if best is None:
            best = way
            continue
        shorter = ~(best.length.sum(axis=1) <= way.length.sum(axis=1))
        best = Pieces(
            np.where(shorter[:, None, None], way.start, best.start),
            np.where(shorter[:, None, None], way.axis, best.axis),
            np.where(shorter[:, None], way.length, best.length),
        )
    assert best is not None
    return best


def _one_way(
    origin: tuple[Vectors, Vectors],
    target: tuple[Vectors, Vectors],
    sides: tuple[int, int],
    *,
    radius: NDArray[np.float64],
    last_radius: NDArray[np.float64],
    bend: NDArray[np.float64],
) -> Pieces:
    """Solve one of the four ways; where it does not exist, as the turns overlap, its lengths are infinite."""
    (at, along), (to, towards), (first, last) = origin, target, sides
    across = np.arctan2(1.0, bend)
    one = at * np.cos(radius)[:, None] + first * cross(at, along) * np.sin(radius)[:, None]
    two = to * np.cos(last_radius)[:, None] + last * cross(to, towards) * np.sin(last_radius)[:, None]
    normal = cross(one, two)
    square = dot(normal, normal)
    cosine = dot(one, two)
    u, v = np.cos(across - first * radius), np.cos(across - last * last_radius)
    a, b = (u - cosine * v) / square, (v - cosine * u) / square
    left = (1.0 - (a * u + b * v)) / square
    exists = left > 0.0
    c = np.sqrt(np.where(exists, left, 0.0))
    axis = a[:, None] * one + b[:, None] * two + c[:, None] * normal
    leave = _touch(axis, across, one)
    arrive = _touch(axis, across, two)
    turn = _angle(first * one, at, leave) * np.sin(radius)
    stretch = _angle(axis, leave, arrive) * np.sin(across)
    last_turn = _angle(last * two, arrive, to) * np.sin(last_radius)
    length = np.stack([turn, stretch, last_turn], axis=1) * EARTH_M
    return Pieces(
        np.stack([at, leave, arrive], axis=1),
        np.stack([first * one, axis, last * two], axis=1),
        np.where(exists[:, None], length, np.inf),
    )


def _touch(axis: Vectors, across: NDArray[np.float64], centre: Vectors) -> Vectors:
    """Return where the circle around `axis` of angular radius `across` touches one around `centre`."""
    towards = normed(centre - axis * dot(axis, centre)[:, None])
    touching: Vectors = axis * np.cos(across)[:, None] + towards * np.sin(across)[:, None]
    return touching


def _angle(axis: Vectors, start: Vectors, end: Vectors) -> NDArray[np.float64]:
    """Return the angle from `start` to `end` round `axis`, counter-clockwise, from 0 to 2π."""
    out = start - axis * dot(axis, start)[:, None]
    angle = np.arctan2(dot(cross(axis, start), end), dot(out, end)) % (2 * np.pi)
    return np.where(angle > _FULL_TURN, 0.0, angle)
