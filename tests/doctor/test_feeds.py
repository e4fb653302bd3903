import asyncio
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager, suppress
from dataclasses import replace
from pathlib import Path

import pytest

from aerotrack.core.observations import Observations
from aerotrack.doctor import feeds
from aerotrack.sources import source_from

LINE = b"MSG,3,1,1,4CA63A,1,2026/11/22,09:39:27.343,2026/11/22,09:39:27.344,,6950,,,49.1,1.7,,,0,,0,0\r\n"
Answer = Callable[[asyncio.StreamReader, asyncio.StreamWriter], Awaitable[None]]


@asynccontextmanager
async def listening(answer: Answer) -> AsyncIterator[int]:
    answers = []

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        answers.append(asyncio.current_task())
        await answer(reader, writer)
        writer.close()
        with suppress(OSError):
            await writer.wait_closed()

    server = await asyncio.start_server(serve, "127.0.0.1", 0)
    async with server:
        yield server.sockets[0].getsockname()[1]
    await asyncio.gather(*filter(None, answers))


async def line(url: str, *, in_use: bool = False, patience_s: float = 5.0) -> str:
    source = source_from(url, clock=time.time)
    return str(await feeds.feed(source, in_use=in_use, patience_s=patience_s))


async def test_a_feed_that_says_something_is_fine() -> None:
    async def talk(_: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(LINE)
        await writer.drain()

    async with listening(talk) as port:
        told = await line(f"sbs://127.0.0.1:{port}#roof")
    assert told.startswith("ok    the feed roof said something after 0.")
    assert told.endswith(" s: 1 messages")


async def test_what_cannot_be_understood_is_something_said() -> None:
    async def rave(_: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(b"HTTP/1.1 400 Bad Request\r\n" * 3)
        await writer.drain()

    async with listening(rave) as port:
        told = await line(f"sbs://127.0.0.1:{port}#roof")
    assert told.startswith("warn  the feed roof said nothing that is understood - check sbs://")


async def test_a_feed_that_is_silent_is_a_warning() -> None:
    async def hush(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.read()

    async with listening(hush) as port:
        told = await line(f"sbs://127.0.0.1:{port}#roof", patience_s=0.2)
    assert told.startswith("warn  the feed roof is connected and said nothing for 0.2 s - is the antenna")


async def test_a_feed_that_is_away_is_a_fail() -> None:
    told = await line("sbs://127.0.0.1:1#roof")
    assert told.startswith("fail  the feed roof does not work: cannot connect to 127.0.0.1:1: Conn")
    assert told.endswith(" - check sbs://127.0.0.1:1#roof")


async def test_a_port_to_listen_on_may_be_the_running_servers() -> None:
    async def hush(_reader: asyncio.StreamReader, _writer: asyncio.StreamWriter) -> None: ...

    async with listening(hush) as port:
        url = f"listen+sbs://127.0.0.1:{port}#in"
        assert (await line(url, in_use=True)) == "ok    the feed in is listened to by the AeroTrack that runs"
        assert (await line(url)).startswith("fail  the feed in does not work: cannot listen on")


async def test_a_listener_without_a_feeder_is_a_warning() -> None:
    told = await line("listen+sbs://127.0.0.1:0#in", patience_s=0.2)
    assert told == (
        "warn  the feed in listens, and nobody sent anything for 0.2 s - "
        "have the receiver send to listen+sbs://127.0.0.1:0#in"
    )


class Slow:
    name, url = "slow", "sbs://slow:1"

    async def observations(self) -> AsyncIterator[Observations]:
        await asyncio.Event().wait()
        yield Observations.none()


class Ends:
    name, url = "ends", "sbs://ends:1"

    async def observations(self) -> AsyncIterator[Observations]:
        yield replace(Observations.none(), feed="ends")


async def test_a_feed_that_does_not_answer_is_not_waited_for() -> None:
    found = await feeds.feed(Slow(), in_use=False, patience_s=0.1)
    assert str(found) == "fail  the feed slow did not answer within 0.1 s - check sbs://slow:1"


async def test_a_feed_that_ends_without_a_word_is_a_warning() -> None:
    found = await feeds.feed(Ends(), in_use=False)
    assert str(found) == "warn  the feed ends ended without a word - check sbs://ends:1"


async def test_a_recording_is_read_and_standard_input_is_not(tmp_path: Path) -> None:
    recording = tmp_path / "one.sbs"
    recording.write_bytes(LINE)
    sources = [source_from(url, clock=time.time) for url in (f"file:{recording}", "stdin:?format=sbs#in")]
    found = [str(finding) async for finding in feeds.feeds(sources, in_use=False)]
    assert found[0].endswith(": 1 messages")
    assert found[1] == "ok    the feed in is read when the server runs"


@pytest.mark.parametrize(
    ("url", "root"),
    [
        ("aircraft+http://pi:8080/data/aircraft.json", "http://pi:8080/"),
        ("adsbx+https://api.example/v2/x?auth=api-key", "https://api.example/"),
        ("opensky+file:///tmp/x.json", None),
        ("sbs://roof:30003", None),
    ],
)
def test_only_web_servers_tell_their_time(url: str, root: str | None) -> None:
    assert feeds.http_address(url) == root


async def test_a_web_server_of_another_time_is_told_and_one_of_none_is_not() -> None:
    async def answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        asked = await reader.readline()
        assert asked.startswith(b"HEAD / ")
        writer.write(b"HTTP/1.1 404 Not Found\r\nConnection: close\r\n" + date + b"\r\n")
        await writer.drain()

    async with listening(answer) as port:
        date = b"Date: Sun, 22 Nov 2020 09:00:00 GMT\r\n"
        (found,) = await feeds.server_clock("pi", f"http://127.0.0.1:{port}/")
        assert found.mark == "fail"
        assert found.what.startswith("the clock of the feed pi is ")
        assert "behind ours" in found.what
        date = b""
        assert await feeds.server_clock("pi", f"http://127.0.0.1:{port}/") == []
        date = b"Date: yesterday\r\n"
        assert await feeds.server_clock("pi", f"http://127.0.0.1:{port}/") == []
