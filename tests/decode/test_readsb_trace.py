import json
from collections import Counter
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from aerotrack.decode.documents import LARGEST
from aerotrack.decode.readsb_trace import ReadsbTrace
from decode.cutting import FEEDS, Row, cut_anywhere, decoded, mutated, single_bytes

REAL = (FEEDS / "trace_full_a3c78c.json").read_bytes()
BEGIN = 1_693_353_600.0


def document(*rows: Any, **more: Any) -> bytes:
    return json.dumps({"icao": "4ca2d6", "timestamp": BEGIN, "trace": rows} | more).encode()


def read(data: bytes) -> tuple[list[Row], Counter[str]]:
    return decoded(ReadsbTrace(), [data])


def test_a_row_is_a_position_with_what_stands_beside_it() -> None:
    details = {"flight": "SWA4543 ", "squawk": "6621", "category": "A3", "nic": 8, "nac_p": 10}
    row = [1.5, 42.0, -121.5, 39000, 455.5, 175.5, 0, -64, details, "adsb_icao", 40625, None, None, None]
    assert read(document(row, r="N452WN", t="B737")) == (
        [
            {
                "address": 0x4CA2D6, "last_heard": BEGIN + 1.5, "time": BEGIN + 1.5,
                "lat": 42.0, "lon": -121.5,
                "altitude_ft": 39000.0, "geo_altitude_ft": 40625.0, "on_ground": 0, "ground_speed_kt": 455.5,
                "track_deg": 175.5, "vertical_rate_fpm": -64.0, "callsign": b"SWA4543", "squawk": 6621,
                "category": b"A3", "nic": 8, "nac_p": 10, "position_source": 0, "registration": b"N452WN",
                "type_code": b"B737",
            }
        ],
        Counter(messages=1),
    )  # fmt: skip


def test_a_short_row_says_nothing_of_what_it_has_not() -> None:
    (row,), _ = read(document([0, 42.0, 8.0, None]))
    assert row == {"address": 0x4CA2D6, "last_heard": BEGIN, "time": BEGIN, "lat": 42.0, "lon": 8.0}


def test_on_the_ground_the_altitude_is_unknown_and_the_track_is_a_heading() -> None:
    (row,), _ = read(document([0, 42.0, 8.0, "ground", 5.0, 90.0, 0, 0, None, "adsb_icao", None]))
    assert row["on_ground"] == 1
    assert not {"altitude_ft", "track_deg"} & set(row)


def test_a_flag_says_that_the_altitude_is_geometric() -> None:
    (row,), _ = read(document([0, 42.0, 8.0, 1000, None, None, 9, None]))
    assert row["geo_altitude_ft"] == 1000
    assert "altitude_ft" not in row


def test_every_row_of_a_real_trace_is_a_position() -> None:
    rows, counts = read(REAL)
    trace = json.loads(REAL)["trace"]
    assert counts == Counter(messages=len(trace))
    assert [(row["lat"], row["lon"]) for row in rows] == [(row[1], row[2]) for row in trace]
    assert [row["time"] - BEGIN for row in rows] == pytest.approx([row[0] for row in trace], abs=1e-3)
    assert [row.get("ground_speed_kt") for row in rows] == [
        None if row[4] is None else pytest.approx(row[4]) for row in trace
    ]
    assert {row["registration"] for row in rows} == {json.loads(REAL)["r"].encode()}


@pytest.mark.parametrize(
    ("data", "counts"),
    [
        (b"", {}),
        (document()[:-5], {"truncated": 1, "messages": 1}),
        (b"[1]", {"truncated": 1, "messages": 1}),
        (b'{"icao":"4ca2d6"}', {"no_aircraft": 1, "messages": 1}),
        (document([0, 42.0], 7, None), {"bad_line": 3, "messages": 3}),
        (document(["x", 42.0, 8.0, 0]), {"no_time": 1, "messages": 1}),
        (document([10**400, 42.0, 8.0, 0]), {"no_time": 1, "messages": 1}),
        (document([0, 42.0, 8.0, 0], icao="zz"), {"bad_address": 1, "messages": 1}),
    ],
)
def test_what_cannot_be_used_is_counted(data: bytes, counts: dict[str, int]) -> None:
    assert read(data) == ([], Counter(counts))


def test_a_document_that_is_too_long_is_dropped_and_the_next_is_read() -> None:
    decoder = ReadsbTrace()
    big = b'{"trace":[' + b" " * LARGEST
    assert decoded(decoder, [big, b" " * 10]) == ([], Counter(too_long=1, messages=1))
    assert len(decoded(decoder, [document([0, 42.0, 8.0, 0])])[0]) == 1


def test_it_may_come_byte_by_byte() -> None:
    assert decoded(ReadsbTrace(), single_bytes(REAL)) == read(REAL)


@given(cut_anywhere(REAL))
def test_it_may_be_cut_anywhere(parts: list[bytes]) -> None:
    assert decoded(ReadsbTrace(), parts) == read(REAL)


@given(mutated(document([0, 42.0, 8.0, 100, 5.0, 90.0, 0, 0, {"flight": "A"}, "mlat", 200])) | st.binary())
def test_nothing_makes_it_raise(data: bytes) -> None:
    read(data)
