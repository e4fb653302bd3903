from collections import Counter

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from aerotrack.core.columns import BY_NAME, STORED, Columns
from aerotrack.decode.own_csv import OwnCsv, is_header
from aerotrack.encode.csv_table import CsvTable
from decode.cutting import Row, cut_anywhere, decoded, mutated
from encode.flights import ASCII, FLIGHT, any_positions, encoded, positions

TABLE = encoded(CsvTable(), ([FLIGHT], positions([0, 0, 0], altitude_ft=[0, np.nan, 25], feed='a "b", c')))
HEADER = b"icao24,time,lat,lon,callsign\n"
TIME = b"2024-11-22T15:28:28.000Z"


def read(data: bytes) -> tuple[list[Row], Counter[str]]:
    return decoded(OwnCsv(), [data])


@pytest.mark.parametrize(
    ("line", "header"),
    [
        (TABLE.partition(b"\n")[0], True),
        (b"\xef\xbb\xbficao24,time,lat,lon\r", True),
        (b"icao24,time,lat", False),
        (b"icao24,time,lat,lon,mood", False),
        (b"icao24,icao24,time,lat,lon", False),
        (b"", False),
    ],
)
def test_a_header_is_known_by_its_names(line: bytes, header: bool) -> None:  # noqa: FBT001  a parameter
    assert is_header(line) is header


def test_a_table_of_ours_is_read() -> None:
    rows, counts = read(TABLE)
    assert counts == Counter(messages=3)
    assert [row.get("altitude_ft") for row in rows] == [0, None, 25]
    assert rows[0] == {
        "address": 0x4CA2D6, "last_heard": 1732289308.0, "time": 1732289308.0, "lat": 50.0, "lon": 8.0,
        "altitude_ft": 0.0, "callsign": b"RYR1",
    }  # fmt: skip


def test_columns_may_be_missing_and_in_any_order_and_times_in_any_zone() -> None:
    data = b"lon,lat,time,icao24\n8.0,50.0,2024-11-22 16:28:28.5+01:00,~4ca2d6\n"
    (row,), _ = read(data)
    assert (row["address"], row["time"], row["lat"]) == (0x14CA2D6, 1732289308.5, 50.0)


def test_tables_may_follow_one_another() -> None:
    assert len(read(TABLE + TABLE)[0]) == 6


@pytest.mark.parametrize(
    ("line", "reason"),
    [
        (b"4ca2d6,2024", "bad_line"),
        (b'4ca2d6,"' + TIME + b",50.0,8.0,A", "bad_line"),
        (b"4ca2d6," + TIME + b",50.0,8.0,\rA", "bad_line"),
        (b"4ca2d6,now,50.0,8.0,A", "bad_time"),
        (b"4ca2d6,2024-13-22T15:28:28Z,50.0,8.0,A", "bad_time"),
        (b"4ca2d6,2024-11-22T15:28:28,50.0,8.0,A", "bad_time"),
        (b"4ca2d6,,50.0,8.0,A", "no_time"),
        (b"4ca2d,%s,50.0,8.0,A" % TIME, "bad_address"),
        (b"4ca2d6,%s,north,8.0,A" % TIME, "bad_position"),
        (b"4ca2d6,%s,50.0,8.0,TOO LONG IT IS" % TIME, "bad_field"),
        (b"x" * 70_000, "too_long"),
    ],
)
def test_what_cannot_be_used_is_counted_and_the_rest_is_read(line: bytes, reason: str) -> None:
    good = b"4ca2d6," + TIME + b",50.0,8.0,A\n"
    rows, counts = read(HEADER + good + line + b"\n" + good)
    assert counts[reason] >= 1
    assert counts["messages"] == 3
    assert [row["lat"] for row in rows if "lat" in row][:1] == [50.0]
    assert len(rows) >= 2


def test_a_last_line_that_is_cut_off_is_counted() -> None:
    assert read(TABLE[:-60])[1]["truncated"] == 1


@given(cut_anywhere(TABLE))
def test_it_may_be_cut_anywhere(parts: list[bytes]) -> None:
    assert decoded(OwnCsv(), parts) == read(TABLE)


@given(mutated(TABLE) | st.binary().map(lambda tail: HEADER + tail))
def test_nothing_makes_it_raise(data: bytes) -> None:
    read(data)


@given(any_positions(), ASCII)
def test_what_was_written_is_read(seen: Columns, callsign: str) -> None:
    rows, _ = read(encoded(CsvTable(), ([{**FLIGHT, "callsign": callsign}], seen)))
    placed = [row for row in rows if "lat" in row]
    assert [row["time"] for row in placed] == seen["time"].tolist()
    assert {row.get("callsign", b"") for row in placed} == {callsign.encode()}
    for column in STORED:
        if column.name == "feed":
            continue
        expected = np.array([row.get(column.name, column.unknown) for row in placed], column.dtype)
        np.testing.assert_allclose(expected, seen[column.name], atol=1e-3, equal_nan=True)
    assert BY_NAME["feed"].name not in placed[0]
