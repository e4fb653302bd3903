"""Which flights pass a filter, by what is known of them: for the API and the stream alike. Pure."""

from collections.abc import Sequence
from typing import Any

import msgspec
import numpy as np
from numpy.typing import NDArray

from aerotrack.core.columns import EMERGENCIES, Columns
from aerotrack.core.identity import parse_icao24
from aerotrack.errors import SettingsError

ANY = "any"
MOST_PARTS = 100  # of a text: each is looked for in every flight


class FlightFilter(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What a flight must be, all of it; a comma in a text means any of. None does not filter."""

    callsign: str | None = None
    icao24: str | None = None
    squawk: str | None = None
    type_code: str | None = None
    registration: str | None = None
    feed: str | None = None
    emergency: str | None = None
    min_altitude_ft: float | None = None
    max_altitude_ft: float | None = None

    @property
    def empty(self) -> bool:
        """Whether every flight passes."""
        return self == EVERY_FLIGHT

    def check(self) -> None:
        """Raise SettingsError for a value that no flight can have, or that is too much to look for."""
        for name in self.__struct_fields__:
            value = getattr(self, name)
            if isinstance(value, str) and value.count(",") >= MOST_PARTS:
                raise SettingsError(f"{name} has {value.count(',') + 1} parts: give at most {MOST_PARTS}.")
        self._numbers(())

    def without_blanks(self) -> "FlightFilter":
        """Return it with None for every empty text, which asks for nothing."""
        values = {name: getattr(self, name) for name in self.__struct_fields__}
        return FlightFilter(**{name: None if value == "" else value for name, value in values.items()})

    def passes(self, columns: Columns, rows: NDArray[np.intp], feeds: Sequence[str]) -> NDArray[np.bool_]:
        """Say which of N rows pass; unknown values never do. Raises SettingsError as `check` does."""
        passes = np.ones(len(rows), bool)
        # Unknown is NaN, and NaN is within no bound. A bound may be larger than a column's numbers can be.
        altitude = columns["altitude_ft"][rows].astype(np.float64)
        if self.min_altitude_ft is not None:
            passes &= altitude >= self.min_altitude_ft
        if self.max_altitude_ft is not None:
            passes &= altitude <= self.max_altitude_ft
        for name, wanted in self._numbers(feeds).items():
            passes &= np.isin(columns[name][rows], np.array(wanted, np.int64))
        for name in ("callsign", "type_code", "registration"):
            text = getattr(self, name)
            if text is not None:
                passes &= _spelled(columns[name][rows], text, beginning=name == "callsign")
        return passes

    def _numbers(self, feeds: Sequence[str]) -> dict[str, list[int]]:
        """Return by column the numbers that are asked for, of what is held as numbers."""
        wanted = {}
        if self.icao24 is not None:
            wanted["address"] = [parse_icao24(part) for part in self.icao24.split(",")]
        if self.squawk is not None:
            wanted["squawk"] = [_squawk(part) for part in self.squawk.split(",")]
        if self.emergency is not None:
            wanted["emergency"] = [code for part in self.emergency.split(",") for code in _codes(part)]
        if self.feed is not None:
            names = {part.casefold() for part in self.feed.split(",")}
            wanted["feed"] = [number for number, name in enumerate(feeds) if name.casefold() in names]
        return wanted


EVERY_FLIGHT = FlightFilter()


def _spelled(values: NDArray[Any], text: str, *, beginning: bool) -> NDArray[np.bool_]:
    """Say which of the texts (N,) are one of those asked for, or begin with it. The schema's are ASCII."""
    wanted = [part.strip().upper().encode("ascii", "replace") for part in text.split(",")]
    upper: NDArray[Any] = np.strings.upper(values)
    found = np.zeros(len(values), bool)
    if not beginning:
        return np.isin(upper, [part for part in wanted if part])
    for part in filter(None, wanted):
        found |= np.strings.startswith(upper, part)
    return found


def _squawk(text: str) -> int:
    if len(text) != 4 or not set(text) <= set("01234567"):  # noqa: PLR2004  digits of a squawk
        raise SettingsError(f"{text!r} is no squawk: give 4 octal digits, such as 7700.")
    return int(text)


def _codes(text: str) -> list[int]:
    names = [name for name in EMERGENCIES if name is not None]
    if text.lower() == ANY:
        return [EMERGENCIES.index(name) for name in names]
    if text.lower() not in names:
        raise SettingsError(f"{text!r} is no emergency: give one of {', '.join(names)}, or {ANY}.")
    return [EMERGENCIES.index(text.lower())]
