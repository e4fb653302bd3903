from functools import partial

import pytest
from hypothesis import given
from hypothesis import strategies as st

from aerotrack.core.observations import Observations
from aerotrack.sources.formats import LIVE
from aerotrack.sources.language import HEAD_BYTES, HEADS, Language, instead
from decode.modes.transponder import airborne
from decode.test_beast import beast
from sources.feeders import NOON, document, sbs

FRAME = beast(airborne(0x4CA2D6, 48.8, 2.4, 0))
HEARTBEAT = b"\x1a1" + bytes(9)
MODE_AC = b"\x1a1" + bytes(7) + b"\x12\x34"
NOTHING = Observations.none()
ROW = Observations.of([1], [NOON])


def spoken(data: bytes, ours: str, step: int = 1 << 16) -> str | None:
    """What a sender is taken to speak of whom nothing at all can be read."""
    language = Language(LIVE[ours])
    for start in range(0, len(data), step):
        language.hear(data[start : start + step], NOTHING)
    return language.other


@pytest.mark.parametrize(
    ("data", "ours", "other"),
    [
        (sbs() * 30, "beast", "SBS text"),
        (FRAME * 60, "sbs", "Beast"),
        (HEARTBEAT * 100, "sbs", "Beast"),
        (MODE_AC * 100, "avr", "Beast"),
        (HEARTBEAT * 100 + FRAME * 60, "json", "Beast"),
        (b"\r\n" * 600 + FRAME * 60, "sbs", "Beast"),
        (b"*0000;\n" * 200, "beast", "AVR"),
        (document(NOON) * 20, "sbs", "aircraft.json"),
    ],
)
def test_a_sender_of_whom_nothing_can_be_read_is_recognised(data: bytes, ours: str, other: str) -> None:
    assert spoken(data, ours) == other


@pytest.mark.parametrize(
    ("line", "other"),
    [
        (sbs(), "SBS text"),
        (b"*8D4CA2D6000000;\n", "AVR"),
        (b'{"hex":"4ca2d6","now":1795348800.5,"lat":50.1,"lon":8.5}\n', "JSON lines"),
        (b"1633608001.028,8d39a4159914918770a48c29b35f\n", "CSV of frames"),
    ],
)
def test_so_it_is_when_the_connection_begins_in_the_middle_of_a_line(line: bytes, other: str) -> None:
    assert spoken((line * 200)[5:], "beast") == other


@given(st.integers(0, HEAD_BYTES * (HEADS - 2)), st.integers(1, 5000))
def test_what_comes_before_and_in_which_pieces_does_not_matter(before: int, step: int) -> None:
    assert spoken(b"\r" * before + FRAME * 120, "sbs", step) == "Beast"


def test_less_than_a_head_shows_nothing_yet() -> None:
    language = Language(LIVE["sbs"])
    language.hear(b"*8D4CA2D6;\n" * 93, NOTHING)
    assert language.other is None
    language.hear(b"*", NOTHING)
    assert language.other == "AVR"


def test_our_own_format_is_no_other_even_if_nothing_of_it_could_be_read() -> None:
    assert spoken(b"STA,,1,1,4CA2D6,1,,,,\r\n" * 100 + FRAME * 60, "sbs") is None


def test_who_was_understood_once_is_never_taken_for_a_stranger() -> None:
    language = Language(LIVE["sbs"])
    for data, read in ((sbs(), ROW), (FRAME * 400, NOTHING)):
        language.hear(data, read)
    assert language.other is None


def test_who_sends_what_nobody_knows_is_listened_to_no_longer_than_eight_heads() -> None:
    noise = partial(spoken, ours="sbs")
    assert noise(b"hello\n" * 100_000) is None
    assert noise(b"\r" * HEAD_BYTES * (HEADS - 1) + FRAME * 60) == "Beast"
    assert noise(b"\r" * HEAD_BYTES * HEADS + FRAME * 60) is None


@pytest.mark.parametrize(
    ("url", "other", "sentence"),
    [
        ("sbs://[::1]:30005?lat=1&lon=2#roof", "Beast", "write beast://[::1]:30005?lat=1&lon=2#roof"),
        ("listen+sbs://:30004#a:b", "AVR", "write listen+avr://:30004#a:b"),
        ("udp+avr://:30004", "SBS text", "write udp+sbs://:30004"),
        ("udp+avr://:30004", "Beast", "which cannot be read in this way"),
        ("sbs://roof:30003", "aircraft.json", "which cannot be read in this way"),
        ("stdin:?lat=1&lon=2&format=sbs#x", "Beast", "write stdin:?lat=1&lon=2&format=beast#x"),
        ("stdin:?format=s%62s", "JSON lines", "write stdin:?format=json"),
    ],
)
def test_the_url_to_write_instead_is_ours_but_for_the_format(url: str, other: str, sentence: str) -> None:
    said = instead(url, other)
    assert said.startswith(f"another format, {other}")
    assert said.endswith(sentence)
