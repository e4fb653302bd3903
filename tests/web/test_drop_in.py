import numpy as np
import pytest

from aerotrack.core.columns import Columns
from aerotrack.errors import SettingsError
from aerotrack.web.answers import SLICE
from aerotrack.web.drop_in import EVERYONE, Question, callsigns_of, in_steps
from aerotrack.web.flight_filter import FlightFilter
from fakes import FakeSky, rows_of

SKY = FakeSky(
    rows_of(
        [1, 2, 3, 4],
        lat=[50.0, 51.0, 60.0, np.nan],
        lon=[8.0, 8.0, 179.5, np.nan],
        callsign=[b"DLH1", b"DLH12", b"", b"RYR1"],
        squawk=[7700, 1000, -1, 7700],
    )
)


def chosen(question: Question) -> list[int]:
    addresses: list[int] = question.of(SKY)["address"].tolist()
    return addresses


def test_everyone_is_all_that_live() -> None:
    assert chosen(EVERYONE) == [1, 2, 3, 4]


def test_a_callsign_matches_whole() -> None:
    assert chosen(Question(callsigns=("dlh1",))) == [1]
    assert chosen(Question(callsigns=("DLH12", "RYR1"))) == [2, 4]


def test_all_that_is_asked_must_match() -> None:
    assert chosen(Question(FlightFilter(squawk="7700"), placed=True)) == [1]


def test_a_box_may_cross_180_degrees() -> None:
    assert chosen(Question(bbox=(179, 55, -179, 65))) == [3]


def test_a_circle_is_sorted_and_has_distance_and_direction() -> None:
    found = Question(circle=(51.5, 8.0, 100.0)).of(SKY)
    assert found["address"].tolist() == [2, 1]
    assert found["distance_nm"].round(1).tolist() == [30.0, 90.1]
    assert found["direction_deg"].tolist() == [180.0, 180.0]


def test_the_closest_is_one_or_none() -> None:
    assert chosen(Question(circle=(51.5, 8.0, 100.0), closest=True)) == [2]
    assert chosen(Question(circle=(51.5, 8.0, 10.0), closest=True)) == []


def test_a_copy_does_not_change_with_the_sky() -> None:
    sky = FakeSky(rows_of([1], lat=50.0))
    copied = EVERYONE.of(sky)
    sky.columns["lat"][0] = 0
    assert copied["lat"].tolist() == [50.0]


@pytest.mark.parametrize("circle", [(91, 0, 1), (0, 361, 1), (0, 0, 251), (0, 0, -1), (float("nan"), 0, 1)])
def test_a_circle_must_be_on_the_globe_and_not_too_wide(circle: tuple[float, float, float]) -> None:
    with pytest.raises(SettingsError, match="at most 250 nm"):
        Question(circle=circle).check()


def test_what_no_flight_can_have_is_refused() -> None:
    with pytest.raises(SettingsError, match="no squawk"):
        Question(FlightFilter(squawk="9999")).check()
    Question(circle=(90, -360, 250)).check()


def test_callsigns_are_cut_at_commas() -> None:
    assert callsigns_of(" DLH1 ,,RYR1") == ("DLH1", "RYR1")
    for nothing in ("", " , "):
        with pytest.raises(SettingsError, match="no callsign"):
            callsigns_of(nothing)
    with pytest.raises(SettingsError, match="101 parts"):
        callsigns_of("," * 100)


def test_many_flights_are_written_in_steps() -> None:
    steps = []

    def write(part: Columns) -> list[bytes]:
        steps.append(len(part["address"]))
        return [b"%d" % address for address in part["address"].tolist()]

    written = in_steps(rows_of(np.arange(2 * SLICE + 1)), write)
    assert steps == [SLICE, SLICE, 1]
    assert b",\n".join(written) == b",\n".join(b"%d" % number for number in range(2 * SLICE + 1))
