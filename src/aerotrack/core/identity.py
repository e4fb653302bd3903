"""Who is who: aircraft are 24-bit ICAO addresses, flights are an aircraft and the second it was first heard.

An address is a uint32 of 24 bits; bit 24 marks one that ICAO did not assign (printed with `~`). A flight id
is `address << 32 | start second` as a bigint and `4ca2d6-6740a31c` as text.
"""

import re
from typing import Any

import numpy as np
from numpy.typing import NDArray

from aerotrack.errors import SettingsError

NOT_ICAO = 1 << 24
ADDRESSES = 1 << 25  # how many different addresses there are
_AIRCRAFT = re.compile(r"(~?)([0-9a-fA-F]{6})")
_FLIGHT = re.compile(r"(~?[0-9a-fA-F]{6})-([0-9a-fA-F]{1,8})")


def icao24(address: int) -> str:
    """Write an address as users read it: 6 hex digits, `~` before it when it is not an ICAO address."""
    return f"~{address & 0xFFFFFF:06x}" if address & NOT_ICAO else f"{address:06x}"


def parse_icao24(text: str) -> int:
    """Read what `icao24` writes, in either case. Raises SettingsError for anything else."""
    match = _AIRCRAFT.fullmatch(text)
    if match is None:
        raise SettingsError(f"{text!r} is no aircraft address: give 6 hexadecimal digits, such as 4ca2d6.")
    return int(match[2], 16) | (NOT_ICAO if match[1] else 0)


def flight_text(address: int, start: int) -> str:
    """Write a flight's id as text, such as `4ca2d6-6740a31c`."""
    return f"{icao24(address)}-{start:08x}"


def parse_flight(text: str) -> tuple[int, int]:
    """Read what `flight_text` writes: (address, start second). Raises SettingsError for anything else."""
    match = _FLIGHT.fullmatch(text)
    if match is None:
        raise SettingsError(f"{text!r} is no flight id: give one such as 4ca2d6-6740a31c.")
    return parse_icao24(match[1]), int(match[2], 16)


def flight_ids(address: NDArray[Any], start: NDArray[Any]) -> NDArray[np.int64]:
    """Pack identities (N,) into the bigints that name flights in SQL."""
    return (address.astype(np.int64) << 32) | start.astype(np.int64)


def unpack_flight(flight_id: int) -> tuple[int, int]:
    """Split a bigint flight id into (address, start second)."""
    return flight_id >> 32, flight_id & 0xFFFFFFFF


def flight_texts(address: NDArray[Any], start: NDArray[Any]) -> list[str]:
    """Write the ids of N flights."""
    return [flight_text(a, s) for a, s in zip(address.tolist(), start.tolist(), strict=True)]
