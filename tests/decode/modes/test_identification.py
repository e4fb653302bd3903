import re

import pytest
from hypothesis import given
from numpy.typing import NDArray

from aerotrack.decode.modes.identification import identification, replied_callsign
from decode.modes.frame_rows import any_rows, extended, row

TEXT = b"#ABCDEFGHIJKLMNOPQRSTUVWXYZ##### ###############0123456789######"


def named(text: bytes, typecode: int = 4, category: int = 0) -> int:
    number = typecode << 3 | category
    for character in text:
        number = number << 6 | TEXT.index(character)
    return number


def test_a_squitter_tells_callsign_and_category() -> None:
    callsigns, categories = identification(extended(named(b"AFR1234 ", 4, 3)))
    assert (callsigns.tolist(), categories.tolist()) == ([b"AFR1234"], [b"A3"])


def test_a_squitter_of_the_textbook() -> None:
    assert identification(row("8D4840D6202CC371C32CE0576098"))[0].tolist() == [b"KLM1023"]


@pytest.mark.parametrize(("typecode", "letter"), [(4, b"A"), (3, b"B"), (2, b"C"), (1, b"D")])
def test_the_type_codes_are_the_sets_of_categories(typecode: int, letter: bytes) -> None:
    told = [identification(extended(named(b"X       ", typecode, n)))[1][0] for n in range(8)]
    assert told == [b"", *(letter + b"%d" % n for n in range(1, 8))]


@pytest.mark.parametrize(
    ("sent", "told"),
    [
        (b"        ", b""),
        (b"  AB1   ", b"AB1"),
        (b"########", b""),
        (b"AB#1    ", b""),
        (b"A B     ", b"A B"),
    ],
)
def test_spaces_around_are_left_out_and_what_is_no_character_spoils_it(sent: bytes, told: bytes) -> None:
    assert identification(extended(named(sent)))[0].tolist() == [told]


def test_a_reply_tells_a_callsign_if_its_register_is_that() -> None:
    frames = row("A000083E202CC371C31DE0AA1CCF", "A000083E212CC371C31DE0AA1CCF")
    assert replied_callsign(frames).tolist() == [b"KLM1017", b""]


@given(any_rows)
def test_whatever_is_sent_texts_are_clean(data: NDArray) -> None:  # type: ignore[type-arg]
    callsigns, categories = identification(data)
    for text in [*callsigns.tolist(), *replied_callsign(data).tolist()]:
        assert re.fullmatch(rb"(?:[A-Z0-9](?:[A-Z0-9 ]{0,6}[A-Z0-9])?)?", text)
    assert all(re.fullmatch(rb"(?:[A-D][1-7])?", text) for text in categories.tolist())
