"""The past as a client sees it, held against what SQL says of the same moments."""

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from typing import Any

import asyncpg
import numpy as np
import pytest
import pytest_asyncio
from websockets.asyncio.client import ClientConnection, connect

from aerotrack.core.flights import FlightTable
from aerotrack.core.observations import Observations
from aerotrack.storage.database import Database
from aerotrack.storage.playback import PostgresPast
from aerotrack.storage.recorder import Recorder
from aerotrack.web.api import make_app
from aerotrack.web.broadcaster import Broadcaster
from aerotrack.web.server import Server
from fakes import FakeHistory, FakeSky
from flown import BEGIN, copy_with, recording

PRESENT = "9f3c21aa"
TICK_S = 0.05
FLIGHTS, LONG_S = 30, 1000
COLUMNS = ("lat", "lon", "altitude_ft", "ground_speed_kt", "track_deg", "squawk", "on_ground", "feed")


def observed(second: int, chance: np.random.Generator) -> Observations:
    """What is heard in a second: each flight every few seconds, but for an hour of silence here and there."""
    numbers = np.arange(1, FLIGHTS + 1)
    heard = (chance.random(FLIGHTS) < 0.2) & ((second // 150 + numbers) % 4 > 0)
    who = numbers[heard]
    return Observations.of(
        who,
        BEGIN + second + np.round(chance.random(len(who)), 3),
        feed="roof",
        lat=40 + who / 10 + second / 10_000,
        lon=who / 5 - second / 10_000,
        altitude_ft=who * 100 + second,
        ground_speed_kt=400 + who,
        track_deg=(who * 9 + second) % 360,
        on_ground=np.zeros(len(who)),
        squawk=np.full(len(who), 7000 if second > 700 else 1000),
    )


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def template(migrated_template: str) -> AsyncIterator[str]:
    """A quarter of an hour of thirty flights."""
    async with copy_with(migrated_template, fly) as url:
        yield url


async def fly(recorder: Recorder) -> None:
    table, chance = FlightTable(), np.random.default_rng(7)
    async with recording(recorder):
        for second in range(LONG_S):
            table.apply(observed(second, chance))
            if second % 10 == 9:
                table.expire(BEGIN + second + 1)
                recorder.take(table.take(BEGIN + second + 1))


@pytest.fixture
async def place(database_url: str) -> AsyncIterator[Database]:
    opened = await Database.open(database_url)
    yield opened
    await opened.close()


@asynccontextmanager
async def served(
    place: Database, *, now: float = BEGIN + 9000, timeout_s: float = 10.0
) -> AsyncIterator[str]:
    """Serve the past of a database, and a present in which nobody flies."""
    broadcaster = Broadcaster(tick_seconds=TICK_S)
    app = make_app(
        sky=FakeSky(), history=FakeHistory(), broadcaster=broadcaster,
        past=PostgresPast(place, timeout_s=timeout_s), feeds=list, stats=dict, ready=dict,
        clock=lambda: now, epoch=PRESENT, tick_seconds=TICK_S,
    )  # fmt: skip
    telling = asyncio.create_task(broadcaster.run(lambda _: None))
    broadcaster.take(FlightTable().take(now))
    with Server.bound("127.0.0.1", 0) as server:
        async with server.serving(app):
            yield server.url
    telling.cancel()


async def of_sql(database: Any, at: datetime) -> dict[str, dict[str, Any]]:
    rows = await database.fetch(
        "select aerotrack.flight_name(flight_id) as id, * from aerotrack.sky_at($1)", at
    )
    return {row["id"]: {name: row[name] for name in COLUMNS} | {"time": row["time"]} for row in rows}


def of_client(flights: dict[str, dict[str, Any]]) -> dict[str, dict[str, Any]]:
    """Return a client's flights as SQL has them."""
    return {
        name: {column: flight[column] for column in COLUMNS}
        | {"time": datetime.fromisoformat(flight["time"])}
        for name, flight in flights.items()
    }


def text(second: float) -> str:
    return datetime.fromtimestamp(BEGIN + second, UTC).isoformat()


class Plain:
    """A client by the rules of stream.md, and nothing else."""

    def __init__(self, socket: ClientConnection) -> None:
        self.flights: dict[str, dict[str, Any]] = {}
        self.epoch, self.tick = "", 0
        self._socket = socket

    async def ask(self, **members: Any) -> None:
        """Subscribe."""
        await self._socket.send(json.dumps({"type": "subscribe", **members}))

    async def next(self) -> dict[str, Any]:
        """Take the next message in, and return it."""
        async with asyncio.timeout(10):
            message: dict[str, Any] = json.loads(await self._socket.recv())
        if message["type"] == "hello":
            self.epoch, self.tick = message["epoch"], 0
        if message["type"] == "changes":
            assert message["since"] in {0, self.tick}, "a hole"
            if not message["since"]:
                self.flights = {}
            for flight in message["updated"]:
                self.flights.setdefault(flight["id"], {}).update(flight)
            for name in message["gone"]:
                self.flights.pop(name, None)
            self.tick = message["tick"]
        return message

    async def changes(self) -> datetime:
        """Go on to the next picture of the past; return its time."""
        while (message := await self.next())["type"] != "changes" or self.epoch == PRESENT:
            assert message["type"] != "error", message
        return datetime.fromisoformat(message["time"])

    async def until(self, **members: Any) -> dict[str, Any]:
        """Go on to a message with these members."""
        while not members.items() <= (message := await self.next()).items():
            pass
        return message


@asynccontextmanager
async def plain(url: str, **members: Any) -> AsyncIterator[Plain]:
    """Connect, and subscribe."""
    address = f"{url.replace('http', 'ws')}api/v1/stream"
    async with connect(address, proxy=None, compression=None, max_size=None) as socket:
        client = Plain(socket)
        await client.ask(**members)
        yield client


@pytest.mark.parametrize(
    ("speed", "ticks", "archived"),
    [(1, 20, False), (10, 60, False), (10, 60, True), (500, 14, True), (500, 14, False)],
)
async def test_at_each_tick_a_client_holds_what_sql_says_of_that_moment(
    place: Database, database: asyncpg.Connection, speed: float, ticks: int, *, archived: bool
) -> None:
    if archived:  # up to the middle of a window, so that windows and pictures cross the seam
        await archive(database, BEGIN + 640)
    seen = 0
    async with served(place) as url, plain(url, at=text(590), speed=speed) as client:
        while client.tick < ticks:
            at = await client.changes()
            expected = await of_sql(database, at)
            assert of_client(client.flights) == expected, at
            seen += len(expected)
    assert seen > ticks / 4 * FLIGHTS / 2


async def test_a_client_pauses_jumps_filters_and_comes_back(
    place: Database, database: asyncpg.Connection
) -> None:
    async with served(place) as url, plain(url, at=text(300), speed=0) as client:
        everyone = await of_sql(database, await client.changes())
        assert of_client(client.flights) == everyone
        await client.ask(bbox=[0.0, 40.0, 3.0, 42.0])
        await client.changes()
        held = of_client(client.flights)
        inside = {n for n, f in everyone.items() if 0 <= f["lon"] <= 3 and 40 <= f["lat"] <= 42}
        assert held.items() <= everyone.items()
        assert inside <= held.keys() < everyone.keys()
        await client.ask(bbox=None, at=text(720), filter={"squawk": "7000"})
        await client.until(type="hello")
        sky = await of_sql(database, await client.changes())
        passing = {name: flight for name, flight in sky.items() if flight["squawk"] == "7000"}
        assert of_client(client.flights) == passing
        assert 0 < len(passing) < len(sky)
        await client.ask(at=None, filter=None)
        assert (await client.until(type="hello"))["epoch"] == PRESENT
        assert ((await client.until(type="changes"))["since"], client.flights) == (0, {})


async def test_no_flight_jumps_from_window_to_window_or_where_hot_meets_archived(
    place: Database, database: asyncpg.Connection
) -> None:
    await archive(database, BEGIN + 640)
    before: dict[str, float] = {}
    async with served(place) as url, plain(url, at=text(590), speed=20) as client:
        while (await client.changes()).timestamp() < BEGIN + 720:
            for name, flight in client.flights.items():
                second = datetime.fromisoformat(flight["time"]).timestamp() - BEGIN
                way = flight["lat"] - 40 - int(name[:6], 16) / 10
                # what storage rounds; and a report's place is that of the second it was made in
                assert abs(way - second / 10_000) < 1.2e-4
                assert second >= before.get(name, 0)
                before[name] = second
    assert len(before) > FLIGHTS / 2


async def test_a_replay_that_reaches_the_present_is_live(place: Database) -> None:
    async with served(place, now=BEGIN + 1000) as url, plain(url, at=text(900), speed=100) as client:
        await client.changes()
        assert (await client.until(type="hello"))["epoch"] == PRESENT
        assert (await client.until(type="changes"))["since"] == 0


async def test_a_database_that_hangs_is_an_error_and_the_way_back(
    place: Database, database: asyncpg.Connection
) -> None:
    async with served(place, timeout_s=1.0) as url, plain(url, at=text(300), speed=10) as client:
        await client.changes()
        await database.execute("begin; lock table aerotrack.position_hot")
        assert (await client.until(type="error"))["code"] == "history_unavailable"
        assert (await client.until(type="hello"))["epoch"] == PRESENT
        assert (await client.until(type="changes"))["since"] == 0
        await database.execute("rollback")
        await client.ask(at=text(300), speed=0)
        assert (await client.until(type="hello"))["speed"] == 0


async def archive(database: asyncpg.Connection, upto: float) -> None:
    """Move what is older than `upto` into the archive: each flight's rows of a bucket in one or two."""
    await database.execute("select aerotrack.ensure_days(to_timestamp($1), to_timestamp($2))", BEGIN, upto)
    await database.execute(
        """
        with taken as (
            delete from aerotrack.position_hot where time < to_timestamp($1) returning *
        ), timed as (
            select date_bin('10 minutes', time, '2000-01-01 00:00Z') as bucket, * from taken
        ), numbered as (
            select *, (extract(epoch from time - bucket) * 50)::int2 as t,
                   min(lat) over w as low, min(lon) over w as west
            from timed window w as (partition by bucket, flight_id, squawk)
        )
        insert into aerotrack.position_archive
        select bucket, flight_id, min(low), min(low), min(west), min(west), min(lat), max(lat), min(lon),
               max(lon), min(t), max(t), squawk, min(position_source), min(feed_id), bool_and(on_ground),
               array_agg(t order by t), array_agg((lat - low)::int2 order by t),
               array_agg((lon - west)::int2 order by t),
               array_agg(altitude order by t), array_agg(geo_altitude order by t),
               array_agg(ground_speed order by t), array_agg(track order by t),
               array_agg(vertical_rate order by t), null, null
        from numbered group by bucket, flight_id, squawk
        """,
        upto,
    )
