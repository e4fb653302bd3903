"""The page in a real browser: the sky is there and moves, nothing leaves the host, nothing goes wrong."""

from collections.abc import Callable
from urllib.parse import urlsplit

from playwright.sync_api import expect

from end_to_end.page import Visit
from end_to_end.program import Program

Visitor = Callable[..., Visit]


def test_a_tour_of_the_page_asks_no_other_host_and_nothing_goes_wrong(
    visitor: Visitor, program: Program
) -> None:
    visit = visitor(graphics=True, viewport={"width": 1000, "height": 640}).open(program.url)
    page = visit.page
    visit.until("() => window.aerotrack.flightCount() > 100")
    flight = visit.a_flight()
    visit.ask("id => window.aerotrack.select(id)", flight["id"])
    details = page.get_by_role("region", name="Flight", exact=True)
    expect(details).to_contain_text(flight["callsign"].strip())
    for panel in ("table", "layers", "events", "time", "help"):
        visit.ask("name => { window.aerotrack.app.state.open.value = new Set([name]); }", panel)
        page.wait_for_timeout(250)
    visit.ask(
        """() => {
            const { state, view } = window.aerotrack.app;
            state.open.value = new Set();
            state.theme.value = 'light';
            const layers = ['night', 'airports', 'places', 'trails', 'rings', 'coverage', 'heat'];
            state.layers.value = new Set(layers);
            state.home.value = { lat: 50, lon: 8.5 };
            state.projection.value = 'flat';
            state.labels.value = 'full';
            view.goTo({ lat: 50.03, lon: 8.57 }, 10);
        }"""
    )
    page.wait_for_timeout(1500)
    assert visit.wrong == []
    assert visit.hosts == {urlsplit(program.url).netloc}


def test_a_flight_that_is_clicked_tells_of_itself(visitor: Visitor, program: Program) -> None:
    visit = visitor(graphics=True).open(program.url)
    visit.until("() => window.aerotrack.flightCount() > 100")
    clicked: list[dict[str, float]] = []
    while not visit.chosen and len(clicked) < 30:
        at = visit.ask(
            """turn => {
                const x = innerWidth / 2, y = innerHeight / 2;
                return window.aerotrack.ids()
                    .map(id => window.aerotrack.pixelOf(id))
                    .filter(at => at && document.elementFromPoint(at.x, at.y)?.tagName === 'CANVAS')
                    .sort((a, b) => Math.hypot(a.x - x, a.y - y) - Math.hypot(b.x - x, b.y - y))
                    .at(turn % 5);
            }""",
            len(clicked),
        )  # as they are now: one may fly on from under the mouse, and the map may still move
        clicked.append(at)
        visit.page.mouse.click(at["x"], at["y"])
        visit.page.wait_for_timeout(300)
    assert visit.chosen, f"clicked at {clicked}"
    address = visit.chosen.split("-")[0].upper()
    expect(visit.page.get_by_role("region", name="Flight", exact=True)).to_contain_text(address)
    assert visit.wrong == []


def test_flights_move(visitor: Visitor, program: Program) -> None:
    visit = visitor(graphics=True).open(program.url)
    visit.until("() => window.aerotrack.flightCount() > 100")
    visit.ask(
        """() => {
            const all = window.aerotrack;
            window.before = new Map(all.ids().map(id => [id, all.pixelOf(id)]));
        }"""
    )
    visit.until(
        """() => [...window.before].filter(([id, was]) => {
            const now = window.aerotrack.pixelOf(id);
            return was && now && Math.hypot(now.x - was.x, now.y - was.y) > 1e-4;
        }).length > 50"""
    )
