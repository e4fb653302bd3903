r"""NumPy columns to the bytes of PostgreSQL's `COPY ... FROM STDIN (FORMAT binary)`.

The format is that of PostgreSQL's manual, "COPY", section "Binary Format":

    header   "PGCOPY\n\xff\r\n\0"  flags int4 = 0  extension length int4 = 0
    row      number of fields int2, then per field: length int4 (-1 is NULL, and no bytes follow), value
    trailer  int2 = -1

everything big-endian. All our columns have a fixed width, so a batch without NULL is one structured array
and its bytes; with NULLs the bytes of the absent values are cut out of it.
"""

from collections.abc import Mapping, Sequence
from typing import Literal

import numpy as np
import numpy.typing as npt

from aerotrack.storage.steps import EPOCH_US

ColumnType = Literal["int2", "int4", "int8", "float8", "bool", "timestamptz"]

HEADER = b"PGCOPY\n\xff\r\n\0" + bytes(8)
TRAILER = b"\xff\xff"

_DTYPES: dict[ColumnType, str] = {
    "int2": ">i2",
    "int4": ">i4",
    "int8": ">i8",
    "float8": ">f8",
    "bool": "u1",
    "timestamptz": ">i8",
}


class CopyEncoder:
    """Encodes batches of one table's columns, given as (name, type) in the order of the COPY.

    A template with the field counts and lengths in place is kept and grown as needed, so one encoder
    serves one caller at a time.
    """

    def __init__(self, columns: Sequence[tuple[str, ColumnType]]) -> None:
        self._columns = tuple(columns)
        fields = [("fields", ">i2")]
        for name, kind in self._columns:
            fields += [(f"{name} length", ">i4"), (name, _DTYPES[kind])]
        self._row = np.dtype(fields)
        self._template = np.empty(0, self._row)

    @property
    def names(self) -> tuple[str, ...]:
        """The columns, for the column list of the COPY."""
        return tuple(name for name, _ in self._columns)

    def encode(
        self,
        values: Mapping[str, npt.NDArray[np.generic]],
        nulls: Mapping[str, npt.NDArray[np.bool_]] | None = None,
    ) -> bytes:
        """Return the whole COPY stream, header and trailer included, of N rows.

        `values` has an array of shape (N,) per column; a timestamptz is int64 microseconds since 1970 UTC.
        `nulls` has a bool array of shape (N,) per column that may be NULL; the value under a True is ignored.
        """
        rows = self._blank(len(values[self._columns[0][0]]))
        for name, kind in self._columns:
            rows[name] = values[name] - EPOCH_US if kind == "timestamptz" else values[name]
        absent = {name: mask for name, mask in (nulls or {}).items() if mask.any()}
        body = self._without(rows, absent) if absent else rows.tobytes()
        return b"".join((HEADER, body, TRAILER))

    def _blank(self, count: int) -> npt.NDArray[np.void]:
        """Return `count` rows whose field counts and lengths are set."""
        if len(self._template) < count:
            self._template = np.empty(count, self._row)
            self._template["fields"] = len(self._columns)
        rows = self._template[:count]
        for name, _ in self._columns:
            rows[f"{name} length"] = self._row[name].itemsize
        return rows

    def _without(self, rows: npt.NDArray[np.void], absent: Mapping[str, npt.NDArray[np.bool_]]) -> bytes:
        keep = np.ones((len(rows), self._row.itemsize), np.bool_)
        fields = self._row.fields
        assert fields is not None
        for name, mask in absent.items():
            rows[f"{name} length"][mask] = -1
            field, start = fields[name][:2]
            keep[mask, start : start + field.itemsize] = False
        return rows.view(np.uint8).reshape(keep.shape)[keep].tobytes()
