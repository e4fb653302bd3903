import asyncio
from contextlib import aclosing

import numpy as np
import pytest

from aerotrack.core.observations import Observations
from aerotrack.core.ports import Clock, Source
from aerotrack.errors import SettingsError
from aerotrack.sources.simulator.simulation import Simulation
from aerotrack.sources.simulator.simulator import Simulator, simulator_from
from aerotrack.sources.simulator.transponder import Transponders

NOON = 1_795_348_800.0
"""2026-11-22T12:00:00Z."""


class HandClock:
    """A clock that goes on when told to."""

    def __init__(self, time: float = NOON) -> None:
        self.time = time

    def __call__(self) -> float:
        return self.time


def simulator(sky: Simulation, clock: Clock, start: float | None = None) -> Simulator:
    return Simulator(Transponders(sky), name="sim", url="sim:", clock=clock, start=start, step=0.0)


def made_from(**settings: str) -> Simulator:
    return simulator_from({"flights": "10"} | settings, name="sim", clock=HandClock())


async def first_of(source: Source) -> Observations:
    async with aclosing(source.observations()) as batches:
        return await anext(batches)


async def test_the_first_batch_is_the_whole_sky(sky: Simulation) -> None:
    first = await first_of(simulator(sky, HandClock()))
    assert len(first) == 2000
    assert first.feed == "sim"


async def test_the_next_batch_is_what_was_reported_since(sky: Simulation) -> None:
    clock = HandClock()
    async with aclosing(simulator(sky, clock).observations()) as batches:
        await anext(batches)
        clock.time = NOON + 0.5
        second = await anext(batches)
    transponders = Transponders(sky)
    expected = transponders.reports(transponders.due(NOON), transponders.due(NOON + 0.5))
    assert second.last_heard.tolist() == expected.last_heard.tolist()


async def test_no_report_comes_twice_or_goes_missing(sky: Simulation) -> None:
    clock = HandClock()
    heard = []
    async with aclosing(simulator(sky, clock).observations()) as batches:
        await anext(batches)
        for _ in range(5):
            clock.time += 0.3
            heard.append((await anext(batches)).last_heard)
    transponders = Transponders(sky)
    whole = transponders.reports(transponders.due(NOON), transponders.due(clock.time))
    assert np.concatenate(heard).tolist() == whole.last_heard.tolist()


async def test_a_minute_asleep_is_not_made_up_for(sky: Simulation) -> None:
    clock = HandClock()
    async with aclosing(simulator(sky, clock).observations()) as batches:
        await anext(batches)
        clock.time = NOON + 60.0
        late = await anext(batches)
    assert late.last_heard.min() >= NOON + 58.0


async def test_a_clock_set_back_starts_from_there(sky: Simulation) -> None:
    clock = HandClock()
    async with aclosing(simulator(sky, clock).observations()) as batches:
        await anext(batches)
        clock.time = NOON - 3600.0
        waiting = asyncio.ensure_future(anext(batches))
        await asyncio.sleep(0)
        await asyncio.sleep(0)
        clock.time = NOON - 3599.5
        async with asyncio.timeout(5):
            batch = await waiting
    assert NOON - 3601.0 < batch.last_heard.min() < NOON - 3599.0


async def test_a_start_moves_the_sky_to_that_time(sky: Simulation) -> None:
    clock = HandClock()
    source = simulator(sky, clock, start=1_000_000_000.0)
    first = await first_of(source)
    assert first.last_heard.max() == pytest.approx(1_000_000_000.0, abs=0.01)
    clock.time += 5.0
    assert source.clock() == 1_000_000_005.0


async def test_a_start_waits_for_its_observer(sky: Simulation) -> None:
    clock = HandClock()
    at_once, later = (simulator(sky, clock, start=1_000_000_000.0) for _ in range(2))
    first = await first_of(at_once)
    clock.time += 5.0
    assert later.clock() == 1_000_000_000.0
    assert (await first_of(later)).last_heard.tolist() == first.last_heard.tolist()


async def test_two_thousand_flights_fly_unless_told_otherwise() -> None:
    source = simulator_from({}, name="sim", clock=HandClock())
    assert len(await first_of(source)) == 2000
    assert source.url == "sim:"


async def test_the_settings_of_the_url_are_kept() -> None:
    source = made_from(seed="7", rate="0.5", faults="1", start="2026-11-22T09:00:00Z")
    assert source.url == "sim:?flights=10&seed=7&rate=0.5&faults=1&start=2026-11-22T09%3A00%3A00Z"
    assert source.clock() == NOON - 3 * 3600
    assert len(await first_of(source)) == 10


def test_a_start_may_be_unix_seconds() -> None:
    assert made_from(start="1700000000.5").clock() == 1_700_000_000.5


@pytest.mark.parametrize(
    ("setting", "value"),
    [
        ("flights", "0"), ("flights", "1000001"), ("flights", "-5"), ("flights", "many"), ("flights", "1e3"),
        ("seed", "x"), ("seed", "-1"), ("rate", "0"), ("rate", "fast"), ("rate", "nan"), ("rate", "11"),
        ("faults", "2"), ("faults", "yes"), ("start", "tomorrow"), ("start", "-1"), ("start", "inf"),
    ],
)  # fmt: skip
def test_a_bad_setting_is_named_with_what_would_be_good(setting: str, value: str) -> None:
    with pytest.raises(SettingsError, match=f"^sim: {setting}={value} .*: give "):
        made_from(**{setting: value})


def test_an_unknown_setting_is_named_with_the_possible_ones() -> None:
    with pytest.raises(SettingsError, match=r"'flight' is no setting .*flights, seed, rate, faults, start"):
        made_from(flight="3")
