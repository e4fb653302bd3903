"""Our own exports as Parquet: the columns of the schema, and whatever else there is.

A Parquet file is no stream: its footer says where everything is. So a file is read, not bytes as they come.
"""

import zlib
from collections import Counter
from collections.abc import Generator
from io import BufferedIOBase
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq
from numpy.typing import NDArray

from aerotrack.core.observations import Observations
from aerotrack.decode.own_rows import NEEDED, NUMBERS, TEXTS, OwnRows

MAGIC = b"PAR1"
_ROWS = 16_384
_NUMBERS = ("time", "lat", "lon", *NUMBERS)


def batches(file: BufferedIOBase) -> Generator[tuple[float, Observations]]:
    """Read a file: how much of it is behind us (0 to 1), and rows. A part that cannot be read ends it.

    Refuses `truncated` for a file that is cut off or damaged, and what OwnRows refuses.
    """
    rows = OwnRows()
    done = 0
    try:
        table = pq.ParquetFile(file)
        total = table.metadata.num_rows
        names = [name for name in ("id", "icao24", *TEXTS, *_NUMBERS) if name in table.schema_arrow.names]
        if not set(names) >= NEEDED:
            return
        for batch in table.iter_batches(batch_size=_ROWS, columns=names):
            done += len(batch)
            columns = {name: batch.column(name) for name in names}
            texts = {name: _texts(column) for name, column in columns.items() if name not in _NUMBERS}
            refused: Counter[str] = Counter()
            numbers = {name: _numbers(name, columns[name], refused) for name in _NUMBERS if name in columns}
            yield min(done / total, 1.0) if total > 0 else 1.0, rows.read(texts, numbers, refused)
    except (pa.ArrowException, UnicodeDecodeError, OSError, EOFError, zlib.error):  # the last two of a .gz
        yield 1.0, Observations.none(refused={"truncated": 1})


def _texts(column: Any) -> list[str]:
    """Read a column as texts, empty where unknown; what cannot be one is unknown."""
    if pa.types.is_dictionary(column.type):
        column = column.dictionary_decode()
    try:
        texts = pc.cast(column, pa.string())
    except (pa.ArrowInvalid, pa.ArrowNotImplementedError):
        return [""] * len(column)
    return pc.fill_null(texts, "").to_pylist()  # type: ignore[no-any-return]  # untyped


def _numbers(name: str, column: Any, refused: Counter[str]) -> NDArray[np.float64]:
    """Read a column as numbers, a time as Unix seconds; NaN where unknown. Counts a column that has none."""
    try:
        if name == "time":
            ticks = pc.cast(column, pa.timestamp("us", "UTC"), safe=False).cast(pa.int64())
            seconds = pc.cast(ticks, pa.float64(), safe=False).to_numpy(zero_copy_only=False)
            return seconds / 1e6  # type: ignore[no-any-return]  # untyped
        values = pc.cast(column, pa.float64(), safe=False)
        return values.to_numpy(zero_copy_only=False)  # type: ignore[no-any-return]  # untyped
    except (pa.ArrowInvalid, pa.ArrowNotImplementedError):
        reason = "bad_time" if name == "time" else "bad_field"
        refused[reason] += len(column)
        return np.full(len(column), np.nan)
