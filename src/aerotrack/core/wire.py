"""Rows as packed bytes: how flights cross the binary stream, and back.

A flight is two records of little-endian bytes, named by a handle, its row:

    motion   28 bytes   handle, phase, place, altitudes, speed, track, vertical rate, time: what changes often
    facts    88 bytes   handle, the flight's identity, and every other column

Every number is a signed integer of `Column.width` bytes, `value * 10 ** digits`; its least value stands for
"not known"; of a code -1 does, or the label for none where it has one. A time is its milliseconds since 1970
modulo 2^32: whoever reads it takes the one nearest to the time of the message. Texts are ASCII, filled up
with zero bytes. The layouts follow from `columns.py`.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from aerotrack.core.columns import BY_NAME, COLUMNS, Column, Columns, Group, Kind

Records = NDArray[np.uint8]
"""Packed rows (N, size)."""


@dataclass(frozen=True, slots=True)
class Field:
    """Where a value sits in a record: `width` bytes from byte `offset` on."""

    name: str
    offset: int
    width: int

    @property
    def aligned(self) -> bool:
        """Whether it is an integer of the machine, in a place for one."""
        return self.width in {1, 2, 4} and self.offset % self.width == 0


class Layout:
    """The fields of a record, one after the other, and its size: a multiple of four bytes."""

    def __init__(self, *fields: tuple[str, int]) -> None:
        self.fields: dict[str, Field] = {}
        end = 0
        for name, width in fields:
            self.fields[name] = Field(name, end, width)
            end += width
        self.size = -(-end // 4) * 4

    def blank(self, rows: int) -> Records:
        """Return `rows` records of zero bytes."""
        return np.zeros((rows, self.size), np.uint8)

    def put(self, records: Records, name: str, values: NDArray[Any]) -> None:
        """Write a field: whole numbers or texts (N,) that fit. `records` are contiguous."""
        field = self.fields[name]
        offset, width = field.offset, field.width
        if values.dtype.kind == "S":
            octets = np.ascontiguousarray(values).view(np.uint8).reshape(len(values), width)
            records[:, offset : offset + width] = octets
        elif field.aligned:
            records.view(f"<i{width}")[:, offset // width] = values
        else:
            for octet in range(width):
                records[:, offset + octet] = (values >> 8 * octet) & 0xFF

    def get(self, records: Records, name: str) -> NDArray[Any]:
        """Read a field as signed whole numbers (N,) of 64 bits. `records` are contiguous."""
        field = self.fields[name]
        offset, width = field.offset, field.width
        if field.aligned:
            return np.asarray(records.view(f"<i{width}")[:, offset // width].astype(np.int64))
        octets = records[:, offset : offset + width].astype(np.int64)
        number = octets @ (1 << 8 * np.arange(width, dtype=np.int64))
        sign = 1 << 8 * width - 1
        return np.asarray((number ^ sign) - sign)

    def text(self, records: Records, name: str) -> NDArray[Any]:
        """Read a field as texts (N,)."""
        field = self.fields[name]
        octets = np.ascontiguousarray(records[:, field.offset : field.offset + field.width])
        return octets.view(f"S{field.width}")[:, 0]


def _named(columns: Iterable[Column]) -> Iterator[tuple[str, int]]:
    return ((column.name, column.width) for column in columns)


_MOTION_COLUMNS = (
    BY_NAME["phase"],
    *(c for c in COLUMNS if c.group is Group.MOTION and c.name not in ("phase", "last_heard")),
)
_FACT_COLUMNS = tuple(c for c in COLUMNS if c.group is Group.FACTS and c.name != "feed")

MOTION = Layout(("handle", 3), *_named(_MOTION_COLUMNS))
"""`phase` takes the byte that no handle needs. `last_heard` is not among them, for it is no change by itself
and would make each of them longer."""

FACTS = Layout(
    ("handle", 3), ("zero", 1), ("last_heard", 4), ("feed", 2), ("spare", 2),
    ("address", 4), ("start", 4), *_named(_FACT_COLUMNS),
)  # fmt: skip
"""What goes into a digest comes last: from `address` on."""


def pack_motion(columns: Columns, handles: NDArray[Any]) -> Records:
    """Pack the motion of N flights. Values beyond what a field holds become the greatest or least it does."""
    records = MOTION.blank(len(handles))
    MOTION.put(records, "handle", handles)
    for column in _MOTION_COLUMNS:
        MOTION.put(records, column.name, _integers(column, columns[column.name]))
    return records


def unpack_motion(records: Records, time: float) -> dict[str, NDArray[Any]]:
    """Unpack what `pack_motion` packed: columns of the schema. `time` is the message's, in Unix seconds."""
    return {c.name: _values(c, MOTION.get(records, c.name), time) for c in _MOTION_COLUMNS}


def pack_facts(columns: Columns, handles: NDArray[Any]) -> Records:
    """Pack everything else of N flights: the schema's columns, `address` and `start`."""
    records = FACTS.blank(len(handles))
    FACTS.put(records, "handle", handles)
    put_last_heard(records, columns["last_heard"])
    for name in ("feed", "address", "start"):
        FACTS.put(records, name, columns[name])
    for column in _FACT_COLUMNS:
        values = columns[column.name]
        if None in column.labels:  # nobody can tell "none" from "not known" in JSON, nor need to here
            values = np.where(values < 0, column.labels.index(None), values)
        FACTS.put(records, column.name, values)
    return records


def put_last_heard(records: Records, last_heard: NDArray[np.float64]) -> None:
    """Write into packed facts when N flights were heard last, in Unix seconds."""
    FACTS.put(records, "last_heard", _integers(BY_NAME["last_heard"], last_heard))


def unpack_facts(records: Records, time: float) -> dict[str, NDArray[Any]]:
    """Unpack what `pack_facts` packed: columns of the schema, `address` and `start`."""
    heard = BY_NAME["last_heard"]
    columns = {heard.name: _values(heard, FACTS.get(records, heard.name), time)}
    for column in (BY_NAME["feed"], *_FACT_COLUMNS):
        read = FACTS.text if column.kind is Kind.TEXT else FACTS.get
        columns[column.name] = read(records, column.name).astype(column.dtype)
    columns["address"] = FACTS.get(records, "address").astype(np.uint32)
    columns["start"] = FACTS.get(records, "start") & 0xFFFFFFFF
    return columns


def handles_of(records: Records) -> NDArray[np.int64]:
    """Return the handles (N,) of packed rows of either kind."""
    return MOTION.get(records, "handle") & 0xFFFFFF


def _integers(column: Column, values: NDArray[Any]) -> NDArray[np.int64]:
    """Return codes, numbers or times (N,) as the integers of the wire."""
    if column.kind is Kind.CODE:
        return values.astype(np.int64)
    least = -(1 << 8 * column.width - 1)
    scaled = values.astype(np.float64)
    scaled *= 10.0**column.digits
    np.rint(scaled, out=scaled)
    unknown = scaled != scaled  # noqa: PLR0124  NaN
    if column.kind is Kind.TIME:
        np.nan_to_num(scaled, copy=False)
        wrapped = (scaled.astype(np.int64) - least) % -(2 * least) + least
        return np.where(unknown, least, np.maximum(wrapped, least + 1))
    if column.name == "track_deg":
        scaled[scaled == 3600.0] = 0.0  # noqa: PLR2004  359.96 is 0 degrees
    np.clip(scaled, least + 1, -least - 1, out=scaled)
    scaled[unknown] = least
    return scaled.astype(np.int64)


def _values(column: Column, integers: NDArray[np.int64], time: float) -> NDArray[Any]:
    if column.kind is Kind.CODE:
        return integers.astype(column.dtype)
    least = -(1 << 8 * column.width - 1)
    if column.kind is Kind.TIME:
        now = round(time * 10**column.digits)
        integers, unknown = (
            now + (integers - now - least) % (1 << 8 * column.width) + least,
            integers == least,
        )
    else:
        unknown = integers == least
    return np.where(unknown, np.nan, integers / 10.0**column.digits).astype(column.dtype)
