"""Tables of aircraft as they are passed around: their columns, their quotes, their rows.

    readsb         4ca2d6;EI-DAC;B738;00;BOEING 737-800;2004;RYANAIR;     no header
    OpenSky        icao24,registration,…,typecode,…,operator,…,owner      any header with an address column
    BaseStation    ModeS, Registration, ICAOTypeCode, OperatorFlagCode, RegisteredOwners of a SQL table

The columns of the first are those of the public tar1090-db, which quotes nothing; those of the second are of
OpenSky's metadata, which quotes with `"` or, in its monthly files, with `'`, and has line ends in quotes.
"""

import csv
import re
import unicodedata
from collections.abc import Iterable, Iterator, Sequence
from itertools import chain, islice
from typing import NamedTuple

import numpy as np

from aerotrack.core.aircraft_facts import FACTS, AircraftFacts
from aerotrack.core.columns import BY_NAME
from aerotrack.errors import SettingsError

MOST_ROWS = 1 << 22  # several times as many as there are aircraft
LINES_OF_A_ROW = 20  # beyond this a quote was left open
_CHUNK = 1 << 13
_ADDRESS = re.compile(r"(?!000000)[0-9A-Fa-f]{6}")
_TYPE = re.compile(r"[A-Z0-9]{2,4}")
_HEADLESS = re.compile(r"""['"]?[0-9A-Fa-f]{6}['"]?;""")

NAMES = {
    "address": ("icao24", "icao", "hex", "modes"),
    "registration": ("registration", "reg"),
    "type_code": ("typecode", "type_code", "icaotypecode"),
    "category": ("categorydescription",),
    "operator": ("operator", "registeredowners", "owner", "ownop", "operatorflagcode"),
}
"""What the address and each fact may be called, in small letters, the best first."""
_READSB = ("icao", "registration", "type_code", "flags", "description", "year", "owner")
_CATEGORIES = {
    "light": "A1", "small": "A2", "large": "A3", "high vortex large": "A4", "heavy": "A5",
    "high performance": "A6", "rotorcraft": "A7", "glider / sailplane": "B1", "lighter-than-air": "B2",
    "parachutist / skydiver": "B3", "ultralight / hang-glider / paraglider": "B4",
    "unmanned aerial vehicle": "B6", "space / trans-atmospheric vehicle": "B7",
}  # fmt: skip
"""OpenSky's words for emitter categories, without what is in brackets after them."""

Line = str | None
"""A line without its end; None for one that cannot be read."""
Row = tuple[str, ...] | None
"""An address as it is written and FACTS; None for a row that cannot be read."""


class Database(NamedTuple):
    """What a database told: the aircraft, and how many rows had to be left out."""

    facts: AircraftFacts
    skipped: int


def gathered(rows: Iterable[Row]) -> Database:
    """Put rows into columns, chunk by chunk: as texts of Python, all would take ten times the memory.

    Raises SettingsError for more than MOST_ROWS.
    """
    rows = iter(rows)
    addresses = [np.empty(0, np.uint32)]
    columns = {name: [BY_NAME[name].blank(0)] for name in FACTS}
    count = 0
    while chunk := list(islice(rows, _CHUNK)):
        count += len(chunk)
        if count > MOST_ROWS:
            raise SettingsError(f"it has more than {MOST_ROWS} rows.")
        told = [row for row in chunk if row is not None and _ADDRESS.fullmatch(row[0])]
        addresses.append(np.array([int(row[0], 16) for row in told], np.uint32))
        for place, name in enumerate(FACTS, start=1):
            columns[name].append(np.array([row[place] for row in told], BY_NAME[name].dtype))
    address = np.concatenate(addresses)
    whole = {name: np.concatenate(columns.pop(name)) for name in FACTS}  # the parts of one go before the next
    facts = AircraftFacts.of(address, whole)
    return Database(facts, count - len(address))


def table_rows(lines: Iterable[Line]) -> Iterator[Row]:
    """Read a table of text. Raises SettingsError for one that is none of these."""
    lines = iter(lines)
    head = list(islice(lines, LINES_OF_A_ROW))
    first = next((line for line in head if line), "")
    comma = ";" if first.count(";") > first.count(",") else ","
    mark = "'" if first.startswith("'") else '"'
    names = [name.strip().strip(mark).lower() for name in first.split(comma)]
    if any(name in names for name in NAMES["address"]):
        rest = chain(head[head.index(first) + 1 :], lines)
        return _cut(_records(rest, mark), places(names), comma, mark)
    if any(line and _HEADLESS.match(line) for line in head):
        return _cut(chain(head, lines), places(_READSB), ";", mark)
    raise SettingsError("it has neither readsb's columns nor a header with icao24.")


def places(names: Sequence[str]) -> list[list[int]]:
    """Say for the address and each of FACTS which columns may tell it, the best first."""
    facts = ("address", *FACTS)
    return [[names.index(name) for name in NAMES[fact] if name in names] for fact in facts]


def row_of(cells: Sequence[str], where: list[list[int]]) -> Row:
    """Make a row of these cells; what its column cannot hold is not known, but long operators are cut."""
    address, registration, type_code, category, operator = [_first(cells, columns) for columns in where]
    registration, type_code = registration.upper(), type_code.upper()
    return (
        address,
        registration if len(registration) <= BY_NAME["registration"].width else "",
        type_code if _TYPE.fullmatch(type_code) else "",
        _CATEGORIES.get(category.partition("(")[0].strip().lower(), "") if category else "",
        operator[: BY_NAME["operator"].width].rstrip(),
    )


def _first(cells: Sequence[str], columns: list[int]) -> str:
    """Return the first of these columns that says anything."""
    for column in columns:
        if column < len(cells) and (text := _plain(cells[column])):
            return text
    return ""


def _plain(text: str) -> str:
    """Write a text without accents and control characters."""
    if text.isascii() and text.isprintable():
        return text.strip()
    ascii_ = unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode()
    return "".join(letter if letter.isprintable() else " " for letter in ascii_).strip()


def _cut(records: Iterable[Line], where: list[list[int]], comma: str, mark: str) -> Iterator[Row]:
    """Cut records into cells."""
    for record in records:
        if record is None:
            yield None
        elif mark not in record:
            if record:
                yield row_of(record.split(comma), where)
        else:
            try:
                yield row_of(_cells(record, comma, mark), where)
            except csv.Error:  # its lines belong to different rows after all
                for line in record.split("\n"):
                    yield row_of(line.replace(mark, "").split(comma), where)


def _cells(record: str, comma: str, mark: str) -> list[str]:
    """Cut one record. It has a reader of its own, so that no quote reaches beyond it."""
    return next(csv.reader((record,), delimiter=comma, quotechar=mark), [])


def _records(lines: Iterable[Line], mark: str) -> Iterator[Line]:
    """Join lines while a quote is open. One that nobody closes stays a line."""
    waiting: list[str] = []
    for line in lines:
        if line is None:
            yield from (*waiting, None)
            waiting = []
        elif line.count(mark) % 2 == 0 and not waiting:
            yield line
        else:
            waiting.append(line)
            if line.count(mark) % 2 and len(waiting) > 1:
                yield "\n".join(waiting)
                waiting = []
            elif len(waiting) == LINES_OF_A_ROW:
                yield from waiting
                waiting = []
    yield from waiting
