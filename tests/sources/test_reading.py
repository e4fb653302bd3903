import asyncio

import pytest

from aerotrack.decode.sbs import Sbs
from aerotrack.sources.formats import LIVE
from aerotrack.sources.language import Language
from aerotrack.sources.reading import Reading, SilentError, place
from sources.feeders import NOON, sbs


def reading(data: bytes, silence: float | None = 5.0) -> Reading:
    stream = asyncio.StreamReader()
    stream.feed_data(data)
    return Reading(stream, Sbs(), Language(LIVE["sbs"]), lambda: NOON, silence)


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


async def test_who_may_be_silent_is_waited_for() -> None:
    read = reading(b"\r\n", silence=None)
    await read.batch()
    with pytest.raises(TimeoutError):
        await asyncio.wait_for(read.batch(), 0.01)


async def test_a_sender_that_is_understood_speaks_no_other_format() -> None:
    read = reading(sbs() * 30)
    await read.batch()
    assert read.language.other is None


async def test_a_sender_of_whom_nothing_can_be_read_may_speak_another_format() -> None:
    read = reading(b"*8D4CA2D6;\n" * 100)
    await read.batch()
    assert read.language.other == "AVR"


def test_an_address_is_written_as_in_a_url() -> None:
    assert (place("roof", 1), place("10.0.0.5", 2), place("::1", 3)) == ("roof:1", "10.0.0.5:2", "[::1]:3")


async def test_at_the_end_there_is_no_batch_but_a_last_line() -> None:
    read = reading(sbs().strip())
    await read.batch()
    read.stream.feed_eof()
    assert await read.batch() is None
    assert len(read.last()) == 1
