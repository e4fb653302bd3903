"""The bytes of compaction: positions out of position_hot, rows into position_archive. Pure.

Both are `COPY ... (FORMAT binary)`, see binary_copy.py. An array is, as `array_send` in PostgreSQL's source
(src/backend/utils/adt/arrayfuncs.c) writes it:

    dimensions int4 = 1   any NULL int4 = 0 or 1   element type int4 = 21 (int2)
    elements int4   lower bound int4 = 1   then per element: length int4 (2, or -1 for NULL), value int2

everything big-endian.
"""

from itertools import chain, pairwise

import numpy as np
from numpy.typing import NDArray

from aerotrack.storage.archive import ARRAYS, ArchiveRows
from aerotrack.storage.binary_copy import HEADER, TRAILER, ColumnType, CopyEncoder
from aerotrack.storage.steps import EPOCH_US, NULL
from aerotrack.storage.stored import POSITION_COLUMNS, StoredPositions

_ELEMENT = np.dtype([("length", ">i4"), ("value", ">i2")])
_ARRAY_HEADER = 20  # bytes of an array before its elements
_SCALARS: tuple[tuple[str, ColumnType], ...] = (
    ("bucket", "timestamptz"),
    ("flight_id", "int8"),
    *((f"{place}_{what}", "int4") for place in ("lat", "lon") for what in ("a", "b", "min", "max")),
    ("t_a", "int2"),
    ("t_b", "int2"),
    ("squawk", "int2"),
    ("position_source", "int2"),
    ("feed_id", "int2"),
    ("on_ground", "bool"),
)
ARCHIVE_COLUMNS = (*(name for name, _ in _SCALARS), *ARRAYS)
"""The columns of position_archive in the order of the COPY."""

_WIDTHS: dict[ColumnType, int] = {"int2": 2, "int4": 4, "int8": 8, "bool": 1, "timestamptz": 8}
_INT2_OID = 21
_NULL = b"\xff\xff\xff\xff"
_FIELDS = len(ARCHIVE_COLUMNS).to_bytes(2, "big")
_OWN_FIELDS = 2  # bytes of CopyEncoder's own count
_ARRAY = np.dtype([(name, ">i4") for name in ("length", "dimensions", "flags", "type", "elements", "lower")])


_TRIPLES = (
    ("altitude", "geo_altitude", "ground_speed"),
    ("track", "vertical_rate", "squawk"),
    ("position_source", "feed_id", "on_ground"),
)
"""What crosses as one number, in the order of `read_positions`."""
_WHOLE = tuple(POSITION_COLUMNS[:4])


def _hot_row() -> np.dtype[np.void]:
    fields = [("fields", ">i2")]
    for name, kind in _WHOLE:
        fields += [(f"{name} length", ">i4"), (name, f">i{_WIDTHS[kind]}")]
    for triple in _TRIPLES:
        fields += [(f"{triple[0]} length", ">i4"), (triple[0], ">i8")]
    return np.dtype(fields)


_HOT_ROW = _hot_row()


def hot_positions(stream: bytes | bytearray) -> StoredPositions:
    """Read what COPY of the statement `read_positions` gave, and sort it by flight and time."""
    rows = np.frombuffer(stream, _HOT_ROW, offset=len(HEADER), count=_hot_rows(stream))
    values = {name: rows[name].astype(_HOT_ROW[name].newbyteorder("=")) for name, _ in _WHOLE}
    values["time"] += EPOCH_US
    for triple in _TRIPLES:
        values |= zip(triple, _apart(rows[triple[0]].astype(np.int64)), strict=True)
    order = np.lexsort((values["time"], values["flight_id"]))
    values = {name: column[order] for name, column in values.items()}  # rows would take five times as long
    nulls = {name: column == NULL for name, column in values.items() if column.dtype == np.int16}
    return StoredPositions(values, nulls)


def _apart(numbers: NDArray[np.int64]) -> list[NDArray[np.int16]]:
    """Take (a * 65536 + b) * 65536 + c apart: a, b and c, each (N,)."""
    parts = []
    for _ in range(3):
        parts.append(numbers.astype(np.int16))  # the last 16 bits, with their sign
        numbers = (numbers - parts[-1]) >> 16
    return parts[::-1]


def _hot_rows(stream: bytes | bytearray) -> int:
    return (len(stream) - len(HEADER) - len(TRAILER)) // _HOT_ROW.itemsize


def encode(rows: ArchiveRows) -> bytes:
    """Return the bytes of archive rows, which in the COPY stream stand between HEADER and TRAILER."""
    parts: list[list[bytes]] = [[_FIELDS] * len(rows), _scalars(rows)]
    for name in ARRAYS:
        parts += _array(rows, name)
    return b"".join(chain.from_iterable(zip(*parts, strict=True)))


def _scalars(rows: ArchiveRows) -> list[bytes]:
    """Return each row's scalar fields, without the number of fields."""
    encoded = CopyEncoder(_SCALARS).encode(rows.scalars, rows.scalar_nulls)[len(HEADER) : -len(TRAILER)]
    sizes = np.full(len(rows), _OWN_FIELDS + sum(4 + _WIDTHS[kind] for _, kind in _SCALARS))
    for name, kind in _SCALARS:
        if name in rows.scalar_nulls:
            sizes -= _WIDTHS[kind] * rows.scalar_nulls[name]
    return [encoded[begin + _OWN_FIELDS : end] for begin, end in pairwise(_offsets(sizes))]


def _array(rows: ArchiveRows, name: str) -> tuple[list[bytes], list[bytes]]:
    """Return for each row the array's length and header, and its elements."""
    absent = rows.absent.get(name)
    if absent is not None and absent.all():
        return [_NULL] * len(rows), [b""] * len(rows)
    elements = np.empty(len(rows.arrays[name]), _ELEMENT)
    elements["length"], elements["value"] = 2, rows.arrays[name]
    null = rows.nulls.get(name)
    holes = np.zeros(len(rows), np.intp)
    if null is not None and null.any():
        elements["length"][null] = -1
        keep = np.ones((len(elements), _ELEMENT.itemsize), np.bool_)
        keep[null, 4:] = False
        encoded = elements.view(np.uint8).reshape(keep.shape)[keep].tobytes()
        holes = np.add.reduceat(null, rows.first, dtype=np.intp)
    else:
        encoded = elements.tobytes()
    sizes = _ELEMENT.itemsize * rows.counts - 2 * holes
    headers, bodies = (
        _headers(rows.counts, sizes, holes),
        [encoded[begin:end] for begin, end in pairwise(_offsets(sizes))],
    )
    if absent is not None:
        for row in np.flatnonzero(absent).tolist():
            headers[row], bodies[row] = _NULL, b""
    return headers, bodies


def _headers(counts: NDArray[np.intp], sizes: NDArray[np.intp], holes: NDArray[np.intp]) -> list[bytes]:
    headers = np.empty(len(counts), _ARRAY)
    headers["length"] = _ARRAY_HEADER + sizes
    headers["dimensions"], headers["lower"], headers["type"] = 1, 1, _INT2_OID
    headers["flags"], headers["elements"] = holes > 0, counts
    encoded, width = headers.tobytes(), _ARRAY.itemsize
    return [encoded[begin : begin + width] for begin in range(0, len(encoded), width)]


def _offsets(sizes: NDArray[np.intp]) -> list[int]:
    offsets: list[int] = np.append(0, np.cumsum(sizes)).tolist()
    return offsets
