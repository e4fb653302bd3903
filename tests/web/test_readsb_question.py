import pytest
from starlette.datastructures import QueryParams

from aerotrack.errors import SettingsError
from aerotrack.web.drop_in import EVERYONE, Question
from aerotrack.web.flight_filter import FlightFilter
from aerotrack.web.readsb_question import WHICH, Wanted, described, wanted_of
from aerotrack.web.subscriptions import BadRequest


def test_parameters_need_no_value() -> None:
    assert wanted_of(QueryParams("all")) == Wanted(EVERYONE)
    assert wanted_of(QueryParams("all&jv2")) == Wanted(EVERYONE, v2=True)
    assert wanted_of(QueryParams("binCraft&zstd&all")) == Wanted(EVERYONE, packed=True, zstd=True)


@pytest.mark.parametrize(
    ("query", "question"),
    [
        ("all_with_pos", Question(placed=True)),
        ("all&filter_with_pos", Question(placed=True)),
        ("box=48,49.5,2,3", Question(bbox=(2.0, 48.0, 3.0, 49.5))),
        ("circle=48.8,2.4,30", Question(circle=(48.8, 2.4, 30.0))),
        ("closest=48.8,2.4,100", Question(circle=(48.8, 2.4, 100.0), closest=True)),
        ("find_hex=4ca2d6,~abc123", Question(FlightFilter(icao24="4ca2d6,~abc123"))),
        ("find_callsign=DLH1,RYR1", Question(callsigns=("DLH1", "RYR1"))),
        ("find_reg=D-AIBL", Question(FlightFilter(registration="D-AIBL"))),
        ("find_type=A320", Question(FlightFilter(type_code="A320"))),
        ("filter_squawk=7700", Question(FlightFilter(squawk="7700"))),
        ("find_type=A320&filter_squawk=7700", Question(FlightFilter(type_code="A320", squawk="7700"))),
    ],
)
def test_what_may_be_asked(query: str, question: Question) -> None:
    assert wanted_of(QueryParams(query)).question == question


@pytest.mark.parametrize(
    "query",
    [
        "", "binCraft", "all&box=1,2,3,4", "box=1,2,3", "box=a,b,c,d", "box=nan,1,2,3", "box=49,48,2,3",
        "circle=1,2", "circle=1,2,251", "find_hex=xyz", "find_callsign=", "filter_squawk=9999",
    ],
)  # fmt: skip
def test_what_cannot_be_asked_is_refused_with_a_sentence(query: str) -> None:
    with pytest.raises((SettingsError, BadRequest), match=r"give .*\."):
        wanted_of(QueryParams(query))


def test_the_box_of_a_header_is_in_whole_degrees_around_it() -> None:
    assert wanted_of(QueryParams("box=48.6,49.1,-2.2,2.8")).whole_degrees == (48, -3, 50, 3)
    assert wanted_of(QueryParams("all")).whole_degrees == (-90, -180, 90, 180)


def test_every_parameter_that_is_read_is_described() -> None:
    others = {"filter_squawk", "filter_with_pos", "jv2", "binCraft", "zstd"}
    assert {each["name"] for each in described()} == others.union(WHICH)
