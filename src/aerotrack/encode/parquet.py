"""GeoParquet 1.1: a row for each position, with the names of the schema, and its place as a WKB point.

Format: https://geoparquet.org/releases/v1.1.0/ and OGC 06-103r4, 8.2 (WKB). No `crs` is OGC:CRS84: lon, lat.
"""

import json
from collections.abc import Sequence
from typing import Any, Literal

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
from numpy.typing import NDArray

from aerotrack.core.columns import BY_NAME, STORED, Column, Columns, Kind
from aerotrack.core.values import values_of
from aerotrack.encode import Flight
from aerotrack.encode.texts import FACTS, facts, plain

ROWS = 50_000  # of a row group: 8 MB in memory
_POINT = np.dtype([("order", "u1"), ("type", "<u4"), ("lon", "<f8"), ("lat", "<f8")])
_POSITION = tuple(BY_NAME[name] for name in ("time", *(column.name for column in STORED)))
_GEO = {
    "version": "1.1.0",
    "primary_column": "geometry",
    "columns": {"geometry": {"encoding": "WKB", "geometry_types": ["Point"]}},
}


def _arrow_type(column: Column) -> pa.DataType:
    match column.kind:
        case Kind.TIME:
            return pa.timestamp("ms", "UTC")
        case Kind.FLAG:
            return pa.bool_()
        case Kind.NUMBER:
            if not column.digits:
                return pa.int32()
            return pa.float64() if column.dtype.itemsize > 4 else pa.float32()  # noqa: PLR2004  bytes
        case _:
            return pa.string()


SCHEMA = pa.schema(
    [
        *(pa.field(name, pa.string()) for name in FACTS),
        *(pa.field(column.name, _arrow_type(column)) for column in _POSITION),
        pa.field("geometry", pa.binary()),
    ],
    metadata={"geo": json.dumps(_GEO)},
)


class Parquet:
    """Encodes row groups of up to ROWS rows, compressed with zstd."""

    order: Literal["time", "flight"] = "time"
    media_type = "application/vnd.apache.parquet"

    def __init__(self) -> None:
        self._file = _Pieces()
        self._writer = pq.ParquetWriter(pa.PythonFile(self._file, "w"), SCHEMA, compression="zstd")
        self._waiting: list[pa.Table] = []
        self._rows = 0

    def begin(self) -> bytes:
        """Write the magic bytes."""
        return self._file.taken()

    def add(self, flights: Sequence[Flight], positions: Columns) -> bytes:
        """Note the positions; write the row group that they fill, if they do; see Encoder."""
        self._waiting.append(_table(flights, positions))
        self._rows += len(positions["time"])
        if self._rows >= ROWS:
            self._write()
        return self._file.taken()

    def end(self) -> bytes:
        """Write the last row group and the footer."""
        self._write()
        self._writer.close()
        return self._file.taken()

    def _write(self) -> None:
        if self._rows:
            self._writer.write_table(pa.concat_tables(self._waiting))
        self._waiting, self._rows = [], 0


class _Pieces:
    """A file for pyarrow to write to; what is written is taken out piece by piece."""

    closed = False

    def __init__(self) -> None:
        self._pieces: list[bytes] = []
        self._length = 0

    def write(self, piece: Any) -> int:
        self._pieces.append(bytes(piece))
        self._length += len(piece)
        return len(piece)

    def tell(self) -> int:
        return self._length

    def flush(self) -> None:
        """Do nothing: nothing waits."""

    def close(self) -> None:
        """Stay open, for the last piece to be taken."""

    def taken(self) -> bytes:
        pieces, self._pieces = self._pieces, []
        return b"".join(pieces)


def _table(flights: Sequence[Flight], positions: Columns) -> pa.Table:
    of = pa.array(positions["flight"].astype(np.int64))
    known = [facts(flight) for flight in flights]
    arrays = [pa.array([told.get(name) for told in known], pa.string()).take(of) for name in FACTS]
    arrays += [_array(column, positions[column.name]) for column in _POSITION]
    arrays.append(_points(positions["lon"], positions["lat"]))
    return pa.Table.from_arrays(arrays, schema=SCHEMA)


def _array(column: Column, values: NDArray[Any]) -> pa.Array:
    kind = _arrow_type(column)
    if pa.types.is_string(kind):
        texts = values_of(column, values)
        return pa.array([None if text is None else plain(text) for text in texts], kind)
    unknown = ~column.known(values)
    match column.kind:
        case Kind.TIME:
            milliseconds = np.rint(np.where(unknown, 0.0, values) * 1000.0).astype(np.int64)
            return pa.array(milliseconds, pa.int64(), mask=unknown).cast(kind)
        case Kind.FLAG:
            return pa.array(values == 1, kind, mask=unknown)
        case _:
            rounded = np.round(np.where(unknown, 0.0, values.astype(np.float64)), column.digits)
            if column.name == "track_deg":
                rounded %= 360.0  # 359.96 is 0 degrees
            return pa.array(rounded.astype(kind.to_pandas_dtype()), kind, mask=unknown)


def _points(lon: NDArray[np.float64], lat: NDArray[np.float64]) -> pa.Array:
    points = np.zeros(len(lon), _POINT)
    points["order"], points["type"] = 1, 1  # little-endian, a point
    points["lon"], points["lat"] = np.round(lon, 5), np.round(lat, 5)
    ends = np.arange(len(lon) + 1, dtype=np.int32) * _POINT.itemsize
    placed = np.isfinite(lon) & np.isfinite(lat)
    valid = None if placed.all() else pa.py_buffer(np.packbits(placed, bitorder="little").tobytes())
    return pa.Array.from_buffers(
        pa.binary(), len(lon), [valid, pa.py_buffer(ends.tobytes()), pa.py_buffer(points.tobytes())]
    )
