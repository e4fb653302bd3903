"""Firehose lines: FlightAware's stream as it is kept in files, a JSON object a line, all of its values texts.

    {"pitr":"1700000005","type":"position","ident":"EIN52V","air_ground":"A","alt":"35000","clock":"1700000003",
     "gs":"448","heading":"310","hexid":"4CA2D6","lat":"50.03","lon":"8.57","updateType":"A", …}

Feet and knots; `heading` is the track. Other messages than positions (flight plans, arrivals, keepalives) are
counted and ignored. Format: "Firehose Data Feed" in FlightAware's documentation.
"""

import re
from collections import Counter
from collections.abc import Mapping
from functools import partial
from operator import attrgetter
from typing import Any

import msgspec
import numpy as np
from numpy.typing import NDArray

from aerotrack.core.columns import BY_NAME, POSITION_SOURCES
from aerotrack.core.observations import Observations
from aerotrack.decode.cells import Cells, Values, plain, squawk
from aerotrack.decode.lines import LineByLine
from aerotrack.decode.stamps import in_step, moments

_NUMBERS: Mapping[str, str] = {
    "altitude_ft": "alt",
    "geo_altitude_ft": "alt_gnss",
    "ground_speed_kt": "gs",
    "track_deg": "heading",
    "vertical_rate_fpm": "vertical_rate",
    "nic": "nic",
    "nac_p": "nac_p",
}
_TEXTS: Mapping[str, tuple[str, re.Pattern[str]]] = {
    "callsign": ("ident", re.compile(r"[A-Za-z0-9 ._-]{0,8}")),
    "registration": ("reg", re.compile(r"[A-Za-z0-9 ._+-]{0,12}")),
    "type_code": ("aircrafttype", re.compile(r"[A-Z0-9]{0,4}")),
}
_GROUND = {"A": 0, "G": 1, "": -1}
_KINDS = {
    "A": "adsb",
    "Z": "radar",
    "M": "mlat",
    "X": "radar",
    "D": "adsc",
    "S": "adsb",
    "O": "other",
    "P": "other",
}
_SOURCES = {kind: POSITION_SOURCES.index(name) for kind, name in _KINDS.items()} | {"": -1}


class _Message(msgspec.Struct, gc=False):
    """A message: the keys that are read, whatever is under them."""

    type: Any = None
    ident: Any = None
    reg: Any = None
    aircrafttype: Any = None
    air_ground: Any = None
    alt: Any = None
    alt_gnss: Any = None
    clock: Any = None
    gs: Any = None
    heading: Any = None
    hexid: Any = None
    lat: Any = None
    lon: Any = None
    squawk: Any = None
    update_type: Any = msgspec.field(default=None, name="updateType")
    vertical_rate: Any = msgspec.field(default=None, name="vertRate")
    nic: Any = None
    nac_p: Any = None


_MESSAGE = msgspec.json.Decoder(_Message)


class Firehose(LineByLine):
    """Decodes positions, each with its own `clock`, one a line.

    Refuses `too_long`, `bad_json`, `no_address` (many positions by radar have none), `bad_address`,
    `no_time`, `bad_position`, and `bad_field` for each single value that cannot be used.
    """

    def _read(self, lines: list[bytes], too_long: int, now: float | None) -> Observations:
        told = [message for message in map(_message, lines) if message is not None]
        cells = Cells(Counter(too_long=too_long, bad_json=len(lines) - len(told)))
        positions = [message for message in told if message.type == "position"]
        address, usable = cells.addresses(_column(positions, "hexid"))
        time = in_step(moments(cells.spelled(_column(positions, "clock"))), now)
        untimed = usable & np.isnan(time)
        cells.refused["no_time"] += int(untimed.sum())
        rows = np.flatnonzero(usable & ~untimed)
        messages = len(lines) + too_long
        if not len(rows):
            return Observations.none(refused=+cells.refused, messages=messages)
        if len(rows) < len(positions):
            positions = [positions[i] for i in rows.tolist()]
        heard = _columns(positions, cells)
        known = {name: values for name, values in heard.items() if BY_NAME[name].known(values).any()}
        return Observations(address[rows], time[rows], known, refused=+cells.refused, messages=messages)


def _message(line: bytes) -> _Message | None:
    try:
        return _MESSAGE.decode(line.rstrip(b","))
    except (ValueError, RecursionError):  # bad JSON, bad UTF-8, no object; too many brackets
        return None


def _column(positions: list[_Message], key: str) -> Values:
    return list(map(attrgetter(key), positions))


def _columns(positions: list[_Message], cells: Cells) -> dict[str, NDArray[Any]]:
    heard: dict[str, NDArray[Any]] = {}
    heard["lat"], heard["lon"] = cells.place(_column(positions, "lat"), _column(positions, "lon"))
    for name, key in _NUMBERS.items():
        values = _column(positions, key)
        if values.count(None) < len(values):
            heard[name] = cells.column(name, cells.spelled(values))
    meanings: dict[str, tuple[str, Any]] = {
        name: (key, partial(plain, pattern)) for name, (key, pattern) in _TEXTS.items()
    }
    meanings |= {"squawk": ("squawk", _squawk), "on_ground": ("air_ground", _GROUND.get)}
    meanings |= {"position_source": ("update_type", _source)}
    for name, (key, meaning) in meanings.items():
        column = cells.codes(name, _column(positions, key), meaning)
        if column is not None:
            heard[name] = column
    if "position_source" in heard:
        heard["position_source"][np.isnan(heard["lat"])] = -1
    return heard


def _squawk(text: str) -> int | None:
    return squawk(text) if text else -1


def _source(kind: str) -> int:
    return _SOURCES.get(kind, POSITION_SOURCES.index("other"))
