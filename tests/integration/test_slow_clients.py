"""Slow clients of HTTP, 500 at once, in the ways of slowhttptest: a client in earnest notices nothing.

Ours are always there; where slowhttptest is installed, `--long` has it do the same.
"""

import asyncio
import contextlib
import resource
import shutil
import socket
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from statistics import median

import pytest
from websockets.asyncio.client import connect

from integration.raw_client import Airspace, flying

SLOW = 500
FILES = 2 * SLOW + 500
PROMISED_S = 1.0
ENDED_S = 30.0  # more than slowhttptest is told to take
LENGTHY = "/api/v1/openapi.json"
# What each sends at once, and then byte by byte, if anything.
SHAPES = {
    "heads that do not end": (b"GET / HTTP/1.1\r\nHost: x\r\nX-", b"a"),
    "bodies that do not end": (b"POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 4096\r\n\r\n", b"a"),
    "a thousand ranges": (
        b"GET / HTTP/1.1\r\nHost: x\r\nRange: bytes=0-%b\r\n\r\n"
        % b"".join(b",5-%d" % end for end in range(1000)),
        b"",
    ),
    "answers that nobody reads": (f"GET {LENGTHY} HTTP/1.1\r\nHost: x\r\n\r\n".encode() * 3, b""),
}
OPTIONS = {
    "heads that do not end": ("-H",),
    "bodies that do not end": ("-B", "-s", "8192"),
    "a thousand ranges": ("-R", "-a", "1", "-b", "1000"),
    "answers that nobody reads": ("-X", "-w", "10", "-y", "20", "-n", "1", "-z", "32", "-k", "3"),
}


@pytest.fixture(scope="module")
def airspace() -> Iterator[Airspace]:
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    if hard != resource.RLIM_INFINITY and hard < FILES:
        pytest.skip(f"{hard} files may be open, and both sides of {SLOW} connections are here: {FILES}")
    resource.setrlimit(resource.RLIMIT_NOFILE, (max(soft, FILES), hard))
    with flying() as airspace:
        yield airspace
    resource.setrlimit(resource.RLIMIT_NOFILE, (soft, hard))


async def greeted(airspace: Airspace) -> float:
    """Connect as clients do, up to the first flights; return how long it took."""
    host, port = airspace.address
    began = asyncio.get_running_loop().time()
    async with connect(f"ws://{host}:{port}/api/v1/stream?bbox=", proxy=None) as stream:
        assert "hello" in str(await stream.recv())
        assert "changes" in str(await stream.recv())
    return asyncio.get_running_loop().time() - began


async def greeted_soon(airspace: Airspace) -> float:
    """Return the median of three, as the machine may be busy."""
    return median([await greeted(airspace) for _ in range(3)])


@asynccontextmanager
async def slow(airspace: Airspace, first: bytes, then: bytes) -> AsyncIterator[list[socket.socket]]:
    """Have 500 clients connect and send that."""
    loop = asyncio.get_running_loop()
    clients = [socket.socket() for _ in range(SLOW)]

    async def dribble() -> None:
        while then:
            for client in clients:
                with contextlib.suppress(OSError):
                    await loop.sock_sendall(client, then)
            await asyncio.sleep(0.1)

    try:
        for client in clients:
            client.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 1024)
            client.setblocking(False)
            await loop.sock_connect(client, airspace.address)
            await loop.sock_sendall(client, first)
        dribbling = asyncio.create_task(dribble())
        yield clients
        dribbling.cancel()
    finally:
        for client in clients:
            client.close()


@pytest.mark.parametrize("shape", SHAPES)
async def test_a_client_in_earnest_is_there_within_a_second(airspace: Airspace, shape: str) -> None:
    alone = await greeted_soon(airspace)
    async with slow(airspace, *SHAPES[shape]) as clients:
        took = await greeted_soon(airspace)
        assert sum(1 for client in clients if client.getpeername()) == SLOW  # they are all there
    assert took < max(PROMISED_S, 5 * alone)  # on a machine that is busy with other things


@pytest.mark.parametrize("shape", OPTIONS)
async def test_so_it_is_while_slowhttptest_does_its_worst(
    airspace: Airspace,
    shape: str,
    long: bool,  # noqa: FBT001  a fixture
) -> None:
    if not long or shutil.which("slowhttptest") is None:
        pytest.skip("in --long, where slowhttptest is installed (apt install slowhttptest)")
    host, port = airspace.address
    worst = await asyncio.create_subprocess_exec(
        "slowhttptest", *OPTIONS[shape], "-c", str(SLOW), "-r", "250", "-i", "1", "-l", "8", "-p", "3",
        "-u", f"http://{host}:{port}{LENGTHY}", stdout=asyncio.subprocess.PIPE,
    )  # fmt: skip
    alone, waits = await greeted_soon(airspace), []
    while worst.returncode is None:
        waits.append(await greeted(airspace))
        await asyncio.sleep(0.2)
    assert worst.stdout is not None
    said = (await worst.stdout.read()).decode()
    assert "connections" in said
    assert median(waits) < max(PROMISED_S, 5 * alone)
