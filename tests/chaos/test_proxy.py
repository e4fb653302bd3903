"""The proxy does what it is told, and nothing else."""

import asyncio
import time
from collections.abc import AsyncIterator

import pytest

from chaos.proxy import ChaosProxy

Way = tuple[ChaosProxy, asyncio.StreamReader, asyncio.StreamWriter]


@pytest.fixture
async def way() -> AsyncIterator[Way]:
    """A connection through the proxy to a server that says again what it hears."""

    async def echo(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        while data := await reader.read(1 << 16):
            writer.write(data)
        writer.close()

    server = await asyncio.start_server(echo, "127.0.0.1", 0)
    port = server.sockets[0].getsockname()[1]
    async with server, ChaosProxy(lambda: port) as proxy:
        reader, writer = await asyncio.open_connection("127.0.0.1", proxy.port)
        yield proxy, reader, writer
        writer.close()


async def said_again(way: Way, said: bytes = b"hello") -> bytes:
    _, reader, writer = way
    writer.write(said)
    async with asyncio.timeout(0.5):
        return await reader.readexactly(len(said))


async def test_as_made_it_passes_everything_on(way: Way) -> None:
    assert await said_again(way, b"x" * 300_000) == b"x" * 300_000


async def test_what_comes_late_comes_late_and_whole(way: Way) -> None:
    way[0].up.latency_s = 0.2
    began = time.monotonic()
    assert await said_again(way) == b"hello"
    assert 0.2 <= time.monotonic() - began < 0.5


async def test_a_stall_holds_back_until_it_is_healed(way: Way) -> None:
    proxy, reader, _ = way
    proxy.down.stalled = True
    with pytest.raises(TimeoutError):
        await said_again(way)
    proxy.heal()
    assert await reader.readexactly(5) == b"hello"


async def test_what_is_chopped_arrives_in_bytes_and_whole(way: Way) -> None:
    way[0].up.slice_bytes = way[0].down.slice_bytes = 1
    assert await said_again(way) == b"hello"


async def test_a_cut_comes_after_so_many_bytes(way: Way) -> None:
    way[0].down.cut_after = 7
    assert await said_again(way) == b"hello"
    with pytest.raises(ConnectionResetError):
        await said_again(way)


async def test_a_reset_is_an_error_and_not_an_end(way: Way) -> None:
    proxy, reader, _ = way
    assert await said_again(way) == b"hello"
    assert proxy.reset() == 1
    with pytest.raises(ConnectionResetError):
        await reader.read()


async def test_half_a_connection_stays_open_and_is_reset_when_the_other_is_back(way: Way) -> None:
    proxy, reader, _ = way
    proxy.down.vanished = True
    with pytest.raises(TimeoutError):
        await said_again(way)
    proxy.heal()
    with pytest.raises(ConnectionResetError):
        await reader.read()


async def test_who_is_refused_is_reset_at_once(way: Way) -> None:
    way[0].refusing = True
    reader, writer = await asyncio.open_connection("127.0.0.1", way[0].port)
    with pytest.raises(ConnectionResetError):
        await reader.read()
    writer.close()
