import asyncio
import os
from pathlib import Path

import pytest
import uvloop

from aerotrack.decode.sbs import Sbs
from aerotrack.errors import FeedError
from aerotrack.sources.stdin import StandardInput
from sources.feeders import NOON, sbs


async def test_what_is_piped_in_is_read_until_the_pipe_ends() -> None:
    reading, writing = os.pipe()
    with os.fdopen(reading, "rb") as pipe, os.fdopen(writing, "wb") as program:
        program.write(sbs(1) + sbs(2)[:-2])
        program.close()
        source = StandardInput("pipe", "stdin:?format=sbs", Sbs, lambda: NOON, pipe)
        batches = [batch async for batch in source.observations()]
    assert [time for batch in batches for time in batch.last_heard.tolist()] == [NOON + 1, NOON + 2]
    assert {batch.feed for batch in batches} == {"pipe"}


async def no_pipe(path: Path) -> None:
    with path.open("rb") as file:
        source = StandardInput("pipe", "stdin:", Sbs, lambda: NOON, file)
        with pytest.raises(FeedError, match="pipe a program's output into AeroTrack; its standard input"):
            await anext(source.observations())


def test_what_is_no_pipe_is_said_so_whatever_the_loop(tmp_path: Path) -> None:
    (tmp_path / "a").write_bytes(sbs())
    for run in (asyncio.run, uvloop.run):
        for path in (tmp_path / "a", Path(os.devnull)):
            run(no_pipe(path))
