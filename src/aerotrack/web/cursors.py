"""Cursors: where the next page of a list begins, opaque to clients. Pure.

A cursor is the key of the last item that was sent, not a number of items, so that a list that grows at its
front meanwhile neither repeats an item nor skips one.
"""

import binascii
import math
from base64 import urlsafe_b64decode, urlsafe_b64encode

import orjson

from aerotrack.core.questions import LATEST_S
from aerotrack.errors import SettingsError

_MOST = 200  # characters
_BIGINT = 1 << 63
_LATEST_US = round(LATEST_S * 1e6)


def cursor_of(*key: float | str) -> str:
    """Write a key."""
    return urlsafe_b64encode(orjson.dumps(key)).rstrip(b"=").decode()


def flight_after(cursor: str) -> int:
    """Read the bigint id of the flight that the page comes after. Raises SettingsError."""
    match _key(cursor):
        case [int(flight)] if _number(flight):
            return flight
    raise _unusable(cursor)


def flight_after_at(cursor: str) -> tuple[int, float]:
    """Read the same, and the Unix time at which the first page was asked for. Raises SettingsError."""
    match _key(cursor):
        case [int(flight), int(now) | float(now)] if (
            _number(flight) and not isinstance(now, bool) and math.isfinite(now) and 0 <= now <= LATEST_S
        ):
            return flight, float(now)
    raise _unusable(cursor)


def event_after(cursor: str) -> tuple[int, str]:
    """Read the time in microseconds and the id of the event that a page comes after. Raises SettingsError."""
    match _key(cursor):
        case [int(time_us), str(name)] if _number(time_us, _LATEST_US) and name.isprintable():
            return time_us, name
    raise _unusable(cursor)


def _key(cursor: str) -> object:
    try:
        padded = cursor.encode("ascii") + b"=" * (-len(cursor) % 4)
        return orjson.loads(urlsafe_b64decode(padded)) if len(cursor) <= _MOST else None
    except (ValueError, binascii.Error):
        return None


def _number(value: int, bound: int = _BIGINT) -> bool:
    return not isinstance(value, bool) and 0 <= value < bound


def _unusable(cursor: str) -> SettingsError:
    return SettingsError(
        f"{cursor[:_MOST]!r} is no cursor of this list: give `next` of the page before as it is, or leave "
        "cursor out to begin anew."
    )
