import io
from collections import Counter
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import given

from aerotrack.core.columns import STORED, Columns
from aerotrack.decode.own_parquet import batches
from aerotrack.encode.parquet import Parquet
from decode.cutting import Row, rows_in
from encode.flights import ASCII, FLIGHT, any_positions, encoded, positions


def read(data: bytes) -> tuple[list[Row], Counter[str]]:
    rows: list[Row] = []
    counts: Counter[str] = Counter()
    for _, seen in batches(io.BytesIO(data)):
        rows += rows_in(seen)
        counts.update(seen.refused)
    return rows, counts


def written(**columns: Any) -> bytes:
    file = io.BytesIO()
    pq.write_table(pa.table(columns), file)
    return file.getvalue()


def test_how_much_is_read_is_told() -> None:
    data = encoded(Parquet(), ([FLIGHT], positions(np.zeros(40_000))))
    assert [done for done, _ in batches(io.BytesIO(data))] == [0.4096, 0.8192, 1.0]


def test_a_table_that_others_wrote_anew_is_read() -> None:
    (row,), counts = read(
        written(
            time=pa.array([1_732_289_308_500_000_000], pa.timestamp("ns")),
            icao24=pa.array(["4ca2d6"]).dictionary_encode(),
            lat=pa.array([50.0], pa.float32()),
            lon=[8],
            altitude_ft=pa.array([None], pa.float64()),
            on_ground=[False],
            mood=["fine"],
        )
    )
    assert row == {
        "address": 0x4CA2D6, "last_heard": 1732289308.5, "time": 1732289308.5, "lat": 50.0, "lon": 8.0,
        "on_ground": 0,
    }  # fmt: skip
    assert not counts


def test_a_table_of_something_else_has_no_rows() -> None:
    assert read(written(a=[1, 2])) == ([], Counter())


def test_columns_of_other_types_are_counted() -> None:
    data = written(time=["noon"], icao24=["4ca2d6"], lat=[50.0], lon=[8.0])
    assert read(data) == ([], Counter(bad_time=1, no_time=1))


@pytest.mark.parametrize("size", [0, 3, 4, 100, 1000])
def test_a_file_that_is_cut_off_is_counted(size: int) -> None:
    data = encoded(Parquet(), ([FLIGHT], positions()))
    assert read(data[:size]) == ([], Counter(truncated=1))


def test_a_column_whose_name_is_no_text_is_damage() -> None:
    data = written(time=["noon"], icao24=["4ca2d6"], lat=[50.0], lon=[8.0], mood=["fine"])
    assert read(data.replace(b"mood", b"\xffood")) == ([], Counter(truncated=1))


@pytest.mark.parametrize("count", [b"\x00", b"\x01"])  # none, and -1
def test_a_count_of_rows_that_is_wrong_says_nothing_of_how_much_is_read(count: bytes) -> None:
    time = pa.array([1_732_289_308_500_000], pa.timestamp("us", "UTC"))
    data = written(time=time, icao24=["4ca2d6"], lat=[50.0], lon=[8.0])
    at = data.rindex(b"\x16\x02\x19\x1c")  # of the footer: one row, then the list of its groups
    wrong = data[: at + 1] + count + data[at + 2 :]
    assert [(done, len(seen)) for done, seen in batches(io.BytesIO(wrong))] == [(1.0, 1)]


def test_a_damaged_file_is_read_as_far_as_it_goes() -> None:
    data = bytearray(
        encoded(Parquet(), ([FLIGHT], positions(np.zeros(40_000), lat=np.linspace(0, 80, 40_000))))
    )
    data[2000:60_000] = bytes(58_000)
    assert read(bytes(data))[1]["truncated"] == 1


@given(any_positions(), ASCII)
def test_what_was_written_is_read(seen: Columns, callsign: str) -> None:
    rows, _ = read(encoded(Parquet(), ([{**FLIGHT, "callsign": callsign}], seen)))
    placed = [row for row in rows if "lat" in row]
    assert [row["time"] for row in placed] == seen["time"].tolist()
    assert {row.get("callsign", b"") for row in placed} == {callsign.encode()}
    for column in STORED:
        if column.name == "feed":
            continue
        got = np.array([row.get(column.name, column.unknown) for row in placed], column.dtype)
        np.testing.assert_allclose(got, seen[column.name], atol=1e-3, equal_nan=True)
