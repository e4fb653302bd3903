from datetime import UTC, datetime

import pytest

from aerotrack.core.area import Area
from aerotrack.errors import SettingsError
from aerotrack.web.asked import area_of, parts_of, window_of
from aerotrack.web.subscriptions import BadRequest

NOON = datetime(2026, 11, 22, 12, tzinfo=UTC)
NOW = NOON.timestamp() + 10.0
BOX = Area.box(0, 0, 1, 1)


def test_no_area_is_none() -> None:
    assert area_of(None, None) is None
    assert area_of("", "") is None


def test_areas_are_read() -> None:
    box, triangle = area_of("170,-5,-170,5", None), area_of(None, "8,50, 9,50,8.5,51")
    assert box is not None
    assert triangle is not None
    assert (box.crosses, triangle.north) == (True, 51)


@pytest.mark.parametrize(
    "polygon",
    [
        "x",
        "1",
        "1,2",
        "1,2,3,4",
        "1,2,3,4,5",
        "1,2,nan,4,5,6",
        "1,2,inf,4,5,6",
        "8,50,9,50,8.5,95",
        "1,2," * 9999,
    ],
)
def test_what_is_no_polygon_is_refused_in_a_short_sentence(polygon: str) -> None:
    with pytest.raises(SettingsError) as refused:
        area_of(None, polygon)
    assert 20 < len(str(refused.value)) < 300


@pytest.mark.parametrize("bbox", ["1,2,3", "nan,0,1,1", "0,inf,1,1", "0,5,1,1", "0,0,999,1"])
def test_what_is_no_box_is_refused(bbox: str) -> None:
    with pytest.raises(BadRequest):
        area_of(bbox, None)


def test_an_area_is_a_box_or_a_polygon() -> None:
    with pytest.raises(SettingsError, match="give one of them"):
        area_of("0,0,1,1", "0,0,1,0,1,1")


def test_without_an_area_times_are_as_given() -> None:
    assert window_of(None, None, now=NOW, within=None) == (None, None)
    assert window_of(NOON, None, now=NOW, within=None) == (NOW - 10, None)
    year = NOON.replace(year=2025)
    assert window_of(year, NOON, now=NOW, within=None) == (year.timestamp(), NOON.timestamp())


def test_in_an_area_the_time_is_the_last_hour_unless_given() -> None:
    assert window_of(None, None, now=NOW, within=BOX) == (NOW - 3600, NOW)
    assert window_of(None, NOON, now=NOW, within=BOX) == (NOW - 3610, NOW - 10)
    assert window_of(NOON, None, now=NOW, within=BOX) == (NOW - 10, NOW)


def test_in_an_area_a_day_is_the_longest_time() -> None:
    day_before = NOON.replace(day=21)
    assert window_of(day_before, NOON, now=NOW, within=BOX) == (NOW - 86_410, NOW - 10)
    with pytest.raises(SettingsError, match="at most 24 hours"):
        window_of(day_before, NOON.replace(second=1), now=NOW, within=BOX)


def test_reversed_times_are_refused() -> None:
    with pytest.raises(SettingsError, match=r"from=2026-11-22T12:00:00\.000Z is later than to=2026-11-22T11"):
        window_of(NOON, NOON.replace(hour=11), now=NOW, within=None)


def test_texts_are_cut_at_commas() -> None:
    assert parts_of("callsign", None) == parts_of("callsign", "") == ()
    assert parts_of("callsign", "dlh, Swr,,%_'") == ("DLH", "SWR", "%_'")


@pytest.mark.parametrize("text", [",", " ", "\0", "A\0", "A\n", "A," * 100 + "A"])
def test_a_text_that_asks_for_nothing_or_too_much_is_refused(text: str) -> None:
    with pytest.raises(SettingsError, match="callsign"):
        parts_of("callsign", text)
