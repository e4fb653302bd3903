import asyncio

import numpy as np
import pytest

from aerotrack.core.changes import Changes
from aerotrack.web import playback as playbacks
from aerotrack.web.playback import Playback
from fakes import START, FakePast, stored_positions

TICK_S = 0.01


class FakePassenger:
    """Notes what happens to it."""

    def __init__(self) -> None:
        self.noted: list[str] = []
        self.news = asyncio.Event()

    def arrive(self, playback: Playback) -> None:
        self._note(f"arrived at {playback.time - START:g}")

    def refuse(self, playback: Playback, code: str, message: str) -> None:  # noqa: ARG002  the port
        self._note(code)

    def go_live(self) -> None:
        self._note("live")

    def _note(self, what: str) -> None:
        self.noted.append(what)
        self.news.set()

    async def until(self, what: str) -> None:
        async with asyncio.timeout(5):
            while what not in self.noted:
                self.news.clear()
                await self.news.wait()


@pytest.fixture
def past() -> FakePast:
    seconds = np.arange(100)
    return FakePast(stored_positions(np.full(100, 1 << 32), START + seconds, lat=50.0, lon=8.0))


def playback_of(past: FakePast, at: float, speed: float) -> Playback:
    return Playback(past, START + at, speed, clock=lambda: START + 105.0, tick_seconds=TICK_S)


async def test_who_waits_arrives_with_the_first_picture_and_goes_live_at_the_end(past: FakePast) -> None:
    playback, one = playback_of(past, 50, 500), FakePassenger()
    playback.board(one)
    await playback.run()
    assert one.noted == ["arrived at 50", "live"]
    assert playback.time == START + 100  # the last of the past, however long a step is


async def test_a_pace_of_500_does_not_skip_the_last_minutes(
    past: FakePast, monkeypatch: pytest.MonkeyPatch
) -> None:
    playback = Playback(past, START + 50.0, 500, clock=lambda: START + 105.0, tick_seconds=0.2)
    one, shown = FakePassenger(), list[float]()
    take = playback.broadcaster.take

    def noted(changes: Changes) -> None:
        shown.append(changes.time - START)
        take(changes)

    monkeypatch.setattr(playback.broadcaster, "take", noted)
    playback.board(one)
    running = asyncio.create_task(playback.run())
    await one.until("live")
    await running
    assert shown == [50, 100]


async def test_who_asks_for_another_moment_of_a_fast_playback_gets_one_of_their_own(past: FakePast) -> None:
    playback = Playback(past, START + 50.0, 500, clock=lambda: START + 105.0, tick_seconds=1.0)
    assert playback.shows(START + 50.0, 500)
    assert playback.shows(START + 65.0, 500)
    assert not playback.shows(START + 66.0, 500)
    assert not playback.shows(START + 40.0, 10)
    slow = Playback(past, START + 50.0, 10, clock=lambda: START + 105.0, tick_seconds=1.0)
    assert slow.shows(START + 60.0, 10)
    assert not slow.shows(START + 61.0, 10)


async def test_while_the_past_does_not_come_viewers_hear_that_there_is_someone(
    past: FakePast, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(playbacks, "PAUSED_S", 0.005)
    playback, one = playback_of(past, 0, 1), FakePassenger()
    playback.board(one)
    running = asyncio.create_task(playback.run())
    await one.until("arrived at 0")
    past.held.clear()
    async with asyncio.timeout(5):
        while len(past.asked) < 3:  # noqa: ASYNC110  no event tells
            await asyncio.sleep(0.001)
        ticks, time = playback.broadcaster.tick, playback.time
        while playback.broadcaster.tick < ticks + 5:  # noqa: ASYNC110  no event tells
            await asyncio.sleep(0.001)
    assert playback.time <= time + 0.1
    past.held.set()
    playback.leave(one)
    await asyncio.wait([running])


async def test_who_comes_later_arrives_at_once(past: FakePast) -> None:
    playback, one, other = playback_of(past, 50, 0), FakePassenger(), FakePassenger()
    playback.board(one)
    running = asyncio.create_task(playback.run())
    await one.until("arrived at 50")
    playback.board(other)
    assert other.noted == ["arrived at 50"]
    assert playback.shows(START + 50.0, 0)
    assert not playback.shows(START + 50.0, 1)
    playback.leave(one)
    playback.leave(other)
    await asyncio.wait([running])
    assert running.cancelled()
    assert not playback.shows(START + 50.0, 0)


async def test_a_playback_that_is_left_before_it_begins_reads_nothing(past: FakePast) -> None:
    playback, one = playback_of(past, 50, 1), FakePassenger()
    playback.board(one)
    playback.leave(one)
    await playback.run()
    assert (past.asked, one.noted) == ([], [])


async def test_a_past_that_cannot_be_read_refuses_who_waits(past: FakePast) -> None:
    past.broken = True
    playback, one = playback_of(past, 50, 1), FakePassenger()
    playback.board(one)
    await playback.run()
    assert one.noted == ["history_unavailable"]


async def test_who_falls_behind_makes_longer_steps(past: FakePast) -> None:
    playback, one = playback_of(past, 0, 100), FakePassenger()
    playback.board(one)
    running = asyncio.create_task(playback.run())
    await one.until("arrived at 0")
    began, loop = asyncio.get_running_loop().time(), asyncio.get_running_loop()
    past.held.clear()
    loop.call_later(0.3, past.held.set)
    await one.until("live")
    await running
    taken = loop.time() - began
    assert 0.9 < taken < 2.5  # 100 s of the past, whether it was held up or not
    assert playback.broadcaster.tick < 90
