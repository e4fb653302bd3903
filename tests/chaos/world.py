"""A world to do harm to: the real program, its PostgreSQL, a feed of which all is known, and clients.

feed > proxy > program > clients that nothing stands before: the healthy ones
                       > proxy > the exposed ones
"""

import asyncio
import contextlib
import json
import os
import random
import signal
import time
import urllib.error
import urllib.request
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from pathlib import Path
from typing import Any

import psutil

from chaos.first_picture import FirstPicture
from chaos.oracle import Ledger, Measure, Sampler, unconverged, unlike_twins
from chaos.proxy import ChaosProxy
from chaos.sky import Feed, Sky
from chaos.watcher import Watcher
from end_to_end.program import PATIENCE_S, READY, Program
from end_to_end.test_crashes import accepted, each, postmaster

BOXES = (
    None, (-170.0, -58.0, -60.0, 0.0), (-60.0, -40.0, 20.0, 20.0), (0.0, 30.0, 40.0, 58.0),
    (60.0, -30.0, 160.0, 10.0), (-10.0, -55.0, 30.0, -5.0), (90.0, 0.0, 150.0, 50.0),
    (-130.0, 20.0, -70.0, 55.0), (20.0, -20.0, 60.0, 40.0), (100.0, -50.0, 160.0, -10.0),
)  # fmt: skip
_ON_DISK_S = 0.5  # beyond the tick: how long a position may take to be accepted
_UNREAD_S = 3.0  # what is on its way from the feed when its connection is reset


class World:
    """The parts of it, and what every fault needs of them."""

    def __init__(self, feed: Feed, data_dir: Path, tick: float, seed: int) -> None:
        self.chance = random.Random(seed)
        self.feed, self.sky = feed, feed.sky
        self.data_dir, self.tick = data_dir, tick
        self.ledger = Ledger(feed)
        self.sampler = Sampler()
        self.feed_proxy = ChaosProxy(lambda: feed.port, seed)
        self.client_proxy = ChaosProxy(lambda: self.port, seed)
        self.healthy: list[Watcher] = []
        self.exposed: list[Watcher] = []
        self.ready_s: list[float] = []  # from each start again to the first picture of a client, and
        self.shown: list[int] = []  # how many flights are in it
        self.port = 0
        self.database = ""
        self.wrong: list[str] = []  # what a fault finds that is no invariant's

    @property
    def watchers(self) -> list[Watcher]:
        return [*self.healthy, *self.exposed]

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    async def start_program(self, environment: dict[str, str] | None = None) -> None:
        """Start the program, on the port that it had, with some more of an environment."""
        options = ("--tick", str(self.tick), "--requests-per-second", "100000", "--port", str(self.port))
        source = f"json://127.0.0.1:{self.feed_proxy.port}"
        self.program = Program("serve", source, *options, data_dir=self.data_dir, environment=environment)
        self.program.url = (await asyncio.to_thread(self.program.read_until, READY))[1].rstrip("/")
        self.port = int(self.program.url.rpartition(":")[2])
        self.sampler.pid = self.program.process.pid

    async def kill_program(self) -> None:
        """Kill it as a loss of power would; what it had accepted has to be found again."""
        self.sampler.pid = 0
        self.program.process.kill()
        await self._has_ended(time.time() - self.tick - _ON_DISK_S - self.sampler.late())

    async def stop_program(self, within: float = 10.0) -> int:
        """Stop it with SIGTERM; return its exit status."""
        self.sampler.pid = 0
        asked = time.time()
        self.program.process.send_signal(signal.SIGTERM)
        await asyncio.wait_for(asyncio.to_thread(self.program.process.wait), within)
        await self._has_ended(asked - _ON_DISK_S - self.sampler.late())
        return int(self.program.process.returncode)

    async def _has_ended(self, heard_until: float) -> None:
        await asyncio.to_thread(self.program.wait)
        self.program.__exit__()
        for positions in (await asyncio.to_thread(accepted, self.data_dir)).values():
            self.ledger.accept(positions)
        self._unheard_since = heard_until

    async def restart(self, environment: dict[str, str] | None = None) -> None:
        """Start it again, note how long the first picture takes, and wait until it hears the feed."""
        before = self.feed.connects
        async with FirstPicture.wanted(self.url) as picture:
            began = time.monotonic()
            await self.start_program(environment)
            came, flights = await picture.came(within=PATIENCE_S)
            self.ready_s.append(came - began)
            self.shown.append(flights)
        while self.feed.connects == before:  # noqa: ASYNC110  the other side says nothing of it
            await asyncio.sleep(0.05)
        self.ledger.forgive(self._unheard_since, time.time() + 0.5)

    @asynccontextmanager
    async def feed_breaking(self) -> AsyncIterator[None]:
        """Forgive what is lost between the feed and the program while the body breaks its connection."""
        before, began = self.feed.connects, time.time()
        try:
            yield
        finally:
            deadline = time.monotonic() + 30
            while self.feed.connects == before and time.monotonic() < deadline:  # noqa: ASYNC110  likewise
                await asyncio.sleep(0.05)
            self.ledger.forgive(began - _UNREAD_S, time.time() + 0.5)

    def postgresql(self) -> list[psutil.Process]:
        """Return the processes of the server, none while it does not run."""
        with contextlib.suppress(psutil.NoSuchProcess):
            server = psutil.Process(postmaster(self.data_dir) or -1)
            return [server, *server.children(recursive=True)]
        return []

    def get(self, path: str, within: float = 10.0) -> tuple[int, Any]:
        """Ask the program over HTTP; a text where the answer is no JSON."""
        try:
            with urllib.request.urlopen(self.url + path, timeout=within) as answer:
                status, body = answer.status, answer.read()
        except urllib.error.HTTPError as error:
            with error:
                status, body = error.code, error.read()
        try:
            return status, json.loads(body)
        except ValueError:
            return status, body

    async def ask(self, path: str) -> tuple[int, Any]:
        """Do so without making anybody wait."""
        return await asyncio.to_thread(self.get, path)

    async def amiss(self) -> dict[str, str]:
        """Return what /readyz names."""
        return {name: why for name, why in (await self.ask("/readyz"))[1]["checks"].items() if why}

    async def measure(self, seconds: float) -> Measure:
        """Watch for a while."""
        began = time.time()
        await asyncio.sleep(seconds)
        return self.sampler.measured(began, time.time(), self.healthy)

    async def converged(self, within: float) -> tuple[float, list[str]]:
        """I3: wait until every replica is right; return how long it took, and what is wrong then."""
        began, since = time.monotonic(), time.time()
        while True:
            late = unconverged(self.watchers, self.feed, since)
            took = time.monotonic() - began
            if not late or took > within:
                return took, late
            await asyncio.sleep(0.2)

    def complaints(self) -> list[str]:
        """I2 and I3: hand over what the clients have found since the last time."""
        found = [complaint for watcher in self.watchers for complaint in watcher.complaints]
        for watcher in self.watchers:
            watcher.complaints.clear()
        found += unlike_twins(self.watchers) + self.wrong
        self.wrong = []
        return found


@asynccontextmanager
async def world(
    data_dir: Path, *, flights: int, clients: int, tick: float = 1.0, period_s: float = 2.0, seed: int = 0
) -> AsyncIterator[World]:
    """Make a world, and wait until every client has its picture. Half of the clients are exposed."""
    async with AsyncExitStack() as stack, asyncio.TaskGroup() as following:
        feed = await stack.enter_async_context(Feed(Sky(flights, period_s)))
        made = World(feed, data_dir, tick, seed)
        await stack.enter_async_context(made.feed_proxy)
        await stack.enter_async_context(made.client_proxy)
        tasks = []
        try:
            await made.start_program()
            made.database = await asyncio.to_thread(made.program.database_url)
            through = f"http://127.0.0.1:{made.client_proxy.port}"
            for number in range(clients):
                box = BOXES[number // 2 % len(BOXES)]
                wish = {} if box is None else {"bbox": box}
                watchers, url = (made.exposed, through) if number % 2 else (made.healthy, made.url)
                watchers.append(Watcher(made.sky, url, wish))
            tasks = [following.create_task(watcher.follow()) for watcher in made.watchers]
            tasks.append(following.create_task(made.sampler.run()))
            _, late = await made.converged(within=120)
            assert not late, late
            made.ledger.forgive(0.0, time.time())  # until then it may have been starting
            wrong = await made.ledger.settle(made.database, time.time() - 1.0, within=60)
            assert not wrong, wrong
            yield made
        finally:
            for task in tasks:
                task.cancel()
            each(made.postgresql(), lambda process: os.kill(process.pid, signal.SIGCONT))
            if hasattr(made, "program"):
                await asyncio.to_thread(made.program.__exit__)
