import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from aerotrack.core.columns import POSITION_SOURCES
from aerotrack.decode.firehose import Firehose
from decode.cutting import Row, cut_anywhere, decoded, mutated, sensible

POSITION = {
    "pitr": "1700000005", "type": "position", "ident": "EIN52V", "aircrafttype": "A320", "reg": "EI-DVM",
    "air_ground": "A", "alt": "35000", "alt_gnss": "36000", "clock": "1700000003", "gs": "450",
    "heading": "310", "hexid": "4CA2D6", "lat": "50.25", "lon": "-8.5", "squawk": "0014", "updateType": "A",
    "vertRate": "-640", "nic": "8", "nac_p": "9", "id": "EIN52V-1", "orig": "EIDW",
    "waypoints": [{"lat": "1"}],
}  # fmt: skip


def lines(*messages: dict[str, Any]) -> bytes:
    return b"".join(json.dumps(message).encode() + b"\n" for message in messages)


def only(**keys: Any) -> Row:
    rows, counts = decoded(Firehose(), [lines({**POSITION, **keys})])
    assert counts == {"messages": 1}
    return rows[0]


def test_a_position_is_a_row_of_numbers_though_all_its_values_are_texts() -> None:
    assert only() == {
        "address": 0x4CA2D6, "last_heard": 1700000003.0, "lat": 50.25, "lon": -8.5, "callsign": b"EIN52V",
        "type_code": b"A320", "registration": b"EI-DVM", "altitude_ft": 35000.0, "geo_altitude_ft": 36000.0,
        "ground_speed_kt": 450.0, "track_deg": 310.0, "vertical_rate_fpm": -640.0, "squawk": 14, "nic": 8,
        "nac_p": 9, "on_ground": 0, "position_source": 0,
    }  # fmt: skip


@pytest.mark.parametrize(
    ("kind", "source"),
    [
        ("A", "adsb"),
        ("Z", "radar"),
        ("M", "mlat"),
        ("X", "radar"),
        ("D", "adsc"),
        ("S", "adsb"),
        ("?", "other"),
    ],
)
def test_the_kind_of_update_says_where_the_position_is_from(kind: str, source: str) -> None:
    assert POSITION_SOURCES[only(updateType=kind)["position_source"]] == source


def test_zero_is_a_value_and_nothing_is_none() -> None:
    row = only(alt="0", heading="0", squawk="", gs=None, air_ground="G", nic="")
    assert (row["altitude_ft"], row["track_deg"], row["on_ground"]) == (0.0, 0.0, 1)
    assert not {"squawk", "ground_speed_kt", "nic"} & row.keys()


def test_other_messages_are_counted_and_ignored() -> None:
    others = [{"pitr": "1", "type": kind} for kind in ("flifo", "keepalive", "arrival")]
    assert decoded(Firehose(), [lines(*others)]) == ([], {"messages": 3})


def test_live_a_clock_that_is_wrong_gives_way_to_arrival() -> None:
    rows, _ = decoded(Firehose(), [lines(POSITION)], now=1700009000.0)
    assert rows[0]["last_heard"] == 1700009000.0


@pytest.mark.parametrize(
    ("keys", "reason"),
    [
        ({"hexid": None}, "no_address"), ({"hexid": "4CA2D"}, "bad_address"), ({"clock": None}, "no_time"),
        ({"lat": "north"}, "bad_position"), ({"lon": None}, "bad_position"), ({"gs": "fast"}, "bad_field"),
        ({"heading": "361"}, "bad_field"), ({"alt": ["1"]}, "bad_field"), ({"squawk": "9999"}, "bad_field"),
        ({"air_ground": "W"}, "bad_field"), ({"ident": "TOOLONGCALL"}, "bad_field"), ({"gs": "nan"}, None),
    ],
)  # fmt: skip
def test_what_cannot_be_used_is_refused_alone(keys: dict[str, Any], reason: str | None) -> None:
    rows, counts = decoded(Firehose(), [lines({**POSITION, **keys}, {**POSITION, "hexid": "000001"})])
    assert rows[-1]["address"] == 1
    assert rows[-1]["ground_speed_kt"] == 450.0
    assert counts == {"messages": 2} | ({reason: 1} if reason else {})


@pytest.mark.parametrize(
    ("text", "reason"),
    [(b"[1]\n", "bad_json"), (b"\xff\n", "bad_json"), (lines(POSITION)[:80], "truncated"),
     (b"x" * 70_000, "too_long")],
)  # fmt: skip
def test_what_is_no_message_is_refused(text: bytes, reason: str) -> None:
    assert decoded(Firehose(), [text]) == ([], {"messages": 1, reason: 1})


TWO = lines(POSITION, {"pitr": "1", "type": "keepalive"}, {**POSITION, "hexid": "3C6444"})


@given(cut_anywhere(TWO))
def test_a_stream_cut_anywhere_gives_the_same(parts: list[bytes]) -> None:
    assert decoded(Firehose(), parts) == decoded(Firehose(), [TWO])


@given(mutated(TWO))
def test_a_damaged_stream_raises_nothing_and_lets_nothing_impossible_through(data: bytes) -> None:
    sensible(decoded(Firehose(), [data])[0])


_values = (
    st.none()
    | st.integers(-(2**70), 2**70)
    | st.text(max_size=9)
    | st.sampled_from(["1e400", "4CA2D6", "-1"])
)


@given(st.dictionaries(st.sampled_from(sorted(POSITION)), _values))
def test_no_value_is_too_strange(keys: dict[str, Any]) -> None:
    sensible(decoded(Firehose(), [lines({**POSITION, **keys})])[0])
