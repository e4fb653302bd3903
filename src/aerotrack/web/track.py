"""The route of a flight as JSON, GeoJSON and CSV."""

import csv
import io
from collections.abc import Sequence
from itertools import pairwise
from typing import Any

import numpy as np
import orjson
from starlette.responses import Response

from aerotrack.core.columns import BY_NAME, Columns
from aerotrack.core.values import values_of
from aerotrack.web.answers import in_slices
from aerotrack.web.flight_json import POSITION_NAMES, positions


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


def track_as_csv(flight_id: str, columns: Columns) -> Response:
    """Answer with a table of the stored positions, for a spreadsheet."""

    def write(part: slice) -> list[bytes]:
        cut = _cut(columns, part)
        table = (values_of(BY_NAME[name], cut[name]) for name in POSITION_NAMES)
        return [_csv_lines(list(zip(*table, strict=True)))]

    answer = in_slices(
        len(columns["time"]),
        write,
        head=_csv_lines([POSITION_NAMES]),
        between=b"",
        tail=b"",
        media_type="text/csv",
    )
    answer.headers["Content-Disposition"] = f'attachment; filename="{flight_id}.csv"'
    return answer


def track_as_geojson(flight: bytes, columns: Columns) -> bytes:
    """Write a Feature: the route as a line, cut where it crosses 180 degrees (RFC 7946, 3.1.9), or null.

    Its properties are the flight and `times`, one for each place of the line.
    """
    placed = np.flatnonzero(np.isfinite(columns["lat"]) & np.isfinite(columns["lon"]))
    cut = {name: columns[name][placed] for name in ("time", "lat", "lon")}
    lon, lat, times = (values_of(BY_NAME[name], cut[name]) for name in ("lon", "lat", "time"))
    places = list(zip(lon, lat, strict=True))
    properties = {**orjson.loads(flight), "times": times}
    return orjson.dumps(
        {"type": "Feature", "id": properties["id"], "geometry": _line(places), "properties": properties}
    )


def _line(places: Sequence[tuple[float, float]]) -> dict[str, Any] | None:
    if not places:
        return None
    if len(places) == 1:
        return {"type": "Point", "coordinates": places[0]}
    lines = [[places[0]]]
    for (lon, lat), (next_lon, next_lat) in pairwise(places):
        if abs(next_lon - lon) > 180:  # noqa: PLR2004  the short way is the other way round
            edge = 180.0 if lon > 0 else -180.0
            part = (edge - lon) / (next_lon + 2 * edge - lon)
            crossing = round(lat + part * (next_lat - lat), 5)
            lines[-1].append((edge, crossing))
            lines.append([(-edge, crossing)])
        lines[-1].append((next_lon, next_lat))
    if len(lines) == 1:
        return {"type": "LineString", "coordinates": lines[0]}
    return {"type": "MultiLineString", "coordinates": lines}


def _cut(columns: Columns, part: slice) -> Columns:
    return {name: columns[name][part] for name in POSITION_NAMES}


def _csv_lines(rows: Sequence[Sequence[Any]]) -> bytes:
    text = io.StringIO()
    csv.writer(text).writerows([[_cell(value) for value in row] for row in rows])
    return text.getvalue().encode()


def _cell(value: Any) -> Any:
    if isinstance(value, bool):
        return "true" if value else "false"
    return value  # None is an empty cell
