"""readsb's traces: one aircraft's day in one JSON document, `trace_full_4ca2d6.json` (mostly gzip inside).

    {"icao", "r", "t", "timestamp", "trace": [[seconds after timestamp, lat, lon, altitude | "ground" | null,
      speed, track, flags, vertical rate, aircraft object | null, source, geometric altitude, …], …]}

Format: "trace jsons" in README-json.md of readsb (facts; no code). Rows may be shorter. Of the flags, 8 says
that the altitude is geometric. On the ground the track is a heading, so it is left out.
"""

from collections import Counter
from typing import Any

import msgspec
import numpy as np

from aerotrack.core.observations import Observations
from aerotrack.decode.documents import OneDocument
from aerotrack.decode.readsb_json import Aircraft, AircraftObjects
from aerotrack.decode.stamps import seconds

_PLACED = 4  # time, place and altitude: what a row has at least
_GEOMETRIC = 8
_LONGEST_S = 1e7
_EMPTY: tuple[None, ...] = (None,) * 11


class _Trace(msgspec.Struct, gc=False):
    """A document: the keys that are read, whatever is under them."""

    icao: Any = None
    r: Any = None
    t: Any = None
    operator: Any = msgspec.field(default=None, name="ownOp")
    timestamp: Any = None
    trace: Any = None


_DOCUMENT = msgspec.json.Decoder(_Trace)


class ReadsbTrace:
    """Decodes one trace. It is one document, so its rows come at its end."""

    def __init__(self) -> None:
        self._text = OneDocument()

    def feed(self, data: bytes, now: float | None) -> Observations:
        """Read on; see Decoder. Refuses `too_long`: a document of more than 64 MiB."""
        del now
        return self._text.feed(data)

    def end(self, now: float | None) -> Observations:
        """Read the document.

        Refuses `truncated` (one that is cut off, or no JSON), `no_aircraft` (one without a trace), `bad_line`
        (a row that is none) and what AircraftObjects refuses.
        """
        del now
        text = self._text.end()
        if not text.strip():
            return Observations.none()
        try:
            document = _DOCUMENT.decode(text)
        except (ValueError, RecursionError):  # bad JSON, bad UTF-8; too many brackets
            return Observations.none(refused={"truncated": 1}, messages=1)
        if type(document.trace) is not list:
            return Observations.none(refused={"no_aircraft": 1}, messages=1)
        rows = [row for row in document.trace if type(row) is list and len(row) >= _PLACED]
        refused: Counter[str] = Counter(bad_line=len(document.trace) - len(rows))
        base = seconds(document.timestamp)
        times = np.array([base + _offset(row[0]) for row in rows], np.float64)
        objects = [_aircraft(document, row) for row in rows]
        return AircraftObjects().read(objects, times, messages=len(document.trace), refused=refused)


def _offset(value: Any) -> float:
    """Read how many seconds after its document's time a row is; NaN if that is no sensible number."""
    return value if type(value) in (int, float) and 0 <= value < _LONGEST_S else float("nan")


def _aircraft(document: _Trace, row: list[Any]) -> Aircraft:
    """Return a row as the aircraft object that readsb would have printed then."""
    wide: tuple[Any, ...] = (*row, *_EMPTY)
    _, lat, lon, altitude, speed, track, flags, rate, details, source, geometric = wide[: len(_EMPTY)]
    told = msgspec.convert(details, Aircraft) if type(details) is dict else Aircraft()
    if type(flags) is int and flags & _GEOMETRIC and altitude != "ground":
        geometric, altitude = altitude if geometric is None else geometric, None
    return Aircraft(
        hex=document.icao,
        type=told.type if source is None else source,
        flight=told.flight,
        r=document.r,
        t=document.t,
        category=told.category,
        operator=document.operator,
        alt_baro=altitude,
        alt_geom=geometric,
        gs=speed,
        track=None if altitude == "ground" else track,
        baro_rate=rate,
        squawk=told.squawk,
        emergency=told.emergency,
        nic=told.nic,
        nac_p=told.nac_p,
        lat=lat,
        lon=lon,
    )
