"""What clients say on the stream, and what they then watch. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from math import isnan, nan

import msgspec
from msgspec import UNSET, UnsetType

from aerotrack.core.identity import parse_flight
from aerotrack.core.precision import BOUNDS
from aerotrack.core.tiles import WORLD, View
from aerotrack.errors import SettingsError
from aerotrack.web.flight_filter import FlightFilter
from aerotrack.web.watch import Watch

MOST_BYTES = 16 * 1024  # a longer message is answered by an error
MOST_FLIGHTS = 100
SLOWEST, FASTEST = 0.1, 500.0  # of playbacks

Box = tuple[float, float, float, float]


class BadRequest(Exception):  # noqa: N818  the client's mistake, not ours
    """A message cannot be used. `code` is for programs, the text says what to do."""

    def __init__(self, code: str, message: str) -> None:
        super().__init__(message)
        self.code = code


class Resume(msgspec.Struct, forbid_unknown_fields=True):
    """Where a client left off: the last `changes` it applied."""

    epoch: str
    tick: int
    view: str = ""


class Subscribe(msgspec.Struct, tag_field="type", tag="subscribe", forbid_unknown_fields=True):
    """Watch something. A member that is absent stays as it is, null puts it back to its default."""

    bbox: Box | UnsetType | None = UNSET
    flights: list[str] | UnsetType | None = UNSET
    precision_m: float | UnsetType | None = UNSET
    resume: Resume | UnsetType | None = UNSET
    filter: FlightFilter | UnsetType | None = UNSET
    at: str | UnsetType | None = UNSET
    speed: float | UnsetType | None = UNSET


class Ping(msgspec.Struct, tag_field="type", tag="ping", forbid_unknown_fields=True):
    """Ask for a sign of life."""


@dataclass(frozen=True, slots=True)
class Wish:
    """What a client now wants: `anew` when it must forget what it holds, unless it can `resume`.

    `at` is the moment of the past that it names, in Unix seconds, `live` says that it names the present, and
    `speed` is the one it names.
    """

    watch: Watch
    anew: bool
    resume: Resume | None = None
    at: float | None = None
    live: bool = False
    speed: float | None = None


_MESSAGE = msgspec.json.Decoder(Subscribe | Ping)


def read(text: str) -> Subscribe | Ping:
    """Read a client's message. Raises BadRequest."""
    if len(text.encode()) > MOST_BYTES:
        raise BadRequest(
            "too_large",
            f"The message has {len(text.encode())} bytes: send at most {MOST_BYTES}.",
        )
    try:
        message: Subscribe | Ping = _MESSAGE.decode(text)
    except (msgspec.DecodeError, RecursionError) as error:
        raise BadRequest(
            "bad_request",
            f'{error}: send {{"type":"subscribe","bbox":[west,south,east,north]}} or {{"type":"ping"}}.',
        ) from None
    return message


def read_query(query: Mapping[str, str]) -> Subscribe:
    """Read the query of the stream's URL, which is a first subscribe. Raises BadRequest."""
    asked = Subscribe()
    texts: dict[str, str] = {}
    for name, value in query.items():
        match name:
            case "bbox":
                asked.bbox = box_of(value) if value else None
            case "flights":
                asked.flights = value.split(",") if value else None
            case "precision_m":
                asked.precision_m = _number(value) if value else None
            case "at":
                asked.at = value or None
            case "speed":
                asked.speed = _number(value) if value else None
            case _ if name in FlightFilter.__struct_fields__:
                texts |= {name: value} if value else {}
            case _:
                raise BadRequest(
                    "unsupported",
                    f"This server does not understand the parameter {name!r} of the stream: give "
                    f"bbox, flights, precision_m, at, speed, {', '.join(FlightFilter.__struct_fields__)}.",
                )
    if texts:
        asked.filter = msgspec.convert(
            {name: _number(text) if name.endswith("_ft") else text for name, text in texts.items()},
            FlightFilter,
        )
    return asked


def box_of(text: str) -> Box:
    """Read `west,south,east,north`. Raises BadRequest."""
    numbers = [_number(part) for part in text.split(",")]
    if len(numbers) != 4:  # noqa: PLR2004  sides of a box
        raise BadRequest("bad_request", f"{text!r} is no box: give bbox=west,south,east,north in degrees.")
    box = (numbers[0], numbers[1], numbers[2], numbers[3])
    check_box(box)
    return box


def check_box(box: Box) -> None:
    """Raise BadRequest unless the box lies on the globe; `west` and `east` may be up to 360 either way."""
    west, south, east, north = box
    if not (-90 <= south <= north <= 90 and abs(west) <= 360 and abs(east) <= 360):  # noqa: PLR2004  the globe
        raise BadRequest(
            "bad_request",
            f"{list(box)} is no box: give west, south, east, north in degrees, south not above north, "
            "latitudes from -90 to 90, longitudes from -360 to 360.",
        )


def wish(before: Watch | None, asked: Subscribe) -> Wish:
    """Return what a client wants that watched `before` (None: nothing) and now asks. Raises BadRequest."""
    watch = before or Watch()
    if not isinstance(asked.bbox, UnsetType):
        watch = replace(watch, view=_view(asked.bbox))
    if not isinstance(asked.flights, UnsetType):
        watch = replace(watch, flights=_flights(asked.flights or []))
    if not isinstance(asked.precision_m, UnsetType):
        watch = replace(watch, precision=_precision(asked.precision_m or 0.0))
    if not isinstance(asked.filter, UnsetType):
        watch = replace(watch, filter=_filter(asked.filter))
    at = _moment(asked.at) if isinstance(asked.at, str) else None
    time = (at, asked.at is None, None if isinstance(asked.speed, UnsetType) else _speed(asked.speed))
    resume = asked.resume if isinstance(asked.resume, Resume) else None
    if before is None and resume and resume.tick > 0 and resume.view == watch.name and not watch.filter:
        return Wish(watch, True, resume, *time)
    other = before is None or (before.precision, before.filter) != (watch.precision, watch.filter)
    return Wish(watch, other or resume is not None, None, *time)


def _view(box: Box | None) -> View:
    if box is None:
        return WORLD
    check_box(box)
    return View.of(*box)


def _precision(metres: float) -> int:
    """Return the class that a precision is rounded down to."""
    if not metres >= 0:
        raise BadRequest("bad_request", f"{metres} is no precision_m: give metres, 0 or more.")
    return max(number for number, bound in enumerate(BOUNDS) if bound.metres <= metres)


def _moment(text: str) -> float:
    """Read a moment of RFC 3339, as Unix seconds."""
    try:
        moment = datetime.fromisoformat(text)
        offset = moment.utcoffset()
        if offset is not None:
            return (moment.replace(tzinfo=UTC) - offset).timestamp()
    except (ValueError, OverflowError):
        pass
    raise BadRequest(
        "bad_request", f"{text!r} is no moment: give one with its time zone, such as 2026-11-22T09:00:00Z."
    )


def _speed(speed: float | None) -> float:
    speed = 1.0 if speed is None else speed
    if speed == 0 or SLOWEST <= speed <= FASTEST:
        return speed
    raise BadRequest(
        "bad_request",
        f"{speed} is no speed: give 0, which pauses, or {SLOWEST} to {FASTEST:.0f} times that of life.",
    )


def _filter(asked: FlightFilter | None) -> FlightFilter | None:
    asked = asked and asked.without_blanks()
    if asked is None or asked.empty:
        return None
    try:
        asked.check()
    except SettingsError as error:
        raise BadRequest("bad_request", str(error)) from None
    return asked


def _flights(names: list[str]) -> frozenset[int]:
    if len(names) > MOST_FLIGHTS:
        raise BadRequest("bad_request", f"{len(names)} flights are listed: list at most {MOST_FLIGHTS}.")
    try:
        pairs = [parse_flight(name) for name in names]
    except SettingsError as error:
        raise BadRequest("bad_request", str(error)) from None
    return frozenset(address << 32 | start for address, start in pairs)


def _number(text: str) -> float:
    try:
        number = float(text)
    except ValueError:
        number = nan
    if isnan(number):
        raise BadRequest("bad_request", f"{text!r} is no number: give one such as 52.5.")
    return number
