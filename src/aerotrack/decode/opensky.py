"""OpenSky's `/states/all`, of OpenSky or of any server that answers in its form.

    {"time": 1700000000, "states": null | [[icao24, callsign, country, time_position, last_contact, LON, LAT,
      barometric altitude, on ground, velocity, track, vertical rate, sensors, geometric altitude, squawk,
      spi, source, category], …]}

Metric; longitude first. `source` is 0 ADS-B, 1 radar, 2 MLAT, 3 FLARM; `category` is only there where
`extended=1` was asked for. Format: the documentation of OpenSky's REST API.
"""

import math
from collections import Counter
from operator import attrgetter
from typing import Any

import msgspec
import numpy as np

from aerotrack.core.observations import Observations
from aerotrack.decode.cells import Cells
from aerotrack.decode.documents import LARGEST, read_as
from aerotrack.decode.stamps import seconds
from aerotrack.decode.state_vectors import StateVectors

_BETWEEN = b" \t\r\n,\x1e\xef\xbb\xbf"  # blanks, commas, record separators and byte order marks


class _State(msgspec.Struct, array_like=True, gc=False):
    """A state vector, in the order of its array, whatever stands there; rows may be shorter or longer."""

    icao24: Any = None
    callsign: Any = None
    origin_country: Any = None
    time_position: Any = None
    last_contact: Any = None
    longitude: Any = None
    latitude: Any = None
    baro_altitude: Any = None
    on_ground: Any = None
    velocity: Any = None
    true_track: Any = None
    vertical_rate: Any = None
    sensors: Any = None
    geo_altitude: Any = None
    squawk: Any = None
    spi: Any = None
    position_source: Any = None
    category: Any = None


_NOT_READ = ("origin_country", "sensors", "spi")
_READ = tuple(name for name in _State.__struct_fields__ if name not in _NOT_READ)


class _Document(msgspec.Struct, gc=False):
    states: list[_State] | msgspec.UnsetType | None = msgspec.UNSET
    time: Any = None


class _AnyDocument(msgspec.Struct, gc=False):
    """A document in which something has another type than it should."""

    states: Any = msgspec.UNSET
    time: Any = None


_DOCUMENT = msgspec.json.Decoder(_Document)
_ANY_DOCUMENT = msgspec.json.Decoder(_AnyDocument)


class OpenSky:
    """Decodes `/states/all` documents. One decoder per feed: it tells new positions from repeated ones.

    `newest` is the greatest `time` of a document so far, Unix seconds, 0 before the first. In a recording
    they may follow one another. None has an object within, so each ends at its first closing brace that is
    not in a text; after one, what opens another is a new document, or a damaged text would swallow the next.
    """

    def __init__(self) -> None:
        self._vectors = StateVectors()
        self._parts: list[bytes] = []  # since the last brace
        self._held: list[bytes] = []  # what ended with a brace in a text, as it seems
        self._size = 0
        self._too_long = False
        self.newest = 0.0

    def feed(self, data: bytes, now: float | None) -> Observations:
        """Read on; see Decoder.

        Refuses `too_long` (a document of more than 64 MiB), `bad_json`, `no_aircraft` (one without states),
        and what StateVectors refuses.
        """
        *ends, rest = data.split(b"}")
        refused: Counter[str] = Counter()
        documents = []
        for end in ends:
            self._wait(end, refused)
            documents += self._ended()
        self._wait(rest, refused)
        return self._read(documents, now, refused)

    def document(self, text: bytes, now: float | None) -> Observations:
        """Read one document that is there as a whole."""
        return self._read([text], now, Counter())

    def end(self, now: float | None) -> Observations:
        """Give up on an unfinished document, as `truncated`. The next `feed` begins a new one."""
        del now
        left = b"".join([*self._held, *self._parts]).strip(_BETWEEN)
        self._forget()
        return Observations.none(refused={"truncated": 1}, messages=1) if left else Observations.none()

    def _wait(self, part: bytes, refused: Counter[str]) -> None:
        """Keep a part of an unfinished document, unless that is too large."""
        if self._too_long:
            return
        self._parts.append(part)
        self._size += len(part)
        if self._size > LARGEST:
            refused["too_long"] += 1
            self._forget()
            self._too_long = True

    def _ended(self) -> list[bytes]:
        """Return the documents that a closing brace after `_parts` ends: none if it stands in a text."""
        if self._too_long:
            self._forget()
            return []
        piece = b"".join([*self._parts, b"}"])
        self._parts, self._size = [], self._size + 1
        documents = []
        if self._held and piece.lstrip(_BETWEEN).startswith(b"{"):
            documents.append(b"".join(self._held))
            self._held, self._size = [], len(piece)
        if _ends_in_text(piece) == bool(self._held):
            documents.append(b"".join([*self._held, piece]))
            self._forget()
        else:
            self._held.append(piece)
        return [document.strip(_BETWEEN) for document in documents]

    def _forget(self) -> None:
        self._parts, self._held, self._size, self._too_long = [], [], 0, False

    def _read(self, documents: list[bytes], now: float | None, refused: Counter[str]) -> Observations:
        if not documents:
            return Observations.none(refused=+refused, messages=refused.total())
        states: list[_State] = []
        made: list[float] = []
        for document in documents:
            told, stamp = _document(document, refused)
            states += told
            made += [now if now is not None and math.isnan(stamp) else stamp] * len(told)
            self.newest = max(self.newest, stamp)
        messages = refused.total() + len(states)
        vectors = {name: list(map(attrgetter(name), states)) for name in _READ}
        return self._vectors.read(vectors, np.array(made, np.float64), Cells(refused), messages=messages)


def _ends_in_text(piece: bytes) -> bool:
    """Say whether a text that begins in a piece of JSON goes on after it: its quotes are odd in number."""
    if b"\\" in piece:
        piece = piece.replace(rb"\\", b"").replace(rb"\"", b"")
    return piece.count(b'"') % 2 == 1


def _document(text: bytes, refused: Counter[str]) -> tuple[list[_State], float]:
    """Return the states of a document and its time, NaN where it has none."""
    document = read_as(_DOCUMENT, _ANY_DOCUMENT, text, refused)
    if document is None:
        return [], float("nan")
    states = [] if document.states is None else document.states
    if type(states) is not list:
        refused["no_aircraft"] += 1
        return [], float("nan")
    if isinstance(document, _AnyDocument):
        states = [msgspec.convert(s, _State) if type(s) is list else _State() for s in states]
    return states, seconds(document.time)
