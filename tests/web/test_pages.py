import gzip
from pathlib import Path

import pytest
from httpx import ASGITransport, AsyncClient

from web.harness import Site


def asking(page: Path, basemap: Path) -> AsyncClient:
    transport = ASGITransport(Site().app(page=page, basemap=basemap))
    return AsyncClient(transport=transport, base_url="http://aerotrack.example")


async def test_the_page_is_asked_for_again_and_its_parts_kept_forever(page: Path) -> None:
    async with asking(page, page) as client:
        index, part = await client.get("/"), await client.get("/assets/main-1a2b3c.js")
    assert (index.text, index.headers["cache-control"]) == ("<title>AeroTrack</title>", "no-cache")
    assert (part.text, part.headers["cache-control"]) == ("start()", "public, max-age=31536000, immutable")


@pytest.mark.parametrize(
    ("accepted", "encoding"), [("gzip, deflate, br", "gzip"), ("br", None), ("gzip;q=0", None), ("", None)]
)
async def test_a_part_goes_as_the_build_compressed_it_to_who_takes_that(
    page: Path, accepted: str, encoding: str | None
) -> None:
    (page / "assets" / "main-1a2b3c.js.gz").write_bytes(gzip.compress(b"start()"))
    async with asking(page, page) as client:
        part = await client.get("/assets/main-1a2b3c.js", headers={"Accept-Encoding": accepted})
    assert (part.text, part.headers.get("content-encoding")) == ("start()", encoding)
    assert part.headers["content-type"].startswith("text/javascript")
    assert (part.headers["vary"], part.headers["cache-control"]) == (
        "Accept-Encoding",
        "public, max-age=31536000, immutable",
    )


async def test_a_page_that_is_not_built_says_how(tmp_path: Path) -> None:
    async with asking(tmp_path, tmp_path) as client:
        answer = await client.get("/")
    assert answer.status_code == 200
    assert "./aerotrack" in answer.text


async def test_the_basemap_is_read_in_ranges(tmp_path: Path) -> None:
    (tmp_path / "base.pmtiles").write_bytes(b"PMTiles\x03" + bytes(100))
    async with asking(tmp_path, tmp_path) as client:
        answer = await client.get("/basemap/base.pmtiles", headers={"Range": "bytes=0-6"})
        again = await client.get("/basemap/base.pmtiles", headers={"If-None-Match": answer.headers["etag"]})
    assert (answer.status_code, answer.content) == (206, b"PMTiles")
    assert answer.headers["content-range"] == "bytes 0-6/108"
    assert again.status_code == 304


@pytest.mark.parametrize(
    "path", ["/nowhere", "/assets/none.js", "/basemap/../../pyproject.toml", "/docs/x.js"]
)
async def test_what_is_not_there_is_not_found(page: Path, path: str) -> None:
    async with asking(page, page) as client:
        assert (await client.get(path)).status_code == 404


async def test_the_api_can_be_browsed_without_the_internet(page: Path) -> None:
    async with asking(page, page) as client:
        answer = await client.get("/docs")
        assert "http" not in answer.text
        assert "<script>" not in answer.text
        assert "SwaggerUIBundle" in (await client.get("/docs/swagger-ui-bundle.js")).text
        assert "/api/v1/openapi.json" in (await client.get("/docs/start.js")).text
        assert (await client.get("/docs/swagger-ui.css")).headers["content-type"].startswith("text/css")
