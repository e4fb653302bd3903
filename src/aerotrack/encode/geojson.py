"""GeoJSON (RFC 7946): a Feature for each flight, its route as a line, cut where it crosses 180 degrees."""

from collections.abc import Sequence
from itertools import pairwise
from typing import Any, Literal

import orjson

from aerotrack.core.columns import Columns
from aerotrack.encode import Flight
from aerotrack.encode.route import Route, by_flight
from aerotrack.encode.texts import plain

Place = tuple[float, ...]
_HALF_TURN = 180.0


class GeoJson:
    """Encodes a FeatureCollection, a Feature a line.

    A flight that comes in several runs has a Feature for each.
    """

    order: Literal["time", "flight"] = "flight"
    media_type = "application/geo+json"

    def __init__(self) -> None:
        self._before = b"\n"

    def begin(self) -> bytes:
        """Open the collection."""
        return b'{"type":"FeatureCollection","features":['

    def add(self, flights: Sequence[Flight], positions: Columns) -> bytes:
        """Write a Feature for each run of a flight's positions; see Encoder."""
        parts = []
        for index, run in by_flight(positions):
            parts += [self._before, feature(flights[index], run)]
            self._before = b",\n"
        return b"".join(parts)

    def end(self) -> bytes:
        """Close the collection."""
        return b"\n]}\n"


def feature(flight: Flight, positions: Columns) -> bytes:
    """Write a Feature: the places of a flight as a line [lon, lat, metres], a point if it is one, or null.

    Its properties are the flight and `times`, one for each place that is a position. Where a line crosses
    180 degrees it is cut (RFC 7946, 3.1.9); the two places made there have no time.
    """
    route = Route.of(positions)
    properties = {
        name: plain(value) if isinstance(value, str) else value for name, value in flight.items()
    } | {"times": route.times}
    whole = {
        "type": "Feature",
        "id": properties["id"],
        "geometry": _line(route.places()),
        "properties": properties,
    }
    return orjson.dumps(whole)


def _line(places: Sequence[Place]) -> dict[str, Any] | None:
    if not places:
        return None
    if len(places) == 1:
        return {"type": "Point", "coordinates": places[0]}
    lines = [[places[0]]]
    for place, following in pairwise(places):
        if abs(following[0] - place[0]) > _HALF_TURN:  # the short way is the other way round
            end, start = _crossing(place, following)
            lines[-1].append(end)
            lines.append([start])
        lines[-1].append(following)
    if len(lines) == 1:
        return {"type": "LineString", "coordinates": lines[0]}
    return {"type": "MultiLineString", "coordinates": lines}


def _crossing(place: Place, following: Place) -> tuple[Place, Place]:
    """Return the place where a line crosses 180 degrees, as seen from both sides."""
    edge = _HALF_TURN if place[0] > 0 else -_HALF_TURN
    ahead = following[0] + 2 * edge - place[0]
    part = (edge - place[0]) / ahead if ahead else 0.0  # both places may lie on it
    digits = (5, 1)
    heights = zip(place[1:], following[1:], digits, strict=False)  # no altitude unless both have one
    between = tuple(round(a + part * (b - a), n) for a, b, n in heights)
    return (edge, *between), (-edge, *between)
