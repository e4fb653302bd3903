"""A program that serves a sky to look at, and a browser to look with."""

import os
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from playwright.sync_api import Browser

from end_to_end.chromium import BY_HAND, launched
from end_to_end.page import Visit, visit
from end_to_end.program import Program

Visitor = Callable[..., Visit]


@pytest.fixture(scope="session")
def program(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Program]:
    with Program.serving("sim:?flights=400&seed=5", data_dir=tmp_path_factory.mktemp("data")) as program:
        yield program


# Playwright keeps an event loop running, which tests with loops of their own cannot stand: for a module only.
@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with launched() as browser:
        if browser is not None:
            yield browser
            return
        assert "CI" not in os.environ, "CI must test the page: it found no Chromium"
        pytest.skip(f"no Chromium is to be had: {BY_HAND}")


@pytest.fixture
def visitor(browser: Browser) -> Iterator[Visitor]:
    """Opens windows, and closes them after the test."""
    visits: list[Visit] = []

    def open_window(**options: Any) -> Visit:
        visits.append(visit(browser, **options))
        return visits[-1]

    yield open_window
    for each in visits:
        each.context.close()
