"""Deltas: what happened after tick k in one precision class, laid out so that any view is a few slices of it.

Rows are sorted by the codes of their tiles, and a view is a few ranges of codes, so what a client of a view
lacks is a few slices of bytes that were packed once for everybody. Pure.
"""

from bisect import bisect_left
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from aerotrack.core.tiles import Codes, View, covering
from aerotrack.web.latest import NO_ROWS, Rows
from aerotrack.web.published import DEAD, Left, PublishedRows

MOST_PAIRS = 1 << 17  # of views and flights that are compared at once: 1 MB of each intermediate

Ranges = list[tuple[int, int]]


class Spans(NamedTuple):
    """Where the rows of V views are among sorted ones: S spans, `begin` (S,) up to but not with `end` (S,).

    Those of view v are the spans from `borders[v]` up to `borders[v + 1]`; `counts` (V,) are their rows.
    """

    begin: NDArray[np.intp]
    end: NDArray[np.intp]
    borders: NDArray[np.intp]

    @property
    def counts(self) -> NDArray[np.intp]:
        """How many rows each view has."""
        upto = np.append(0, np.cumsum(self.end - self.begin))
        return np.diff(upto[self.borders])

    def ranges(self, view: int) -> Ranges:
        """Return where the rows of a view are."""
        spans = slice(self.borders[view], self.borders[view + 1])
        return [*zip(self.begin[spans].tolist(), self.end[spans].tolist(), strict=True)]

    def places(self, first: int, last: int) -> NDArray[np.intp]:
        """Return where the rows are of the views from `first` up to but not with `last`, one by one."""
        spans = slice(self.borders[first], self.borders[last])
        begin, size = self.begin[spans], self.end[spans] - self.begin[spans]
        upto = np.cumsum(size)
        places: NDArray[np.intp] = np.repeat(begin - (upto - size), size)
        places += np.arange(len(places))
        return places


@dataclass(frozen=True, eq=False)
class Sorted:
    """N rows, sorted by the codes (N,) of their tiles."""

    rows: Rows
    codes: Codes

    @classmethod
    def of(cls, rows: Rows, codes: Codes) -> "Sorted":
        """Sort rows by their codes."""
        order = np.argsort(codes)  # unstable: three times as fast
        return cls(rows[order], codes[order])

    def spans(self, views: "Bounds") -> Spans:
        """Return where the rows of each view are; spans that touch are one."""
        ends = np.searchsorted(self.codes, views.codes).reshape(-1, 2)
        some = ends[:, 0] < ends[:, 1]
        ends, of_view = ends[some], views.of_view[some]
        apart = (ends[1:, 0] != ends[:-1, 1]) | (of_view[1:] != of_view[:-1])
        first, last = np.append(True, apart)[: len(ends)], np.append(apart, True)[: len(ends)]
        borders = np.searchsorted(of_view[first], np.arange(views.count + 1))
        return Spans(ends[first, 0], ends[last, 1], borders)

    def without(self, ranges: Ranges, rows: Sequence[int]) -> Ranges:
        """Take rows out of ranges of these."""
        left: Ranges = []
        out = sorted(self._place[row] for row in rows if row in self._place)
        for first, last in ranges:
            begin = first
            for position in out[bisect_left(out, first) : bisect_left(out, last)]:
                left.append((begin, position))
                begin = position + 1
            left.append((begin, last))
        return [(begin, end) for begin, end in left if begin < end]

    @cached_property
    def _place(self) -> dict[int, int]:
        """Where each row is."""
        return {row: place for place, row in enumerate(self.rows.tolist())}


class Bounds:
    """The ranges of codes of several views, one after the other."""

    def __init__(self, views: Sequence[View]) -> None:
        self.count = len(views)
        self.codes = np.concatenate([view.bounds for view in views])
        self.of_view = np.repeat(np.arange(self.count), [len(view.bounds) // 2 for view in views])


class Cut(NamedTuple):
    """What a client of a view lacks: ranges of the delta's rows and of its level's; flights gone."""

    level: int
    moved: Ranges
    whole: Ranges
    crossed: Ranges
    gone: dict[int, int]  # flight: row

    @property
    def empty(self) -> bool:
        """Whether there is nothing to tell."""
        return not (self.moved or self.whole or self.crossed or self.gone)


@dataclass(frozen=True, eq=False)
class Cuts:
    """What clients of V views of one level lack: of each one what a `Cut` has."""

    level: int
    moved: Spans
    whole: Spans
    crossed: Spans
    gone: list[dict[int, int]]

    def __len__(self) -> int:
        return len(self.gone)

    def __iter__(self) -> Iterator[Cut]:
        for view, gone in enumerate(self.gone):
            moved, whole, crossed = (s.ranges(view) for s in (self.moved, self.whole, self.crossed))
            yield Cut(self.level, moved, whole, crossed, gone)


class Delta:
    """What happened after tick `since`; 0: everything that lives.

    It is read while the published rows stay as they are: until the next tick.
    """

    def __init__(self, published: PublishedRows, since: int) -> None:
        self.published = published
        self.since = since
        self._live = published.code != DEAD
        rows = np.flatnonzero(self._live & (published.stamp > since) if since else self._live)
        self.moved = Sorted.of(rows, published.code[rows])
        self._levels: dict[int, tuple[Sorted, Sorted]] = {}

    def without(self, cut: Cut, rows: Sequence[int]) -> Cut:
        """Take rows out of a cut."""
        whole, crossed = self._level(cut.level)
        flights = set(self.published.latest.columns["flight"][rows].tolist())
        return Cut(
            cut.level,
            self.moved.without(cut.moved, rows),
            whole.without(cut.whole, rows),
            crossed.without(cut.crossed, rows),
            {flight: row for flight, row in cut.gone.items() if flight not in flights},
        )

    def whole(self, level: int) -> Sorted:
        """Return the rows whose facts a client of views of `level` may lack."""
        return self._level(level)[0]

    def crossed(self, level: int) -> Sorted:
        """Return those of them that have not moved: they only came to another tile as they are drawn."""
        return self._level(level)[1]

    def cut(self, views: Sequence[View]) -> Cuts:
        """Return what clients of these views, all of one level, lack."""
        level, bounds = views[0].level, Bounds(views)
        moved, whole, crossed = (rows.spans(bounds) for rows in (self.moved, *self._level(level)))
        return Cuts(level, moved, whole, crossed, self._gone(views))

    @cached_property
    def left(self) -> tuple[Left, Codes]:
        """What was left after `since`, and the tiles where those flights are now; DEAD if nowhere."""
        published, left = self.published, self.published.left_since(self.since)
        row_of = published.latest.row_of
        rows = np.array([row_of.get(flight, -1) for flight in left.flight.tolist()], np.intp)
        return left, np.where(rows >= 0, published.code[rows], np.int32(DEAD)) if len(rows) else left.code

    def _level(self, level: int) -> tuple[Sorted, Sorted]:
        if self.since == 0:
            return self.moved, Sorted(NO_ROWS, self.moved.codes[:0])
        if level not in self._levels:
            p = self.published
            new = (p.entered[level] > self.since) | (p.latest.columns["facts_tick"] > self.since)
            rows = np.flatnonzero(self._live & new)
            whole = Sorted.of(rows, p.code[rows])
            still = p.stamp[whole.rows] <= self.since
            self._levels[level] = whole, Sorted(whole.rows[still], whole.codes[still])
        return self._levels[level]

    def _gone(self, views: Sequence[View]) -> list[dict[int, int]]:
        """Return for each view the flights, with their rows, that left it after `since` and are not back."""
        gone: list[dict[int, int]] = [{} for _ in views]
        if self.since == 0 or not len(self.left[0].flight):
            return gone
        left, now = self.left
        at_once = max(1, MOST_PAIRS // len(now))  # a resume after a long time has tens of thousands
        for begin in range(0, len(views), at_once):
            some = views[begin : begin + at_once]
            away = covering(some, left.code) & ~(covering(some, np.maximum(now, 0)) & (now != DEAD))
            of_view, entries = np.nonzero(away)
            flights, rows = left.flight[entries].tolist(), left.row[entries].tolist()
            for view, flight, row in zip(of_view.tolist(), flights, rows, strict=True):
                gone[begin + view][flight] = row
        return gone
