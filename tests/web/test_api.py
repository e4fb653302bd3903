from pathlib import Path
from typing import Any

from httpx import ASGITransport, AsyncClient

from aerotrack.core.columns import PUBLIC_NAMES
from web.harness import Site

DOCS = Path(__file__).parents[2] / "docs" / "reference"


async def openapi() -> dict[str, Any]:
    async with AsyncClient(
        transport=ASGITransport(Site().app()), base_url="http://aerotrack.example"
    ) as client:
        answer: dict[str, Any] = (await client.get("/api/v1/openapi.json")).json()
        return answer


async def test_every_endpoint_is_described() -> None:
    assert set((await openapi())["paths"]) == {
        "/api/v1/flights",
        "/api/v1/flights/{flight_id}",
        "/api/v1/flights/{flight_id}/track",
        "/api/v1/aircraft/{icao24}",
        "/api/v1/aircraft/{icao24}/flights",
        "/api/v1/airports",
        "/api/v1/airports/{code}",
        "/api/v1/history/flights",
        "/api/v1/history/sky",
        "/api/v1/history/traffic",
        "/api/v1/events",
        "/api/v1/feeds",
        "/api/v1/stats",
        "/healthz",
        "/readyz",
        "/metrics",
        "/data/aircraft.json",
        "/data/receiver.json",
        "/data/status.json",
        "/data/stats.json",
        "/data/aircraft.binCraft",
        "/data/aircraft.binCraft.zst",
        "/re-api/",
        "/v2/all",
        "/v2/hex/{icao24}",
        "/v2/icao/{icao24}",
        "/v2/callsign/{callsign}",
        "/v2/reg/{registration}",
        "/v2/registration/{registration}",
        "/v2/type/{type_code}",
        "/v2/squawk/{squawk}",
        "/v2/sqk/{squawk}",
        "/v2/mil",
        "/v2/ladd",
        "/v2/pia",
        "/v2/point/{lat}/{lon}/{radius}",
        "/v2/lat/{lat}/lon/{lon}/dist/{radius}",
        "/v2/closest/{lat}/{lon}/{radius}",
        "/api/states/all",
    }


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
