"""What comes by radio is text, whatever is written in it: none of it is executed, or becomes an element."""

from collections.abc import Callable
from functools import partial
from pathlib import Path
from urllib.parse import quote

from playwright.sync_api import expect

from end_to_end.feeder import aircraft, feeder, sbs
from end_to_end.page import Visit
from end_to_end.program import Program

Visitor = Callable[..., Visit]
HOSTILE = "<img src=x onerror=window.hacked=1>"
CALLSIGNS = (HOSTILE, "<img src", "=x onerr", '"><svg/o', "<script>", "javascri", "&lt;b&gt")
OPERATOR = "<img src=x onerror=a=1>"  # as much as an operator may be long
FEED = "<svg onload=window.hacked=2>"
TEXTS = {"flight": HOSTILE, "r": HOSTILE, "t": HOSTILE, "ownOp": OPERATOR}
WRITTEN = """text => {
    const { sky, state, sieve } = window.aerotrack.app;
    const names = ['callsign', 'registration', 'type_code', 'operator', 'origin', 'destination'];
    const texts = Object.fromEntries(names.map(name => [name, text]));
    const slots = [...sky.slots()];
    for (const slot of slots) sky.facts[slot] = { ...sky.facts[slot], ...texts };
    sieve.resift();
    state.pulse.value++;
    return slots.length;
}"""
INJECTED = """() => [
    ...document.querySelectorAll('img, iframe, object, embed, [onerror], [onload], [onclick], svg[onload]'),
    ...[...document.scripts].filter(script => !script.src),
].map(element => element.outerHTML)"""


def test_hostile_texts_are_shown_as_text_or_not_at_all(visitor: Visitor, tmp_path: Path) -> None:
    with feeder(partial(sbs, CALLSIGNS)) as basestation, feeder(partial(aircraft, **TEXTS)) as readsb:
        sources = [f"sbs://127.0.0.1:{basestation}#roof", f"json://127.0.0.1:{readsb}#{quote(FEED)}"]
        with Program.serving(*sources, data_dir=tmp_path) as program:
            visit = visitor(graphics=True, viewport={"width": 1100, "height": 700}).open(
                program.url + "/#6/50.5/9"
            )
            page = visit.page
            visit.until("() => window.aerotrack.flightCount() === 8", within=30)
            told = "() => window.aerotrack.app.sky.facts.filter(facts => facts).map(facts => facts.callsign)"
            visit.until(f"{told}.includes('javascri')")  # what is no more than letters comes through
            callsigns = visit.ask(told)
            assert not any("<" in each for each in callsigns if each)  # and this not even to the page

            named = visit.until("() => window.aerotrack.ids().find(id => id.startsWith('4ca2d6'))")
            visit.ask("id => window.aerotrack.select(id)", named)
            details = page.get_by_role("region", name="Flight", exact=True)
            expect(details).to_contain_text(OPERATOR)
            expect(details).to_contain_text(FEED)
            page.locator("#status button.truth").click()  # the feeds by name
            page.wait_for_timeout(500)

            # As if a decoder had let it all through: in labels, table, details and suggestions.
            panels = ["table", "events", "layers"]
            visit.ask("names => { window.aerotrack.app.state.open.value = new Set(names); }", panels)
            assert visit.ask(WRITTEN, HOSTILE) == 8
            page.wait_for_timeout(600)
            assert visit.ask(WRITTEN, HOSTILE) == 8
            expect(page.get_by_role("grid", name="Flights")).to_contain_text(HOSTILE)
            expect(details).to_contain_text(HOSTILE)
            visit.ask(WRITTEN, HOSTILE)
            visit.find.fill("<img")
            expect(page.get_by_role("listbox")).to_contain_text(HOSTILE)
            visit.find.fill("callsign:" + HOSTILE.replace(" ", ""))
            page.keyboard.press("Enter")
            page.wait_for_timeout(300)
            assert visit.ask("() => [window.hacked, window.a]") == [None, None]
            assert visit.ask(INJECTED) == []
            assert visit.wrong == []


def test_a_hostile_address_is_text_too(visitor: Visitor, program: Program) -> None:
    hostile = quote(HOSTILE)
    query, fragment = f"icao={hostile}&filterCallSign={hostile}", f"sel={hostile}&f={hostile}&theme={hostile}"
    visit = visitor().open(f"{program.url}/?{query}#{fragment}")
    visit.page.wait_for_timeout(500)
    assert visit.ask("() => window.hacked ?? null") is None
    assert visit.ask(INJECTED) == []
    assert [
        each for each in visit.wrong if "Failed to load resource" not in each
    ] == []  # there is no such flight


def test_the_page_forbids_what_it_does_not_need(visitor: Visitor, program: Program) -> None:
    visit = visitor().open(program.url)
    refused = visit.ask(
        """async () => {
            const refused = [];
            addEventListener('securitypolicyviolation', event => refused.push(event.effectiveDirective));
            const script = document.createElement('script');
            script.textContent = 'window.hacked = 3';
            const style = document.createElement('style');
            style.textContent = 'body { display: none }';
            const image = new Image();
            image.src = 'http://127.0.0.2:9/x.png';
            document.body.append(script, style, image);
            await fetch('http://127.0.0.2:9/').catch(() => null);
            await new Promise(done => setTimeout(done, 200));
            return refused;
        }"""
    )
    assert set(refused) == {"script-src-elem", "style-src-elem", "img-src", "connect-src"}
    assert visit.ask("() => window.hacked ?? null") is None
