import asyncio
import math
import os
import socket
import struct
from pathlib import Path

import pytest
import uvloop

from aerotrack.errors import FeedError
from aerotrack.sources.formats import LIVE
from aerotrack.sources.stdin import StandardInput
from sources.feeders import NOON, rows_until, sbs


async def test_what_is_piped_in_is_read_until_the_pipe_ends() -> None:
    reading, writing = os.pipe()
    with os.fdopen(reading, "rb") as pipe, os.fdopen(writing, "wb") as program:
        program.write(sbs(1) + sbs(2)[:-2])
        program.close()
        source = StandardInput("pipe", "stdin:?format=sbs", LIVE["sbs"], lambda: NOON, pipe)
        batches = [batch async for batch in source.observations()]
    assert [time for batch in batches for time in batch.last_heard.tolist()] == [NOON + 1, NOON + 2]
    assert {batch.feed for batch in batches} == {"pipe"}


async def no_pipe(path: Path) -> None:
    with path.open("rb") as file:
        source = StandardInput("pipe", "stdin:", LIVE["sbs"], lambda: NOON, file)
        with pytest.raises(FeedError, match="pipe a program's output into AeroTrack; its standard input"):
            await anext(source.observations())


def test_what_is_no_pipe_is_said_so_whatever_the_loop(tmp_path: Path) -> None:
    (tmp_path / "a").write_bytes(sbs())
    for run in (asyncio.run, uvloop.run):
        for path in (tmp_path / "a", Path(os.devnull)):
            run(no_pipe(path))


async def test_what_is_piped_in_in_another_format_is_told_and_not_tried_again() -> None:
    reading, writing = os.pipe()
    with os.fdopen(reading, "rb") as pipe, os.fdopen(writing, "wb") as program:
        program.write(b"*8D4CA2D6;\n" * 100)
        program.flush()
        source = StandardInput("pipe", "stdin:?format=sbs#p", LIVE["sbs"], lambda: NOON, pipe)
        with pytest.raises(FeedError, match=r"another format, AVR; write stdin:\?format=avr#p\.") as told:
            await rows_until(source.observations(), 1)
    assert told.value.pause == math.inf


async def test_a_pipe_that_breaks_is_an_error_of_the_feed() -> None:
    ours, theirs = _connected()
    with ours, theirs, ours.makefile("rb") as pipe:
        source = StandardInput("pipe", "stdin:?format=sbs", LIVE["sbs"], lambda: NOON, pipe)
        observations = source.observations()
        await anext(observations)
        theirs.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))  # closes with a reset
        theirs.close()
        with pytest.raises(FeedError, match=r"the pipe broke: Connection reset by peer\.") as told:
            await rows_until(observations, 1)
    assert told.value.pause == math.inf


def _connected() -> tuple[socket.socket, socket.socket]:
    """Return two ends of a connection by TCP, which can be reset."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        theirs = socket.create_connection(server.getsockname())
        return server.accept()[0], theirs
