"""OpenSky's history as CSV: a header of its columns, then a state a line, as its samples and exports have it.

    time,icao24,lat,lon,velocity,heading,vertrate,callsign,onground,alert,spi,squawk,baroaltitude,geoaltitude,
    lastposupdate,lastcontact

Metric. A state repeats what was heard before it: the position is of `lastposupdate`, the rest of
`lastcontact`.
"""

import csv
from collections import Counter
from collections.abc import Mapping

import numpy as np

from aerotrack.core.observations import Observations
from aerotrack.decode.cells import Cells, Values
from aerotrack.decode.lines import LineByLine
from aerotrack.decode.stamps import moments
from aerotrack.decode.state_vectors import StateVectors

_NAMES: Mapping[str, str] = {
    "icao24": "icao24",
    "lat": "latitude",
    "lon": "longitude",
    "velocity": "velocity",
    "heading": "true_track",
    "vertrate": "vertical_rate",
    "callsign": "callsign",
    "onground": "on_ground",
    "squawk": "squawk",
    "baroaltitude": "baro_altitude",
    "geoaltitude": "geo_altitude",
    "lastposupdate": "time_position",
    "lastcontact": "last_contact",
}
"""Their names for what StateVectors calls otherwise."""
_NEEDED = frozenset(("time", "icao24", "lat", "lon", "lastposupdate", "lastcontact"))


def is_header(line: bytes) -> bool:
    """Say whether a line is the header of such a table. Columns may be missing, if they are not needed."""
    return set(_cells(line)) >= _NEEDED


class OpenSkyCsv(LineByLine):
    """Decodes a table of states. The header may come again, where files were put together.

    Refuses `too_long`, `bad_line`, and what StateVectors refuses.
    """

    def __init__(self) -> None:
        super().__init__()
        self._vectors = StateVectors()
        self._names: list[str] = []

    def _read(self, lines: list[bytes], too_long: int, now: float | None) -> Observations:
        del now
        refused = Counter(too_long=too_long)
        columns: dict[str, Values] = {"time": [], **{name: [] for name in _NAMES}}
        begin, told = 0, 0
        for end in [
            *(i for i, line in enumerate(lines) if b"icao24" in line and is_header(line)),
            len(lines),
        ]:
            rows = [row for row in map(_cells, lines[begin:end]) if len(row) == len(self._names) > 0]
            refused["bad_line"] += end - begin - len(rows)
            told += len(rows)
            table = dict(zip(self._names, zip(*rows, strict=True), strict=True)) if rows else {}
            for name in columns:
                columns[name] += table.get(name) or [None] * len(rows)
            if end < len(lines):
                self._names, begin = _cells(lines[end]), end + 1
        cells = Cells(refused)
        made = moments(cells.spelled(columns.pop("time")))
        vectors = {_NAMES[name]: [v or None for v in values] for name, values in columns.items()}
        messages = told + refused["too_long"] + refused["bad_line"]
        return self._vectors.read(vectors, np.asarray(made), cells, messages=messages)


def _cells(line: bytes) -> list[str]:
    """Cut a line into its cells; none if it is no line of a table."""
    text = line.decode("utf-8", "replace").lstrip("\ufeff")
    if '"' not in text:
        return [cell.strip() for cell in text.split(",")]
    try:
        return [cell.strip() for cell in next(csv.reader([text], strict=True), [])]
    except csv.Error:  # a quote that is not closed
        return []
