from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from aerotrack.core.identity import NOT_ICAO
from aerotrack.decode.sbs import Sbs
from decode.cutting import Row, cut_anywhere, decoded, mutated, single_bytes

NOON = datetime(2026, 11, 22, 12, tzinfo=UTC).timestamp()


def line(kind: int = 3, address: str = "4CA2D6", at: str = "2026/11/22,12:00:00.000", **heard: str) -> bytes:
    names = [
        "callsign",
        "altitude",
        "speed",
        "track",
        "lat",
        "lon",
        "rate",
        "squawk",
        "alert",
        "emergency",
        "spi",
        "ground",
    ]
    fields = ",".join(heard.get(name, "") for name in names)
    return f"MSG,{kind},1,1,{address},1,{at},{at},{fields}\r\n".encode()


def only_row(text: bytes, now: float | None = None) -> Row:
    rows, _ = decoded(Sbs(), [text], now)
    assert len(rows) == 1
    return rows[0]


STREAM = b"".join(
    [
        line(1, callsign="EIN52V  ", ground="0"),
        line(2, "39CEB4", track="122", lat="48.729195", lon="2.353257", speed="0", ground="-1"),
        line(3, altitude="6950", lat="49.102742", lon="-1.757812", alert="0", spi="0", ground="0"),
        line(4, "~AB1D30", "2026/11/22,12:00:00", speed="296", track="266", rate="-2176"),
        b"STA,,5,179,400AE7,10103,2026/11/22,14:58:51.153,2026/11/22,14:58:51.153,RM\r\n",
        b"\r\nMSG,3,nonsense\r\n",
        line(5, "XYZ"),
        line(6, squawk="0014", emergency="-1", alert="-1"),
        line(6, squawk="9999"),
        line(8, at="2026/13/45,99:00:00.000"),
        line(3, lat="49.1", lon="x"),
    ],
)


def test_a_position_line_is_a_row() -> None:
    row = only_row(line(3, altitude="6950", lat="49.102742", lon="-1.757812", ground="0"))
    assert row == {
        "address": 0x4CA2D6,
        "last_heard": NOON,
        "altitude_ft": 6950.0,
        "lat": 49.102742,
        "lon": -1.757812,
        "on_ground": 0,
    }


def test_a_velocity_line_is_a_row() -> None:
    row = only_row(line(4, speed="296", track="266", rate="-2176"))
    assert row["ground_speed_kt"] == 296.0
    assert row["track_deg"] == 266.0
    assert row["vertical_rate_fpm"] == -2176.0


def test_zero_is_a_value() -> None:
    row = only_row(line(3, altitude="0", speed="0", track="0", lat="0", lon="0", rate="0", squawk="0000"))
    names = ["altitude_ft", "ground_speed_kt", "track_deg", "lat", "lon", "vertical_rate_fpm", "squawk"]
    assert [row[name] for name in names] == [0] * 7


def test_an_empty_field_is_not_heard() -> None:
    assert only_row(line(8)) == {"address": 0x4CA2D6, "last_heard": NOON}


def test_a_callsign_loses_its_padding() -> None:
    assert only_row(line(1, callsign="AFR54PU "))["callsign"] == b"AFR54PU"
    assert "callsign" not in only_row(line(1, callsign="@@@@@@@@"))


def test_an_altitude_marked_h_is_geometric() -> None:
    row = only_row(line(3, altitude="6900H"))
    assert row["geo_altitude_ft"] == 6900.0
    assert "altitude_ft" not in row


@pytest.mark.parametrize(("flag", "meaning"), [("-1", 1), ("1", 1), ("0", 0)])
def test_flags_are_read_as_every_program_writes_them(flag: str, meaning: int) -> None:
    row = only_row(line(3, emergency=flag, ground=flag))
    assert (row["on_ground"], row["emergency"]) == (meaning, meaning)


def test_the_error_that_mlat_server_writes_is_no_emergency() -> None:
    rows, counts = decoded(Sbs(), [line(3, emergency="0.27")])
    assert "emergency" not in rows[0]
    assert counts == {"messages": 1}


def test_an_address_that_is_not_icaos_is_marked() -> None:
    assert only_row(line(8, "~2cac5e"))["address"] == 0x2CAC5E | NOT_ICAO


@pytest.mark.parametrize(
    ("sent", "heard"),
    [
        ("2026/11/22,12:00:07.250", NOON + 7.25),
        ("2026/11/22,12:00:07", NOON + 7),
        ("2026-11-22,12:00:07.000250", NOON + 7.00025),
        ("2024/02/29,23:59:59.999", datetime(2024, 2, 29, 23, 59, 59, 999000, UTC).timestamp()),
    ],
)
def test_a_recording_is_in_utc(sent: str, heard: float) -> None:
    assert only_row(line(8, at=sent))["last_heard"] == heard


@pytest.mark.parametrize(
    ("sent", "heard"),
    [
        ("2026/11/22,11:59:30.000", NOON - 30),  # late, but by the same clock
        ("2026/11/22,13:00:00.500", NOON + 0.5),  # one zone east
        ("2026/11/22,17:44:58.000", NOON - 2),  # Kathmandu
        ("2026/11/22,02:00:00.000", NOON),  # Honolulu
        ("2026/11/22,12:07:00.000", NOON),  # a clock that is wrong
        ("2025/11/22,12:00:00.000", NOON),  # a year wrong: no zone
        (",", NOON),  # none at all
    ],
)
def test_a_live_time_is_corrected_by_whole_quarter_hours(sent: str, heard: float) -> None:
    assert only_row(line(8, at=sent), now=NOON)["last_heard"] == heard


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        (b"MSG,3,1,1\r\n", "bad_line"),
        (b"hello\r\n", "bad_line"),
        (line(9), "bad_line"),
        (line(3, "12345"), "bad_address"),
        (line(3, at="2026/02/30,12:00:00.000"), "bad_time"),
        (line(3, at="2026/11/22,25:00:00.000"), "bad_time"),
        (line(3, at=","), "bad_time"),
        (b"MSG" + b"," * 70_000 + b"\n", "too_long"),
    ],
)
def test_a_line_that_cannot_be_used_is_refused_alone(text: bytes, reason: str) -> None:
    rows, counts = decoded(Sbs(), [line(1) + text + line(2)])
    assert len(rows) == 2
    assert counts == {"messages": 3, reason: 1}


@pytest.mark.parametrize(
    "heard",
    [
        {"squawk": "8000"}, {"track": "361"}, {"speed": "nan"}, {"rate": "1e3"}, {"altitude": "1_000"},
        {"callsign": "AB#12"}, {"callsign": "TOOLONG12"}, {"ground": "yes"}, {"speed": "9" * 400},
    ],
)  # fmt: skip
def test_a_field_that_cannot_be_used_costs_no_other(heard: dict[str, str]) -> None:
    rows, counts = decoded(Sbs(), [line(3, lat="1", lon="2", **heard)])
    assert rows == [{"address": 0x4CA2D6, "last_heard": NOON, "lat": 1.0, "lon": 2.0}]
    assert counts == {"messages": 1, "bad_field": 1}


@pytest.mark.parametrize(
    "place", [{"lat": "1"}, {"lon": "2"}, {"lat": "north", "lon": "2"}, {"lat": "1", "lon": "9" * 400}]
)
def test_a_position_is_whole_or_none(place: dict[str, str]) -> None:
    rows, counts = decoded(Sbs(), [line(3, altitude="100", **place)])
    assert rows == [{"address": 0x4CA2D6, "last_heard": NOON, "altitude_ft": 100.0}]
    assert counts == {"messages": 1, "bad_position": 1}


def test_other_records_are_read_and_have_no_rows() -> None:
    rows, counts = decoded(Sbs(), [b"STA,,5,179,400AE7,10103,d,t,d,t,RM\nSEL,,496,2286,4CA4E5\n"])
    assert (rows, counts) == ([], {"messages": 2})


def test_a_last_line_without_its_end_is_read() -> None:
    assert len(decoded(Sbs(), [line(8).rstrip()])[0]) == 1


def test_a_last_line_that_is_cut_off_is_refused() -> None:
    assert decoded(Sbs(), [line(1) + line(3)[:40]])[1] == {"messages": 2, "truncated": 1}


def test_the_stream_gives_what_is_in_it() -> None:
    rows, counts = decoded(Sbs(), [STREAM])
    assert len(rows) == 7
    assert counts == {
        "messages": 11, "bad_line": 1, "bad_address": 1, "bad_field": 1, "bad_time": 1, "bad_position": 1,
    }  # fmt: skip


@pytest.mark.parametrize("now", [None, NOON])
def test_a_stream_cut_at_every_byte_gives_the_same(now: float | None) -> None:
    assert decoded(Sbs(), single_bytes(STREAM), now) == decoded(Sbs(), [STREAM], now)


@given(cut_anywhere(STREAM))
def test_a_stream_cut_anywhere_gives_the_same(parts: list[bytes]) -> None:
    assert decoded(Sbs(), parts) == decoded(Sbs(), [STREAM])


@given(mutated(STREAM).flatmap(lambda data: st.tuples(st.just(data), cut_anywhere(data))))
def test_a_damaged_stream_is_refused_and_gives_the_same_however_cut(case: tuple[bytes, list[bytes]]) -> None:
    data, parts = case
    assert decoded(Sbs(), parts) == decoded(Sbs(), [data])


@given(st.binary(max_size=500), st.sampled_from([None, NOON]))
def test_no_bytes_raise(data: bytes, now: float | None) -> None:
    decoded(Sbs(), [data], now)
