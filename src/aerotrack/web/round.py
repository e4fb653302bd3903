"""A round: telling the viewers of one tick. Those who hold and watch alike share what can be shared."""

import asyncio
from collections import defaultdict
from collections.abc import Awaitable, Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby, islice
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from aerotrack.core.events import Event
from aerotrack.core.tiles import View
from aerotrack.web import frames
from aerotrack.web.delta import Cut
from aerotrack.web.frames import Head
from aerotrack.web.notices import Digest, Notices
from aerotrack.web.personal import FilteredPicture, beside_the_list, listed_rows, told_of_the_way
from aerotrack.web.published import PublishedRows
from aerotrack.web.shared import Shared
from aerotrack.web.told import Told, packed, written
from aerotrack.web.viewer import Viewer
from aerotrack.web.watch import Watch

SILENCE_S = 5.0  # a client hears from us at least this often
AT_ONCE = 16  # viewers told before others get their turn
MOST_TOLD = 512  # viewers told the same before they do
MOST_WAITING = 64 << 20  # bytes that wait for clients who share nothing, before more of them begin anew
MOST_CUT = 512  # views cut before they do
SLICE = 1000  # rows written before they do: 2 to 4 ms

Pause = Callable[[], Awaitable[bool]]
"""Gives others their turn, and says whether to go on: not if there is a newer tick to tell of."""


@dataclass(frozen=True, slots=True)
class News:
    """A tick: its number, stream time, the tick before, whether digests are due, and what happened."""

    tick: int = 0
    time: float = 0.0
    before: int = 0
    digest: bool = False
    events: Sequence[Event] = ()


class Group(NamedTuple):
    """Viewers who read one format, are of one class, hold the same tick (0: nothing), list flights or not."""

    binary: bool
    precision: int
    since: int
    listing: bool


Member = tuple[Viewer, Watch]
"""A viewer, and what it wanted when it was grouped."""

Watchers = tuple[View, list[Member]]
"""A view, and those who watch it."""


class Round:
    """One tick, and what is made once for all who are told of it."""

    def __init__(
        self,
        classes: Sequence[PublishedRows],
        news: News,
        *,
        tick_seconds: float,
        count: Callable[[int, int], None],
    ) -> None:
        self._classes = classes
        self.news = news
        self._feeds = classes[0].latest.feeds
        self._tick_seconds = tick_seconds
        self._count = count
        self.put_off = 0  # how often a client who begins anew had to wait, for much waits for others like it
        self._notices = Notices(news.events, classes[0])
        self._shared = Shared(classes)
        self._now = 0.0

    async def tell(self, viewers: Iterable[Viewer], turn: int, pause: Pause) -> bool:
        """Tell these viewers, beginning with another group each `turn`; say whether it came to its end."""
        self._now = asyncio.get_running_loop().time()
        groups: dict[tuple[bool, int, int, bool], dict[View, list[Member]]]
        groups = defaultdict(lambda: defaultdict(list))
        alone: list[Member] = []
        for viewer in viewers:
            wants = viewer.wants
            if wants is None or viewer.holds >= self.news.tick:
                continue
            since = self._since(viewer, wants)
            if wants.filter is None and (not since or viewer.watch is wants or viewer.watch == wants):
                key = (viewer.binary, wants.precision, since, bool(wants.flights))
                groups[key][wants.view].append((viewer, wants))
            else:
                alone.append((viewer, wants))
        order = sorted(groups, reverse=True)  # binary first: it costs least
        first = turn % len(order) if order else 0
        for group in (Group(*key) for key in (*order[first:], *order[:first])):
            if not (await self._tell_group(group, groups[group], pause) and await pause()):
                return False
            self._shared.forget({0, self.news.before})
        first = turn % len(alone) if alone else 0
        waiting = sum(viewer.sink.waiting for viewer, _ in alone)
        for viewer, wants in (*alone[first:], *alone[:first]):
            since = self._since(viewer, wants)
            if not self._still(viewer, wants, since):
                continue
            if not since and waiting >= MOST_WAITING:
                self.put_off += 1
            else:
                self._tell_alone(viewer, wants)
                if not await pause():
                    return False
                waiting += viewer.sink.waiting
        return True

    def _since(self, viewer: Viewer, wants: Watch) -> int:
        """Return the tick whose picture a viewer holds, 0 if it must begin anew."""
        if viewer.anew:
            return 0
        floor = self._classes[wants.precision].floor
        if wants.flights or (viewer.watch and viewer.watch.flights):
            floor = max(floor, self._classes[0].floor)
        return 0 if viewer.holds < floor else viewer.holds

    def _still(self, viewer: Viewer, wants: Watch, since: int) -> bool:
        """Say whether a viewer still wants and can be told what it was grouped for, after others' turn."""
        return viewer.wants is wants and not (viewer.anew and since) and viewer.sink.ready

    async def _tell_group(self, group: Group, members: Mapping[View, list[Member]], pause: Pause) -> bool:
        if not group.binary:
            writing = self._shared.written(self._shared.delta(group.precision, group.since))
            while not writing.write({view.level for view in members}, SLICE):
                if not await pause():
                    return False
        tell = self._tell_beside_lists if group.listing else self._tell_alike
        told = 0
        for of_level in _batches(members.items()):
            for some in tell(group, of_level):
                told += some
                if (told >= AT_ONCE or group.listing) and not await pause():
                    return False
                told %= AT_ONCE
        return True

    def _hears_events(self, since: int) -> bool:
        """Say whether there are events for those who hold a tick: for who is neither new nor behind."""
        return since == self.news.before and since > 0 and len(self._notices) > 0

    def _happened(self, views: Sequence[View], group: Group) -> NDArray[np.bool_]:
        """Say for each view which events its viewers are told of: none, when they are behind."""
        if not self._hears_events(group.since):
            return np.zeros((len(views), len(self._notices)), bool)
        return self._notices.of_views(views, self._classes[group.precision])

    def _tell_alike(self, group: Group, of_views: Sequence[Watchers]) -> Iterator[int]:
        """Tell viewers who watch a view, and nothing else, what its cut says; yield how many were told."""
        views = [view for view, _ in of_views]
        delta = self._shared.delta(group.precision, group.since)
        told_each = self._shared.bytes_of(delta, binary=group.binary).told_each(delta.cut(views))
        afters = self._afters(views, group)
        for (_, members), told, after in zip(of_views, told_each, afters, strict=True):
            if len(members) == 1:
                self._tell_same(group, told, members, after)
                yield 1
                continue
            for begin in range(0, len(members), MOST_TOLD):
                some = members[begin : begin + MOST_TOLD]
                self._tell_same(group, told, some, after)
                yield len(some)

    def _tell_same(self, group: Group, told: Told, members: Sequence[Member], after: Sequence[bytes]) -> None:
        """Tell viewers the same, and make it once for all who were told the same before."""
        made: dict[tuple[int, int], Sequence[bytes]] = {}
        for viewer, wants in members:
            if not self._still(viewer, wants, group.since):
                continue
            if group.since and told.empty and not self._is_heard(viewer, after):
                viewer.holds = self.news.tick
                continue
            key = (viewer.told if group.since else 0, viewer.feeds_told)
            if key not in made:
                pieces = self._pieces(viewer, wants, group.since, told, after)
                made[key] = pieces if len(members) == 1 else [b"".join(pieces)]
            self._push(viewer, made[key])

    def _tell_beside_lists(self, group: Group, of_views: Sequence[Watchers]) -> Iterator[int]:
        """Tell viewers what a cut says of all but the flights they list, and of those exactly."""
        views = [view for view, _ in of_views]
        cuts = self._shared.delta(group.precision, group.since).cut(views)
        for (_, members), cut, happened in zip(of_views, cuts, self._happened(views, group), strict=True):
            for viewer, wants in members:
                if self._still(viewer, wants, group.since):
                    self._tell_beside_list(viewer, wants, group, cut, happened)
                yield 1

    def _tell_beside_list(
        self, viewer: Viewer, wants: Watch, group: Group, cut: Cut, happened: NDArray[np.bool_]
    ) -> None:
        exact, digest = self._classes[0], None
        delta = self._shared.delta(group.precision, group.since)
        rest, whole, moved = beside_the_list(delta, self._shared.delta(0, delta.since), cut, wants)
        told = self._shared.bytes_of(delta, binary=group.binary).told(rest)
        told.add((packed if viewer.binary else written)(exact, whole, moved))
        if self._hears_events(delta.since):
            happened = happened | self._notices.of_flights(wants.flights)
        if self.news.digest:
            rows = np.array(listed_rows(exact, wants), np.intp)
            within = rows[wants.view.covers(delta.published.code[rows])]
            census = self._shared.census(wants.precision)
            digest = census.of_views([wants.view])[0] - census.of_rows(within)
            digest += self._shared.census(0).of_rows(rows)
        self._tell_one(viewer, wants, delta.since, told, self._after(digest, happened))

    def _tell_alone(self, viewer: Viewer, wants: Watch) -> None:
        """Tell a viewer whose view moved, or who filters."""
        since = self._since(viewer, wants)
        tell = packed if viewer.binary else written
        happened = np.zeros(len(self._notices), bool)
        current = self._hears_events(since)
        digest: Digest | None = None
        if wants.filter is None:
            told = told_of_the_way(self._classes, since, viewer.watch or wants, wants, tell)
            if current:
                (happened,) = self._notices.of_views([wants.view], self._classes[wants.precision])
        else:
            picture = viewer.filtered if since and viewer.filtered else FilteredPicture()
            viewer.filtered = picture
            told = picture.told(self._classes, since, wants, self._shared.passing(wants.filter), tell)
            if current:
                happened = self._notices.of_rows(picture.rows)
            if self.news.digest:
                digest = self._shared.census(wants.precision).of_rows(picture.viewed)
                digest += self._shared.census(0).of_rows(picture.listed)
        self._tell_one(viewer, wants, since, told, self._after(digest, happened))

    def _tell_one(self, viewer: Viewer, wants: Watch, since: int, told: Told, after: Sequence[bytes]) -> None:
        if since and told.empty and not self._is_heard(viewer, after):
            viewer.holds = self.news.tick
        else:
            self._push(viewer, self._pieces(viewer, wants, since, told, after))

    def _is_heard(self, viewer: Viewer, after: Sequence[bytes]) -> bool:
        """Say whether a viewer hears from us although nothing changed for it."""
        silent_for = self._now - viewer.told_at + self._tick_seconds
        return bool(after) or viewer.asked or silent_for > SILENCE_S

    def _afters(self, views: Sequence[View], group: Group) -> list[list[bytes]]:
        """Return for each view what comes after the changes."""
        afters = self._notices.frames_each(self._happened(views, group))
        if self.news.digest:
            digests = self._shared.census(group.precision).of_views(views)
            afters = [[self._written(digest), *after] for digest, after in zip(digests, afters, strict=True)]
        return afters

    def _after(self, digest: Digest | None, happened: NDArray[np.bool_]) -> list[bytes]:
        """Return what comes after the changes: a digest, and events."""
        events = self._notices.frames(happened)
        return events if digest is None else [self._written(digest), *events]

    def _written(self, digest: Digest) -> bytes:
        return frames.text(frames.digest(self.news.tick, digest.flights, digest.total))

    def _pieces(
        self, viewer: Viewer, wants: Watch, since: int, told: Told, after: Sequence[bytes]
    ) -> list[bytes]:
        feeds = self._feeds if len(self._feeds) != viewer.feeds_told else None
        head = Head(viewer.told if since else 0, self.news.tick, self.news.time, wants.name, feeds)
        return [*(frames.binary_changes if viewer.binary else frames.json_changes)(head, told), *after]

    def _push(self, viewer: Viewer, pieces: Sequence[bytes]) -> None:
        viewer.sink.push(pieces)
        viewer.note(self.news.tick, self._now, len(self._feeds))
        self._count(1, sum(map(len, pieces)))


def _batches(members: Iterable[Watchers]) -> Iterator[list[Watchers]]:
    """Cut views and their viewers into some of one level each."""
    for _, alike in groupby(sorted(members, key=_level), _level):
        while some := [*islice(alike, MOST_CUT)]:
            yield some


def _level(watchers: Watchers) -> int:
    return watchers[0].level
