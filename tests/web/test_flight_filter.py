from typing import Any

import msgspec
import numpy as np
import pytest

from aerotrack.errors import SettingsError
from aerotrack.web.flight_filter import EVERY_FLIGHT, FlightFilter
from fakes import rows_of

FEEDS = ("roof", "hill")
COLUMNS = rows_of(
    [0x3C6444, 0x4CA2D6, 0x14CA2D6, 0xC87000],
    callsign=[b"DLH4AB", b"RYR1", b"", b"FJI5"],
    type_code=[b"A320", b"B738", b"", b"B738"],
    registration=[b"D-AIXX", b"EI-DAC", b"", b""],
    squawk=[1000, 7700, -1, 0],
    emergency=[0, 1, -1, 2],
    feed=[0, 1, -1, 0],
    altitude_ft=[36000, 0, np.nan, 5000],
)
ALL = np.arange(4)


def passing(**asked: Any) -> list[int]:
    """Return the rows that pass."""
    return np.flatnonzero(FlightFilter(**asked).passes(COLUMNS, ALL, FEEDS)).tolist()


@pytest.mark.parametrize(
    ("asked", "rows"),
    [
        ({}, [0, 1, 2, 3]),
        ({"callsign": "DLH4AB"}, [0]),
        ({"callsign": "dlh"}, [0]),
        ({"callsign": "LH"}, []),
        ({"callsign": "DLH, ryr"}, [0, 1]),
        ({"callsign": ","}, []),
        ({"callsign": ""}, []),
        ({"callsign": "DLH4ABCDEFGH"}, []),
        ({"callsign": "Ü"}, []),
        ({"icao24": "4CA2D6"}, [1]),
        ({"icao24": "~4ca2d6,3c6444"}, [0, 2]),
        ({"icao24": "000001"}, []),
        ({"squawk": "7700,0000"}, [1, 3]),
        ({"type_code": "b738"}, [1, 3]),
        ({"type_code": "b73"}, []),
        ({"type_code": "A320,B738"}, [0, 1, 3]),
        ({"registration": "d-aixx,"}, [0]),
        ({"registration": "D-AIX"}, []),
        ({"feed": "HILL"}, [1]),
        ({"feed": "roof,hill"}, [0, 1, 3]),
        ({"feed": "cellar"}, []),
        ({"emergency": "general"}, [1]),
        ({"emergency": "general,Medical"}, [1, 3]),
        ({"emergency": "any"}, [1, 3]),
        ({"emergency": "downed"}, []),
        ({"min_altitude_ft": 5000}, [0, 3]),
        ({"max_altitude_ft": 5000}, [1, 3]),
        ({"min_altitude_ft": 0, "max_altitude_ft": 0}, [1]),
        ({"min_altitude_ft": 2, "max_altitude_ft": 1}, []),
        ({"type_code": "B738", "emergency": "general"}, [1]),
        ({"type_code": "A320", "emergency": "general"}, []),
    ],
)
def test_a_flight_passes_that_is_all_that_is_asked(asked: dict[str, Any], rows: list[int]) -> None:
    assert passing(**asked) == rows


@pytest.mark.parametrize(
    "asked",
    [
        {"callsign": "A,B,C,D,E,F"},
        {"icao24": "3c6444,4ca2d6,c87000"},
        {"squawk": "0000,1000,7700"},
        {"type_code": "A320,B738,"},
        {"registration": ",D-AIXX"},
        {"feed": "roof,hill,"},
        {"emergency": "any"},
        {"min_altitude_ft": -1e9},
        {"max_altitude_ft": 1e300},
    ],
)
def test_what_is_not_known_satisfies_nothing(asked: dict[str, Any]) -> None:
    assert 2 not in passing(**asked)


def test_the_rows_are_judged_in_the_order_in_which_they_are_named() -> None:
    ryanair = FlightFilter(callsign="RYR")
    assert ryanair.passes(COLUMNS, np.array([3, 1, 1, 0]), FEEDS).tolist() == [False, True, True, False]
    assert ryanair.passes(COLUMNS, np.empty(0, np.intp), FEEDS).tolist() == []


def test_a_feed_is_asked_for_before_it_is_heard() -> None:
    assert FlightFilter(feed="roof").passes(COLUMNS, ALL, ()).tolist() == [False] * 4


def test_only_a_filter_that_asks_nothing_is_empty() -> None:
    assert EVERY_FLIGHT.empty
    assert FlightFilter().empty
    assert not FlightFilter(min_altitude_ft=0).empty
    assert not FlightFilter(callsign="").empty


@pytest.mark.parametrize(
    ("asked", "sentence"),
    [
        ({"icao24": "xyz"}, "'xyz' is no aircraft address"),
        ({"icao24": "4ca2d6,"}, "'' is no aircraft address"),
        ({"squawk": "7800"}, "'7800' is no squawk: give 4 octal digits, such as 7700."),
        ({"squawk": "77"}, "'77' is no squawk"),
        ({"squawk": "\u0667\u0667\u0660\u0660"}, "is no squawk"),
        ({"squawk": "7700,"}, "'' is no squawk"),
        ({"emergency": "lost"}, "'lost' is no emergency: give one of general, medical, minimum_fuel, "),
        ({"emergency": "none"}, "'none' is no emergency"),
    ],
)
def test_what_no_flight_can_be_is_refused_with_what_to_give(asked: dict[str, Any], sentence: str) -> None:
    with pytest.raises(SettingsError, match=sentence):
        FlightFilter(**asked).check()
    with pytest.raises(SettingsError, match=sentence):
        passing(**asked)


def test_a_check_finds_nothing_wrong_with_what_a_flight_can_be() -> None:
    FlightFilter(
        callsign="DLH", icao24="4ca2d6", squawk="7700", type_code="A320", registration="D-AIXX",
        feed="a feed that may come", emergency="any", min_altitude_ft=0, max_altitude_ft=1000,
    ).check()  # fmt: skip


@pytest.mark.parametrize("asked", [{"callsing": "DLH"}, {"callsign": 7}, {"min_altitude_ft": "high"}])
def test_a_member_that_is_unknown_or_of_another_type_is_refused(asked: dict[str, Any]) -> None:
    with pytest.raises(msgspec.ValidationError):
        msgspec.convert(asked, FlightFilter)
