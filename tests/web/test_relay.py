import asyncio
import socket
from collections.abc import AsyncIterator, Callable, Coroutine
from contextlib import AsyncExitStack, asynccontextmanager, suppress
from typing import Any

import numpy as np
import pytest
import uvloop

from aerotrack.core.changes import Changes
from aerotrack.core.flights import FlightTable
from aerotrack.core.observations import Observations
from aerotrack.core.ports import EVERYTHING
from aerotrack.decode.beast import Beast
from aerotrack.decode.sbs import Sbs
from aerotrack.encode.beast import beast
from aerotrack.encode.sbs import sbs
from aerotrack.errors import StartError
from aerotrack.web.relay import FACTS_EVERY, Encode, News, Relay, outputs_of

NOON = 1_700_000_000.0


def heard(second: float, address: int = 0x4CA2D6, **known: object) -> Observations:
    said = {"lat": 50.0 + second / 1000, "lon": 8.0, "altitude_ft": 3000.0, "squawk": 1200} | known
    return Observations.of([address], [NOON + second], feed="roof", **{k: [v] for k, v in said.items()})


def tick(table: FlightTable, second: float, *observed: Observations) -> Changes:
    for one in observed:
        table.apply(one)
    table.expire(NOON + second)
    return table.take(NOON + second)


async def eventually(condition: Callable[[], object]) -> None:
    async with asyncio.timeout(10):
        while not condition():  # noqa: ASYNC110  a socket has no event for what the other end did
            await asyncio.sleep(0.001)


@asynccontextmanager
async def relaying(encode: Encode = sbs, host: str = "127.0.0.1", **options: object) -> AsyncIterator[Relay]:
    relay, kept = Relay("SBS", encode, host, 0, option="--sbs-out", **options), []
    async with relay.listening():
        running = asyncio.create_task(relay.run(kept.append))
        yield relay
        await relay.close()
        await eventually(lambda: kept == [EVERYTHING])
        running.cancel()


@asynccontextmanager
async def connected(relay: Relay) -> AsyncIterator[asyncio.StreamReader]:
    before = relay.clients
    reader, writer = await asyncio.open_connection("127.0.0.1", relay.port)
    writer.write(b"\x1aP" * 100)  # what clients say is not listened to
    await eventually(lambda: relay.clients == before + 1 or reader.at_eof())
    try:
        yield reader
    finally:
        writer.close()
        with suppress(ConnectionError):
            await writer.wait_closed()


@pytest.mark.parametrize("run", [asyncio.run, uvloop.run])
@pytest.mark.parametrize(("encode", "decoder"), [(sbs, Sbs), (beast, Beast)])
def test_every_client_reads_every_flight(
    encode: Encode, decoder: type[Sbs | Beast], run: Callable[[Coroutine[Any, Any, None]], None]
) -> None:
    run(tell_all(encode, decoder))


async def tell_all(encode: Encode, decoder: type[Sbs | Beast]) -> None:
    table = FlightTable()
    async with relaying(encode) as relay, connected(relay) as one, connected(relay) as other:
        relay.take(tick(table, 1, heard(1), heard(1, 0x1004CA2)))
        for reader in (one, other):
            decode, found = decoder(), {}
            while not {(0x4CA2D6, 1200), (0x1004CA2, 1200)} <= set(found):
                seen = decode.feed(await asyncio.wait_for(reader.read(65536), 10), NOON + 1)
                assert not seen.refused
                found |= dict.fromkeys(
                    zip(seen.address.tolist(), seen.columns.get("squawk", seen.address).tolist(), strict=True)
                )


async def test_a_tick_is_written_for_nobody_when_nobody_listens() -> None:
    written: list[int] = []

    def encode(rows: object, placed: object, facts: object) -> bytes:
        written.append(1)
        return b"x"

    table = FlightTable()
    async with relaying(encode) as relay:
        relay.take(tick(table, 1, heard(1)))
        async with connected(relay) as reader:
            relay.take(tick(table, 2))  # nothing was heard
            relay.take(tick(table, 3, heard(3)))
            assert await asyncio.wait_for(reader.readexactly(1), 10) == b"x"
    assert written == [1]


async def test_who_takes_nothing_misses_ticks_and_holds_nobody_back_and_is_cut_off() -> None:
    size = 1 << 20
    table = FlightTable()
    async with relaying(lambda *_: bytes(size), stalled_s=0.0) as relay:
        slow = socket.socket()
        slow.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
        slow.connect(("127.0.0.1", relay.port))
        await eventually(lambda: relay.clients == 1)
        async with connected(relay) as reader:
            most = 0
            for second in range(1, 30):
                relay.take(tick(table, second, heard(second)))
                assert len(await asyncio.wait_for(reader.readexactly(size), 10)) == size
                most = max(most, *(client._transport.get_write_buffer_size() for client in relay._clients))
            await eventually(lambda: relay.clients == 1)
        slow.close()
        assert 0 < most <= size + 65536
        await eventually(lambda: relay.clients == 0)
        report = relay.report()
        assert (report["cut"], report["turned_away"]) == (1, 0)
        assert report["left_out"] >= 1


async def test_one_client_too_many_is_turned_away() -> None:
    async with relaying(most=1) as relay, connected(relay):
        reader, writer = await asyncio.open_connection("127.0.0.1", relay.port)
        with pytest.raises((ConnectionResetError, asyncio.IncompleteReadError)):
            await asyncio.wait_for(reader.readexactly(1), 10)
        writer.close()
        assert relay.clients == 1
        assert relay.report() == {"clients": 1, "turned_away": 1, "left_out": 0, "unwritten": 0, "cut": 0}


async def test_clients_are_let_go_at_the_end() -> None:
    async with AsyncExitStack() as clients:
        async with relaying() as relay:
            reader = await clients.enter_async_context(connected(relay))
        with pytest.raises((ConnectionResetError, asyncio.IncompleteReadError)):
            await asyncio.wait_for(reader.readexactly(1), 10)


async def test_a_port_that_is_taken_is_named_with_the_option() -> None:
    async with relaying() as relay:
        with pytest.raises(StartError, match=rf"Port {relay.port} of 127.0.0.1 .* with --sbs-out"):
            async with Relay("SBS", sbs, "127.0.0.1", relay.port, option="--sbs-out").listening():
                pass


@pytest.mark.parametrize(("host", "warned"), [("127.0.0.1", False), ("localhost", False), ("0.0.0.0", True)])
async def test_a_port_that_is_open_to_others_says_so(
    host: str, capsys: pytest.CaptureFixture[str], *, warned: bool
) -> None:
    async with relaying(host=host):
        told = capsys.readouterr()
    assert ("everyone who reaches this address" in told.out + told.err) is warned


def test_only_what_was_heard_is_news() -> None:
    table, news = FlightTable(), News()
    rows, placed, facts = news.of(tick(table, 1, heard(1)))
    assert (rows["address"].tolist(), placed.tolist(), facts.tolist()) == ([0x4CA2D6], [True], [True])
    coasting = tick(table, 30)
    assert len(coasting.updated["address"]) == 1
    assert len(news.of(coasting)[0]["address"]) == 0
    _, placed, _ = news.of(tick(table, 31, heard(31, lat=np.nan, lon=np.nan, altitude_ft=3100)))
    assert placed.tolist() == [False]
    assert len(news.of(Changes(0, 9, NOON))[1]) == 0


def test_facts_are_told_again_from_time_to_time() -> None:
    table, news = FlightTable(), News()
    told = [bool(news.of(tick(table, s, heard(s)))[2][0]) for s in range(1, 4 * FACTS_EVERY)]
    assert told[0]
    assert sum(told[1:]) in (3, 4)


async def test_outputs_are_reported_by_figure() -> None:
    async with relaying() as one, connected(one):
        other = Relay("Beast", beast, "127.0.0.1", 0, option="--beast-out")
        outputs = outputs_of([one, other])
    assert outputs["clients"] == {"SBS": 1, "Beast": 0}
    assert outputs["cut"] == {"SBS": 0, "Beast": 0}
    assert outputs_of([]) == {}


async def test_a_tick_that_a_newer_one_overtakes_is_counted() -> None:
    table = FlightTable()
    async with relaying() as relay, connected(relay) as reader:
        for second in (1, 2, 3):
            relay.take(tick(table, second, heard(second)))
        await asyncio.wait_for(reader.readline(), 10)
        assert relay.report()["unwritten"] == 2
