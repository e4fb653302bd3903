import json
import struct
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from websockets.frames import Opcode

from aerotrack.web import frames
from aerotrack.web.frames import MOST_BYTES, Head
from aerotrack.web.told import Told
from web.received import received

HEAD = Head(since=3, tick=4, time=1.5, view="world")
FACTS, MOTION = b"F" * 88, b"M" * 28
EMPTY_JSON = (
    b'{"type":"changes","since":3,"tick":4,"time":"1970-01-01T00:00:01.500Z","view":"world",'
    b'"updated":[],"gone":[]}'
)
EMPTY_BINARY_BYTES = 32 + len(b'{"view":"world"}')


def texts(head: Head, told: Told) -> list[bytes]:
    """Return the `changes` as a JSON client receives it."""
    messages = received(b"".join(frames.json_changes(head, told)))
    assert {opcode for opcode, _ in messages} == {Opcode.TEXT}
    return [payload for _, payload in messages]


@dataclass
class Part:
    """A part of a binary `changes`, taken apart by hand."""

    size: int
    head: tuple[Any, ...]  # kind, spare, since, tick, time
    more: bool
    gone: bytes
    facts: bytes
    motion: bytes
    tail: dict[str, Any]


def parts(head: Head, told: Told) -> list[Part]:
    """Return the `changes` as a binary client receives it."""
    messages = received(b"".join(frames.binary_changes(head, told)))
    assert {opcode for opcode, _ in messages} == {Opcode.BINARY}
    return [taken_apart(payload) for _, payload in messages]


def taken_apart(payload: bytes) -> Part:
    kind, flags, spare, since, tick, gone, facts, motion, time = struct.unpack_from("<BBHIIIIId", payload)
    ends = [32, 32 + 4 * gone, 32 + 4 * gone + 88 * facts, 32 + 4 * gone + 88 * facts + 28 * motion]
    handles, whole, moved = (payload[begin:end] for begin, end in pairwise(ends))
    assert flags in (0, 1)
    head = (kind, spare, since, tick, time)
    return Part(len(payload), head, flags == 1, handles, whole, moved, json.loads(payload[ends[-1] :]))


def gone(count: int) -> dict[int, int]:
    """Return so many flights that are gone: their ids, and the rows they had."""
    return {0x4CA2D6 << 32 | number: number for number in range(count)}


def packed(size: int, count: int) -> list[bytes]:
    """Return so many records of `size` bytes, each with its number, in pieces of up to a thousand."""
    records = [number.to_bytes(size, "little") for number in range(count)]
    return [b"".join(records[begin : begin + 1000]) for begin in range(0, count, 1000)]


def numbers(size: int, records: Sequence[bytes]) -> list[int]:
    """Return the numbers of packed records."""
    joined = b"".join(records)
    return [int.from_bytes(joined[at : at + size], "little") for at in range(0, len(joined), size)]


class TestJson:
    def test_nothing_changed_is_one_message_with_two_empty_lists(self) -> None:
        assert texts(HEAD, Told()) == [EMPTY_JSON]

    def test_flights_updated_and_gone_are_listed(self) -> None:
        told = Told(
            texts=[b'{"id":"3c6444-6740a000"}', b'{"id":"3c6445-6740a000"}'],
            gone={0x4CA2D6 << 32 | 0x6740A31C: 7, 1 << 56 | 0xA << 32 | 5: 8},
        )
        assert json.loads(texts(HEAD, told)[0]) == {
            "type": "changes",
            "since": 3,
            "tick": 4,
            "time": "1970-01-01T00:00:01.500Z",
            "view": "world",
            "updated": [{"id": "3c6444-6740a000"}, {"id": "3c6445-6740a000"}],
            "gone": ["4ca2d6-6740a31c", "~00000a-00000005"],
        }

    def test_a_big_message_comes_in_parts_of_at_most_256_kib_that_say_there_is_more(self) -> None:
        flights = [b'{"id":"%06x","pad":"%b"}' % (i, b"x" * 600) for i in range(1000)]
        payloads = texts(HEAD, Told(texts=flights, gone=gone(20_000)))
        messages = [json.loads(payload) for payload in payloads]
        assert len(payloads) == 4
        assert all(MOST_BYTES - 700 < len(payload) <= MOST_BYTES for payload in payloads[:-1])
        assert [message.get("more") for message in messages] == [True] * 3 + [None]
        assert {(m["type"], m["since"], m["tick"], m["view"]) for m in messages} == {
            ("changes", 3, 4, "world")
        }
        assert [flight["id"] for message in messages for flight in message["updated"]] == [
            f"{i:06x}" for i in range(1000)
        ]
        assert [name for message in messages for name in message["gone"]] == [
            f"4ca2d6-{i:08x}" for i in range(20_000)
        ]

    def test_a_part_is_filled_to_the_last_byte(self) -> None:
        room = MOST_BYTES - len(EMPTY_JSON) - len(b',"more":true')
        fitting = [b"1" * (room - 2), b"2"]  # and a comma
        assert len(texts(HEAD, Told(texts=fitting))) == 1
        assert [len(payload) for payload in texts(HEAD, Told(texts=[*fitting, b"3"]))] == [
            MOST_BYTES,
            len(EMPTY_JSON) + 1,
        ]
        assert len(texts(HEAD, Told(texts=[b"1" + fitting[0], b"2"]))) == 2

    @given(st.lists(st.integers(2, 100_000), max_size=8), st.integers(0, 15_000))
    def test_no_part_is_too_big_and_none_is_empty_whatever_is_told(
        self, sizes: list[int], names: int
    ) -> None:
        flights = [b'"' + b"x" * (size - 2) + b'"' for size in sizes]
        payloads = texts(HEAD, Told(texts=flights, gone=gone(names)))
        messages = [json.loads(payload) for payload in payloads]
        assert all(len(payload) <= MOST_BYTES for payload in payloads)
        assert all(message["updated"] or message["gone"] for message in messages) or not (sizes or names)
        assert [len(flight) + 2 for message in messages for flight in message["updated"]] == sizes
        assert sum(len(message["gone"]) for message in messages) == names


class TestBinary:
    def test_a_small_message_is_these_bytes(self) -> None:
        head = Head(since=3, tick=4, time=1.5, view="world", feeds=("roof",))
        told = Told(gone={0x4CA2D6 << 32: 7}, facts=[FACTS], motion=[MOTION, MOTION])
        assert b"".join(frames.binary_changes(head, told)) == (
            b"\x82\x7e\x00\xd5"  # 213 bytes
            b"\x01\x00\x00\x00"
            b"\x03\x00\x00\x00"
            b"\x04\x00\x00\x00"
            b"\x01\x00\x00\x00"
            b"\x01\x00\x00\x00"
            b"\x02\x00\x00\x00"
            b"\x00\x00\x00\x00\x00\x70\x97\x40"  # 1500 ms
            b"\x07\x00\x00\x00" + FACTS + MOTION + MOTION + b'{"view":"world","feeds":["roof"]}'
        )

    def test_nothing_changed_is_a_head_and_a_tail(self) -> None:
        (part,) = parts(HEAD, Told())
        assert part == Part(EMPTY_BINARY_BYTES, (1, 0, 3, 4, 1500.0), False, b"", b"", b"", {"view": "world"})

    @pytest.mark.parametrize("feeds", [(), ("roof", "küche")])
    def test_feeds_are_named_where_they_are_not_known_yet(self, feeds: tuple[str, ...]) -> None:
        (part,) = parts(HEAD._replace(feeds=feeds), Told())
        assert part.tail == {"view": "world", "feeds": [*feeds]}

    def test_the_pieces_of_what_is_told_come_one_after_the_other(self) -> None:
        octets = b"1" * 88 + b"2" * 88 + b"3" * 88
        told = Told(
            facts=[memoryview(octets)[:88], memoryview(octets)[176:]], motion=[MOTION + MOTION, b"4" * 28]
        )
        (part,) = parts(HEAD, told)
        assert part.facts == b"1" * 88 + b"3" * 88
        assert part.motion == MOTION + MOTION + b"4" * 28

    def test_a_big_message_comes_in_parts_of_at_most_256_kib_that_say_there_is_more(self) -> None:
        told = Told(gone=gone(70_000), facts=packed(88, 3000), motion=packed(28, 10_000))
        cut = parts(HEAD._replace(feeds=("roof",)), told)
        assert [part.more for part in cut] == [True] * 3 + [False]
        assert all(MOST_BYTES - 88 < part.size <= MOST_BYTES for part in cut[:-1])
        assert {(part.head, part.tail["view"]) for part in cut} == {((1, 0, 3, 4, 1500.0), "world")}
        assert cut[0].tail["feeds"] == ["roof"]
        assert numbers(4, [part.gone for part in cut]) == [*range(70_000)]
        assert numbers(88, [part.facts for part in cut]) == [*range(3000)]
        assert numbers(28, [part.motion for part in cut]) == [*range(10_000)]

    def test_what_is_gone_comes_before_facts_and_these_before_motion(self) -> None:
        told = Told(gone=gone(70_000), facts=packed(88, 3000), motion=packed(28, 10_000))
        kinds = [[bool(part.gone), bool(part.facts), bool(part.motion)] for part in parts(HEAD, told)]
        assert kinds == [[True, False, False], [True, True, False], [False, True, True], [False, False, True]]

    def test_a_part_is_filled_to_the_last_byte(self) -> None:
        handles = (MOST_BYTES - EMPTY_BINARY_BYTES) // 4
        assert [part.size for part in parts(HEAD, Told(gone=gone(handles)))] == [MOST_BYTES]
        assert [part.size for part in parts(HEAD, Told(gone=gone(handles + 1)))] == [
            MOST_BYTES,
            EMPTY_BINARY_BYTES + 4,
        ]
        one_wider = HEAD._replace(view="world.")
        assert len(parts(one_wider, Told(gone=gone(handles)))) == 2

    @given(st.integers(0, 70_000), st.integers(0, 4000), st.integers(0, 12_000))
    def test_no_part_is_too_big_and_none_is_empty_whatever_is_told(
        self, left: int, whole: int, moved: int
    ) -> None:
        cut = parts(HEAD, Told(gone=gone(left), facts=packed(88, whole), motion=packed(28, moved)))
        assert all(part.size <= MOST_BYTES for part in cut)
        assert all(part.more for part in cut[:-1])
        assert not cut[-1].more
        assert all(part.size > EMPTY_BINARY_BYTES for part in cut) or not (left or whole or moved)
        assert numbers(4, [part.gone for part in cut]) == [*range(left)]
        assert numbers(88, [part.facts for part in cut]) == [*range(whole)]
        assert numbers(28, [part.motion for part in cut]) == [*range(moved)]


class TestTexts:
    def test_a_text_is_one_frame_of_json(self) -> None:
        assert received(frames.text(frames.pong(1.5))) == [
            (Opcode.TEXT, b'{"type":"pong","time":"1970-01-01T00:00:01.500Z"}')
        ]

    def test_hello_tells_the_classes_of_precision(self) -> None:
        assert frames.hello("9f3c21aa", 7, 1.5, 1.0, 1.0) == {
            "type": "hello",
            "version": 1,
            "epoch": "9f3c21aa",
            "tick": 7,
            "time": "1970-01-01T00:00:01.500Z",
            "tick_seconds": 1.0,
            "speed": 1,
            "precisions_m": (0, 76, 611, 4892),
        }

    @pytest.mark.parametrize(("speed", "written"), [(1.0, b'"speed":1,'), (2.5, b'"speed":2.5,')])
    def test_the_speed_of_a_recording_is_told(self, speed: float, written: bytes) -> None:
        assert written in frames.text(frames.hello("9f3c21aa", 1, 0.0, 1.0, speed))

    def test_an_error_carries_what_to_do(self) -> None:
        assert frames.error("bad_request", "Send JSON.") == {
            "type": "error",
            "code": "bad_request",
            "message": "Send JSON.",
        }

    def test_a_digest_has_its_hash_in_eight_hex_digits(self) -> None:
        assert frames.digest(7, 2, 0xBEEF) == {"type": "digest", "tick": 7, "flights": 2, "hash": "0000beef"}
