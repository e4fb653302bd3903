import numpy as np

from aerotrack.core.changes import Changes
from aerotrack.web.latency import Latency

NOON = 1_700_000_000.0


def tick(*ages: float) -> Changes:
    times = NOON - np.array(ages)
    return Changes(0, 1, NOON, positions={"address": np.zeros(len(ages), np.uint32), "time": times})


def test_a_message_is_as_old_as_the_positions_of_its_tick_when_it_is_written() -> None:
    latency = Latency()
    latency.tick(tick(0.5, 0.1), now=100.0)
    latency.told(10, 100.02)
    report = latency.feed_to_client.report()
    assert report.count == 10
    assert report.buckets[:5] == ((0.05, 0), (0.1, 0), (0.25, 5), (0.5, 5), (0.75, 10))


def test_the_broadcast_begins_with_the_tick() -> None:
    latency = Latency()
    latency.tick(tick(5.0), now=100.0)
    latency.told(3, 100.02)
    latency.told(1, 100.2)
    report = latency.broadcast.report()
    assert (report.count, report.sum) == (4, 0.26)


def test_what_is_written_in_a_few_milliseconds_is_counted_together() -> None:
    latency = Latency()
    latency.tick(tick(0.0), now=100.0)
    latency.told(3, 100.001)
    assert latency.broadcast.report().count == 0
    latency.told(2, 100.002, at_once=True)
    assert latency.broadcast.report().count == 5


def test_a_position_of_the_future_has_no_age() -> None:
    latency = Latency()
    latency.tick(tick(-60.0), now=100.0)
    latency.told(1, 100.01, at_once=True)
    assert latency.feed_to_client.report().buckets[0] == (0.05, 1)


def test_a_tick_without_positions_says_nothing_of_feeds() -> None:
    latency = Latency()
    latency.tick(Changes(0, 1, NOON), now=100.0)
    latency.told(1, 100.01, at_once=True)
    assert latency.feed_to_client.report().count == 0
    assert latency.broadcast.report().count == 1


def test_what_is_not_counted_yet_is_when_the_next_tick_begins() -> None:
    latency = Latency()
    latency.tick(tick(0.0), now=100.0)
    latency.told(3, 100.001)
    latency.tick(tick(0.0), now=100.5)
    assert (latency.broadcast.report().count, latency.broadcast.report().sum) == (3, 1.5)
