import json
from itertools import pairwise
from typing import Any

import numpy as np
import pytest
from hypothesis import given

from aerotrack.core.columns import Columns
from aerotrack.encode.geojson import GeoJson, feature
from encode.flights import FLIGHT, OTHER, any_positions, encoded, positions


def geometry(lat: list[float], lon: list[float], **known: Any) -> Any:
    return json.loads(feature(FLIGHT, positions([0] * len(lat), lat=lat, lon=lon, **known)))["geometry"]


def test_a_route_is_a_line_of_longitude_latitude_and_metres() -> None:
    assert geometry([50.0, 50.1], [8.0, 8.1], altitude_ft=[1000, np.nan]) == {
        "type": "LineString",
        "coordinates": [[8.0, 50.0, 304.8], [8.1, 50.1]],
    }


@pytest.mark.parametrize(("west", "east"), [(179.0, -179.0), (-179.0, 179.0)])
def test_a_route_across_the_antimeridian_is_cut_there(west: float, east: float) -> None:
    edge = 180.0 if west > 0 else -180.0
    assert geometry([0.0, 1.0], [west, east], altitude_ft=[1000, 2000]) == {
        "type": "MultiLineString",
        "coordinates": [
            [[west, 0.0, 304.8], [edge, 0.5, 457.2]],
            [[-edge, 0.5, 457.2], [east, 1.0, 609.6]],
        ],
    }


def test_a_step_along_the_antimeridian_itself_is_no_division_by_nothing() -> None:
    assert geometry([0.0, 1.0], [180.0, -180.0])["coordinates"][0] == [[180.0, 0.0], [180.0, 0.0]]


def test_one_place_is_a_point_and_none_is_nothing() -> None:
    assert geometry([50.0], [8.0]) == {"type": "Point", "coordinates": [8.0, 50.0]}
    assert geometry([], []) is None


def test_a_feature_has_the_flight_and_a_time_for_each_place() -> None:
    seen = positions([0, 0, 0], lat=[50.0, np.nan, 50.2], lon=[8.0, np.nan, 8.2])
    made = json.loads(feature({**FLIGHT, "callsign": "RY\x00R\ud800"}, seen))
    assert made["id"] == FLIGHT["id"]
    assert made["properties"] == {
        **FLIGHT,
        "callsign": "RYR",
        "times": ["2024-11-22T15:28:28.000Z", "2024-11-22T15:28:30.000Z"],
    }


def test_a_file_is_a_collection_of_flights() -> None:
    data = encoded(GeoJson(), ([FLIGHT, OTHER], positions([1, 1, 0])), ([FLIGHT], positions([0])))
    made = json.loads(data)
    assert made["type"] == "FeatureCollection"
    ids = [each["properties"]["id"] for each in made["features"]]
    assert ids == [OTHER["id"], FLIGHT["id"], FLIGHT["id"]]
    assert json.loads(encoded(GeoJson())) == {"type": "FeatureCollection", "features": []}


@given(any_positions())
def test_a_line_has_every_place_and_never_crosses_the_antimeridian(seen: Columns) -> None:
    made = json.loads(feature(FLIGHT, seen))
    parts = made["geometry"]["coordinates"]
    lines = {"Point": [[parts]], "LineString": [parts], "MultiLineString": parts}[made["geometry"]["type"]]
    places = [tuple(place[:2]) for line in lines for place in line]
    for lon, lat in zip(seen["lon"].round(5).tolist(), seen["lat"].round(5).tolist(), strict=True):
        assert (lon, lat) in places
    for line in lines:
        assert all(abs(a[0] - b[0]) <= 180 for a, b in pairwise(line))
    assert len(made["properties"]["times"]) == len(seen["time"])
