from collections.abc import Iterator
from typing import Any
from urllib.parse import quote

import pytest
from jsonschema import Draft202012Validator

from aerotrack.core.columns import PUBLIC_NAMES
from aerotrack.web import schemas
from fakes import START, rows_of
from web.harness import Site

NAME, BIGINT = "4ca2d6-6740a31c", 0x4CA2D6 << 32 | START
PATHS = Site().app().openapi()["paths"]
TEXTS = {"/metrics"}  # in formats of Prometheus: their media types say it all
TAKEN_AND_REFUSED = {
    "/api/v1/flights": {
        "bbox": (["5,45,16,55", "170,-1,-170,1e1", ""], ["5,45,16", "5,45,16,55,1"]),
        "near": (["50.03,8.57", " 50 , +8.5", ""], ["50", "50,8,1"]),
        "icao24": (["4ca2d6", "~4CA2D6,000001", ""], ["4ca2d", "4ca2d6,", "4ca2d6 "]),
        "squawk": (["7700", "0000,7777", ""], ["7800", "77000", "7700,", "x"]),
        "emergency": (["any", "Unlawful,no_radio", ""], ["any,", "7700"]),
        "callsign": (["DLH", "DLH, SWR,", "", "," * 99], ["," * 100]),
    },
    "/api/v1/history/flights": {
        "bbox": (["5,45,16,55", ""], ["5,45,16"]),
        "polygon": (["8,50,9,50,8.5,51", "8,50,9,50,8.5,51,8,50", ""], ["8,50,9,50", "8,50,9,50,8.5"]),
        "icao24": (["4ca2d6", "~4CA2D6, 000001", "4ca2d6,,", ""], ["4ca2d6-6740a31c", "xyz"]),
        "origin": (["EDDF", "eddf, EDDM", ""], ["," * 100]),
        "cursor": (["", "WzU0NDQ1MDY0NTAsMS41XQ"], ["\0", "x y", "W" * 201]),
    },
    "/api/v1/flights/{flight_id}": {
        "flight_id": ([NAME, "~4CA2D6-1"], ["lufthansa", "4ca2d6", f"{NAME}0"]),
    },
    "/api/v1/aircraft/{icao24}": {"icao24": (["4ca2d6", "~4CA2D6"], ["4ca2d", "4ca2d6x"])},
}  # fmt: skip
"""What a parameter takes and what it refuses, by the route."""


def test_a_flight_is_described_by_every_one_of_its_keys() -> None:
    described = schemas.flight()
    assert tuple(described["properties"]) == tuple(described["required"]) == PUBLIC_NAMES


def test_a_column_is_described_with_its_unit_and_may_be_null() -> None:
    assert schemas.flight()["properties"]["altitude_ft"] == {
        "type": ["number", "null"],
        "description": "barometric altitude, ft; null: not known",
    }


def test_a_coded_column_lists_its_values() -> None:
    emergency = schemas.flight()["properties"]["emergency"]
    assert emergency["enum"] == ["general", "medical", "minimum_fuel", "no_radio", "unlawful", "downed", None]


def test_the_time_of_a_position_is_a_time() -> None:
    assert schemas.position()["properties"]["time"]["format"] == "date-time"


def test_every_answer_has_a_schema_or_is_a_text_of_a_known_kind() -> None:
    bare = {
        path
        for path, media_types in answers()
        if not media_types or not all(media.get("schema") for media in media_types.values())
    }
    assert bare == TEXTS
    assert all(dict(answers())[path] for path in TEXTS)


def test_every_text_in_a_path_says_what_it_may_be() -> None:
    bare = {
        path
        for path, operations in PATHS.items()
        for parameter in operations["get"].get("parameters", ())
        if parameter["in"] == "path" and parameter["schema"]["type"] == "string"
        and not parameter["schema"].keys() & {"pattern", "maxLength", "enum"}
    }  # fmt: skip
    assert bare == set()


def taken_and_refused() -> Iterator[tuple[str, str, str, bool]]:
    for path, parameters in TAKEN_AND_REFUSED.items():
        for name, (taken, refused) in parameters.items():
            yield from ((path, name, text, True) for text in taken)
            yield from ((path, name, text, False) for text in refused)


@pytest.mark.asyncio(loop_scope="session")
@pytest.mark.parametrize(("path", "name", "text", "taken"), [*taken_and_refused()])
async def test_a_text_is_taken_where_the_description_says_so(
    site: Site, path: str, name: str, text: str, *, taken: bool
) -> None:
    site.history.past = [{"id": NAME, "icao24": "4ca2d6"}]
    (schema,) = (p["schema"] for p in PATHS[path]["get"]["parameters"] if p["name"] == name)
    assert Draft202012Validator(schema).is_valid(text) == taken
    asked = path.replace(f"{{{name}}}", quote(text)) if "{" in path else f"{path}?{name}={quote(text)}"
    assert ((await site.get(asked)).status_code == 422) != taken


FORMATS = {
    path: parameter["schema"]["enum"]
    for path, operations in PATHS.items()
    for parameter in operations["get"].get("parameters", ())
    if parameter["name"] == "format"
}


@pytest.mark.asyncio(loop_scope="session")
@pytest.mark.parametrize("path", FORMATS)
async def test_each_format_is_answered_as_it_is_described(site: Site, path: str) -> None:
    site.sky.columns = rows_of(0x4CA2D6, lat=50.0, lon=8.0)
    places = rows_of([0x4CA2D6] * 3, time=[START, START + 10, START + 20], lat=[50.0, 50.1, 50.2], lon=8.0)
    site.history.tracks = {BIGINT: places}
    described = dict(answers())[path]
    came = set()
    for format_ in FORMATS[path]:
        answer = await site.get(f"{path.format(flight_id=NAME)}?format={format_}")
        media_type = answer.headers["content-type"].partition(";")[0]
        said = answer.json() if "json" in media_type else answer.text
        Draft202012Validator(described[media_type]["schema"]).validate(said)
        came.add(media_type)
    assert came == described.keys()


@pytest.mark.asyncio(loop_scope="session")
async def test_an_aircraft_is_as_it_is_described(site: Site) -> None:
    site.sky.columns = rows_of(0x4CA2D6, registration=b"EI-DAC")
    described = dict(answers())["/api/v1/aircraft/{icao24}"]["application/json"]["schema"]
    answer = (await site.get("/api/v1/aircraft/4ca2d6")).json()
    Draft202012Validator(described).validate(answer)
    assert answer.keys() == described["properties"].keys()


def answers() -> Iterator[tuple[str, dict[str, Any]]]:
    for path, operations in PATHS.items():
        for operation in operations.values():
            yield path, operation["responses"]["200"].get("content", {})
