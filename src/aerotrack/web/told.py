"""What one client is told in a tick, as pieces of bytes: records for binary clients, texts for JSON. Pure."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from itertools import pairwise, repeat

import numpy as np

from aerotrack.core.wire import Records
from aerotrack.web.delta import Cut, Cuts, Delta, Ranges, Spans
from aerotrack.web.latest import Rows
from aerotrack.web.published import PublishedRows

Piece = memoryview | bytes

MOST_GATHERED = 1 << 15  # rows at once: 1 MB as they move, 3 MB whole


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
        self._levels: dict[int, tuple[Records, Records]] = {}

    def told(self, cut: Cut) -> Told:
        """Return a cut as bytes."""
        facts, crossed = self._level(cut.level)
        motion = _pieces(self._motion, cut.moved) + _pieces(crossed, cut.crossed)
        return Told(cut.gone, _pieces(facts, cut.whole), motion)

    def told_each(self, cuts: Cuts) -> Iterator[Told]:
        """Return each of some cuts as bytes, gathered for as many at once as stay in a cache."""
        facts, crossed = self._level(cuts.level)
        kinds = ((facts, cuts.whole), (self._motion, cuts.moved), (crossed, cuts.crossed))
        rows = np.cumsum(np.sum([spans.counts for _, spans in kinds], axis=0))
        first = 0
        while first < len(cuts):
            before = rows[first - 1] if first else 0
            last = max(first + 1, int(np.searchsorted(rows, before + MOST_GATHERED, side="right")))
            each = zip(*(_gathered(records, spans, first, last) for records, spans in kinds), strict=True)
            for gone, (whole, moved, came) in zip(cuts.gone[first:last], each, strict=True):
                yield Told(gone, whole, [*moved, *came])
            first = last

    @cached_property
    def _motion(self) -> Records:
        return self.delta.published.motion.take(self.delta.moved.rows, axis=0)

    def _level(self, level: int) -> tuple[Records, Records]:
        if level not in self._levels:
            published, whole = self.delta.published, self.delta.whole(level)
            facts = published.latest.facts_of(whole.rows)
            self._levels[level] = facts, published.motion[self.delta.crossed(level).rows]
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

    def told_each(self, cuts: Cuts) -> Iterator[Told]:
        """Return each of some cuts as texts; `write` has written their rows."""
        return map(self.told, cuts)

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


def _pieces(records: Records, ranges: Ranges) -> list[Piece]:
    return [records[begin:end].tobytes() for begin, end in ranges]


def _gathered(records: Records, spans: Spans, first: int, last: int) -> Iterator[list[Piece]]:
    """Gather the records of the views from `first` up to but not with `last`; return those of each."""
    places = spans.places(first, last)
    if not len(places):
        return repeat([], last - first)
    size = records.shape[1]
    gathered = records.take(places, axis=0).reshape(-1).data
    ends = (np.cumsum(spans.counts[first:last]) * size).tolist()
    return ([gathered[begin:end]] if begin < end else [] for begin, end in pairwise([0, *ends]))
