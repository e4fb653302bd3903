"""The page as a person has it before them: opened, waited for, listened to for anything that goes wrong."""

import json
import re
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from playwright.sync_api import Browser, BrowserContext, ConsoleMessage, Locator, Page, Request

AXE = Path(__file__).parents[2] / "dashboard/node_modules/axe-core/axe.min.js"
SMALL = {"width": 640, "height": 420}
PHONE = {"width": 390, "height": 780}
WITHOUT_WEBGL = """() => {
    const real = HTMLCanvasElement.prototype.getContext;
    HTMLCanvasElement.prototype.getContext = function (kind, ...more) {
        return /^webgl/.test(kind) ? null : real.call(this, kind, ...more);
    };
}"""
FIND = "Find flights, places, filters and commands"


class Visit:
    """A page that was opened, and everything about it that nobody wants.

    Without a GPU one picture of the map takes most of a second of a core. So the map is drawn plainly, as for
    a person without WebGL, unless the test is about the map: `graphics`.
    """

    def __init__(self, context: BrowserContext, *, graphics: bool) -> None:
        self.context = context
        self.graphics = graphics
        if not graphics:
            context.add_init_script(f"({WITHOUT_WEBGL})()")
        self.page: Page = context.new_page()
        self.wrong: list[str] = []
        self.hosts: set[str] = set()
        self.page.on("request", self._asked)
        self.page.on("console", self._said)
        self.page.on("pageerror", lambda error: self.wrong.append(str(error)))

    def open(self, url: str) -> "Visit":
        """Open an address and wait until its flights are there."""
        self.page.goto(url)
        there = "() => window.aerotrack?.ready === true && window.aerotrack.flightCount() > 0"
        self.until(there, within=60.0)  # without a GPU, and beside the other tests, shaders take their time
        if not self.graphics:
            self.ask("() => document.querySelector('#notice button').click()")  # the focus stays where it is
        return self

    @property
    def about(self) -> Locator:
        """What the page says of its map: why it is drawn plainly."""
        return self.page.get_by_role("complementary", name="About the map")

    def ask(self, question: str, argument: object = None) -> Any:
        """Call a function of JavaScript in the page; a mere string would need `eval`, which it forbids."""
        assert "=>" in question, question
        return self.page.evaluate(question, argument)

    def until(self, condition: str, argument: object = None, within: float = 20.0) -> Any:
        """Wait until a function of JavaScript tells something true; return it."""
        return until(lambda: self.ask(condition, argument), condition, within, self.page)

    @property
    def find(self) -> Locator:
        """The field that finds everything."""
        return self.page.get_by_role("combobox", name=FIND)

    @property
    def chosen(self) -> str | None:
        """The id of the flight that is selected."""
        found: str | None = self.ask("() => window.aerotrack.selectedId()")
        return found

    def a_flight(self) -> dict[str, Any]:
        """A flight that flies, with a callsign and a place: what the page knows of it."""
        flight: dict[str, Any] = self.until(
            """() => {
                const { sky } = window.aerotrack.app;
                for (const slot of sky.slots()) {
                    const flight = sky.flight(slot);
                    if (flight.callsign && flight.altitude_ft > 20000 && flight.lat !== null) return flight;
                }
                return null;
            }"""
        )
        return flight

    def violations(self, *without: str) -> list[str]:
        """What axe finds that is serious or critical."""
        if self.ask("() => !('axe' in window)"):
            self.ask(f"() => {{ {AXE.read_text()}; }}")
        found = self.ask(
            """async (without) => {
                const rules = Object.fromEntries(without.map(rule => [rule, { enabled: false }]));
                const options = { resultTypes: ['violations'], rules };
                const { violations } = await window.axe.run(document, options);
                return violations.filter(({ impact }) => impact === 'serious' || impact === 'critical')
                    .map(({ id, nodes }) => [
                        id, nodes.map(({ html, any }) => [html.slice(0, 160), any[0]?.message]),
                    ]);
            }""",
            list(without),
        )
        return [json.dumps(each) for each in found]

    def _asked(self, request: Request) -> None:
        parts = urlsplit(request.url)
        if parts.scheme not in ("data", "blob"):
            self.hosts.add(parts.netloc)

    def _said(self, message: ConsoleMessage) -> None:
        if message.type == "error" or re.search("Content.Security.Policy", message.text):
            self.wrong.append(message.text)


def visit(browser: Browser, *, graphics: bool = False, **options: Any) -> Visit:
    """Open a window of its own, small and calm unless told otherwise."""
    defaults = {"viewport": SMALL, "reduced_motion": "reduce", "color_scheme": "dark"}
    return Visit(browser.new_context(**(defaults | options)), graphics=graphics)


def until(tell: Callable[[], Any], what: str, within: float, page: Page) -> Any:
    """Wait until it tells something true. Playwright's own way evaluates a string in the page."""
    deadline = time.monotonic() + within
    while not (told := tell()):
        assert time.monotonic() < deadline, what
        page.wait_for_timeout(50)
    return told


def wait_for(page: Page, condition: str, within: float) -> None:
    """Wait until an expression of JavaScript is true."""
    until(lambda: page.evaluate(condition), f"not within {within} s: {condition}", within, page)
