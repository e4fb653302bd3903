import json
import struct

import numpy as np
import pytest

from aerotrack.client.decoding import Digest, Event, Hello, Part, Refusal, joined, read_part, read_text
from aerotrack.core.wire import FACTS, MOTION, handles_of
from aerotrack.errors import StreamError
from client.packed import changes, flights, hello

BY_HAND = (
    b"\x01\x01\x00\x00"  # a changes, more follows
    b"\xd2\x04\x00\x00"  # since 1234
    b"\xd3\x04\x00\x00"  # tick 1235
    b"\x02\x00\x00\x00\x00\x00\x00\x00\x01\x00\x00\x00"  # two gone, no facts, one motion
    + struct.pack("<d", 1_732_289_308_500.0)
    + b"\x07\x00\x00\x00\x09\x00\x01\x00"  # gone: 7 and 65545
    + b"\x05\x00\x00\x00"  # the motion of 5: 50.03, 8.57, 38,000 ft, ?, 447.5 kt, 91.2, -64 ft/min, ?
    + struct.pack("<ii", 5_003_000, 857_000)
    + b"\x70\x94\x00\x00\x00\x80"
    + struct.pack("<hhh", 4475, 912, -64)
    + b"\x00\x00\x00\x80"
    + '{"view":"8.131+9.81+7","feeds":["roof","Köln"]}'.encode()
)


def read(message: bytes) -> Part:
    part = read_part(message)
    assert part is not None
    return part


def test_a_message_written_by_hand_is_read() -> None:
    part = read(BY_HAND)
    assert (part.since, part.tick, part.time, part.more) == (1234, 1235, 1_732_289_308.5, True)
    assert part.gone.tolist() == [7, 65545]
    assert part.facts.shape == (0, 88)
    assert handles_of(part.motion).tolist() == [5]
    assert MOTION.get(part.motion, "altitude_ft").tolist() == [38_000]
    assert (part.view, part.feeds) == ("8.131+9.81+7", ("roof", "Köln"))


def test_facts_are_read_between_what_is_gone_and_the_motion() -> None:
    part = read(changes(0, 5, flights([3, 4], [0x4CA2D6, 0x3C6444], callsign=[b"EIN1", b"DLH2"]), gone=[9]))
    assert part.gone.tolist() == [9]
    assert handles_of(part.facts).tolist() == [3, 4]
    assert FACTS.text(part.facts, "callsign").tolist() == [b"EIN1", b"DLH2"]
    assert handles_of(part.motion).tolist() == [3, 4]
    assert part.feeds is None


def test_bits_and_kinds_that_are_not_known_are_passed_over() -> None:
    assert not read(b"\x01\xfe" + changes(0, 1)[2:]).more
    assert read_part(b"\x02" + BY_HAND[1:]) is None
    assert read_part(b"") is None


@pytest.mark.parametrize("length", [1, 31, 39, 60, len(BY_HAND) - 1])
def test_a_message_that_is_cut_off_is_refused(length: int) -> None:
    with pytest.raises(StreamError, match=f"A changes of {length} bytes cannot be read .*: use the release"):
        read_part(BY_HAND[:length])


@pytest.mark.parametrize(
    ("message", "why"),
    [
        (changes(0, 1, flights([0], 0x4CA2D6)), "a handle is not between 1 and 1048576"),
        (changes(0, 1, flights([(1 << 20) + 1], 0x4CA2D6)), "a handle is not between 1 and 1048576"),
        (changes(0, 1, {}, flights([(1 << 24) - 1], 0x4CA2D6)), "a handle is not between 1 and 1048576"),
        (changes(0, 1, flights([1], 1 << 25)), "an address has more than 25 bits"),
        (changes(0, 1)[:24] + struct.pack("<d", float("nan")) + changes(0, 1)[32:], "nan is no time"),
        (changes(0, 1)[:24] + struct.pack("<d", 1e300) + changes(0, 1)[32:], "is no time"),
    ],
)
def test_a_message_that_would_break_the_table_is_refused(message: bytes, why: str) -> None:
    with pytest.raises(StreamError, match=why):
        read_part(message)


def test_parts_are_joined_into_one() -> None:
    first = read(changes(4, 5, flights([1], 0x4CA2D6), gone=[8], more=True, view="a", feeds=["roof"]))
    last = read(changes(4, 5, flights([2], 0x3C6444), flights([3], 0x14CA2D6), gone=[9], view="b"))
    whole = joined([first, last])
    assert (whole.since, whole.tick, whole.time, whole.more) == (4, 5, first.time, False)
    assert whole.gone.tolist() == [8, 9]
    assert handles_of(whole.facts).tolist() == [1, 2]
    assert handles_of(whole.motion).tolist() == [1, 3]
    assert (whole.view, whole.feeds) == ("b", ("roof",))
    assert joined([first]) is first


def test_the_messages_in_json_are_read() -> None:
    assert read_text(hello("9f3c21aa", tick_seconds=0.5)) == Hello(1, "9f3c21aa", 0.5)
    assert read_text('{"type":"digest","tick":5,"flights":2,"hash":"0000002a"}') == Digest(5, 2, "0000002a")
    assert read_text('{"type":"error","code":"unsupported","message":"No."}') == Refusal("unsupported", "No.")
    event = {"id": "7", "kind": "takeoff", "flight": "4ca2d6-6740a31c", "time": "2024-11-22T15:28:28.000Z"}
    assert read_text(json.dumps({"type": "event"} | event)) == Event(event)


@pytest.mark.parametrize(
    "text", ['{"type":"pong","time":"…"}', '{"type":"news"}', "{}", '{"type":["hello"]}']
)
def test_what_asks_for_nothing_to_be_done_is_passed_over(text: str) -> None:
    assert read_text(text) is None


@pytest.mark.parametrize("text", ["", "[]", '{"type":"hello"}', '{"type":"digest","tick":"5"}'])
def test_a_text_that_is_no_message_is_refused(text: str) -> None:
    with pytest.raises(StreamError, match="is no message of AeroTrack's stream"):
        read_text(text)


def test_records_are_whole_rows_of_bytes() -> None:
    part = read(changes(0, 1, flights([1], 1), gone=[5]))  # 36 bytes before them: no multiple of 8
    assert part.facts.dtype == part.motion.dtype == np.uint8
    assert (part.facts.shape, part.motion.shape) == ((1, 88), (1, 28))
