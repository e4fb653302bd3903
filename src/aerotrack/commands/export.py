"""`aerotrack export`: history as a file."""

from typing import Annotated

from cyclopts import Parameter

from aerotrack import chores
from aerotrack.commands.options import Store, settings_of
from aerotrack.storage.selection import Selection


def export(
    *,
    flight: Annotated[str | None, Parameter(help="one flight, by its id, such as 4ca2d6-6740a31c")] = None,
    begin: Annotated[
        str | None, Parameter(name="--from", help="from this time on: 2026-03-01T09:00:00Z, or a date")
    ] = None,
    end: Annotated[str | None, Parameter(name="--to", help="to before this time")] = None,
    bbox: Annotated[
        str | None, Parameter(help="only in this box: WEST,SOUTH,EAST,NORTH", allow_leading_hyphen=True)
    ] = None,
    format: Annotated[  # noqa: A002  the option's public name
        str | None, Parameter(help="csv, geojson, kml, gpx or parquet; the file's name tells without it")
    ] = None,
    output: Annotated[
        str,
        Parameter(name=["--output", "-o"], help="the file; - is standard output", allow_leading_hyphen=True),
    ],
    options: Store | None = None,
) -> int:
    """Return the exit status."""
    selection = Selection.of(flight, begin, end, bbox)
    return chores.export(settings_of(options or Store()), selection, format_=format, output=output)
