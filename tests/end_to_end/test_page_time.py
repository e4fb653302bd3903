"""The past is played through the same page, and a server or a feed that goes away is waited for."""

import time
from collections.abc import Callable
from contextlib import ExitStack
from functools import partial
from pathlib import Path
from urllib.parse import urlsplit

from playwright.sync_api import expect

from end_to_end.feeder import aircraft, feeder, sbs
from end_to_end.page import Visit
from end_to_end.program import Program

Visitor = Callable[..., Visit]
NOW = "() => window.aerotrack.app.now()"
AWAY = "async () => (await (await fetch('/api/v1/feeds')).json()).feeds.every(({ connected }) => !connected)"
LATITUDES = (
    "() => [...window.aerotrack.app.sky.slots()].map(slot => window.aerotrack.app.sky.flight(slot).lat)"
)


def test_stored_minutes_are_played_and_one_comes_back_to_the_present(
    visitor: Visitor, program: Program
) -> None:
    visit = visitor(viewport={"width": 900, "height": 560}).open(program.url)
    page = visit.page
    page.get_by_role("button", name="Show the controls of time").click()
    began = visit.ask(NOW)
    visit.until("began => window.aerotrack.app.now() > began + 12000", began)
    wall = visit.ask(NOW)
    visit.ask("at => { window.aerotrack.app.state.playing.value = { at, speed: 2 }; }", wall - 11_000)
    back = page.get_by_role("button", name="Back to live")
    expect(back).to_be_visible()
    link = "window.aerotrack.app.state.link.value"
    visit.until(f"() => !{link}.live && !{link}.seeking")
    past = visit.ask(NOW)
    assert wall - 13_000 < past < wall - 3_000
    assert visit.ask("() => window.aerotrack.flightCount()") > 100
    visit.until("past => window.aerotrack.app.now() > past + 4000", past)  # twice as fast
    page.get_by_role("button", name="Pause", exact=True).click()
    page.wait_for_timeout(600)
    stood = visit.ask(NOW)
    page.wait_for_timeout(600)
    assert abs(visit.ask(NOW) - stood) < 50
    back.click()
    visit.until(f"wall => {link}.live && window.aerotrack.app.now() > wall", wall)
    expect(back).to_be_hidden()
    assert visit.ask("() => window.aerotrack.app.state.playing.value.at") is None
    assert visit.wrong == []


def test_a_server_that_went_away_is_told_of_and_found_again(visitor: Visitor, tmp_path: Path) -> None:
    source = "sim:?flights=60&seed=3"
    with Program.serving(source, data_dir=tmp_path) as first:
        port = urlsplit(first.url).port or 0
        visit = visitor().open(first.url)
        status = visit.page.locator("#status")
        expect(status).to_contain_text("Live")
        first.process.kill()
        first.process.wait()
        visit.until("() => window.aerotrack.app.state.link.value.state === 'reconnecting'")
        expect(status).not_to_contain_text("Live")
        assert visit.ask("() => window.aerotrack.flightCount()") > 0  # the picture stays
    with Program.serving(source, data_dir=tmp_path, port=port):
        began = time.monotonic()
        visit.until("() => window.aerotrack.app.state.link.value.state === 'live'", within=30)
        expect(status).to_contain_text("Live")
        assert time.monotonic() - began < 20
        visit.until("() => window.aerotrack.flightCount() > 0")
    told = ("net::ERR_", "WebSocket")  # what the browser itself says of a server that is away
    assert [each for each in visit.wrong if not any(word in each for word in told)] == []


def test_feeds_that_restart_go_on_in_the_page_as_it_is(visitor: Visitor, tmp_path: Path) -> None:
    kinds = {"sbs": partial(sbs, ["KLM1"]), "json": partial(aircraft, flight="KLM2")}
    with ExitStack() as serving:
        with ExitStack() as feeding:
            ports = {kind: feeding.enter_context(feeder(lines)) for kind, lines in kinds.items()}
            sources = [f"{kind}://127.0.0.1:{port}" for kind, port in ports.items()]
            program = serving.enter_context(Program.serving(*sources, data_dir=tmp_path))
            visit = visitor().open(program.url)
            visit.until("() => window.aerotrack.flightCount() === 2")
            visit.ask("() => { window.opened = 'once'; }")
        visit.until(AWAY)
        before = visit.ask(LATITUDES)
        for kind, lines in kinds.items():
            serving.enter_context(feeder(lines, ports[kind]))
        visit.until(f"before => ({LATITUDES})().every((lat, at) => lat > before[at])", before)
        assert visit.ask("() => window.opened") == "once"
        assert visit.wrong == []
