"""What was really said on the stream, held against its AsyncAPI document."""

from datetime import datetime
from functools import cache
from typing import Any, Literal

from jsonschema import Draft7Validator, FormatChecker
from jsonschema.exceptions import best_match

from aerotrack.web.asyncapi import document
from web.harness import Client

Direction = Literal["send", "receive"]
"""Whether the server says it or hears it: the action of the document's operations."""

FORMATS = FormatChecker(())


class UndocumentedError(AssertionError):
    """A message is not as the document says."""


class Recorded(Client):
    """A client that holds what both sides say against the document; `Recorded(client.socket)` takes one over.

    Binary messages pass. What is meant to be wrong goes straight through `socket`.
    """

    async def next(self) -> Any:
        message = await super().next()
        if isinstance(message, dict):
            check(message, direction="send")
        return message

    async def send(self, **message: Any) -> None:
        check(message, direction="receive")
        await super().send(**message)


def check(message: dict[str, Any], *, direction: Direction) -> None:
    """Raise UndocumentedError unless the document has this text message, and every member of it."""
    name = message.get("type")
    described = validators(direction)
    if name not in described:
        raise UndocumentedError(f"{name!r} is none of the messages to {direction}: {', '.join(described)}.")
    error = best_match(described[name].iter_errors(message))
    if error is not None:
        raise UndocumentedError(f"{name}, {error.json_path}: {error.message}")


@cache
def validators(direction: Direction) -> dict[str, Draft7Validator]:
    """Return what judges the text messages of a direction, by their type."""
    described = closed(document("0"))
    messages = described["components"]["messages"]
    spoken = {
        reference["$ref"].rpartition("/")[2]
        for operation in described["operations"].values()
        if operation["action"] == direction
        for reference in operation["messages"]
    }
    return {
        message["name"]: Draft7Validator(
            {**message["payload"], "components": described["components"]}, format_checker=FORMATS
        )
        for key, message in messages.items()
        if key in spoken and "contentType" not in message
    }


def closed(schema: Any) -> Any:
    """Rule out members that are not described: clients bear them, but we must not forget them."""
    if isinstance(schema, list):
        return [closed(part) for part in schema]
    if not isinstance(schema, dict):
        return schema
    parts = {name: closed(part) for name, part in schema.items()}
    return {**parts, "additionalProperties": False} if parts.get("type") == "object" else parts


@FORMATS.checks("date-time", raises=ValueError)
def is_time(value: object) -> bool:
    """Say whether a text is a time of ours, in UTC."""
    return not isinstance(value, str) or (value.endswith("Z") and datetime.fromisoformat(value) is not None)
