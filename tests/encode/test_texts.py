import pytest
from hypothesis import given

from aerotrack.encode.texts import cell, facts, plain, title, uncell
from encode.flights import FLIGHT, OTHER, TEXTS


@pytest.mark.parametrize(
    ("text", "left"),
    [("RYR1", "RYR1"), ("A\x00B\x1b\x7f", "AB"), ("\ud800x\uffff", "x"), ("\u202eBAD", "BAD")],
)
def test_what_is_no_text_is_dropped(text: str, left: str) -> None:
    assert plain(text) == left


@pytest.mark.parametrize("text", ["=1+1", "+1", "-1", "@SUM(A1)", "'=1", "\t=1"])
def test_a_text_that_a_spreadsheet_would_run_is_quoted(text: str) -> None:
    assert cell(text) == "'" + plain(text)


def test_other_texts_stay_as_they_are() -> None:
    assert cell("D-AIBA=") == "D-AIBA="


@given(TEXTS)
def test_every_plain_text_comes_back_out_of_its_cell(text: str) -> None:
    assert uncell(cell(text)) == plain(text)


def test_only_what_is_known_of_a_flight_is_told() -> None:
    assert facts(FLIGHT) == {"id": "4ca2d6-6740a31c", "icao24": "4ca2d6", "callsign": "RYR1"}


def test_a_flight_is_called_by_its_callsign_or_its_aircraft() -> None:
    assert [title(f) for f in (FLIGHT, OTHER, {"id": "4ca2d6-1", "icao24": "4ca2d6"})] == [
        "RYR1",
        "D-AIBA",
        "4ca2d6",
    ]
