"""The stage: a process of its own in which something is performed, on the command of the one that watches.

with Stage(Performance, flights=20_000) as stage:
    crowd = Crowd(stage.port)
    stage.do("play", crowd, ticks=10)     # the crowd watches meanwhile
"""

import asyncio
import multiprocessing
import os
from collections.abc import AsyncIterator
from contextlib import AbstractAsyncContextManager
from multiprocessing.connection import Connection
from typing import Any, Protocol, Self

import psutil  # type: ignore[import-untyped]
import uvloop

from airshow.crowd import Crowd

_STOP = "stop"


class Troupe(Protocol):
    """What is performed: entered before the first command, each of which is a coroutine's name."""

    port: int

    def performing(self) -> AbstractAsyncContextManager[None]:
        """Be there while the body runs."""
        ...


class Stage:
    """A process with a troupe in it. Where the machine has two cores, it has one and we the other."""

    def __init__(self, troupe: type[Troupe], **options: Any) -> None:
        self._troupe, self._options = troupe, options
        self.port = 0

    def __enter__(self) -> Self:
        cores = sorted(os.sched_getaffinity(0))
        context = multiprocessing.get_context("spawn")  # a fork would have our memory
        self._pipe, theirs = context.Pipe()
        self._process = context.Process(target=_perform, args=(self._troupe, self._options, theirs, cores[0]))
        self._process.start()
        theirs.close()
        self._cores = cores
        os.sched_setaffinity(0, cores[1:] or cores)
        self.port = self._pipe.recv()
        return self

    def __exit__(self, *_: object) -> None:
        self._pipe.send((_STOP, {}))
        self._process.join(20)
        if self._process.exitcode is None:
            self._process.kill()
        os.sched_setaffinity(0, self._cores)

    def do(self, name: str, crowd: Crowd | None = None, **arguments: Any) -> Any:
        """Have something done, and wait for what comes of it. Raises RuntimeError if it fails."""
        self.begin(name, **arguments)
        return self.end(crowd)

    def begin(self, name: str, **arguments: Any) -> None:
        """Have something done without waiting."""
        self._pipe.send((name, arguments))

    @property
    def done(self) -> bool:
        """Whether it is done."""
        return self._pipe.poll()

    def end(self, crowd: Crowd | None = None) -> Any:
        """Wait for what was begun."""
        if crowd is not None:
            crowd.until(self._pipe.poll, patience_s=3600.0)
        answer = self._pipe.recv()
        if isinstance(answer, Exception):
            raise RuntimeError("the performance failed") from answer  # noqa: TRY004  it is no wrong type
        return answer

    @property
    def memory(self) -> int:
        """The resident bytes of the process."""
        resident: int = psutil.Process(self._process.pid).memory_info().rss
        return resident


def _perform(troupe: type[Troupe], options: dict[str, Any], pipe: Connection, core: int) -> None:
    os.sched_setaffinity(0, {core})
    uvloop.run(_obey(troupe(**options), pipe))


async def _obey(troupe: Troupe, pipe: Connection) -> None:
    async with troupe.performing():
        pipe.send(troupe.port)
        async for name, arguments in _commands(pipe):
            try:
                pipe.send(await getattr(troupe, name)(**arguments))
            except Exception as error:
                pipe.send(error)
                raise


async def _commands(pipe: Connection) -> AsyncIterator[tuple[str, dict[str, Any]]]:
    said = asyncio.Event()
    asyncio.get_running_loop().add_reader(pipe.fileno(), said.set)
    while True:
        await said.wait()
        said.clear()
        while pipe.poll():
            name, arguments = pipe.recv()
            if name == _STOP:
                return
            yield name, arguments
