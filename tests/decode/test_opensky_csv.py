import pytest
from hypothesis import given

from aerotrack.decode.opensky_csv import OpenSkyCsv, is_header
from decode.cutting import cut_anywhere, decoded, mutated, sensible, single_bytes

HEADER = (
    b"time,icao24,lat,lon,velocity,heading,vertrate,callsign,onground,alert,spi,squawk,"
    b"baroaltitude,geoaltitude,lastposupdate,lastcontact\n"
)
FIRST = (
    b"1700000001,4ca2d6,50.25,8.5,231.5,90.25,-3.25,EIN52V  ,False,False,False,0014,10668,10972.8,"
    b"1699999999.5,1700000000.75\n"
)
SAME = FIRST.replace(b"1700000001,", b"1700000002,").replace(b"0000.75", b"0001.75")
GROUND = b"1700000002,3c6444,,,,,,,True,False,False,,,,,1700000001.5\n"
TABLE = HEADER + FIRST + SAME + GROUND


def test_a_line_is_a_state() -> None:
    rows, counts = decoded(OpenSkyCsv(), [TABLE])
    assert rows[0] == {
        "address": 0x4CA2D6, "last_heard": 1700000000.75, "time": 1699999999.5, "lat": 50.25, "lon": 8.5,
        "callsign": b"EIN52V", "altitude_ft": 35000.0, "geo_altitude_ft": 36000.0, "on_ground": 0,
        "ground_speed_kt": pytest.approx(450.0, abs=0.01), "track_deg": 90.25,
        "vertical_rate_fpm": pytest.approx(-639.76, abs=0.01), "squawk": 14,
    }  # fmt: skip
    assert rows[2] == {"address": 0x3C6444, "last_heard": 1700000001.5, "on_ground": 1}
    assert counts == {"messages": 3, "repeated": 1}


def test_a_position_that_is_only_repeated_is_no_update() -> None:
    rows, _ = decoded(OpenSkyCsv(), [TABLE])
    assert "lat" not in rows[1]
    assert rows[1]["last_heard"] == 1700000001.75


def test_columns_may_be_in_any_order_and_may_be_missing() -> None:
    table = (
        b"\xef\xbb\xbflastcontact,lastposupdate,lon,lat,icao24,time,serials\r\n"
        b'1700000001,1700000000,8.5,50,4ca2d6,1700000001,"[1, 2]"\r\n'
    )
    rows, _ = decoded(OpenSkyCsv(), [table])
    assert rows == [
        {"address": 0x4CA2D6, "last_heard": 1700000001.0, "time": 1700000000.0, "lat": 50.0, "lon": 8.5}
    ]


def test_the_header_may_come_again_with_other_columns() -> None:
    other = b"time,icao24,lat,lon,lastposupdate,lastcontact\n1700000009,3c6444,1,2,1700000009,1700000009\n"
    rows, counts = decoded(OpenSkyCsv(), [TABLE + other])
    assert (len(rows), rows[3]["lat"], counts["messages"]) == (4, 1.0, 4)
    assert decoded(OpenSkyCsv(), single_bytes(TABLE + other)) == (rows, counts)


@pytest.mark.parametrize(
    ("line", "reason"),
    [
        (b"1700000001,4ca2d6\n", "bad_line"), (b'"' + FIRST, "bad_line"),
        (FIRST.replace(b"4ca2d6", b"x"), "bad_address"),
        (FIRST.replace(b"4ca2d6", b""), "no_address"), (FIRST.replace(b"8.5", b""), "bad_position"),
        (FIRST.replace(b"231.5", b"fast"), "bad_field"), (b"x" * 70_000 + b"\n", "too_long"),
    ],
)  # fmt: skip
def test_what_cannot_be_read_is_refused(line: bytes, reason: str) -> None:
    assert decoded(OpenSkyCsv(), [HEADER + line])[1] == {"messages": 1, reason: 1}


def test_a_last_line_that_is_cut_off_is_counted() -> None:
    assert decoded(OpenSkyCsv(), [HEADER + FIRST[:30]]) == ([], {"messages": 1, "truncated": 1})


@pytest.mark.parametrize(
    ("line", "known"),
    [(HEADER, True), (b"\xef\xbb\xbf" + HEADER, True), (b"id,icao24,time,lat,lon", False), (b"", False),
     (b'"', False)],
)  # fmt: skip
def test_a_header_is_recognised(line: bytes, known: bool) -> None:  # noqa: FBT001  literal
    assert is_header(line) is known


@given(cut_anywhere(TABLE))
def test_a_table_cut_anywhere_gives_the_same(parts: list[bytes]) -> None:
    assert decoded(OpenSkyCsv(), parts) == decoded(OpenSkyCsv(), [TABLE])


@given(mutated(TABLE))
def test_a_damaged_table_raises_nothing_and_lets_nothing_impossible_through(data: bytes) -> None:
    sensible(decoded(OpenSkyCsv(), [data])[0])
