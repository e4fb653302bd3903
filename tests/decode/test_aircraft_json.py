import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from aerotrack.decode.aircraft_json import AircraftJson
from decode.cutting import FEEDS, cut_anywhere, decoded, mutated, rows_in, single_bytes

DOCUMENT = b"""{ "now" : 1700000000.5,
  "messages" : 34545,
  "aircraft" : [
{"hex":"44017b","flight":"EJU36LZ ","alt_baro":27525,"lat":48.76,"lon":1.176,"seen_pos":0.5,"seen":0.25},
{"hex":"~2cac5e","alt_baro":"ground","lat":49.44788,"lon":1.427851,"seen_pos":20,"seen":20},
{"flight":"NOHEX"}
  ]
}
"""
LATER = DOCUMENT.replace(b"1700000000.5", b"1700000010.5").replace(b'"seen_pos":20', b'"seen_pos":30.1')


def test_a_document_is_a_row_for_each_aircraft() -> None:
    rows, counts = decoded(AircraftJson(), [DOCUMENT])
    assert [(row["address"], row["last_heard"], row["time"]) for row in rows] == [
        (0x44017B, 1700000000.25, 1700000000.0),
        (0x12CAC5E, 1699999980.5, 1699999980.5),
    ]
    assert counts == {"messages": 3, "no_address": 1}


def test_documents_may_follow_one_another_and_repeat_positions() -> None:
    rows, counts = decoded(AircraftJson(), [DOCUMENT + LATER])
    assert [row.get("time") for row in rows] == [1700000000.0, 1699999980.5, 1700000010.0, None]
    assert counts == {"messages": 6, "no_address": 2, "repeated": 1}


def test_what_is_no_object_in_the_list_is_refused_alone() -> None:
    rows, counts = decoded(
        AircraftJson(), [b'{"now":1700000000,"aircraft":[null,{"hex":"44017b","gs":[]},7]}']
    )
    assert rows == [{"address": 0x44017B, "last_heard": 1700000000.0}]
    assert counts == {"messages": 3, "no_address": 2, "bad_field": 1}


def test_milliseconds_and_the_other_name_of_the_list_are_read() -> None:
    rows, _ = decoded(AircraftJson(), [b'{"ac":[{"hex":"44017b"}],"now":1700000000500}'])
    assert rows == [{"address": 0x44017B, "last_heard": 1700000000.5}]


def test_a_document_keeps_its_own_time_when_it_is_live() -> None:
    rows, _ = decoded(AircraftJson(), [DOCUMENT], now=1800000000.0)
    assert rows[0]["last_heard"] == 1700000000.25


def test_a_live_document_without_a_time_is_of_its_arrival() -> None:
    rows, _ = decoded(AircraftJson(), [b'{"aircraft":[{"hex":"44017b"}]}'], now=1800000000.0)
    assert rows[0]["last_heard"] == 1800000000.0


def test_the_newest_document_is_known() -> None:
    decoder = AircraftJson()
    decoder.feed(LATER + DOCUMENT, None)
    assert decoder.newest == 1700000010.5


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        (b'{"now":1}', "no_aircraft"),
        (b'{"aircraft":{}}', "no_aircraft"),
        (b'{"aircraft":[,]}', "bad_json"),
        (b'{"now":1,"aircraft":[' + b"[" * 60_000, "truncated"),
        (b'{"x":' + b"[" * 50_000 + b"}", "bad_json"),
        (b'{"now":"\xff","aircraft":[]}', "bad_json"),
        (b"<html></html>", "litter"),
        (DOCUMENT[:100], "truncated"),
    ],
)
def test_what_is_no_document_is_refused(text: bytes, reason: str) -> None:
    assert decoded(AircraftJson(), [text]) == ([], {"messages": 1, reason: 1})


def test_after_the_end_of_a_poll_the_next_one_is_whole() -> None:
    decoder = AircraftJson()
    decoder.feed(DOCUMENT[:100], None)
    decoder.end(None)
    assert len(decoder.feed(DOCUMENT, None)) == 2


def test_a_whole_document_is_read_as_it_would_be_in_a_stream() -> None:
    whole, refused = AircraftJson().document(DOCUMENT, None), AircraftJson().document(DOCUMENT[:100], None)
    assert (rows_in(whole), whole.messages) == (decoded(AircraftJson(), [DOCUMENT])[0], 3)
    assert (refused.refused, refused.messages) == ({"bad_json": 1}, 1)


def test_what_a_real_document_holds_is_read() -> None:
    data = (FEEDS / "aircraft.json").read_bytes()
    rows, counts = decoded(AircraftJson(), [data])
    truth = json.loads(data)
    assert counts == {"messages": len(truth["aircraft"])}
    for row, aircraft in zip(rows, truth["aircraft"], strict=True):
        assert f"{row['address'] & 0xFFFFFF:06x}" == aircraft["hex"].lstrip("~")
        assert row["last_heard"] == pytest.approx(truth["now"] - aircraft["seen"], abs=1e-6)
        assert row.get("lat") == aircraft.get("lat")
        assert row.get("callsign", b"").decode() == aircraft.get("flight", "").strip()
        if "lat" in aircraft:
            assert row["time"] == pytest.approx(truth["now"] - aircraft["seen_pos"], abs=1e-6)
        if aircraft.get("alt_baro") == "ground":
            assert (row["on_ground"], row.get("altitude_ft")) == (1, None)
        else:
            assert row.get("altitude_ft") == aircraft.get("alt_baro")


def test_a_stream_cut_at_every_byte_gives_the_same() -> None:
    stream = b"x" + DOCUMENT + LATER + DOCUMENT[:50]
    assert decoded(AircraftJson(), single_bytes(stream)) == decoded(AircraftJson(), [stream])


@given(cut_anywhere(DOCUMENT + LATER))
def test_a_stream_cut_anywhere_gives_the_same(parts: list[bytes]) -> None:
    assert decoded(AircraftJson(), parts) == decoded(AircraftJson(), [DOCUMENT + LATER])


@given(mutated(DOCUMENT + LATER).flatmap(lambda data: st.tuples(st.just(data), cut_anywhere(data))))
def test_a_damaged_stream_is_refused_and_gives_the_same_however_cut(case: tuple[bytes, list[bytes]]) -> None:
    data, parts = case
    assert decoded(AircraftJson(), parts) == decoded(AircraftJson(), [data])


@given(st.binary(max_size=200))
def test_no_bytes_raise(data: bytes) -> None:
    decoded(AircraftJson(), [b'{"aircraft":[{"hex":"' + data, data])
