"""What a server says, read: one message of the stream at a time. Pure.

docs/reference/stream-binary.md draws the layout of a binary `changes`; everything else is JSON.
"""

import struct
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import msgspec
import numpy as np
from numpy.typing import NDArray

from aerotrack.core.flights import MOST
from aerotrack.core.identity import ADDRESSES
from aerotrack.core.wire import FACTS, MOTION, Layout, Records, handles_of
from aerotrack.errors import StreamError

_HEAD = struct.Struct(
    "<BBHIIIIId"
)  # kind, flags, zero, since, tick, gone, facts, motion, time in milliseconds
_CHANGES = 1
_MORE = 1
_LATEST = 2.0**53  # milliseconds, beyond which a time is none


@dataclass(frozen=True, slots=True, eq=False)
class Part:
    """A part of a `changes`: from tick `since` to `tick`, true at stream time `time` (Unix seconds).

    `gone` are handles (G,), `facts` and `motion` packed rows (F, 88) and (M, 28). `feeds` is None where their
    list has not changed.
    """

    since: int
    tick: int
    time: float
    more: bool
    gone: NDArray[np.int64]
    facts: Records
    motion: Records
    view: str
    feeds: tuple[str, ...] | None = None


class Hello(msgspec.Struct, frozen=True):
    """The server's first word on a connection, and on each new epoch."""

    version: int
    epoch: str
    tick_seconds: float


class Digest(msgspec.Struct, frozen=True):
    """How many flights the client should hold, and the sum of their hashes in 8 hex digits."""

    tick: int
    flights: int
    hash: str


class Refusal(msgspec.Struct, frozen=True):
    """An `error`: what was wrong with a request, and what to do."""

    code: str
    message: str


class Event(msgspec.Struct, frozen=True):
    """Something that happened to a flight: `members` are those of the message, all but its `type`."""

    members: dict[str, Any]


class _Tail(msgspec.Struct):
    view: str
    feeds: tuple[str, ...] | None = None


_read_tail = msgspec.json.Decoder(_Tail).decode
_read_object = msgspec.json.Decoder(dict[str, Any]).decode


def read_text(text: str) -> Hello | Digest | Refusal | Event | None:
    """Read a text message; None for one that asks for nothing to be done. Raises StreamError."""
    try:
        members = _read_object(text)
        match members.pop("type", None):
            case "hello":
                return msgspec.convert(members, Hello)
            case "digest":
                return msgspec.convert(members, Digest)
            case "error":
                return msgspec.convert(members, Refusal)
            case "event":
                return Event(members)
            case _:  # a pong, or what a later server may say
                return None
    except msgspec.MsgspecError as error:
        raise StreamError(f"{text[:80]!r} is no message of AeroTrack's stream ({error}): {_MEND}") from None


def read_part(message: bytes) -> Part | None:
    """Read a binary message; None for one of a kind that is not known. Raises StreamError."""
    if message[:1] != bytes([_CHANGES]):
        return None
    try:
        _, flags, _, since, tick, gone, facts, motion, milliseconds = _HEAD.unpack_from(message)
        end = _HEAD.size + 4 * gone
        handles = np.frombuffer(message, "<u4", gone, _HEAD.size).astype(np.int64)
        told, end = _records(FACTS, message, facts, end)
        moved, end = _records(MOTION, message, motion, end)
        tail = _read_tail(memoryview(message)[end:])
    except (struct.error, ValueError, msgspec.MsgspecError) as error:
        raise _broken(message, str(error)) from None
    part = Part(
        since, tick, milliseconds / 1000.0, bool(flags & _MORE), handles, told, moved, tail.view, tail.feeds
    )
    _check(part, message)
    return part


def joined(parts: Sequence[Part]) -> Part:
    """Make one of the parts of a `changes`."""
    if len(parts) == 1:
        return parts[0]
    first, last = parts[0], parts[-1]
    return Part(
        first.since,
        first.tick,
        first.time,
        last.more,
        np.concatenate([part.gone for part in parts]),
        np.concatenate([part.facts for part in parts]),
        np.concatenate([part.motion for part in parts]),
        last.view,
        next((part.feeds for part in parts if part.feeds is not None), None),
    )


_MEND = "use the release of AeroTrack that the server has."


def _records(layout: Layout, message: bytes, count: int, begin: int) -> tuple[Records, int]:
    """Return `count` records from byte `begin` on, and where they end."""
    octets = np.frombuffer(message, np.uint8, count * layout.size, begin)
    return octets.reshape(count, layout.size), begin + len(octets)


def _check(part: Part, message: bytes) -> None:
    """Refuse what would make the table grow without bound, or break it."""
    for records in (part.facts, part.motion):
        handles = handles_of(records)
        if not ((handles > 0) & (handles <= MOST)).all():
            raise _broken(message, f"a handle is not between 1 and {MOST}")
    if (FACTS.get(part.facts, "address") >= ADDRESSES).any():
        raise _broken(message, "an address has more than 25 bits")
    if not abs(part.time) < _LATEST / 1000.0:
        raise _broken(message, f"{part.time} is no time")


def _broken(message: bytes, why: str) -> StreamError:
    return StreamError(f"A changes of {len(message)} bytes cannot be read ({why}): {_MEND}")
