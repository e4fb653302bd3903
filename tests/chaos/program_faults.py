"""Faults of the program itself: killed, ended, paused, without file descriptors."""

import asyncio
import resource
import signal
import socket
import time
from collections.abc import AsyncIterator
from contextlib import ExitStack, asynccontextmanager, suppress

import psutil

from chaos.fault import Inject
from chaos.world import World


def killed(times: int) -> Inject:
    """Kill it as a loss of power would, `times` times, each at any moment after it has come back."""

    @asynccontextmanager
    async def inject(world: World) -> AsyncIterator[None]:
        await world.kill_program()
        for _ in range(times - 1):
            await world.restart()
            await asyncio.sleep(world.chance.uniform(0.0, 0.6))
            await world.kill_program()
        yield
        await world.restart()

    return inject


@asynccontextmanager
async def terminate(world: World) -> AsyncIterator[None]:
    """SIGTERM under load: exit status 0, everything that was heard stored, clients told to come again."""
    code = await world.stop_program(within=20)
    if code != 0:
        world.wrong.append(f"15: it ended with {code}: {world.program.errors()[-500:]}")
    yield
    await world.restart()


@asynccontextmanager
async def pause(world: World) -> AsyncIterator[None]:
    """The machine stands still for a moment: nobody is to be cut."""
    before = sum(watcher.live.reconnects for watcher in world.watchers)
    world.program.process.send_signal(signal.SIGSTOP)
    try:
        yield
    finally:
        world.program.process.send_signal(signal.SIGCONT)
    if sum(watcher.live.reconnects for watcher in world.watchers) > before:
        world.wrong.append("clients were cut though it paused only for a moment")


@asynccontextmanager
async def no_descriptors(world: World) -> AsyncIterator[None]:
    """No file descriptor is left: who is there goes on, who comes waits or is turned away, nothing spins."""
    program = psutil.Process(world.program.process.pid)
    limits = resource.prlimit(program.pid, resource.RLIMIT_NOFILE)
    resource.prlimit(program.pid, resource.RLIMIT_NOFILE, (program.num_fds() + 3, limits[1]))
    busy = _spent(program), time.monotonic()
    with ExitStack() as opened:
        try:
            for _ in range(30):
                caller = opened.enter_context(socket.socket())
                caller.setblocking(False)
                with suppress(BlockingIOError):
                    caller.connect(("127.0.0.1", world.port))
                with suppress(OSError):
                    caller.send(b"GET /api/v1/stats HTTP/1.1\r\nHost: x\r\n\r\n")
            yield
            share = (_spent(program) - busy[0]) / (time.monotonic() - busy[1])
        finally:
            resource.prlimit(program.pid, resource.RLIMIT_NOFILE, limits)
    if share > 0.9:
        world.wrong.append(f"14: without file descriptors it spins: {100 * share:.0f} % of a core")
    async with asyncio.timeout(5):
        while (await world.ask("/healthz"))[0] != 200:  # noqa: ASYNC110  another process
            await asyncio.sleep(0.1)


def _spent(process: psutil.Process) -> float:
    times = process.cpu_times()
    return float(times.user + times.system)
