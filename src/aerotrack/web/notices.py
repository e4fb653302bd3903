"""What is said of a tick beside its changes: digests, and events. Pure."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from aerotrack.core.digest import Hashes, total
from aerotrack.core.events import Event
from aerotrack.core.identity import flight_text, unpack_flight
from aerotrack.core.tiles import NOWHERE, View, covering
from aerotrack.core.values import moment
from aerotrack.web import frames
from aerotrack.web.delta import Bounds, Sorted
from aerotrack.web.latest import Rows
from aerotrack.web.published import DEAD, PublishedRows

MOST_EVENTS = 500  # of a tick; the API has all of them
_ALARMS = ("emergency_on", "emergency_off")


@dataclass(frozen=True, slots=True)
class Digest:
    """How many flights a client should hold, and the sum of their hashes."""

    flights: int
    total: int

    def __add__(self, other: "Digest") -> "Digest":
        return Digest(self.flights + other.flights, self.total + other.total & 0xFFFFFFFF)

    def __sub__(self, other: "Digest") -> "Digest":
        return Digest(self.flights - other.flights, self.total - other.total & 0xFFFFFFFF)


class Census:
    """The digests of one class: sums up to each row, so that a view is a few subtractions."""

    def __init__(self, published: PublishedRows) -> None:
        rows = np.flatnonzero(published.code != DEAD)
        self._sorted = Sorted.of(rows, published.code[rows])
        hashes = published.hashes(self._sorted.rows)
        self._sums = np.append(np.uint64(0), np.cumsum(hashes, dtype=np.uint64))
        self._hash: Hashes = np.zeros(len(published.code), np.uint32)
        self._hash[self._sorted.rows] = hashes

    def of_views(self, views: Sequence[View]) -> list[Digest]:
        """Sum up the flights of each view."""
        spans = self._sorted.spans(Bounds(views))
        upto = np.append(np.uint64(0), np.cumsum(self._sums[spans.end] - self._sums[spans.begin]))
        sums = np.diff(upto[spans.borders]) & np.uint64(0xFFFFFFFF)
        return [*map(Digest, spans.counts.tolist(), sums.tolist())]

    def of_rows(self, rows: Rows) -> Digest:
        """Sum up these rows."""
        return Digest(len(rows), total(self._hash[rows]))


class Notices:
    """The events of a tick, each written once."""

    def __init__(self, events: Sequence[Event], exact: PublishedRows) -> None:
        if len(events) > MOST_EVENTS:
            events = sorted(events, key=lambda event: event.kind not in _ALARMS)[:MOST_EVENTS]
        row_of = exact.latest.row_of
        self._rows = np.array([row_of.get(event.flight, -1) for event in events], np.intp)
        self._flights = [event.flight for event in events]
        self._alarms = np.array([event.kind in _ALARMS for event in events], bool)
        self._frames = [_frame(event) for event in events]

    def __len__(self) -> int:
        return len(self._frames)

    def of_views(self, views: Sequence[View], published: PublishedRows) -> NDArray[np.bool_]:
        """Say for each of V views which of the N events happened in it, or are for all: (V, N)."""
        codes, live = np.full(len(self._rows), NOWHERE, np.int32), self._rows >= 0
        codes[live] = published.code[self._rows[live]]
        return np.asarray(covering(views, codes) | self._alarms)

    def of_rows(self, rows: Rows) -> NDArray[np.bool_]:
        """Say which of the N events happened to these rows, or are for all."""
        return np.asarray(np.isin(self._rows, rows) | self._alarms)

    def of_flights(self, flights: Iterable[int]) -> NDArray[np.bool_]:
        """Say which of the N events happened to these flights."""
        return np.isin(self._flights, [*flights])

    def frames(self, chosen: NDArray[np.bool_]) -> list[bytes]:
        """Return the messages of the events that are chosen of the N."""
        return [self._frames[number] for number in np.flatnonzero(chosen).tolist()]

    def frames_each(self, chosen: NDArray[np.bool_]) -> list[list[bytes]]:
        """Return for each of V viewers the messages of the events that are chosen (V, N) for it."""
        each: list[list[bytes]] = [[] for _ in range(len(chosen))]
        of_viewer, numbers = np.nonzero(chosen)
        for viewer, number in zip(of_viewer.tolist(), numbers.tolist(), strict=True):
            each[viewer].append(self._frames[number])
        return each


def _frame(event: Event) -> bytes:
    flight = flight_text(*unpack_flight(event.flight))
    return frames.text(
        {
            "type": "event",
            "id": event.id,
            "kind": event.kind,
            "flight": flight,
            "time": moment(event.time),
            **event.details,
        }
    )
