import socket
from contextlib import aclosing

import pytest

from aerotrack.decode.sbs import Sbs
from aerotrack.errors import FeedError
from aerotrack.sources.udp import WAITING_BYTES, Datagrams, UdpListener
from sources.feeders import NOON, rows_until, sbs


def listener(port: int = 0, silence: float = 5.0) -> UdpListener:
    return UdpListener("roof", "udp+sbs://:0", "127.0.0.1", port, Sbs, lambda: NOON, silence)


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


async def test_a_port_that_is_taken_is_said_so() -> None:
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as taken:
        taken.bind(("127.0.0.1", 0))
        with pytest.raises(FeedError, match="cannot listen on"):
            await anext(listener(taken.getsockname()[1]).observations())
