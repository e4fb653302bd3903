"""The worked example of docs/reference/stream-binary.md is what the server sends, byte by byte."""

import re
import struct
from pathlib import Path

import numpy as np
import pytest

from aerotrack.core.digest import facts_hash, flight_hash
from aerotrack.core.precision import BOUNDS
from aerotrack.core.wire import FACTS, MOTION
from aerotrack.web.frames import Head, binary_changes
from aerotrack.web.latest import LatestRows
from aerotrack.web.published import PublishedRows
from aerotrack.web.told import packed
from fakes import changes_of, rows_of

PAGE = (Path(__file__).parents[2] / "docs/reference/stream-binary.md").read_text("utf-8")
_DUMP = re.findall(r"^ {4} *\d+  ((?:[0-9a-f]{2} ?)+)$", PAGE, re.MULTILINE)
MESSAGE = bytes.fromhex("".join(_DUMP))
READ = {"u8": "B", "u32": "<I", "f64": "<d", "i32": "<i", "i16": "<h", "i8": "b"}


def test_the_example_is_what_the_server_sends() -> None:
    flight = rows_of(
        0x4CA2D6, row=7, callsign=b"RYR4KT", type_code=b"B738", lat=50.03331, lon=-8.57062, altitude_ft=36000,
        ground_speed_kt=452.3, track_deg=271.4, vertical_rate_fpm=-64, squawk=1000, emergency=0, on_ground=0,
        phase=4, position_source=0, coasting=0, feed=0, time=1732289310.25, last_heard=1732289310.5,
    )  # fmt: skip
    latest = LatestRows()
    published = PublishedRows(latest, BOUNDS[0])
    published.publish(latest.apply(changes_of(1, flight, feeds=("roof",))))
    told = packed(published, np.array([7]), np.array([], np.intp))
    told.gone = {0xABCDEF << 32: 3}
    frame = b"".join(binary_changes(Head(41, 42, 1732289311.0, "world", ("roof",)), told))
    assert frame[4:] == MESSAGE  # after the head of the WebSocket's frame


@pytest.mark.parametrize(
    "row", re.findall(r"^\| (\d+): `([0-9a-f ]+)` \| (\w+)(?: (\S+))? \|", PAGE, re.MULTILINE), ids="/".join
)
def test_each_line_of_the_example_says_what_is_there(row: tuple[str, str, str, str]) -> None:
    offset, octets, kind, value = int(row[0]), bytes.fromhex(row[1]), row[2], row[3]
    assert MESSAGE[offset : offset + len(octets)] == octets
    if kind in ("i24", "u24"):
        assert int.from_bytes(octets, "little", signed=kind == "i24") == int(value)
    elif kind != "text":
        expected = int(value, 0) if kind != "f64" else float(value)
        assert struct.unpack(READ[kind], octets[: struct.calcsize(READ[kind])])[0] == expected


def test_the_hash_of_the_example_is_that_of_its_records() -> None:
    facts = np.frombuffer(MESSAGE, np.uint8, FACTS.size, 36).reshape(1, -1)
    motion = np.frombuffer(MESSAGE, np.uint8, MOTION.size, 36 + FACTS.size).reshape(1, -1)
    (value,) = flight_hash(facts_hash(facts), motion).tolist()
    assert f"has the hash `{value:08x}`" in PAGE
