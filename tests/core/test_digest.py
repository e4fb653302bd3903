"""The digest: against hashes made word by word in whole numbers of Python."""

import random
from collections.abc import Iterable
from struct import iter_unpack
from typing import Any

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from aerotrack.core import wire
from aerotrack.core.digest import facts_hash, flight_hash, total
from golden.kept import check_kept

Record = tuple[bytes, bytes]
"""The packed facts and motion of a flight."""


def mix(h: int) -> int:
    h ^= h >> 16
    h = h * 0x85EBCA6B & 0xFFFFFFFF
    h ^= h >> 13
    h = h * 0xC2B2AE35 & 0xFFFFFFFF
    return h ^ h >> 16


def hashed(facts: bytes, motion: bytes) -> int:
    h = 0
    for (word,) in iter_unpack("<I", facts[12:] + bytes(3) + motion[3:]):
        h = mix(h ^ word)
    return h


def flights() -> Iterable[Record]:
    yield bytes(88), bytes(28)
    yield b"\xff" * 88, b"\xff" * 28
    yield bytes(range(88)), bytes(range(100, 128))
    drawn = random.Random(1)  # as good as any bytes
    for _ in range(20):
        yield drawn.randbytes(88), drawn.randbytes(28)


def hashes_of(records: Iterable[Record]) -> np.ndarray[Any, Any]:
    facts, motion = (np.frombuffer(b"".join(kind), np.uint8) for kind in zip(*records, strict=True))
    return flight_hash(facts_hash(facts.reshape(-1, wire.FACTS.size)), motion.reshape(-1, wire.MOTION.size))


def test_the_kept_hashes_are_those_made_word_by_word() -> None:
    records = [*flights()]
    cases = [
        {"facts": facts.hex(), "motion": motion.hex(), "hash": f"{hashed(facts, motion):08x}"}
        for facts, motion in records
    ]
    of_all = sum(hashed(*record) for record in records) % (1 << 32)
    check_kept("digest.json", {"flights": cases, "total": f"{of_all:08x}"})


def test_flights_hash_word_by_word_as_the_reference_says() -> None:
    records = [*flights()]
    assert hashes_of(records).tolist() == [hashed(*record) for record in records]
    assert total(hashes_of(records)) == sum(hashed(*record) for record in records) % (1 << 32)


def test_a_word_that_is_mixed_is_that_of_murmurhash() -> None:
    # fmix32 of 1 and of 0xFFFFFFFF, as in A. Appleby's MurmurHash3.cpp
    assert (mix(1), mix(0xFFFFFFFF)) == (0x514E28B7, 0x81F16F39)


@given(st.binary(min_size=116, max_size=116), st.integers(0, 115), st.integers(1, 255))
def test_every_byte_but_handle_last_heard_and_feed_counts(record: bytes, at: int, change: int) -> None:
    changed = bytearray(record)
    changed[at] ^= change
    one, other = ((bytes(octets[:88]), bytes(octets[88:])) for octets in (record, changed))
    left_out = at < 12 or 88 <= at < 91  # after the handle of the motion comes the phase
    assert (hashes_of([one])[0] == hashes_of([other])[0]) == left_out


def test_nothing_sums_up_to_zero() -> None:
    none = facts_hash(wire.FACTS.blank(0))
    assert none.tolist() == []
    assert total(none) == 0
