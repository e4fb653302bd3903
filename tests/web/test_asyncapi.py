import json
import os
import re
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft7Validator

from aerotrack.core.columns import EMERGENCIES, PUBLIC_NAMES
from aerotrack.core.events import KINDS
from aerotrack.web.api import STREAM
from aerotrack.web.asyncapi import document
from web.page_tables import table
from web.recorded import Direction, UndocumentedError, check

HOME = Path(__file__).parents[2]
PAGE = (HOME / "docs/reference/stream.md").read_text("utf-8")
SPECIFICATION = HOME / "dashboard/node_modules/@asyncapi/specs/schemas/3.0.0-without-$id.json"

DOCUMENT = document("1.2.3")
MESSAGES, SCHEMAS = DOCUMENT["components"]["messages"], DOCUMENT["components"]["schemas"]
PARAMETERS = DOCUMENT["channels"]["stream"]["bindings"]["ws"]["query"]["properties"]

TIME = "2026-11-22T09:00:00.000Z"
FLIGHT = dict.fromkeys(PUBLIC_NAMES) | {"id": "4ca2d6-6740a31c", "icao24": "4ca2d6", "started_at": TIME}
CHANGES = {"type": "changes", "since": 0, "tick": 3, "time": TIME, "view": "0", "updated": [], "gone": []}
HELLO = {
    "type": "hello", "version": 1, "epoch": "9f3c21aa", "tick": 3, "time": TIME, "tick_seconds": 1.0,
    "speed": 1, "precisions_m": [0],
}  # fmt: skip
EVENT = {"type": "event", "id": "7", "flight": FLIGHT["id"], "time": TIME}


def names(cell: str) -> list[str]:
    return re.findall(r"`(\w+)`", cell)


def members(schema: str) -> set[str]:
    return set(SCHEMAS[schema]["properties"]) - {"type"}


def shown() -> list[tuple[Direction, str]]:
    """Return the messages that the page shows, and who says them."""
    said: list[tuple[Direction, str]] = [
        ("receive", text) for text in re.findall(r'`(\{"type":.*?\})`', PAGE)
    ]
    for sign, text in re.findall(r"^    ([<>]) (\{.*\})$", PAGE, re.MULTILINE):
        said.append(("send" if sign == "<" else "receive", text))
    return said


def filled(text: str) -> Any:
    """Read a message of the page; what it leaves out is filled in."""
    text = text.replace('"time":"…"', f'"time":"{TIME}"').replace("west,south,east,north", "5,45,16,55")

    def fill(value: dict[str, Any]) -> dict[str, Any]:
        if value.pop("…", None) is None:
            return value
        return (FLIGHT if "id" in value else CHANGES) | value

    return json.loads(re.sub(r", …\}", ',"…":true}', text), object_hook=fill)


def references(part: Any) -> set[str]:
    if isinstance(part, dict):
        own = {part["$ref"]} if "$ref" in part else set()
        return own.union(*map(references, part.values()))
    return set().union(*map(references, part)) if isinstance(part, list) else set()


def at(reference: str) -> Any:
    part: Any = DOCUMENT
    for step in reference.removeprefix("#/").split("/"):
        part = part[step]
    return part


@pytest.mark.skipif(
    not SPECIFICATION.is_file() and not os.environ.get("CI"), reason="@asyncapi/specs is missing: npm ci"
)
def test_the_document_is_what_the_specification_asks_for() -> None:
    specification = Draft7Validator(json.loads(SPECIFICATION.read_text("utf-8")))
    assert [f"{error.json_path}: {error.message}" for error in specification.iter_errors(DOCUMENT)] == []
    assert not specification.is_valid({**DOCUMENT, "info": {}})


def test_the_document_is_of_this_version_and_of_the_stream() -> None:
    assert (DOCUMENT["asyncapi"], DOCUMENT["info"]["version"]) == ("3.0.0", "1.2.3")
    assert DOCUMENT["channels"]["stream"]["address"] == STREAM


def test_every_reference_leads_somewhere_and_every_component_is_used() -> None:
    led_to = references(DOCUMENT)
    assert all(isinstance(at(reference), dict) for reference in led_to)
    components = {
        f"#/components/{kind}/{name}"
        for kind in ("messages", "schemas")
        for name in at(f"#/components/{kind}")
    }
    assert components - led_to == set()


def test_every_message_is_said_by_one_side() -> None:
    said = [references(operation["messages"]) for operation in DOCUMENT["operations"].values()]
    assert sorted(name.rpartition("/")[2] for part in said for name in part) == sorted(MESSAGES)
    assert set(DOCUMENT["channels"]["stream"]["messages"]) == set(MESSAGES)


@pytest.mark.parametrize("name", SCHEMAS)
def test_every_schema_is_a_schema_of_the_draft_that_asyncapi_knows(name: str) -> None:
    Draft7Validator.check_schema(SCHEMAS[name])
    assert "prefixItems" not in str(SCHEMAS[name])


def test_the_page_shows_messages_of_both_sides() -> None:
    said = {(direction, filled(text)["type"]) for direction, text in shown()}
    assert said >= {("send", "hello"), ("send", "changes"), ("receive", "subscribe"), ("receive", "ping")}


@pytest.mark.parametrize(("direction", "text"), shown())
def test_what_the_page_shows_is_in_the_document(direction: Direction, text: str) -> None:
    check(filled(text), direction=direction)


@pytest.mark.parametrize(
    ("wrong", "reason"),
    [
        ({"type": "goodbye"}, "'goodbye' is none of the messages to send: hello, changes, digest"),
        ({}, "None is none of the messages"),
        (HELLO | {"version": 2}, r"hello, \$.version: 1 was expected"),
        (HELLO | {"epoch": "9F3C21AA"}, "does not match"),
        (HELLO | {"time": "yesterday"}, "is not a 'date-time'"),
        (HELLO | {"time": "2026-11-22T09:00:00.000"}, "is not a 'date-time'"),
        (HELLO | {"mood": "good"}, "'mood' was unexpected"),
        ({"type": "pong"}, "'time' is a required property"),
        (CHANGES | {"more": False}, "True was expected"),
        (CHANGES | {"gone": [7]}, r"\$.gone\[0\]: 7 is not of type 'string'"),
        (CHANGES | {"gone": ["4CA2D6-6740a31c"]}, "does not match"),
        (CHANGES | {"updated": [{"id": "4ca2d6-6740a31c"}]}, "'icao24' is a required property"),
        (CHANGES | {"updated": [FLIGHT | {"lat": "50"}]}, "'50' is not of type 'number', 'null'"),
        (CHANGES | {"updated": [FLIGHT | {"phase": "asleep"}]}, "'asleep' is not one of"),
        (CHANGES | {"updated": [FLIGHT | {"wings": 2}]}, "'wings' was unexpected"),
        (CHANGES | {"since": 2, "updated": [{"lat": 50.0}]}, "'id' is a required property"),
        ({"type": "digest", "tick": 3, "flights": 2, "hash": "12"}, "does not match"),
        ({"type": "error", "code": "sorry", "message": "Send less."}, "'sorry' is not one of"),
        (EVENT | {"kind": "crash"}, "is not valid under any"),
        (EVENT | {"kind": "takeoff"}, "is not valid under any"),
        (EVENT | {"kind": "flight_ended", "lat": 50.0}, "is not valid under any"),
    ],
)
def test_a_message_of_the_server_that_is_wrong_is_not_in_the_document(
    wrong: dict[str, Any], reason: str
) -> None:
    with pytest.raises(UndocumentedError, match=reason):
        check(wrong, direction="send")


@pytest.mark.parametrize(
    "wrong",
    [
        {"type": "pong", "time": TIME},
        {"type": "ping", "time": TIME},
        {"type": "subscribe", "box": None},
        {"type": "subscribe", "bbox": [5, 45, 16]},
        {"type": "subscribe", "bbox": "5,45,16,55"},
        {"type": "subscribe", "flights": ["RYR1"]},
        {"type": "subscribe", "flights": ["4ca2d6-6740a31c"] * 101},
        {"type": "subscribe", "precision_m": -1},
        {"type": "subscribe", "filter": {"colour": "red"}},
        {"type": "subscribe", "filter": {"min_altitude_ft": "high"}},
        {"type": "subscribe", "resume": {"epoch": "9f3c21aa"}},
        {"type": "subscribe", "at": "2026-11-22T09:00:00"},
        {"type": "subscribe", "speed": "fast"},
    ],
)
def test_a_message_of_a_client_that_is_wrong_is_not_in_the_document(wrong: dict[str, Any]) -> None:
    with pytest.raises(UndocumentedError):
        check(wrong, direction="receive")


@pytest.mark.parametrize(
    "message",
    [
        CHANGES | {"since": 2, "updated": [{"id": "~4ca2d6-6740a31c", "lat": None}], "more": True},
        EVENT | {"kind": "flight_started", "split_reason": "first_seen"},
        EVENT | {"kind": "flight_ended"},
        EVENT | {"kind": "landing", "lat": 50.0, "lon": None, "airport": None},
        EVENT | {"kind": "squawk", "squawk": "7700", "before": "1000"},
        EVENT | {"kind": "emergency_on", "emergency": "general", "before": None},
        {"type": "digest", "tick": 3, "flights": 2, "hash": "0000001f"},
    ],
)
def test_a_message_that_the_page_only_describes_is_in_the_document(message: dict[str, Any]) -> None:
    check(message, direction="send")


def test_a_subscribe_may_put_every_member_back_to_its_default() -> None:
    check({"type": "subscribe", **dict.fromkeys(members("Subscribe"))}, direction="receive")


def test_the_page_and_the_document_have_the_same_messages_of_the_server() -> None:
    rows = {names(name)[0]: set(names(said)) for name, said in table(PAGE, "| message | members |")}
    assert {m["name"] for m in MESSAGES.values()} - {"subscribe", "ping"} == set(rows)
    documented = {name: members(name.title()) for name in rows if name != "event"}
    assert documented == {name: said for name, said in rows.items() if name != "event"}


def test_the_page_and_the_document_have_the_same_events() -> None:
    head = {"id", "kind", "flight", "time"}
    rows = {
        kind: head | set(names(more)) for kinds, _, more in table(PAGE, "| `kind` |") for kind in names(kinds)
    }
    schemas = [at(one["$ref"]) for one in SCHEMAS["Event"]["oneOf"]]
    assert {s["properties"]["kind"]["const"]: set(s["properties"]) - {"type"} for s in schemas} == rows
    assert set(rows) == set(KINDS)


def test_the_page_and_the_document_have_the_same_codes_of_errors() -> None:
    codes = SCHEMAS["Error"]["properties"]["code"]
    assert [names(row[0])[0] for row in table(PAGE, "| `code` of an error |")] == codes["enum"]


def test_the_page_and_the_document_have_the_same_messages_of_clients() -> None:
    rows = table(PAGE, "| message | does |")
    assert {filled(row[0].strip("`"))["type"] for row in rows} == {"subscribe", "ping"}
    subscribe = [name for row in table(PAGE, "| member of `subscribe` |") for name in names(row[0])]
    assert set(subscribe) == members("Subscribe")
    assert members("Ping") == set()
    assert "with the `tick` and `view` of the last\n`changes` you applied, and the `epoch`" in PAGE
    assert members("Resume") == {"epoch", "tick", "view"}


def test_the_page_and_the_document_have_the_same_filters() -> None:
    rows = {name: row[1] for row in table(PAGE, "| member | a flight passes") for name in names(row[0])}
    assert set(rows) == members("FlightFilter")
    labels = [name for name in EMERGENCIES if name is not None]
    assert names(rows["emergency"]) == [*labels, "any"]
    assert ", ".join(labels) in SCHEMAS["FlightFilter"]["properties"]["emergency"]["description"]


def test_the_page_and_the_document_have_the_same_parameters_of_the_address() -> None:
    assert "`?bbox=5,45,16,55&flights=ID,ID&precision_m=0`, and the members of a\nfilter" in PAGE
    assert set(PARAMETERS) == {"bbox", "flights", "precision_m", "at", "speed"} | members("FlightFilter")


def test_the_page_and_the_document_have_the_same_subprotocols() -> None:
    headers = DOCUMENT["channels"]["stream"]["bindings"]["ws"]["headers"]["properties"]
    spoken = re.findall(r"aerotrack\.v1\.\w+", headers["Sec-WebSocket-Protocol"]["description"])
    assert spoken == re.findall(r"aerotrack\.v1\.\w+", PAGE)
