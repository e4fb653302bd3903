import json

import numpy as np

from aerotrack.web.flight_json import POSITION_NAMES
from aerotrack.web.track import track_as_csv, track_as_geojson, track_as_json
from fakes import START, rows_of

FLIGHT = b'{"id":"4ca2d6-6740a31c"}'


def geometry(lat: list[float], lon: list[float]) -> object:
    columns = rows_of([0x4CA2D6] * len(lat), time=START + np.arange(len(lat)), lat=lat, lon=lon)
    return json.loads(track_as_geojson(FLIGHT, columns))["geometry"]


def test_a_route_is_a_line() -> None:
    assert geometry([50.0, 50.1], [8.0, 8.1]) == {
        "type": "LineString",
        "coordinates": [[8.0, 50.0], [8.1, 50.1]],
    }


def test_a_route_across_the_antimeridian_is_cut_there() -> None:
    assert geometry([0.0, 1.0], [179.0, -179.0]) == {
        "type": "MultiLineString",
        "coordinates": [[[179.0, 0.0], [180.0, 0.5]], [[-180.0, 0.5], [-179.0, 1.0]]],
    }
    assert geometry([0.0, 1.0], [-179.0, 179.0]) == {
        "type": "MultiLineString",
        "coordinates": [[[-179.0, 0.0], [-180.0, 0.5]], [[180.0, 0.5], [179.0, 1.0]]],
    }


def test_one_place_is_a_point_and_none_is_nothing() -> None:
    assert geometry([50.0], [8.0]) == {"type": "Point", "coordinates": [8.0, 50.0]}
    assert geometry([], []) is None


def test_each_place_of_the_line_has_its_time() -> None:
    columns = rows_of([1, 1, 1], time=START + np.arange(3), lat=[50.0, np.nan, 50.2], lon=[8.0, np.nan, 8.2])
    feature = json.loads(track_as_geojson(FLIGHT, columns))
    assert feature["properties"] == {
        "id": "4ca2d6-6740a31c",
        "times": ["2024-11-22T15:28:28.000Z", "2024-11-22T15:28:30.000Z"],
    }


def test_a_table_has_a_line_for_each_position_with_empty_cells_for_the_unknown() -> None:
    columns = rows_of([1], time=START, lat=50.0, lon=8.0, on_ground=0, squawk=21)
    columns["feed"] = np.array(["the roof, left"], object)
    answer = track_as_csv("000001-6740a31c", columns)
    assert bytes(answer.body).decode().splitlines() == [
        ",".join(POSITION_NAMES),
        '2024-11-22T15:28:28.000Z,50.0,8.0,,,false,,,,0021,,"the roof, left"',
    ]
    assert answer.headers["content-disposition"] == 'attachment; filename="000001-6740a31c.csv"'


def test_a_route_of_no_positions_is_an_empty_list() -> None:
    answer = track_as_json(FLIGHT, rows_of([]))
    assert json.loads(bytes(answer.body)) == {"flight": {"id": "4ca2d6-6740a31c"}, "positions": []}
