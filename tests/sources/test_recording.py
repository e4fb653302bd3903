import asyncio
import os
from collections.abc import Callable
from contextlib import aclosing
from pathlib import Path

import pytest

from aerotrack.core.observations import Observations, Receiver
from aerotrack.core.ports import DurableSource
from aerotrack.sources.formats import Untold
from aerotrack.sources.recording import Recording
from sources.feeders import NOON, document, sbs


class Wall:
    """A wall clock that is set by hand."""

    def __init__(self) -> None:
        self.time = 1000.0

    def __call__(self) -> float:
        return self.time


@pytest.fixture
def record(tmp_path: Path) -> Callable[..., Path]:
    def write(*parts: bytes) -> Path:
        path = tmp_path / "recording"
        path.write_bytes(b"".join(parts))
        return path

    return write


async def turns() -> None:
    """Let every other task do what it can."""
    for _ in range(20):
        await asyncio.sleep(0)


async def played(recording: Recording) -> list[Observations]:
    batches = []
    async with asyncio.timeout(5):
        async for batch in recording.observations():
            if batch.stamps is not None and len(batch):
                recording.ack(int(batch.stamps[-1]))
            batches.append(batch)
    return batches


def stamps(batches: list[Observations]) -> list[int]:
    return [stamp for batch in batches if batch.stamps is not None for stamp in batch.stamps.tolist()]


def test_a_recording_is_a_durable_source(record: Callable[..., Path]) -> None:
    source = Recording(record(sbs()), speed=None)
    assert isinstance(source, DurableSource)
    assert source.name == "recording"


def test_a_file_name_that_is_no_text_gives_a_name_that_is(tmp_path: Path) -> None:
    path = tmp_path / os.fsdecode(b"caf\xe9.sbs")
    path.write_bytes(sbs())
    source = Recording(path, speed=None)
    assert (source.name, source.url) == ("caf\ufffd.sbs", f"file:{tmp_path}/caf\ufffd.sbs")


async def test_where_it_was_heard_is_on_all_that_it_holds(record: Callable[..., Path]) -> None:
    place = Receiver(48.8, 2.4, 250)
    batches = await played(Recording(record(sbs(1), sbs(2)), speed=None, untold=Untold(receiver=place)))
    assert {batch.receiver for batch in batches if len(batch)} == {place}


async def test_every_row_has_its_ordinal_as_stamp(record: Callable[..., Path]) -> None:
    path = record(*(sbs(n / 10) for n in range(3000)))
    batches = await played(Recording(path, speed=None, name="tape"))
    assert len(batches) > 2
    assert stamps(batches) == list(range(1, 3001))
    assert {batch.feed for batch in batches} == {"tape"}


async def test_stamps_are_the_same_however_it_is_cut(record: Callable[..., Path]) -> None:
    path = record(*(sbs(n / 10) for n in range(50)), b"nonsense\n", sbs(6))
    for recording in (Recording(path, speed=None, ahead=7), Recording(path, speed=100.0)):
        batches = await played(recording)
        assert stamps(batches) == list(range(1, 52))
        assert sum(batch.refused.get("bad_line", 0) for batch in batches) == 1
        assert sum(batch.messages for batch in batches) == 52


async def test_at_full_speed_the_clock_is_at_the_newest_row(record: Callable[..., Path]) -> None:
    recording = Recording(record(sbs(1), sbs(6), sbs(90), sbs(30)), speed=None)
    assert recording.clock() == NOON + 1
    async with aclosing(recording.observations()) as observations:
        clocks = [(len(batch), recording.clock() - NOON) async for batch in observations if len(batch)]
    assert clocks == [(2, 6), (2, 90)]  # it goes on by a few seconds at a time


async def test_a_row_comes_out_when_it_is_due(record: Callable[..., Path]) -> None:
    wall = Wall()
    recording = Recording(record(sbs(0), sbs(10), sbs(20)), speed=100.0, wall=wall)
    async with aclosing(recording.observations()) as observations:
        assert len(await anext(observations)) == 0
        assert (await anext(observations)).last_heard.tolist() == [NOON]
        due = asyncio.ensure_future(anext(observations))
        wall.time += 0.05
        await turns()
        assert not due.done()
        assert recording.clock() == NOON + 5
        wall.time += 0.075
        async with asyncio.timeout(5):
            assert (await due).last_heard.tolist() == [NOON + 10]


async def test_the_clock_waits_for_rows_that_are_late(record: Callable[..., Path]) -> None:
    wall = Wall()
    recording = Recording(record(sbs(0), sbs(10)), speed=1.0, ahead=1, wall=wall)
    async with aclosing(recording.observations()) as observations:
        await anext(observations)
        await anext(observations)
        wall.time += 3600.0
        late = asyncio.ensure_future(anext(observations))
        await turns()
        assert not late.done()
        assert recording.clock() <= NOON + 10
        recording.ack(1)
        async with asyncio.timeout(5):
            await late
        assert recording.clock() == NOON + 10


async def test_after_the_end_the_clock_goes_on_at_its_pace(record: Callable[..., Path]) -> None:
    wall = Wall()
    recording = Recording(record(sbs(0), sbs(0.5)), speed=4.0, wall=wall)
    wall.time += 1.0
    playing = asyncio.ensure_future(played(recording))
    while not playing.done():
        wall.time += 0.125
        await asyncio.sleep(0)
    ended = recording.clock()
    assert ended >= NOON + 0.5
    wall.time += 60.0
    assert recording.clock() == ended + 240.0


async def test_it_runs_no_further_ahead_than_it_may(record: Callable[..., Path]) -> None:
    recording = Recording(record(*(sbs(n // 10) for n in range(30))), speed=None, ahead=10)
    reached_stamps = [0]

    async def play() -> None:
        async for batch in recording.observations():
            if batch.stamps is not None:
                reached_stamps.extend(batch.stamps.tolist())

    playing = asyncio.ensure_future(play())
    for safe, reached in ((0, 10), (5, 10), (10, 20), (30, 30)):
        recording.ack(safe)
        await turns()
        assert max(reached_stamps) == reached
    async with asyncio.timeout(5):
        await playing


async def test_rows_out_of_order_come_with_the_newest_before_them(record: Callable[..., Path]) -> None:
    batches = await played(Recording(record(sbs(3), sbs(1), sbs(2), sbs(4)), speed=100.0))
    heard = [t - NOON for batch in batches for t in batch.last_heard.tolist()]
    assert heard == [3, 1, 2, 4]


async def test_what_has_no_rows_is_still_counted(record: Callable[..., Path]) -> None:
    batches = await played(Recording(record(document(NOON), b"litter"), speed=None))
    assert [(len(batch), dict(batch.refused)) for batch in batches] == [(0, {}), (1, {}), (0, {"litter": 1})]


async def test_progress_is_by_bytes(record: Callable[..., Path]) -> None:
    path = record(*(sbs(n / 10) for n in range(3000)))
    recording = Recording(path, speed=None)
    seen = [recording.read_bytes async for batch in recording.observations() if len(batch)]
    assert seen == sorted(seen)
    assert 0 < seen[0] < recording.total_bytes
    assert seen[-1] == recording.total_bytes == path.stat().st_size


async def test_the_clock_does_not_leap_with_a_row_whose_date_is_broken(record: Callable[..., Path]) -> None:
    broken = sbs(1).replace(b"2026/", b"2150/")
    recording = Recording(record(sbs(0), broken, sbs(2)), speed=None)
    assert len(stamps(await played(recording))) == 3, "it is for others to refuse it"
    assert recording.clock() == NOON + 2
