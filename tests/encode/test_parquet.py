import io
import json
import struct
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
from hypothesis import given

from aerotrack.core.columns import BY_NAME, Columns
from aerotrack.core.values import milliseconds, values_of
from aerotrack.encode.csv_table import NAMES, POSITION
from aerotrack.encode.parquet import ROWS, Parquet
from aerotrack.encode.texts import plain
from encode.flights import FLIGHT, OTHER, TEXTS, any_positions, encoded, positions


def table(data: bytes) -> Any:
    return pq.read_table(io.BytesIO(data))


def test_the_columns_are_those_of_the_schema_and_a_geometry() -> None:
    made = table(encoded(Parquet(), ([FLIGHT], positions())))
    assert made.column_names == [*NAMES, "geometry"]
    assert made.schema.field("time").type == pa.timestamp("ms", "UTC")
    assert made.schema.field("altitude_ft").type == pa.int32()


def test_it_says_that_it_is_geoparquet() -> None:
    geo = json.loads(table(encoded(Parquet(), ([FLIGHT], positions()))).schema.metadata[b"geo"])
    assert geo["version"] == "1.1.0"
    assert geo["columns"][geo["primary_column"]] == {"encoding": "WKB", "geometry_types": ["Point"]}


def test_a_place_is_a_point_of_longitude_and_latitude() -> None:
    made = table(encoded(Parquet(), ([FLIGHT], positions([0, 0], lat=[50.0, np.nan], lon=[8.25, np.nan]))))
    point, nowhere = made["geometry"].to_pylist()
    assert struct.unpack("<BIdd", point) == (1, 1, 8.25, 50.0)
    assert nowhere is None


def test_rows_have_their_flight() -> None:
    made = table(encoded(Parquet(), ([FLIGHT, OTHER], positions([1, 0, 1]))))
    assert made["callsign"].to_pylist() == [None, "RYR1", None]
    assert made["registration"].to_pylist() == ["D-AIBA", None, "D-AIBA"]


def test_row_groups_are_written_as_they_fill() -> None:
    encoder = Parquet()
    pieces = [encoder.begin(), *(encoder.add([FLIGHT], positions(np.zeros(ROWS // 2))) for _ in range(3))]
    assert [bool(piece) for piece in pieces] == [True, False, True, False]
    file = pq.ParquetFile(io.BytesIO(b"".join([*pieces, encoder.end()])))
    assert [file.metadata.row_group(i).num_rows for i in range(2)] == [ROWS, ROWS // 2]


def test_a_file_of_nothing_has_no_rows() -> None:
    assert table(encoded(Parquet())).num_rows == 0


@given(any_positions(), TEXTS)
def test_every_value_comes_back(seen: Columns, callsign: str) -> None:
    made = table(encoded(Parquet(), ([{**FLIGHT, "callsign": callsign}], seen)))
    assert set(made["callsign"].to_pylist()) == {plain(callsign) or None}
    for name in POSITION:
        values = made[name].to_pylist()
        if name == "time":
            values = milliseconds(np.array([value.timestamp() for value in values]))
        elif name in ("ground_speed_kt", "track_deg"):
            values = [None if value is None else round(value, 1) for value in values]
        assert values == values_of(BY_NAME[name], seen[name])
