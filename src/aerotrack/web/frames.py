"""The messages of the server to a client: JSON texts, and `changes` in both subprotocols, as frames. Pure.

docs/reference/stream.md and stream-binary.md describe them.
"""

import struct
from collections.abc import Iterator, Sequence
from functools import lru_cache
from typing import Any, NamedTuple

import numpy as np
import orjson

from aerotrack.core.identity import flight_text, unpack_flight
from aerotrack.core.precision import BOUNDS
from aerotrack.core.values import moment
from aerotrack.core.wire import FACTS, MOTION
from aerotrack.web import framing
from aerotrack.web.framing import BINARY, TEXT, framed
from aerotrack.web.told import Told

MOST_BYTES = 256 * 1024
"""A part of a `changes` has at most this many."""

VERSION = 1
PRECISIONS_M = tuple(bound.metres for bound in BOUNDS)
_MORE = b'],"more":true}'
_CHANGES = 1  # the kind of a binary message
_HEAD = struct.Struct("<BBHIIIIId")


class Head(NamedTuple):
    """What stands before the flights of a `changes`."""

    since: int
    tick: int
    time: float
    view: str
    feeds: tuple[str, ...] | None = None  # where the binary client does not know them yet


def text(message: dict[str, Any]) -> bytes:
    """Return a message of JSON as a frame."""
    return framed(TEXT, orjson.dumps(message))


def hello(epoch: str, tick: int, time: float, tick_seconds: float, speed: float) -> dict[str, Any]:
    """Introduce the server: its epoch (8 hex digits), stream time, pace and precision classes."""
    return {
        "type": "hello",
        "version": VERSION,
        "epoch": epoch,
        "tick": tick,
        "time": moment(time),
        "tick_seconds": tick_seconds,
        "speed": int(speed) if speed == int(speed) else speed,
        "precisions_m": PRECISIONS_M,
    }


def error(code: str, message: str) -> dict[str, Any]:
    """Say what was wrong with a request, and what to do."""
    return {"type": "error", "code": code, "message": message}


def pong(time: float) -> dict[str, Any]:
    """Answer a ping with the stream time."""
    return {"type": "pong", "time": moment(time)}


def digest(tick: int, flights: int, total: int) -> dict[str, Any]:
    """Say how many flights a client should hold, and what their hashes sum up to."""
    return {"type": "digest", "tick": tick, "flights": flights, "hash": f"{total:08x}"}


def binary_changes(head: Head, told: Told) -> list[bytes]:
    """Lay out a `changes` for a binary client: one frame, or more of at most 256 KiB each."""
    gone = np.array([*told.gone.values()], "<u4").tobytes() if told.gone else b""
    end = _end(head.view, head.feeds)
    facts, motion = sum(map(len, told.facts)), sum(map(len, told.motion))
    size = _HEAD.size + len(gone) + facts + motion + len(end)
    if size > MOST_BYTES:
        return [*_binary_parts(head, gone, told, end)]
    first = _binary_head(head, len(gone) // 4, facts // FACTS.size, motion // MOTION.size)
    return [b"".join((framing.head(BINARY, size), first, gone, *told.facts, *told.motion, end))]


@lru_cache(maxsize=1 << 14)
def _end(view: str, feeds: tuple[str, ...] | None) -> bytes:
    return orjson.dumps({"view": view} if feeds is None else {"view": view, "feeds": feeds})


def _binary_parts(head: Head, gone: bytes, told: Told, end: bytes) -> Iterator[bytes]:
    room = MOST_BYTES - _HEAD.size - len(end)
    kinds = [(4, gone), (FACTS.size, b"".join(told.facts)), (MOTION.size, b"".join(told.motion))]
    left = [len(records) // size for size, records in kinds]
    while any(left):
        pieces, counts, free = [], [], room
        for number, (size, records) in enumerate(kinds):
            begin, taken = len(records) - left[number] * size, min(left[number], free // size)
            pieces.append(memoryview(records)[begin : begin + taken * size])
            counts.append(taken)
            left[number] -= taken
            free = 0 if left[number] else free - taken * size  # no motion before the facts that it is of
        yield framed(BINARY, b"".join((_binary_head(head, *counts, more=any(left)), *pieces, end)))


def _binary_head(head: Head, gone: int, facts: int, motion: int, *, more: bool = False) -> bytes:
    return _HEAD.pack(_CHANGES, more, 0, head.since, head.tick, gone, facts, motion, round(head.time * 1000))


def json_changes(head: Head, told: Told) -> list[bytes]:
    """Lay out a `changes` for a JSON client: one frame, or more of at most 256 KiB each, with `more`.

    No flight of the schema comes near a part's size.
    """
    before = orjson.dumps(
        {
            "type": "changes",
            "since": head.since,
            "tick": head.tick,
            "time": moment(head.time),
            "view": head.view,
        }
    )[:-1]
    gone = [b'"%b"' % flight_text(*unpack_flight(flight)).encode() for flight in told.gone]
    room = MOST_BYTES - len(before) - len(b',"updated":[],"gone":[') - len(_MORE) + 1  # the last has no comma
    parts = list(_parts(told.texts, gone, room)) or [([], [])]
    return [
        framed(
            TEXT,
            b"".join(
                (
                    before,
                    b',"updated":[',
                    b",".join(updated),
                    b'],"gone":[',
                    b",".join(names),
                    b"]}" if number == len(parts) else _MORE,
                )
            ),
        )
        for number, (updated, names) in enumerate(parts, 1)
    ]


def _parts(
    updated: Sequence[bytes], gone: Sequence[bytes], room: int
) -> Iterator[tuple[Sequence[bytes], Sequence[bytes]]]:
    """Cut both lists, one after the other, into parts whose items and commas take no more than `room`."""
    items = [*updated, *gone]
    border, begin, size = len(updated), 0, 0
    for end, item in enumerate(items):
        if size + len(item) + 1 > room:
            yield items[begin : min(end, border)], items[max(begin, border) : end]
            begin, size = end, 0
        size += len(item) + 1
    if begin < len(items):
        yield items[begin:border], items[max(begin, border) :]
