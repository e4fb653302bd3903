"""Batches as records of the spool: bytes that describe themselves, and that tell when they are damaged. Pure.

    record    magic 8 bytes, number u64, positions u32, length u32, CRC32 u32, then the payload; little-endian
    payload   length u32 of the JSON, the JSON, then the bytes of each column in the order it names them
    JSON      {"mark", "newest", "taken", "feeds", "events": [[flight, kind, time, details]],
               "columns": {"positions": [[name, dtype, shape]], "flights": ..., "heard": ..., "ended": ...}}

The CRC is over the record's head, without itself, and the payload. `length` is the payload's.
"""

import struct
import zlib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from math import prod
from typing import Any

import numpy as np
import orjson

from aerotrack.core.columns import BY_NAME, STORED, Columns
from aerotrack.core.events import Event
from aerotrack.storage.batch import Batch
from aerotrack.storage.roster import FACTS, HEARD

MAGIC = b"ATspool\x01"
_HEAD, _CRC, _LENGTH = struct.Struct("<8sQII"), struct.Struct("<I"), struct.Struct("<I")
HEAD_BYTES = _HEAD.size + _CRC.size
_PARTS: Mapping[str, tuple[str, ...]] = {
    "positions": (*(column.name for column in STORED), "time"),
    "flights": (*FACTS, "last_heard"),
    "heard": HEARD,
    "ended": (),
}
"""What each may be told of."""
_IDENTITY = ("address", "start", "reason", "ended_at")  # what it cannot do without
_NOT_KEPT = ("stamp",)  # of positions: where they stood in a source that can be read again


@dataclass(frozen=True, slots=True)
class Record:
    """A whole record at [begin, end) of some bytes."""

    number: int
    positions: int
    begin: int
    end: int


@dataclass(frozen=True, slots=True)
class Gap:
    """Bytes [begin, end) in which no whole record is."""

    begin: int
    end: int


def to_bytes(batch: Batch) -> bytes:
    """Write a batch as a record."""
    columns: dict[str, Any] = {}
    data: list[bytes] = []
    for part in _PARTS:
        kept = {name: values for name, values in getattr(batch, part).items() if name not in _NOT_KEPT}
        columns[part] = [(name, values.dtype.str, values.shape) for name, values in kept.items()]
        data += [values.tobytes() for values in kept.values()]
    text = orjson.dumps(
        {
            "mark": batch.mark,
            "newest": batch.newest,
            "taken": batch.taken,
            "feeds": batch.feeds,
            "events": [(event.flight, event.kind, event.time, event.details) for event in batch.events],
            "columns": columns,
        }
    )
    payload = b"".join([_LENGTH.pack(len(text)), text, *data])
    head = _HEAD.pack(MAGIC, batch.number, len(batch), len(payload))
    return b"".join([head, _CRC.pack(zlib.crc32(payload, zlib.crc32(head))), payload])


def from_bytes(data: bytes) -> Batch:
    """Read the batch of a whole record; its columns are read-only views of `data`.

    Another version may have written it: columns that it did not have are not known, others are left out.
    """
    _, number, _, _ = _HEAD.unpack_from(data)
    at = HEAD_BYTES + _LENGTH.size
    (length,) = _LENGTH.unpack_from(data, HEAD_BYTES)
    told = orjson.loads(data[at : at + length])
    at += length
    parts: dict[str, Any] = {}
    for part, expected in _PARTS.items():
        columns = {}
        for name, kind, shape in told["columns"][part]:
            dtype = np.dtype(kind)
            count = prod(shape)
            columns[name] = np.frombuffer(data, dtype, count, at).reshape(shape)
            at += count * dtype.itemsize
        parts[part] = _as_expected(columns, expected)
    return Batch(
        **parts,
        events=tuple(Event(*event) for event in told["events"]),
        feeds=tuple(told["feeds"]),
        mark=told["mark"],
        newest=told["newest"],
        number=number,
        taken=told["taken"],
    )


def _as_expected(columns: Columns, expected: Sequence[str]) -> Columns:
    rows = len(columns["address"])
    kept = {name: columns[name] for name in (*_IDENTITY, *expected) if name in columns}
    missing = (name for name in expected if name not in columns) if rows else ()
    return kept | {name: BY_NAME[name].blank(rows) for name in missing}


def record_at(data: bytes, begin: int = 0) -> Record | None:
    """Return the record that begins there, None if none does or it is not whole."""
    body = begin + HEAD_BYTES
    if body > len(data):
        return None
    magic, number, positions, length = _HEAD.unpack_from(data, begin)
    end = body + length
    if magic != MAGIC or end > len(data):
        return None
    whole = memoryview(data)
    crc = zlib.crc32(whole[body:end], zlib.crc32(whole[begin : begin + _HEAD.size]))
    if crc != _CRC.unpack_from(data, begin + _HEAD.size)[0]:
        return None
    return Record(number, positions, begin, end)


def length_told(head: bytes) -> int | None:
    """Return how many bytes a record has by its head, None if this is no head."""
    if len(head) < HEAD_BYTES or not head.startswith(MAGIC):
        return None
    length: int = _HEAD.unpack_from(head)[3]
    return HEAD_BYTES + length


def is_torn(rest: bytes) -> bool:
    """Tell whether bytes at the end of a file are what a write that was never finished leaves.

    That is the beginning of a record, or zeros, where a file system had made room but lost what was written.
    A record as long as it says was accepted, and is damaged; so is one that is whole but for its length,
    of which the CRC tells.
    """
    if not any(rest):
        return True
    length = length_told(rest)
    if length is None:
        return rest[: len(MAGIC)] == MAGIC[: len(rest)]
    return length > len(rest) and record_at(_of_its_own_length(rest)) is None


def _of_its_own_length(rest: bytes) -> bytes:
    """Return a record as it would be if all of the bytes were its own."""
    magic, number, positions, _ = _HEAD.unpack_from(rest)
    return _HEAD.pack(magic, number, positions, len(rest) - HEAD_BYTES) + rest[_HEAD.size :]


def found(data: bytes) -> Iterator[Record | Gap]:
    """Go through bytes from their beginning to their end: every whole record, and what lies between them."""
    at = 0
    while at < len(data):
        record = record_at(data, at)
        if record is None:
            begin = at
            while record is None and at >= 0:
                at = data.find(MAGIC, at + 1)
                record = record_at(data, at) if at >= 0 else None
            yield Gap(begin, len(data) if record is None else record.begin)
            if record is None:
                return
        yield record
        at = record.end
