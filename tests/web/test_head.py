from pathlib import Path

import pytest
from httpx import ASGITransport, AsyncClient, Response

from web.harness import Site


async def asked(method: str, path: str, page: Path) -> Response:
    transport = ASGITransport(Site().app(page=page))
    async with AsyncClient(transport=transport, base_url="http://aerotrack.example") as client:
        return await client.request(method, path)


@pytest.mark.parametrize("path", ["/healthz", "/api/v1/flights", "/api/v1/flights/zzz", "/", "/nowhere"])
async def test_head_is_get_without_the_body(page: Path, path: str) -> None:
    head, get = await asked("HEAD", path, page), await asked("GET", path, page)
    assert (head.status_code, head.content) == (get.status_code, b"")
    assert head.headers == get.headers


async def test_other_methods_stay_what_they_are(page: Path) -> None:
    assert (await asked("POST", "/healthz", page)).status_code == 405
