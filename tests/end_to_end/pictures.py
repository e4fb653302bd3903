"""Makes the pictures in docs/images: `python tests/end_to_end/pictures.py [NAME ...]`, in three minutes.

The last hour of a simulated sky is stored as a recording would be; then the same sky flies on, live, and
beside it an aircraft with an emergency, fed as a receiver feeds. Chromium looks at it and writes WebP.
"""

import base64
import json
import math
import os
import socket
import sys
import tempfile
import threading
import time
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
from playwright.sync_api import Browser, Page, sync_playwright

HERE = Path(__file__).parents[2] / "docs" / "images"
sys.path.insert(0, str(Path(__file__).parents[1]))

from aerotrack.sources.simulator import Simulation  # noqa: E402
from aerotrack.sources.simulator.transponder import Transponders  # noqa: E402
from end_to_end.chromium import ARGUMENTS, BY_HAND, chromium  # noqa: E402
from end_to_end.program import Program  # noqa: E402

FLIGHTS = int(os.environ.get("FLIGHTS", "8000"))
MINUTES = int(os.environ.get("MINUTES", "60"))
SEED = 5
EVERY_S = 10  # a report of each aircraft, in the recording
MOST_BYTES = 400_000
PATIENCE_S = 120
EMERGENCY_S = 75  # so long it has flown when it is photographed: it has a way behind it
STILL_S = 4  # nothing more is stored: all is
URL = os.environ.get("URL")  # of a server that runs already; without the emergency, and with its own past

TEXTS = ("callsign", "registration", "type_code", "category", "operator", "origin", "destination")
NUMBERS = (
    "lat", "lon", "altitude_ft", "geo_altitude_ft", "ground_speed_kt", "track_deg", "vertical_rate_fpm",
)  # fmt: skip

IN_NEED = {
    "hex": "4ca87e", "flight": "EIN68K", "t": "A320", "r": "EI-DEE", "category": "A3", "type": "adsb_icao",
    "squawk": "7700", "emergency": "general", "nic": 8, "nac_p": 9,
}  # fmt: skip
IN_NEED_FROM = (51.18, -3.1)
IN_NEED_TRACK, IN_NEED_KT, IN_NEED_FT, IN_NEED_FPM, IN_NEED_LEVEL_FT = 287.0, 372, 33_000, -1_792, 10_000


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


def recording(path: Path, end: float) -> None:
    """Write what would have been heard of the sky until then."""
    sky = Transponders(Simulation(flights=FLIGHTS, seed=SEED), rate=1 / EVERY_S)
    writer = None
    for begin in np.arange(end - 60 * MINUTES, end, EVERY_S):
        heard = sky.reports(sky.due(begin), sky.due(begin + EVERY_S))
        columns = heard.columns
        table = pa.table(
            {"time": pa.array((heard.last_heard * 1e6).astype(np.int64), pa.timestamp("us", "UTC"))}
            | {"icao24": [f"{address:06x}" for address in heard.address.tolist()]}
            | {name: columns[name].astype(str) for name in TEXTS}
            | {name: columns[name].astype(np.float64) for name in NUMBERS}
            | {"on_ground": np.where(columns["on_ground"] == 1, "true", "false")}
            | {"squawk": [f"{code:04d}" if code >= 0 else "" for code in columns["squawk"].tolist()]}
            | {"position_source": ["simulated"] * len(heard)}
        )
        writer = writer or pq.ParquetWriter(path, table.schema)
        writer.write_table(table)
    assert writer is not None
    writer.close()


def store(path: Path, data: Path) -> None:
    """Have it stored, as fast as that goes."""
    with Program.serving(f"file:{path}?speed=max", data_dir=data) as program:
        stored, still = -1, 0
        while still < STILL_S:
            time.sleep(1)
            now = int(figures(program.url)["database"]["stored"])
            still = still + 1 if now == stored and now > 0 else 0
            stored = now
    print(f"{stored:,} positions of the last {MINUTES} minutes are stored", flush=True)


def figures(url: str) -> dict[str, Any]:
    """Return what the server says of itself."""
    with urllib.request.urlopen(url + "/api/v1/stats", timeout=20) as answer:
        return json.load(answer)


def in_need(port: int, ended: threading.Event) -> None:
    """Feed one aircraft as readsb would, each second."""
    feed = None
    while feed is None:
        try:
            feed = socket.create_connection(("127.0.0.1", port), timeout=5)
        except OSError:
            if ended.wait(0.2):
                return
    began = time.time()
    with feed:
        while not ended.wait(1):
            now = time.time()
            feed.sendall(json.dumps({"now": now} | place(now - began)).encode() + b"\n")


def place(seconds: float) -> dict[str, Any]:
    """Where it is after so many seconds: down to its level, and straight on."""
    nm = IN_NEED_KT * seconds / 3600
    lat = IN_NEED_FROM[0] + nm / 60 * math.cos(math.radians(IN_NEED_TRACK))
    lon = IN_NEED_FROM[1] + nm / 60 * math.sin(math.radians(IN_NEED_TRACK)) / math.cos(math.radians(lat))
    altitude = max(IN_NEED_LEVEL_FT, round((IN_NEED_FT + IN_NEED_FPM * seconds / 60) / 25) * 25)
    return IN_NEED | {
        "lat": round(lat, 5), "lon": round(lon, 5), "alt_baro": altitude, "alt_geom": altitude + 350,
        "gs": IN_NEED_KT, "track": IN_NEED_TRACK,
        "baro_rate": IN_NEED_FPM if altitude > IN_NEED_LEVEL_FT else 0,
        "seen": 0, "seen_pos": 0,
    }  # fmt: skip


@contextmanager
def sky() -> Iterator[tuple[str, Callable[[], None]]]:
    """Run a server with a past and a present; what comes second brings the emergency, when it is called."""
    if URL:
        yield URL.rstrip("/"), lambda: None
        return
    with tempfile.TemporaryDirectory(prefix="aerotrack-pictures-") as name:
        folder = Path(name)
        folder.chmod(0o755)  # the server's PostgreSQL may be another user
        hour = folder / "hour.parquet"
        recording(hour, time.time() - 2)
        store(hour, folder / "data")
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            port = free.getsockname()[1]
        ended = threading.Event()
        feeder = threading.Thread(target=in_need, args=(port, ended))
        sources = (f"sim:?flights={FLIGHTS}&seed={SEED}", f"listen+json://127.0.0.1:{port}#roof")
        with Program.serving(*sources, data_dir=folder / "data") as program:

            def declare() -> None:
                if not feeder.is_alive():
                    feeder.start()
                    time.sleep(EMERGENCY_S)

            yield program.url, declare
            ended.set()
            if feeder.is_alive():
                feeder.join()


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
    until(page, "window.aerotrack?.ready === true && window.aerotrack.flightCount() > 0")
    page.wait_for_timeout(4000)
    if picture.do:
        page.evaluate(picture.do)
    page.wait_for_timeout(1000 * picture.wait_s)
    png = page.screenshot(timeout=60_000)
    webp = small(browser, png)
    (HERE / f"{picture.name}.webp").write_bytes(webp)
    print(f"{picture.name}.webp  {len(webp) / 1000:.0f} kB", flush=True)
    context.close()


def until(page: Page, condition: str) -> None:
    """Wait. Playwright's own way evaluates a string in the page, which its CSP forbids."""
    deadline = time.monotonic() + PATIENCE_S
    while not page.evaluate(condition):
        assert time.monotonic() < deadline, f"not within {PATIENCE_S} s: {condition}"
        page.wait_for_timeout(200)


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
    found = chromium()
    if found is None:
        sys.exit(f"make.py needs a Chromium: {BY_HAND}")
    path, environment = found
    unknown = set(names) - {picture.name for picture in PICTURES}
    if unknown:
        sys.exit(f"There is no picture {', '.join(sorted(unknown))}.")
    with sky() as (url, declare), sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=path, args=ARGUMENTS, env=os.environ | environment
        )
        for picture in PICTURES:
            if not names or picture.name in names:
                if picture.do == CHOOSE_IN_NEED:
                    declare()
                photograph(browser, url, picture)
        browser.close()


if __name__ == "__main__":
    main(sys.argv[1:])
