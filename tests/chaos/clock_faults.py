"""Faults of the wall clock: it jumps under the program, or is wrong when that starts.

libfaketime shows the program another time, and the program alone: its PostgreSQL gets no environment of ours,
and feed and clients are in this process. The monotonic clock stays right, as it does on a machine.
"""

import asyncio
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

from chaos.fault import Inject
from chaos.world import World

_PLACES = ("/usr/lib", "/usr/lib64", "/usr/local/lib", "/lib")
_WATCHED_S = 2.0
_NAME = "faketime/libfaketime.so.1"


def _library() -> Path | None:
    found = (
        path for place in _PLACES for pattern in (_NAME, f"*/{_NAME}") for path in Path(place).glob(pattern)
    )
    return next(found, None)


def no_faketime() -> str:
    return "" if _library() else "libfaketime is missing (apt install libfaketime)"


class _Shown:
    """What the program is told that the time is."""

    def __init__(self, folder: Path) -> None:
        self._file = folder / "shown_time"
        self.environment = {
            "LD_PRELOAD": str(_library()),
            "FAKETIME_DONT_FAKE_MONOTONIC": "1",
            "FAKETIME_FORCE_MONOTONIC_FIX": "0",  # else waits with a limit end at once: Python's lock spins
            "FAKETIME_NO_CACHE": "1",
            "FAKETIME_TIMESTAMP_FILE": str(self._file),
        }

    def off(self, seconds: int) -> None:
        """Show a time that is so far from the true one."""
        new = self._file.with_suffix(".new")
        new.write_text(f"{seconds:+d}\n")
        new.rename(self._file)  # it is read at every look at the clock


def clock_jumps(seconds: int) -> Inject:
    """The clock jumps while the program runs, and after a while it jumps back."""

    @asynccontextmanager
    async def inject(world: World) -> AsyncIterator[None]:
        shown = _Shown(world.data_dir)
        shown.off(0)
        await _begin_anew(world, shown.environment)
        world.wrong += (await world.converged(20))[1]
        gone, ticks = await _ticks(world)
        began = time.monotonic()
        refused = await _refused(world)
        try:
            shown.off(seconds)
            yield
            world.wrong += [f"13: while it is off: {late}" for late in (await world.converged(10))[1]]
            await _have_gone_on(world, gone, ticks, (time.monotonic() - began) / world.tick)
        finally:
            shown.off(0)
        world.wrong += [f"13: when it is right again: {late}" for late in (await world.converged(10))[1]]
        if (refused_now := await _refused(world)) != refused:
            world.wrong.append(f"13: what is right was refused: {refused_now}, {refused} before")
        if "the wall clock has jumped" not in world.program.errors():
            world.wrong.append("13: the log does not say so")
        await _begin_anew(world)

    return inject


def wrong_at_start(seconds: int) -> Inject:
    """The clock is wrong from the start: nobody can know, so times are by it; a start by the right one heals.

    What is stored meanwhile bears times at which nothing was told, far from those that the ledger looks at.
    The clients see flights where they were an hour before or after, and complain: that is not held against
    the program.
    """

    @asynccontextmanager
    async def inject(world: World) -> AsyncIterator[None]:
        shown = _Shown(world.data_dir)
        shown.off(seconds)
        began = time.time()
        await _begin_anew(world, shown.environment)
        yield  # just after a start, on a busy machine, ticks are skipped by any clock
        gone, ticks = await _ticks(world)
        waited = time.monotonic()
        await asyncio.sleep(_WATCHED_S)
        await _have_gone_on(world, gone, ticks, (time.monotonic() - waited) / world.tick)
        await _begin_anew(world)
        world.ledger.forgive(began, time.time() + 0.5)
        world.wrong += (await world.converged(10))[1]
        if any((refused := await _refused(world)).values()):
            world.wrong.append(f"13: what is heard by the right clock again was refused: {refused}")
        for watcher in world.watchers:
            watcher.forget()

    return inject


async def _have_gone_on(world: World, gone: int, ticks: int, due: float) -> None:
    """Find fault with flights that went, and with ticks that did not come."""
    gone_now, ticks_now = await _ticks(world)
    if gone_now > gone:
        world.wrong.append(f"13: an expiry storm: {gone_now - gone} flights went")
    if ticks_now - ticks < due / 4:  # a busy machine skips some, a stalled timer all
        world.wrong.append(f"13: the ticks stall: {ticks_now - ticks} of {due:.0f}")


async def _begin_anew(world: World, environment: dict[str, str] | None = None) -> None:
    code = await world.stop_program(within=20)
    if code != 0:
        world.wrong.append(f"13: it ended with {code}: {world.program.errors()[-500:]}")
    await world.restart(environment)


async def _ticks(world: World) -> tuple[int, int]:
    """Return how many flights went, and how many ticks were held."""
    ticks = (await world.ask("/api/v1/stats"))[1]["ticks"]
    return ticks["gone"], ticks["ticks"]


async def _refused(world: World) -> dict[str, int]:
    """Return what was refused for its time, by reason."""
    refused = (await world.ask("/api/v1/feeds"))[1]["feeds"][0]["refused"]
    return {reason: refused.get(reason, 0) for reason in ("future", "stale", "out_of_order", "duplicate")}
