"""The messages of the server to a client, as JSON texts. Pure."""

from collections.abc import Iterator, Sequence

import orjson

from aerotrack.web.flight_json import moment
from aerotrack.web.published import Difference

MOST_BYTES = 256 * 1024
"""A part of a `changes` has at most this many."""

VERSION = 1
PRECISIONS_M = (0,)
_MORE = b'],"more":true}'


def hello(epoch: str, tick: int, time: float, tick_seconds: float, speed: float) -> str:
    """Introduce the server: its epoch (8 hex digits), stream time, pace and precision classes."""
    return _text(
        {
            "type": "hello",
            "version": VERSION,
            "epoch": epoch,
            "tick": tick,
            "time": moment(time),
            "tick_seconds": tick_seconds,
            "speed": int(speed) if speed == int(speed) else speed,
            "precisions_m": PRECISIONS_M,
        }
    )


def error(code: str, message: str) -> str:
    """Say what was wrong with a request, and what to do."""
    return _text({"type": "error", "code": code, "message": message})


def pong(time: float) -> str:
    """Answer a ping with the stream time."""
    return _text({"type": "pong", "time": moment(time)})


def changes(difference: Difference, fragments: Sequence[bytes], view: str) -> list[str]:
    """Lay out a `changes`: one part, or more of at most 256 KiB each, all but the last with `more`.

    `fragments` are the flights of the difference as JSON. No flight of the schema comes near a part's size.
    """
    head = _text(
        {
            "type": "changes",
            "since": difference.since,
            "tick": difference.tick,
            "time": moment(difference.time),
            "view": view,
        }
    ).encode()[:-1]
    gone = [b'"%b"' % name.encode() for name in difference.gone]
    room = MOST_BYTES - len(head) - len(b',"updated":[],"gone":[') - len(_MORE) + 1  # the last has no comma
    parts = list(_parts(fragments, gone, room)) or [([], [])]
    return [
        b"".join(
            (
                head,
                b',"updated":[',
                b",".join(updated),
                b'],"gone":[',
                b",".join(names),
                b"]}" if number == len(parts) else _MORE,
            )
        ).decode()
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


def _text(message: dict[str, object]) -> str:
    return orjson.dumps(message).decode()
