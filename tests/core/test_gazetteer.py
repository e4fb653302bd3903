import pytest

from aerotrack.core.gazetteer import Airport, Gazetteer, folded


def airport(icao: str, iata: str | None, city: str, name: str) -> Airport:
    return Airport(icao, iata, name, city, "XX", 50.0, 8.0, 364.0)


FRANKFURT = airport("EDDF", "FRA", "Frankfurt", "Frankfurt am Main Airport")
HAHN = airport("EDFH", "HHN", "Hahn", "Frankfurt-Hahn Airport")
ZURICH = airport("LSZH", "ZRH", "Zürich", "Zürich Airport")
KENNEDY = airport("KJFK", "JFK", "New York", "John F Kennedy International Airport")
STRIP = airport("00FR", None, "Frankfurt", "Frank's Strip")
FRANCA = airport("SIMK", None, "Franca", "Franca Airport")
BOOK = Gazetteer([STRIP, FRANCA, KENNEDY, ZURICH, HAHN, FRANKFURT])


@pytest.mark.parametrize(
    ("typed", "found"),
    [
        ("FRA", ["EDDF", "EDFH", "SIMK", "00FR"]),
        ("eddf", ["EDDF"]),
        ("frankfurt", ["EDDF", "EDFH", "00FR"]),
        ("  frankfurt   am m", ["EDDF"]),
        ("zurich", ["LSZH"]),
        ("Zürich", ["LSZH"]),
        ("kenn", ["KJFK"]),
        ("ED", ["EDDF", "EDFH"]),
        ("00", ["00FR"]),
        ("main", ["EDDF"]),
        ("frankfurt-h", ["EDFH"]),
        ("furt", []),
        ("airport", []),
        ("h", ["EDFH"]),
        ("", []),
        (",", []),
    ],
)
def test_airports_are_found_by_how_they_begin(typed: str, found: list[str]) -> None:
    assert [airport.icao for airport in BOOK.beginning(typed, 10)] == found


def test_no_more_are_told_than_were_asked_for() -> None:
    assert BOOK.beginning("frankfurt", 1) == [FRANKFURT]


@pytest.mark.parametrize("code", ["EDDF", "fra", " Fra "])
def test_an_airport_is_found_by_either_code(code: str) -> None:
    assert BOOK.at(code) == FRANKFURT


def test_a_code_that_is_none_finds_nothing() -> None:
    assert BOOK.at("FRANKFURT") is None
    assert Gazetteer().at("FRA") is None


def test_a_code_of_an_airport_goes_before_the_same_of_an_airline() -> None:
    strip = airport("FRA", None, "Nowhere", "Strip")
    assert Gazetteer([strip, FRANKFURT]).at("FRA") == strip


def test_texts_are_compared_without_accents_case_and_spaces() -> None:
    assert folded(" São  Paulo, Guarulhos") == "SAO PAULO GUARULHOS"
    assert folded("Chicago-O'Hare") == "CHICAGO OHARE"
