import asyncio
from contextlib import aclosing

import pytest

from aerotrack.decode.sbs import Sbs
from aerotrack.errors import FeedError
from aerotrack.sources.listener import TcpListener
from sources.feeders import NOON, rows_until, sbs


def listener(port: int = 0, silence: float = 5.0, most: int = 50) -> TcpListener:
    return TcpListener("roof", "listen+sbs://:0", "127.0.0.1", port, Sbs, lambda: NOON, silence, most)


async def closed(reader: asyncio.StreamReader) -> bool:
    async with asyncio.timeout(5):
        return await reader.read() == b""


async def test_several_feeders_are_heard_at_once_each_with_its_own_line() -> None:
    source = listener()
    async with aclosing(source.observations()) as observations:
        await anext(observations)
        _, one = await asyncio.open_connection("127.0.0.1", source.port)
        _, two = await asyncio.open_connection("127.0.0.1", source.port)
        one.write(sbs(1, "000001")[:40])
        two.write(sbs(2, "000002")[:40])
        await asyncio.gather(one.drain(), two.drain())
        one.write(sbs(1, "000001")[40:])
        two.write(sbs(2, "000002")[40:])
        batches = await rows_until(observations, 2)
        one.close()
        two.close()
    assert {address for batch in batches for address in batch.address.tolist()} == {1, 2}
    assert {batch.feed for batch in batches} == {"roof"}


async def test_a_feeder_may_go_and_come_back() -> None:
    source = listener()
    async with aclosing(source.observations()) as observations:
        await anext(observations)
        for second in (1, 2):
            _, writer = await asyncio.open_connection("127.0.0.1", source.port)
            writer.write(sbs(second))
            writer.close()
            (*_, batch) = await rows_until(observations, 1)
            assert batch.last_heard.tolist() == [NOON + second]


async def test_one_feeder_too_many_is_turned_away() -> None:
    source = listener(most=1)
    async with aclosing(source.observations()) as observations:
        await anext(observations)
        _, writer = await asyncio.open_connection("127.0.0.1", source.port)
        writer.write(sbs())
        await rows_until(observations, 1)
        reader, refused = await asyncio.open_connection("127.0.0.1", source.port)
        assert await closed(reader)
        refused.close()
        writer.close()


async def test_a_silent_feeder_is_disconnected_and_the_feed_goes_on() -> None:
    source = listener(silence=0.02)
    async with aclosing(source.observations()) as observations:
        await anext(observations)
        reader, silent = await asyncio.open_connection("127.0.0.1", source.port)
        assert await closed(reader)
        silent.close()
        _, writer = await asyncio.open_connection("127.0.0.1", source.port)
        writer.write(sbs())
        assert len(await rows_until(observations, 1)) >= 1
        writer.close()


async def test_nothing_listens_after_the_end() -> None:
    source = listener()
    async with aclosing(source.observations()) as observations:
        await anext(observations)
        reader, writer = await asyncio.open_connection("127.0.0.1", source.port)
        writer.write(sbs())
        await rows_until(observations, 1)
    assert await closed(reader)
    writer.close()
    with pytest.raises(ConnectionRefusedError):
        await asyncio.open_connection("127.0.0.1", source.port)


async def test_a_port_that_is_taken_is_an_error() -> None:
    source = listener()
    async with aclosing(source.observations()) as observations:
        await anext(observations)
        with pytest.raises(FeedError, match=f"cannot listen on 127.0.0.1:{source.port}"):
            await anext(listener(source.port).observations())
