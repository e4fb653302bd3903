"""A site to ask, for every test of the web."""

import logging
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest
import pytest_asyncio

from aerotrack.web.server import Server
from web.harness import Site, Stage


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def stage() -> AsyncIterator[tuple[Stage, str]]:
    """Serve, for all tests, whatever stands on the stage."""
    stage = Stage()
    with Server.bound("127.0.0.1", 0) as server:
        async with server.serving(stage):
            yield stage, server.url


@pytest.fixture
def options() -> dict[str, Any]:
    """Return what the site is made with; a test file or class may say otherwise."""
    return {}


@pytest_asyncio.fixture(loop_scope="session")
async def site(
    stage: tuple[Stage, str], options: dict[str, Any], caplog: pytest.LogCaptureFixture
) -> AsyncIterator[Site]:
    """Put an empty sky on the stage, and make sure that no client gets a word into the log."""
    site = Site(url=stage[1])
    stage[0].app = site.app(**options)
    with caplog.at_level(logging.WARNING):
        async with site.broadcasting():
            yield site
    assert not caplog.get_records("call")  # `records` would be those of this teardown


@pytest.fixture
def page(tmp_path: Path) -> Path:
    """Build a page of two files."""
    (tmp_path / "assets").mkdir()
    (tmp_path / "assets" / "main-1a2b3c.js").write_text("start()")
    (tmp_path / "index.html").write_text("<title>AeroTrack</title>")
    return tmp_path
