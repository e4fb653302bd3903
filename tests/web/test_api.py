from pathlib import Path
from typing import Any

from httpx import ASGITransport, AsyncClient

from aerotrack.core.columns import PUBLIC_NAMES
from aerotrack.web.access import ROUTES
from web.harness import Site

NOT_DESCRIBED = {
    "/", "/assets", "/basemap", "/docs", "/docs/start.js", "/docs/{name}",
    "/api/v1/openapi.json", "/api/v1/asyncapi.json", "/api/v1/stream",
}  # fmt: skip
DOCS = Path(__file__).parents[2] / "docs" / "reference"


async def openapi() -> dict[str, Any]:
    async with AsyncClient(
        transport=ASGITransport(Site().app()), base_url="http://aerotrack.example"
    ) as client:
        answer: dict[str, Any] = (await client.get("/api/v1/openapi.json")).json()
        return answer


async def test_every_route_but_the_stream_and_the_pages_is_described() -> None:
    described = {path.rstrip("/") for path in (await openapi())["paths"]}
    assert set(ROUTES) - described == NOT_DESCRIBED
    assert described <= set(ROUTES)


async def test_the_description_names_the_parameters_of_the_interface() -> None:
    paths = (await openapi())["paths"]
    parameters = {parameter["name"] for parameter in paths["/api/v1/flights"]["get"]["parameters"]}
    assert parameters == {
        "bbox", "callsign", "icao24", "squawk", "type_code", "registration", "feed", "emergency",
        "min_altitude_ft", "max_altitude_ft", "near", "radius_nm", "limit", "format",
    }  # fmt: skip
    track = {
        parameter["name"] for parameter in paths["/api/v1/flights/{flight_id}/track"]["get"]["parameters"]
    }
    assert track == {"flight_id", "format", "from", "to"}
    flight = paths["/api/v1/flights/{flight_id}"]["get"]
    assert {parameter["name"] for parameter in flight["parameters"]} == {"flight_id", "explain"}
    described = flight["responses"]["200"]["content"]["application/json"]["schema"]
    assert described["properties"]["explain"]["type"] == ["object", "null"]
    assert "explain" not in described["required"]


async def test_problems_are_described_as_problems() -> None:
    described = (await openapi())["paths"]["/api/v1/flights"]["get"]["responses"]["422"]["content"]
    assert list(described) == ["application/problem+json"]


async def test_every_endpoint_is_in_the_reference() -> None:
    reference = (DOCS / "http.md").read_text()
    assert [path for path in (await openapi())["paths"] if f"`GET {path}`" not in reference] == []


def test_every_key_of_a_flight_is_in_the_reference() -> None:
    reference = (DOCS / "http.md").read_text()
    assert [name for name in PUBLIC_NAMES if f"\n| `{name}` |" not in reference] == []


def test_every_message_error_and_limit_of_the_stream_is_in_the_reference() -> None:
    reference = (DOCS / "stream.md").read_text()
    for word in (
        "hello",
        "changes",
        "error",
        "pong",
        "subscribe",
        "ping",
        "bad_request",
        "unsupported",
        "too_large",
    ):
        assert f"`{word}`" in reference or f'"type":"{word}"' in reference
