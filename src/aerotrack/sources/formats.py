"""THE TABLE of formats: what decodes each, how a recording is recognised, under which scheme it comes live.

A line in FORMATS makes a format known to every way in which bytes arrive.
"""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass

import orjson

from aerotrack.core.observations import Receiver
from aerotrack.decode import Decoder
from aerotrack.decode.aircraft_json import AircraftJson
from aerotrack.decode.avr import Avr
from aerotrack.decode.beast import Beast
from aerotrack.decode.beast_framing import BeastFraming
from aerotrack.decode.bincraft import BinCraft, is_bincraft
from aerotrack.decode.firehose import Firehose
from aerotrack.decode.frame_csv import LINE, FrameCsv
from aerotrack.decode.json_lines import JsonLines
from aerotrack.decode.opensky import OpenSky
from aerotrack.decode.opensky_csv import OpenSkyCsv
from aerotrack.decode.opensky_csv import is_header as is_opensky_header
from aerotrack.decode.own_csv import OwnCsv, is_header
from aerotrack.decode.readsb_trace import ReadsbTrace
from aerotrack.decode.sbs import Sbs

_SBS = re.compile(rb"(?:MSG|SEL|ID|AIR|STA|CLK),")
_AVR = re.compile(rb"[*:@%<](?:[0-9A-Fa-f]{2}){2,21};")
_AIRCRAFT_LIST = re.compile(rb'"(?:aircraft|ac)"\s*:\s*\[')
_TRACE = re.compile(rb'\{[^\[{]*"trace"\s*:\s*\[')
_LINE_KEY = re.compile(rb'"(?:hex|now)"\s*:')
_FIREHOSE = re.compile(rb'\{[^\n]*"pitr"\s*:')
_STATES = re.compile(rb'\{[^\[{}]*"states"\s*:\s*(?:\[|null)')
_BEFORE_TEXT = b"\xef\xbb\xbf \t\r\n,\x1e"


@dataclass(frozen=True, slots=True)
class Untold:
    """What raw frames do not say of themselves: when the first was heard, Unix seconds, and where."""

    start: float | None = None
    receiver: Receiver | None = None


ALL_TOLD = Untold()


@dataclass(frozen=True, slots=True)
class Format:
    """`begins` says of a recording's first bytes whether they are of it, `decoder` makes what reads it.

    What comes live as well has a `scheme`, as in scheme://HOST:PORT and stdin:?format=scheme; `port` is where
    its programs usually offer it. If it is made of `lines`, datagrams can carry it. What is not `dated` tells
    how long it lasts, but not when it began: Untold.start.
    """

    begins: Callable[[bytes], object]
    decoder: Callable[[Untold], Decoder]
    scheme: str = ""
    port: int = 0
    lines: bool = True
    dated: bool = True


def format_of(head: bytes) -> str | None:
    """Recognise a format, one of FORMATS or PARQUET, by the beginning of its content."""
    if head.startswith(_PARQUET_MAGIC):
        return PARQUET
    return next((name for name, known in FORMATS.items() if known.begins(head)), None)


def _text(head: bytes) -> bytes:
    return head.lstrip(_BEFORE_TEXT)


def _lines(head: bytes) -> list[bytes]:
    """Return the first two."""
    return [line.strip() for line in _text(head).split(b"\n", 2)[:2]]


def _is_beast(head: bytes) -> bool:
    """Say whether most of it is frames, or heartbeats. It may begin in the middle of one."""
    return 2 * BeastFraming().feed(head).parsed > len(head)


def _is_aircraft_json(head: bytes) -> bool:
    text = _text(head)
    line, newline, _ = text.partition(b"\n")
    whole = line if newline and _is_object(line) else text
    return text.startswith(b"{") and _AIRCRAFT_LIST.search(whole) is not None


def _is_json_lines(head: bytes) -> bool:
    line = _lines(head)[0]
    return line.startswith(b"{") and _LINE_KEY.search(line) is not None


def _is_object(line: bytes) -> bool:
    try:
        return type(orjson.loads(line.rstrip(b" \r,"))) is dict
    except orjson.JSONDecodeError:
        return False


FORMATS: Mapping[str, Format] = {
    "binCraft": Format(is_bincraft, lambda _: BinCraft()),
    "Beast": Format(
        _is_beast,
        lambda untold: Beast(untold.receiver, start=untold.start or 0.0),
        scheme="beast", port=30005, lines=False, dated=False,
    ),
    "AVR": Format(
        lambda head: _AVR.match(_text(head)),
        lambda untold: Avr(untold.receiver, start=untold.start or 0.0),
        scheme="avr", port=30002, dated=False,
    ),
    "CSV of frames": Format(
        lambda head: any(map(LINE.fullmatch, _lines(head))),
        lambda untold: FrameCsv(untold.receiver),
        scheme="frames",
    ),
    "SBS text": Format(lambda head: _SBS.match(_text(head)), lambda _: Sbs(), scheme="sbs", port=30003),
    "readsb trace": Format(lambda head: _TRACE.match(_text(head)), lambda _: ReadsbTrace()),
    "aircraft.json": Format(_is_aircraft_json, lambda _: AircraftJson()),
    "OpenSky JSON": Format(lambda head: _STATES.match(_text(head)), lambda _: OpenSky()),
    "Firehose lines": Format(lambda head: _FIREHOSE.match(_text(head)), lambda _: Firehose()),
    "JSON lines": Format(_is_json_lines, lambda _: JsonLines(), scheme="json", port=30047),
    "AeroTrack's CSV": Format(lambda head: is_header(_lines(head)[0]), lambda _: OwnCsv()),
    "OpenSky CSV": Format(lambda head: is_opensky_header(_lines(head)[0]), lambda _: OpenSkyCsv()),
}  # fmt: skip
"""What can be played as it is read from its beginning to its end, by the name its users know it by.

The first that recognises a file has it.
"""

LIVE: Mapping[str, Format] = {known.scheme: known for known in FORMATS.values() if known.scheme}
"""What also comes as an endless stream, by its scheme."""

PARQUET = "AeroTrack's Parquet"
"""What can be played too, but is no stream."""
_PARQUET_MAGIC = b"PAR1"
