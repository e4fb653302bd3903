import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from aerotrack.decode import opensky
from aerotrack.decode.opensky import OpenSky
from decode.cutting import cut_anywhere, decoded, mutated, rows_in, sensible, single_bytes

STATE = [
    "4ca2d6", "EIN52V  ", "Ireland", 1700000000, 1700000003, 8.5, 50.25, 10668.0, False, 231.5, 90.25, -3.25,
    None, 10972.8, "0014", False, 0,
]  # fmt: skip
OTHER = [
    "3c6444",
    None,
    "Germany",
    None,
    1700000001,
    None,
    None,
    None,
    True,
    None,
    None,
    None,
    [1],
    None,
    None,
    True,
    2,
    3,
]


def document(*states: Any, time: Any = 1700000005) -> bytes:
    return json.dumps({"time": time, "states": list(states)}).encode()


def test_a_document_is_a_row_for_each_state() -> None:
    rows, counts = decoded(OpenSky(), [document(STATE, OTHER)])
    assert counts == {"messages": 2}
    assert rows[0] == {
        "address": 0x4CA2D6, "last_heard": 1700000003.0, "time": 1700000000.0, "lat": 50.25, "lon": 8.5,
        "callsign": b"EIN52V", "altitude_ft": 35000.0, "geo_altitude_ft": 36000.0, "on_ground": 0,
        "ground_speed_kt": pytest.approx(450.0, abs=0.01), "track_deg": 90.25,
        "vertical_rate_fpm": pytest.approx(-639.76, abs=0.01), "squawk": 14, "position_source": 0,
    }  # fmt: skip
    assert rows[1] == {"address": 0x3C6444, "last_heard": 1700000001.0, "on_ground": 1, "category": b"A2"}


def test_states_may_be_shorter_or_longer_than_they_are_today() -> None:
    rows, counts = decoded(OpenSky(), [document(STATE[:7], [*OTHER, "new", {}.get("x")])])
    assert (len(rows), rows[0]["lat"], counts) == (2, 50.25, {"messages": 2})


@pytest.mark.parametrize("text", [b'{"time":1700000000,"states":null}', document()])
def test_an_empty_sky_is_no_mistake(text: bytes) -> None:
    decoder = OpenSky()
    assert decoded(decoder, [text]) == ([], {})
    assert decoder.newest > 0


def test_a_position_repeated_by_the_next_poll_is_no_update() -> None:
    decoder = OpenSky()
    decoder.document(document(STATE), None)
    later = [*STATE[:4], 1700000013, *STATE[5:]]
    again = decoder.document(document(later, time=1700000015), None)
    assert again.refused == {"repeated": 1}
    assert "lat" not in rows_in(again)[0]
    assert rows_in(again)[0]["last_heard"] == 1700000013.0


def test_documents_may_follow_one_another() -> None:
    text = document(STATE) + b"\n" + document(OTHER, time=1700000015000) + b",\r\n"
    decoder = OpenSky()
    rows, counts = decoded(decoder, [text])
    assert ([row["address"] for row in rows], counts) == ([0x4CA2D6, 0x3C6444], {"messages": 2})
    assert decoder.newest == 1700000015.0


def test_a_live_document_without_a_time_is_of_its_arrival() -> None:
    unknown = [*STATE[:3], None, None, *STATE[5:]]
    rows, _ = decoded(OpenSky(), [document(unknown, time=None)], now=1700000100.0)
    assert (rows[0]["last_heard"], rows[0]["time"]) == (1700000100.0, 1700000100.0)


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        (b'{"time":1}', "no_aircraft"), (b'{"states":7}', "no_aircraft"), (b"}", "bad_json"),
        (b'{"states":[[1,]]}', "bad_json"), (b"[1]}", "bad_json"),
        (b'{"states":' + b"[" * 50_000 + b"}", "bad_json"),
        (document(STATE)[:60], "truncated"), (b"\xff", "truncated"),
    ],
)  # fmt: skip
def test_what_is_no_document_is_refused(text: bytes, reason: str) -> None:
    assert decoded(OpenSky(), [text]) == ([], {"messages": 1, reason: 1})


def test_what_is_no_state_in_the_list_is_refused_alone() -> None:
    rows, counts = decoded(OpenSky(), [document(None, STATE, [], 7)])
    assert [row["address"] for row in rows] == [0x4CA2D6]
    assert counts == {"messages": 4, "no_address": 3}


def test_a_document_that_is_too_long_is_dropped_and_the_next_is_whole(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(opensky, "LARGEST", 500)
    stream = document(*[STATE] * 10) + document(STATE)
    expected = decoded(OpenSky(), [stream])
    assert (len(expected[0]), expected[1]) == (1, {"messages": 2, "too_long": 1})
    assert decoded(OpenSky(), single_bytes(stream)) == expected


def test_after_the_end_the_next_document_is_whole() -> None:
    decoder = OpenSky()
    decoder.feed(document(STATE)[:50], None)
    decoder.end(None)
    assert len(decoder.feed(document(STATE), None)) == 1


TWO = document(STATE, OTHER) + b"\n" + document(STATE)


@given(cut_anywhere(TWO))
def test_a_stream_cut_anywhere_gives_the_same(parts: list[bytes]) -> None:
    assert decoded(OpenSky(), parts) == decoded(OpenSky(), [TWO])


@given(mutated(TWO).flatmap(lambda data: st.tuples(st.just(data), cut_anywhere(data))))
def test_a_damaged_stream_raises_nothing_and_gives_the_same_however_cut(
    case: tuple[bytes, list[bytes]],
) -> None:
    data, parts = case
    rows, counts = decoded(OpenSky(), [data])
    assert decoded(OpenSky(), parts) == (rows, counts)
    sensible(rows)


_values = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**70), 2**70)
    | st.floats(allow_nan=False, allow_infinity=False) | st.text(max_size=9)
    | st.sampled_from(["4ca2d6", 1700000000, 8.5, "7700"]),
    lambda inner: st.lists(inner, max_size=2),
    max_leaves=3,
)  # fmt: skip


@given(st.lists(st.lists(_values, max_size=19) | _values, max_size=5))
def test_no_state_is_too_strange(states: list[Any]) -> None:
    read = OpenSky().document(document(*states), None)
    rows = rows_in(read)
    sensible(rows)
    unusable = sum(read.refused.get(reason, 0) for reason in ("no_address", "bad_address", "no_time"))
    assert len(rows) + unusable == len(states)


@pytest.mark.parametrize("callsign", ["A}B", "}}", '"}', "\\}", '\\"}"', "{}", "} ", "},"])
def test_a_brace_in_a_text_ends_no_document(callsign: str) -> None:
    stream = document([STATE[0], callsign, *STATE[2:]], OTHER) + document(OTHER, time=1700000015000)
    rows, counts = decoded(OpenSky(), [stream])
    assert [row["address"] for row in rows] == [0x4CA2D6, 0x3C6444, 0x3C6444]
    assert counts == {"messages": 3, "bad_field": 1}  # it is no callsign
    assert decoded(OpenSky(), single_bytes(stream)) == (rows, counts)


def test_a_text_without_an_end_costs_its_document_and_not_the_next() -> None:
    broken = b'{"time":1,"states":[["4ca2d6","A}'
    rows, counts = decoded(OpenSky(), [broken + document(STATE) + broken + document(OTHER)])
    assert ([row["address"] for row in rows], counts) == (
        [0x4CA2D6, 0x3C6444],
        {"messages": 4, "bad_json": 2},
    )
    assert decoded(OpenSky(), [broken]) == ([], {"messages": 1, "truncated": 1})


def test_a_text_that_never_ends_is_dropped_when_it_is_too_long(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(opensky, "LARGEST", 500)
    stream = b'{"states":[["' + b"}" * 1000 + document(STATE)
    assert decoded(OpenSky(), [stream])[1]["too_long"] == 1
