"""Faults of the program itself: killed, ended, paused, without file descriptors."""

import asyncio
import resource
import signal
import socket
import time
from collections import Counter
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, ExitStack, asynccontextmanager, suppress

import psutil
from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import ConnectionClosed

from chaos.fault import Inject
from chaos.watcher import first_picture_bytes
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
    async with AsyncExitStack() as connected:
        address = f"ws://127.0.0.1:{world.port}/api/v1/stream"
        witnesses = [await connected.enter_async_context(connect(address)) for _ in range(5)]
        told = [asyncio.create_task(_told_at_the_end(witness)) for witness in witnesses]
        code = await world.stop_program(within=10)
        closed_with = await asyncio.gather(*told)
    if code != 0:
        world.wrong.append(f"15: it ended with {code}: {world.program.errors()[-500:]}")
    if set(closed_with) != {1012}:
        world.wrong.append(f"15: clients were closed with {closed_with} instead of 1012")
    yield
    await world.restart()


async def _told_at_the_end(witness: ClientConnection) -> int | None:
    """Read to the end; return the code of it."""
    with suppress(ConnectionClosed):
        async for _ in witness:
            pass
    return witness.close_code


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
    """No file descriptor is left: who is there goes on, who comes is turned away at once, nothing spins."""
    program = psutil.Process(world.program.process.pid)
    limits = resource.prlimit(program.pid, resource.RLIMIT_NOFILE)
    reconnects = sum(watcher.live.reconnects for watcher in world.watchers)
    usual = await _share(program, 0.5)
    resource.prlimit(program.pid, resource.RLIMIT_NOFILE, (program.num_fds() + 3, limits[1]))
    with ExitStack() as opened:
        try:
            callers = [opened.enter_context(socket.socket()) for _ in range(30)]
            for caller in callers:
                caller.setblocking(False)
                with suppress(BlockingIOError):
                    caller.connect(("127.0.0.1", world.port))
                with suppress(OSError):
                    caller.send(b"GET /api/v1/stats HTTP/1.1\r\nHost: x\r\n\r\n")
            before, began = _spent(program), time.monotonic()
            yield
            share = (_spent(program) - before) / (time.monotonic() - began)
            fates = Counter(map(_fate, callers))
            late = (await world.converged(5))[1]
        finally:
            resource.prlimit(program.pid, resource.RLIMIT_NOFILE, limits)
    if share > usual + 0.5:
        world.wrong.append(f"14: it spins: {100 * share:.0f} % of a core, {100 * usual:.0f} before")
    if late or sum(watcher.live.reconnects for watcher in world.watchers) > reconnects:
        world.wrong.append(f"14: those who were connected do not just go on: {late}")
    if fates["waits"] or not fates["is turned away"]:
        world.wrong.append(f"14: of those who come: {dict(fates)}")
    await first_picture_bytes(world.url, {}, within=5)


def _fate(caller: socket.socket) -> str:
    """Say what became of somebody who came."""
    try:
        answer = caller.recv(1000)
    except BlockingIOError:
        return "waits"
    except OSError:
        return "is turned away"
    return "is answered" if answer.startswith((b"HTTP/1.1 200", b"HTTP/1.1 503")) else "is turned away"


async def _share(program: psutil.Process, seconds: float) -> float:
    """Return the share of a core that it takes."""
    before, began = _spent(program), time.monotonic()
    await asyncio.sleep(seconds)
    return (_spent(program) - before) / (time.monotonic() - began)


def _spent(process: psutil.Process) -> float:
    times = process.cpu_times()
    return float(times.user + times.system)
