"""Traps that others fell into, as far as no test beside its subject proves that we do not.

docs/reference/traps.md lists all of them, each with the tests that do.
"""

import ast
import asyncio
import os
import signal
import time
from collections.abc import AsyncIterator, Iterator
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from aerotrack import app
from aerotrack.config import Settings
from aerotrack.core.columns import BY_NAME, COLUMNS, STORED, Kind
from aerotrack.core.flights import FlightTable
from aerotrack.core.observations import Observations
from aerotrack.equipment import keys_of
from aerotrack.sources import source_from
from aerotrack.storage.database import Database
from aerotrack.storage.recorder import Recorder
from aerotrack.storage.writer import CHUNK_FLIGHTS
from flown import BEGIN, Connection, heard, recording, stored, ticked
from web.harness import Site, eventually

OWN = {"last_heard", "time", "feed", "started_at"}  # what we say of a flight; nobody reports 0 there
NUMBERS = [c for c in COLUMNS if c.heard and c.kind is not Kind.TEXT and c.name not in OWN]
ZEROS: dict[str, Any] = {column.name: 0 for column in NUMBERS} | {"lon": 8.5}  # 0/0 is no place of anybody
WORLD = 25_000


@pytest.fixture
async def place(database_url: str) -> AsyncIterator[Database]:
    opened = await Database.open(database_url, connect_s=2, command_s=5)
    yield opened
    await opened.close()


async def told(site: Site) -> list[dict[str, Any]]:
    """Return all flights that a client is told first."""
    async with site.stream("?bbox=") as client:
        assert (await client.next())["type"] == "hello"
        flights: list[dict[str, Any]] = []
        while True:
            part = await client.next()
            flights += part["updated"]
            if not part.get("more"):
                return flights


async def test_every_zero_travels_from_the_feed_to_the_table_the_wire_and_the_database(
    place: Database, database: Connection
) -> None:
    """T1: `x or default` makes 0 unknown, or something else."""
    table, recorder = FlightTable(), Recorder(place)
    changes = ticked(table, heard(0, **ZEROS))
    for name, value in ZEROS.items():
        (held,) = table.columns[name][table.live]
        assert held == value, name
        assert BY_NAME[name].known(np.array([held])), name
    async with Site().serving() as site, recording(recorder):
        recorder.take(changes)
        site.broadcaster.take(changes)
        (flight,) = await told(site)
    (row,) = await database.fetch("select * from aerotrack.position")
    on_wire = {name: flight[name] for name in ZEROS if BY_NAME[name].kind in {Kind.NUMBER, Kind.INTEGER}}
    assert on_wire == {name: ZEROS[name] for name in on_wire}
    assert len(on_wire) >= 8
    assert (flight["squawk"], row["squawk"]) == ("0000", "0000")
    assert (flight["on_ground"], row["on_ground"]) == (False, False)
    numbers = [column.name for column in STORED if column.name in on_wire]
    assert {name: row[name] for name in numbers} == {name: ZEROS[name] for name in numbers}


PLAIN = ["altitude_ft", "ground_speed_kt", "track_deg", "vertical_rate_fpm", "squawk", "nic", "nac_p"]


@given(named=st.lists(st.sampled_from(PLAIN), unique=True))
def test_what_a_report_does_not_name_stays_as_it_was(named: list[str]) -> None:
    """T2: a partial update takes what is absent for unknown."""
    table = FlightTable()
    ticked(table, heard(0, **dict.fromkeys(PLAIN, 7)))
    ticked(table, heard(1, lat=52.001, **dict.fromkeys(named, 0)))
    now = {name: float(table.columns[name][table.live][0]) for name in PLAIN}
    assert now == {name: 0.0 if name in named else 7.0 for name in PLAIN}


def test_a_batch_of_some_flights_takes_away_no_others() -> None:
    """T3: a part is taken for the whole."""
    table = FlightTable()
    all_of_them = np.arange(1, 1001)
    ticked(table, Observations.of(all_of_them, np.full(1000, BEGIN), squawk=np.full(1000, 1200)))
    some = ticked(table, Observations.of(all_of_them[:50], np.full(50, BEGIN + 5), squawk=np.full(50, 7000)))
    assert (len(some.updated["address"]), len(some.gone["address"]), len(table.live)) == (50, 0, 1000)


RUNNING = {
    "EmbeddedPostgres.supervise": 0,  # there is no embedded one here
    "Housekeeping.run": 1,
    "LoopLag._watch": 1,
    "Door.watching.<locals>.watch": 1,
    "Pipeline._tick_on": 1,
    "Pipeline._follow": 1,
    "Pipeline._notice_end": 1,
    "Recorder.run": 1,
    "Recorder._hand_on": 1,
    "Recorder._store": 1,
    "Broadcaster.run": 1,
    "Server.serve": 1,
    "_trim_on": 1,
}
# What goes on until it is done, is awaited by one of those, or runs only where it is asked for.
ELSEWHERE = {
    "AircraftFile._watch", "Turns.wait", "_telling.<locals>.keep_telling", "Committer._commit",
    "Recorder._append", "Recorder._oldest", "_drop_bare_flights", "_drop_old_events", "Playback._go_on",
    "Relay.run", "Connection.serve",
}  # fmt: skip


def endless(tree: ast.AST, within: str = "") -> Iterator[str]:
    """Find the coroutines that loop without an end, by their qualified names."""
    for node in ast.iter_child_nodes(tree):
        inner = within
        if isinstance(node, ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef):
            inner = f"{within}{node.name}." + ("" if isinstance(node, ast.ClassDef) else "<locals>.")
        if isinstance(node, ast.AsyncFunctionDef):
            parts = list(ast.walk(node))
            loops = [part for part in parts if isinstance(part, ast.While)]
            if any(isinstance(loop.test, ast.Constant) for loop in loops):
                generates = any(isinstance(part, ast.Yield) for part in parts)
                yield from () if generates else (f"{within}{node.name}",)
        yield from endless(node, inner)


def test_every_task_is_known_that_runs_for_ever() -> None:
    """T5: one that is written and started nowhere would be missed by no other test."""
    package = Path(app.__file__).parent
    found = {name for file in package.rglob("*.py") for name in endless(ast.parse(file.read_text()))}
    assert found - RUNNING.keys() - ELSEWHERE == set()
    assert found >= ELSEWHERE


async def test_what_is_to_run_beside_runs_once(
    database_url: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """T5: a background task is written and never started, or started twice."""
    settings = Settings(database=database_url, data_dir=tmp_path / "data", port=0, sources=("sim:",))
    sources = [source_from(url, clock=lambda: BEGIN, keys=keys_of(settings)) for url in settings.sources]
    serving = asyncio.create_task(app._serve(settings, sources, time.time, stay=True))
    said = ""
    async with asyncio.timeout(30):
        while "ready" not in said:
            await asyncio.sleep(0.05)
            said += capsys.readouterr().out
    await asyncio.sleep(0.1)
    names = [getattr(task.get_coro(), "__qualname__", "") for task in asyncio.all_tasks()]
    os.kill(os.getpid(), signal.SIGTERM)
    assert await serving == 0
    assert {name: names.count(name) for name in RUNNING} == RUNNING


class Listened:
    """A connection, of which is noted what it was told once the database has done it."""

    def __init__(self, connection: Any, said: list[str]) -> None:
        self._connection, self._said = connection, said

    def __getattr__(self, name: str) -> Any:
        method = getattr(self._connection, name)
        if name not in {"execute", "fetch", "fetchrow", "fetchval", "copy_to_table"}:
            return method

        async def noted(what: str, *more: Any, **named: Any) -> Any:
            answer = await method(what, *more, **named)
            self._said.append(what)
            return answer

        return noted


class Watched(Database):
    """A database that notes what is said to it."""

    def __init__(self, url: str, **times: float) -> None:
        super().__init__(url, **times)
        self.said: list[str] = []

    async def connect(self, *, brief: bool = False) -> Any:
        return Listened(await super().connect(brief=brief), self.said)


@pytest.fixture
async def watched(database_url: str) -> AsyncIterator[Watched]:
    opened = await Watched.open(database_url, connect_s=2, command_s=10)
    yield opened
    await opened.close()


async def statements(place: Watched, flights: int, second: int) -> int:
    """Return how many statements a tick takes in which so many flights report, new ones all."""
    addresses = np.arange(flights) + second * 100_000
    seen = Observations.of(
        addresses, np.full(flights, BEGIN + second), feed="roof", lat=np.full(flights, 50.0),
        lon=np.linspace(0, 9, flights),
    )  # fmt: skip
    recorder = Recorder(place)
    async with recording(recorder):
        recorder.take(ticked(FlightTable(), heard(second)))
        await stored(recorder)  # it has connected, and made room
        before = len(place.said)
        recorder.take(ticked(FlightTable(), seen))
        await stored(recorder)
        after = len(place.said)
    assert recorder.status().stored == flights + 1
    return after - before


async def test_a_tick_takes_a_few_statements_however_many_flights_are_in_it(watched: Watched) -> None:
    """T9: each aircraft is a transaction of its own."""
    few, many = await statements(watched, 10, 10), await statements(watched, 10_000, 20)
    assert 0 < few <= 12
    assert many <= few + 3 * 10_000 // CHUNK_FLIGHTS


async def test_nothing_is_acknowledged_before_it_is_committed(watched: Watched) -> None:
    """T22: the device is told that all is safe, and then it is written."""
    recorder, table = Recorder(watched, source="sha256:1"), FlightTable()

    def note(stamp: int) -> None:
        watched.said.append(f"kept {stamp}")

    running = asyncio.create_task(recorder.run(note))
    for stamp in (7, 9):
        recorder.take(ticked(table, heard(stamp, stamp=stamp)))
        await stored(recorder)
        await eventually(partial(watched.said.__contains__, f"kept {stamp}"))
    await recorder.close()
    running.cancel()
    await asyncio.wait([running])
    order = [said for said in watched.said if said == "commit" or said.startswith("kept")]
    first, second = order.index("kept 7"), order.index("kept 9")
    assert "commit" in order[:first]
    assert "commit" in order[first:second]


async def test_a_sky_that_comes_all_at_once_is_told_whole() -> None:
    """T15: 23,000 aircraft within half a second broke a receiver."""
    addresses = np.arange(1, WORLD + 1)
    table = FlightTable()
    changes = ticked(
        table,
        Observations.of(
            addresses, np.full(WORLD, BEGIN), feed="world", lat=np.linspace(-80, 80, WORLD),
            lon=np.linspace(-179, 179, WORLD), altitude_ft=np.full(WORLD, 35000.0),
        ),
    )  # fmt: skip
    assert (len(table.live), len(changes.updated["address"])) == (WORLD, WORLD)
    async with Site().serving() as site:
        site.broadcaster.take(changes)
        flights = await told(site)
    assert len({flight["icao24"] for flight in flights}) == len(flights) == WORLD
