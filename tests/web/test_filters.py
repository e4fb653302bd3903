from typing import Any

import numpy as np
import pytest

from aerotrack.errors import SettingsError
from aerotrack.web.filters import Filters, choose
from fakes import FakeSky, rows_of

SKY = FakeSky(
    rows_of(
        [0x3C6444, 0x4CA2D6, 0x14CA2D6, 0xC87000],
        callsign=[b"DLH4AB", b"RYR1", b"", b"FJI5"],
        type_code=[b"A320", b"B738", b"", b"B738"],
        registration=[b"D-AIXX", b"EI-DAC", b"", b""],
        squawk=[1000, 7700, -1, 0],
        emergency=[0, 1, -1, -1],
        feed=[0, 1, -1, 0],
        altitude_ft=[36000, 0, np.nan, 5000],
        lat=[50.0, 51.0, np.nan, -17.0],
        lon=[8.0, 0.0, np.nan, -179.5],
    ),
    feeds=("roof", "hill"),
)


def chosen(**filters: Any) -> list[int]:
    return choose(SKY, Filters(**filters))[0].tolist()


def test_without_filters_every_live_flight_is_chosen_placed_or_not() -> None:
    assert chosen() == [0, 1, 2, 3]


@pytest.mark.parametrize(
    ("filters", "rows"),
    [
        ({"bbox": (-10, 35, 30, 60)}, [0, 1]),
        ({"bbox": (170, -30, -170, 0)}, [3]),
        ({"bbox": (-180, -90, 180, 90)}, [0, 1, 3]),
        ({"callsign": "dlh"}, [0]),
        ({"callsign": "LH"}, []),
        ({"callsign": "DLH,ryr"}, [0, 1]),
        ({"callsign": ","}, []),
        ({"icao24": "4CA2D6"}, [1]),
        ({"icao24": "~4ca2d6,3c6444"}, [0, 2]),
        ({"squawk": "7700,0000"}, [1, 3]),
        ({"type_code": "b738"}, [1, 3]),
        ({"type_code": "b73"}, []),
        ({"registration": "d-aixx,"}, [0]),
        ({"feed": "HILL"}, [1]),
        ({"feed": "cellar"}, []),
        ({"emergency": "general,medical"}, [1]),
        ({"min_altitude_ft": 5000}, [0, 3]),
        ({"max_altitude_ft": 5000}, [1, 3]),
        ({"min_altitude_ft": 0, "max_altitude_ft": 0}, [1]),
        ({"type_code": "B738", "emergency": "general"}, [1]),
        ({"limit": 2}, [0, 1]),
    ],
)
def test_a_filter_chooses(filters: dict[str, Any], rows: list[int]) -> None:
    assert chosen(**filters) == rows


def test_near_sorts_by_distance_and_leaves_out_what_has_no_place() -> None:
    rows, distance = choose(SKY, Filters(near=(51.0, 0.5)))
    assert rows.tolist() == [1, 0, 3]
    assert distance is not None
    assert distance[0] == pytest.approx(18.88, abs=0.05)


def test_a_radius_ends_the_neighbourhood() -> None:
    assert chosen(near=(51.0, 0.5), radius_nm=20) == [1]
    assert chosen(near=(51.0, 0.5), limit=2) == [1, 0]


@pytest.mark.parametrize(
    ("filters", "sentence"),
    [
        ({"icao24": "xyz"}, "'xyz' is no aircraft address"),
        ({"squawk": "7800"}, "'7800' is no squawk"),
        ({"squawk": "77"}, "'77' is no squawk"),
        ({"emergency": "lost"}, "'lost' is no emergency: give one of general"),
        ({"radius_nm": 5}, "has no middle"),
    ],
)
def test_a_filter_that_cannot_be_understood_says_what_to_give(filters: dict[str, Any], sentence: str) -> None:
    with pytest.raises(SettingsError, match=sentence):
        chosen(**filters)


def test_an_empty_sky_passes_every_filter() -> None:
    everything = Filters(
        callsign="A", feed="x", icao24="000001", near=(0, 0), bbox=(0, 0, 1, 1), squawk="7700"
    )
    assert choose(FakeSky(), everything)[0].tolist() == []
