"""The whole world on one core: simulator, table, recorder to the embedded PostgreSQL, and 10 JSON clients.

23,158 aircraft (the most ever published at once) at 0.7 and at 1 position a second, each client watching a
country. Printed per load: CPU of the Python process as a share of one core, its memory, PostgreSQL's CPU, and
whether lag grows from the first to the last quarter. The control is a process that only spins, in the same
seconds: what share of a core the machine gave to somebody who wanted it. Clients are a process of their own.

    ./aerotrack bench world            2 minutes each;  SECONDS=20 for a look
"""

import asyncio
import json
import multiprocessing
import os
import re
import statistics
import subprocess
import sys
import tempfile
import time
import urllib.request
from multiprocessing.synchronize import Event

import psutil
from websockets.asyncio.client import connect

SECONDS = float(os.environ.get("SECONDS", "120"))
SETTLE_S = 8.0
FLIGHTS = 23_158
COUNTRIES = {
    "Germany": "5,47,16,55", "France": "-5,42,8,51", "Spain": "-10,36,4,44", "Britain": "-8,50,2,59",
    "Italy": "6,36,19,47", "Japan": "129,30,146,46", "Texas": "-107,25,-93,37",
    "California": "-125,32,-114,42",
    "Florida": "-88,24,-79,31", "India": "68,8,90,32",
}  # fmt: skip


async def follow(url: str, box: str, messages: list[int]) -> None:
    async with connect(f"{url}/api/v1/stream?bbox={box}", compression=None, max_size=None) as socket:
        async for message in socket:
            assert json.loads(message)
            messages.append(len(message))


def clients(url: str, ended: Event, told: multiprocessing.Queue) -> None:
    async def run() -> None:
        messages: list[int] = []
        tasks = [asyncio.create_task(follow(url, box, messages)) for box in COUNTRIES.values()]
        await asyncio.to_thread(ended.wait)
        told.put((len(messages), sum(messages)))
        for task in tasks:
            task.cancel()

    asyncio.run(run())


def spin(seconds: float, told: multiprocessing.Queue) -> None:
    """Want a whole core, briefly and often, so that little is taken from what is measured."""
    began, used, wanted = time.monotonic(), 0.0, 0.0
    while time.monotonic() - began < seconds:
        wall, cpu = time.monotonic(), time.process_time()
        while time.monotonic() - wall < 0.02:
            pass
        wanted += time.monotonic() - wall
        used += time.process_time() - cpu
        time.sleep(0.48)
    told.put(used / wanted)


def get(url: str) -> dict:
    with urllib.request.urlopen(url, timeout=10) as answer:
        return json.load(answer)


def measure(rate: float) -> None:
    with tempfile.TemporaryDirectory(prefix="aerotrack-bench-") as data_dir:
        arguments = ["serve", f"sim:?flights={FLIGHTS}&rate={rate}", "--port", "0", "--data-dir", data_dir]
        program = subprocess.Popen(
            [sys.executable, "-m", "aerotrack", *arguments], stdout=subprocess.PIPE, text=True
        )
        try:
            assert program.stdout is not None
            url = re.search(r"http://\S+", program.stdout.readline())[0].rstrip("/")
            report(rate, program.pid, url)
        finally:
            program.terminate()
            code = program.wait(20)
    assert code == 0, f"the program ended with {code}"


def report(rate: float, pid: int, url: str) -> None:
    ended, told, control = multiprocessing.Event(), multiprocessing.Queue(), multiprocessing.Queue()
    watchers = multiprocessing.Process(target=clients, args=(url.replace("http", "ws", 1), ended, told))
    watchers.start()
    time.sleep(SETTLE_S)
    spinner = multiprocessing.Process(target=spin, args=(SECONDS, control))
    spinner.start()
    process = psutil.Process(pid)
    database = [p for p in process.children(recursive=True) if "postgres" in p.name()]
    before, stats_before, began = process.cpu_times(), get(url + "/api/v1/stats"), time.monotonic()
    database_before = sum(sum(p.cpu_times()[:2]) for p in database if p.is_running())
    lags: list[tuple[float, float]] = []
    while time.monotonic() - began < SECONDS:
        time.sleep(1)
        feed = get(url + "/api/v1/feeds")["feeds"][0]
        lags.append((feed["lag_seconds"], get(url + "/api/v1/stats")["database"]["lag_seconds"]))
    seconds = time.monotonic() - began
    after, stats = process.cpu_times(), get(url + "/api/v1/stats")
    database_after = sum(sum(p.cpu_times()[:2]) for p in database if p.is_running())
    memory = process.memory_info().rss / 1e6
    ended.set()
    messages, size = told.get()
    watchers.join()
    spinner.join()
    cpu = (after.user + after.system - before.user - before.system) / seconds
    stored = (stats["database"]["stored"] - stats_before["database"]["stored"]) / seconds
    quarter = max(1, len(lags) // 4)
    first, last = lags[:quarter], lags[-quarter:]
    print(f"{FLIGHTS} flights at {rate}/s: {stored:,.0f} positions/s stored, {stats['flights']} flights live")
    print(f"  Python process       {100 * cpu:5.1f} % of a core, {memory:.0f} MB")
    print(f"  PostgreSQL           {100 * (database_after - database_before) / seconds:5.1f} % of a core")
    print(f"  control: a spinner   {100 * control.get():5.1f} % of the core it wanted")
    for name, index in (("feed", 0), ("database", 1)):
        early, late = (statistics.median(lag[index] for lag in part) for part in (first, last))
        print(f"  lag of the {name:<9} {early:.2f} s in the first quarter, {late:.2f} s in the last")
    print(f"  10 clients           {messages} messages, {size / messages / 1000:.1f} kB each", flush=True)
    print(f"  dropped {stats['database']['dropped']}, failed {stats['database']['failed']}", flush=True)


if __name__ == "__main__":
    for rate in (0.7, 1.0):
        measure(rate)
