from typing import Any

import numpy as np
import pytest

from aerotrack.errors import SettingsError
from aerotrack.web.filters import Filters, choose
from aerotrack.web.flight_filter import FlightFilter
from fakes import FakeSky, rows_of

SKY = FakeSky(
    rows_of(
        [0x3C6444, 0x4CA2D6, 0x14CA2D6, 0xC87000],
        callsign=[b"DLH4AB", b"RYR1", b"RYR2", b"FJI5"],
        feed=[0, 1, -1, 0],
        lat=[50.0, 51.0, np.nan, -17.0],
        lon=[8.0, 0.0, np.nan, -179.5],
    ),
    feeds=("roof", "hill"),
)


def chosen(**filters: Any) -> list[int]:
    rows: list[int] = choose(SKY, Filters(**filters))[0].tolist()
    return rows


def test_without_filters_every_live_flight_is_chosen_placed_or_not() -> None:
    rows, distance = choose(SKY, Filters())
    assert rows.tolist() == [0, 1, 2, 3]
    assert distance is None


@pytest.mark.parametrize(
    ("bbox", "rows"),
    [
        ((-10, 35, 30, 60), [0, 1]),
        ((8, 50, 8, 50), [0]),
        ((8.1, 35, 30, 60), []),
        ((-10, 50.1, 30, 60), [1]),
        ((-10, 35, 30, 50.9), [0]),
        ((170, -30, -170, 0), [3]),
        ((170, -30, 190, 0), [3]),
        ((-190, -30, -170, 0), [3]),
        ((-180, -90, 180, 90), [0, 1, 3]),
        ((-360, -90, 360, 90), [0, 1, 3]),
    ],
)
def test_a_box_holds_what_is_placed_in_it_its_edges_too(
    bbox: tuple[float, float, float, float], rows: list[int]
) -> None:
    assert chosen(bbox=bbox) == rows


def test_a_flight_must_be_in_the_box_and_pass_the_filter() -> None:
    ryanair = FlightFilter(callsign="RYR")
    assert chosen(flight=ryanair) == [1, 2]
    assert chosen(flight=ryanair, bbox=(-10, 35, 30, 60)) == [1]


def test_a_filter_may_name_a_feed_of_the_sky() -> None:
    assert chosen(flight=FlightFilter(feed="hill")) == [1]


def test_a_limit_ends_the_list() -> None:
    assert chosen(limit=2) == [0, 1]
    assert chosen(limit=9) == [0, 1, 2, 3]


def test_near_sorts_by_distance_and_leaves_out_what_has_no_place() -> None:
    rows, distance = choose(SKY, Filters(near=(51.0, 0.5)))
    assert rows.tolist() == [1, 0, 3]
    assert distance is not None
    assert distance[0] == pytest.approx(18.88, abs=0.05)


def test_a_radius_ends_the_neighbourhood() -> None:
    assert chosen(near=(51.0, 0.5), radius_nm=20) == [1]
    assert chosen(near=(51.0, 0.5), radius_nm=18) == []


def test_the_nearest_are_within_the_limit_each_with_its_distance() -> None:
    rows, distance = choose(SKY, Filters(near=(51.0, 0.5), limit=2))
    assert rows.tolist() == [1, 0]
    assert distance is not None
    assert distance.tolist() == sorted(distance.tolist())
    assert len(distance) == 2


@pytest.mark.parametrize(
    ("filters", "sentence"),
    [
        ({"radius_nm": 5}, "radius_nm=5 has no middle: give near=LAT,LON too."),
        ({"flight": FlightFilter(squawk="7800")}, "'7800' is no squawk"),
    ],
)
def test_a_filter_that_cannot_be_understood_says_what_to_give(filters: dict[str, Any], sentence: str) -> None:
    with pytest.raises(SettingsError, match=sentence):
        chosen(**filters)


def test_an_empty_sky_passes_every_filter() -> None:
    flight = FlightFilter(callsign="A", feed="x", icao24="000001", squawk="7700", emergency="any")
    everything = Filters(flight=flight, near=(0, 0), bbox=(0, 0, 1, 1), radius_nm=1, limit=1)
    assert choose(FakeSky(), everything)[0].tolist() == []
