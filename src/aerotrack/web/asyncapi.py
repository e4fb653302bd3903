"""The stream as AsyncAPI 3 describes it, from the schema of the columns and what the server reads. Pure.

`docs/reference/stream.md` and `stream-binary.md` say the same to people; tests hold them together.
"""

from collections.abc import Iterable
from typing import Any

import msgspec

from aerotrack.core.columns import EMERGENCIES
from aerotrack.web import schemas
from aerotrack.web.asyncapi_binary import binary_layout
from aerotrack.web.frames import MOST_BYTES, VERSION
from aerotrack.web.schemas import TIME
from aerotrack.web.subscriptions import FASTEST, MOST_FLIGHTS, SLOWEST, Ping, Subscribe

Schema = dict[str, Any]

ADDRESS = "/api/v1/stream"
SUBPROTOCOLS = ("aerotrack.v1.json", "aerotrack.v1.binary")
_DOCS = "https://github.com/aerotrack/aerotrack/tree/main/docs/reference"
_SCHEMAS = "#/components/schemas/{name}"

_HEX = {"type": "string", "pattern": "^[0-9a-f]{8}$"}
_TICK = schemas.TICK | {"minimum": 0}
_FLIGHT = schemas.flight()["properties"]["id"]

MOMENT = r"(Z|[+-]\d\d:?\d\d)$"
_ERRORS = {
    "bad_request": "the message cannot be understood; what you watched before goes on",
    "unsupported": "this server does not offer that",
    "too_large": "the message is too long",
    "bad_moment": "nothing is stored of that moment; the earliest one is named",
    "too_many_replays": "as many are watched as the server plays at once; try again later",
    "history_unavailable": "the past cannot be read; who watched it is back in the present",
    "forbidden": "your key is not for that",
    "internal": "a replay broke off through a fault of the server's; who watched it is back in the present",
}
_FILTER = {
    "callsign": "its callsign begins with this; case does not matter; a comma means any of",
    "type_code": "its ICAO type designator is this, or one of these, separated by commas",
    "registration": "its registration is this, or one of these",
    "icao24": "its aircraft is this, or one of these",
    "squawk": "its transponder code is this, or one of these",
    "emergency": f"it is one of these: {', '.join(filter(None, EMERGENCIES))}; or any",
    "feed": "this feed, or one of these, won its position",
    "min_altitude_ft": "its barometric altitude is at least this",
    "max_altitude_ft": "its barometric altitude is at most this",
}


def document(version: str) -> dict[str, Any]:
    """Describe the stream of AeroTrack `version`: an AsyncAPI 3.0.0 document."""
    told = {
        "hello": _message("hello", "The server introduces itself."),
        "changes": _message("changes", "The changes since a tick, in the JSON subprotocol."),
        "changesBinary": _changes_binary(),
        "digest": _message("digest", "What proves, every 10 s, that nothing was missed."),
        "event": _message("event", "What happened to a flight you watch, or an emergency of any."),
        "error": _message("error", "What was wrong with a message of yours."),
        "pong": _message("pong", "The answer to a ping."),
    }
    heard = {
        "subscribe": _message("subscribe", "A wish to watch something, or something else."),
        "ping": _message("ping", "A question for a sign of life."),
    }
    return {
        "asyncapi": "3.0.0",
        "info": {
            "title": "AeroTrack: the stream",
            "version": version,
            "description": "Every change of the flights you watch, tick by tick.",
            "license": {"name": "MIT"},
            "externalDocs": {"url": f"{_DOCS}/stream.md"},
        },
        "defaultContentType": "application/json",
        "servers": {
            "aerotrack": {
                "host": "{host}",
                "protocol": "ws",
                "description": "The server that gave you this; wss where a proxy speaks TLS for it.",
                "variables": {"host": {"default": "127.0.0.1:8080"}},
            }
        },
        "channels": {"stream": _channel([*told, *heard])},
        "operations": {
            "tell": {"action": "send", **_of_the_stream(*told)},
            "subscribe": {
                "action": "receive",
                **_of_the_stream("subscribe"),
                "reply": _of_the_stream("changes", "changesBinary", "error"),
            },
            "ping": {"action": "receive", **_of_the_stream("ping"), "reply": _of_the_stream("pong")},
        },
        "components": {"messages": told | heard, "schemas": _said_by_the_server() | _said_by_clients()},
    }


def _channel(messages: Iterable[str]) -> dict[str, Any]:
    """Describe the WebSocket and how it is opened."""
    query: Schema = {
        "bbox": {"type": "string", "description": "west,south,east,north in degrees; empty: the world"},
        "flights": {"type": "string", "description": f"up to {MOST_FLIGHTS} ids, separated by commas"},
        "precision_m": {"type": "number", "minimum": 0},
        "at": {"type": "string", "description": "a moment of the past, in RFC 3339"},
        "speed": {"type": "number", "description": "how much faster than life it is played"},
    }
    for name, said in _FILTER.items():
        query[name] = {"type": "number" if name.endswith("_ft") else "string", "description": said}
    subprotocol = f"{SUBPROTOCOLS[0]}, which is also spoken when none is offered, or {SUBPROTOCOLS[1]}"
    headers = {"Sec-WebSocket-Protocol": {"type": "string", "description": subprotocol}}
    return {
        "address": ADDRESS,
        "description": "Parameters of the address are a first subscribe. Without them nothing is sent after "
        "hello until you subscribe.",
        "messages": {name: {"$ref": f"#/components/messages/{name}"} for name in messages},
        "bindings": {
            "ws": {
                "method": "GET",
                "query": {"type": "object", "properties": query},
                "headers": {"type": "object", "properties": headers},
                "bindingVersion": "0.1.0",
            }
        },
    }


def _of_the_stream(*messages: str) -> dict[str, Any]:
    chosen = [{"$ref": f"#/channels/stream/messages/{name}"} for name in messages]
    return {"channel": {"$ref": "#/channels/stream"}, "messages": chosen}


def _message(name: str, summary: str) -> dict[str, Any]:
    return {"name": name, "summary": summary, "payload": _see(name.title())}


def _changes_binary() -> dict[str, Any]:
    return {
        "name": "changes",
        "summary": "The changes since a tick, in the binary subprotocol.",
        "description": binary_layout(),
        "externalDocs": {"url": f"{_DOCS}/stream-binary.md"},
        "contentType": "application/octet-stream",
        "payload": {"type": "string", "format": "binary"},
    }


def _said_by_the_server() -> dict[str, Schema]:
    """Describe what the server says. There may be more members one day, so none are ruled out."""
    flights = schemas.flight()
    classes = {"type": "array", "items": {"type": "number"}, "description": "the precision classes"}
    events = {
        kind.title().replace("_", ""): _typed("event", **said["properties"])
        | {"description": said["description"], "required": ["type", *said["required"]]}
        for kind, said in schemas.events().items()
    }
    return {
        "Flight": flights | {"description": "A flight with every key. Null: not known."},
        "Update": flights | {"required": ["id"], "description": "A flight's news. Absent: as it was."},
        "Hello": _typed(
            "hello",
            version={"const": VERSION, "description": "of this protocol"},
            epoch=_HEX | {"description": "another for each run of the server, and for each replay"},
            tick=_TICK,
            time=TIME | {"description": "the stream's: the wall clock, or that of a recording"},
            tick_seconds={"type": "number", "exclusiveMinimum": 0, "description": "the time between ticks"},
            speed={"type": "number", "description": "how much faster than life the stream's clock runs"},
            precisions_m=classes,
        ),
        "Changes": _changes(),
        "Digest": _typed(
            "digest",
            tick=_TICK,
            flights={"type": "integer", "minimum": 0, "description": "how many you should now hold"},
            hash=_HEX | {"description": "the sum of their hashes modulo 2^32"},
        ),
        "Event": {"oneOf": [_see(name) for name in events]},
        **events,
        "Error": _typed(
            "error",
            code={"enum": list(_ERRORS), "description": "; ".join(map(": ".join, _ERRORS.items()))},
            message={"type": "string", "description": "a sentence that says what to do"},
        ),
        "Pong": _typed("pong", time=TIME),
    }


def _changes() -> Schema:
    """Describe a `changes`. With `since` 0 its flights are whole."""
    described = _typed(
        "changes",
        since=_TICK | {"description": "0: forget everything first; otherwise the tick of the changes before"},
        tick=_TICK,
        time=TIME,
        view={"type": "string", "description": "an opaque name of what is watched"},
        updated=schemas.list_of(_see("Update")),
        gone=schemas.list_of(_FLIGHT),
    )
    described["properties"]["more"] = {"const": True, "description": "in all parts but the last"}
    described["description"] = f"A part of at most {MOST_BYTES // 1024} KiB."
    described["if"] = {"properties": {"since": {"const": 0}}}
    described["then"] = {"properties": {"updated": schemas.list_of(_see("Flight"))}}
    return described


def _said_by_clients() -> dict[str, Schema]:
    """Describe what clients say: the members the server reads, and what it takes for each."""
    _, read = msgspec.json.schema_components((Subscribe, Ping), ref_template=_SCHEMAS)
    members = read["Subscribe"]["properties"]
    four = {"items": {"type": "number"}, "minItems": 4, "maxItems": 4}
    members["bbox"] = {
        "type": ["array", "null"],
        **four,
        "description": "west, south, east, north in degrees, west being greater across 180°; null: the world",
    }
    members["flights"] = {
        "type": ["array", "null"],
        "items": _FLIGHT,
        "maxItems": MOST_FLIGHTS,
        "description": "these are watched wherever they are, whatever the filter, at precision 0; null: none",
    }
    members["precision_m"] |= {
        "minimum": 0,
        "description": "how wrong you may draw, in metres: rounded down to a class of hello; null: 0",
    }
    members["at"] |= {
        "pattern": MOMENT,
        "description": "a moment of the past to play from, in RFC 3339 with its time zone; null: the present",
    }
    members["speed"] |= {
        "description": f"how much faster than life the past is played: 0 pauses, {SLOWEST} to {FASTEST:.0f} "
        "play; null: 1"
    }
    read["FlightFilter"]["description"] = "A flight must match all members. What is not known satisfies none."
    for name, said in _FILTER.items():
        read["FlightFilter"]["properties"][name] |= {"description": f"{said}; null: whatever it is"}
    return read


def _typed(name: str, /, **members: Schema) -> Schema:
    """Describe a message of a type, which has all these members."""
    properties = {"type": {"const": name}, **members}
    return {"type": "object", "required": list(properties), "properties": properties}


def _see(name: str) -> Schema:
    return {"$ref": _SCHEMAS.format(name=name)}
