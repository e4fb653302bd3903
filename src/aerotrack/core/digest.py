"""The digest: what proves that a client holds what the server believes it does.

Each flight has a hash of 32 bits over its packed words, and a set of flights the sum of theirs modulo 2^32,
so that sums of parts add up:

    h = 0
    for each word w of the facts from `address` on, then of the motion without its handle:  h = mix(h XOR w)

`mix` is fmix32, the finalizer of MurmurHash3 (A. Appleby, public domain).
"""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from aerotrack.core.wire import FACTS, MOTION, Records

Hashes = NDArray[np.uint32]


def facts_hash(facts: Records) -> Hashes:
    """Hash the facts of N flights; `flight_hash` goes on from there."""
    return _over(np.zeros(len(facts), np.uint32), facts, FACTS.fields["address"].offset)


def flight_hash(facts_hashed: Hashes, motion: Records) -> Hashes:
    """Return the hashes of N flights from those of their facts and their packed motion."""
    nameless = motion.copy()
    nameless[:, : MOTION.fields["handle"].width] = 0
    return _over(facts_hashed, nameless, 0)


def total(hashes: NDArray[Any]) -> int:
    """Sum hashes (N,) up."""
    return int(hashes.sum(dtype=np.uint64)) & 0xFFFFFFFF


def _over(hashes: Hashes, records: Records, begin: int) -> Hashes:
    words = np.ascontiguousarray(records[:, begin:]).view("<u4")
    for word in words.T:
        hashes = _mix(hashes ^ word)
    return hashes


def _mix(h: Hashes) -> Hashes:
    h = (h ^ h >> np.uint32(16)) * np.uint32(0x85EBCA6B)
    h = (h ^ h >> np.uint32(13)) * np.uint32(0xC2B2AE35)
    return h ^ h >> np.uint32(16)
