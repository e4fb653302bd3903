"""The published rows: what clients hold, and what a client lacks that knew everything up to tick k. Pure.

Every message to a client is the changes since tick k in its view. For that each row keeps

    stamp        the tick of its last change
    facts_tick   the tick in which one of the facts changed last
    entered      the tick since which this flight lives in this tile without a break

and a ring keeps the places that were left: (tick, flight, tile) of each flight that went, or moved to
another tile. `floor` is the newest tick the ring has forgotten; who knows less than that starts anew.

Why nothing is missed: a client that was told of tick k holds the flights that were in its view at k. Such a
flight is either still the same row in the same tile (`entered` <= k), or it left that tile after k, and the
ring knows.
What is told too often does no harm: rows are whole values, and a client ignores a `gone` it does not hold.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any
from zlib import crc32

import numpy as np
from numpy.typing import NDArray

from aerotrack.core.changes import Changes
from aerotrack.core.columns import BY_NAME
from aerotrack.core.identity import flight_ids, flight_text, flight_texts, unpack_flight
from aerotrack.core.tiles import NOWHERE, WORLD, View, tiles_of
from aerotrack.web.flight_json import moved_flights, whole_flights

_NO_ROWS = np.empty(0, np.intp)
_INNER: Mapping[str, Any] = {
    "start": np.int64,
    "flight": np.int64,
    "live": np.bool_,
    "stamp": np.int64,
    "facts_tick": np.int64,
    "entered": np.int64,
    "tile_x": np.int32,
    "tile_y": np.int32,
    "id": object,
    "whole": object,  # its JSON, None where it has to be written again
    "moved": object,
}


@dataclass(frozen=True, slots=True)
class Watch:
    """What a client watches: a view, and flights by their bigint ids, wherever they are."""

    view: View = WORLD
    flights: frozenset[int] = frozenset()

    @property
    def name(self) -> str:
        """Name it so that equal watches have equal names, and others hardly ever."""
        listed = crc32(np.sort(np.array([*self.flights], np.int64)).tobytes())
        return f"{self.view.name};{listed:08x}" if self.flights else self.view.name


@dataclass(frozen=True, slots=True, eq=False)
class Difference:
    """What leads from tick `since` (0: nothing) to `tick`: rows to tell whole, rows that moved, ids gone."""

    since: int
    tick: int
    time: float
    whole: NDArray[np.intp]
    moved: NDArray[np.intp] = field(default_factory=lambda: _NO_ROWS)
    gone: tuple[str, ...] = ()

    @property
    def empty(self) -> bool:
        """Whether there is nothing to tell."""
        return not (len(self.whole) or len(self.moved) or self.gone)


class PublishedRows:
    """Arrays by row. Changed by `apply` alone, once a tick."""

    def __init__(self, *, capacity: int = 1024, ring: int = 65_536) -> None:
        self.tick = 0
        self.time = 0.0
        self.floor = 0
        self._feeds: tuple[str, ...] = ()
        self._rows: dict[str, NDArray[Any]] = {c.name: c.blank(capacity) for c in BY_NAME.values()}
        self._rows |= {name: _blank(dtype, capacity) for name, dtype in _INNER.items()}
        self._row_of: dict[int, int] = {}
        self._left = {name: np.zeros(ring, _INNER[name]) for name in ("stamp", "flight", "tile_x", "tile_y")}
        self._next = 0  # where in the ring the next entry goes

    def __len__(self) -> int:
        return len(self._row_of)

    def apply(self, changes: Changes) -> None:
        """Take in what happened in a tick."""
        self.tick, self.time, self._feeds = changes.tick, changes.time, changes.feeds
        rows: NDArray[np.intp] = changes.updated.get("row", _NO_ROWS)
        gone: NDArray[np.intp] = changes.gone.get("row", _NO_ROWS)
        self._grow(int(max(rows.max(initial=-1), gone.max(initial=-1))) + 1)
        r = self._rows
        went = r["live"][gone] & (
            r["flight"][gone] == flight_ids(changes.gone["address"], changes.gone["start"])
        )
        self._leave(gone[went])
        if changes.since == 0:  # everything that lives: what is not named lives no more
            others = r["live"].copy()
            others[rows] = False
            self._leave(np.flatnonzero(others))
        if len(rows):
            self._update(rows, changes)

    def since(self, tick: int, before: Watch, now: Watch) -> Difference:
        """Return what a client lacks that watched `before` and was told of it up to `tick`; 0: nothing."""
        covered = self._covered(now)
        if tick == 0 or tick < self.floor or tick > self.tick:
            return Difference(0, self.tick, self.time, np.flatnonzero(covered))
        r = self._rows
        held = (covered if before == now else self._covered(before)) & (r["entered"] <= tick)
        whole = covered & (~held | (r["facts_tick"] > tick))
        moved = covered & ~whole & (r["stamp"] > tick)
        gone = {*r["flight"][held & ~covered].tolist(), *self._left_since(tick, before, covered)}
        names = tuple(flight_text(*unpack_flight(flight)) for flight in sorted(gone))
        return Difference(tick, self.tick, self.time, np.flatnonzero(whole), np.flatnonzero(moved), names)

    def write(self, difference: Difference, at_most: int) -> bool:
        """Write the JSON of up to `at_most` rows that lack it; say whether none is left."""
        for name, rows, encode in (
            ("whole", difference.whole, whole_flights),
            ("moved", difference.moved, moved_flights),
        ):
            lacking = rows[~self._rows[name][rows].astype(bool)]
            part = lacking[:at_most]
            if len(part):
                columns = {key: self._rows[key][part] for key in (*BY_NAME, "start")}
                written = encode(columns, self._feeds, self._rows["id"][part].tolist())
                self._rows[name][part] = np.array(written, object)
            if len(part) < len(lacking):
                return False
            at_most -= len(part)
        return True

    def fragments(self, difference: Difference) -> list[bytes]:
        """Return the JSON of the rows to tell, which `write` has written."""
        return [*self._rows["whole"][difference.whole], *self._rows["moved"][difference.moved]]

    def _covered(self, watch: Watch) -> NDArray[np.bool_]:
        covered: NDArray[np.bool_] = self._rows["live"].copy()
        if not watch.view.is_world:
            covered &= watch.view.covers(self._rows["tile_x"], self._rows["tile_y"])
        covered[[self._row_of[flight] for flight in watch.flights if flight in self._row_of]] = True
        return covered

    def _left_since(self, tick: int, before: Watch, covered: NDArray[np.bool_]) -> set[int]:
        """Return the flights that left a place of `before` after `tick` and are not covered again."""
        entries = np.flatnonzero(self._left["stamp"] > tick)
        flights = self._left["flight"][entries]
        watched = before.view.covers(self._left["tile_x"][entries], self._left["tile_y"][entries])
        left = {*flights[watched].tolist(), *(before.flights.intersection(flights.tolist()))}
        return {flight for flight in left if flight not in self._row_of or not covered[self._row_of[flight]]}

    def _update(self, rows: NDArray[np.intp], changes: Changes) -> None:
        r, updated, tick = self._rows, changes.updated, changes.tick
        flight = flight_ids(updated["address"], updated["start"])
        stays = r["live"][rows] & (r["flight"][rows] == flight)
        begins = ~stays
        self._leave(rows[begins & r["live"][rows]])  # the row is another flight's now
        self._leave(
            np.array([self._row_of[f] for f in flight[begins].tolist() if f in self._row_of], np.intp)
        )
        tile_x, tile_y = tiles_of(updated["lat"], updated["lon"])
        moves = stays & ((tile_x != r["tile_x"][rows]) | (tile_y != r["tile_y"][rows]))
        self._note_left(rows[moves])
        for name in (*BY_NAME, "start", "facts_tick"):
            r[name][rows] = updated[name]
        r["flight"][rows], r["live"][rows], r["stamp"][rows] = flight, True, tick
        r["tile_x"][rows], r["tile_y"][rows] = tile_x, tile_y
        r["entered"][rows[begins | moves]] = tick
        r["whole"][rows] = r["moved"][rows] = None
        if begins.any():
            at = rows[begins]
            names = flight_texts(updated["address"][begins], updated["start"][begins])
            r["id"][at] = np.array(names, object)
            self._row_of.update(zip(flight[begins].tolist(), at.tolist(), strict=True))

    def _leave(self, rows: NDArray[np.intp]) -> None:
        """Take flights out of the picture."""
        self._note_left(rows)
        r = self._rows
        for flight in r["flight"][rows].tolist():
            del self._row_of[flight]
        r["live"][rows] = False
        r["tile_x"][rows] = r["tile_y"][rows] = NOWHERE
        r["whole"][rows] = r["moved"][rows] = r["id"][rows] = None

    def _note_left(self, rows: NDArray[np.intp]) -> None:
        """Remember that flights left the tiles they are in, at the price of the oldest such memories."""
        left, size = self._left, len(self._left["stamp"])
        if len(rows) > size:
            self.floor, rows = self.tick, rows[-size:]
        at = (self._next + np.arange(len(rows))) % size
        self.floor = max(self.floor, int(left["stamp"][at].max(initial=0)))
        left["stamp"][at] = self.tick
        for name in ("flight", "tile_x", "tile_y"):
            left[name][at] = self._rows[name][rows]
        self._next = (self._next + len(rows)) % size

    def _grow(self, capacity: int) -> None:
        before = len(self._rows["live"])
        if capacity <= before:
            return
        more = max(capacity, 2 * before) - before
        for name, values in self._rows.items():
            blank = BY_NAME[name].blank(more) if name in BY_NAME else _blank(_INNER[name], more)
            self._rows[name] = np.concatenate([values, blank])


def _blank(dtype: Any, rows: int) -> NDArray[Any]:
    return np.full(rows, None, object) if dtype is object else np.zeros(rows, dtype)
