"""aircraft.json: what readsb and dump1090 see at one moment, `{"now": …, "aircraft": […]}`.

Also with the list under `ac` and `now` in milliseconds. A poll is one document; a recording may hold many.
"""

import math
from collections import Counter
from typing import Any

import msgspec
import numpy as np

from aerotrack.core.observations import Observations
from aerotrack.decode.documents import Documents, read_as
from aerotrack.decode.readsb_json import Aircraft, AircraftObjects
from aerotrack.decode.stamps import seconds


class _Document(msgspec.Struct, gc=False):
    aircraft: list[Aircraft] | None = None
    ac: list[Aircraft] | None = None
    now: Any = None


class _AnyDocument(msgspec.Struct, gc=False):
    """A document in which something has another type than it should."""

    aircraft: Any = None
    ac: Any = None
    now: Any = None


_DOCUMENT = msgspec.json.Decoder(_Document)
_ANY_DOCUMENT = msgspec.json.Decoder(_AnyDocument)


class AircraftJson:
    """Decodes aircraft.json documents. One decoder per feed: it tells new positions from repeated ones.

    `newest` is the greatest `now` of a document so far, Unix seconds, 0 before the first. The stamps of a
    document count also when it is live: one that the receiver no longer renews must not look new.
    """

    def __init__(self) -> None:
        self._documents = Documents()
        self._aircraft = AircraftObjects()
        self.newest = 0.0

    def feed(self, data: bytes, now: float | None) -> Observations:
        """Read on; see Decoder.

        Refuses `bad_json`, `no_aircraft`, and what Documents and AircraftObjects refuse.
        """
        documents, refused = self._documents.feed(data)
        return self._read(documents, now, refused)

    def document(self, text: bytes, now: float | None) -> Observations:
        """Read one document that is there as a whole: several times as fast as to look for its end."""
        return self._read([text], now, Counter())

    def end(self, now: float | None) -> Observations:
        """Give up on an unfinished document. The next `feed` begins a new one."""
        del now
        refused = self._documents.end()
        return Observations.none(refused=+refused, messages=refused.total())

    def _read(self, documents: list[bytes], now: float | None, refused: Counter[str]) -> Observations:
        objects: list[Aircraft] = []
        made: list[float] = []
        for document in documents:
            aircraft, stamp = _document(document, refused)
            objects += aircraft
            made += [now if now is not None and math.isnan(stamp) else stamp] * len(aircraft)
            self.newest = max(self.newest, stamp)
        messages = refused.total() + len(objects)
        return self._aircraft.read(objects, np.array(made, np.float64), messages=messages, refused=refused)


def _document(text: bytes, refused: Counter[str]) -> tuple[list[Aircraft], float]:
    """Return the aircraft objects of a document and its time, NaN where it has none."""
    document = read_as(_DOCUMENT, _ANY_DOCUMENT, text, refused)
    if document is None:
        return [], float("nan")
    aircraft = document.ac if document.aircraft is None else document.aircraft
    if type(aircraft) is not list:
        refused["no_aircraft"] += 1
        return [], float("nan")
    if isinstance(document, _AnyDocument):
        aircraft = [msgspec.convert(o, Aircraft) if type(o) is dict else Aircraft() for o in aircraft]
    return aircraft, seconds(document.now)
