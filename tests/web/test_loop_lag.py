import asyncio
import time

from aerotrack.web.loop_lag import LoopLag
from web.harness import eventually


async def test_a_loop_that_is_held_up_is_late() -> None:
    lag = LoopLag(every_s=0.001)
    async with lag.running():
        await eventually(lambda: lag.report().count)
        held = time.perf_counter() + 0.3
        while time.perf_counter() < held:
            pass
        await eventually(lambda: lag.report().sum > 0.25)
    report = lag.report()
    assert report.count - dict(report.buckets)[0.1] >= 1


async def test_nobody_watches_after_the_end() -> None:
    lag = LoopLag(every_s=0.001)
    async with lag.running():
        pass
    await asyncio.sleep(0)
    assert len(asyncio.all_tasks()) == 1
