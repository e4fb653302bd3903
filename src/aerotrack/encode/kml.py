"""KML 2.2 with Google's tracks: a Placemark for each flight, with a time for every place.

Format: https://developers.google.com/kml/documentation/kmlreference#gxtrack
"""

from collections.abc import Sequence
from typing import Literal
from xml.sax.saxutils import escape, quoteattr

from aerotrack.core.columns import Columns
from aerotrack.encode import Flight
from aerotrack.encode.route import Route, by_flight
from aerotrack.encode.texts import facts, title

_HEAD = (
    '<?xml version="1.0" encoding="UTF-8"?>\n'
    '<kml xmlns="http://www.opengis.net/kml/2.2" xmlns:gx="http://www.google.com/kml/ext/2.2">\n'
    "<Document>\n<name>AeroTrack</name>\n"
)
_CLOSE = "</gx:MultiTrack>\n</Placemark>\n"


class Kml:
    """Encodes a Document.

    A flight that comes in several runs has a gx:Track for each, joined into one line.
    """

    order: Literal["time", "flight"] = "flight"
    media_type = "application/vnd.google-earth.kml+xml"

    def __init__(self) -> None:
        self._open = ""  # the flight whose Placemark is open

    def begin(self) -> bytes:
        """Open the document."""
        return _HEAD.encode()

    def add(self, flights: Sequence[Flight], positions: Columns) -> bytes:
        """Write a track for each run of a flight's positions; see Encoder."""
        parts: list[str] = []
        for index, run in by_flight(positions):
            flight = flights[index]
            if flight["id"] != self._open:
                parts += [_CLOSE if self._open else "", _placemark(flight)]
                self._open = flight["id"]
            parts.append(_track(Route.of(run)))
        return "".join(parts).encode()

    def end(self) -> bytes:
        """Close what is open."""
        return f"{_CLOSE if self._open else ''}</Document>\n</kml>\n".encode()


def _placemark(flight: Flight) -> str:
    data = "".join(
        f"<Data name={quoteattr(name)}><value>{escape(text)}</value></Data>"
        for name, text in facts(flight).items()
    )
    return (
        f"<Placemark>\n<name>{escape(title(flight))}</name>\n<ExtendedData>{data}</ExtendedData>\n"
        "<gx:MultiTrack>\n<altitudeMode>absolute</altitudeMode>\n<gx:interpolate>1</gx:interpolate>\n"
    )


def _track(route: Route) -> str:
    whens = "".join(f"<when>{time}</when>" for time in route.times)
    places = "".join(f"<gx:coord>{' '.join(map(str, place))}</gx:coord>" for place in route.places())
    return f"<gx:Track><altitudeMode>absolute</altitudeMode>\n{whens}\n{places}\n</gx:Track>\n"
