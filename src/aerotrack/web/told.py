"""What one client is told in a tick, as pieces of bytes: records for binary clients, texts for JSON. Pure."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

import numpy as np

from aerotrack.core.wire import FACTS, MOTION
from aerotrack.web.delta import Cut, Delta, Ranges
from aerotrack.web.latest import Rows
from aerotrack.web.published import PublishedRows

Piece = memoryview | bytes


@dataclass(slots=True)
class Told:
    """Flights updated, as `facts` and `motion` or as `texts`, and flights gone (their ids and rows)."""

    gone: dict[int, int] = field(default_factory=dict)
    facts: Sequence[Piece] = ()
    motion: Sequence[Piece] = ()
    texts: Sequence[bytes] = ()

    @property
    def empty(self) -> bool:
        """Whether there is nothing to tell."""
        return not (self.motion or self.texts or self.gone)

    def add(self, other: "Told") -> None:
        """Tell this, too."""
        self.facts = [*self.facts, *other.facts]
        self.motion = [*self.motion, *other.motion]
        self.texts = [*self.texts, *other.texts]


class PackedDelta:
    """A delta for binary clients: packed once, cut for each."""

    def __init__(self, delta: Delta) -> None:
        self.delta = delta
        self._levels: dict[int, tuple[memoryview, memoryview]] = {}

    def told(self, cut: Cut) -> Told:
        """Return a cut as bytes."""
        facts, crossed = self._level(cut.level)
        motion = _pieces(self._motion, MOTION.size, cut.moved)
        if cut.crossed:
            motion += _pieces(crossed, MOTION.size, cut.crossed)
        return Told(cut.gone, _pieces(facts, FACTS.size, cut.whole), motion)

    @cached_property
    def _motion(self) -> memoryview:
        return memoryview(self.delta.published.motion[self.delta.moved.rows].tobytes())

    def _level(self, level: int) -> tuple[memoryview, memoryview]:
        if level not in self._levels:
            published, whole, crossed = (
                self.delta.published,
                self.delta.whole(level),
                self.delta.crossed(level),
            )
            self._levels[level] = (
                memoryview(published.latest.facts_of(whole.rows).tobytes()),
                memoryview(published.motion[crossed.rows].tobytes()),
            )
        return self._levels[level]


class WrittenDelta:
    """A delta for JSON clients: each row is written once, in slices between which others have their turn."""

    def __init__(self, delta: Delta) -> None:
        self.delta = delta
        self._levels: dict[int, tuple[list[bytes], list[bytes]]] = {}

    def write(self, levels: Iterable[int], at_most: int) -> bool:
        """Write up to `at_most` rows that views of these levels need; say whether none is left."""
        published = self.delta.published
        return all(
            published.texts.write(published.motion, self.delta.whole(level).rows, self._moved(level), at_most)
            for level in levels
        )

    def told(self, cut: Cut) -> Told:
        """Return a cut as texts; `write` has written its rows."""
        moved, crossed = self._level(cut.level)
        texts = [text for begin, end in cut.moved for text in moved[begin:end]]
        texts += [text for begin, end in cut.crossed for text in crossed[begin:end]]
        return Told(texts=texts, gone=cut.gone)

    def _moved(self, level: int) -> Rows:
        """Return the rows that are told without their facts."""
        rows = self.delta.moved.rows
        moved: Rows = rows[~np.isin(rows, self.delta.whole(level).rows)]
        return moved

    def _level(self, level: int) -> tuple[list[bytes], list[bytes]]:
        if level not in self._levels:
            texts, rows = self.delta.published.texts, self.delta.moved.rows
            whole = np.isin(rows, self.delta.whole(level).rows)
            moved = np.where(whole, texts.whole[rows], texts.moved[rows]).tolist()
            self._levels[level] = moved, texts.whole[self.delta.crossed(level).rows].tolist()
        return self._levels[level]


def packed(published: PublishedRows, whole: Rows, moved: Rows) -> Told:
    """Tell these rows of a class to a binary client."""
    if not len(whole) + len(moved):
        return Told()
    rows = np.concatenate([whole, moved])
    return Told(facts=[published.latest.facts_of(whole).tobytes()], motion=[published.motion[rows].tobytes()])


def written(published: PublishedRows, whole: Rows, moved: Rows) -> Told:
    """Tell these rows of a class to a JSON client, writing what is not written yet."""
    texts = published.texts
    texts.write(published.motion, whole, moved, len(whole) + len(moved))
    return Told(texts=[*texts.whole[whole], *texts.moved[moved]])


Tell = Callable[[PublishedRows, Rows, Rows], Told]


def _pieces(whole: memoryview, size: int, ranges: Ranges) -> list[Any]:
    return [whole[begin * size : end * size] for begin, end in ranges]
