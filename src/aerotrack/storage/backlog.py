"""Backlog: what was taken from the tracker and is not in the database yet, bounded, in pieces. Pure.

Positions are kept as they came, without a copy; a tick of more than a batch is cut.
"""

from collections import deque
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from aerotrack.core.changes import Changes
from aerotrack.core.columns import Columns
from aerotrack.core.events import Event

_NO_FLIGHTS: Columns = {"address": np.empty(0, np.uint32), "start": np.empty(0, np.int64)}


@dataclass(frozen=True, slots=True, eq=False)
class Piece:
    """Part of one tick, or all of it: positions, flights that ended, events, the stamp reached with it."""

    positions: Columns
    ended: Columns
    mark: int
    taken: float
    events: Sequence[Event] = ()

    def __len__(self) -> int:
        return len(self.positions["address"])


class Backlog:
    """A queue of pieces of at most `batch` positions, bounded by `limit` positions in all.

    When it is full the positions and events of a tick are dropped, the flights that ended are not. With
    `ordered` (a source that can be read again) nothing after a drop is kept either, and marks stand still:
    what is stored is then a beginning of the recording without holes, and reading it again stores the rest.
    """

    def __init__(self, *, limit: int, batch: int, ordered: bool) -> None:
        self._limit, self._batch, self._ordered = limit, batch, ordered
        self._pieces: deque[Piece] = deque()
        self.mark = 0  # the stamp up to which everything was taken in
        self.positions = 0
        self.dropped = 0

    def __bool__(self) -> bool:
        return bool(self._pieces)

    @property
    def oldest(self) -> float | None:
        """When the oldest piece was taken, or None when there is none."""
        return self._pieces[0].taken if self._pieces else None

    def add(self, changes: Changes, now: float, events: Sequence[Event] = ()) -> int:
        """Take in a tick at time `now` of any clock, and return how many of its positions were dropped."""
        positions, count = changes.positions, len(changes.positions["address"])
        dropped = count if self._broken or self.positions + count > self._limit else 0
        if dropped:
            self.dropped += dropped
            positions, count, events = _NO_FLIGHTS, 0, ()
        reached = self.mark if self._broken else changes.stamp
        if count or len(changes.ended["address"]) or events or reached != self.mark:
            *parts, last = self._cut(positions, count)
            self._pieces += [Piece(part, _NO_FLIGHTS, int(part["stamp"].max()), now) for part in parts]
            self._pieces.append(Piece(last, changes.ended, reached, now, events))
        self.positions += count
        self.mark = reached
        return dropped

    def next(self) -> list[Piece]:
        """Take out the next pieces, as many as fit a batch; none when the backlog is empty."""
        taken: list[Piece] = []
        rows = 0
        while self._pieces and (not taken or rows + len(self._pieces[0]) <= self._batch):
            piece = self._pieces.popleft()
            rows += len(piece)
            taken.append(piece)
        self.positions -= rows
        return taken

    @property
    def _broken(self) -> bool:
        return self._ordered and self.dropped > 0

    def _cut(self, positions: Columns, count: int) -> list[Columns]:
        """Cut positions into parts of a batch, in order of their stamps where these count."""
        if count <= self._batch:
            return [positions]
        if self._ordered:
            order = np.argsort(positions["stamp"], kind="stable")
            positions = {name: values[order] for name, values in positions.items()}
        return [
            {name: values[first : first + self._batch] for name, values in positions.items()}
            for first in range(0, count, self._batch)
        ]
