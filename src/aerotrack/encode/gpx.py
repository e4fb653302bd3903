"""GPX 1.1: a track for each flight, with elevation in metres and time.

Format: https://www.topografix.com/GPX/1/1/
"""

from collections.abc import Sequence
from typing import Literal
from xml.sax.saxutils import escape

from aerotrack.core.columns import Columns
from aerotrack.encode import Flight
from aerotrack.encode.route import Route, by_flight
from aerotrack.encode.texts import facts, title

_HEAD = (
    '<?xml version="1.0" encoding="UTF-8"?>\n'
    '<gpx version="1.1" creator="AeroTrack" xmlns="http://www.topografix.com/GPX/1/1">\n'
)
_CLOSE = "</trkseg>\n</trk>\n"


class Gpx:
    """Encodes tracks of one segment each, however many runs a flight comes in."""

    order: Literal["time", "flight"] = "flight"
    media_type = "application/gpx+xml"

    def __init__(self) -> None:
        self._open = ""  # the flight whose segment is open

    def begin(self) -> bytes:
        """Open the document."""
        return _HEAD.encode()

    def add(self, flights: Sequence[Flight], positions: Columns) -> bytes:
        """Write the points of each run of a flight's positions; see Encoder."""
        parts: list[str] = []
        for index, run in by_flight(positions):
            flight = flights[index]
            if flight["id"] != self._open:
                parts += [_CLOSE if self._open else "", _track(flight)]
                self._open = flight["id"]
            parts.append(_points(Route.of(run)))
        return "".join(parts).encode()

    def end(self) -> bytes:
        """Close what is open."""
        return f"{_CLOSE if self._open else ''}</gpx>\n".encode()


def _track(flight: Flight) -> str:
    told = ", ".join(f"{name} {text}" for name, text in facts(flight).items())
    return f"<trk>\n<name>{escape(title(flight))}</name>\n<desc>{escape(told)}</desc>\n<trkseg>\n"


def _points(route: Route) -> str:
    heights = ("" if metres is None else f"<ele>{metres}</ele>" for metres in route.metres)
    return "".join(
        f'<trkpt lat="{lat}" lon="{lon}">{height}<time>{time}</time></trkpt>\n'
        for lon, lat, height, time in zip(route.lon, route.lat, heights, route.times, strict=True)
    )
