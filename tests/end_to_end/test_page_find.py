"""Who looks for a flight finds it, sees only what was asked for, keeps up with it, and shows it to others."""

import re
from collections.abc import Callable

from playwright.sync_api import expect

from end_to_end.page import Visit
from end_to_end.program import Program

Visitor = Callable[..., Visit]
SHOWN = "() => window.aerotrack.app.sieve.count"
# The flight is on the map, and no panel lies over it.
SEEN = """id => {
    const at = window.aerotrack.pixelOf(id);
    const { left, top, right, bottom } = window.aerotrack.app.clear();
    const clear = at && at.x > left && at.x < right && at.y > top && at.y < bottom;
    return clear && document.elementFromPoint(at.x, at.y)?.tagName === 'CANVAS';
}"""
CHIPS = "() => window.aerotrack.app.state.terms.value"


def test_a_flight_is_found_by_its_callsign(visitor: Visitor, program: Program) -> None:
    visit = visitor().open(program.url)
    flight = visit.a_flight()
    callsign = flight["callsign"].strip()
    visit.page.keyboard.press("/")
    expect(visit.find).to_be_focused()
    visit.page.keyboard.type(callsign)
    option = visit.page.get_by_role("option", name=callsign).first
    expect(option).to_be_visible()
    option.click()
    assert visit.chosen == flight["id"]
    expect(visit.page.get_by_role("heading", name=callsign)).to_be_visible()
    visit.until(SEEN, flight["id"])
    assert visit.wrong == []


def test_the_field_at_the_top_is_used_by_keyboard_alone(visitor: Visitor, program: Program) -> None:
    visit = visitor(viewport={"width": 1000, "height": 640}).open(program.url)
    keys = visit.page.keyboard
    visit.until("() => window.aerotrack.flightCount() > 390")
    one, other = visit.ask(
        """() => {
            const { sky } = window.aerotrack.app;
            const all = [...sky.slots()].map(slot => sky.flight(slot)).filter(({ callsign }) => callsign);
            return all.slice(0, 2);
        }"""
    )
    for flight, press in (one, "Enter"), (other, "Shift+Enter"):
        keys.press("/")
        keys.type(flight["callsign"].strip())
        expect(visit.page.get_by_role("option", selected=True)).to_contain_text(flight["callsign"].strip())
        keys.press(press)
        expect(visit.find).to_have_value("")
    assert visit.ask("() => window.aerotrack.app.state.selected.value") == [one["id"], other["id"]]

    keys.press("/")
    keys.type("phase:")
    options = visit.page.get_by_role("option")
    expect(options.first).to_have_attribute("aria-selected", "true")
    keys.press("ArrowUp")
    expect(options.last).to_have_attribute("aria-selected", "true")
    keys.press("ArrowDown")
    keys.press("ArrowDown")
    expect(options.nth(1)).to_have_attribute("aria-selected", "true")
    keys.press("Escape")
    expect(visit.find).to_have_value("")
    expect(options).to_have_count(0)
    assert visit.ask(CHIPS) == []

    keys.type("alt>30000")
    keys.press("Enter")
    assert visit.ask(CHIPS) == ["alt>30000"]
    visit.page.get_by_role("button", name="Change Altitude").press("Enter")
    expect(visit.find).to_have_value("alt>30000")
    keys.press("Backspace")
    keys.press("Enter")
    assert visit.ask(CHIPS) == ["alt>3000"]
    visit.page.get_by_role("button", name="Change Altitude").press("Enter")
    keys.press("ControlOrMeta+a")
    keys.press("Backspace")
    keys.press("Enter")
    assert visit.ask(CHIPS) == []  # a filter of which nothing is left
    keys.press("Escape")
    expect(visit.find).not_to_be_focused()
    assert len(visit.ask("() => window.aerotrack.app.state.selected.value")) == 2
    assert visit.wrong == []


def test_a_term_becomes_a_chip_that_hides_the_others_until_it_is_taken_away(
    visitor: Visitor, program: Program
) -> None:
    visit = visitor().open(program.url)
    page = visit.page
    all_shown = visit.until(SHOWN)
    visit.find.fill("alt>30000")
    page.keyboard.press("Enter")
    chips = page.get_by_role("group", name="Filter", exact=True)
    expect(chips).to_be_visible()
    assert 0 < visit.ask(SHOWN) < all_shown
    low = visit.ask(
        """() => {
            const { sky, sieve, now } = window.aerotrack.app;
            const shown = [...sky.slots()].filter(slot => sieve.passed[slot]);
            return shown.filter(slot => sky.altitudeAt(slot, now()) < 29000).length;
        }"""
    )
    assert low == 0
    visit.until("() => decodeURIComponent(location.hash).includes('alt')")
    chips.get_by_role("button", name=re.compile("^Remove")).click()
    expect(chips).to_be_hidden()
    visit.until("all => window.aerotrack.app.sieve.count >= all - 5", all_shown)
    assert visit.wrong == []


def test_a_followed_flight_stays_in_the_middle_and_a_drag_lets_it_go(
    visitor: Visitor, program: Program
) -> None:
    visit = visitor(graphics=True, viewport={"width": 900, "height": 560}).open(program.url)
    flight = visit.a_flight()
    visit.ask("id => window.aerotrack.select(id)", flight["id"])
    follow = visit.page.get_by_role("button", name="Follow", exact=True)
    follow.click()
    expect(follow).to_have_attribute("aria-pressed", "true")
    for _ in range(2):
        visit.until(
            """id => {
                const at = window.aerotrack.pixelOf(id);
                return at && Math.hypot(at.x - innerWidth / 2, at.y - innerHeight / 2) < 8;
            }""",
            flight["id"],
        )
        visit.page.wait_for_timeout(1000)
    visit.page.mouse.move(300, 380)
    visit.page.mouse.down()
    visit.page.mouse.move(240, 340, steps=4)
    visit.page.mouse.up()
    expect(follow).to_have_attribute("aria-pressed", "false")
    assert visit.wrong == []


def test_a_shared_link_shows_the_same_selection_filter_and_place(visitor: Visitor, program: Program) -> None:
    permissions = ["clipboard-read", "clipboard-write"]
    visit = visitor(viewport={"width": 900, "height": 560}, permissions=permissions).open(program.url)
    flight = visit.a_flight()
    visit.ask(
        """flight => {
            const { state, view } = window.aerotrack.app;
            state.choose(flight.id);
            state.terms.value = ['alt>15000'];
            view.goTo(flight, 6.5);
        }""",
        flight,
    )
    visit.until("() => Math.abs(window.aerotrack.app.state.camera.value.zoom - 6.5) < 0.01")
    visit.page.get_by_role("button", name="Share", exact=True).click()
    expect(visit.page.get_by_text("Address copied")).to_be_visible()
    address = visit.ask("() => navigator.clipboard.readText()")

    other = visitor(viewport={"width": 900, "height": 560}).open(address)
    other.until("id => window.aerotrack.selectedId() === id", flight["id"])
    assert other.ask("() => window.aerotrack.app.state.terms.value") == ["alt>15000"]
    one, two = (each.ask("() => window.aerotrack.app.state.camera.value") for each in (visit, other))
    assert all(abs(one[name] - two[name]) < 0.01 for name in ("lat", "lon", "zoom")), (one, two)
    expect(other.page.get_by_role("heading", name=flight["callsign"].strip())).to_be_visible()
    assert visit.wrong + other.wrong == []


def test_the_table_tells_the_same_as_the_map(visitor: Visitor, program: Program) -> None:
    visit = visitor(viewport={"width": 900, "height": 560}).open(program.url)
    page = visit.page
    page.get_by_role("button", name="Table of flights", exact=True).click()
    table = page.get_by_role("region", name="Table of flights")
    table.get_by_role("button", name="All", exact=True).click()
    visit.until("() => window.aerotrack.flightCount() > 390")
    grid = table.get_by_role("grid", name="Flights")
    visit.until("() => Number(document.querySelector('[role=grid]').ariaRowCount) > 390")
    row = grid.get_by_role("row").nth(3)
    callsign = row.get_by_role("gridcell").first.inner_text().strip()
    row.click()
    expect(page.get_by_role("region", name="Flight", exact=True)).to_contain_text(callsign)
    expect(grid.get_by_role("row", selected=True)).to_have_count(1)
    assert visit.wrong == []
