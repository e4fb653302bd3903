"""The tutorial: what it has the reader type works as it stands."""

import asyncio
import os
import re
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from urllib.parse import urlsplit

import numpy as np
import pytest
from playwright.async_api import async_playwright

from end_to_end.chromium import ARGUMENTS, BY_HAND, chromium
from fakes import START, changes_of, rows_of
from web.harness import Site

PAGE = Path(__file__).parents[2] / "docs/tutorial/ten-line-client.md"
HERE = "127.0.0.1:8080"
FRANKFURT = {"lat": 50.0, "lon": 8.5, "ground_speed_kt": 400.0, "track_deg": 90.0}
HEARD = {"time": START + 1001.0, "last_heard": START + 1001.0}  # in tick 1


def blocks(language: str) -> list[str]:
    return re.findall(rf"^```{language}\n(.*?)^```$", PAGE.read_text("utf-8"), re.MULTILINE | re.DOTALL)


@pytest.fixture
async def site() -> AsyncIterator[Site]:
    """Serve two flights over Frankfurt, one of which has an emergency."""
    site = Site()
    both = rows_of([0x4CA2D6, 0x3C6444], callsign=[b"EIN1", b"DLH2"], emergency=[0, 2], **FRANKFURT | HEARD)
    site.broadcaster.take(changes_of(1, {**both, "row": np.array([1, 2])}))
    async with site.serving():
        yield site


def move_on(site: Site) -> None:
    """Move one flight, and have the other go."""
    moved = rows_of(0x4CA2D6, callsign=b"EIN1", **FRANKFURT | HEARD | {"lat": 50.1})
    gone = rows_of(0x3C6444, **FRANKFURT | HEARD)
    site.broadcaster.take(changes_of(2, {**moved, "row": np.array([1])}, {**gone, "row": np.array([2])}))


@asynccontextmanager
async def running(code: str, site: Site) -> AsyncIterator[asyncio.StreamReader]:
    """Run Python code as a program; yield what it prints."""
    assert HERE in code
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-u", "-c", code.replace(HERE, urlsplit(site.url).netloc),
        stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.STDOUT,
        env=os.environ | {"no_proxy": "127.0.0.1"},
    )  # fmt: skip
    assert process.stdout is not None
    try:
        async with asyncio.timeout(30):
            yield process.stdout
    finally:
        process.kill()
        await process.communicate()


async def line_of(output: asyncio.StreamReader) -> str:
    return (await output.readline()).decode().rstrip()


def test_the_tutorial_has_three_programs_in_python_and_one_for_a_browser() -> None:
    assert (len(blocks("python")), len(blocks("js"))) == (3, 1)


@pytest.mark.parametrize("block", [*blocks("python")[:2], *blocks("js")], ids=["ours", "plain", "browser"])
def test_a_client_has_ten_lines(block: str) -> None:
    assert len([line for line in block.splitlines() if line]) == 10


async def test_the_client_in_ten_lines_follows_the_sky_and_tells_of_an_emergency(site: Site) -> None:
    async with running(blocks("python")[0], site) as output:
        assert await line_of(output) == "1 2 flights, 2 changed"
        assert await line_of(output) == "DLH2 medical 50.0 8.5"
        move_on(site)
        assert await line_of(output) == "2 1 flights, 1 changed"


async def test_the_client_without_a_library_of_ours_follows_the_same_sky(site: Site) -> None:
    async with running(blocks("python")[1], site) as output:
        assert await line_of(output) == "1 2 flights, 2 changed"
        move_on(site)
        assert await line_of(output) == "2 1 flights, 1 changed"


async def test_the_client_that_works_out_where_flights_are_follows_them_too(site: Site) -> None:
    async with running(blocks("python")[2], site) as output:
        assert await line_of(output) == "1 2 flights, the first at 50.000 8.500"
        move_on(site)
        assert await line_of(output) == "2 1 flights, the first at 50.100 8.503"  # a second's way on


async def test_the_client_in_a_browser_follows_the_same_sky(site: Site) -> None:
    found = chromium()
    if found is None:
        assert "CI" not in os.environ, "CI must test the tutorial: it found no Chromium"
        pytest.skip(f"no Chromium is to be had: {BY_HAND}")
    path, environment = found
    said: asyncio.Queue[str] = asyncio.Queue()
    async with asyncio.timeout(60), async_playwright() as playwright:
        browser = await playwright.chromium.launch(
            executable_path=path, args=ARGUMENTS, env={**os.environ, **environment}
        )
        page = await browser.new_page()
        page.on("console", lambda each: said.put_nowait(each.text) if each.type == "log" else None)
        await page.goto(f"{site.url}api/v1/flights")  # any page of the server will do
        await page.evaluate(f"() => {{ {blocks('js')[0]} }}")
        assert await said.get() == "1 2 flights, 2 changed"
        move_on(site)
        assert await said.get() == "2 1 flights, 1 changed"
        await browser.close()
