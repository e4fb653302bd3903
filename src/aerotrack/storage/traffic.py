"""Traffic: how many flights there were, step by step, from what is known of each flight as a whole.

Positions are not counted: with ten million of them that would take seconds. A flight is taken to be there
from when it began until it was heard last; ten minutes of which no position is stored have none.
"""

from importlib import resources
from time import monotonic

import numpy as np
from numpy.typing import NDArray

from aerotrack.storage.queries import named_statements
from aerotrack.storage.reading import Reading
from aerotrack.storage.stored import BUCKET_US

KEPT_S = 60.0
MOST_KEPT = 16  # answers, of a few kilobytes each

_STATEMENTS = named_statements(
    (resources.files("aerotrack.storage") / "traffic.sql").read_text(encoding="utf-8")
)
_BUCKET_S = BUCKET_US / 1e6

Counts = NDArray[np.int64]


class Traffic:
    """Counts flights, and keeps each answer for a minute: many viewers look at the same days."""

    def __init__(self, reading: Reading) -> None:
        self._reading = reading
        self._kept: dict[tuple[float, float, float], tuple[float, Counts]] = {}

    async def flights(self, start: float, end: float, step: float) -> Counts:
        """Count the flights of each step (s) from `start` to `end` (Unix times). Raises DatabaseError."""
        asked = start, end, step
        when, counts = self._kept.get(asked, (0.0, None))
        if counts is None or monotonic() - when > KEPT_S:
            async with self._reading.question() as ask:
                spans = await ask.rows_of(_STATEMENTS["spans"], *asked)
                stored = await ask.rows_of(_STATEMENTS["stored"], start, end)
            begins = np.array([row["begins"] for row in stored], np.float64)
            first, last = (
                np.array([(row[name], row["flights"]) for row in spans if row[name] is not None], np.int64)
                for name in ("first", "last")
            )
            steps = int(np.ceil((end - start) / step))
            counts = np.where(_held(begins, start, step, steps), _there(first, last, steps), 0)
            self._kept.pop(asked, None)
            self._kept[asked] = monotonic(), counts
            while len(self._kept) > MOST_KEPT:
                del self._kept[next(iter(self._kept))]
        return counts


def _there(first: Counts, last: Counts, steps: int) -> Counts:
    """Count who is there in each step: all that have begun by then, but those that were over before."""
    begun, over = np.zeros(steps + 2, np.int64), np.zeros(steps + 2, np.int64)
    for counts, pairs in ((begun, first), (over, last)):
        if len(pairs):
            np.add.at(counts, np.clip(pairs[:, 0], -1, steps) + 1, pairs[:, 1])
    counted: Counts = np.cumsum(begun)[1:-1] - np.cumsum(over)[:-2]
    return counted


def _held(begins: NDArray[np.float64], start: float, step: float, steps: int) -> NDArray[np.bool_]:
    """Tell of which steps something is stored, given the begins of the ten minutes that hold positions."""
    held = np.zeros(steps + 1, np.int64)
    first = np.clip(np.floor((begins - start) / step), 0, steps).astype(np.int64)
    last = np.clip(np.ceil((begins + _BUCKET_S - start) / step), 0, steps).astype(np.int64)
    np.add.at(held, first, 1)
    np.add.at(held, last, -1)
    return np.cumsum(held)[:-1] > 0
