"""Addresses: which aircraft sent a frame, and whether that is proven.

    format              syndrome (see `syndromes`)             is believed
    DF 17, 18           0                                      always; it proves the address
    DF 11               0                                      always; it proves the address
                        1 to 127, an interrogator's code       if the address was proven within a minute
    DF 0 4 5 16 20 21   the address itself                     if the address was proven within a minute

With N aircraft in the sky, noise passes for a reply of one of them once in 2**24 / N frames.

Most addresses are ICAO's. Of DF 18, CF 1 and 5 are others, and CF 2 and 6 say so with a bit, which lies where
their type of message has room for it: ME 8 of airborne positions, ME 21 of surface positions, ME 9 of
velocities, ME 51 of type code 29, ME 56 of 28 and 31, ME 1 of coarse TIS-B (CF 3).
"""

from collections import Counter
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from aerotrack.core.identity import NOT_ICAO
from aerotrack.decode.modes.kinds import Kind
from aerotrack.decode.modes.latest import SLOT_AT, Latest, Topic, Turns
from aerotrack.decode.modes.slots import Indices, Keys, Slots

PROVEN_S = 60.0
_CODES = 128  # of interrogators, and none
_BROUGHT = 1 << 25  # a key of its own for what others worked out of the same aircraft's frames
_DF_18 = 18 << 3
_COARSE_CF = 3
_OTHER_CF = np.isin(np.arange(8), (1, 5))
_FLAGGED_CF = np.isin(np.arange(8), (2, 6))
# Where the bit is, by kind: a byte of the frame and the bit's value.
_FLAGS = {
    Kind.AIRBORNE: (4, 0x01), Kind.GEOMETRIC: (4, 0x01), Kind.SURFACE: (6, 0x08), Kind.VELOCITY: (5, 0x80),
    Kind.TARGET: (10, 0x20), Kind.EMERGENCY: (10, 0x01), Kind.OPERATION: (10, 0x01),
}  # fmt: skip
_FLAG_BYTE = np.array([_FLAGS.get(kind, (0, 0))[0] for kind in Kind])
_FLAG = np.array([_FLAGS.get(kind, (0, 0))[1] for kind in Kind], np.uint8)


@dataclass(frozen=True, slots=True, eq=False)
class Senders:
    """Who sent N frames: `address` (N,) and `turn` (N,), see `latest`, where `known`."""

    address: NDArray[np.uint32]
    turn: Turns
    known: NDArray[np.bool_]


class Addresses:
    """When each address was last proven."""

    def __init__(self, slots: Slots, latest: Latest) -> None:
        self._slots, self._latest = slots, latest

    def senders(
        self,
        data: NDArray[np.uint8],
        time: NDArray[np.float64],
        mlat: NDArray[np.bool_],
        *,
        kind: NDArray[np.uint8],
        syndrome: NDArray[np.uint32],
        place: Indices,
        refused: Counter[str],
    ) -> Senders:
        """Say who sent the frames `data` (N, 14), in order of `kind`; they were heard in order of `place`.

        Refuses `bad_crc`, `unproven_address` and, of formats that hold nothing of use, `unused_format`.
        """
        calls, replies, unused = kind.searchsorted((Kind.ALL_CALL, Kind.ALTITUDE, Kind.UNUSED)).tolist()
        address = np.ascontiguousarray(data[:, :4]).view(">u4")[:, 0].astype(np.uint32)
        address &= 0xFFFFFF
        address[replies:] = syndrome[replies:]
        others = (data[:calls, 0] >= _DF_18).nonzero()[0]
        if len(others):
            address[others] |= _not_icao(data[others], kind[others])
        key = address.astype(np.int64)
        if np.count_nonzero(mlat):
            key += mlat * np.int64(_BROUGHT)
        known = syndrome == 0
        known[replies:] = False
        proving = known.nonzero()[0]
        turn = self._slots_of(key, proving, time) << SLOT_AT
        turn |= place
        asking = ~known[calls:unused]
        asking[: replies - calls] &= syndrome[calls:replies] < _CODES
        asking = asking.nonzero()[0] + calls
        self._latest.hear(Topic.PROVEN, turn[proving], key[proving])  # any number: only when counts
        asked = turn[asking]
        proven = self._latest.ask(Topic.PROVEN, asked)
        self._latest.answer()
        fresh = asked >= 0
        fresh &= time[asking] - proven.since <= PROVEN_S
        known[asking] = fresh
        refused["bad_crc"] += replies - len(proving) - int(asking.searchsorted(replies))
        refused["unproven_address"] += len(asking) - int(np.count_nonzero(fresh))
        refused["unused_format"] += len(kind) - unused
        return Senders(address, turn, known)

    def _slots_of(self, key: Keys, proving: Indices, time: NDArray[np.float64]) -> Indices:
        """Return the slots (N,) of the keys (N,), -1 of those that have none; the rows `proving` get one."""
        slots = self._slots.find(key)
        if np.count_nonzero(slots[proving] < 0):
            self._slots.give(key[proving], time[proving])
            return self._slots.find(key)
        self._slots.hear(slots[proving], time[proving])
        return slots


def _not_icao(data: NDArray[np.uint8], kind: NDArray[np.uint8]) -> NDArray[np.uint32]:
    """Return the bit that marks addresses of others, for frames (M, 14) of DF 18."""
    cf = data[:, 0] & 7
    flagged = data[np.arange(len(data)), _FLAG_BYTE[kind]] & _FLAG[kind] != 0
    coarse = (cf == _COARSE_CF) & (data[:, 4] >= 0x80)  # noqa: PLR2004  its first bit
    other = _OTHER_CF[cf] | (_FLAGGED_CF[cf] & flagged) | coarse
    return np.where(other, np.uint32(NOT_ICAO), np.uint32(0))
