import asyncio
from collections.abc import AsyncIterator
from contextlib import aclosing

import pytest
import uvloop
from structlog.testing import capture_logs

from aerotrack.core.observations import Observations
from aerotrack.errors import FeedError
from aerotrack.sources.formats import LIVE, Format
from aerotrack.sources.listener import TcpListener
from sources.feeders import NOON, rows_until, sbs


def listener(port: int = 0, silence: float = 5.0, most: int = 50, host: str = "127.0.0.1") -> TcpListener:
    return TcpListener(
        "roof", "listen+sbs://:0?lat=1&lon=2#roof", host, port, LIVE["sbs"], lambda: NOON, silence, most
    )


async def batch_until(observations: AsyncIterator[Observations], *, waiting: bool) -> Observations:
    """The first batch from which on the feed waits, or no longer does."""
    async with asyncio.timeout(5):
        while True:
            batch = await anext(observations)
            if batch.waiting == waiting:
                return batch


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


async def test_one_feeder_too_many_is_turned_away_and_the_log_says_so_once() -> None:
    source = listener(most=1)
    with capture_logs() as logs:
        async with aclosing(source.observations()) as observations:
            await anext(observations)
            _, writer = await asyncio.open_connection("127.0.0.1", source.port)
            writer.write(sbs())
            await rows_until(observations, 1)
            for _ in range(2):
                reader, refused = await asyncio.open_connection("127.0.0.1", source.port)
                assert await closed(reader)
                refused.close()
            writer.write(sbs(2))
            batches = await rows_until(observations, 1)
            writer.close()
    assert sum(batch.refused.get("turned_away", 0) for batch in batches) == 2
    (line,) = logs
    assert line["error"].endswith(" was turned away: 1 at once is the most.")


async def test_a_feed_waits_until_a_feeder_comes_and_again_when_the_last_has_gone() -> None:
    source = listener()
    async with aclosing(source.observations()) as observations:
        assert (await anext(observations)).waiting
        writers = [(await asyncio.open_connection("127.0.0.1", source.port))[1] for _ in range(2)]
        for writer in writers:
            writer.write(sbs())
        assert not any(batch.waiting for batch in await rows_until(observations, 2))
        writers.pop().close()
        writers[0].write(sbs(1))
        assert not any(batch.waiting for batch in await rows_until(observations, 1))
        writers.pop().close()
        assert (await batch_until(observations, waiting=True)).feed == "roof"
        _, writer = await asyncio.open_connection("127.0.0.1", source.port)
        assert len(await batch_until(observations, waiting=False)) == 0  # before it says anything
        writer.close()


async def test_a_feeder_in_another_format_is_disconnected_and_the_log_says_so_once() -> None:
    source = listener()
    refused = 0
    with capture_logs() as logs:
        async with aclosing(source.observations()) as observations:
            await anext(observations)
            for _ in range(3):
                reader, writer = await asyncio.open_connection("127.0.0.1", source.port)
                writer.write(b"*8D4CA2D6;\n" * 100)
                assert await closed(reader)
                writer.close()
                while not (batch := await batch_until(observations, waiting=True)).refused:
                    pass
                refused += batch.refused["other_format"]
            _, writer = await asyncio.open_connection("127.0.0.1", source.port)
            writer.write(sbs())
            await rows_until(observations, 1)
            writer.close()
    assert refused == 3
    (line,) = logs
    assert line["log_level"] == "warning"
    assert line["error"].startswith("roof: 127.0.0.1:")
    assert line["error"].endswith(" sends another format, AVR; write listen+avr://:0?lat=1&lon=2#roof.")


async def test_a_feeder_that_says_nothing_keeps_no_other_waiting() -> None:
    source = listener()
    async with aclosing(source.observations()) as observations:
        await anext(observations)
        still = [(await asyncio.open_connection("127.0.0.1", source.port))[1] for _ in range(49)]
        for writer in still:
            writer.write(b"MSG,3,")
        _, talking = await asyncio.open_connection("127.0.0.1", source.port)
        talking.write(b"".join(map(sbs, range(100))))
        await rows_until(observations, 100)
        for writer in (*still, talking):
            writer.close()


class FirstByte:
    """Says of each read by what it begins."""

    def feed(self, data: bytes, now: float | None) -> Observations:
        return Observations.of([data[0]], [now])

    def end(self, now: float | None) -> Observations:
        del now
        return Observations.none()


async def behind_a_flood() -> list[int]:
    """How many batches are taken until what a slow feeder says comes, beside 20 that say all they can."""
    spoken = Format(lambda _: False, lambda _: FirstByte())
    source = TcpListener("roof", "listen+x://:0", "127.0.0.1", 0, spoken, lambda: NOON)
    waited = []
    async with aclosing(source.observations()) as observations:
        await anext(observations)
        many = [(await asyncio.open_connection("127.0.0.1", source.port))[1] for _ in range(20)]
        _, slow = await asyncio.open_connection("127.0.0.1", source.port)
        for writer in many:
            writer.write(b"f" * (4 << 20))
        for _ in range(6):
            slow.write(b"s")
            taken = 1
            while (await anext(observations)).address.tolist() != [ord("s")]:
                taken += 1
                if taken % 16 == 0:
                    await asyncio.sleep(0)
            waited.append(taken)
        for writer in (*many, slow):
            writer.transport.abort()
    return waited


def test_a_slow_feeder_has_its_turn_among_many_that_send_all_they_can() -> None:
    for run in (asyncio.run, uvloop.run):
        assert max(run(behind_a_flood())) < 90  # two rounds, and what has been waiting


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


async def test_a_host_that_can_have_no_address_is_an_error() -> None:
    with pytest.raises(FeedError, match=r"cannot listen on a\.\.b:0: that is no name of a host"):
        await anext(listener(host="a..b").observations())
