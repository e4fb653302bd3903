"""Makes the pictures in docs/images: `python tests/end_to_end/pictures.py [NAME ...]`, in three minutes.

Chromium looks at a sky with a past, a present and an emergency (pictured_sky.py), and writes WebP.
"""

import base64
import sys
import time
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from playwright.sync_api import Browser

HERE = Path(__file__).parents[2] / "docs" / "images"
sys.path.insert(0, str(Path(__file__).parents[1]))

from end_to_end.chromium import BY_HAND, launched  # noqa: E402
from end_to_end.page import wait_for  # noqa: E402
from end_to_end.pictured_sky import MINUTES, sky  # noqa: E402

MOST_BYTES = 400_000
PATIENCE_S = 120


@dataclass(frozen=True)
class Picture:
    """What is photographed: an address of the page, and what is done there before."""

    name: str
    hash: str
    size: tuple[int, int] = (1440, 900)
    sharp: float = 1.0  # device pixels
    phone: bool = False
    do: str = ""  # in the page
    wait_s: float = 4.0


# The flight nearest to the middle that is so high, has a route, and took off within the hour.
CHOOSE = """() => {
  const { app, pixelOf, select } = window.aerotrack;
  const high = [...app.sky.slots()].filter(slot => app.sky.altitude_ft[slot] > FEET);
  const away = facts => {
    const at = pixelOf(facts.id);
    return at ? Math.hypot(at.x - innerWidth * 0.55, at.y - innerHeight * 0.45) : Infinity;
  };
  const airliners = high.map(slot => app.sky.facts[slot])
    .filter(facts => facts.origin && facts.destination && /^[A-Z]{3}[0-9]/.test(facts.callsign ?? '')
      && facts.started_at > app.now() - 1_800_000);
  const nearest = airliners.map(facts => [away(facts), facts.id]).sort(([a], [b]) => a - b)[0];
  select(nearest?.[1] ?? null);
}"""
CHOOSE_IN_NEED = """() => {
  const { app } = window.aerotrack;
  const slot = [...app.sky.slots()].find(slot => app.sky.facts[slot].emergency);
  window.aerotrack.select(slot === undefined ? null : app.sky.facts[slot].id);
}"""


def choose(feet: int) -> str:
    """Return a script that selects a flight above so many feet."""
    return CHOOSE.replace("FEET", str(feet))


PICTURES = (
    Picture("world", "#2.15/34/-18&layers=airports,places"),
    Picture(
        "europe",
        "#4.75/49.2/8.2&table=view&sort=-altitude_ft&layers=airports,places",
        do=choose(20_000),
        wait_s=6,
    ),
    Picture(
        "city", "#8.3/51.5/-0.3&labels=full&proj=flat&layers=airports,places", do=choose(2_000), wait_s=6
    ),
    Picture("light", "#4.3/39.5/-93&theme=light&layers=airports,places", do=choose(20_000), wait_s=6),
    Picture(
        "phone",
        "#5.2/50.2/7.5&layers=airports,places",
        size=(390, 844),
        sharp=2,
        phone=True,
        do=choose(20_000),
        wait_s=6,
    ),
    Picture("replay", "#4.4/40/-96&t={past}&layers=night,airports,places", do=choose(20_000), wait_s=9),
    Picture("emergency", "#6.4/51.4/-3.4", do=CHOOSE_IN_NEED, wait_s=6),
)


def photograph(browser: Browser, url: str, picture: Picture) -> None:
    """Open the page, wait until it has come to rest, and write the picture."""
    width, height = picture.size
    context = browser.new_context(
        viewport={"width": width, "height": height}, device_scale_factor=picture.sharp,
        is_mobile=picture.phone, has_touch=picture.phone, color_scheme="dark",
    )  # fmt: skip
    page = context.new_page()
    page.on("console", lambda said: print(picture.name, said.text) if said.type == "error" else None)
    page.on("pageerror", lambda error: print(picture.name, error))
    past = datetime.fromtimestamp(time.time() - 60 * MINUTES / 2, UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
    page.goto(f"{url}/{picture.hash.format(past=past)}")
    wait_for(page, "window.aerotrack?.ready === true && window.aerotrack.flightCount() > 0", PATIENCE_S)
    page.wait_for_timeout(4000)
    if picture.do:
        page.evaluate(picture.do)
    page.wait_for_timeout(1000 * picture.wait_s)
    png = page.screenshot(timeout=60_000)
    webp = small(browser, png)
    (HERE / f"{picture.name}.webp").write_bytes(webp)
    print(f"{picture.name}.webp  {len(webp) / 1000:.0f} kB", flush=True)
    context.close()


# Chromium itself writes WebP: as good as fits.
WEBP = """async ({ png, most }) => {
  const image = new Image();
  image.src = 'data:image/png;base64,' + png;
  await image.decode();
  const canvas = document.createElement('canvas');
  canvas.width = image.width;
  canvas.height = image.height;
  canvas.getContext('2d').drawImage(image, 0, 0);
  for (let quality = 0.94; ; quality -= 0.04) {
    const address = canvas.toDataURL('image/webp', quality);
    if (address.length * 0.75 < most || quality < 0.5) return address.split(',')[1];
  }
}"""


def small(browser: Browser, png: bytes) -> bytes:
    """Return a PNG as WebP."""
    page = browser.new_page()
    order = {"png": base64.b64encode(png).decode(), "most": MOST_BYTES}
    webp = base64.b64decode(page.evaluate(WEBP, order))
    page.close()
    return webp


def main(names: list[str]) -> None:
    """Make all of them, or those that are named."""
    unknown = set(names) - {picture.name for picture in PICTURES}
    if unknown:
        sys.exit(f"There is no picture {', '.join(sorted(unknown))}.")
    with launched() as browser:
        if browser is None:
            sys.exit(f"pictures.py needs a Chromium: {BY_HAND}")
        with sky() as (url, declare):
            for picture in PICTURES:
                if not names or picture.name in names:
                    if picture.do == CHOOSE_IN_NEED:
                        declare()
                    photograph(browser, url, picture)


if __name__ == "__main__":
    main(sys.argv[1:])
