"""The page for everybody: by keyboard alone, on a phone, for a screen reader, without WebGL."""

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from end_to_end.page import PHONE, WITHOUT_WEBGL, Visit
from end_to_end.program import Program

Visitor = Callable[..., Visit]
# One frame was drawn: all that comes before a frame, as the news of another size of the window, has happened.
DRAWN = "() => new Promise(done => requestAnimationFrame(() => requestAnimationFrame(() => done(true))))"


def opened(visit: Visit, *panels: str, theme: str = "dark", flight: bool = False) -> None:
    visit.ask(
        """([panels, theme]) => {
            const { state } = window.aerotrack.app;
            state.open.value = new Set(panels);
            state.theme.value = theme;
        }""",
        [list(panels), theme],
    )
    if flight:
        visit.ask("id => window.aerotrack.select(id)", visit.a_flight()["id"])
    visit.page.wait_for_timeout(500)


@pytest.mark.parametrize("theme", ["dark", "light"])
def test_axe_finds_nothing_serious(visitor: Visitor, program: Program, theme: str) -> None:
    visit = visitor(viewport={"width": 1000, "height": 640}).open(program.url)
    found = {}
    opened(visit, theme=theme)
    found["start"] = visit.violations()
    opened(visit, "table", theme=theme, flight=True)
    found["table and details"] = visit.violations()
    opened(visit, "layers", "events", "time", theme=theme)
    found["layers, events, time"] = visit.violations()
    opened(visit, "help", theme=theme)
    found["help"] = visit.violations()
    assert {where: what for where, what in found.items() if what} == {}
    assert visit.wrong == []


def test_axe_finds_nothing_serious_on_a_phone(visitor: Visitor, program: Program) -> None:
    visit = visitor(graphics=True, viewport=PHONE, has_touch=True, is_mobile=True).open(program.url)
    opened(visit, "table")
    found = visit.violations()
    opened(visit, flight=True)
    found += visit.violations()
    assert found == []
    assert visit.wrong == []


def focused(page: Page) -> str:
    told: str = page.evaluate(
        """() => {
            const element = document.activeElement;
            return element?.getAttribute('aria-label') ?? element?.textContent ?? '';
        }"""
    )
    return told


def test_from_the_start_to_a_flight_and_back_by_keyboard_alone(visitor: Visitor, program: Program) -> None:
    visit = visitor(viewport={"width": 1000, "height": 640}).open(program.url)
    page = visit.page
    page.keyboard.press("Tab")
    assert "Skip to the table" in focused(page)
    page.keyboard.press("Enter")
    grid = page.get_by_role("grid", name="Flights")
    expect(grid).to_be_focused()
    page.keyboard.press("ArrowDown")
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    chosen = visit.until("() => window.aerotrack.selectedId()")
    details = page.get_by_role("region", name="Flight", exact=True)
    expect(details).to_be_visible()
    for _ in range(40):
        page.keyboard.press("Tab")
        if page.evaluate("() => document.activeElement?.closest('#details') !== null"):
            break
    expect(details.locator(":focus")).to_have_count(1)
    shown = page.evaluate("() => getComputedStyle(document.activeElement).outlineStyle")
    assert shown != "none"  # where the focus is can be seen
    export = details.get_by_role("button", name="Export", exact=True)
    for width, height in (1000, 640), (1000, 400), (390, 780):
        page.set_viewport_size({"width": width, "height": height})
        visit.until("height => innerHeight === height", height)
        visit.ask(DRAWN)  # the page was told of its new size, which closes its menus
        export.press("Enter")
        formats = details.get_by_role("list").filter(has=page.get_by_role("link", name="GPX"))
        expect(formats).to_be_visible()
        visit.until(
            """() => {
                const { top, bottom } = document.getElementById('export').getBoundingClientRect();
                return top >= 0 && bottom <= innerHeight;
            }"""
        )
        page.keyboard.press("ArrowDown")
        expect(details.get_by_role("link", name="CSV")).to_be_focused()
        page.keyboard.press("Escape")
        expect(formats).to_be_hidden()
        expect(export).to_be_focused()
    assert visit.chosen == chosen
    for _ in range(4):
        if visit.chosen is None:
            break
        page.keyboard.press("Escape")
    assert visit.chosen is None
    expect(details).to_be_hidden()
    assert visit.wrong == []


OVERLAPS = """() => {
    const box = id => document.getElementById(id)?.getBoundingClientRect();
    const notice = box('emergencies');
    if (!notice || notice.height === 0) return ['no notice'];
    const panels = ['top', 'table', 'details', 'events', 'layers', 'tools'].filter(id => box(id)?.height > 0);
    return panels.filter(id => {
        const { left, top, right, bottom } = box(id);
        const across = Math.min(right, notice.right) - Math.max(left, notice.left);
        const down = Math.min(bottom, notice.bottom) - Math.max(top, notice.top);
        return across > 0.5 && down > 0.5;
    });
}"""


def test_the_notice_of_an_emergency_and_the_panels_do_not_cover_each_other(
    visitor: Visitor, program: Program
) -> None:
    visit = visitor(viewport={"width": 1920, "height": 1080}).open(program.url)
    flight = visit.a_flight()
    visit.page.wait_for_timeout(300)  # the server's list of emergencies is here
    visit.ask(
        """({ id, callsign }) => {
            const alarm = { id, callsign, emergency: 'general', squawk: '7700', place: null };
            window.aerotrack.app.alarms.list.value = [alarm, { ...alarm, id: 'abcdef-00000000' }];
        }""",
        flight,
    )
    for width, height in (1920, 1080), (1280, 800), (1161, 700), (1000, 640), (701, 600), (390, 844):
        visit.page.set_viewport_size({"width": width, "height": height})
        for panels in ["table"], ["table", "events"], ["layers"]:
            visit.ask("names => { window.aerotrack.app.state.open.value = new Set(names); }", panels)
            for chosen in flight["id"], None:
                visit.ask("id => window.aerotrack.select(id)", chosen)
                if width < 701:
                    visit.page.locator("#sheet-handle").press("ArrowUp")
                    visit.page.locator("#sheet-handle").press("ArrowUp")
                visit.until(f"() => ({OVERLAPS})().length === 0")
    assert visit.wrong == []


def test_on_a_phone_the_panels_are_one_sheet_with_three_stops(visitor: Visitor, program: Program) -> None:
    visit = visitor(viewport=PHONE, has_touch=True, is_mobile=True, device_scale_factor=3).open(program.url)
    page = visit.page
    visit.ask("id => window.aerotrack.select(id)", visit.a_flight()["id"])
    details = page.locator("#details")
    handle = page.locator("#sheet-handle")
    expect(handle).to_be_visible()
    visit.until("() => document.documentElement.dataset.sheet === 'details'")

    def top() -> float:
        box = details.bounding_box()
        assert box
        return box["y"]

    low = top()
    handle.press("Enter")
    expect(handle).to_have_accessible_name(re.compile("half way up"))
    half = top()
    handle.press("ArrowUp")
    expect(handle).to_have_accessible_name(re.compile("all the way up"))
    full = top()
    header = page.locator("#top").bounding_box()
    assert header
    assert low - half > 60
    assert half - full > 60
    assert full >= header["y"] + header["height"]

    box = handle.bounding_box()
    assert box
    x, y = box["x"] + box["width"] / 2, box["y"] + 30
    page.mouse.move(x, y)
    page.mouse.down()
    page.mouse.move(x, y + (low - full) * 0.9, steps=12)
    page.wait_for_timeout(150)  # held still: it is let go, not flung
    page.mouse.up()
    at = "low => Math.abs(document.getElementById('details').getBoundingClientRect().top - low) < 2"
    visit.until(at, low)

    visit.ask("() => { window.aerotrack.app.state.open.value = new Set(['table']); }")
    expect(page.locator("#table")).to_be_visible()
    expect(details).to_be_hidden()
    page.get_by_role("button", name="Close the table").tap()
    expect(details).to_be_visible()
    assert visit.ask("() => document.documentElement.scrollWidth <= innerWidth")
    small = visit.ask(
        """() => [...document.querySelectorAll('#panels :is(button, input, select, summary, a)')]
            .filter(e => e.checkVisibility() && e.type !== 'checkbox' && e.id !== 'skip')
            .map(e => [e.getAttribute('aria-label') ?? e.textContent, e.getBoundingClientRect()])
            .filter(([, { width, height }]) => width > 0 && (width < 43.5 || height < 43.5))
            .map(([name, { width, height }]) => `${name} ${width} x ${height}`)"""
    )
    assert small == []
    assert visit.wrong == []


def test_on_a_phone_the_map_is_sharp_and_tells_its_origins_beside_the_sheet(
    visitor: Visitor, program: Program
) -> None:
    phone = {"viewport": PHONE, "has_touch": True, "is_mobile": True, "device_scale_factor": 3}
    visit = visitor(graphics=True, **phone).open(program.url)
    visit.ask("id => window.aerotrack.select(id)", visit.a_flight()["id"])
    visit.until("() => document.documentElement.dataset.sheet === 'details'")
    details = visit.page.locator("#details").bounding_box()
    assert details
    for corner in ("scale", "attrib"):
        box = visit.page.locator(f".maplibregl-ctrl-{corner}").bounding_box()
        assert box
        assert box["y"] + box["height"] <= details["y"], corner  # never covered by the sheet at its lowest
    sharp = "() => document.querySelector('#map canvas').width / innerWidth"
    assert visit.ask(sharp) == 2
    assert visit.wrong == []


def test_a_finger_selects_a_flight(visitor: Visitor, program: Program) -> None:
    visit = visitor(graphics=True, viewport=PHONE, has_touch=True, is_mobile=True).open(program.url)
    flight = visit.a_flight()
    visit.ask("flight => window.aerotrack.app.view.goTo(flight, 8)", flight)
    for _ in range(10):
        at = visit.until("id => window.aerotrack.pixelOf(id)", flight["id"])
        visit.page.touchscreen.tap(at["x"], at["y"])
        visit.page.wait_for_timeout(400)
        if visit.chosen:
            break
    assert visit.chosen == flight["id"]


@pytest.mark.parametrize("how", ["no WebGL", "?nowebgl"])
def test_without_webgl_a_plain_map_stands_in_and_says_why(
    visitor: Visitor, program: Program, how: str
) -> None:
    visit = visitor(graphics=True, viewport={"width": 900, "height": 560})
    if how == "no WebGL":
        visit.context.add_init_script(f"({WITHOUT_WEBGL})()")
    visit.open(program.url + ("/?nowebgl" if how == "?nowebgl" else "/"))
    page = visit.page
    about = visit.about
    expect(about).to_contain_text("nowebgl" if how == "?nowebgl" else "no WebGL 2")
    canvas = page.get_by_role("application", name="Map of flights")
    assert visit.until(
        """() => {
            const canvas = document.querySelector('canvas.plain');
            const { data } = canvas.getContext('2d').getImageData(0, 0, canvas.width, canvas.height);
            const colours = new Set();
            for (let i = 0; i < data.length; i += 4) {
                colours.add(data[i] << 16 | data[i + 1] << 8 | data[i + 2]);
            }
            return colours.size > 200;
        }"""
    )  # a ground, and flights in the colours of their altitudes
    flight = visit.a_flight()
    visit.ask("flight => window.aerotrack.app.view.goTo(flight, 8)", flight)
    page.wait_for_timeout(400)
    for _ in range(20):  # it flies on, and another may lie over it
        at = visit.until("id => window.aerotrack.pixelOf(id)", flight["id"])
        page.mouse.click(at["x"], at["y"])
        page.wait_for_timeout(200)
        if visit.chosen:
            break
    assert visit.chosen
    expect(page.get_by_role("region", name="Flight", exact=True)).to_be_visible()
    zoom = "() => window.aerotrack.app.state.camera.value.zoom"
    before = visit.ask(zoom)
    page.get_by_role("button", name="Zoom in").click()
    visit.until("before => window.aerotrack.app.state.camera.value.zoom > before + 0.9", before)
    lon = visit.ask("() => window.aerotrack.app.state.camera.value.lon")
    canvas.focus()
    page.keyboard.press("ArrowRight")
    visit.until("lon => window.aerotrack.app.state.camera.value.lon > lon", lon)
    about.get_by_role("button", name="Dismiss").click()
    expect(about).to_be_hidden()
    assert visit.violations() == []
    assert visit.wrong == []


LOSE = """() => {
    const canvas = document.querySelector('.maplibregl-canvas');
    window.graphics ??= canvas.getContext('webgl2').getExtension('WEBGL_lose_context');
    window.graphics.loseContext();
}"""
# Many colours, brighter than any ground.
COLOURS = """async () => {
    const canvas = document.querySelector('.maplibregl-canvas');
    const picture = document.createElement('canvas').getContext('2d');
    picture.canvas.width = canvas.width; picture.canvas.height = canvas.height;
    await new Promise(requestAnimationFrame);
    window.aerotrack.app.view.map.redraw();
    picture.drawImage(canvas, 0, 0);
    const { data } = picture.getImageData(0, 0, canvas.width, canvas.height);
    const colours = new Set();
    for (let i = 0; i < data.length; i += 4) {
        const [red, green, blue] = data.subarray(i, i + 3);
        if (Math.max(red, green, blue) > 190) colours.add(red << 16 | green << 8 | blue);
    }
    return colours.size > 40;
}"""


def test_flights_come_back_after_the_graphics_were_lost(visitor: Visitor, program: Program) -> None:
    visit = visitor(graphics=True).open(program.url)
    visit.until(COLOURS)
    visit.ask(LOSE)
    visit.page.wait_for_timeout(300)
    visit.ask("() => window.graphics.restoreContext()")
    visit.until(COLOURS)
    assert [each for each in visit.wrong if "context" not in each.lower()] == []


def test_graphics_that_are_lost_again_and_again_are_done_without(visitor: Visitor, program: Program) -> None:
    visit = visitor(graphics=True).open(program.url)
    flight = visit.a_flight()
    visit.ask("id => window.aerotrack.select(id)", flight["id"])
    for turn in range(3):
        visit.ask(LOSE)
        visit.page.wait_for_timeout(300)
        if turn < 2:
            visit.ask("() => window.graphics.restoreContext()")
            visit.page.wait_for_timeout(700)
    expect(visit.about).to_contain_text("again and again")
    visit.until("id => window.aerotrack?.ready && window.aerotrack.selectedId() === id", flight["id"])


def test_with_reduced_motion_nothing_is_animated(visitor: Visitor, program: Program) -> None:
    visit = visitor(graphics=True).open(program.url)
    opened(visit, "table", "help", flight=True)
    moving = "() => document.getAnimations().filter(a => a.effect.getComputedTiming().duration > 1).length"
    assert visit.ask(moving) == 0
