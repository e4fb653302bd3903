"""The client at the server itself: it holds what the server means it to, by every way there is to say so."""

import asyncio
import json
import random
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import numpy as np
import pytest

import aerotrack.client
from aerotrack.client import LiveSky, StreamError
from aerotrack.core.flights import FlightTable
from aerotrack.core.observations import Observations
from aerotrack.web.broadcaster import Broadcaster
from fakes import START
from web.harness import Site, eventually

EUROPE = (5.0, 45.0, 16.0, 55.0)
AIRCRAFT = 40
Flights = dict[str, dict[str, Any]]


class Traffic:
    """Aircraft that wander in and out of EUROPE, fall silent, and change their callsigns."""

    def __init__(self, site: Site) -> None:
        self._site = site
        self._random = random.Random(1)
        self._table = FlightTable()
        self._now = START + 1000.0
        places = range(AIRCRAFT)
        self._lat = np.array([self._random.uniform(40.0, 58.0) for _ in places])
        self._lon = np.array([self._random.uniform(0.0, 20.0) for _ in places])
        self._callsign = np.array([f"{'DLH' if i % 3 else 'BAW'}{i}".encode() for i in places], "S8")
        self._silent_until = np.zeros(AIRCRAFT, int)
        self.tick = 0
        self.go_on(4)

    def go_on(self, ticks: int = 1) -> None:
        for _ in range(ticks):
            self._fly()
            self._table.expire(self._now)
            self._site.broadcaster.take(self._table.take(self._now))
            self.tick = self._table.tick

    def _fly(self) -> None:
        self._now += 10.0
        self._lat += [self._random.uniform(-0.3, 0.3) for _ in range(AIRCRAFT)]
        self._lon += [self._random.uniform(-0.5, 0.5) for _ in range(AIRCRAFT)]
        some = self._random.randrange(AIRCRAFT)
        self._callsign[some] = f"{self._random.choice(['DLH', 'BAW'])}{self._random.randrange(1000)}".encode()
        self._silent_until[self._random.randrange(AIRCRAFT)] = self.tick + self._random.choice([5, 9])
        heard = np.flatnonzero(self._silent_until <= self.tick)
        self._table.apply(
            Observations.of(
                heard + 1,
                [self._now] * len(heard),
                feed="roof",
                lat=self._lat[heard],
                lon=self._lon[heard],
                callsign=self._callsign[heard],
                ground_speed_kt=[400.0] * len(heard),
                track_deg=[self._random.choice([0.0, 90.0, 91.0, 200.0]) for _ in heard],
            )
        )


def without_last_heard(flights: Flights) -> Flights:
    """Leave out what alone is no change, so that JSON and binary may hold different ones."""
    return {
        name: {key: value for key, value in flight.items() if key != "last_heard"}
        for name, flight in flights.items()
    }


async def follow(sky: LiveSky, held: dict[int, Flights]) -> None:
    async for changes in sky:
        held[changes.tick] = without_last_heard(sky.flights())


async def follow_json(site: Site, wish: dict[str, Any], held: dict[int, Flights]) -> None:
    flights: Flights = {}
    more = False
    async with site.stream() as client:
        await client.send(type="subscribe", **wish)
        while True:
            message = json.loads(await client.socket.recv())
            if message["type"] != "changes":
                continue
            if message["since"] == 0 and not more:
                flights.clear()
            for flight in message["updated"]:
                flights[flight["id"]] = flights.get(flight["id"], {}) | flight
            for name in message["gone"]:
                flights.pop(name, None)
            if not (more := message.get("more", False)):
                held[message["tick"]] = without_last_heard(flights)


@asynccontextmanager
async def following(*followers: Any) -> AsyncIterator[None]:
    """Follow while the body runs."""
    tasks = [asyncio.ensure_future(each) for each in followers]
    try:
        yield
        assert not [task for task in tasks if task.done()]
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.wait(tasks)


@pytest.fixture
async def site() -> AsyncIterator[Site]:
    """Serve a sky, with a digest in each tick."""
    async with Site(broadcaster=Broadcaster(digest_s=0.0)).serving() as site:
        yield site


def stream(site: Site, **wish: Any) -> LiveSky:
    return aerotrack.client.stream(site.url, first_pause_s=0.001, longest_pause_s=0.01, **wish)


@pytest.mark.parametrize(
    "wish",
    [
        {},
        {"bbox": EUROPE},
        {"precision_m": 611},
        {"filter": {"callsign": "DLH"}},
        {"bbox": EUROPE, "precision_m": 4892, "flights": ["000001-6740a70e", "000005-6740a70e"]},
    ],
    ids=lambda wish: "+".join(wish) or "world",
)
async def test_the_client_holds_at_every_tick_what_a_client_of_the_json_stream_does(
    site: Site, wish: dict[str, Any]
) -> None:
    traffic, sky = Traffic(site), stream(site, **wish)
    packed: dict[int, Flights] = {}
    plain: dict[int, Flights] = {}
    async with following(follow(sky, packed), follow_json(site, wish, plain)):
        for _ in range(40):
            traffic.go_on()
            await eventually(
                lambda: packed.keys() & plain.keys() and max(packed) == max(plain) == traffic.tick
            )
    assert packed == plain
    assert len({len(flights) for flights in packed.values()}) > 1, "flights came and went"
    assert (sky.desyncs, sky.reconnects) == (0, 0)
    assert sky.digests >= 40


async def test_a_client_that_is_cut_off_again_and_again_misses_nothing(site: Site) -> None:
    traffic, steady, cut = Traffic(site), stream(site, bbox=EUROPE), stream(site, bbox=EUROPE)
    whole: dict[int, Flights] = {}
    broken: dict[int, Flights] = {}
    async with following(follow(steady, whole), follow(cut, broken)):
        for turn in range(30):
            traffic.go_on()
            await eventually(lambda: traffic.tick in whole and traffic.tick in broken)
            if turn % 3 == 0:
                assert cut._socket is not None
                cut._socket.transport.abort()
                traffic.go_on(turn % 4)
    assert {tick: whole[tick] for tick in broken if tick in whole} == {
        tick: broken[tick] for tick in broken if tick in whole
    }
    assert cut.resumes == cut.reconnects == 10
    assert cut.desyncs == 0


async def test_a_client_that_looks_here_and_there_holds_what_one_does_that_has_just_come(site: Site) -> None:
    traffic, sky = Traffic(site), stream(site)
    turns: list[dict[str, Any]] = [
        {"bbox": EUROPE},
        {"flights": ["000001-6740a70e"]},
        {"precision_m": 611},
        {"bbox": (0.0, 40.0, 8.0, 50.0), "precision_m": None},
        {"filter": {"callsign": "BAW"}},
        {"bbox": None, "filter": None, "flights": None},
    ]
    wish: dict[str, Any] = {}
    held: dict[int, Flights] = {}
    async with following(follow(sky, held)):
        for turn in turns:
            traffic.go_on()
            await eventually(lambda: traffic.tick in held)
            before, ticks = sky._picture.view, 0
            await sky.subscribe(**turn)
            wish |= turn
            async with asyncio.timeout(20):
                while sky._picture.view == before or ticks < 3:  # until it is answered, and a little on
                    ticks += 1
                    traffic.go_on()
                    await eventually(lambda: traffic.tick in held)
            fresh = stream(site, **wish)
            async for _ in fresh:
                break
            assert without_last_heard(fresh.flights()) == held[traffic.tick]
    assert sky.desyncs == 0


async def test_a_wish_that_the_server_cannot_fulfil_is_raised_in_its_words(site: Site) -> None:
    Traffic(site)
    with pytest.raises(StreamError, match="is no box: give west, south, east, north") as refused:
        async for _ in stream(site, bbox=(5, 55, 16, 45)):
            pass
    assert refused.value.code == "bad_request"
