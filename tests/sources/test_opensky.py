import asyncio
import math
from collections.abc import AsyncIterator
from contextlib import aclosing, asynccontextmanager

import pytest

from aerotrack.decode.opensky import OpenSky
from aerotrack.errors import FeedError
from aerotrack.sources.opensky import Account, Box, Client, OpenSkyCourtesy, account_of, cost, query
from aerotrack.sources.poll import HttpDocument, Poll
from aerotrack.sources.turns import Turns
from sources.feeders import NOON
from sources.opensky_server import FakeOpenSky

USER = Client("me", "hush")
CITY: Box = (8.0, 49.0, 10.0, 51.0)


class Watch:
    """A clock that is set by hand."""

    def __init__(self) -> None:
        self.time = 0.0

    def __call__(self) -> float:
        return self.time


async def at_once(_seconds: float) -> None:
    """Waits for nothing."""


def account(client: Client | None = USER) -> Account:
    return Account(client, Turns(sleep=at_once))


def courtesy(
    server: FakeOpenSky | None = None, watch: Watch | None = None, *, client: Client | None = USER,
    box: Box | None = CITY, least: float | None = None, now: float = NOON, of: Account | None = None,
) -> OpenSkyCourtesy:  # fmt: skip
    tokens = f"{server.url}/token" if server else "http://127.0.0.1:1/"
    return OpenSkyCourtesy(
        box=box, client=client, clock=lambda: now, least=least, tokens=tokens, monotonic=watch or Watch(),
        spread=lambda low, _high: low, account=of or account(client),
    )  # fmt: skip


@asynccontextmanager
async def asking(server: FakeOpenSky, manners: OpenSkyCourtesy) -> AsyncIterator[HttpDocument]:
    http = HttpDocument(f"{server.url}/states/all?{query(CITY)}", manners)
    try:
        yield http
    finally:
        await http.close()


async def pause_of(http: HttpDocument) -> float:
    """What one fetch, which fails, wants the feed to wait."""
    with pytest.raises(FeedError) as error:
        await http.fetch()
    assert "hush" not in str(error.value)
    assert "token1" not in str(error.value)
    assert error.value.pause is not None
    return error.value.pause


async def test_a_token_is_got_once_and_renewed_before_it_expires() -> None:
    server, watch = FakeOpenSky(), Watch()
    async with server.running(), asking(server, courtesy(server, watch)) as http:
        for watch.time, tokens in ((0, 1), (1, 1), (1679, 1), (1681, 2), (3000, 2)):
            assert await http.fetch()
            assert server.tokens == tokens
    assert server.states[0] == "/states/all?lamin=49.0&lomin=8.0&lamax=51.0&lomax=10.0&extended=1"


async def test_who_is_anonymous_shows_nothing() -> None:
    server = FakeOpenSky(secret="none")
    async with server.running(), asking(server, courtesy(server, client=None)) as http:
        assert await http.fetch()
    assert server.tokens == 0


async def test_a_token_that_is_revoked_is_renewed_once() -> None:
    server = FakeOpenSky()
    async with server.running(), asking(server, courtesy(server)) as http:
        assert await http.fetch()
        server.revoked = True
        assert await pause_of(http) == 1.0
        assert await http.fetch()
    assert server.tokens == 2


async def test_a_new_token_that_is_refused_is_the_end() -> None:
    server = FakeOpenSky(revoked=True)
    async with server.running(), asking(server, courtesy(server)) as http:
        assert await pause_of(http) == math.inf


async def test_a_secret_that_is_wrong_is_the_end_and_says_what_to_check() -> None:
    server = FakeOpenSky(secret="changed")
    async with server.running(), asking(server, courtesy(server)) as http:
        with pytest.raises(FeedError, match="check AEROTRACK_OPENSKY_CLIENT_ID") as error:
            await http.fetch()
    assert error.value.pause == math.inf
    assert server.states == []


async def test_who_is_forbidden_does_not_ask_again() -> None:
    server = FakeOpenSky(forbidden=True)
    async with server.running(), asking(server, courtesy(server)) as http:
        assert await pause_of(http) == math.inf


async def test_who_has_spent_all_credits_waits_as_long_as_he_is_told() -> None:
    server = FakeOpenSky(limited=4711)
    async with server.running(), asking(server, courtesy(server)) as http:
        assert await pause_of(http) == 4711.0
        server.limited = 0
        assert await http.fetch()


async def test_an_outage_is_waited_out_ever_longer_and_the_way_back_is_no_storm() -> None:
    server = FakeOpenSky()
    async with server.running(), asking(server, courtesy(server)) as http:
        assert await http.fetch()
        server.down = True
        assert [await pause_of(http) for _ in range(3)] == [10.0, 20.0, 40.0]
        server.down = False
        assert await http.fetch()
        server.down = True
        assert await pause_of(http) == 10.0
    assert len(server.states) == 2


async def test_tokens_may_be_out_as_well() -> None:
    server = FakeOpenSky(down=True)
    async with server.running(), asking(server, courtesy(server)) as http:
        assert [await pause_of(http) for _ in range(2)] == [10.0, 20.0]
    gone = courtesy()
    async with asking(server, gone) as http:
        assert await pause_of(http) == 10.0


@pytest.mark.parametrize(
    "gives", [b"", b"{}", b'{"access_token":"a\\nb"}', b'{"access_token":7}', b"x" * 70_000]
)
async def test_a_token_that_is_none_is_a_failure(gives: bytes) -> None:
    server = FakeOpenSky(gives=gives)
    async with server.running(), asking(server, courtesy(server)) as http:
        assert await pause_of(http) == 10.0
    assert server.states == []


async def test_the_feed_reads_states_at_the_pace_of_its_credits() -> None:
    server = FakeOpenSky(credits=101)
    async with server.running():
        manners = courtesy(server)
        poll = Poll(
            name="world", url="opensky:", fetcher=lambda: HttpDocument(f"{server.url}/states/all", manners),
            clock=lambda: NOON, decoder=OpenSky(), interval=manners.interval,
        )  # fmt: skip
        async with aclosing(poll.observations()) as observations:
            read = await anext(observations)
    assert (len(read), read.feed, read.interval) == (1, "world", 432.0)


@pytest.mark.parametrize(
    ("box", "credits_"),
    [((0, 0, 5, 5), 1), ((0, 0, 10, 10), 2), ((0, 0, 20, 20), 3), ((0, 0, 21, 20), 4), (None, 4)],
)
def test_a_request_costs_by_the_area_of_its_box(box: Box | None, credits_: int) -> None:
    assert cost(box) == credits_


@pytest.mark.parametrize(
    ("remaining", "hour", "box", "interval"),
    [
        ("400", 0, None, 864.0), ("400", 12, None, 432.0), ("200", 12, CITY, 216.0),
        ("100000", 12, CITY, 10.0), ("1", 23.9, CITY, 3600.0), ("0", 0, None, 86400.0),
        ("many", 0, CITY, 216.0), ("9" * 5000, 0, CITY, 10.0),
    ],
)  # fmt: skip
def test_what_is_left_of_the_credits_is_spread_over_what_is_left_of_the_day(
    remaining: str, hour: float, box: Box | None, interval: float
) -> None:
    manners = courtesy(client=None, box=box, now=NOON + (hour - 12) * 3600)
    manners.answered({"X-Rate-Limit-Remaining": remaining})
    assert manners.interval() == pytest.approx(interval)


def test_before_the_first_answer_the_credits_are_those_of_a_day() -> None:
    assert courtesy(client=None, box=None, now=NOON - 12 * 3600).interval() == 864.0
    assert courtesy(box=None, now=NOON - 12 * 3600).interval() == pytest.approx(86.4)


def test_the_user_may_have_it_slower_but_not_faster() -> None:
    assert courtesy(least=300.0).interval() == 300.0
    assert courtesy(least=0.1).interval() == pytest.approx(10.8)


def test_a_secret_is_not_shown() -> None:
    assert "hush" not in repr(USER)


def test_two_boxes_share_the_credits_and_a_box_that_is_gone_leaves_them_to_the_other() -> None:
    both = account()
    world, city = courtesy(box=None, of=both), courtesy(of=both)
    assert world.interval() == city.interval() == pytest.approx(43_200 * (4 + 1) / 4000)
    city.answered({"X-Rate-Limit-Remaining": "1000"})
    assert world.interval() == pytest.approx(43_200 * (4 + 1) / 1000)
    del city
    assert world.interval() == pytest.approx(43_200 * 4 / 1000)


def test_the_sources_of_a_client_have_one_account_and_those_of_another_have_theirs() -> None:
    ours = account_of(USER)
    assert account_of(Client("me", "hush")) is ours
    assert account_of(None) is not ours


async def test_two_boxes_share_a_token_and_leave_the_server_alone_together() -> None:
    slept: list[float] = []

    async def sleep(seconds: float) -> None:
        slept.append(seconds)

    server, both = FakeOpenSky(), Account(USER, Turns(lambda: 100.0, sleep))
    async with server.running():
        here, there = (courtesy(server, of=both) for _ in "ab")
        async with asking(server, here) as first, asking(server, there) as second:
            assert await asyncio.gather(first.fetch(), second.fetch())
            assert server.tokens == 1
            here.refused(429, {"Retry-After": "300"})
            await second.fetch()
    assert slept == [1.0, 300.0]
