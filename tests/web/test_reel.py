import asyncio
from math import inf

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from aerotrack.core.events import Event
from aerotrack.core.past_sky import PastSky
from aerotrack.web.reel import FIRST_S, PICTURES_S, STEP_ROWS, Reel
from fakes import START, FakePast, stored_positions

ONE = 1 << 32 | START
LONG_S = 400


def past_of_one() -> FakePast:
    """A flight that reports every second."""
    seconds = np.arange(LONG_S)
    return FakePast(stored_positions(np.full(LONG_S, ONE), START + seconds, lat=seconds / 10, lon=8.0))


def reel_of(past: FakePast) -> Reel:
    return Reel(past, float(START), lambda: np.empty(0, np.int64))


async def test_a_step_brings_all_positions_that_came_in_it() -> None:
    reel = reel_of(past_of_one())
    await reel.first()
    assert (await reel.read(START + 2.0, inf)).positions["time"].tolist() == [START + 1, START + 2]
    assert (await reel.read(START + 3.0, inf)).positions["time"].tolist() == [START + 3]
    reel.close()


async def test_the_next_window_is_read_while_one_is_played() -> None:
    past = past_of_one()
    reel = reel_of(past)
    await reel.read(START + 1.0, inf)
    await asyncio.sleep(0)
    assert past.asked == [("passage", START + FIRST_S), ("passage", START + 3 * FIRST_S)]
    await reel.read(START + 2.0, inf)
    assert len(past.asked) == 2
    reel.close()


async def test_nothing_is_read_that_may_not_be_stored_yet() -> None:
    past = past_of_one()
    reel = reel_of(past)
    await reel.read(START + 1.0, START + 2.0)
    assert past.asked == [("passage", START + 2.0)]
    reel.close()


async def test_a_long_step_is_one_picture() -> None:
    past = past_of_one()
    reel = reel_of(past)
    step = PICTURES_S + 5
    reel.ahead(START + step, inf)
    await asyncio.sleep(0)
    assert past.asked == [("sky", START + step)]
    assert (await reel.read(START + step, inf)).positions["time"].tolist() == [START + step]
    assert past.asked == [("sky", START + step)]


async def test_a_step_in_which_very_much_flies_is_one_picture() -> None:
    crowd = np.arange(3 * STEP_ROWS)  # 3000 a second
    flights, times = (crowd % 5000 + 1) << 32, START + 1 + crowd // 3000
    happened = [Event(ONE, "takeoff", START + second, {}) for second in range(1, 19)]
    past = FakePast(stored_positions(flights, times, lat=50.0, lon=8.0), happened)
    reel = reel_of(past)
    seen = [*(await reel.read(START + 2.0, inf)).events]
    for at in (10.0, 18.0):
        past.asked.clear()
        reel.ahead(START + at, inf)
        passage = await reel.read(START + at, inf)
        seen += passage.events
        assert past.asked == [("sky", START + at)]
        assert len(passage) <= 5000
    assert [event.time - START for event in seen] == [*range(1, 19)]
    reel.close()


async def test_a_picture_after_a_window_tells_no_event_twice() -> None:
    past = past_of_one()
    past.happened = [Event(ONE, "takeoff", START + second, {}) for second in range(1, 40)]
    reel = reel_of(past)
    seen = []
    for at in (1.0, 2.0, 30.0, 31.0):
        reel.ahead(START + at, inf)
        seen += (await reel.read(START + at, inf)).events
    assert [event.time - START for event in seen] == [*range(1, 32)]
    reel.close()


async def test_what_is_not_needed_any_more_is_given_up() -> None:
    past = past_of_one()
    past.held.clear()
    reel = reel_of(past)
    reel.ahead(START + 100.0, inf)
    await asyncio.sleep(0)
    reel.ahead(START + 1.0, inf)
    await asyncio.sleep(0.001)
    assert past.given_up == 1
    reel.close()
    await asyncio.sleep(0.001)
    assert past.given_up == 2


@given(steps=st.lists(st.floats(0.1, 90), min_size=1, max_size=15))
async def test_whatever_the_steps_the_sky_is_where_the_flight_is(steps: list[float]) -> None:
    sky = PastSky()
    reel = Reel(past_of_one(), float(START), lambda: sky.live)
    sky.advance(START, await reel.first())
    at = float(START)
    for step in steps:
        reel.ahead(at + step, inf)
        at += step
        told = sky.advance(at, await reel.read(at, inf))
        newest = min(int(at), START + LONG_S - 1)
        if len(told.updated["time"]):
            assert told.updated["time"].tolist() == [newest]
        assert len(sky.live) == (at - newest <= 60)
    reel.close()
