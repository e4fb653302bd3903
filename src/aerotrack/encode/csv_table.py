"""CSV: a line for each position, with the names of the schema above. A value that is not known is empty."""

import csv
import io
from collections.abc import Iterable, Sequence
from typing import Any, Literal

from aerotrack.core.columns import BY_NAME, STORED, Columns
from aerotrack.core.values import values_of
from aerotrack.encode import Flight
from aerotrack.encode.texts import FACTS, cell

POSITION = ("time", *(column.name for column in STORED))
NAMES = (*FACTS, *POSITION)
"""The header."""


class CsvTable:
    """Encodes RFC 4180, UTF-8. Texts that a spreadsheet would run as a formula have a ' before them."""

    order: Literal["time", "flight"] = "time"
    media_type = "text/csv"

    def begin(self) -> bytes:
        """Write the header."""
        return _lines([NAMES])

    def add(self, flights: Sequence[Flight], positions: Columns) -> bytes:
        """Write a line for each position; see Encoder."""
        heads = [tuple(cell(str(flight.get(name) or "")) for name in FACTS) for flight in flights]
        of = positions["flight"].tolist()
        values = zip(*(_cells(name, positions) for name in POSITION), strict=True)
        return _lines((*heads[i], *row) for i, row in zip(of, values, strict=True))

    def end(self) -> bytes:
        """Write nothing: the last line has its end."""
        return b""


def _cells(name: str, positions: Columns) -> list[Any]:
    values = values_of(BY_NAME[name], positions[name])
    if name == "on_ground":
        return [None if value is None else ("true" if value else "false") for value in values]
    if name == "feed":
        return [None if value is None else cell(value) for value in values]
    return values


def _lines(rows: Iterable[Sequence[Any]]) -> bytes:
    text = io.StringIO()
    csv.writer(text).writerows(rows)
    return text.getvalue().encode()
