"""What leads one client from what it watched to what it watches now: where no two clients share the way.

So it is when a view moved, when flights are listed, and when there is a filter. Pure.
"""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from aerotrack.core.tiles import FINE
from aerotrack.web.delta import Cut, Delta
from aerotrack.web.latest import LatestRows, Rows
from aerotrack.web.published import DEAD, Left, PublishedRows
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
    held = _covered(published, before) & (published.entered[FINE] <= since)
    held_exactly = _listed(published, before) & (latest.columns["begun"] <= since)
    news = latest.columns["facts_tick"] > since
    told = _told(published, covered, covered & (~held | news), since, tell)
    told.add(_told(exact, listed, listed & (~held_exactly | news), since, tell))
    here = covered | listed
    told.gone = _flights_in(published, (held | held_exactly) & ~here)
    left = published.left_since(since)
    told.gone |= _away(left, before.view.covers(left.code), here, latest)
    if before.flights:
        left = exact.left_since(since)
        told.gone |= _away(left, np.isin(left.flight, [*before.flights]), here, latest)
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
            gone = _away(left, held[left.row], here, latest)
            held &= latest.columns["begun"] <= since
        gone |= _flights_in(published, held & ~here & (published.code != DEAD))
        same = held & (held_exactly == listed)
        whole = here & (~same | (latest.columns["facts_tick"] > since))
        told = _told(published, covered, whole, since, tell)
        told.add(_told(exact, listed, whole, since, tell))
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


def _told(published: PublishedRows, watched: Mask, whole: Mask, since: int, tell: Tell) -> Told:
    """Tell what is new of the rows that are watched: some of them whole, others where they moved."""
    moved = watched & ~whole & (published.stamp > since)
    return tell(published, np.flatnonzero(watched & whole), np.flatnonzero(moved))


def _flights_in(published: PublishedRows, rows: Mask) -> dict[int, int]:
    """Return the flights, with their rows, that sit in these."""
    at = np.flatnonzero(rows)
    return dict(zip(published.latest.columns["flight"][at].tolist(), at.tolist(), strict=True))


def _away(left: Left, watched: Mask, here: Mask, latest: LatestRows) -> dict[int, int]:
    """Return the flights, with their rows, that left where they were watched and are not `here`."""
    flights, rows = left.flight[watched].tolist(), left.row[watched].tolist()
    now = (latest.row_of.get(flight) for flight in flights)
    return {
        flight: row for flight, row, at in zip(flights, rows, now, strict=True) if at is None or not here[at]
    }


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
