import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from aerotrack.decode.avr import Avr
from decode.cutting import cut_anywhere, decoded, mutated, sensible, single_bytes
from decode.modes.transponder import airborne, all_call

NOON = 1795348800.0
IRISH = 0x4CA2D6
EVEN, ODD = (airborne(IRISH, 48.8, 2.4, odd).hex().upper() for odd in (0, 1))
CALL = all_call(IRISH).hex()
TEXT = (
    f"*{EVEN};\r\n@000000000001{ODD};\n<0000005B8D81C0{EVEN};:{CALL};\n%000000000009{CALL};*7700;\n".encode()
)


@pytest.mark.parametrize(
    "line", [f"*{EVEN};", f":{EVEN};", f"@{1:012x}{EVEN};", f"%{1:012x}{EVEN};", f"<{1:012x}c0{EVEN};"]
)
def test_each_form_of_a_line_is_read(line: str) -> None:
    rows, counts = decoded(Avr(), [line.encode()], NOON)
    assert [row["address"] for row in rows] == [IRISH]
    assert counts == {"messages": 1}


def test_several_frames_may_stand_on_a_line() -> None:
    rows, counts = decoded(Avr(), [f"*{EVEN};*{ODD};*{CALL};".encode()], NOON)
    assert len(rows) == 3
    assert abs(rows[1]["lat"] - 48.8) < 5e-5
    assert counts == {"messages": 3}


def test_the_counters_of_a_recording_tell_its_times() -> None:
    lines = f"@{1:012x}{EVEN};\n@{6_000_001:012x}{ODD};\n".encode()
    assert [row["last_heard"] for row in decoded(Avr(start=NOON), [lines])[0]] == [NOON, NOON + 0.5]


def test_a_cut_line_does_not_spoil_the_next() -> None:
    rows, counts = decoded(Avr(), [f"*{EVEN[:9]}\n*{ODD};\ngarbage*{CALL};".encode()], NOON)
    assert len(rows) == 2
    assert counts == {"messages": 2, "garbage": 2}


@pytest.mark.parametrize(
    "line", [b"*8D;", b"8D4840D6;", b"*" + b"0" * 20 + b";", b"*XY0000000000;", b"hello\n"]
)
def test_what_is_no_frame_is_garbage(line: bytes) -> None:
    assert decoded(Avr(), [line], NOON) == ([], {"garbage": 1})


def test_a_heartbeat_is_no_message_and_a_reply_of_mode_a_is_one() -> None:
    assert decoded(Avr(), [b"*0000;\n" * 5], NOON)[1] == {}
    assert Avr().feed(b"*7700;\n", NOON).kinds == {"Mode A/C": 1}


def test_a_line_without_an_end_is_not_kept_for_ever() -> None:
    avr = Avr()
    assert avr.feed(b"*" + b"0" * 300, NOON).refused == {"garbage": 1}
    assert avr.end(NOON).refused == {}


def test_garbage_is_counted_once_however_long_it_is_and_whatever_its_parts() -> None:
    stream = b"*" + b"[" * 2000 + f"*{EVEN};".encode()
    for size in (44, 332, 3000):
        parts = [stream[i : i + size] for i in range(0, len(stream), size)]
        rows, counts = decoded(Avr(), parts, NOON)
        assert (len(rows), counts) == (1, {"messages": 1, "garbage": 1})


def test_what_is_cut_off_at_the_end_is_counted() -> None:
    assert decoded(Avr(), [TEXT, b"*8D"], NOON)[1]["truncated"] == 1


def test_after_an_end_it_begins_anew_and_knows_the_aircraft_still() -> None:
    avr = Avr()
    avr.feed(f"*{EVEN};*{ODD[:5]}".encode(), NOON)
    avr.end(NOON)
    after = avr.feed(f"*{ODD};".encode(), NOON + 1)
    assert abs(float(after.columns["lat"][0]) - 48.8) < 5e-5
    assert after.refused == {}


def test_the_rows_are_the_same_byte_by_byte() -> None:
    assert decoded(Avr(start=NOON), single_bytes(TEXT)) == decoded(Avr(start=NOON), [TEXT])


@settings(max_examples=100, deadline=None)
@given(mutated(TEXT * 3))
def test_whatever_comes_the_same_frames_are_found_as_one_by_one(stream: bytes) -> None:
    form = rb"(?i)(?:[*:]|[@%][\da-f]{12}|<[\da-f]{14})([\da-f]{28}|[\da-f]{14}|[\da-f]{4});"
    found = [one for one in re.findall(form, stream) if one != b"0000"]
    assert Avr().feed(stream, NOON).messages == len(found)


@settings(max_examples=100, deadline=None)
@given(st.data(), mutated(TEXT))
def test_nothing_that_comes_raises_and_the_counts_do_not_depend_on_the_cuts(
    data: st.DataObject, stream: bytes
) -> None:
    whole = decoded(Avr(start=NOON), [stream])
    sensible(whole[0])
    assert decoded(Avr(start=NOON), data.draw(cut_anywhere(stream))) == whole
