import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from aerotrack.decode.json_lines import JsonLines
from decode.cutting import FEEDS, cut_anywhere, decoded, mutated, single_bytes

STREAM = b"""{"now" : 1700000000.343,"hex":"4ca63a","flight":"EIN52V  ","lat":49.1,"lon":1.75,"seen_pos":0.0},
{"flight": "N/A", "now": 1700000001}
{"now": 1700000001, "gscp": 240, "lat": 39.8, "lon": -119.8, "hex": "ab80bc", "flightdict": {"a": 1}}

{"now": 1700000002, "hex": "ab80bc"
[1]
{"hex":"c01049","squawk":"d276","now":1700000002}
{"hex":"c01049"}
"""


def test_each_line_is_an_aircraft_at_its_own_time() -> None:
    rows, counts = decoded(JsonLines(), [STREAM])
    assert [(row["address"], row["last_heard"]) for row in rows] == [
        (0x4CA63A, 1700000000.343),
        (0xAB80BC, 1700000001.0),
        (0xC01049, 1700000002.0),
    ]
    assert counts == {"messages": 7, "no_address": 1, "bad_json": 2, "bad_field": 1, "no_time": 1}


def test_a_live_line_without_a_time_is_of_its_arrival() -> None:
    rows, _ = decoded(JsonLines(), [b'{"hex":"c01049","seen":2}\n'], now=1700000000.0)
    assert rows[0]["last_heard"] == 1699999998.0


def test_a_live_line_by_a_wrong_clock_is_of_its_arrival() -> None:
    rows, _ = decoded(JsonLines(), [b'{"hex":"c01049","now":1600000000,"seen":2}\n'], now=1700000000.0)
    assert rows[0]["last_heard"] == 1699999998.0


def test_a_line_that_is_too_long_is_refused() -> None:
    line = b'{"hex":"c01049","now":1700000000,"x":"' + b"x" * 70_000 + b'"}\n'
    assert decoded(JsonLines(), [line]) == ([], {"messages": 1, "too_long": 1})


@pytest.mark.parametrize("value", [b"[" * 60_000, b'"\xff"', b"1e400", b"9" * 5000, b"NaN", b'"\\ud800"'])
def test_json_that_python_cannot_hold_is_refused(value: bytes) -> None:
    line = b'{"hex":"c01049","now":1700000000,"lat":' + value + b',"lon":1}\n'
    assert decoded(JsonLines(), [line]) == ([], {"messages": 1, "bad_json": 1})


def test_a_number_too_large_for_a_float_costs_no_other() -> None:
    line = b'{"hex":"c01049","now":1700000000,"gs":' + b"9" * 400 + b',"track":1}\n'
    rows, counts = decoded(JsonLines(), [line])
    assert rows == [{"address": 0xC01049, "last_heard": 1700000000.0, "track_deg": 1.0}]
    assert counts == {"messages": 1, "bad_field": 1}


def test_a_last_line_that_is_cut_off_is_refused() -> None:
    assert decoded(JsonLines(), [STREAM[:60]]) == ([], {"messages": 1, "truncated": 1})


def test_a_last_line_without_its_end_is_read() -> None:
    assert len(decoded(JsonLines(), [STREAM.splitlines()[0]])[0]) == 1


@pytest.mark.parametrize("name", ["adsb_actions.jsonl", "lines.json"])
def test_what_real_files_hold_is_read_or_refused_for_a_reason(name: str) -> None:
    data = (FEEDS / name).read_bytes()
    rows, counts = decoded(JsonLines(), [data])
    truth = [json.loads(line.rstrip().rstrip(",")) for line in data.decode().splitlines()]
    named = [aircraft for aircraft in truth if "hex" in aircraft]
    timed = [aircraft for aircraft in named if "now" in aircraft]
    assert counts["messages"] == len(truth)
    assert counts["no_address"] == len(truth) - len(named)
    assert counts["no_time"] == len(named) - len(timed)
    assert len(rows) == len(timed)
    assert sum("lat" in row for row in rows) + counts["repeated"] == sum("lat" in a for a in timed)
    assert {row["callsign"].decode() for row in rows if "callsign" in row} == {
        a["flight"].strip() for a in timed if (a.get("flight") or "").strip()
    }


def test_a_stream_cut_at_every_byte_gives_the_same() -> None:
    assert decoded(JsonLines(), single_bytes(STREAM)) == decoded(JsonLines(), [STREAM])


@given(cut_anywhere(STREAM))
def test_a_stream_cut_anywhere_gives_the_same(parts: list[bytes]) -> None:
    assert decoded(JsonLines(), parts) == decoded(JsonLines(), [STREAM])


@given(mutated(STREAM).flatmap(lambda data: st.tuples(st.just(data), cut_anywhere(data))))
def test_a_damaged_stream_is_refused_and_gives_the_same_however_cut(case: tuple[bytes, list[bytes]]) -> None:
    data, parts = case
    assert decoded(JsonLines(), parts) == decoded(JsonLines(), [data])
