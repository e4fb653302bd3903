"""What is asked of the history, read from the parameters of a request. Pure."""

from datetime import datetime

from aerotrack.core.area import MOST_CORNERS, Area
from aerotrack.core.questions import EARLIEST_S, LATEST_S
from aerotrack.core.values import moment
from aerotrack.errors import SettingsError
from aerotrack.web.subscriptions import box_of

HOUR_S, DAY_S = 3600.0, 86_400.0
MOST_PARTS = 100  # of a text

Window = tuple[float | None, float | None]


def area_of(bbox: str | None, polygon: str | None) -> Area | None:
    """Read `west,south,east,north` or `lon,lat,lon,lat,...`. Raises SettingsError, BadRequest."""
    if bbox and polygon:
        raise SettingsError("Both bbox and polygon are given: give one of them.")
    if bbox:
        return Area.box(*box_of(bbox))
    if not polygon:
        return None
    try:
        numbers = [float(part) for part in polygon.split(",", 2 * (MOST_CORNERS + 2))]
    except ValueError:
        numbers = []
    if not numbers or len(numbers) % 2:
        raise SettingsError(
            f"{_short(polygon)} is no polygon: give polygon=lon,lat,lon,lat,lon,lat in degrees, one pair for "
            "each corner."
        )
    return Area.polygon(list(zip(numbers[::2], numbers[1::2], strict=True)))


def window_of(begin: datetime | None, end: datetime | None, *, now: float, within: Area | None) -> Window:
    """Return the Unix times between which one asks.

    In an area they are the last hour unless given, and at most a day apart. Raises SettingsError.
    """
    first, last = seconds(begin), seconds(end)
    if within is not None:
        last = now if last is None else last
        first = last - HOUR_S if first is None else first
    if first is not None and last is not None:
        if first > last:
            raise SettingsError(
                f"from={moment(first)} is later than to={moment(last)}: give the earlier one first."
            )
        if within is not None and last - first > DAY_S:
            raise SettingsError(
                f"{(last - first) / HOUR_S:.1f} hours are asked of an area: give from and to that are "
                "at most 24 hours apart, and ask again for the next."
            )
    return first, last


def seconds(time: datetime | None) -> float | None:
    """Return a time as Unix seconds. Raises SettingsError as `seconds_of` does."""
    return None if time is None else seconds_of(time)


def seconds_of(time: datetime) -> float:
    """Return a time as Unix seconds. Raises SettingsError for one in which nothing can be stored."""
    found = time.timestamp()
    if EARLIEST_S <= found <= LATEST_S:
        return found
    raise SettingsError(f"{time.isoformat()} is before 1970 or after 2099: give a time between them.")


def parts_of(name: str, text: str | None) -> tuple[str, ...]:
    """Cut a text at its commas, each part in upper case. Raises SettingsError."""
    if not text:
        return ()
    parts = [part.strip().upper() for part in text.split(",")]
    if len(parts) > MOST_PARTS:
        raise SettingsError(f"{name} has {len(parts)} parts: give at most {MOST_PARTS}.")
    if not text.isprintable() or not any(parts):
        raise SettingsError(f"{name}={_short(text)} asks for nothing: give letters and digits.")
    return tuple(part for part in parts if part)


def _short(text: str) -> str:
    return repr(text if len(text) <= MOST_PARTS else f"{text[:MOST_PARTS]}…")
