import asyncio
from contextlib import aclosing

import pytest

from aerotrack.core.observations import Observations
from aerotrack.errors import FeedError
from aerotrack.sources.formats import LIVE
from aerotrack.sources.tcp import TcpClient
from decode.cutting import rows_in
from decode.modes.transponder import airborne
from decode.test_beast import beast
from sources.feeders import NOON, document, rows_until, sbs, serving


def client(port: int, silence: float = 5.0, spoken: str = "sbs", host: str = "127.0.0.1") -> TcpClient:
    url = f"{spoken}://{host}:{port}?lat=1&lon=2#roof"
    return TcpClient("roof", url, host, port, LIVE[spoken], lambda: NOON, silence)


async def talk(_reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    writer.write(sbs(1)[:50])
    await writer.drain()
    writer.write(sbs(1)[50:] + sbs(2))
    await writer.drain()


async def hang(reader: asyncio.StreamReader, _writer: asyncio.StreamWriter) -> None:
    await reader.read()


async def test_a_connection_is_announced_before_anything_is_heard() -> None:
    async with serving(hang) as port, aclosing(client(port).observations()) as observations:
        first = await anext(observations)
    assert (len(first), first.feed) == (0, "roof")


async def test_what_the_feed_sends_is_heard_under_its_name() -> None:
    async with serving(talk) as port, aclosing(client(port).observations()) as observations:
        batches = await rows_until(observations, 2)
    assert [t for batch in batches for t in batch.last_heard.tolist()] == [NOON + 1, NOON + 2]
    assert {batch.feed for batch in batches} == {"roof"}


async def test_a_feed_that_closes_is_an_error_to_be_tried_again() -> None:
    async with serving(talk) as port, aclosing(client(port).observations()) as observations:
        with pytest.raises(FeedError, match=f"roof: 127.0.0.1:{port} closed the connection"):
            await rows_until(observations, 3)


async def test_a_feed_that_hangs_is_an_error() -> None:
    async with serving(hang) as port, aclosing(client(port, 0.02).observations()) as observations:
        with pytest.raises(FeedError, match="no message in 0 bytes of 127"):
            await rows_until(observations, 1)


async def test_a_feed_that_closes_at_once_may_be_at_another_port() -> None:
    async def close(_reader: asyncio.StreamReader, _writer: asyncio.StreamWriter) -> None:
        pass

    async with serving(close) as port, aclosing(client(port).observations()) as observations:
        with pytest.raises(FeedError, match="without a word; is this the port of its output"):
            await rows_until(observations, 1)


@pytest.mark.parametrize(
    ("sent", "spoken", "sentence"),
    [
        (
            sbs() * 20,
            "beast",
            r"sends another format, SBS text; write sbs://127\.0\.0\.1:\d+\?lat=1&lon=2#roof\.",
        ),
        (
            beast(airborne(0x4CA2D6, 48.8, 2.4, 0)) * 60,
            "sbs",
            r"sends another format, Beast; write beast://127",
        ),
        (document(NOON) * 20, "avr", r"another format, aircraft.json, which cannot be read in this way\."),
    ],
)
async def test_a_feed_in_another_format_is_told_which(sent: bytes, spoken: str, sentence: str) -> None:
    async def talk(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(sent)
        await reader.read()

    async with (
        serving(talk) as port,
        aclosing(client(port, spoken=spoken).observations()) as observations,
    ):
        with pytest.raises(FeedError, match=sentence):
            await rows_until(observations, 1)


async def test_a_feed_that_is_not_there_is_an_error() -> None:
    async with serving(talk) as port:
        pass
    with pytest.raises(FeedError, match="Connection refused; check the address and the port"):
        await anext(client(port).observations())


async def test_a_host_that_can_have_no_address_is_an_error() -> None:
    with pytest.raises(FeedError, match=r"cannot connect to a\.\.b:1: that is no name of a host"):
        await anext(client(1, host="a..b").observations())


async def test_a_new_connection_knows_nothing_of_a_line_cut_off_by_the_last() -> None:
    async def half(_reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(sbs(1) + sbs(2)[:50])
        await writer.drain()

    async with serving(half) as port:
        source = client(port)
        for _ in range(2):
            async with aclosing(source.observations()) as observations:
                batches = await rows_until(observations, 1)
                batches.append(await anext(observations))
            assert [len(batch) for batch in batches[-2:]] == [1, 0]
            assert batches[-1].refused == {"truncated": 1}


async def test_what_is_known_of_an_aircraft_outlives_a_connection_that_breaks() -> None:
    halves = [beast(airborne(0x4CA2D6, 48.8, 2.4, odd)) for odd in (0, 1)]

    async def talk(_: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(halves.pop(0) + b"\x1a3\x00")  # cut off in the middle of the next

    heard = [Observations.none()]

    async def listen(source: TcpClient) -> None:
        async for batch in source.observations():
            heard.append(batch)  # noqa: PERF401  what came before it breaks off is to be kept

    async with serving(talk) as port:
        source = client(port, spoken="beast")
        for _ in range(2):
            with pytest.raises(FeedError):
                await listen(source)
    assert [row["lat"] for batch in heard for row in rows_in(batch) if "lat" in row] == [
        pytest.approx(48.8, abs=1e-4)
    ]
