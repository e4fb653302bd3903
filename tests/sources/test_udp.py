import socket
from contextlib import aclosing

import pytest

from aerotrack.errors import FeedError
from aerotrack.sources.formats import LIVE
from aerotrack.sources.udp import WAITING_BYTES, Datagrams, UdpListener
from sources.feeders import NOON, rows_until, sbs


def listener(port: int = 0, silence: float = 5.0, host: str = "127.0.0.1") -> UdpListener:
    return UdpListener("roof", "udp+sbs://:0#roof", host, port, LIVE["sbs"], lambda: NOON, silence)


def send(port: int, *datagrams: bytes) -> None:
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as sender:
        for datagram in datagrams:
            sender.sendto(datagram, ("127.0.0.1", port))


async def test_datagrams_of_several_senders_are_heard() -> None:
    source = listener()
    async with aclosing(source.observations()) as observations:
        await anext(observations)
        send(source.port, sbs(1, "000001"))
        send(source.port, sbs(2, "000002"))
        batches = await rows_until(observations, 2)
    assert {address for batch in batches for address in batch.address.tolist()} == {1, 2}
    assert {batch.feed for batch in batches} == {"roof"}


async def test_a_datagram_that_is_cut_off_does_not_spoil_the_next() -> None:
    source = listener()
    async with aclosing(source.observations()) as observations:
        await anext(observations)
        send(source.port, sbs(1)[:40], sbs(2).rstrip())
        batches = await rows_until(observations, 1)
    assert sum(batch.refused.get("bad_line", 0) for batch in batches) == 1


def test_what_comes_faster_than_it_is_read_is_dropped_and_counted() -> None:
    datagrams = Datagrams()
    for _ in range(WAITING_BYTES // 1000 + 5):
        datagrams.datagram_received(b"x" * 999, ("127.0.0.1", 1))
    lines, dropped = datagrams.taken()
    assert (lines.count(b"\n"), dropped) == (WAITING_BYTES // 1000, 5)
    assert datagrams.taken() == (b"", 0)


def test_datagrams_without_content_do_not_pile_up() -> None:
    datagrams = Datagrams()
    for _ in range(WAITING_BYTES + 5):
        datagrams.datagram_received(b"", ("127.0.0.1", 1))
    assert datagrams.taken()[1] == 5


async def test_a_feed_that_says_nothing_is_given_up() -> None:
    observations = listener(silence=0.05).observations()
    await anext(observations)
    with pytest.raises(FeedError, match="no message for"):
        await anext(observations)


async def test_datagrams_in_another_format_are_told_in_which() -> None:
    source = listener()
    async with aclosing(source.observations()) as observations:
        await anext(observations)
        send(source.port, *[b"*8D4CA2D6;" * 20] * 6)
        with pytest.raises(FeedError, match=r"sends another format, AVR; write udp\+avr://:0#roof\."):
            await rows_until(observations, 1)


async def test_a_host_that_can_have_no_address_is_an_error() -> None:
    with pytest.raises(FeedError, match=r"cannot listen on a\.\.b:0: that is no name of a host"):
        await anext(listener(host="a..b").observations())


async def test_a_port_that_is_taken_is_said_so() -> None:
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as taken:
        taken.bind(("127.0.0.1", 0))
        with pytest.raises(FeedError, match="cannot listen on"):
            await anext(listener(taken.getsockname()[1]).observations())
