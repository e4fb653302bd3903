import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from math import inf, nan
from typing import Any

import numpy as np
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import Bundle, MultipleResults, RuleBasedStateMachine, initialize, multiple, rule
from msgspec import UNSET, structs

from aerotrack.core.identity import flight_text
from aerotrack.web.broadcaster import MOST_ABANDONED, Broadcaster
from aerotrack.web.flight_filter import FlightFilter
from aerotrack.web.round import SLICE
from aerotrack.web.subscriptions import Resume, Subscribe, wish
from aerotrack.web.viewer import Viewer
from aerotrack.web.watch import Watch
from fakes import changes_of, rows_of
from web.harness import eventually
from web.page_clients import MOVES, FakeFrameSink, PackedClient, PageClient
from web.plain_sky import FEEDS, PlainSky
from web.truth import Truth, unheard

EPOCH = "9f3c21aa"
Story = list[list[Any]]
"""What happens, tick by tick."""

# Few aircraft, few values, and places near the borders of tiles, of views and of the map.

ADDRESSES = (0x4CA2D6, 0x3C6444, 0x14CA2D6, 0xA12345, 0xA12346)
AIRCRAFT = st.sampled_from(ADDRESSES)
PLACES = (
    (50.0, 8.43), (50.0, 8.44), (49.99, 8.43), (50.0, 8.0), (51.0, 12.0), (0.01, 179.99), (-0.01, -179.99),
    (86.0, 10.0), (nan, nan),
)  # fmt: skip
MOTIONS = st.builds(
    lambda place, *values: dict(zip(MOVES, (*place, *values), strict=True)),
    st.sampled_from(PLACES),
    st.sampled_from((36_000.0, 10_000.0, 9_950.0, 0.0, nan)),
    st.sampled_from((36_500.0, nan)),
    st.sampled_from((450.26, 900.0, 900.0, nan)),
    st.sampled_from((90.0, 90.0, 270.04, 270.04, 359.97, nan)),
    st.sampled_from((0.0, -1_500.0, 6_000.0, nan)),
)
FACTS = st.sampled_from(
    (
        {"callsign": b"AB1"}, {"callsign": b"BA2"}, {"squawk": 7700}, {"squawk": 21}, {"emergency": 1},
        {"emergency": 0}, {"emergency": 4}, {"on_ground": 0}, {"on_ground": 1},
        {"registration": b"D-AIXX"}, {"coasting": 1}, {"feed": 0},
        {"callsign": b"", "nic": 8, "position_source": 2},
    )
)  # fmt: skip
SEATS = st.sampled_from((None,) * 9 + (1, 3))
MOVE = st.tuples(st.just("moves"), AIRCRAFT, MOTIONS, SEATS)
FLY_ON = st.tuples(st.just("flies_on"), AIRCRAFT, st.sampled_from((0.0, 0.0003, 0.002, 0.02, 1.0)))
TELL = st.tuples(st.just("tells"), AIRCRAFT, FACTS, SEATS)
TURN = st.tuples(st.just("turns"), AIRCRAFT, st.sampled_from((-1, 0, 4, 7)), SEATS)
VANISH = st.tuples(st.just("vanishes"), AIRCRAFT, st.sampled_from((0, 0, 1)))
HAPPENINGS = st.lists(st.one_of(MOVE, MOVE, FLY_ON, TELL, TURN, VANISH), max_size=3)
STORIES = st.lists(HAPPENINGS, max_size=2)

BOXES = st.sampled_from(
    (
        None, (-10.0, 35.0, 30.0, 60.0), (7.0, 49.0, 11.5, 52.0), (-8.0, 44.0, 8.43, 55.0),
        (8.2, 49.8, 8.43, 50.0), (170.0, -5.0, -170.0, 5.0),
    )
)  # fmt: skip
PRECISIONS = st.sampled_from((None, 76.0, 700.0, 4892.0))
LISTS = st.sets(AIRCRAFT, max_size=2)
FILTERS = st.sampled_from(
    (
        *(None,) * 10,
        FlightFilter(callsign="a"), FlightFilter(min_altitude_ft=10_000), FlightFilter(emergency="any"),
        FlightFilter(feed="roof"),
    )
)  # fmt: skip
WISHES = st.builds(
    Subscribe,
    bbox=BOXES,
    precision_m=PRECISIONS,
    filter=FILTERS,
)


@dataclass
class Watcher:
    """Two clients who do the same, one of each subprotocol."""

    clients: tuple[PageClient, PageClient] = field(default_factory=lambda: (PageClient(), PackedClient()))
    viewers: tuple[Viewer, ...] = ()
    sinks: tuple[FakeFrameSink, ...] = ()
    asked: Subscribe = field(default_factory=Subscribe)
    anew: list[bool] = field(default_factory=list)  # whether the next picture is to be a fresh one


class Delivery(RuleBasedStateMachine):
    """A sky of dicts, the real broadcaster, and clients who do what clients do."""

    watchers = Bundle("watchers")

    @initialize(
        target=watchers,
        ring=st.sampled_from((1000, 1000, 20, 2)),
        digest_s=st.sampled_from((0.0, inf)),
        flights=st.lists(MOTIONS, min_size=len(ADDRESSES), max_size=len(ADDRESSES)),
        wishes=st.tuples(WISHES, st.none() | WISHES),
    )
    def starts(
        self, ring: int, digest_s: float, flights: list[Any], wishes: tuple[Subscribe, Subscribe | None]
    ) -> MultipleResults[Watcher]:
        self.loop = asyncio.new_event_loop()
        self.sky = PlainSky()
        self.forgetful = ring < 1000
        self.broadcaster = Broadcaster(ring=ring, digest_s=digest_s)
        self.idle = self.interrupted = False
        self.running = self.loop.create_task(self.broadcaster.run(self.kept))
        self.all = [Watcher(), Watcher()]
        self.connected: list[Watcher] = []
        for watcher, asked in zip(self.all, wishes, strict=True):
            self.enters(watcher)
            self.says(watcher, asked or wishes[0])
        facts = {"callsign": b"AB1", "emergency": 1, "feed": 0}
        begin: list[Any] = [("tells", address, facts) for address in ADDRESSES[::2]]
        self.passes(begin + [("moves", *flight) for flight in zip(ADDRESSES, flights, strict=True)])
        return multiple(*self.all)

    def teardown(self) -> None:
        try:
            for sink in (sink for watcher in self.connected for sink in watcher.sinks):
                sink.ready = True
            self.passes([])
        finally:
            self.running.cancel()
            self.loop.run_until_complete(asyncio.wait([self.running]))
            self.loop.close()

    def kept(self, stamp: int) -> None:
        assert stamp == self.sky.tick
        self.idle = not self.broadcaster._stirred.is_set()

    # What clients do, and what happens then.

    @rule(watcher=watchers, box=BOXES, story=STORIES)
    def moves_its_view(self, watcher: Watcher, box: Any, story: Story) -> None:
        self.says(watcher, Subscribe(bbox=box))
        self.time_passes(story)

    @rule(watcher=watchers, listed=LISTS, story=STORIES)
    def lists_flights(self, watcher: Watcher, listed: set[int], story: Story) -> None:
        self.says(watcher, Subscribe(flights=[flight_text(*self.sky.name(address)) for address in listed]))
        self.time_passes(story)

    @rule(
        watcher=watchers,
        asked=st.one_of(
            st.builds(Subscribe, precision_m=PRECISIONS),
            st.builds(Subscribe, filter=FILTERS),
            st.just(Subscribe(resume=Resume(EPOCH, 0))),
            st.just(Subscribe()),
        ),
        story=STORIES,
    )
    def wants_something_else(self, watcher: Watcher, asked: Subscribe, story: Story) -> None:
        self.says(watcher, asked)
        self.time_passes(story)

    @rule(watcher=watchers, story=STORIES)
    def pauses(self, watcher: Watcher, story: Story) -> None:
        for sink in watcher.sinks:
            sink.ready = False
        self.time_passes(story)

    @rule(watcher=watchers)
    def goes_on(self, watcher: Watcher) -> None:
        for sink in watcher.sinks:
            sink.ready = True
        self.stirs(watcher)
        self.all_are_told()
        assert [viewer.holds for viewer in watcher.viewers] == [self.sky.tick] * 2

    @rule(
        watcher=watchers,
        unheard=st.lists(HAPPENINGS, max_size=1),
        arrives=st.integers(0, 2),
        story=STORIES,
        resume=st.sampled_from(
            ((EPOCH, 0, ""),) * 6 + (("another", 0, ""), (EPOCH, 99, ""), (EPOCH, 0, "?"))
        ),
    )
    def is_cut_off(
        self, watcher: Watcher, unheard: Story, arrives: int, story: Story, resume: tuple[str, int, str]
    ) -> None:
        """Some ticks go by before the server knows; of what it has written, only the first arrives.

        The client comes back and says what it did before, and where it left off; perhaps it is wrong.
        """
        self.connected.remove(watcher)
        self.time_passes(unheard)
        for client, viewer, sink in zip(watcher.clients, watcher.viewers, watcher.sinks, strict=True):
            client.read(sink.taken(arrives))
            sink.ready = False
            self.broadcaster.leave(viewer)
        self.time_passes(story)
        asked, watcher.asked = watcher.asked, Subscribe()
        self.enters(watcher)
        self.says(watcher, asked, resume)

    def enters(self, watcher: Watcher) -> None:
        """Connect, and be greeted."""
        watcher.sinks = FakeFrameSink(), FakeFrameSink()
        watcher.viewers = Viewer(watcher.sinks[0], binary=False), Viewer(watcher.sinks[1], binary=True)
        watcher.anew = [False, False]
        for client, viewer in zip(watcher.clients, watcher.viewers, strict=True):
            client.connect()
            self.broadcaster.enter(viewer)
        self.connected.append(watcher)

    def says(self, watcher: Watcher, asked: Subscribe, resume: tuple[str, int, str] | None = None) -> None:
        """Subscribe, and be heeded as `Connection` heeds."""
        said = {name: getattr(asked, name) for name in asked.__struct_fields__ if name != "resume"}
        watcher.asked = structs.replace(
            watcher.asked, **{name: value for name, value in said.items() if value is not UNSET}
        )
        for number, (client, viewer) in enumerate(zip(watcher.clients, watcher.viewers, strict=True)):
            if resume is not None:
                epoch, ahead, view = resume
                asked = structs.replace(asked, resume=Resume(epoch, client.tick + ahead, client.view + view))
            before, wanted = viewer.wants, wish(viewer.wants, asked)
            left_off, now = wanted.resume, wanted.watch
            if left_off and left_off.epoch == EPOCH and left_off.tick <= self.sky.tick:
                viewer.resume(now, left_off.tick)
                continue
            viewer.ask(now, anew=wanted.anew)
            goes_on = before and (before.precision, before.filter) == (now.precision, now.filter)
            watcher.anew[number] |= asked.resume is not UNSET or not goes_on
        self.stirs(watcher)

    @rule(story=st.lists(HAPPENINGS, min_size=1, max_size=2))
    def time_passes(self, story: Story, *, snapshot: bool = False) -> None:
        for happenings in story:
            self.passes(happenings, snapshot=snapshot)

    @rule(happenings=HAPPENINGS, turns=st.integers(0, 6))
    def a_tick_comes_amid_the_telling(self, happenings: list[Any], turns: int) -> None:
        for happening in happenings:
            self.sky.happen(*happening)
        self.broadcaster.take(self.sky.passes())
        self.idle, self.interrupted = False, True
        self.loop.run_until_complete(self.turns(turns))

    @rule(odd=st.sampled_from(("seats", "feed", "snapshot", "silence")), one=AIRCRAFT, other=AIRCRAFT)
    def something_odd_happens(self, odd: str, one: int, other: int) -> None:
        if odd == "feed":
            self.sky.feeds = min(self.sky.feeds + 1, len(FEEDS))
        happenings: dict[str, list[Any]] = {
            "seats": [("changes_seats", one, other)],
            "feed": [("tells", one, {"feed": self.sky.feeds - 1})],
            "snapshot": [("vanishes", one, 0)],
        }
        self.passes(happenings.get(odd, []), snapshot=odd == "snapshot")

    def passes(self, happenings: list[Any], *, snapshot: bool = False) -> None:
        for happening in happenings:
            self.sky.happen(*happening)
        self.broadcaster.take(self.sky.passes(snapshot=snapshot))
        self.all_are_told()
        self.check()

    def all_are_told(self) -> None:
        """Wait until all are told that can be."""
        self.idle &= not self.broadcaster._stirred.is_set()
        while not self.idle:
            self.loop.run_until_complete(self.turns(1))

    async def turns(self, count: int) -> None:
        for _ in range(count):
            await asyncio.sleep(0)
            if self.running.done():
                self.running.result()

    def stirs(self, watcher: Watcher) -> None:
        for viewer in watcher.viewers:
            self.broadcaster.stir(viewer)

    def check(self) -> None:
        """Have those who don't pause read what they were told, and hold what they draw against the sky."""
        truth = Truth(self.sky, self.broadcaster)
        for watcher in self.connected:
            if not all(sink.ready for sink in watcher.sinks):
                continue
            assert [viewer.holds for viewer in watcher.viewers] == [self.sky.tick] * 2
            assert not any(viewer.asked for viewer in watcher.viewers)
            for client, sink, anew in zip(watcher.clients, watcher.sinks, watcher.anew, strict=True):
                goes_on = not self.forgetful and client.tick >= self.sky.reseated
                before = len(client.told)
                client.read(sink.taken())
                fresh = [since for since, _ in client.told[before:] if since == 0]
                assert fresh if anew else not (fresh and goes_on)
                assert self.sky.reseated or len({*client.events}) == len(client.events)
            watcher.anew = [False, False]
            wants = watcher.viewers[0].wants
            assert wants is not None
            written, packed = watcher.clients
            assert written.told == packed.told or self.interrupted
            assert written.view == packed.view == wants.name
            assert packed.flights.keys() == written.flights.keys()
            assert unheard(packed.flights) == unheard(written.flights)
            truth.compare(written.flights, wants)


@asynccontextmanager
async def running(
    broadcaster: Broadcaster, kept: Callable[[int], None] = lambda _: None
) -> AsyncIterator[None]:
    """Run a broadcaster while the body does."""
    task = asyncio.create_task(broadcaster.run(kept))
    yield
    await broadcaster.close()
    task.cancel()
    await asyncio.wait([task])


def client_of(broadcaster: Broadcaster, watch: Watch) -> tuple[PageClient, FakeFrameSink, Viewer]:
    """Connect a JSON client that watches something."""
    sink = FakeFrameSink()
    viewer = Viewer(sink, binary=False)
    broadcaster.enter(viewer)
    viewer.ask(watch, anew=True)
    broadcaster.stir(viewer)
    return PageClient(), sink, viewer


async def test_what_was_taken_is_said_to_be_safe() -> None:
    broadcaster = Broadcaster()
    safe: list[int] = []
    async with running(broadcaster, safe.append):
        broadcaster.take(changes_of(1, stamp=10))
        await eventually(lambda: safe[-1:] == [10])
        broadcaster.take(changes_of(2, stamp=20))
        await eventually(lambda: safe[-1:] == [20])
    assert broadcaster.tick == 2


async def test_what_is_sent_is_counted() -> None:
    broadcaster = Broadcaster()
    _, sink, viewer = client_of(broadcaster, Watch())
    async with running(broadcaster):
        broadcaster.take(changes_of(1))
        await eventually(lambda: viewer.holds == 1)
    ((_, payload),) = sink.taken()
    assert (broadcaster.messages_sent, broadcaster.bytes_sent) == (1, len(payload) + 2)


async def test_who_takes_nothing_is_paused() -> None:
    broadcaster = Broadcaster()
    _, sink, _ = client_of(broadcaster, Watch())
    client_of(broadcaster, Watch())
    sink.ready = False
    assert broadcaster.report()["paused"] == 1


async def test_who_is_told_of_a_tick_counts_in_the_latencies_and_who_only_asks_does_not() -> None:
    broadcaster = Broadcaster()
    position = {"address": np.ones(1, np.uint32), "time": np.array([0.5])}
    async with running(broadcaster):
        broadcaster.take(replace(changes_of(1), time=1.0, positions=position))
        await eventually(lambda: broadcaster.report()["rounds"] == 1)
        _, _, viewer = client_of(broadcaster, Watch())
        await eventually(lambda: viewer.holds == 1)
        assert broadcaster.report()["feed_to_client_seconds"]["count"] == 0
        broadcaster.take(replace(changes_of(2, rows_of(1)), time=2.0, positions=position))
        await eventually(lambda: broadcaster.report()["rounds"] == 3)
    assert broadcaster.report()["seconds"]["count"] == 1
    feed_to_client = broadcaster.report()["feed_to_client_seconds"]
    assert (feed_to_client["count"], feed_to_client["sum"] >= 1.5) == (1, True)


async def test_a_big_picture_lets_others_have_their_turn_and_is_that_of_the_newest_tick() -> None:
    broadcaster = Broadcaster()
    world = rows_of(np.arange(1, 3 * SLICE), lat=50.0, lon=8.0)
    client, sink, viewer = client_of(broadcaster, Watch())
    async with running(broadcaster):
        broadcaster.take(changes_of(1, world))
        while broadcaster.classes[0].texts.whole[0] is None:  # noqa: ASYNC110  no event tells
            await asyncio.sleep(0)
        broadcaster.take(changes_of(2, gone={name: values[:1] for name, values in world.items()}))
        await eventually(lambda: viewer.holds == 2)
    client.read(sink.taken())
    assert client.told[0] == (0, 2)
    assert len(client.told) == 1
    assert len(client.flights) == 3 * SLICE - 2


async def test_ticks_that_come_too_fast_do_not_starve_the_clients() -> None:
    broadcaster = Broadcaster()
    world = rows_of(np.arange(1, 3 * SLICE), lat=50.0, lon=8.0)
    _, _, viewer = client_of(broadcaster, Watch())
    async with running(broadcaster):
        tick = 0
        while not viewer.holds and tick < 500:
            tick += 1
            broadcaster.take(changes_of(tick, world))
            await asyncio.sleep(0)
    assert viewer.holds > 0
    assert tick > MOST_ABANDONED
    report = broadcaster.report()
    assert report["cut_short"] >= MOST_ABANDONED


async def test_who_left_is_told_no_more() -> None:
    broadcaster = Broadcaster()
    _, gone_sink, gone = client_of(broadcaster, Watch())
    _, _, other = client_of(broadcaster, Watch())
    broadcaster.leave(gone)
    async with running(broadcaster):
        broadcaster.take(changes_of(1))
        await eventually(lambda: other.holds == 1)
    assert gone_sink.taken() == []


async def test_a_digest_that_was_due_when_a_tick_cut_its_round_short_comes_with_the_next() -> None:
    broadcaster = Broadcaster(digest_s=0.0)
    clients = [client_of(broadcaster, watch) for watch in (Watch(), Watch(precision=1))]
    async with running(broadcaster):
        broadcaster.take(changes_of(1))
        broadcaster._digest_s = inf  # no more are due
        while not any(viewer.holds for _, _, viewer in clients):  # noqa: ASYNC110  no event tells
            await asyncio.sleep(0)
        broadcaster.take(changes_of(2, rows_of(1)))
        await eventually(lambda: all(viewer.holds == 2 for _, _, viewer in clients))
    for client, sink, _ in clients:
        client.read(sink.taken())
    assert all(client.digests for client, _, _ in clients)


TestDelivery = Delivery.TestCase
TestDelivery.settings = settings(max_examples=settings().max_examples // 2, stateful_step_count=40)
