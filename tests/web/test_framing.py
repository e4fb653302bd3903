import pytest
from hypothesis import given
from hypothesis import strategies as st
from websockets.frames import Opcode

from aerotrack.web.framing import BINARY, TEXT, framed, head
from web.received import received


@pytest.mark.parametrize(
    ("size", "octets"),
    [
        (0, b"\x81\x00"),
        (1, b"\x81\x01"),
        (125, b"\x81\x7d"),
        (126, b"\x81\x7e\x00\x7e"),
        (256, b"\x81\x7e\x01\x00"),
        (65_535, b"\x81\x7e\xff\xff"),
        (65_536, b"\x81\x7f\x00\x00\x00\x00\x00\x01\x00\x00"),
        (1 << 32, b"\x81\x7f\x00\x00\x00\x01\x00\x00\x00\x00"),
    ],
)
def test_a_length_takes_the_shortest_of_three_forms(size: int, octets: bytes) -> None:
    assert head(TEXT, size) == octets


def test_a_message_is_one_whole_frame_of_text_or_binary_without_a_mask() -> None:
    assert framed(TEXT, "Zürich".encode()) == b"\x81\x07Z\xc3\xbcrich"
    assert framed(BINARY, b"\x00\xff") == b"\x82\x02\x00\xff"


@pytest.mark.parametrize("size", [0, 1, 125, 126, 127, 65_535, 65_536, 300_000])
def test_a_client_reads_messages_of_every_size_one_after_the_other(size: int) -> None:
    octets = framed(TEXT, b"x" * size) + framed(BINARY, b"\xfe" * size) + framed(TEXT, b"the last")
    assert received(octets) == [
        (Opcode.TEXT, b"x" * size),
        (Opcode.BINARY, b"\xfe" * size),
        (Opcode.TEXT, b"the last"),
    ]


@given(st.lists(st.binary(max_size=300)))
def test_a_client_reads_what_was_framed(payloads: list[bytes]) -> None:
    octets = b"".join(framed(BINARY, payload) for payload in payloads)
    assert received(octets) == [(Opcode.BINARY, payload) for payload in payloads]
