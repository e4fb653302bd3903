"""Selections: which positions to export, and how a person says so."""

from dataclasses import dataclass
from datetime import UTC, datetime
from math import inf
from typing import Self

from aerotrack.core.identity import parse_flight
from aerotrack.core.questions import EARLIEST_S, LATEST_S
from aerotrack.core.values import moment
from aerotrack.errors import SettingsError

Box = tuple[float, float, float, float]
WORLD: Box = (-180.0, -90.0, 180.0, 90.0)


@dataclass(frozen=True, slots=True)
class Selection:
    """One flight (its id as a bigint), or what was within a time and a box.

    From `start` to before `end`, Unix seconds; the box is west, south, east, north in degrees, and crosses
    180 degrees where west is greater than east.
    """

    flight: int | None = None
    start: float = -inf
    end: float = inf
    box: Box = WORLD

    @classmethod
    def of(cls, flight: str | None, start: str | None, end: str | None, box: str | None) -> Self:
        """Read what the command line says. Raises SettingsError."""
        if flight is not None:
            if (start, end, box) != (None, None, None):
                raise SettingsError("--flight is a whole flight: leave out --from, --to and --bbox.")
            address, began = parse_flight(flight)
            return cls(flight=address << 32 | began)
        if start is None or end is None:
            raise SettingsError(
                "say what to export: --flight ID, or --from TIME --to TIME, such as --from 2026-03-01 "
                "--to 2026-04-01."
            )
        window = cls(
            start=_time("--from", start), end=_time("--to", end), box=WORLD if box is None else _box(box)
        )
        if not window.start < window.end:
            raise SettingsError(f"--from {start} is not before --to {end}: there is nothing between them.")
        return window

    def __str__(self) -> str:
        if self.flight is not None:
            return "of this flight"
        where = "" if self.box == WORLD else f" in the box {','.join(f'{edge:g}' for edge in self.box)}"
        return f"from {moment(self.start)} to {moment(self.end)}{where}"


def _time(option: str, text: str) -> float:
    """Read RFC 3339, or a date, which is its midnight in UTC."""
    try:
        time = datetime.fromisoformat(text)
    except ValueError:
        time = None
    if time is not None and time.tzinfo is None and len(text) == len("2026-03-01"):
        time = time.replace(tzinfo=UTC)
    if time is None or time.tzinfo is None:
        raise SettingsError(
            f"{option} {text} is no time: give one with its zone, such as 2026-03-01T09:00:00Z, or a date."
        )
    if not EARLIEST_S <= time.timestamp() <= LATEST_S:
        raise SettingsError(f"{option} {text} is before 1970 or after 2099: give a time between them.")
    return time.timestamp()


def _box(text: str) -> Box:
    """Read west,south,east,north."""
    try:
        west, south, east, north = map(float, text.split(","))
        inside = -180 <= west <= 180 and -180 <= east <= 180 and -90 <= south <= north <= 90  # noqa: PLR2004  the globe
    except ValueError:
        inside = False
    if not inside:
        raise SettingsError(
            f"--bbox {text} is no box: give west,south,east,north in degrees, such as --bbox -10,35,30,60."
        )
    return west, south, east, north
