"""The oracle finds what is wrong: an oracle that never says no proves nothing."""

import numpy as np
import pytest

from aerotrack.core.changes import Changes
from aerotrack.core.flights import FlightTable
from aerotrack.core.observations import Observations
from chaos.fault import Fault, too_dear
from chaos.network_faults import away
from chaos.oracle import Ledger, Measure, Sample, Sampler, unlike_twins
from chaos.sky import FIRST, SLOTS_PER_S, Feed, Ints, Sky
from chaos.watcher import Watcher

STEPS_OF_A_SLOT = 5


class Shelf(Ledger):
    """A ledger whose database is what the test says."""

    def __init__(self) -> None:
        self.feed = Feed(Sky(10, period_s=1.0))
        super().__init__(self.feed)
        self.slot = int(self.feed.sky.began * SLOTS_PER_S) + 20
        self.feed.told += [self.slot, self.slot + 1]
        self.feed.told_at += [self.slot / SLOTS_PER_S] * 2
        self.feed.slot = self.slot + 2
        self.keys: list[int] = []
        self.lat: list[int] = []
        self.lon: list[int] = []
        for slot in self.feed.told:
            for flight in self.feed.sky.told_in(slot).tolist():
                self.store(slot, flight)

    def store(self, slot: int, flight: int, north: float = 0.0) -> None:
        lat, lon = self.feed.sky.place(np.array([flight]), slot / SLOTS_PER_S)
        self.keys.append((slot * STEPS_OF_A_SLOT << 24) | flight)
        self.lat.append(round((lat[0] + north) * 1e5))
        self.lon.append(round(lon[0] * 1e5))

    async def _stored(self, *_: object) -> tuple[Ints, Ints, Ints]:
        stored, lat, lon = (np.array(values, np.int64) for values in (self.keys, self.lat, self.lon))
        return stored, lat, lon

    async def says(self) -> list[str]:
        return await self.settle("", (self.slot + 2) / SLOTS_PER_S, within=0.0)


async def test_what_is_stored_as_it_was_told_is_right() -> None:
    shelf = Shelf()
    assert await shelf.says() == []
    assert shelf.checked == 2


async def test_what_is_missing_is_found_unless_it_is_forgiven() -> None:
    shelf = Shelf()
    del shelf.keys[0], shelf.lat[0], shelf.lon[0]
    (said,) = await shelf.says()
    assert "1 accepted positions are missing" in said
    shelf = Shelf()
    del shelf.keys[0], shelf.lat[0], shelf.lon[0]
    shelf.forgive((shelf.slot - 1) / SLOTS_PER_S, (shelf.slot + 1) / SLOTS_PER_S)
    assert await shelf.says() == []
    assert shelf.lost == 1


async def test_what_was_accepted_is_never_forgiven() -> None:
    shelf = Shelf()
    flight = shelf.feed.sky.told_in(shelf.slot)[0]
    del shelf.keys[0], shelf.lat[0], shelf.lon[0]
    shelf.forgive(0.0, shelf.slot)
    shelf.accept([((FIRST + int(flight)) << 32 | 77, shelf.slot * STEPS_OF_A_SLOT)])
    (said,) = await shelf.says()
    assert "1 accepted positions are missing" in said


async def test_what_the_disk_has_lost_is_not_demanded() -> None:
    shelf = Shelf()
    flight = int(shelf.feed.sky.told_in(shelf.slot)[0])
    del shelf.keys[0], shelf.lat[0], shelf.lon[0]
    position = ((FIRST + flight) << 32 | 77, shelf.slot * STEPS_OF_A_SLOT)
    shelf.accept([position])
    shelf.withdraw([position])
    assert await shelf.says() == []


async def test_what_is_stored_twice_is_found() -> None:
    shelf = Shelf()
    shelf.store(shelf.slot, int(shelf.feed.sky.told_in(shelf.slot)[0]))
    assert await shelf.says() == ["I1: 1 positions are stored twice"]


async def test_what_was_never_told_is_found() -> None:
    shelf = Shelf()
    shelf.store(shelf.slot, int(shelf.feed.sky.told_in(shelf.slot + 1)[0]))
    (said,) = await shelf.says()
    assert "1 positions are stored that were never told" in said


async def test_what_is_stored_elsewhere_is_found() -> None:
    shelf = Shelf()
    del shelf.keys[0], shelf.lat[0], shelf.lon[0]
    shelf.store(shelf.slot, int(shelf.feed.sky.told_in(shelf.slot)[0]), north=0.001)
    assert await shelf.says() == ["I1: 1 positions are stored elsewhere than they were told"]


class Sight:
    """A watcher that is shown changes by hand."""

    def __init__(self) -> None:
        self.sky = Sky(10, period_s=1.0)
        self.watcher = Watcher(self.sky, "http://127.0.0.1:1", {})
        self.server = FlightTable()

    def tick(
        self, slot: int, *, north: float = 0.0, shown: bool = True, time_slot: int | None = None
    ) -> None:
        flights = np.arange(10)
        lat, lon = self.sky.place(flights, slot / SLOTS_PER_S)
        at = [(slot if time_slot is None else time_slot) / SLOTS_PER_S] * 10
        self.server.apply(Observations.of(flights + FIRST, at, feed="f", lat=lat + north, lon=lon))
        changes = self.server.take(slot / SLOTS_PER_S)
        if shown:
            self.show(changes)

    def show(self, changes: Changes) -> None:
        picture = self.watcher.live._picture
        picture.table.replay(changes)
        picture._hashes = np.zeros(len(picture.table.columns["state"]), np.uint32)
        self.watcher._doubt(changes)


@pytest.fixture
def sight() -> Sight:
    return Sight()


@pytest.fixture
def slot(sight: Sight) -> int:
    return int(sight.sky.began * SLOTS_PER_S) + 100


def test_a_watcher_that_is_told_everything_has_nothing_to_complain_of(sight: Sight, slot: int) -> None:
    sight.tick(slot)
    sight.tick(slot + 10)
    assert sight.watcher.lacks(np.full(10, slot + 10)) == 0
    assert sight.watcher.complaints == []


def test_a_watcher_notices_a_hole_in_the_ticks(sight: Sight, slot: int) -> None:
    sight.tick(slot)
    changes = sight.server.take(slot / SLOTS_PER_S)
    sight.watcher._doubt(changes)
    sight.watcher._doubt(changes)
    assert sight.watcher.complaints == [f"I2: changes since {changes.since}, though it held {changes.tick}"]


def test_a_watcher_notices_that_time_goes_back(sight: Sight, slot: int) -> None:
    sight.tick(slot)
    sight.watcher._newest += 1.0
    sight.tick(slot + 5)
    (said,) = sight.watcher.complaints
    assert "10 flights went back in time" in said


def test_a_watcher_notices_a_flight_that_is_where_it_never_was(sight: Sight, slot: int) -> None:
    sight.tick(slot, north=0.001)
    sight.watcher.lacks(np.full(10, slot))
    assert sight.watcher.complaints == ["I3: 10 flights are where they never were"]


def test_a_watcher_lacks_what_it_was_not_told(sight: Sight, slot: int) -> None:
    sight.tick(slot)
    sight.tick(slot + 10, shown=False)
    assert sight.watcher.lacks(np.full(10, slot + 10)) == 10


def test_twins_that_differ_at_the_same_tick_are_found(sight: Sight) -> None:
    other = Watcher(sight.sky, "http://127.0.0.1:1", {})
    sight.watcher.hashes["e", 7], other.hashes["e", 7] = 1, 1
    assert unlike_twins([sight.watcher, other]) == []
    other.hashes["e", 7] = 2
    assert unlike_twins([sight.watcher, other]) == ["I3: two clients of None differ at tick 7"]


BASE = Measure(rss=100_000_000, fds=50, threads=4, p99=0.3, lag=0.0)


def said_of(during: Measure, *, spares: bool = True, cap_mb: float = 0.0) -> list[str]:
    """Hold a fault of 10 clients, 5 of them exposed, against `BASE`."""
    fault = Fault(0, "a fault", away, spares=spares, cap_mb=cap_mb)
    return too_dear(fault, BASE, during, clients=10, exposed=5, grace_s=0.25)


def test_memory_may_grow_by_what_clients_cost_and_no_more() -> None:
    assert said_of(BASE._replace(rss=124_000_000)) == []
    assert said_of(BASE._replace(rss=125_000_000)) == ["I4: 125 MB, of 124 allowed"]


def test_clients_that_do_not_read_may_cost_a_megabyte_each() -> None:
    assert said_of(BASE._replace(rss=129_000_000), cap_mb=1.0) == []
    assert said_of(BASE._replace(rss=130_000_000), cap_mb=1.0) == ["I4: 130 MB, of 129 allowed"]


def test_delays_of_the_healthy_may_double_and_no_more() -> None:
    assert said_of(BASE._replace(p99=0.6)) == []
    assert said_of(BASE._replace(p99=0.61)) == ["I5: p99 610 ms, 300 before"]
    assert said_of(BASE._replace(p99=0.61), spares=False) == []


def test_how_late_the_tester_was_itself_is_not_held_against_the_program() -> None:
    assert said_of(BASE._replace(p99=0.7, lag=0.1)) == []
    assert said_of(BASE._replace(p99=0.71, lag=0.1)) == ["I5: p99 710 ms, 300 before"]


def test_the_most_is_measured_of_a_stretch_of_time_and_nothing_beside_it(sight: Sight) -> None:
    sampler = Sampler()
    sampler.samples += [
        Sample(1.0, 900, 9, 9),
        Sample(2.0, 300, 3, 1),
        Sample(3.0, 200, 4, 2),
        Sample(4.0, 900, 9, 9),
    ]
    sampler.lags += [(1.0, 0.9), (2.5, 0.1)]
    sight.watcher.delays += [(1.0, 9.0), (2.0, 0.5), (3.0, 0.5), (4.0, 9.0)]
    assert sampler.measured(1.5, 3.5, [sight.watcher]) == Measure(300, 4, 2, 0.5, 0.1)
