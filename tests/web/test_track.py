import json

import numpy as np
import pytest
from starlette.responses import StreamingResponse

from aerotrack.encode.csv_table import NAMES
from aerotrack.web.track import track_as_file, track_as_json
from fakes import START, rows_of

FLIGHT = b'{"id":"4ca2d6-6740a31c","icao24":"4ca2d6"}'


def test_a_table_has_a_line_for_each_position_and_is_saved_under_its_flight() -> None:
    columns = rows_of([1], time=START, lat=50.0, lon=8.0, on_ground=0, squawk=21)
    columns["feed"] = np.array(["the roof, left"], object)
    answer = track_as_file("csv", FLIGHT, columns)
    header, line = bytes(answer.body).decode().splitlines()
    assert header == ",".join(NAMES)
    assert line.startswith("4ca2d6-6740a31c,4ca2d6,")
    assert answer.headers["content-disposition"] == 'attachment; filename="4ca2d6-6740a31c.csv"'


def test_geojson_is_one_feature_to_be_shown() -> None:
    answer = track_as_file("geojson", FLIGHT, rows_of([1], time=START, lat=50.0, lon=8.0))
    assert json.loads(bytes(answer.body)) == {
        "type": "Feature",
        "id": "4ca2d6-6740a31c",
        "geometry": {"type": "Point", "coordinates": [8.0, 50.0]},
        "properties": {**json.loads(FLIGHT), "times": ["2024-11-22T15:28:28.000Z"]},
    }
    assert "content-disposition" not in answer.headers


@pytest.mark.parametrize("format_", ["csv", "geojson", "kml", "gpx"])
async def test_a_long_route_is_sent_piece_by_piece_and_whole(format_: str) -> None:
    columns = rows_of(np.ones(25_000), time=START + np.arange(25_000), lat=50.0, lon=8.0)
    answer = track_as_file(format_, FLIGHT, columns)
    assert isinstance(answer, StreamingResponse)
    body = b"".join([piece async for piece in answer.body_iterator if isinstance(piece, bytes)])
    assert body.count(b".000Z") == 25_000
    assert body.rstrip().endswith({"csv": b"", "geojson": b"}}", "kml": b"</kml>", "gpx": b"</gpx>"}[format_])


def test_a_route_of_no_positions_is_an_empty_list() -> None:
    answer = track_as_json(FLIGHT, rows_of([]))
    assert json.loads(bytes(answer.body)) == {"flight": json.loads(FLIGHT), "positions": []}
