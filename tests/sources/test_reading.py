import asyncio

import pytest

from aerotrack.decode.sbs import Sbs
from aerotrack.sources.reading import Reading, SilentError
from sources.feeders import NOON, sbs


def reading(data: bytes, silence: float = 5.0) -> Reading:
    stream = asyncio.StreamReader()
    stream.feed_data(data)
    return Reading(stream, Sbs(), lambda: NOON, silence)


async def test_a_read_is_a_batch_stamped_by_the_clock() -> None:
    read = reading(sbs(7200))
    batch = await read.batch()
    assert batch is not None
    assert batch.last_heard.tolist() == [NOON]


async def test_bytes_that_are_no_message_do_not_break_a_silence() -> None:
    read = reading(b"\r\n", silence=0.01)
    assert await read.batch() is not None
    with pytest.raises(SilentError):
        await read.batch()


async def test_a_sender_that_is_understood_speaks_no_other_format() -> None:
    read = reading(sbs() * 30)
    await read.batch()
    assert read.otherwise() is None


async def test_what_is_in_no_known_format_is_not_guessed_at() -> None:
    read = reading(b"hello\n" * 300)
    await read.batch()
    assert read.otherwise() is None


async def test_at_the_end_there_is_no_batch_but_a_last_line() -> None:
    read = reading(sbs().strip())
    await read.batch()
    read.stream.feed_eof()
    assert await read.batch() is None
    assert len(read.last()) == 1
