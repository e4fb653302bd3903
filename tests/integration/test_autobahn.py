"""RFC 6455, by the cases of the Autobahn test suite, on the server and protocol that carry the stream."""

import asyncio
import logging
from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager, suppress
from dataclasses import dataclass

import pytest
import uvloop
from kosoku import FailureError, run_fuzzingclient
from starlette.types import Receive, Scope, Send
from websockets.asyncio.server import ServerConnection, serve
from websockets.exceptions import ConnectionClosed

from aerotrack.web.server import MOST_MESSAGE, Server

BASE = ["1.*", "2.*", "3.*", "4.*", "5.*", "6.*", "7.*", "10.*"]
FIT = ["9.1.1", "9.2.1", "9.7.*", "9.8.*"]  # of the messages of group 9, those of at most 64 KiB
COMPRESSION = ["12.*", "13.*"]

FAILED_BY_THE_PARSER = {
    # A close frame may come between the parts of a message. websockets answers 1002 "incomplete fragmented
    # message" where 1000 is due: the connection ends either way.
    "7.1.5",
}

Echo = Callable[[], AbstractAsyncContextManager[str]]


@dataclass(frozen=True, slots=True)
class Verdict:
    """What the suite says of one case, and the code the server closed with."""

    passed: bool
    exchange: str
    code: int | None


@asynccontextmanager
async def ours() -> AsyncIterator[str]:
    """Echo on the stack of the stream."""
    with Server.bound("127.0.0.1", 0) as server:
        async with server.serving(_echo):
            yield server.url.replace("http", "ws")


@asynccontextmanager
async def control() -> AsyncIterator[str]:
    """Echo on the same parser with nothing of ours around it."""

    async def echo(connection: ServerConnection) -> None:
        with suppress(ConnectionClosed):
            async for message in connection:
                await connection.send(message)

    async with serve(echo, "127.0.0.1", 0, compression=None, max_size=MOST_MESSAGE) as server:
        yield f"ws://127.0.0.1:{server.sockets[0].getsockname()[1]}"


async def _echo(scope: Scope, receive: Receive, send: Send) -> None:
    await receive()
    await send({"type": "websocket.accept"})
    while (message := await receive())["type"] == "websocket.receive":
        await send({**message, "type": "websocket.send"})


def verdicts(echo: Echo, cases: list[str], without: list[str] | None = None) -> dict[str, Verdict]:
    """Run cases on the loop that the product runs on."""

    async def run() -> dict[str, Verdict]:
        async with asyncio.timeout(60), echo() as url:
            try:
                results = await run_fuzzingclient(url, cases, without, concurrency=4)
            except FailureError as failure:
                results = failure.results  # all, not only those that failed
        return {
            case.case_id: Verdict(case.passed, case.behavior.value, case.remote_close_code)
            for case in results
        }

    return uvloop.run(run())


def failed(cases: dict[str, Verdict]) -> set[str]:
    return {case for case, verdict in cases.items() if not verdict.passed}


def test_every_case_passes_but_what_the_parser_itself_fails(caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.WARNING):
        cases = verdicts(ours, BASE + FIT)
    assert len(cases) == 261
    assert failed(cases) == FAILED_BY_THE_PARSER
    assert not caplog.records


def test_the_parser_alone_fails_the_same_cases() -> None:
    assert failed(verdicts(control, BASE + FIT)) == FAILED_BY_THE_PARSER


def test_a_longer_message_than_64_kib_is_closed_with_1009_however_it_is_cut() -> None:
    cases = verdicts(ours, ["9.*"], FIT)
    assert len(cases) == 40
    assert {verdict.code for verdict in cases.values()} == {1009}


@pytest.mark.filterwarnings("ignore:unclosed file .*autobahntestsuite:ResourceWarning")  # left by the cases
def test_no_offer_of_compression_is_taken_up() -> None:
    cases = verdicts(ours, COMPRESSION)
    assert len(cases) == 216
    assert {(verdict.exchange, verdict.code) for verdict in cases.values()} == {("UNIMPLEMENTED", 1000)}
