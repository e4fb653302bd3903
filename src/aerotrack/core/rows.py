"""Rows: a struct of arrays with a seat for every flight, and the way from an aircraft to its row."""

from collections.abc import Iterable, Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

from aerotrack.core.columns import BY_NAME, COLUMNS, HEARD
from aerotrack.core.echoes import Echoes
from aerotrack.core.index import RowIndex
from aerotrack.core.ranks import NOBODY, Voices
from aerotrack.core.refusals import PLACE, Refusals

FREE, LIVE, GONE = 0, 1, 2

_INNER: Mapping[str, tuple[str, float | bytes]] = {
    "address": ("u4", 0),
    "start": ("i8", 0),  # Unix second: the other half of the flight's identity
    "reason": ("i1", 0),  # why this leg began: an index into SPLIT_REASONS
    "facts_tick": ("i8", 0),  # tick of the last change of one of the facts
    "stamp": ("i8", 0),  # tick of the last change of anything
    "state": ("i1", FREE),
    "lifetime": ("f8", 0),  # seconds of silence after which the flight is gone
    "ground_since": ("f8", np.nan),  # NaN unless on the ground; infinite if that is where its callsign began
    "airborne_since": ("f8", np.nan),  # the first report from the air of a flight still taken to be there
    "gone_at": ("f8", 0),  # stream time of the tick that told of it; infinite until then
    "doubtful": ("i1", 0),  # 1 while it may not be on the leg that it goes on with: see Legs
    "named": ("S8", b""),  # the callsign of the leg, and three more: see naming.py
    "rival": ("S8", b""),
    "rival_since": ("f8", 0),
    "rivalled": ("i1", 0),
    "phase_next": ("i1", -1),  # the phase that it seems to be in, and since when: see phases.py
    "phase_since": ("f8", 0),
    "flown": ("i1", 0),  # 1 once the flight was in the air
    "origin_open": ("i1", 0),  # 1 while its origin may yet be found: see whereabouts.py, and three more
    "airport": ("S4", b""),
    "elevation_ft": ("f4", np.nan),
    "looked_at": ("f8", -np.inf),
    "doubt": ("i1", 0),  # of the place and height, and twelve more: see rivals.py
    "placed_since": ("f8", np.nan),  # since when each position has been in reach of the one before
    "moved_at": ("f8", np.nan),  # when it was said to be at its place for the first time
    "time_error": ("f4", 0),  # of the feed that gave the last place, in seconds
    "other_lat": ("f8", np.nan),  # the rival: a place out of reach
    "other_lon": ("f8", np.nan),
    "other_time": ("f8", np.nan),
    "other_since": ("f8", np.nan),
    "other_ft": ("f4", np.nan),  # a height out of reach, and since when others have followed on it
    "other_ft_at": ("f8", np.nan),
    "height_since": ("f8", np.nan),  # since when each height has been in reach of the one before
    "rival_seen": ("f8", -np.inf),  # when the rival was last heard of a conflict that was told of
    "conflicted_at": ("f8", 0),  # the last conflict that was told of; 0 is none
}
_OF_A_LEG = tuple(_INNER)[list(_INNER).index("ground_since") :]
FIELDS = tuple(column for column in HEARD if column.name not in ("lat", "lon", "time"))
"""What is heard beside the place. Each remembers when, for an older report must not overwrite it."""


class Rows:
    """`columns[name][row]`, `heard[name][row]` and `index`, which leads from an address to its row.

    `claims[name][row]` is who said it, from when several `voices` are heard; that of the place is PLACE.

    A row is free, live, or gone: a tombstone that keeps its seat until it is forgotten. Row 0 is nobody's and
    always free: it is where the index of an aircraft without a row leads, so that no one needs to ask whether
    there is one.
    """

    def __init__(self, capacity: int) -> None:
        self.index, self.echoes = RowIndex(), Echoes()
        self.voices, self.refusals = Voices(), Refusals()
        self.columns: dict[str, NDArray[Any]] = {c.name: c.blank(1) for c in COLUMNS}
        self.columns |= {name: np.full(1, blank, dtype) for name, (dtype, blank) in _INNER.items()}
        self.heard = {c.name: np.full(1, -np.inf) for c in FIELDS}
        self.claims = {name: np.full(1, NOBODY, np.int32) for name in (PLACE, *self.heard)}
        self.grow(capacity)

    def seat(
        self,
        address: NDArray[np.uint32],
        start: NDArray[np.int64],
        reason: NDArray[np.int8],
        lifetime: float,
    ) -> NDArray[np.intp]:
        """Give each of N flights a live row of its own, with every value unknown."""
        free = np.flatnonzero(self.columns["state"] == FREE)[1:]
        if len(free) < len(address):
            self.grow(len(self.columns["state"]) + len(address) - len(free))
            free = np.flatnonzero(self.columns["state"] == FREE)[1:]
        rows = free[: len(address)]
        c = self.columns
        for column in COLUMNS:
            c[column.name][rows] = column.unknown
        for name in _OF_A_LEG:
            c[name][rows] = _INNER[name][1]
        for heard in self.heard.values():
            heard[rows] = -np.inf
        for claims in self.claims.values():
            claims[rows] = NOBODY
        self.refusals.forget(rows)
        c["address"][rows], c["start"][rows], c["reason"][rows] = address, start, reason
        c["lifetime"][rows], c["coasting"][rows], c["state"][rows] = lifetime, 0, LIVE
        self.index.put(address, rows)
        return rows

    def gather(self, names: Iterable[str], rows: NDArray[np.intp]) -> dict[str, NDArray[Any]]:
        """Copy the rows (N,) of these columns, into one piece of memory.

        Thirty pieces of some 100 kB each would be taken from the system and given back every time: that can
        take four times as long as the copying.
        """
        widths = {name: -(-self.columns[name].itemsize * len(rows) // 8) * 8 for name in names}
        memory, used = np.empty(sum(widths.values()), np.uint8), 0
        copies = {}
        for name, width in widths.items():
            values = self.columns[name]
            copy = memory[used : used + values.itemsize * len(rows)].view(values.dtype)
            copies[name] = values.take(rows, out=copy, mode="clip")
            used += width
        return copies

    def vacate(self, rows: NDArray[np.intp]) -> None:
        """Free the rows. An aircraft that has taken another since keeps that one."""
        address = self.columns["address"][rows]
        self.index.put(address[self.index.find(address) == rows], 0)
        self.columns["state"][rows] = FREE

    def grow(self, capacity: int) -> None:
        """Make room for rows below `capacity`; at least doubling, so that growing costs little."""
        before = len(self.columns["state"])
        if capacity <= before:
            return
        more = max(capacity, 2 * before) - before
        for name, values in self.columns.items():
            blank = BY_NAME[name].unknown if name in BY_NAME else _INNER[name][1]
            self.columns[name] = np.concatenate([values, np.full(more, blank, values.dtype)])
        for name, values in self.heard.items():
            self.heard[name] = np.concatenate([values, np.full(more, -np.inf)])
        for name, claims in self.claims.items():
            self.claims[name] = np.concatenate([claims, np.full(more, NOBODY, np.int32)])
