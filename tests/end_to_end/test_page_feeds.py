"""The feeds as a person sees them: how each does, in words, and on the map how far it hears."""

from collections.abc import Callable
from typing import Any

from playwright.sync_api import expect

from end_to_end.page import PHONE, Visit
from end_to_end.program import Program

Visitor = Callable[..., Visit]

ROOF: dict[str, Any] = {
    "name": "roof", "state": "connected", "error": None, "accepted": 81_040, "refused": {"bad_crc": 3104},
    "rate_per_s": 812.4, "lag_seconds": 0.24, "kinds": {"DF17": 75, "DF11": 25}, "overlap": 0.31,
    "contribution": 0.624, "receiver": {"lat": 50.0, "lon": 8.0}, "max_range_nm": 60.0,
    "outline": [60.0] * 9 + [None] * 27,
}  # fmt: skip
NET = ROOF | {
    "name": "net", "state": "broken", "error": "net: nobody answers.", "receiver": None, "outline": None,
}  # fmt: skip
DRAWN = """async () => {
    const { map } = window.aerotrack.app.view;
    const shapes = await map.getSource('coverage').getData();
    return shapes.features.map(({ geometry }) => geometry.type).join();
}"""


def opened(visitor: Visitor, program: Program, **options: Any) -> Visit:
    """Open a page of a server with two feeds, and unfold what stands behind the dot."""
    visit = visitor(**options)
    visit.page.route("**/api/v1/feeds", lambda route: route.fulfill(json={"feeds": [ROOF, NET]}))
    visit.open(program.url)
    visit.page.locator("#status button.truth").click()
    return visit


def test_a_feed_that_is_unfolded_tells_how_it_does_and_shows_how_far_it_hears(
    visitor: Visitor, program: Program
) -> None:
    visit = opened(visitor, program, graphics=True, viewport={"width": 1000, "height": 800})
    truth = visit.page.get_by_role("group", name="How true the picture is")
    truth.get_by_text("roof").click()
    for words in ("Connected", "62 %", "31 %", "60 NM", "DF17 75 %", "damaged on the way", "3,104"):
        expect(truth).to_contain_text(words)
    visit.until(f"async () => await ({DRAWN})() === 'Polygon,Point'")
    truth.get_by_text("net", exact=True).click()
    expect(truth).to_contain_text("net: nobody answers.")
    visit.until(f"async () => await ({DRAWN})() === ''")
    assert visit.wrong == []


def test_on_a_phone_the_feeds_can_be_reached_and_read_by_all(visitor: Visitor, program: Program) -> None:
    visit = opened(visitor, program, viewport=PHONE, has_touch=True)
    truth = visit.page.get_by_role("group", name="How true the picture is")
    truth.get_by_text("roof").tap()
    refused = truth.get_by_text("damaged on the way")
    refused.scroll_into_view_if_needed()
    box = refused.bounding_box()
    assert box is not None
    assert box["x"] >= 0
    assert box["y"] + box["height"] <= PHONE["height"]
    assert visit.violations() == []
