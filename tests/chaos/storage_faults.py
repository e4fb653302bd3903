"""Faults of what it stores in: PostgreSQL, and the disk."""

import asyncio
import resource
import shutil
import signal
import subprocess
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import psutil

from aerotrack.storage.spool_records import Record, found
from chaos.fault import Inject
from chaos.world import World
from end_to_end.test_crashes import accepted, each, kill_postgresql


@asynccontextmanager
async def kill_database(world: World) -> AsyncIterator[None]:
    kill_postgresql(world.data_dir)
    yield


@asynccontextmanager
async def hang_database(world: World) -> AsyncIterator[None]:
    """PostgreSQL accepts what is sent, and says nothing."""
    hung = world.postgresql()
    each(hung, psutil.Process.suspend)
    try:
        yield
    finally:
        each(hung, psutil.Process.resume)


@asynccontextmanager
async def full_disk(world: World) -> AsyncIterator[None]:
    """No file of the program can grow: what a full disk does to the spool and to the log. Said by /readyz."""
    pid = world.program.process.pid
    limits = resource.prlimit(pid, resource.RLIMIT_FSIZE)
    resource.prlimit(pid, resource.RLIMIT_FSIZE, (0, limits[1]))
    try:
        yield
        if "spool" not in await world.amiss():
            world.wrong.append("4: /readyz does not say that the spool cannot be written")
    finally:
        resource.prlimit(pid, resource.RLIMIT_FSIZE, limits)


def no_strace() -> str:
    if not shutil.which("strace"):
        return "strace is missing (apt install strace)"
    done = subprocess.run(["strace", "-o", "/dev/null", "true"], check=False, capture_output=True)
    return "" if done.returncode == 0 else "strace may not trace here"


@asynccontextmanager
async def failing_sync(world: World) -> AsyncIterator[None]:
    """The disk refuses to sync what the program writes: nothing may count as accepted meanwhile."""
    syncs = "trace=fdatasync,fsync", "inject=fdatasync,fsync:error=EIO"
    pid = str(world.program.process.pid)
    tracer = subprocess.Popen(  # noqa: ASYNC220  it takes a moment
        ["strace", "-f", "-qq", "-o", "/dev/null", "-e", syncs[0], "-e", syncs[1], "-p", pid],
        stderr=subprocess.DEVNULL,
    )
    try:
        yield
        if "spool" not in await world.amiss():
            world.wrong.append("5: /readyz does not say that the spool cannot be written")
    finally:
        tracer.send_signal(signal.SIGINT)  # it lets go, and the program goes on
        await asyncio.to_thread(tracer.wait)


def flipped_bit(back: int) -> Inject:
    """A bit of the spool is another after a crash: that record is missed and counted, and no other is.

    `back` counts records from the end: 1 is the one that could be taken for an unfinished write.
    """

    @asynccontextmanager
    async def inject(world: World) -> AsyncIterator[None]:
        async with hang_database(world):
            yield
            await world.kill_program()
        path = max((world.data_dir / "spool").glob("*.spool"))
        data = bytearray(path.read_bytes())
        records = [met for met in found(bytes(data)) if isinstance(met, Record)]
        record = records[-back]
        lost = (await asyncio.to_thread(accepted, world.data_dir)).get(record.number, ())
        world.ledger.withdraw(lost)
        data[(record.begin + record.end) // 2] ^= 1
        path.write_bytes(data)
        said = len(world.program.errors())
        await world.restart()
        if not (await world.ask("/api/v1/stats"))[1]["database"]["spool_damaged"]:
            world.wrong.append("18: a flipped bit was not noticed")
        if not (kept := world.data_dir / "spool" / "refused" / path.name).exists():
            world.wrong.append(f"18: what was damaged is not kept as {kept}")
        if "part of the spool cannot be read" not in world.program.errors()[said:]:
            world.wrong.append("18: the log does not say so")

    return inject
