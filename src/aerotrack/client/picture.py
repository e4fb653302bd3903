"""What a client holds: the flights it was told of, and what their digest must be. Pure.

A record that comes names its flight by a handle, which is the flight's row here as it is at the server. The
records of flights that stand in the table are not kept, but for what the digest needs of them: the hash of
the facts, and the motion, from which the hash of the flight goes on.
"""

import numpy as np
from numpy.typing import NDArray

from aerotrack.client.decoding import Digest, Part
from aerotrack.core.changes import Changes
from aerotrack.core.columns import BY_NAME, Columns
from aerotrack.core.digest import facts_hash, flight_hash, total
from aerotrack.core.flights import FlightTable
from aerotrack.core.identity import flight_ids
from aerotrack.core.rows import LIVE
from aerotrack.core.wire import MOTION, handles_of, unpack_facts, unpack_motion
from aerotrack.errors import StreamError

_NAMES = ("address", "start", "reason", "facts_tick", *BY_NAME)

Rows = NDArray[np.intp]


class Picture:
    """A table that is kept up by `take`, and the `view` that it is of."""

    def __init__(self) -> None:
        self.table = FlightTable()
        self.view = ""
        self._facts_hashes = np.zeros(0, np.uint32)
        self._motion = MOTION.blank(0)
        self._hashes = np.zeros(0, np.uint32)

    def take(self, part: Part) -> Changes | None:
        """Take a whole `changes` in. None, and nothing is, if it does not go on from what is held.

        Whole rows come out: what a record of motion leaves out is taken from the table as it stands. A fresh
        picture (`since` 0) tells the flights that it no longer has as `gone`. Raises StreamError for a fresh
        picture that is none.
        """
        fresh, c = part.since == 0, self.table.columns
        if not fresh and part.since != self.table.tick:
            return None
        told, moved = handles_of(part.facts), handles_of(part.motion)
        rows: Rows = np.unique(np.concatenate([told, moved])).astype(np.intp)
        at_told, at_moved = np.searchsorted(rows, told), np.searchsorted(rows, moved)
        updated = {name: c[name].take(rows, mode="clip") for name in _NAMES}
        before = flight_ids(updated["address"], updated["start"])
        for name, values in unpack_facts(part.facts, part.time).items():
            updated[name][at_told] = values
        updated["reason"][at_told], updated["facts_tick"][at_told] = 0, part.tick
        for name, values in unpack_motion(part.motion, part.time).items():
            updated[name][at_moved] = values
        updated["last_heard"] = np.fmax(updated["last_heard"], updated["time"])

        held = self._held(rows)
        replaced = held & (flight_ids(updated["address"], updated["start"]) != before)
        goes_on = held & ~replaced & ~np.isin(rows, part.gone) & (not fresh)
        whole = np.isin(rows, told) & np.isin(rows, moved)
        if not (goes_on | whole).all():
            if fresh:
                raise StreamError(
                    "A fresh picture has flights of which a record is missing: "
                    "use the release of AeroTrack that the server has."
                )
            return None

        left = self._all_but(updated) if fresh else self._left(part.gone, rows, rows[replaced])
        changes = Changes(
            part.since,
            part.tick,
            part.time,
            updated={"row": rows, **updated},
            gone={"row": left, **{name: c[name][left] for name in _NAMES}},
            feeds=self.table.feeds if part.feeds is None else part.feeds,
        )
        self.table.replay(changes)
        self.view = part.view
        self._note(part, rows, told, moved)
        return changes

    def agrees(self, digest: Digest) -> bool:
        """Say whether what is held is what the server says it should be."""
        live = self.table.live
        return len(live) == digest.flights and f"{total(self._hashes[live]):08x}" == digest.hash

    def _held(self, handles: NDArray[np.int64] | Rows) -> NDArray[np.bool_]:
        """Say for each handle (N,) whether it names a flight that is held."""
        state = self.table.columns["state"]
        held: NDArray[np.bool_] = (state.take(handles, mode="clip") == LIVE) & (handles < len(state))
        return held

    def _left(self, gone: NDArray[np.int64], rows: Rows, replaced: Rows) -> Rows:
        """Return the rows that flights left: those told, unless they came again, and those taken over."""
        told = gone[self._held(gone) & ~np.isin(gone, rows)]
        left: Rows = np.unique(np.concatenate([told, replaced])).astype(np.intp)
        return left

    def _all_but(self, updated: Columns) -> Rows:
        """Return the rows of the flights that are held and not in a fresh picture."""
        c, live = self.table.columns, self.table.live
        stay = np.isin(
            flight_ids(c["address"][live], c["start"][live]), flight_ids(updated["address"], updated["start"])
        )
        return live[~stay]

    def _note(self, part: Part, rows: Rows, told: NDArray[np.int64], moved: NDArray[np.int64]) -> None:
        """Keep what the digest needs."""
        more = len(self.table.columns["state"]) - len(self._hashes)
        if more:
            self._facts_hashes = np.concatenate([self._facts_hashes, np.zeros(more, np.uint32)])
            self._hashes = np.concatenate([self._hashes, np.zeros(more, np.uint32)])
            self._motion = np.concatenate([self._motion, MOTION.blank(more)])
        self._facts_hashes[told] = facts_hash(part.facts)
        self._motion[moved] = part.motion
        self._hashes[rows] = flight_hash(self._facts_hashes[rows], self._motion[rows])
