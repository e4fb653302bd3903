"""The claim: the page draws 20,000 flights at a tenth of deck.gl's cost, and stays light while it is open.

Debian's Chromium without a GPU (SwiftShader), so only the main thread's time is told, never frames a second.
The server is a process of its own with `sim:?flights=20000`. Printed beside what is asked:

- our layer's ms in each frame while every frame is drawn, on the globe and flat; and the same calls with
  no flight in any of them: the difference is what the drawing itself makes the main thread wait for;
- the same flights with deck.gl's IconLayer (the control, on a page of its own: benchmarks/dashboard), in the
  map's frame with places, angles and colours new each time, which is what our shader works out, and at its
  lightest, with nothing new but the places. Ten times is asked;
- the main thread's ms in a second of a page over the world that nobody touches, small and wide;
- a whole picture, and a tick in which all flights moved (precision 0): from the socket's message until the
  flights are ready to draw. The control reads the same bytes as 32-bit numbers and does nothing with them;
- tasks above 50 ms in the steady state; the heap after garbage collection, minute by minute; the time from
  opening a page that nobody cached to its first flights; and what Lighthouse says, where npm has it.

    ./aerotrack bench dashboard     20 minutes;  MINUTES=1 for a look, FLIGHTS=2000 for a smaller sky,
                                    URL=http://127.0.0.1:8080 for a server that runs already
"""

import http.server
import json
import os
import shutil
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, nullcontext
from functools import partial
from pathlib import Path
from typing import Any

HOME = Path(__file__).parent.parent
sys.path.insert(0, str(HOME / "tests"))

try:
    from playwright.sync_api import Browser, CDPSession, Page, sync_playwright

    from end_to_end.chromium import ARGUMENTS, BY_HAND, chromium
    from end_to_end.page import wait_for
    from end_to_end.program import Program
except ImportError:
    sys.exit("dashboard.py needs what the tests need: run `./aerotrack test` once.")

FLIGHTS = int(os.environ.get("FLIGHTS", "20000"))
URL = os.environ.get("URL")
MINUTES = float(os.environ.get("MINUTES", "10"))
SMALL, WIDE = (480, 300), (1280, 800)  # without a GPU, pixels cost: the small one is for frames
WORLD = "#1.2/20/0"
FRAMES = 300 if MINUTES > 2 else 100
REST_S = 30 if MINUTES > 2 else 10
LOADS = 5 if MINUTES > 2 else 3
LIGHTHOUSE = "lighthouse@12"  # 13 needs a newer node than we do
PATIENCE_S = 90

# What is known of a page from its first moment on, and what can be asked of it then.
WATCH = (Path(__file__).with_suffix("") / "watch.js").read_text()
STEPS = """() => ({
    'first paint': performance.getEntriesByName('first-contentful-paint')[0]?.startTime ?? NaN,
    ...window.measured.steps,
})"""


def told(what: str, value: str, asked: str = "") -> None:
    print(f"{what:<58} {value}{f' (asked {asked})' if asked else ''}", flush=True)


def steady(values: list[float]) -> float:
    """Return the mean of the middle four fifths: the clock has steps of 0.1 ms, and machines are shared."""
    middle = sorted(values)[len(values) // 10 : len(values) - len(values) // 10]
    return statistics.fmean(middle)


def spread(values: list[float]) -> str:
    return (
        f"{steady(values):.2f} ms, median {statistics.median(values):.2f}, all {statistics.fmean(values):.2f}"
    )


@contextmanager
def opened(browser: Browser, url: str, size: tuple[int, int] = SMALL) -> Iterator[Page]:
    """Open the page as somebody who was never there, and wait for its first flights."""
    context = browser.new_context(viewport={"width": size[0], "height": size[1]})
    page = context.new_page()
    page.add_init_script(WATCH)
    page.goto(url)
    wait_for(page, "window.measured.first !== null", PATIENCE_S)
    yield page
    context.close()


def first_flights(browser: Browser, url: str) -> None:
    seconds, steps = [], []
    for _ in range(LOADS):
        with opened(browser, url, WIDE) as page:
            seconds.append(page.evaluate("window.measured.first") / 1000)
            steps.append(page.evaluate(STEPS))
    told(
        f"first flights on screen, median of {LOADS}",
        f"{statistics.median(seconds):.2f} s, {min(seconds):.2f} to {max(seconds):.2f}",
        "2",
    )
    way = ", ".join(
        f"{name} {statistics.median(step[name] for step in steps) / 1000:.2f}" for name in steps[0]
    )
    told("  on the way, medians", f"{way} s")


def layer(browser: Browser, url: str) -> tuple[float, Any]:
    """Measure our layer; return what it costs flat, as the control is, and the flights for that."""
    with opened(browser, url + "/" + WORLD) as page:
        page.wait_for_timeout(3000)
        for projection in ("globe", "flat"):
            page.evaluate(f"() => {{ window.aerotrack.app.state.projection.value = '{projection}' }}")
            page.wait_for_timeout(2000)
            costs = page.evaluate("frames => window.measured.drawEvery(frames)", FRAMES)
            count = page.evaluate("window.aerotrack.flightCount()")
            told(f"our layer, every frame, {projection}, {count:,} flights", spread(costs), "1")
            none = page.evaluate("frames => window.measured.drawEvery(frames, true)", FRAMES)
            told("  the same calls with no flight to draw", spread(none))
        return steady(costs), page.evaluate("window.measured.flights()")


def at_rest(browser: Browser, url: str, size: tuple[int, int]) -> None:
    """Measure what a page over the world costs that nobody touches, and its long tasks."""
    with opened(browser, url + "/" + WORLD, size) as page:
        page.wait_for_timeout(8000)
        devtools = page.context.new_cdp_session(page)
        devtools.send("Performance.enable")
        begun, before = page.evaluate("performance.now()"), metrics(devtools)
        drawn = page.evaluate("window.aerotrack.app.view.aircraft.draws")
        page.wait_for_timeout(1000 * REST_S)
        after = metrics(devtools)
        drawn = page.evaluate("window.aerotrack.app.view.aircraft.draws") - drawn
        seconds = after["Timestamp"] - before["Timestamp"]
        tasks, script = ((after[n] - before[n]) / seconds * 1000 for n in ("TaskDuration", "ScriptDuration"))
        what = f"whole page at rest over the world, {size[0]}x{size[1]}"
        told(what, f"{tasks:.0f} ms/s, of it script {script:.0f}; {drawn / seconds:.1f} frames/s", "120")
        long = [t["ms"] for t in page.evaluate("window.measured.long") if t["at"] > begun]
        worst = f", the longest {max(long):.0f} ms" if long else ""
        told(f"  tasks above 50 ms in these {REST_S} s", f"{len(long)}{worst}", "0")


def metrics(devtools: CDPSession) -> dict[str, float]:
    return {one["name"]: one["value"] for one in devtools.send("Performance.getMetrics")["metrics"]}


def whole_frames(browser: Browser, url: str) -> None:
    """Measure whole pictures, then ticks in which all moved: as if the precision were 0."""
    with opened(browser, url + "/" + WORLD) as page:
        page.wait_for_timeout(4000)
        again = """() => window.measured.sockets.at(-1).send(JSON.stringify(
            { type: 'subscribe', resume: { epoch: window.measured.epoch, tick: 0 } }))"""
        for _ in range(6):
            page.evaluate(again)
            page.wait_for_timeout(1500)
        pictures = frames(page, lambda f: f["since"] == 0)
        page.evaluate("""() => window.measured.sockets.at(-1).send('{"type":"subscribe","precision_m":0}')""")
        page.wait_for_timeout(12_000)
        moved = frames(page, lambda f: f["since"] > 0 and f["motion"] > FLIGHTS / 2)
    for what, some in (("a whole picture, all told and moved", pictures[1:]), ("a tick, all moved", moved)):
        if not some:
            told(what, "none came")
            continue
        ms, control, longest = (
            statistics.median(f[name] for f in some) for name in ("ms", "control", "longest")
        )
        size = statistics.median(f["bytes"] for f in some) / 1e6
        rows = f"{statistics.median(f['motion'] for f in some):,.0f} moved, {size:.1f} MB"
        told(f"{what}: {rows}", f"{ms:.1f} ms in {some[-1]['parts']} parts, the longest {longest:.1f}", "10")
        told("  control: its bytes, only read", f"{control:.2f} ms; ratio {ms / max(control, 0.01):.0f}")


def frames(page: Page, wanted: Any) -> list[dict[str, float]]:
    """Put the parts of each tick together."""
    ticks: dict[tuple[int, int], list[dict[str, float]]] = {}
    for part in page.evaluate("window.measured.parts"):
        ticks.setdefault((part["since"], part["tick"]), []).append(part)
    whole = [
        {name: sum(part[name] for part in parts) for name in ("facts", "motion", "bytes", "ms", "control")}
        | {"since": since, "parts": len(parts), "longest": max(part["ms"] for part in parts)}
        for (since, _), parts in ticks.items()
    ]
    return [frame for frame in whole if wanted(frame)]


def heap(browser: Browser, url: str) -> None:
    with opened(browser, url + "/" + WORLD) as page:
        page.wait_for_timeout(5000)
        devtools = page.context.new_cdp_session(page)
        begun = time.monotonic()
        samples: list[tuple[float, float, float]] = []
        while True:
            devtools.send("HeapProfiler.collectGarbage")
            usage = devtools.send("Runtime.getHeapUsage")
            minutes = (time.monotonic() - begun) / 60
            samples.append((minutes, usage["usedSize"] / 1e6, usage.get("backingStorageSize", 0) / 1e6))
            if minutes >= MINUTES:
                break
            page.wait_for_timeout(1000 * min(60, max(1, MINUTES * 60 / 4)))
        long = page.evaluate("window.measured.long")
    later = [(minutes, used) for minutes, used, _ in samples[len(samples) // 3 :]]
    slope = statistics.linear_regression(*zip(*later, strict=True)).slope if len(later) > 1 else float("nan")
    used, buffers = samples[-1][1:]
    what = f"heap after {samples[-1][0]:.0f} minutes"
    told(what, f"{used:.1f} MB, and {buffers:.1f} MB of buffers; {1000 * slope:+.0f} kB a minute", "60, flat")
    told("  minute by minute", " ".join(f"{used:.1f}" for _, used, _ in samples))
    slow = [task["ms"] for task in long if task["at"] > 10_000]
    worst = f", the longest {max(slow):.0f} ms" if slow else ""
    told("  tasks above 50 ms since its tenth second", f"{len(slow)}{worst}", "0")


def deck(browser: Browser, flights: Any, ours: float) -> None:
    """Draw the same flights with deck.gl, built and served from a folder that goes away."""
    if shutil.which("npm") is None:
        told("control: deck.gl", "left out: npm is missing")
        return
    with tempfile.TemporaryDirectory(prefix="aerotrack-bench-") as folder:
        site = Path(folder) / "deck"
        shutil.copytree(Path(__file__).with_suffix(""), site, ignore=shutil.ignore_patterns("node_modules"))
        for command in (
            "npm ci --no-audit --no-fund --loglevel=error",
            "npx vite build --base ./ --logLevel error",
        ):
            done = subprocess.run(command.split(), cwd=site, capture_output=True, text=True, check=False)
            if done.returncode:
                told("control: deck.gl", f"left out: `{command}` failed: {done.stderr.strip()[:200]}")
                return
        with static(site / "dist") as address:
            page = browser.new_page(viewport={"width": SMALL[0], "height": SMALL[1]})
            page.goto(address)
            wait_for(page, "typeof window.run === 'function'", PATIENCE_S)
            order = flights | {"center": [0, 20], "zoom": 1.2, "frames": FRAMES}
            same, least = (
                page.evaluate("(order) => window.run(order)", order | {"interleaved": interleaved})
                for interleaved in (True, False)
            )
            page.close()
    count, alone = len(flights["x"]), steady(same["alone"])
    told(f"control: deck.gl's IconLayer, same work, {count:,} flights", spread(same["engine"]))
    told("  of it the map's own frame, without any layer", spread(same["alone"]))
    told("  and places, angles, colours, which our shader works out", spread(same["reckoning"]))
    cost = steady(same["engine"]) - alone
    told("  deck.gl costs so many times our layer", f"{cost / ours:.1f}", "10")
    told("  with the reckoning", f"{(cost + steady(same['reckoning'])) / ours:.1f}")
    told("control: deck.gl at its lightest, only the places are new", spread(least["engine"]))
    told("  so many times our layer", f"{steady(least['engine']) / ours:.1f}")


class Quiet(http.server.SimpleHTTPRequestHandler):
    """Serves files, and says nothing."""

    def log_message(self, *_: object) -> None:
        """Say nothing."""


@contextmanager
def static(folder: Path) -> Iterator[str]:
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), partial(Quiet, directory=folder))
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}/"
    server.shutdown()


def lighthouse(url: str, path: str, environment: dict[str, str]) -> None:
    npx = shutil.which("npx")
    if npx is None:
        told("Lighthouse", "left out: npx is missing")
        return
    with tempfile.TemporaryDirectory(prefix="aerotrack-bench-") as folder:
        report = Path(folder) / "report.json"
        flags = " ".join([*ARGUMENTS, "--headless=new"])
        for form in ("desktop", "mobile"):
            command = [npx, "--yes", LIGHTHOUSE, url, "--quiet", "--output=json", f"--output-path={report}"]
            command += ["--only-categories=performance,accessibility", f"--chrome-flags={flags}"]
            command += ["--preset=desktop"] if form == "desktop" else []
            more = {"CHROME_PATH": path, "npm_config_cache": f"{folder}/npm", "TMPDIR": folder}
            try:
                done = subprocess.run(
                    command, cwd=folder, env=os.environ | environment | more, check=False,
                    capture_output=True, text=True, timeout=300,
                )  # fmt: skip
                seen = json.loads(report.read_text())
            except (OSError, ValueError, subprocess.TimeoutExpired) as error:
                told(f"Lighthouse, {form}", f"left out, it did not run here: {str(error)[:120]}")
                continue
            scores = {name: one["score"] for name, one in seen["categories"].items()}
            if done.returncode or None in scores.values():
                why = seen.get("runtimeError", done.stderr[-200:])
                told(f"Lighthouse, {form}", f"left out, it did not finish here: {why}")
                continue
            audits = seen["audits"]
            shown = ", ".join(
                f"{name} {audits[key]['displayValue']}" for name, key in (
                    ("first paint", "first-contentful-paint"), ("largest", "largest-contentful-paint"),
                    ("blocked", "total-blocking-time"),
                )
            )  # fmt: skip
            points = ", ".join(f"{name} {100 * score:.0f}" for name, score in scores.items())
            told(f"Lighthouse, {form}", f"{points}; {shown}")
            failed = [
                a["id"] for a in audits.values() if a["score"] == 0 and a["scoreDisplayMode"] == "binary"
            ]
            told("  what it finds missing", ", ".join(failed) or "nothing")


def main() -> None:
    found = chromium()
    if found is None:
        sys.exit(f"dashboard.py needs a Chromium: {BY_HAND}")
    path, environment = found
    with tempfile.TemporaryDirectory(prefix="aerotrack-bench-") as folder:
        Path(folder).chmod(0o755)  # the server's PostgreSQL may be another user
        running = (
            nullcontext()
            if URL
            else Program.serving(f"sim:?flights={FLIGHTS}", data_dir=Path(folder) / "data")
        )
        with running as program:
            url = URL or program.url
            with sync_playwright() as playwright:
                browser = playwright.chromium.launch(
                    executable_path=path, args=ARGUMENTS, env=os.environ | environment
                )
                print(f"{FLIGHTS:,} flights, Chromium {browser.version}, SwiftShader", flush=True)
                first_flights(browser, url)
                ours, flights = layer(browser, url)
                deck(browser, flights, ours)
                whole_frames(browser, url)
                for size in (SMALL, WIDE):
                    at_rest(browser, url, size)
                heap(browser, url)
                browser.close()
            lighthouse(url, path, environment)


if __name__ == "__main__":
    main()
