"""The page in a real browser: the sky is there, nothing leaves the host, nothing goes wrong."""

import os
import time
from collections.abc import Iterator
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Browser, Page, Request, sync_playwright

from end_to_end.chromium import ARGUMENTS, BY_HAND, chromium
from end_to_end.program import Program


@pytest.fixture(scope="module")
def program(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Program]:
    with Program.serving("sim:?flights=400&seed=5", data_dir=tmp_path_factory.mktemp("data")) as program:
        yield program


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    found = chromium()
    if found is None:
        assert "CI" not in os.environ, "CI must test the page: it found no Chromium"
        pytest.skip(f"no Chromium is to be had: {BY_HAND}")
    path, environment = found
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=path, args=ARGUMENTS, env=os.environ | environment
        )
        yield browser
        browser.close()


@pytest.fixture
def page(browser: Browser) -> Iterator[Page]:
    page = browser.new_page(viewport={"width": 640, "height": 420}, reduced_motion="reduce")
    yield page
    page.close()


def until(page: Page, condition: str, within: float = 30.0) -> None:
    """Wait for a condition. Playwright's own way evaluates a string in the page, which its CSP forbids."""
    deadline = time.monotonic() + within
    while not page.evaluate(condition):
        assert time.monotonic() < deadline, condition
        page.wait_for_timeout(50)


def opened(page: Page, url: str) -> tuple[list[str], list[str]]:
    """Open the map and wait until flights are on it; return what went wrong, and the hosts it asked."""
    wrong: list[str] = []
    hosts: list[str] = []

    def note(request: Request) -> None:
        parts = urlsplit(request.url)
        if parts.scheme not in ("data", "blob"):
            hosts.append(parts.netloc)

    page.on("request", note)
    page.on("console", lambda message: wrong.append(message.text) if message.type == "error" else None)
    page.on("pageerror", lambda error: wrong.append(str(error)))
    page.goto(url + "/")
    until(page, "window.aerotrack?.ready === true")
    return wrong, hosts


def test_the_map_shows_the_flights_and_asks_no_other_host(page: Page, program: Program) -> None:
    wrong, hosts = opened(page, program.url)
    until(page, "window.aerotrack.flightCount() > 100")
    assert wrong == []
    assert set(hosts) == {urlsplit(program.url).netloc}


def test_a_flight_that_is_clicked_tells_of_itself(page: Page, program: Program) -> None:
    wrong, _ = opened(page, program.url)
    until(page, "window.aerotrack.flightCount() > 100")
    clicked: list[dict[str, float]] = []
    while not (selected := page.evaluate("window.aerotrack.selectedId()")) and len(clicked) < 30:
        at = page.evaluate(
            """(turn) => {
            const x = innerWidth / 2, y = innerHeight / 2;
            return window.aerotrack.ids()
                .map(id => window.aerotrack.pixelOf(id))
                .filter(at => at && document.elementFromPoint(at.x, at.y)?.tagName === "CANVAS")
                .sort((a, b) => Math.hypot(a.x - x, a.y - y) - Math.hypot(b.x - x, b.y - y))
                .at(turn % 5);
            }""",
            len(clicked),
        )  # as they are now: one may fly on from under the mouse, and the map may still move
        clicked.append(at)
        page.mouse.click(at["x"], at["y"])
        page.wait_for_timeout(300)
    assert selected, f"clicked at {clicked}"
    assert selected.split("-")[0] in page.inner_text("body").lower()
    assert wrong == []


def test_flights_move(page: Page, program: Program) -> None:
    opened(page, program.url)
    until(page, "window.aerotrack.flightCount() > 100")
    page.evaluate("""() => {
        const all = window.aerotrack;
        window.before = new Map(all.ids().map(id => [id, all.pixelOf(id)]));
    }""")
    until(
        page,
        """() => [...window.before].filter(([id, was]) => {
            const now = window.aerotrack.pixelOf(id);
            return was && now && Math.hypot(now.x - was.x, now.y - was.y) > 1e-4;
        }).length > 50""",
    )
