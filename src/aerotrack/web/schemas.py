"""Flights and events as OpenAPI and AsyncAPI describe them, from the schema of the columns. Pure."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any

from aerotrack.core.columns import (
    BY_NAME,
    EMERGENCIES,
    POSITION_SOURCES,
    PUBLIC_NAMES,
    SPLIT_REASONS,
    Column,
    Kind,
)
from aerotrack.core.refusals import REASONS
from aerotrack.web.flight_filter import MOST_PARTS
from aerotrack.web.flight_json import POSITION_NAMES

_TYPES = {
    Kind.NUMBER: "number",
    Kind.INTEGER: "integer",
    Kind.FLAG: "boolean",
}
OF_AIRCRAFT = ("registration", "type_code", "category", "operator")
"""The keys of a flight that tell of its aircraft."""
_ADDRESS = "~?[0-9A-Fa-f]{6}"
_IDENTITY = {
    "id": {
        "type": "string",
        "pattern": "^~?[0-9a-f]{6}-[0-9a-f]{8}$",
        "description": "the flight",
        "examples": ["4ca2d6-6740a31c"],
    },
    "icao24": {
        "type": "string",
        "pattern": "^~?[0-9a-f]{6}$",
        "description": "the aircraft",
        "examples": ["4ca2d6"],
    },
    "started_at": {
        "type": "string",
        "format": "date-time",
        "description": "when this flight was first heard",
    },
}


def flight() -> dict[str, Any]:
    """Describe a flight."""
    properties = {name: _IDENTITY.get(name) or _column(BY_NAME[name]) for name in PUBLIC_NAMES}
    return _object(properties)


def explained_flight() -> dict[str, Any]:
    """Describe a flight that may be explained."""
    said = {
        "feed": {"type": ["string", "null"], "description": "who said it; null: no feed"},
        "source": {"enum": [*POSITION_SOURCES, None], "description": "null: the feed does not tell"},
        "priority": {"type": "boolean", "description": "whether the feed is believed before others"},
        "age_seconds": {"type": ["number", "null"], "description": "how long ago it was heard"},
    }
    refused = list_of(_object(said | {"reason": {"enum": list(REASONS)}}))
    values = _object(said | {"refused": refused | {"description": "the last that was not believed, if any"}})
    explain = {"type": ["object", "null"], "additionalProperties": values}
    why = {"description": "with `explain=1`: each known value by its name; null: not live"}
    described = flight()
    return described | {"properties": described["properties"] | {"explain": explain | why}}


def events() -> dict[str, dict[str, Any]]:
    """Describe what happens to flights, by kind."""
    columns = flight()["properties"]
    place = {name: columns[name] for name in ("lat", "lon")}
    airport = columns["origin"] | {"description": "ICAO code of the airport it is at"}
    at = place | {"airport": airport}
    emergency: dict[str, Any] = {name: {"enum": list(EMERGENCIES)} for name in ("emergency", "before")}
    beginning: dict[str, Any] = {
        "split_reason": {"enum": list(SPLIT_REASONS), "description": "why it is a flight of its own"},
        "callsign": {"type": "string", "description": "where it is known"},
    }
    codes = {"squawk": columns["squawk"], "before": columns["squawk"] | {"description": "the code before"}}
    return {
        kind: _event(kind, said, members)
        for kind, said, members in (
            ("flight_started", "A flight is heard for the first time.", beginning),
            ("flight_ended", "Its leg is over; `time` is when it was heard last.", {}),
            ("takeoff", "It leaves the ground.", at),
            ("landing", "It reaches the ground.", at),
            ("go_around", "It breaks off an approach that came low, and climbs.", at),
            ("squawk", "Its transponder code changes.", codes),
            ("emergency_on", "It declares an emergency.", emergency),
            ("emergency_off", "It takes an emergency back.", emergency),
            ("address_conflict", "Another aircraft goes on under its address, for more than 10 s.", at),
        )
    }


def position() -> dict[str, Any]:
    """Describe a stored position."""
    properties = {name: _column(BY_NAME[name]) for name in POSITION_NAMES}
    return _object(properties)


def answer(**properties: dict[str, Any]) -> dict[int | str, dict[str, Any]]:
    """Describe a route's answer: an object of these members, all of them always there."""
    return just(_object(properties))


def aircraft() -> dict[str, Any]:
    """Describe an aircraft: what is known of it, its live flight and its newest."""
    columns = flight()["properties"]
    country = record(code={"type": "string"}, name={"type": "string"})
    return record(
        icao24=columns["icao24"],
        **{name: columns[name] for name in OF_AIRCRAFT},
        country=country | {"type": ["object", "null"], "description": "null: its address is of none"},
        live=flight() | {"type": ["object", "null"], "description": "null: it does not fly now"},
        newest=flight(),
    )


def just(
    schema: dict[str, Any], others: Mapping[str, dict[str, Any]] = MappingProxyType({})
) -> dict[int | str, dict[str, Any]]:
    """Describe a route's answer; `others` by the media types that it comes in when that is asked for."""
    content = {name: {"schema": each} for name, each in ({"application/json": schema} | dict(others)).items()}
    return {200: {"description": "OK", "content": content}}


def record(**properties: dict[str, Any]) -> dict[str, Any]:
    """Describe an object of these members, all of them always there."""
    return _object(properties)


def _object(properties: dict[str, Any]) -> dict[str, Any]:
    return {"type": "object", "required": list(properties), "properties": properties}


def list_of(schema: dict[str, Any]) -> dict[str, Any]:
    """Describe a list."""
    return {"type": "array", "items": schema}


def feature(*shapes: str, properties: dict[str, Any]) -> dict[str, Any]:
    """Describe a Feature of GeoJSON whose geometry has one of these shapes, or is null."""
    shape = record(type={"enum": list(shapes)}, coordinates={"type": "array"})
    return record(
        type={"const": "Feature"},
        id={"type": "string"},
        geometry=shape | {"type": ["object", "null"]},
        properties=properties,
    )


# What a text is read by, said for programs. Who reads it refuses it, with a sentence that says what to give.


def text(pattern: str) -> dict[str, Any]:
    """Describe a text that a parameter takes."""
    return {"pattern": f"^{pattern}$"}


def pairs(least: int, most: int) -> dict[str, Any]:
    """Describe `least` to `most` pairs of numbers with commas between; an empty text asks for nothing."""
    return text(f"([^,]+,[^,]+(,[^,]+,[^,]+){{{least - 1},{most - 1}}})?")


def some(part: str) -> dict[str, Any]:
    """Describe parts with commas between, any of which may match; an empty text asks for nothing."""
    return text(f"({part}(,{part}){{0,{MOST_PARTS - 1}}})?")


AIRCRAFT = text(_ADDRESS)
FLIGHT = text(f"{_ADDRESS}-[0-9A-Fa-f]{{1,8}}")
SOME_AIRCRAFT = some(_ADDRESS)
SOME_SQUAWKS = some("[0-7]{4}")
SOME_NAMES = some("[A-Za-z_]+")
SOME_TEXTS = some("[^,]*")
BOX, PLACE = pairs(2, 2), pairs(1, 1)

TIME: dict[str, Any] = {"type": "string", "format": "date-time"}
TICK: dict[str, Any] = {"type": "integer"}


def _event(kind: str, said: str, members: dict[str, dict[str, Any]]) -> dict[str, Any]:
    name = {"type": "string", "description": "the event; that of no other"}
    properties = {"id": name, "kind": {"const": kind}, "flight": _IDENTITY["id"], "time": TIME, **members}
    required = [member for member in properties if member != "callsign"]
    return {"type": "object", "description": said, "required": required, "properties": properties}


def _column(column: Column) -> dict[str, Any]:
    unit = f", {column.unit}" if column.unit else ""
    schema: dict[str, Any] = {
        "type": [_TYPES.get(column.kind, "string"), "null"],
        "description": f"{column.description}{unit}; null: not known",
    }
    if column.kind is Kind.TIME:
        schema["format"] = "date-time"
    if column.labels:
        schema["enum"] = [*(label for label in column.labels if label is not None), None]
    return schema
