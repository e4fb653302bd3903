"""The published rows: what clients of one precision class hold.

For what a client lacks that knew it up to some tick, each row keeps

    stamp     the tick in which it was last told
    code      the tile it is in, as the class's clients draw it
    entered   by level, the tick since which it is in its tile of that level without a break

and a ring keeps the places that were left: (tick, flight, row, code) of each flight that went, or moved to
another tile. `floor` is the newest tick the ring has forgotten, or in which a flight left its row that came
back in another; who knows less than that starts anew. Pure.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from aerotrack.core.digest import Hashes, flight_hash
from aerotrack.core.precision import Bound, Lines, strays
from aerotrack.core.tiles import FINE, Codes, coarsest_apart, codes_at
from aerotrack.core.wire import MOTION, unpack_motion
from aerotrack.web.latest import LatestRows, Rows, Turn
from aerotrack.web.row_texts import RowTexts

DEAD = -1  # the code of a row in which no flight lives
LEVELS = FINE + 1
_PHASE = MOTION.fields["phase"].offset
RING = 1 << 17  # places left; the world leaves some 80 a second, which makes 25 minutes


@dataclass(frozen=True, slots=True, eq=False)
class Left:
    """N times that a flight left a tile: the flight's id, its row and the tile's code."""

    flight: NDArray[np.int64]
    row: Rows
    code: Codes


class PublishedRows:
    """Arrays by row. Changed by `publish` alone, once a tick."""

    def __init__(self, latest: LatestRows, bound: Bound, *, ring: int = RING) -> None:
        self.latest = latest
        self.bound = bound
        self.floor = 0
        self.stamp = np.empty(0, np.int64)
        self.code = np.empty(0, np.int32)
        self.entered = np.empty((LEVELS, 0), np.int64)
        self.motion = MOTION.blank(0)
        self.texts = RowTexts(latest)
        self._drawn = Lines()
        self._left_at = np.zeros(ring, np.int64)  # ticks
        self._left = Left(np.zeros(ring, np.int64), np.zeros(ring, np.intp), np.zeros(ring, np.int32))
        self._next = 0  # where in the ring the next entry goes

    @property
    def tick(self) -> int:
        """The tick of which this is the picture."""
        return self.latest.tick

    def publish(self, turn: Turn) -> None:
        """Take in a tick that the latest rows have taken."""
        self._grow(self.latest.capacity)
        self.floor = max(self.floor, turn.reseated)
        self._note_left(turn.left, turn.left_flights)
        self.code[turn.left] = DEAD
        self.texts.forget(turn.left)
        rows = turn.rows if self.bound.metres == 0 else self._straying(turn)
        self.motion[rows] = self.latest.motion[rows]
        self.stamp[rows] = turn.tick
        self.texts.forget(rows)
        if self.bound.metres == 0:
            self._settle(rows, self.latest.columns["code"][rows])
            return
        self._drawn.lay(rows, unpack_motion(self.motion[rows], turn.time))
        live = np.flatnonzero(self.latest.columns["live"])
        x, y = self._drawn.at(turn.time)
        self._settle(live, codes_at(x[live], y[live]))

    def left_since(self, tick: int) -> Left:
        """Return what was left after `tick`, which is not below `floor`."""
        entries = np.flatnonzero(self._left_at > tick)
        left = self._left
        return Left(left.flight[entries], left.row[entries], left.code[entries])

    def hashes(self, rows: Rows) -> Hashes:
        """Return the hashes of these rows for a digest."""
        return flight_hash(self.latest.columns["facts_hash"][rows], self.motion[rows])

    def _straying(self, turn: Turn) -> Rows:
        """Return the rows of which the class's clients must be told."""
        latest = self.latest
        told = strays(latest.truth, self._drawn, turn.time, self.bound) & latest.columns["live"]
        astray = np.flatnonzero(told)  # to tell the same again would help nobody: it is the rounding
        told[astray] = (latest.motion[astray] != self.motion[astray]).any(axis=1)
        rows = turn.rows  # what is no number cannot be a little wrong
        told[rows] |= latest.columns["facts_tick"][rows] == turn.tick
        told[rows] |= latest.motion[rows, _PHASE] != self.motion[rows, _PHASE]
        return np.flatnonzero(told)

    def _settle(self, rows: Rows, codes: Codes) -> None:
        """Have flights be in these tiles now."""
        moves = codes != self.code[rows]
        rows, codes, before = rows[moves], codes[moves], self.code[rows[moves]]
        moved = before != DEAD
        self._note_left(rows[moved], self.latest.columns["flight"][rows[moved]])
        apart = np.where(moved, coarsest_apart(before, codes), 0)
        levels = np.arange(LEVELS)[:, None]
        self.entered[:, rows] = np.where(levels >= apart, self.tick, self.entered[:, rows])
        self.code[rows] = codes

    def _note_left(self, rows: Rows, flights: NDArray[np.int64]) -> None:
        """Remember that flights left the tiles they are in, at the price of the oldest such memories."""
        size = len(self._left_at)
        if len(rows) > size:
            self.floor, rows, flights = self.tick, rows[-size:], flights[-size:]
        at = (self._next + np.arange(len(rows))) % size
        self.floor = max(self.floor, int(self._left_at[at].max(initial=0)))
        self._left_at[at] = self.tick
        self._left.flight[at], self._left.row[at], self._left.code[at] = flights, rows, self.code[rows]
        self._next = (self._next + len(rows)) % size

    def _grow(self, capacity: int) -> None:
        more = capacity - len(self.stamp)
        if more <= 0:
            return
        self.stamp = np.concatenate([self.stamp, np.zeros(more, np.int64)])
        self.code = np.concatenate([self.code, np.full(more, DEAD, np.int32)])
        self.entered = np.concatenate([self.entered, np.zeros((LEVELS, more), np.int64)], axis=1)
        self.motion = np.concatenate([self.motion, MOTION.blank(more)])
        self.texts.grow(capacity)
        self._drawn.grow(capacity)
