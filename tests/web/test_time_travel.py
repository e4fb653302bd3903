import asyncio
from dataclasses import dataclass, field
from typing import Any

import pytest

from aerotrack.core.events import Event
from aerotrack.web.stream import Room
from fakes import START, FakePast, changes_of, rows_of, stored_positions
from web.harness import Client, Site, eventually

pytestmark = pytest.mark.asyncio(loop_scope="session")  # that of the stage

ONE, TWO = 1 << 32 | START, 2 << 32 | START
NOW = START + 1001.5
AT = "2024-11-22T15:38:28Z"  # START + 600
LATER = "2024-11-22T15:40:08Z"  # START + 700
TICK_S = 0.02


@dataclass
class Journey:
    """A site whose past is a flight that reports every second from START on, for 990 seconds."""

    past: FakePast = field(
        default_factory=lambda: FakePast(
            stored_positions(
                [ONE] * 991,
                [START + second for second in range(991)],
                lat=[second / 100 for second in range(991)],
                lon=8.0,
            )
        )
    )


@pytest.fixture
def journey() -> Journey:
    return Journey()


@pytest.fixture
def options(journey: Journey) -> dict[str, Any]:
    return {"past": journey.past, "tick_seconds": TICK_S}


async def until(client: Client, **members: Any) -> dict[str, Any]:
    """Read on to a message with these members."""
    while True:
        message: dict[str, Any] = await client.next()
        if members.items() <= message.items():
            return message


async def travel(client: Client, at: str = AT, **members: Any) -> tuple[dict[str, Any], dict[str, Any]]:
    """Go to a moment; return the hello and the first changes there."""
    await client.send(type="subscribe", at=at, **members)
    hello = await until(client, type="hello")
    while hello["epoch"] == "9f3c21aa":
        hello = await until(client, type="hello")
    return hello, await client.next()


async def test_a_moment_of_the_past_begins_a_time_line_of_its_own(site: Site) -> None:
    site.broadcaster.take(changes_of(1, rows_of(3, lat=50.0, lon=8.5)))
    async with site.stream("?bbox=") as client:
        await until(client, type="changes")
        hello, first = await travel(client, speed=0)
    assert hello["epoch"] != "9f3c21aa"
    assert (hello["time"], hello["speed"], hello["tick"]) == ("2024-11-22T15:38:28.000Z", 0, 1)
    assert (first["type"], first["since"], first["tick"]) == ("changes", 0, 1)
    assert first["time"] == "2024-11-22T15:38:28.000Z"
    (flight,) = first["updated"]
    assert (flight["id"], flight["lat"], flight["callsign"]) == ("000001-6740a31c", 6.0, "F1")


@pytest.mark.parametrize(("speed", "step"), [(1, TICK_S), (10, 0.2), (500, 10.0)])
async def test_a_tick_of_ours_is_as_many_of_the_past_as_the_speed_says(
    site: Site, speed: float, step: float
) -> None:
    async with site.stream() as client:
        _, first = await travel(client, speed=speed)
        told = first
        for _ in range(5):
            message = await until(client, type="changes")
            assert message["since"] == told["tick"]
            told = message
        ticks = told["tick"] - first["tick"]
    late = site_time(told) - START - 600
    assert late >= step * ticks - 0.01
    assert late == pytest.approx(step * round(late / step), abs=0.002)


def site_time(message: dict[str, Any]) -> float:
    hours, minutes, seconds = message["time"][11:-1].split(":")
    return START - (15 * 3600 + 28 * 60 + 28) + int(hours) * 3600 + int(minutes) * 60 + float(seconds)


async def test_what_is_told_of_the_past_is_counted_also_when_it_is_over(site: Site) -> None:
    async def figures() -> dict[str, Any]:
        stream: dict[str, Any] = (await site.get("/api/v1/stats")).json()["stream"]
        return stream

    async with site.stream() as client:
        assert (await figures())["replay_bytes"] == 0
        await travel(client, speed=0)
        during = await figures()
    assert during["replays"] == 1
    assert during["replay_bytes"] > 100
    async with asyncio.timeout(5):
        while (after := await figures())["replays"]:
            pass
    assert after["replay_bytes"] >= during["replay_bytes"]


async def test_the_flight_is_where_it_was_at_each_tick(site: Site) -> None:
    async with site.stream() as client:
        _, told = await travel(client, speed=50)
        for _ in range(10):
            assert told["updated"][0]["lat"] == int(site_time(told) - START) / 100
            told = await until(client, type="changes")


async def test_the_way_back_is_a_fresh_picture_of_the_present(site: Site) -> None:
    site.broadcaster.take(changes_of(7, rows_of(3, lat=50.0, lon=8.5)))
    async with site.stream("?bbox=") as client:
        await travel(client, speed=0)
        await client.send(type="subscribe", at=None)
        hello = await until(client, type="hello")
        first = await client.next()
    assert (hello["epoch"], hello["time"], hello["speed"]) == ("9f3c21aa", "2024-11-22T15:45:09.500Z", 1)
    assert (first["since"], [flight["id"] for flight in first["updated"]]) == (0, ["000003-6740a31c"])


async def test_a_replay_that_reaches_the_present_goes_over_to_it(site: Site) -> None:
    site.broadcaster.take(changes_of(7, rows_of(3, lat=50.0, lon=8.5)))
    async with site.stream("?bbox=") as client:
        await travel(client, speed=500)
        hello = await until(client, type="hello")
        assert (hello["epoch"], (await client.next())["since"]) == ("9f3c21aa", 0)


async def test_the_speed_alone_goes_on_with_the_same_time_line(site: Site) -> None:
    async with site.stream() as client:
        _, told = await travel(client, speed=0)
        await client.send(type="subscribe", speed=10)
        for _ in range(3):
            message = await client.next()
            assert (message["type"], message["since"]) == ("changes", told["tick"])
            told = message
        assert told["time"] > "2024-11-22T15:38:28.000Z"
        await client.send(type="subscribe", speed=0)
        await client.silence_of_changes() if hasattr(client, "silence_of_changes") else None


async def test_a_pause_reads_nothing_and_answers_what_is_asked(site: Site, journey: Journey) -> None:
    async with site.stream() as client:
        _, first = await travel(client, speed=0)
        asked = list(journey.past.asked)
        await client.send(type="subscribe", bbox=[-80, 35, -70, 45])
        answer = await client.next()
        assert (answer["since"], answer["gone"]) == (first["tick"], ["000001-6740a31c"])
        assert answer["time"] == first["time"]
        assert journey.past.asked == asked


async def test_a_jump_is_a_new_time_line_at_the_same_speed(site: Site, journey: Journey) -> None:
    async with site.stream() as client:
        hello, _ = await travel(client, speed=0)
        await client.send(type="subscribe", at=LATER)
        other = await until(client, type="hello")
        first = await client.next()
    assert other["epoch"] != hello["epoch"]
    assert (other["time"], other["speed"]) == ("2024-11-22T15:40:08.000Z", 0)
    assert first["updated"][0]["lat"] == 7.0


async def test_a_jump_gives_up_what_the_playback_reads(site: Site, journey: Journey) -> None:
    async with site.stream() as client:
        await travel(client, speed=10)
        journey.past.held.clear()
        before = len(journey.past.asked)
        await eventually(lambda: len(journey.past.asked) > before)
        await client.send(type="subscribe", at=None)
        await until(client, type="hello")
        await eventually(lambda: journey.past.given_up)
        journey.past.held.set()


async def test_a_client_that_leaves_ends_its_playback(site: Site, journey: Journey) -> None:
    async with site.stream() as client:
        await travel(client, speed=0)
        await client.send(type="subscribe", speed=10)
    asked = -1
    while asked != len(journey.past.asked):  # until nothing is read any more
        asked = len(journey.past.asked)
        await asyncio.sleep(10 * TICK_S)


async def test_until_the_past_has_a_picture_the_present_goes_on(site: Site, journey: Journey) -> None:
    site.broadcaster.take(changes_of(1, rows_of(3, lat=50.0, lon=8.5)))
    journey.past.held.clear()
    async with site.stream("?bbox=") as client:
        await until(client, type="changes")
        await client.send(type="subscribe", at=AT)
        await client.silence()
        site.broadcaster.take(changes_of(2, rows_of(3, lat=51.0, lon=8.5)))
        assert (await client.next())["since"] == 1
        journey.past.held.set()
        assert (await until(client, type="hello"))["time"] == "2024-11-22T15:38:28.000Z"


@pytest.mark.parametrize(
    "at",
    [
        "2024-11-22T15:45:10Z",
        "2999-01-01T00:00:00+01:00",
        "2024-11-22T15:28:27Z",
        "9999-12-31T23:59:59.9999Z",
        "0001-01-01T00:00:00Z",
    ],
)
async def test_a_moment_that_is_not_stored_is_an_error_that_names_the_earliest(site: Site, at: str) -> None:
    site.broadcaster.take(changes_of(1, rows_of(3, lat=50.0, lon=8.5)))
    async with site.stream("?bbox=") as client:
        await until(client, type="changes")
        await client.send(type="subscribe", at=at, bbox=[1, 2, 3, 4])
        error = await client.next()
        assert (error["type"], error["code"]) == ("error", "bad_moment")
        assert "from 2024-11-22T15:28:28.000Z to 2024-11-22T15:45:09.500Z" in error["message"]
        site.broadcaster.take(changes_of(2, rows_of(3, lat=51.0, lon=8.5)))
        assert (await client.next())["since"] == 1  # what it watched before goes on


async def test_without_a_past_there_is_no_moment_to_name(site: Site, journey: Journey) -> None:
    journey.past.positions = FakePast().positions
    async with site.stream("?bbox=") as client:
        await client.next()
        await client.send(type="subscribe", at=AT)
        assert "Nothing is stored yet" in (await until(client, type="error"))["message"]


@pytest.mark.parametrize(
    "asked",
    [
        {"at": "yesterday"}, {"at": "2024-11-22T15:38:28"}, {"at": "0001-01-01T00:00:00+23:59"}, {"at": ""},
        {"at": 5}, {"at": AT, "speed": 501}, {"at": AT, "speed": 0.05}, {"at": AT, "speed": -1},
        {"at": AT, "speed": "fast"}, {"speed": 10}, {"at": None, "speed": 2},
    ],
)  # fmt: skip
async def test_what_is_no_moment_and_no_speed_is_refused(site: Site, asked: dict[str, Any]) -> None:
    async with site.stream() as client:
        await client.next()
        await client.send(type="subscribe", **asked)
        error = await client.next()
    assert error["type"] == "error"
    assert error["code"] in {"bad_request", "bad_moment"}


async def test_the_default_speed_may_be_named_in_the_present(site: Site) -> None:
    site.broadcaster.take(changes_of(1))
    async with site.stream() as client:
        await client.next()
        await client.send(type="subscribe", at=None, speed=1)
        assert (await client.next())["type"] == "changes"


async def test_who_asks_for_the_same_shares_a_playback(site: Site, journey: Journey) -> None:
    async with site.stream() as one, site.stream() as other:
        first, _ = await travel(one, speed=10)
        second, _ = await travel(other, speed=10)
        assert first["epoch"] == second["epoch"]
        assert [question for question, _ in journey.past.asked].count("sky") == 1


async def test_who_changes_the_speed_of_a_shared_playback_leaves_it(site: Site) -> None:
    async with site.stream() as one, site.stream() as other:
        hello, _ = await travel(one, speed=0)
        await travel(other, speed=0)
        await other.send(type="subscribe", speed=10)
        assert (await until(other, type="hello"))["speed"] == 10
        await one.send(type="subscribe", speed=0)
        message = await one.next()
        assert (message["type"], message["time"]) == ("changes", hello["time"])


async def test_filters_lists_and_digests_are_those_of_the_present(site: Site, journey: Journey) -> None:
    times = [START + 600, START + 600]
    journey.past.positions = stored_positions(
        [ONE, TWO], times, lat=[50.0, 51.0], lon=8.0, altitude_ft=[1e4, 3e4]
    )
    async with site.stream() as client:
        _, first = await travel(client, speed=0, filter={"min_altitude_ft": 2e4})
        assert [flight["id"] for flight in first["updated"]] == ["000002-6740a31c"]
        await client.send(type="subscribe", filter=None, flights=["000001-6740a31c"], bbox=[0, 0, 1, 1])
        answer = await client.next()
        assert (answer["since"], [flight["id"] for flight in answer["updated"]]) == (0, ["000001-6740a31c"])


async def test_what_happened_is_told_again(site: Site, journey: Journey) -> None:
    journey.past.happened = [Event(ONE, "squawk", START + 601.0, {"squawk": "7700", "before": "1000"})]
    async with site.stream() as client:
        await travel(client, speed=10)
        event = await until(client, type="event")
    assert event["id"] == f"000001-6740a31c-squawk-{(START + 601) * 1000}"


async def test_a_database_that_goes_away_is_an_error_and_the_way_back(site: Site, journey: Journey) -> None:
    site.broadcaster.take(changes_of(1, rows_of(3, lat=50.0, lon=8.5)))
    async with site.stream("?bbox=") as client:
        await travel(client, speed=100)
        journey.past.broken = True
        error = await until(client, type="error")
        assert error["code"] == "history_unavailable"
        assert (await client.next())["epoch"] == "9f3c21aa"
        assert (await client.next())["since"] == 0


async def test_a_first_subscription_may_be_of_the_past(site: Site) -> None:
    async with site.stream(f"?bbox=&at={AT}&speed=0") as client:
        await client.next()
        assert (await client.next())["time"] == "2024-11-22T15:38:28.000Z"
        assert (await client.next())["since"] == 0


async def test_a_replay_is_resumed_with_a_fresh_picture(site: Site) -> None:
    async with site.stream() as client:
        hello, _ = await travel(client, speed=0)
    async with site.stream() as client:
        resume = {"epoch": hello["epoch"], "tick": 1, "view": "world"}
        other, first = await travel(client, speed=0, resume=resume)
        assert other["epoch"] != hello["epoch"]
        assert first["since"] == 0
        await client.send(type="subscribe", resume={"epoch": other["epoch"], "tick": 0})
        assert (await client.next())["since"] == 0


async def test_a_ping_is_answered_with_the_time_of_the_past(site: Site) -> None:
    async with site.stream() as client:
        await travel(client, speed=0)
        await client.send(type="ping")
        assert (await until(client, type="pong"))["time"] == "2024-11-22T15:38:28.000Z"


class TestFewReplays:
    """There is room for one."""

    @pytest.fixture
    def options(self, journey: Journey) -> dict[str, Any]:
        return {"past": journey.past, "tick_seconds": TICK_S, "room": Room(replays=1)}

    async def test_one_too_many_is_told_to_try_later(self, site: Site) -> None:
        async with site.stream() as one, site.stream() as other:
            await travel(one, speed=0)
            await other.next()
            await other.send(type="subscribe", at=LATER)
            error = await other.next()
            assert (error["code"], "try again later" in error["message"]) == ("too_many_replays", True)
            hello, _ = await travel(one, LATER, speed=0)  # whoever has one may jump
            assert hello["time"] == "2024-11-22T15:40:08.000Z"
            await one.send(type="subscribe", at=None)
            await until(one, type="hello")
            await travel(other, speed=0)
