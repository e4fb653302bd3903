"""Hostile clients of the stream: answered, or closed with the code that says why, at nobody else's cost."""

import logging
import tracemalloc
import zlib
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, suppress
from time import monotonic

import pytest

from integration.raw_client import (
    BINARY,
    CLOSE,
    CONTINUATION,
    PING,
    PONG,
    TEXT,
    UNNEGOTIATED,
    Airspace,
    RawClient,
    flying,
    frame,
)

COMPRESSION = "Sec-WebSocket-Extensions: permessage-deflate; client_max_window_bits"


@pytest.fixture(scope="module")
def shared() -> Iterator[Airspace]:
    with flying() as airspace:
        yield airspace


@pytest.fixture
def airspace(shared: Airspace, caplog: pytest.LogCaptureFixture) -> Iterator[Airspace]:
    """Give the airspace that all tests share, and make sure that no client gets a word into the log."""
    with caplog.at_level(logging.WARNING):
        yield shared
    assert not caplog.get_records("call")


@contextmanager
def allocating_at_most(most: int) -> Iterator[None]:
    """Hold the whole process, client and server, to so many bytes more than it has."""
    tracemalloc.start()
    try:
        yield
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    assert peak < most


def test_compression_is_offered_in_vain(airspace: Airspace) -> None:
    with RawClient(airspace, "", COMPRESSION) as client:
        response = client.response()
    assert response.startswith("HTTP/1.1 101")
    assert "extensions" not in response.lower()


def test_a_bomb_is_not_unpacked(airspace: Airspace) -> None:
    bomb = frame(TEXT, zlib.compress(bytes(60_000_000), 9, -zlib.MAX_WBITS), reserved=UNNEGOTIATED)
    with RawClient(airspace, "", COMPRESSION).greeted() as client, allocating_at_most(1_000_000):
        client.send(bomb)
        assert client.closed() == 1002


def test_a_subscribe_may_come_a_byte_at_a_time(airspace: Airspace) -> None:
    text = b'{"type":"subscribe","bbox":[5,45,16,55]}'
    with RawClient(airspace).greeted() as client:
        client.send(frame(TEXT, text[:1], fin=False))
        client.send(*(frame(CONTINUATION, text[i : i + 1], fin=False) for i in range(1, len(text))))
        client.send(frame(CONTINUATION))
        assert len(client.message()["updated"]) == 1


def test_a_message_without_end_closes_with_1009_at_64_kib(airspace: Airspace) -> None:
    part = frame(CONTINUATION, bytes(1024), fin=False)
    with RawClient(airspace).greeted() as client:
        client.send(frame(TEXT, fin=False), *[part] * 64, frame(PING))
        assert client.next() == (PONG, b"")
        client.send(frame(CONTINUATION, b"1", fin=False))
        assert client.closed() == 1009


@pytest.mark.parametrize("size", [1 << 16 | 1, 1 << 62, 1 << 63, (1 << 64) - 1])
def test_a_frame_that_claims_too_much_is_not_waited_for(airspace: Airspace, size: int) -> None:
    with RawClient(airspace).greeted() as client, allocating_at_most(1_000_000):
        client.send(frame(TEXT, claims=size))
        assert client.closed() == 1009


@pytest.mark.parametrize("text", [b"\xff", b"\xc0\xaf", b"\xed\xa0\x80", b"\xe2\x82", b"\xf4\x90\x80\x80"])
def test_a_text_that_is_not_utf8_closes_with_1007(airspace: Airspace, text: bytes) -> None:
    with RawClient(airspace).greeted() as client:
        client.send(frame(TEXT, text[:1], fin=False), frame(CONTINUATION, text[1:]))
        assert client.closed() == 1007


@pytest.mark.parametrize(
    "sent",
    [
        pytest.param(b"\x81\x02{}", id="unmasked"),
        pytest.param(frame(PING, bytes(126)), id="control frame of 126 bytes"),
        pytest.param(frame(CLOSE, bytes(126)), id="close frame of 126 bytes"),
        pytest.param(frame(PING, fin=False), id="control frame in parts"),
        pytest.param(frame(PING, reserved=UNNEGOTIATED), id="reserved bit"),
        pytest.param(frame(TEXT, b"{}", reserved=1), id="another reserved bit"),
        pytest.param(frame(3), id="opcode of the future"),
        pytest.param(frame(CONTINUATION, b"{}"), id="continuation of nothing"),
        pytest.param(frame(TEXT, fin=False) + frame(TEXT), id="message within a message"),
        pytest.param(frame(CLOSE, b"\x03"), id="half a code"),
        pytest.param(b"GET / HTTP/1.1\r\n\r\n", id="HTTP"),
    ],
)
def test_what_is_against_the_protocol_closes_with_1002(airspace: Airspace, sent: bytes) -> None:
    with RawClient(airspace).greeted() as client:
        client.send(sent)
        assert client.closed() == 1002


def test_a_flood_of_subscribes_closes_with_1008_and_costs_others_no_tick(airspace: Airspace) -> None:
    boxes = [b'{"type":"subscribe","bbox":[%d,0,%d,9]}' % (west, west + 1) for west in range(-180, 180)]
    subscribes = [frame(TEXT, box) for box in boxes] * 3

    def flood() -> int:
        with RawClient(airspace).greeted() as client:
            client.send(*subscribes)
            return client.closed()

    with RawClient(airspace, "?bbox=").greeted() as watcher, ThreadPoolExecutor(1) as hostile:
        told = first = watcher.message()["tick"]
        floods = [hostile.submit(flood) for _ in range(10)]
        while told < first + 20 or not floods[-1].done():
            tick = airspace.tick()
            news = watcher.message()
            assert (news["since"], news["tick"], len(news["updated"])) == (told, tick, 1)
            told = tick
    assert [flood.result() for flood in floods] == [1008] * 10


@pytest.mark.parametrize(
    "sent",
    [
        '{"type":"subscribe","bbox":[NaN,45,16,55]}',
        '{"type":"subscribe","bbox":[5,45,Infinity,55]}',
        '{"type":"subscribe","bbox":[-Infinity,45,16,55]}',
        '{"type":"subscribe","bbox":[1e400,45,16,55]}',
        '{"type":"subscribe","bbox":[5,45,1e308,55]}',
        '{"type":"subscribe","bbox":[5,45,361,55]}',
        '{"type":"subscribe","bbox":[5,45,16,91]}',
        '{"type":"subscribe","bbox":[5,55,16,45]}',
        '{"type":"subscribe","bbox":[5,45,16,55,0]}',
        '{"type":"subscribe","bbox":["5",45,16,55]}',
        '{"type":"subscribe","bbox":[null,45,16,55]}',
        '{"type":"subscribe","bbox":[true,45,16,55]}',
        '{"type":"subscribe","bbox":"5,45,16,55"}',
        '{"type":"subscribe","bbox":false}',
        '{"type":"subscribe","flights":"4ca2d6-6740a31c"}',
        '{"type":"subscribe","flights":[1]}',
        '{"type":"subscribe","flights":["4ca2d6-6740a31c\\u0000"]}',
        '{"type":"subscribe","flights":["\\ud800"]}',
        '{"type":"subscribe","precision_m":"0"}',
        '{"type":"subscribe","precision_m":1e999}',
        '{"type":"subscribe","resume":{"epoch":1,"tick":1}}',
        '{"type":"subscribe","resume":{"epoch":"9f3c21aa","tick":%s}}' % ("9" * 5000),
        '{"type":"subscribe","filter":[]}',
        '{"type":"subscribe","at":1}',
        '{"type":"subscribe","bbox":[5,45,16,55],"zoom":5}',
        '{"type":"subscribe","type":"ping"}',
        '{"type":"unsubscribe"}',
        '{"type":["subscribe"]}',
        '{"\\ud800":1}',
        '{"type":"ping"}{"type":"ping"}',
        '\ufeff{"type":"ping"}',
        "\0",
        '{"type":"subscribe","zoom":' + "[" * 8000 + "]" * 8000 + "}",
        '{"type":"subscribe","filter":{"callsign":' + "[" * 8000 + "]" * 8000 + "}}",
        "[" * 16_000,
    ],
    ids=lambda sent: ascii(sent)[:60],
)
def test_nonsense_is_answered_by_an_error_and_the_subscription_goes_on(airspace: Airspace, sent: str) -> None:
    with RawClient(airspace, "?bbox=5,45,16,55").greeted() as client:
        before = client.message()
        client.send(frame(TEXT, sent.encode()))
        error = client.message()
        tick = airspace.tick()
        after = client.message()
    assert (error["type"], error["code"]) == ("error", "bad_request")
    assert error["message"].endswith(".")
    assert (after["since"], after["tick"], after["view"]) == (before["tick"], tick, before["view"])
    assert len(after["updated"]) == 1


def test_a_binary_message_is_answered_by_an_error_and_the_subscription_goes_on(airspace: Airspace) -> None:
    with RawClient(airspace, "?bbox=5,45,16,55").greeted() as client:
        before = client.message()
        client.send(frame(BINARY, b'{"type":"ping"}'))
        error = client.message()
        airspace.tick()
        assert client.message()["since"] == before["tick"]
    assert (error["type"], error["code"]) == ("error", "bad_request")
    assert "text" in error["message"]


@pytest.mark.parametrize("box", [b"[170,45,-170,55]", b"[170,45,190,55]", b"[-190,45,-170,55]"])
def test_a_box_may_cross_180_degrees(airspace: Airspace, box: bytes) -> None:
    airspace.tick(lon=0.0)
    with RawClient(airspace).greeted() as client:
        client.send(frame(TEXT, b'{"type":"subscribe","bbox":%b}' % box))
        assert client.message()["updated"] == []
        seen = []
        for lon in (179.5, -179.5, 160.0):
            airspace.tick(lon)
            news = client.message()
            seen.append((len(news["updated"]), len(news["gone"])))
    assert seen == [(1, 0), (1, 0), (0, 1)]


@pytest.mark.parametrize("sent", [frame(PONG), frame(TEXT, b"1")], ids=["pongs", "texts"])
def test_a_flood_of_tiny_frames_holds_up_nobody(sent: bytes) -> None:
    flood = sent * 1_000_000

    def hostile() -> None:
        with RawClient(alone).greeted() as client, suppress(OSError):
            client.socket.settimeout(2)
            client.send(flood)

    with flying() as alone, RawClient(alone, "?bbox=").greeted() as watcher:
        watcher.message()
        waits = []
        with ThreadPoolExecutor(1) as thread:
            flooding = thread.submit(hostile)
            while not flooding.done():
                asked = monotonic()
                alone.tick()
                watcher.message()
                waits.append(monotonic() - asked)
        flooding.result()
    assert max(waits) < 1


def test_a_client_that_pings_and_does_not_read_is_not_stored_up_for(airspace: Airspace) -> None:
    pings = frame(PING, bytes(125)) * 128_000
    with RawClient(airspace, takes=4096).greeted() as client:
        client.socket.settimeout(2)
        with allocating_at_most(1_000_000), suppress(OSError):
            client.send(pings)


def test_a_message_of_endless_empty_parts_is_closed(airspace: Airspace) -> None:
    with RawClient(airspace).greeted() as client:
        client.socket.settimeout(20)
        client.send(frame(TEXT, fin=False), frame(CONTINUATION, fin=False) * 20_000, frame(PING))
        opcode, _ = client.next()
    assert opcode == CLOSE


@pytest.mark.parametrize(
    ("query", "header"),
    [("?flights=" + "x" * 9000, "X: y"), ("", "Cookie: " + "x" * 9000), ("", "Content-Length: 5")],
    ids=["path", "header", "body"],
)
def test_a_handshake_that_cannot_be_read_is_not_left_waiting(
    airspace: Airspace, query: str, header: str
) -> None:
    with RawClient(airspace, query, header) as client:
        client.socket.settimeout(2)
        assert client.response()[:10] in {"", "HTTP/1.1 4"}
