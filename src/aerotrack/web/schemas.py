"""The flights of the API as OpenAPI describes them, from the schema of the columns. Pure."""

from typing import Any

from aerotrack.core.columns import BY_NAME, PUBLIC_NAMES, Column, Kind
from aerotrack.web.flight_json import POSITION_NAMES

_TYPES = {
    Kind.NUMBER: "number",
    Kind.INTEGER: "integer",
    Kind.FLAG: "boolean",
}
_IDENTITY = {
    "id": {"type": "string", "description": "the flight", "examples": ["4ca2d6-6740a31c"]},
    "icao24": {"type": "string", "description": "the aircraft", "examples": ["4ca2d6"]},
    "started_at": {
        "type": "string",
        "format": "date-time",
        "description": "when this flight was first heard",
    },
}


def flight() -> dict[str, Any]:
    """Describe a flight."""
    properties = {name: _IDENTITY.get(name) or _column(BY_NAME[name]) for name in PUBLIC_NAMES}
    return {"type": "object", "required": list(PUBLIC_NAMES), "properties": properties}


def position() -> dict[str, Any]:
    """Describe a stored position."""
    properties = {name: _column(BY_NAME[name]) for name in POSITION_NAMES}
    return {"type": "object", "required": list(POSITION_NAMES), "properties": properties}


def answer(**properties: dict[str, Any]) -> dict[int | str, dict[str, Any]]:
    """Describe a route's answer: an object of these members, all of them always there."""
    schema = {"type": "object", "required": list(properties), "properties": properties}
    return just(schema)


def just(schema: dict[str, Any]) -> dict[int | str, dict[str, Any]]:
    """Describe a route's answer."""
    return {200: {"description": "OK", "content": {"application/json": {"schema": schema}}}}


def list_of(schema: dict[str, Any]) -> dict[str, Any]:
    """Describe a list."""
    return {"type": "array", "items": schema}


TIME: dict[str, Any] = {"type": "string", "format": "date-time"}
TICK: dict[str, Any] = {"type": "integer"}


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
