import io
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime

import asyncpg
import numpy as np
import numpy.typing as npt
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from aerotrack.storage.binary_copy import HEADER, TRAILER, ColumnType, CopyEncoder

Row = tuple[int | None, int | None, int | None, float | None, bool | None, int | None]
Columns = dict[str, npt.NDArray[np.generic]]
Copied = Callable[[CopyEncoder, bytes], Awaitable[list[Row]]]

EVERY_TYPE: list[tuple[str, ColumnType]] = [
    ("a", "int2"),
    ("b", "int4"),
    ("c", "int8"),
    ("d", "float8"),
    ("e", "bool"),
    ("f", "timestamptz"),
]
DTYPES = {"a": np.int16, "b": np.int32, "c": np.int64, "d": np.float64, "e": np.bool_, "f": np.int64}
EARLIEST, LATEST = -2_208_988_800_000_000, 32_503_680_000_000_000  # 1900 and 3000, in Unix microseconds
ROW = st.tuples(
    st.none() | st.integers(-(2**15), 2**15 - 1),
    st.none() | st.integers(-(2**31), 2**31 - 1),
    st.none() | st.integers(-(2**63), 2**63 - 1),
    st.none() | st.floats(allow_nan=False),
    st.none() | st.booleans(),
    st.none() | st.integers(EARLIEST, LATEST),
)


def columns_of(rows: list[Row]) -> tuple[Columns, Columns]:
    """Turn rows of Python values into arrays, with a mask for what is None."""
    cells = dict(zip("abcdef", zip(*rows, strict=True), strict=True))
    values = {
        name: np.array([0 if x is None else x for x in column], DTYPES[name])
        for name, column in cells.items()
    }
    return values, {name: np.array([x is None for x in column]) for name, column in cells.items()}


@pytest.fixture
async def copied(database: asyncpg.Connection) -> Copied:
    """A function that copies a stream into a table and returns what PostgreSQL reads back, in order."""
    await database.execute(
        "create temp table t (n serial, a int2, b int4, c int8, d float8, e bool, f timestamptz)"
    )

    async def copy(encoder: CopyEncoder, stream: bytes) -> list[Row]:
        await database.copy_to_table("t", columns=encoder.names, source=io.BytesIO(stream), format="binary")
        rows = await database.fetch(
            "delete from t returning n, a, b, c, d, e, (extract(epoch from f) * 1000000)::int8"
        )
        return [tuple(row)[1:] for row in sorted(rows)]

    return copy


@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(ROW, min_size=1, max_size=20))
async def test_postgresql_reads_back_what_was_encoded(copied: Copied, rows: list[Row]) -> None:
    encoder = CopyEncoder(EVERY_TYPE)
    assert await copied(encoder, encoder.encode(*columns_of(rows))) == rows


async def test_a_smaller_batch_after_a_larger_one_holds_nothing_of_it(copied: Copied) -> None:
    encoder = CopyEncoder(EVERY_TYPE)
    encoder.encode(*columns_of([(None, 1, 2, 3.0, True, 4)] * 5))
    row = (7, 8, 9, 0.5, False, 10)
    assert await copied(encoder, encoder.encode(columns_of([row])[0])) == [row]


async def test_a_batch_of_no_rows_is_a_valid_stream(copied: Copied) -> None:
    encoder = CopyEncoder(EVERY_TYPE)
    nothing = {name: np.empty(0, dtype) for name, dtype in DTYPES.items()}
    assert await copied(encoder, encoder.encode(nothing)) == []


async def test_a_time_is_microseconds_since_1970(database: asyncpg.Connection) -> None:
    encoder = CopyEncoder([("f", "timestamptz")])
    await database.execute("create temp table t (f timestamptz)")
    stream = encoder.encode({"f": np.array([1_763_806_320_020_000])})
    await database.copy_to_table("t", source=io.BytesIO(stream), format="binary")
    assert await database.fetchval("select f from t") == datetime(2025, 11, 22, 10, 12, 0, 20_000, UTC)


def test_a_null_is_a_length_of_minus_one_and_no_bytes() -> None:
    encoder = CopyEncoder([("a", "int2"), ("e", "bool")])
    stream = encoder.encode({"a": np.array([5]), "e": np.array([True])}, {"a": np.array([True])})
    assert stream == HEADER + b"\0\2" + b"\xff\xff\xff\xff" + b"\0\0\0\1\1" + TRAILER


def test_the_names_are_the_column_list_of_the_copy() -> None:
    assert CopyEncoder([("a", "int2"), ("e", "bool")]).names == ("a", "e")


async def test_a_damaged_stream_is_refused_by_postgresql(database: asyncpg.Connection) -> None:
    encoder = CopyEncoder([("a", "int2")])
    await database.execute("create temp table t (a int2)")
    stream = encoder.encode({"a": np.array([5])})[:-3]
    with pytest.raises(asyncpg.BadCopyFileFormatError):
        await database.copy_to_table("t", source=io.BytesIO(stream), format="binary")
