import asyncio
import math
import time
from dataclasses import replace

import numpy as np
import pytest

from aerotrack.core.flights import FlightTable
from aerotrack.core.observations import Observations, Receiver
from aerotrack.core.ports import EVERYTHING
from aerotrack.errors import FeedError
from aerotrack.pipeline import Pipeline
from scripted import (
    NOON,
    BrokenSink,
    EagerSink,
    ListSink,
    ScriptedSource,
    SlowSink,
    StampedSource,
    WaitingSource,
    eventually,
    heard,
    pipeline_of,
)


async def test_what_a_source_yields_reaches_every_sink_with_the_last_tick() -> None:
    one, two = ListSink(), ListSink()
    pipeline = pipeline_of(ScriptedSource([heard(1, NOON), heard(2, NOON + 1)]), sinks=[one, two])
    async with pipeline.running():
        await pipeline.exhausted.wait()
    assert one.positions() == two.positions() == [(1, NOON), (2, NOON + 1)]
    assert one.closed
    assert two.closed


async def test_a_tick_passes_without_any_source_saying_anything() -> None:
    sink = ListSink()
    async with pipeline_of(ScriptedSource(ends=False), sinks=[sink], tick=0.001).running():
        await eventually(lambda: len(sink.taken) >= 3)
    assert [changes.tick for changes in sink.taken[:3]] == [1, 2, 3]


async def test_a_feed_is_left_alone_for_as_long_as_it_says() -> None:
    source = ScriptedSource([FeedError("busy", pause=0.001)], [heard(1, NOON)])
    pipeline = pipeline_of(source, sinks=[ListSink()], first_pause_s=3600)
    async with pipeline.running():
        await pipeline.exhausted.wait()
    assert source.connections == 2


async def test_a_feed_that_only_its_user_can_mend_is_not_tried_again() -> None:
    source = ScriptedSource([FeedError("the key is wrong", pause=math.inf)], [heard(1, NOON)])
    pipeline = pipeline_of(source, sinks=[ListSink()], tick=0.001, first_pause_s=0.001)
    async with pipeline.running():
        await eventually(lambda: pipeline.feeds()[0].error)
        await eventually(lambda: pipeline.table.tick > 10)
        assert (source.connections, pipeline.feeds()[0].error) == (1, "the key is wrong")


async def test_a_feed_that_broke_off_is_read_again_and_what_it_said_is_kept() -> None:
    sink = ListSink()
    source = ScriptedSource([heard(1, NOON), FeedError("cut")], [heard(1, NOON + 5, lat=50.01)])
    pipeline = pipeline_of(source, sinks=[sink], first_pause_s=0.001)
    async with pipeline.running():
        await pipeline.exhausted.wait()
    assert sink.positions() == [(1, NOON), (1, NOON + 5)]


async def test_a_feed_that_is_away_says_why() -> None:
    pipeline = pipeline_of(ScriptedSource([FeedError("nobody listens at roof:1")]), sinks=[ListSink()])
    async with pipeline.running():
        await eventually(lambda: pipeline.feeds()[0].error == "nobody listens at roof:1")
        assert not pipeline.feeds()[0].connected


async def test_a_feed_to_which_nobody_sends_any_more_is_no_longer_connected() -> None:
    source = ScriptedSource([heard(1, NOON), replace(Observations.none(), waiting=True)], ends=False)
    pipeline = pipeline_of(source, sinks=[ListSink()])
    async with pipeline.running():
        await eventually(lambda: pipeline.feeds()[0].messages or pipeline.feeds()[0].accepted)
        [feed] = pipeline.feeds()
    assert (feed.state, feed.error, feed.accepted) == ("starting", None, 1)


async def test_refusals_are_counted_by_feed_and_reason() -> None:
    pipeline = pipeline_of(
        ScriptedSource(
            [heard(1, NOON + 5), heard(1, NOON, lat=51.0), heard(2, NOON, lat=95.0), heard(3, NOON + 500)]
        ),
        sinks=[ListSink()],
    )
    async with pipeline.running():
        await pipeline.exhausted.wait()
        [feed] = pipeline.feeds()
    assert feed.accepted == 1
    assert feed.refused == {"out_of_order": 1, "out_of_range": 1, "future": 1}


async def test_a_durable_source_learns_what_every_sink_has_kept() -> None:
    one, two = ListSink(), ListSink()
    source = StampedSource([])
    pipeline = pipeline_of(source, sinks=[one, two])
    async with pipeline.running():
        await eventually(lambda: one.kept and two.kept)
        assert one.kept is not None
        assert two.kept is not None
        one.kept(7)
        two.kept(5)
        one.kept(EVERYTHING)
    assert source.acknowledged == [0, 5, 5]


async def test_a_recording_is_over_when_every_sink_has_kept_its_last_row() -> None:
    sink = ListSink()
    rows = replace(heard(1, NOON), stamps=np.array([7]))
    pipeline = pipeline_of(StampedSource([rows]), sinks=[sink])
    async with pipeline.running():
        await eventually(lambda: sink.taken and sink.kept)
        assert sink.kept is not None
        sink.kept(6)
        await asyncio.sleep(0)
        assert not pipeline.exhausted.is_set()
        sink.kept(7)
        await eventually(pipeline.exhausted.is_set)


async def test_rows_that_nobody_believes_are_reached_as_well() -> None:
    sink = ListSink()
    rows = replace(heard(1, NOON + 500), stamps=np.array([7]))
    async with pipeline_of(StampedSource([rows]), sinks=[sink]).running():
        await eventually(lambda: sink.taken)
    assert sink.taken[-1].stamp == 7


async def test_many_positions_close_the_tick_early() -> None:
    sink = ListSink()
    crowds = [
        Observations.of(range(30_000), [at] * 30_000, feed="roof", lat=[lat] * 30_000, lon=[8.0] * 30_000)
        for at, lat in ((NOON, 50.0), (NOON + 3, 50.01))
    ]
    async with pipeline_of(ScriptedSource(crowds, ends=False), sinks=[sink]).running():
        await eventually(lambda: sink.taken)
        assert len(sink.taken[0].positions["address"]) == 60_000


async def test_rows_without_a_position_do_not_for_nothing_is_kept_of_them() -> None:
    sink = ListSink()
    some = Observations.of(range(3), [NOON] * 3, feed="roof", lat=[50.0, 50.0, 50.0], lon=[8.0, 8.0, 8.0])
    nan = [float("nan")] * 30_000
    heights = Observations.of(range(30_000), [NOON] * 30_000, feed="roof", lat=nan, lon=nan)
    squawks = Observations.of(range(40_000), [NOON] * 40_000, feed="roof", squawk=[1000] * 40_000)
    source = ScriptedSource([some, heights, heights, squawks], ends=False)
    pipeline = pipeline_of(source, sinks=[sink])
    async with pipeline.running():
        await eventually(lambda: pipeline.table.live.size == 40_000)
        assert not sink.taken
    assert len(sink.taken[0].positions["address"]) == 3


async def test_rows_of_a_recording_close_it_for_that_waits_until_they_are_safe() -> None:
    sink, nobody = ListSink(), Observations.of(range(60_000), [NOON] * 60_000, feed="roof")
    source = StampedSource([replace(nobody, stamps=np.arange(60_000))])
    source.ends = False
    async with pipeline_of(source, sinks=[sink]).running():
        await eventually(lambda: sink.taken)
        assert sink.taken[0].stamp == 59_999


async def test_stream_time_that_runs_fast_closes_the_tick_early() -> None:
    sink, clock = ListSink(), iter(NOON + 40.0 * turn for turn in range(1000))
    source = ScriptedSource([heard(1, NOON), heard(1, NOON + 60), heard(1, NOON + 120)], ends=False)
    pipeline = Pipeline(FlightTable(), [source], [sink], clock=lambda: next(clock), tick_seconds=60.0)
    async with pipeline.running():
        await eventually(lambda: sink.taken)
        assert pipeline.pulse.report().early == len(sink.taken)


async def test_ticks_that_cannot_be_held_are_counted() -> None:
    sink = SlowSink()
    pipeline = pipeline_of(ScriptedSource([heard(1, NOON)], ends=False), sinks=[sink], tick=0.01)
    async with pipeline.running():
        await eventually(lambda: len(sink.taken) == 3)
        report = pipeline.pulse.report()
    assert report.ticks in {2, 3}  # the last one may still be under way
    assert (report.positions, report.updated) == (1, 1)
    assert report.late >= 1
    assert report.skipped >= 3
    assert report.seconds.sum >= 0.1


async def test_a_feed_that_fails_in_an_unforeseen_way_ends_the_run_and_costs_nothing_that_was_heard() -> None:
    sink, broken = ListSink(), ScriptedSource([heard(1, NOON), OSError("disk")])
    with pytest.raises(ExceptionGroup) as failed:
        async with pipeline_of(broken, sinks=[sink]).running():
            await asyncio.Event().wait()
    assert failed.group_contains(OSError, match="disk")
    assert sink.positions() == [(1, NOON)]
    assert sink.closed


async def test_what_comes_while_a_tick_is_handed_on_does_not_wait_for_every_sink() -> None:
    source, known = WaitingSource(heard(1, NOON)), list[int]()
    sinks = [EagerSink(source.happened.set), EagerSink(lambda: known.append(pipeline.table.live.size))]
    pipeline = pipeline_of(source, sinks=sinks, tick=0.001)
    async with pipeline.running():
        await eventually(lambda: known)
    assert known[0] == 1
    assert sinks[1].taken[0].tick == 1
    assert not len(sinks[1].taken[0].updated["row"])


async def test_a_stop_while_a_tick_is_handed_on_keeps_it_from_no_sink() -> None:
    stopping = asyncio.Event()
    sinks = [EagerSink(stopping.set), ListSink()]
    async with pipeline_of(ScriptedSource([heard(1, NOON)], ends=False), sinks=sinks, tick=0.001).running():
        await stopping.wait()
        assert not sinks[1].taken
    assert [changes.tick for changes in sinks[0].taken] == [1, 2]
    assert [changes.tick for changes in sinks[1].taken] == [1, 2]


async def test_a_sink_that_fails_ends_the_run_and_the_others_are_still_closed() -> None:
    sink = ListSink()
    with pytest.raises(ExceptionGroup) as failed:
        async with pipeline_of(ScriptedSource(ends=False), sinks=[sink, BrokenSink()], tick=0.001).running():
            await asyncio.Event().wait()
    assert failed.group_contains(ValueError)
    assert sink.closed


async def test_a_sink_that_fails_keeps_no_tick_from_the_others_whether_before_or_behind_it() -> None:
    before, behind = ListSink(), ListSink()
    source = ScriptedSource([heard(1, NOON)], ends=False)
    with pytest.raises(ExceptionGroup):
        async with pipeline_of(source, sinks=[before, BrokenSink(), behind], tick=0.001).running():
            await asyncio.Event().wait()
    assert before.positions() == behind.positions() == [(1, NOON)]
    assert [changes.tick for changes in behind.taken] == [1, 2]


async def test_the_pause_grows_while_a_feed_only_connects_and_breaks_off() -> None:
    source = ScriptedSource(*[[Observations.none(), FeedError("full")]] * 6, ends=False)
    pipeline = pipeline_of(source, sinks=[ListSink()], first_pause_s=0.001)
    began = time.monotonic()
    async with pipeline.running():
        await eventually(lambda: source.connections == 7)
    assert time.monotonic() - began >= 0.5 * (0.001 + 0.002 + 0.004 + 0.008 + 0.016 + 0.032)


async def test_feeds_report_what_each_contributes_repeats_and_reaches() -> None:
    places = [
        replace(heard(1, NOON + s, lat=50.0 + s / 1000), receiver=Receiver(49.0, 8.0)) for s in range(3)
    ]
    roof = ScriptedSource(places)
    hill = ScriptedSource([replace(place, feed="hill", receiver=None) for place in places])
    hill.name = "hill"
    pipeline = pipeline_of(roof, hill, sinks=[ListSink()])
    async with pipeline.running():
        await pipeline.exhausted.wait()
    one, other = pipeline.feeds()
    assert (one.contribution, one.overlap, one.state) == (1.0, 0.0, "ended")
    assert (other.contribution, other.overlap, other.outline) == (0.0, 1.0, None)
    assert one.max_range_nm == pytest.approx(60.2, abs=0.1)
