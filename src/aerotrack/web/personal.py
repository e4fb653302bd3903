"""What leads one client from what it watched to what it watches now: where no two clients share the way.

So it is when a view moved, when flights are listed, and when there is a filter. Pure.
"""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from aerotrack.core.tiles import FINE
from aerotrack.web.delta import Cut, Delta
from aerotrack.web.latest import Rows
from aerotrack.web.published import DEAD, PublishedRows
from aerotrack.web.told import Tell, Told
from aerotrack.web.watch import Watch

Mask = NDArray[np.bool_]


def told_of_the_way(
    classes: Sequence[PublishedRows], since: int, before: Watch, now: Watch, tell: Tell
) -> Told:
    """Tell a client that watched `before` up to tick `since`, unfiltered, what it lacks of `now`.

    Both are of the same class, and `since` is not below the floors of that class and of the exact one.
    """
    published, exact = classes[now.precision], classes[0]
    latest = published.latest
    covered, listed = _covered(published, now), _listed(published, now)
    was_covered, was_listed = _covered(published, before), _listed(published, before)
    held = was_covered & (published.entered[FINE] <= since)
    held_exactly = was_listed & (latest.columns["begun"] <= since)
    news = latest.columns["facts_tick"] > since
    told = tell(
        published,
        np.flatnonzero(covered & (~held | news)),
        np.flatnonzero(covered & held & ~news & (published.stamp > since)),
    )
    told.add(
        tell(
            exact,
            np.flatnonzero(listed & (~held_exactly | news)),
            np.flatnonzero(listed & held_exactly & ~news & (exact.stamp > since)),
        )
    )
    here = covered | listed
    left = np.flatnonzero((held | held_exactly) & ~here)
    told.gone = dict(zip(latest.columns["flight"][left].tolist(), left.tolist(), strict=True))
    for past, view, flights in ((published, before.view, None), (exact, None, before.flights)):
        entries = past.left_since(since)
        watched = view.covers(entries.code) if view else np.isin(entries.flight, [*(flights or ())])
        names, rows = entries.flight[watched].tolist(), entries.row[watched].tolist()
        for flight, row in zip(names, rows, strict=True):
            at = latest.row_of.get(flight)
            if at is None or not here[at]:
                told.gone[flight] = row
    return told


class FilteredPicture:
    """What a client with a filter holds: one bit a row."""

    def __init__(self) -> None:
        self._held = np.zeros(0, bool)
        self._listed = np.zeros(0, bool)  # those of them that it holds exactly

    def told(
        self, classes: Sequence[PublishedRows], since: int, watch: Watch, passing: Mask, tell: Tell
    ) -> Told:
        """Tell the client of `watch` what it lacks that was told up to `since`; 0: it holds nothing.

        `passing` says of every row whether its flight passes the filter.
        """
        published, exact = classes[watch.precision], classes[0]
        latest = published.latest
        listed = _listed(published, watch)
        covered = _covered(published, watch) & passing
        here = covered | listed
        held, held_exactly = np.zeros((2, latest.capacity), bool)
        gone = {}
        if since:
            held[: len(self._held)], held_exactly[: len(self._held)] = self._held, self._listed
            left = published.left_since(since)
            now = [latest.row_of.get(flight) for flight in left.flight.tolist()]
            away = held[left.row] & np.array([row is None or not here[row] for row in now], bool)
            gone = dict(zip(left.flight[away].tolist(), left.row[away].tolist(), strict=True))
            held &= latest.columns["begun"] <= since
        lost = np.flatnonzero(held & ~here & (published.code != DEAD))
        gone |= dict(zip(latest.columns["flight"][lost].tolist(), lost.tolist(), strict=True))
        same = held & (held_exactly == listed)
        whole = here & (~same | (latest.columns["facts_tick"] > since))
        told = tell(
            published,
            np.flatnonzero(covered & whole),
            np.flatnonzero(covered & ~whole & (published.stamp > since)),
        )
        told.add(
            tell(
                exact,
                np.flatnonzero(listed & whole),
                np.flatnonzero(listed & ~whole & (exact.stamp > since)),
            )
        )
        told.gone = gone
        self._held, self._listed = here, listed
        return told

    @property
    def rows(self) -> Rows:
        """The rows it holds."""
        return np.flatnonzero(self._held)

    @property
    def listed(self) -> Rows:
        """Those of them that it lists."""
        return np.flatnonzero(self._listed)

    @property
    def viewed(self) -> Rows:
        """The others."""
        return np.flatnonzero(self._held & ~self._listed)


def beside_the_list(delta: Delta, exact: Delta, cut: Cut, watch: Watch) -> tuple[Cut, Rows, Rows]:
    """Take the flights of a list out of a cut of their view; they are told exactly, beside it.

    Returns what is left, and the rows of the exact class to tell whole and moved.
    """
    latest = delta.published.latest
    rows = np.array(sorted(listed_rows(delta.published, watch)), np.intp)
    cut = delta.without(cut, rows.tolist())
    if not delta.since:
        return cut, rows, rows[:0]
    went = watch.flights - latest.row_of.keys()
    if went:
        left = exact.left[0]
        ended = zip(left.flight.tolist(), left.row.tolist(), strict=True)
        cut.gone.update({flight: row for flight, row in ended if flight in went})
    told = rows[exact.published.stamp[rows] > delta.since]
    c = latest.columns
    whole = (c["facts_tick"][told] > delta.since) | (c["begun"][told] > delta.since)
    return cut, told[whole], told[~whole]


def listed_rows(published: PublishedRows, watch: Watch) -> list[int]:
    """Return the rows of the live flights that are listed."""
    row_of = published.latest.row_of
    return [row_of[flight] for flight in watch.flights if flight in row_of]


def _covered(published: PublishedRows, watch: Watch) -> Mask:
    """Say for each row whether it is watched as one of the view, and not as one of the list."""
    covered: Mask = published.code != DEAD
    if not watch.view.is_world:
        covered &= watch.view.covers(published.code)
    covered[listed_rows(published, watch)] = False
    return covered


def _listed(published: PublishedRows, watch: Watch) -> Mask:
    listed: Mask = np.zeros(len(published.code), bool)
    listed[listed_rows(published, watch)] = True
    return listed
