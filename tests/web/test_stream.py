import asyncio
from collections.abc import AsyncIterator, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from typing import Any

import pytest
from starlette.types import ASGIApp
from websockets.exceptions import InvalidStatus
from websockets.typing import Subprotocol

from aerotrack.core.columns import PUBLIC_NAMES
from aerotrack.core.tiles import View
from aerotrack.web.protocol import SINK
from aerotrack.web.stream import Room
from fakes import START, changes_of, rows_of
from web.harness import Site, eventually

pytestmark = pytest.mark.asyncio(loop_scope="session")  # that of the stage

JSON, BINARY = Subprotocol("aerotrack.v1.json"), Subprotocol("aerotrack.v1.binary")
OVER_FRANKFURT = {"lat": 50.0, "lon": 8.5}
FLIGHT = "4ca2d6-6740a31c"


async def test_the_server_says_hello_and_then_nothing_until_it_is_asked(site: Site) -> None:
    site.broadcaster.take(changes_of(1, rows_of(0x4CA2D6, **OVER_FRANKFURT)))
    async with site.stream() as client:
        assert await client.next() == {
            "type": "hello",
            "version": 1,
            "epoch": "9f3c21aa",
            "tick": 1,
            "time": "2024-11-22T15:45:09.500Z",
            "tick_seconds": 1.0,
            "speed": 1,
            "precisions_m": [0, 76, 611, 4892],
        }
        site.broadcaster.take(changes_of(2))
        await client.silence()


async def test_a_subscription_is_answered_by_all_flights_of_the_view(site: Site) -> None:
    site.broadcaster.take(changes_of(1, rows_of([0x4CA2D6, 0xA12345], lat=[50.0, 40.0], lon=[8.5, -74.0])))
    async with site.stream() as client:
        await client.next()
        await client.send(type="subscribe", bbox=[5, 45, 16, 55])
        answer = await client.next()
    assert list(answer) == ["type", "since", "tick", "time", "view", "updated", "gone"]
    assert (answer["since"], answer["tick"], answer["view"]) == (0, 1, View.of(5, 45, 16, 55).name)
    assert [list(flight) for flight in answer["updated"]] == [list(PUBLIC_NAMES)]
    assert answer["updated"][0]["id"] == FLIGHT


async def test_a_query_is_a_first_subscription(site: Site) -> None:
    site.broadcaster.take(changes_of(1, rows_of([1, 2], lat=[50.0, 40.0], lon=[8.5, -74.0])))
    async with site.stream("?bbox=5,45,16,55") as client:
        await client.next()
        assert len((await client.next())["updated"]) == 1
    async with site.stream("?bbox=") as client:
        await client.next()
        assert len((await client.next())["updated"]) == 2


async def test_changes_follow_one_another_without_a_gap(site: Site) -> None:
    site.broadcaster.take(changes_of(1, rows_of(0x4CA2D6, **OVER_FRANKFURT)))
    async with site.stream("?bbox=") as client:
        await client.next()
        assert (await client.next())["tick"] == 1
        site.broadcaster.take(changes_of(2, rows_of(0x4CA2D6, lat=50.01, lon=8.5)))
        moved = await client.next()
        site.broadcaster.take(changes_of(3, gone=rows_of(0x4CA2D6)))
        gone = await client.next()
    assert (moved["since"], moved["tick"], moved["updated"][0]["lat"]) == (1, 2, 50.01)
    assert (gone["since"], gone["tick"], gone["gone"]) == (2, 3, [FLIGHT])


async def test_a_tick_in_which_nothing_changed_is_not_told(site: Site) -> None:
    site.broadcaster.take(changes_of(1, rows_of(0x4CA2D6, **OVER_FRANKFURT)))
    async with site.stream("?bbox=") as client:
        await client.next()
        await client.next()
        site.broadcaster.take(changes_of(2))
        await client.silence()
        site.broadcaster.take(changes_of(3, rows_of(0x4CA2D6, lat=50.01, lon=8.5)))
        message = await client.next()
    assert (message["since"], message["tick"]) == (1, 3)


async def test_a_client_hears_of_a_quiet_sky_every_few_seconds(site: Site) -> None:
    site.broadcaster.tick_seconds = 5.0  # one more tick, and the silence would be too long
    site.broadcaster.take(changes_of(1))
    async with site.stream("?bbox=") as client:
        await client.next()
        await client.next()
        site.broadcaster.take(changes_of(2))
        message = await client.next()
    assert (message["since"], message["tick"], message["updated"], message["gone"]) == (1, 2, [], [])


async def test_a_subscription_in_a_tick_already_told_is_answered_by_the_next(site: Site) -> None:
    site.broadcaster.take(changes_of(1, rows_of([0x4CA2D6, 0xA12345], lat=[50.0, 40.0], lon=[8.5, -74.0])))
    async with site.stream("?bbox=5,45,16,55") as client:
        await client.next()
        await client.next()
        await client.send(type="subscribe", bbox=[-80, 35, -70, 45])
        await client.silence()
        site.broadcaster.take(changes_of(2))
        answer = await client.next()
    assert (answer["since"], answer["tick"], answer["gone"]) == (1, 2, [FLIGHT])
    assert [flight["id"] for flight in answer["updated"]] == ["a12345-6740a31c"]


async def test_a_subscription_changes_only_what_it_names(site: Site) -> None:
    site.broadcaster.take(changes_of(1, rows_of([0x4CA2D6, 0xA12345], lat=[50.0, 40.0], lon=[8.5, -74.0])))
    async with site.stream("?bbox=5,45,16,55") as client:
        await client.next()
        await client.next()
        await client.send(type="subscribe", flights=["a12345-6740a31c"])
        await client.silence()
        site.broadcaster.take(changes_of(2))
        listed = await client.next()
        await client.send(type="subscribe", flights=None)
        await client.silence()
        site.broadcaster.take(changes_of(3))
        unlisted = await client.next()
    assert ([f["id"] for f in listed["updated"]], listed["gone"]) == (["a12345-6740a31c"], [])
    assert (unlisted["updated"], unlisted["gone"]) == ([], ["a12345-6740a31c"])


async def test_a_client_that_comes_back_is_told_what_it_missed(site: Site) -> None:
    site.broadcaster.take(changes_of(1, rows_of([1, 2, 3], lat=[50.0, 51.0, 52.0], lon=8.5)))
    site.broadcaster.take(
        changes_of(2, rows_of(2, row=[1], lat=51.1, lon=8.5, facts_tick=1), gone=rows_of(3, row=[2]))
    )
    async with site.stream() as client:
        await client.next()
        await client.send(type="subscribe", resume={"epoch": "9f3c21aa", "tick": 1, "view": "world"})
        answer = await client.next()
    assert (answer["since"], answer["tick"], answer["gone"]) == (1, 2, ["000003-6740a31c"])
    assert [(flight["id"], flight["lat"]) for flight in answer["updated"]] == [("000002-6740a31c", 51.1)]


async def test_a_client_that_missed_nothing_goes_on_with_the_next_tick(site: Site) -> None:
    site.broadcaster.take(changes_of(1, rows_of(1, **OVER_FRANKFURT)))
    async with site.stream() as client:
        await client.next()
        await client.send(type="subscribe", resume={"epoch": "9f3c21aa", "tick": 1, "view": "world"})
        await client.silence()
        site.broadcaster.take(changes_of(2))
        answer = await client.next()
    assert (answer["since"], answer["tick"], answer["updated"]) == (1, 2, [])


@pytest.mark.parametrize(
    "resume",
    [
        {"epoch": "00000000", "tick": 1, "view": "world"},
        {"epoch": "9f3c21aa", "tick": 1, "view": View.of(5, 45, 16, 55).name},
        {"epoch": "9f3c21aa", "tick": 0, "view": "world"},
        {"epoch": "9f3c21aa", "tick": 99, "view": "world"},
    ],
)
async def test_a_resume_that_is_impossible_is_answered_by_a_fresh_picture(
    site: Site, resume: dict[str, object]
) -> None:
    site.broadcaster.take(changes_of(1, rows_of(0x4CA2D6, **OVER_FRANKFURT)))
    async with site.stream() as client:
        await client.next()
        await client.send(type="subscribe", resume=resume)
        answer = await client.next()
    assert (answer["since"], answer["tick"], len(answer["updated"])) == (0, 1, 1)


async def test_a_resume_on_a_connection_that_watches_already_starts_anew(site: Site) -> None:
    site.broadcaster.take(changes_of(1, rows_of(0x4CA2D6, **OVER_FRANKFURT)))
    async with site.stream("?bbox=") as client:
        await client.next()
        await client.next()
        await client.send(type="subscribe", resume={"epoch": "9f3c21aa", "tick": 1, "view": "world"})
        await client.silence()
        site.broadcaster.take(changes_of(2))
        answer = await client.next()
    assert (answer["since"], answer["tick"], len(answer["updated"])) == (0, 2, 1)


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("{", "bad_request"),
        ('{"type":"subscribe","bbox":[5,45,16]}', "bad_request"),
        ('{"type":"subscribe","bbox":[5,55,16,45]}', "bad_request"),
        ('{"type":"subscribe","box":[5,45,16,55]}', "bad_request"),
        ('{"type":"subscribe","flights":["none"]}', "bad_request"),
        ('{"type":"unsubscribe"}', "bad_request"),
        ('{"type":"subscribe","filter":{"colour":"red"}}', "bad_request"),
        ('{"type":"subscribe","filter":{"squawk":"9999"}}', "bad_request"),
        ('{"type":"subscribe","at":"2026-11-22T09:00:00Z"}', "unsupported"),
        ('{"type":"subscribe","at":"2026-11-22T09:00:00Z","speed":10}', "unsupported"),
        ('{"type":"ping"' + " " * 16384 + "}", "too_large"),
    ],
)
async def test_a_bad_request_is_answered_and_costs_nothing(site: Site, text: str, code: str) -> None:
    site.broadcaster.take(changes_of(1))
    async with site.stream("?bbox=5,45,16,55") as client:
        await client.next()
        await client.next()
        await client.socket.send(text)
        answer = await client.next()
        site.broadcaster.take(changes_of(2, rows_of(0x4CA2D6, **OVER_FRANKFURT)))
        assert len((await client.next())["updated"]) == 1
    assert (answer["type"], answer["code"]) == ("error", code)
    assert answer["message"].endswith(".")


async def test_a_binary_message_is_answered_by_an_error(site: Site) -> None:
    async with site.stream() as client:
        await client.next()
        await client.socket.send(b"{}")
        assert (await client.next())["code"] == "bad_request"


async def test_an_unknown_parameter_of_the_address_is_answered_by_an_error(site: Site) -> None:
    async with site.stream("?zoom=5") as client:
        await client.next()
        assert (await client.next())["code"] == "unsupported"


async def test_a_ping_is_answered_with_the_stream_time(site: Site) -> None:
    async with site.stream() as client:
        await client.next()
        await client.send(type="ping")
        assert await client.next() == {"type": "pong", "time": "2024-11-22T15:45:09.500Z"}


async def test_a_message_over_64_kib_closes_the_connection(site: Site) -> None:
    async with site.stream() as client:
        await client.socket.send("x" * 70_000)
        assert await client.closed() == 1009


async def test_a_flood_of_messages_closes_the_connection(site: Site) -> None:
    async with site.stream() as client:
        for _ in range(60):
            await client.send(type="ping")
        assert await client.closed() == 1008


async def test_a_text_that_is_not_utf8_closes_the_connection_without_a_word_in_the_log(site: Site) -> None:
    async with site.stream() as client:
        await client.socket.send(b"\xff\xfe", text=True)
        assert await client.closed() == 1007


async def test_the_stream_ends_with_1012_when_the_server_stops() -> None:
    async with AsyncExitStack() as client_leaves:
        async with Site().serving() as site:
            client = await client_leaves.enter_async_context(site.stream("?bbox="))
            await client.next()
        assert await client.closed() == 1012


@pytest.mark.parametrize(
    ("offered", "chosen"),
    [
        ([], None),
        ([JSON], JSON),
        ([BINARY, JSON], BINARY),
        ([JSON, Subprotocol("aerotrack.key.s3cret")], JSON),
    ],
)
async def test_the_first_subprotocol_we_speak_is_chosen_and_a_key_never_echoed(
    site: Site, offered: list[Subprotocol], chosen: Subprotocol | None
) -> None:
    async with site.stream(subprotocols=offered or None) as client:
        assert client.socket.subprotocol == chosen
        assert (await client.next())["type"] == "hello"


async def test_a_client_that_speaks_only_other_subprotocols_is_told_so(site: Site) -> None:
    with pytest.raises(InvalidStatus) as refused:
        async with site.stream(subprotocols=[Subprotocol("mqtt")]):
            pass
    assert refused.value.response.status_code == 400
    assert b"offer aerotrack.v1.json" in (refused.value.response.body or b"")


@pytest.mark.parametrize(
    "origin", ["http://evil.example", "null", "http://127.0.0.1.evil.example", "http://127.0.0.1:1"]
)
async def test_pages_of_others_may_not_open_the_stream(site: Site, origin: str) -> None:
    with pytest.raises(InvalidStatus) as refused:
        async with site.stream(origin=origin):
            pass
    assert refused.value.response.status_code == 403


async def test_our_own_page_may_open_the_stream(site: Site) -> None:
    async with site.stream(origin=site.url.rstrip("/")) as client:
        assert (await client.next())["type"] == "hello"


@pytest.mark.parametrize("options", [{"allow_origins": ["https://map.example"]}])
async def test_pages_of_an_allowed_origin_may_open_the_stream(site: Site) -> None:
    async with site.stream(origin="https://map.example") as client:
        assert (await client.next())["type"] == "hello"


async def test_a_client_that_does_not_read_skips_ticks_and_holds_up_nobody(site: Site) -> None:
    world = rows_of(range(1, 3000), lat=50.0, lon=8.5)
    site.broadcaster.take(changes_of(1, world))
    async with site.stream("?bbox=", max_queue=1) as slow, site.stream("?bbox=") as brisk:
        await brisk.next()
        for tick in range(2, 40):
            site.broadcaster.take(changes_of(tick, {**world, "altitude_ft": world["altitude_ft"] * 0 + tick}))
            message = await brisk.next()
            while message.get("more") or message["tick"] != tick:
                message = await brisk.next()
        messages = [await slow.next()]
        while messages[-1]["type"] == "hello" or messages[-1].get("more") or messages[-1]["tick"] < 39:
            messages.append(await slow.next())
    ticks = [(message["since"], message["tick"]) for message in messages[1:]]
    assert len(set(ticks)) < 39
    assert [since for since, _ in dict.fromkeys(ticks)][1:] == [tick for _, tick in dict.fromkeys(ticks)][:-1]


async def test_the_stream_counts_its_clients(site: Site) -> None:
    async with site.stream() as client:
        await client.next()
        assert site.broadcaster.clients == 1


async def test_plain_http_is_told_to_open_a_websocket(site: Site) -> None:
    answer = await site.get("/api/v1/stream")
    assert answer.status_code == 426
    assert "WebSocket" in answer.json()["detail"]


async def test_every_value_of_zero_reaches_the_client(site: Site) -> None:
    zeros = {
        "lat": 0.0,
        "altitude_ft": 0,
        "on_ground": False,
        "ground_speed_kt": 0.0,
        "track_deg": 0.0,
        "squawk": "0000",
        "nic": 0,
    }
    site.broadcaster.take(changes_of(1, rows_of(1, START, **dict.fromkeys(zeros, 0), lon=0)))
    async with site.stream("?bbox=") as client:
        await client.next()
        (flight,) = (await client.next())["updated"]
    assert {name: flight[name] for name in zeros} == zeros


@pytest.mark.parametrize("options", [{"room": Room(clients=1)}])
async def test_who_finds_no_place_is_told_so(site: Site) -> None:
    async with site.stream() as client:
        await client.next()
        with pytest.raises(InvalidStatus) as refused:
            async with site.stream():
                pass
    assert refused.value.response.status_code == 503
    assert b"All 1 places" in (refused.value.response.body or b"")
    await eventually(lambda: not site.broadcaster.clients)
    async with site.stream() as client:
        await client.next()


class DeafSink:
    """Where frames go that no one reads."""

    ready = False
    drained = None
    waiting = 0

    def push(self, frames: Sequence[bytes]) -> None:
        raise AssertionError(frames)


@asynccontextmanager
async def knocking(app: ASGIApp, host: str) -> AsyncIterator[asyncio.Queue[Any]]:
    """Open a connection from another machine; give what the app answers."""
    answers: asyncio.Queue[Any] = asyncio.Queue()
    said: asyncio.Queue[Any] = asyncio.Queue()
    said.put_nowait({"type": "websocket.connect"})
    scope = {
        "type": "websocket",
        "path": "/api/v1/stream",
        "query_string": b"",
        "headers": [],
        "subprotocols": [],
        "client": (host, 50000),
        "extensions": {SINK: DeafSink(), "websocket.http.response": {}},
    }
    task = asyncio.create_task(app(scope, said.get, answers.put))  # type: ignore[arg-type]  a coroutine
    yield answers
    said.put_nowait({"type": "websocket.disconnect", "code": 1005})
    await task


@pytest.mark.parametrize("options", [{"room": Room(of_an_address=1)}])
async def test_the_connections_of_one_address_are_limited_but_not_our_own_machines(site: Site) -> None:
    async with site.stream() as one, site.stream() as two:
        await one.next()
        await two.next()
    app = site.app(room=Room(of_an_address=1))
    async with AsyncExitStack() as stack:
        first = await stack.enter_async_context(knocking(app, "192.0.2.7"))
        assert (await first.get())["type"] == "websocket.accept"
        second = await stack.enter_async_context(knocking(app, "192.0.2.7"))
        assert (await second.get())["status"] == 503
        other = await stack.enter_async_context(knocking(app, "192.0.2.8"))
        assert (await other.get())["type"] == "websocket.accept"
