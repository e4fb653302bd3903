"""The route of a flight as JSON, and as a file of the formats that flights are exported in."""

from collections.abc import Generator
from typing import Any, Literal, get_args

import numpy as np
import orjson
from starlette.responses import Response, StreamingResponse

from aerotrack.core.columns import Columns
from aerotrack.encode import Encoder, Flight
from aerotrack.encode.formats import FORMATS
from aerotrack.encode.geojson import GeoJson, feature
from aerotrack.web import schemas
from aerotrack.web.answers import SLICE, in_slices
from aerotrack.web.flight_json import POSITION_NAMES, positions

TrackFormat = Literal["json", "geojson", "csv", "kml", "gpx"]
_SHAPES = ("Point", "LineString", "MultiLineString")
_TEXT = {"type": "string"}
_ROWS = 10_000  # written at a time, in a thread


def described(flight: dict[str, Any]) -> dict[int | str, dict[str, Any]]:
    """Describe the answers: one of each format, `flight` as the schema says it."""
    times = schemas.list_of(schemas.TIME) | {"description": "one for each place that is a position"}
    with_times = schemas.record(**flight["properties"], times=times)
    files = {FORMATS[name]().media_type: _TEXT for name in get_args(TrackFormat) if name != "json"}
    shown = {GeoJson.media_type: schemas.feature(*_SHAPES, properties=with_times)}
    return schemas.just(
        schemas.record(flight=flight, positions=schemas.list_of(schemas.position())), files | shown
    )


def track_as_json(flight: bytes, columns: Columns) -> Response:
    """Answer with the flight (JSON) and its stored positions."""

    def write(part: slice) -> list[bytes]:
        return positions(_cut(columns, part))

    return in_slices(
        len(columns["time"]),
        write,
        head=b'{"flight":' + flight + b',"positions":[',
        tail=b"]}",
        media_type="application/json",
    )


def track_as_file(format_: str, flight: bytes, columns: Columns) -> Response:
    """Answer with a file of the flight (JSON): `csv`, `kml` or `gpx` to be saved, or one GeoJSON Feature."""
    known, encoder = orjson.loads(flight), FORMATS[format_]()
    if format_ == "geojson":
        pieces, headers = (feature(known, columns) for _ in range(1)), {}
    else:
        pieces = _pieces(encoder, known, columns)
        headers = {"Content-Disposition": f'attachment; filename="{known["id"]}.{format_}"'}
    if len(columns["time"]) <= SLICE:
        return Response(b"".join(pieces), media_type=encoder.media_type, headers=headers)
    return StreamingResponse(pieces, media_type=encoder.media_type, headers=headers)


def _pieces(encoder: Encoder, flight: Flight, columns: Columns) -> Generator[bytes]:
    """Write the file piece by piece: a plain generator, which is run in a thread when it is streamed."""
    count = len(columns["time"])
    yield encoder.begin()
    for begin in range(0, count, _ROWS):
        part = _cut(columns, slice(begin, begin + _ROWS))
        yield encoder.add([flight], {**part, "flight": np.zeros(len(part["time"]), np.intp)})
    yield encoder.end()


def _cut(columns: Columns, part: slice) -> Columns:
    return {name: columns[name][part] for name in POSITION_NAMES}
