"""One record among a thousand that cannot be used costs none of the others, in any format (T7)."""

import json
import struct
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
import pytest

from aerotrack.decode.modes.frames import LONG
from aerotrack.decode.modes.syndromes import syndromes
from aerotrack.sources.formats import FORMATS, Untold

RECORDS, BAD = 1000, 500
NOON = 1_795_348_800
READ = 4096  # bytes at a time, so that records are cut as well
DAY = "2026-11-22T12:00:00Z"
AT = "2026/11/22,12:00:00.000"

Record = bytes | str | Sequence[Any] | dict[str, Any]
File = Callable[[list[Any]], bytes]


def frame(number: int) -> bytes:
    """Lay out a squitter of an aircraft that tells its velocity."""
    body = bytes([0x8D]) + (0x400000 + number).to_bytes(3, "big") + bytes.fromhex("9944ef0558045c")
    check = int(syndromes(np.frombuffer(body + bytes(3), np.uint8).reshape(1, LONG))[0])
    return body + check.to_bytes(3, "big")


def element(number: int) -> bytes:
    """Lay out an aircraft of binCraft of which nothing is known."""
    return struct.pack("<I", 0x400000 + number).ljust(112, b"\0")


def beast(sent: bytes) -> bytes:
    """Write a frame as a Beast does, all at one time."""
    return b"\x1a3" + (bytes(6) + b"\x80" + sent).replace(b"\x1a", b"\x1a\x1a")


def icao24(number: int) -> str:
    return f"{0x400000 + number:06x}"


def lines(records: list[str]) -> bytes:
    return "".join(f"{record}\n" for record in records).encode()


def under(head: str) -> File:
    return lambda records: lines([head, *records])


def listed(name: str, **more: object) -> File:
    return lambda records: json.dumps({**more, name: records}).encode()


def each(record: Callable[[Any], str]) -> File:
    return lambda records: lines([record(one) for one in records])


SPOILT = frame(BAD)[:5] + b"\xff\xff" + frame(BAD)[7:]
OF_STATES = "time,icao24,lat,lon,velocity,heading,vertrate,callsign,onground,lastposupdate,lastcontact"
EVERY: dict[str, tuple[Callable[[int], Record], Record, File]] = {
    "binCraft": (
        element,
        bytes(112),
        lambda records: struct.pack("<qI", NOON * 1000, 112).ljust(112, b"\0") + b"".join(records),
    ),
    "Beast": (frame, SPOILT, lambda records: b"".join(map(beast, records))),
    "AVR": (frame, SPOILT, each(lambda sent: f"*{sent.hex()};")),
    "CSV of frames": (frame, SPOILT, each(lambda sent: f"{NOON}.5,{sent.hex()}")),
    "SBS text": (
        lambda n: f"MSG,3,1,1,{icao24(n)},1,{AT},{AT},,0,,,50.0,8.5,,,0,,0,0",
        f"MSG,3,1,1,ground,1,{AT},{AT},,30000,,,50.0,8.5,,,0,,0,0",
        lines,
    ),
    "readsb trace": (
        lambda n: [n, 50 + n / 1e3, 8.5, 30000],
        ["ground", {}, [], None],
        listed("trace", icao=icao24(1), timestamp=NOON),
    ),
    "aircraft.json": (
        lambda n: {"hex": icao24(n), "alt_baro": "ground", "seen": 0},
        {"hex": 7, "alt_baro": "ground"},
        listed("aircraft", now=NOON),
    ),
    "OpenSky JSON": (
        lambda n: [icao24(n), None, "Ireland", NOON, NOON, 8.5, 50.0, 0, False, 0, 0, 0],
        "ground",  # no list, so the whole document is read again, loosely
        listed("states", time=NOON),
    ),
    "Firehose lines": (
        lambda n: {"pitr": str(NOON), "type": "position", "hexid": icao24(n), "clock": str(NOON),
                   "lat": "50.0", "lon": "8.5", "alt": "0", "air_ground": "A"},
        {"pitr": str(NOON), "type": "position", "hexid": "ground", "clock": str(NOON)},
        each(json.dumps),
    ),
    "JSON lines": (
        lambda n: {"now": NOON, "hex": icao24(n), "alt_baro": "ground"},
        {"now": NOON, "hex": {}, "alt_baro": "ground"},
        each(json.dumps),
    ),
    "AeroTrack's CSV": (
        lambda n: f"{icao24(n)},{DAY},50.0,8.5,0",
        f"ground,{DAY},50.0,8.5,0",
        under("icao24,time,lat,lon,altitude_ft"),
    ),
    "OpenSky CSV": (
        lambda n: f"{NOON},{icao24(n)},50.0,8.5,0,0,0,,False,{NOON},{NOON}",
        f"{NOON},ground,50.0,8.5,0,0,0,,False,{NOON},{NOON}",
        under(OF_STATES),
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", FORMATS)
def test_one_bad_record_in_a_thousand_costs_itself_and_is_counted(name: str) -> None:
    record, bad, file = EVERY[name]
    data = file([bad if number == BAD else record(number) for number in range(RECORDS)])
    decoder = FORMATS[name].decoder(Untold(start=NOON))
    read = [decoder.feed(data[at : at + READ], None) for at in range(0, len(data), READ)]
    read.append(decoder.end(None))
    assert sum(len(batch) for batch in read) == RECORDS - 1
    assert sum(sum(batch.refused.values()) for batch in read) == 1
    assert sum(batch.messages for batch in read) == RECORDS


def test_every_format_that_is_played_is_asked() -> None:
    assert set(EVERY) == set(FORMATS)
