"""What a client of the binary stream holds, from the records it was sent and nothing else.

It is written from docs/reference/stream-binary.md alone, beside the client that the project ships, so that
the two check each other.
"""

import struct

import numpy as np
import orjson
from numpy.typing import NDArray

from aerotrack.core.digest import facts_hash, flight_hash, total
from aerotrack.core.identity import flight_text
from aerotrack.core.wire import FACTS, MOTION, Records, handles_of

HEAD = struct.Struct("<BBHIIIIId")
"""kind, flags, 0, since, tick, gone, facts, motion, milliseconds since 1970."""

MORE = 1


class Replica:
    """The packed records of each flight that is held, by its handle.

    `strays` counts records of motion of flights that were never told: there must be none.
    """

    def __init__(self) -> None:
        self.view = ""
        self.strays = 0
        self._facts, self._motion = FACTS.blank(0), MOTION.blank(0)
        self._held = np.zeros(0, bool)
        self._more = False

    def __len__(self) -> int:
        """How many flights are held."""
        return int(np.count_nonzero(self._held))

    def begin(self) -> None:
        """Begin a connection: no part of a message is awaited."""
        self._more = False

    def take(self, payload: bytes) -> None:
        """Take in one part of a `changes`."""
        _, flags, _, since, _, gone, facts, motion, _ = HEAD.unpack_from(payload)
        if since == 0 and not self._more:
            self._held[:] = False
        at_facts = HEAD.size + 4 * gone
        at_motion = at_facts + FACTS.size * facts
        end = at_motion + MOTION.size * motion
        left = np.frombuffer(payload, "<u4", gone, HEAD.size)
        told = np.frombuffer(payload[at_facts:at_motion], np.uint8).reshape(facts, FACTS.size)
        moved = np.frombuffer(payload[at_motion:end], np.uint8).reshape(motion, MOTION.size)
        at_told, at_moved = handles_of(told), handles_of(moved)
        self._grow(int(max(at_told.max(initial=0), at_moved.max(initial=0))) + 1)
        self._held[left[left < len(self._held)]] = False
        self._facts[at_told], self._held[at_told] = told, True
        self._motion[at_moved] = moved
        self.strays += int(np.count_nonzero(~self._held[at_moved]))
        self.view = orjson.loads(payload[end:])["view"]
        self._more = bool(flags & MORE)

    def held(self, handles: NDArray[np.int64]) -> tuple[NDArray[np.bool_], Records]:
        """Say which of the flights of these handles (N,) are held, and return their facts (N, 88)."""
        self._grow(int(handles.max(initial=0)) + 1)
        return self._held[handles], self._facts[handles]

    def digest(self) -> tuple[int, str]:
        """Return how many flights are held, and the sum of their hashes in 8 hex digits."""
        rows = np.flatnonzero(self._held)
        hashes = flight_hash(facts_hash(self._facts[rows]), self._motion[rows])
        return len(rows), f"{total(hashes):08x}"

    def flights(self, most: int) -> list[str]:
        """Return the ids of up to `most` flights that are held."""
        facts = self._facts[np.flatnonzero(self._held)[:most]]
        address, start = FACTS.get(facts, "address").tolist(), FACTS.get(facts, "start").tolist()
        return [flight_text(*pair) for pair in zip(address, start, strict=True)]

    def _grow(self, rows: int) -> None:
        more = rows - len(self._held)
        if more > 0:
            more = max(more, len(self._held))
            self._facts = np.concatenate([self._facts, FACTS.blank(more)])
            self._motion = np.concatenate([self._motion, MOTION.blank(more)])
            self._held = np.concatenate([self._held, np.zeros(more, bool)])
