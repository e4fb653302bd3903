import asyncio
import json
import logging
from collections.abc import AsyncGenerator
from typing import Any

import numpy as np
import pytest

import aerotrack.client
from aerotrack.client import Changes, LiveSky, StreamError
from aerotrack.client.live import EVENTS_KEPT
from aerotrack.core.values import moment
from aerotrack.errors import SettingsError
from client.fake_server import DEADLINE_S, FakeServer, Line
from client.packed import NOTHING, changes, digest, flights, hello, time_of

A, B, C = 0x4CA2D6, 0x3C6444, 0x14CA2D6
FIRST = flights([1, 2], [A, B], callsign=[b"EIN1", b"DLH2"], lat=[50.0, 51.0])
WRONG = '{"type":"digest","tick":1,"flights":2,"hash":"00000000"}'


async def first(line: Line) -> Any:
    """Answer the first subscribe with the flights of tick 1."""
    asked = await line.greets()
    await line.says(changes(0, 1, FIRST, feeds=["roof"]))
    return asked


async def first_only(line: Line) -> None:
    await first(line)
    await line.stays()


def sky_of(server: FakeServer, **options: Any) -> LiveSky:
    """Follow a server without patience."""
    return aerotrack.client.stream(server.url, **{"first_pause_s": 0.001, "longest_pause_s": 0.01, **options})


async def next_of(iteration: AsyncGenerator[Changes], server: FakeServer) -> Changes:
    told = await asyncio.wait_for(anext(iteration), DEADLINE_S)
    server.yielded.release()
    return told


async def ticks(sky: LiveSky, count: int, server: FakeServer) -> list[tuple[int, int]]:
    """Return `since` and `tick` of the next changes."""
    seen = []
    async with asyncio.timeout(DEADLINE_S):
        async for told in sky:
            seen.append((told.since, told.tick))
            server.yielded.release()
            if len(seen) == count:
                break
    return seen


async def until(condition: Any) -> None:
    async with asyncio.timeout(DEADLINE_S):
        while not condition():  # noqa: ASYNC110  no event tells
            await asyncio.sleep(0.001)


# What comes.


async def test_a_person_follows_the_sky_in_two_lines() -> None:
    async def script(line: Line) -> None:
        await first(line)
        await line.seen()
        await line.says(changes(1, 2, NOTHING, flights([1], A, lat=50.1), gone=[2]))
        await line.stays()

    seen = []
    async with FakeServer(script).serving() as server:
        async for told in aerotrack.client.stream(server.url, bbox=(5, 45, 16, 55)):
            seen.append((told.tick, len(told.updated["address"]), len(told.gone["address"])))
            server.yielded.release()
            if told.tick == 2:
                break
    assert seen == [(1, 2, 0), (2, 1, 1)]


async def test_the_first_word_says_what_is_to_be_watched() -> None:
    asked: list[Any] = []

    async def script(line: Line) -> None:
        asked.append(await first(line))
        await line.stays()

    wish = {
        "bbox": (5, 45, 16, 55),
        "flights": ["4ca2d6-6740a31c"],
        "precision_m": 611,
        "filter": {"callsign": "DLH"},
    }
    async with FakeServer(script).serving() as server:
        await ticks(sky_of(server, **wish), 1, server)
        await ticks(sky_of(server, bbox=None), 1, server)
    assert asked == [{"type": "subscribe", **wish, "bbox": [5, 45, 16, 55]}, {"type": "subscribe"}]


async def test_the_table_and_the_flights_are_those_of_the_last_changes() -> None:
    async def script(line: Line) -> None:
        await first(line)
        await line.seen()
        await line.says(changes(1, 2, NOTHING, flights([1], A, lat=50.1), gone=[2]))
        await line.stays()

    async with FakeServer(script).serving() as server:
        sky = sky_of(server)
        async with sky:
            iteration = aiter(sky)
            await next_of(iteration, server)
            assert {f["id"]: (f["callsign"], f["lat"], f["squawk"]) for f in sky.flights().values()} == {
                "4ca2d6-6740a31c": ("EIN1", 50.0, None),
                "3c6444-6740a31c": ("DLH2", 51.0, None),
            }
            await next_of(iteration, server)
    assert list(sky.flights()) == ["4ca2d6-6740a31c"]
    assert sky.flights()["4ca2d6-6740a31c"]["lat"] == 50.1
    assert (sky.table.tick, sky.table.live.tolist(), sky.table.feeds) == (2, [1], ("roof",))


async def test_the_parts_of_a_tick_come_as_one() -> None:
    async def script(line: Line) -> None:
        await line.greets()
        await line.says(changes(0, 1, flights([1], A), more=True, feeds=["roof"]))
        await line.says(changes(0, 1, flights([2], B)))
        await line.stays()

    async with FakeServer(script).serving() as server:
        told = await next_of(aiter(sky_of(server)), server)
    assert told.updated["address"].tolist() == [A, B]


async def test_who_takes_their_time_is_told_the_latest_values_at_once() -> None:
    second = {**FIRST, "lat": np.array([50.1, 51.0])}

    async def script(line: Line) -> None:
        await first(line)
        await line.seen()
        await line.says(changes(1, 2, NOTHING, flights([1], A, lat=50.1)), digest(2, second))
        await line.says(changes(2, 3, flights([3], C)), changes(3, 4, NOTHING, flights([1], A, lat=50.2)))
        await line.says(changes(4, 5, gone=[2]))

    async with FakeServer(script, first_only).serving() as server, sky_of(server) as sky:
        iteration = aiter(sky)
        await next_of(iteration, server)
        await until(lambda: sky._socket is not None and sky._socket.close_code is not None)
        told = await next_of(iteration, server)
    assert (told.since, told.tick) == (1, 5)
    assert told.updated["address"].tolist() == [C, A]
    assert told.updated["lat"].tolist()[1] == 50.2
    assert told.gone["address"].tolist() == [B]
    assert (sky.digests, sky.desyncs) == (1, 0)


async def test_what_was_left_in_the_systems_buffers_is_summed_up_too() -> None:
    all_said = asyncio.Event()

    async def script(line: Line) -> None:
        await first(line)
        await line.seen()
        for tick in range(2, 40):  # more than the library keeps, and more than is read at once
            await line.says(changes(tick - 1, tick, flights(range(1, 100), range(1, 100), lat=float(tick))))
        all_said.set()
        await line.stays()

    async with FakeServer(script).serving() as server, sky_of(server) as sky:
        iteration = aiter(sky)
        await next_of(iteration, server)
        await asyncio.wait_for(all_said.wait(), DEADLINE_S)
        told = [await next_of(iteration, server)]
        while told[-1].tick < 39:  # a machine that is very busy delivers with gaps
            told.append(await next_of(iteration, server))
    assert [one.since for one in told] == [1, *(one.tick for one in told[:-1])]
    assert len(told) < 38 / 8
    assert len(told[-1].updated["row"]) == 99


async def test_changes_that_were_taken_in_before_a_refusal_are_told_after_it() -> None:
    async def script(line: Line) -> None:
        await first(line)
        await line.seen()
        await line.says(changes(1, 2), '{"type":"error","code":"bad_request","message":"That is no box."}')

    async with FakeServer(script).serving() as server, sky_of(server) as sky:
        await ticks(sky, 1, server)
        await until(lambda: sky._socket is not None and sky._socket.close_code is not None)
        with pytest.raises(StreamError, match="That is no box"):
            await ticks(sky, 1, server)
        assert await ticks(sky, 1, server) == [(1, 2)]


async def test_events_are_kept_and_so_are_the_bytes_counted() -> None:
    event = {"id": "7", "kind": "takeoff", "flight": "4ca2d6-6740a31c", "place": "Köln"}
    told: list[str | bytes] = [
        hello(),
        json.dumps({"type": "event"} | event, ensure_ascii=False),
        changes(0, 1, FIRST),
    ]

    async def script(line: Line) -> None:
        await line.says(*told)
        await line.stays()

    async with FakeServer(script).serving() as server:
        sky = sky_of(server)
        await ticks(sky, 1, server)
    assert [*sky.events] == [event]
    assert sky.bytes_received == sum(len(m.encode() if isinstance(m, str) else m) for m in told)


async def test_of_many_events_the_latest_are_kept_and_the_others_counted() -> None:
    told = [json.dumps({"type": "event", "id": str(n), "kind": "takeoff"}) for n in range(EVENTS_KEPT + 3)]

    async def script(line: Line) -> None:
        await line.says(hello(), *told, changes(0, 1, FIRST))
        await line.stays()

    async with FakeServer(script).serving() as server:
        sky = sky_of(server)
        await ticks(sky, 1, server)
    assert (len(sky.events), sky.events[0]["id"], sky.events_forgotten) == (EVENTS_KEPT, "3", 3)


async def test_what_a_later_server_may_say_is_passed_over() -> None:
    async def script(line: Line) -> None:
        await line.says(hello(), '{"type":"weather"}', b"\x02\x00", changes(0, 1, FIRST))
        await line.stays()

    async with FakeServer(script).serving() as server:
        assert await ticks(sky_of(server), 1, server) == [(0, 1)]


# What is watched changes.


async def test_what_is_watched_changes_in_flight_by_the_members_that_are_named() -> None:
    asked: list[Any] = []

    async def script(line: Line) -> None:
        await first(line)
        asked.append(await line.asked())
        await line.says(changes(1, 2, view="elsewhere"))
        await line.stays()

    async with (
        FakeServer(script).serving() as server,
        sky_of(server, precision_m=611, filter={"feed": "roof"}) as sky,
    ):
        iteration = aiter(sky)
        await next_of(iteration, server)
        await sky.subscribe(bbox=(0, 40, 10, 50), filter=None)
        await next_of(iteration, server)
    assert asked == [{"type": "subscribe", "bbox": [0, 40, 10, 50], "filter": None}]


async def test_a_new_connection_asks_for_what_was_watched_last() -> None:
    asked: list[Any] = []

    async def leave_after_a_subscribe(line: Line) -> None:
        await first(line)
        await line.asked()

    async def script(line: Line) -> None:
        asked.append(await first(line))
        await line.stays()

    async with (
        FakeServer(leave_after_a_subscribe, script).serving() as server,
        sky_of(server, bbox=(5, 45, 16, 55), precision_m=611) as sky,
    ):
        iteration = aiter(sky)
        await next_of(iteration, server)
        await sky.subscribe(bbox=None, flights=["4ca2d6-6740a31c"])
        await next_of(iteration, server)
    del asked[0]["resume"]
    assert asked == [{"type": "subscribe", "precision_m": 611, "flights": ["4ca2d6-6740a31c"]}]


async def test_before_the_first_connection_a_subscribe_changes_what_it_will_ask_for() -> None:
    asked: list[Any] = []

    async def script(line: Line) -> None:
        asked.append(await first(line))
        await line.stays()

    async with FakeServer(script).serving() as server:
        sky = sky_of(server)
        await sky.subscribe(precision_m=76)
        await ticks(sky, 1, server)
    assert asked == [{"type": "subscribe", "precision_m": 76}]


async def test_a_subscribe_on_a_connection_that_is_lost_is_left_to_the_next_one() -> None:
    asked: list[Any] = []

    async def leave(line: Line) -> None:
        await first(line)

    async def script(line: Line) -> None:
        asked.append(await first(line))
        await line.stays()

    async with FakeServer(leave, script).serving() as server, sky_of(server) as sky:
        iteration = aiter(sky)
        await next_of(iteration, server)
        await until(lambda: sky._socket is not None and sky._socket.close_code is not None)
        await sky.subscribe(precision_m=76)
        await next_of(iteration, server)
    assert asked[0]["precision_m"] == 76


async def test_a_first_subscribe_that_is_refused_is_raised_in_the_servers_words() -> None:
    async def script(line: Line) -> None:
        await line.greets()
        await line.says('{"type":"error","code":"bad_request","message":"That is no box."}')
        await line.stays()

    async with FakeServer(script).serving() as server:
        with pytest.raises(StreamError, match=r"^That is no box\.$") as refused:
            await ticks(sky_of(server, bbox=(5, 4, 3, 2)), 1, server)
        await until(lambda: not server.open)
    assert refused.value.code == "bad_request"


async def test_after_a_later_refusal_what_was_watched_before_goes_on() -> None:
    asked: list[Any] = []

    async def refuse(line: Line) -> None:
        await first(line)
        await line.asked()
        await line.says('{"type":"error","code":"bad_request","message":"That is no box."}')
        await line.stays()

    async def script(line: Line) -> None:
        asked.append(await line.greets())
        await line.says(changes(1, 2))
        await line.stays()

    async with (
        FakeServer(refuse, script).serving() as server,
        sky_of(server, bbox=(5, 45, 16, 55)) as sky,
    ):
        await ticks(sky, 1, server)
        await sky.subscribe(bbox=(5, 4, 3, 2))
        with pytest.raises(StreamError, match=r"^That is no box\.$"):
            await ticks(sky, 1, server)
        assert await ticks(sky, 1, server) == [(1, 2)]
    assert asked[0]["bbox"] == [5, 45, 16, 55]
    assert sky.resumes == 1


# The picture is right, or it is asked for anew.


async def test_a_digest_that_agrees_is_counted() -> None:
    async def script(line: Line) -> None:
        await first(line)
        await line.says(digest(1, FIRST))
        await line.seen()
        await line.says(changes(1, 2))
        await line.stays()

    async with FakeServer(script).serving() as server:
        sky = sky_of(server)
        await ticks(sky, 2, server)
    assert (sky.digests, sky.desyncs) == (1, 0)


async def test_a_digest_that_differs_has_the_picture_sent_anew() -> None:
    asked: list[Any] = []

    async def script(line: Line) -> None:
        await first(line)
        await line.seen()
        await line.says(WRONG, changes(1, 2), WRONG, changes(2, 3))
        asked.append(await line.asked())
        await line.says(changes(0, 4, flights([3], C)), digest(4, flights([3], C)))
        await line.seen()
        await line.says(changes(4, 5))
        await line.stays()

    async with FakeServer(script).serving() as server:
        sky = sky_of(server)
        assert await ticks(sky, 3, server) == [(0, 1), (0, 4), (4, 5)]
    assert asked == [{"type": "subscribe", "resume": {"epoch": "9f3c21aa", "tick": 0}}]
    assert (sky.desyncs, sky.digests, sky.reconnects) == (1, 1, 0)
    assert sky.table.live.tolist() == [3]


@pytest.mark.parametrize(
    "hole",
    [
        [changes(2, 3)],  # not from tick 1
        [changes(1, 2, more=True), changes(2, 3)],  # the last part of tick 2 is missing
        [changes(1, 2, NOTHING, flights([9], C))],  # the facts of a flight are missing
    ],
)
async def test_a_hole_in_the_chain_has_the_picture_sent_anew(hole: list[bytes]) -> None:
    asked: list[Any] = []

    async def script(line: Line) -> None:
        await first(line)
        await line.seen()
        await line.says(*hole)
        asked.append(await line.asked())
        await line.says(changes(0, 4, FIRST))
        await line.stays()

    async with FakeServer(script).serving() as server:
        sky = sky_of(server)
        assert await ticks(sky, 2, server) == [(0, 1), (0, 4)]
    assert asked == [{"type": "subscribe", "resume": {"epoch": "9f3c21aa", "tick": 0}}]
    assert sky.desyncs == 1


async def test_a_picture_that_is_not_right_is_not_resumed() -> None:
    asked: list[Any] = []

    async def leave(line: Line) -> None:
        await first(line)
        await line.seen()
        await line.says(WRONG)
        await line.asked()

    async def script(line: Line) -> None:
        asked.append(await first(line))
        await line.stays()

    async with FakeServer(leave, script).serving() as server:
        sky = sky_of(server)
        assert await ticks(sky, 2, server) == [(0, 1), (0, 1)]
    assert asked == [{"type": "subscribe"}]
    assert (sky.reconnects, sky.resumes) == (1, 0)


# The connection comes and goes.


async def test_a_connection_that_is_lost_is_made_again_and_goes_on_where_it_left_off() -> None:
    asked: list[Any] = []

    async def restart(line: Line) -> None:
        await line.greets()
        await line.says(changes(0, 1, FIRST, view="7"), changes(1, 2, more=True))
        await line.socket.close(1012)

    async def script(line: Line) -> None:
        asked.append(await line.greets())
        await line.says(changes(1, 5, gone=[2], view="7"))
        await line.stays()

    async with FakeServer(restart, script).serving() as server:
        sky = sky_of(server, bbox=(5, 45, 16, 55))
        assert await ticks(sky, 2, server) == [(0, 1), (1, 5)]
    resume = {"epoch": "9f3c21aa", "tick": 1, "view": "7"}
    assert asked == [{"type": "subscribe", "bbox": [5, 45, 16, 55], "resume": resume}]
    assert (sky.reconnects, sky.resumes, sky.desyncs) == (1, 1, 0)
    assert sky.table.live.tolist() == [1]


async def test_a_server_that_has_started_anew_sends_a_fresh_picture() -> None:
    async def leave(line: Line) -> None:
        await first(line)

    async def script(line: Line) -> None:
        await line.greets("00000001")
        await line.says(changes(0, 1, flights([1], B), feeds=[]))
        await line.stays()

    async with FakeServer(leave, script).serving() as server:
        sky = sky_of(server)
        iteration = aiter(sky)
        await next_of(iteration, server)
        told = await next_of(iteration, server)
    assert told.gone["address"].tolist() == [A]
    assert (sky.reconnects, sky.resumes) == (1, 0)


async def test_an_epoch_is_resumed_that_the_picture_is_of_not_one_that_was_only_greeted() -> None:
    asked: list[Any] = []

    async def leave(line: Line) -> None:
        await first(line)

    async def greet_and_leave(line: Line) -> None:
        await line.greets("00000001")

    async def script(line: Line) -> None:
        asked.append(await first(line))
        await line.stays()

    async with FakeServer(leave, greet_and_leave, script).serving() as server:
        await ticks(sky_of(server), 2, server)
    assert asked[0]["resume"]["epoch"] == "9f3c21aa"


async def test_a_new_epoch_on_the_same_connection_begins_anew() -> None:
    asked: list[Any] = []

    async def jump(line: Line) -> None:
        await first(line)
        await line.seen()
        await line.says(hello("00000001"), changes(0, 1, FIRST))

    async def script(line: Line) -> None:
        asked.append(await first(line))
        await line.stays()

    async with FakeServer(jump, script).serving() as server:
        assert await ticks(sky_of(server), 3, server) == [(0, 1)] * 3
    assert asked[0]["resume"]["epoch"] == "00000001"


async def test_a_server_that_says_nothing_is_given_up() -> None:
    async def say_nothing(line: Line) -> None:
        await line.stays()

    async with FakeServer(say_nothing, first_only).serving() as server:
        sky = sky_of(server, silence_s=0.1)
        assert await ticks(sky, 1, server) == [(0, 1)]
        await until(lambda: server.open == 0)
    assert sky.reconnects == 1


async def test_a_server_may_be_silent_for_longer_than_its_tick() -> None:
    quiet = asyncio.Event()

    async def script(line: Line) -> None:
        await line.says(hello(tick_seconds=100.0))
        await asyncio.sleep(0.3)  # it is the silence that is tested
        quiet.set()
        await line.says(changes(0, 1, FIRST))
        await line.stays()

    async with FakeServer(script).serving() as server:
        sky = sky_of(server, silence_s=0.1)
        await ticks(sky, 1, server)
    assert quiet.is_set()
    assert sky.reconnects == 0


async def test_pauses_grow_up_to_the_longest_and_begin_anew_after_changes(
    caplog: pytest.LogCaptureFixture,
) -> None:
    full = (503, b'{"detail":"There is no room."}')

    async def leave(line: Line) -> None:
        await first(line)

    with caplog.at_level(logging.WARNING, "aerotrack.client"):
        async with FakeServer(leave, first_only, refuses=[full] * 4).serving() as server:
            sky = sky_of(server, first_pause_s=0.01, longest_pause_s=0.04)
            await ticks(sky, 2, server)
    assert sky.reconnects == 1
    said = [record.args for record in caplog.records if isinstance(record.args, tuple)]
    assert [args[0] for args in said[:4]] == ["There is no room."] * 4
    longest = [0.01, 0.02, 0.04, 0.04, 0.01]
    for args, most in zip(said, longest, strict=True):
        assert isinstance(args[1], float)
        assert most / 2 <= args[1] <= most


async def test_a_refusal_for_good_is_raised() -> None:
    async with FakeServer(first_only, refuses=[(403, b'{"detail":"Give a key."}')]).serving() as server:
        with pytest.raises(StreamError, match=r"^Give a key\.$"):
            await ticks(sky_of(server), 1, server)


async def test_a_key_is_shown_to_the_server() -> None:
    async with FakeServer(first_only).serving() as server:
        await ticks(sky_of(server, key="s3cret"), 1, server)
    assert server.offered == ["aerotrack.v1.binary, aerotrack.key.s3cret"]


# The past.


async def past_of(line: Line, epoch: str = "51c07e3d", speed: float = 1) -> None:
    """Go over to a replay: its hello, and one flight."""
    await line.says(hello(epoch, speed=speed), changes(0, 1, flights([5], C)))


async def test_the_first_word_may_name_a_moment_of_the_past_and_how_fast_to_play_from_there() -> None:
    asked: list[Any] = []

    async def script(line: Line) -> None:
        asked.append(await line.greets())
        await past_of(line, speed=10)
        await line.stays()

    async with FakeServer(script).serving() as server:
        sky = sky_of(server, at="2026-11-22T09:00:00Z", speed=10)
        assert await ticks(sky, 1, server) == [(0, 1)]
    assert asked == [{"type": "subscribe", "at": "2026-11-22T09:00:00Z", "speed": 10}]
    assert sky.table.live.tolist() == [5]


async def test_a_jump_is_a_picture_of_its_own_in_which_nothing_is_left_of_the_one_before() -> None:
    asked: list[Any] = []

    async def script(line: Line) -> None:
        await first(line)
        asked.append(await line.asked())
        await line.says(changes(1, 2))  # the present goes on until the past is there
        await past_of(line)
        await line.seen()
        await line.says(changes(1, 2))
        await line.stays()

    async with FakeServer(script).serving() as server, sky_of(server) as sky:
        iteration = aiter(sky)
        await next_of(iteration, server)
        await sky.subscribe(at="2026-11-22T09:00:00Z")
        told = [await next_of(iteration, server)]
        while sky.table.live.tolist() != [5]:
            told.append(await next_of(iteration, server))
        assert {*np.concatenate([one.gone["address"] for one in told]).tolist()} == {A, B}
        assert list(sky.flights()) == ["~4ca2d6-6740a31c"]
    assert asked == [{"type": "subscribe", "at": "2026-11-22T09:00:00Z"}]
    assert (sky.desyncs, sky.reconnects, sky.resumes) == (0, 0, 0)


async def test_a_speed_alone_goes_on_from_here_without_another_picture() -> None:
    asked: list[Any] = []

    async def script(line: Line) -> None:
        await line.greets()
        await past_of(line)
        asked.append(await line.asked())
        await line.says(changes(1, 2, NOTHING, flights([5], C, lat=52.0)))
        await line.stays()

    async with FakeServer(script).serving() as server, sky_of(server, at="2026-11-22T09:00:00Z") as sky:
        iteration = aiter(sky)
        await next_of(iteration, server)
        await sky.subscribe(speed=60)
        told = await next_of(iteration, server)
        assert [flight["lat"] for flight in sky.flights().values()] == [52.0]
    assert asked == [{"type": "subscribe", "speed": 60}]
    assert (told.since, told.tick) == (1, 2)


async def test_a_replay_that_is_cut_off_is_played_again_from_the_moment_it_had_come_to() -> None:
    asked: list[Any] = []

    async def leave(line: Line) -> None:
        await line.greets()
        await past_of(line, speed=10)
        await line.says(changes(1, 7, NOTHING, flights([5], C, lat=52.0)))

    async def script(line: Line) -> None:
        asked.append(await line.greets())
        await past_of(line, "0c5f0a11", speed=10)
        await line.stays()

    async with FakeServer(leave, script).serving() as server:
        sky = sky_of(server, bbox=(5, 45, 16, 55), at="2024-11-22T09:00:00Z", speed=10)
        async with sky:
            iteration = aiter(sky)
            while sky.table.tick < 7:
                await next_of(iteration, server)
            await next_of(iteration, server)
    again = {name: value for name, value in asked[0].items() if name != "resume"}
    came_to = moment(time_of(7))
    assert again == {"type": "subscribe", "bbox": [5, 45, 16, 55], "at": came_to, "speed": 10}
    assert (sky.reconnects, sky.resumes, sky.desyncs) == (1, 0, 0)
    assert sky.table.live.tolist() == [5]


@pytest.mark.parametrize("before", [None, "2024-11-22T12:00:00Z"])
async def test_a_jump_that_was_cut_off_is_asked_for_again_not_the_moment_that_was_watched_before(
    before: str | None,
) -> None:
    asked: list[Any] = []

    async def leave(line: Line) -> None:
        await line.greets()
        await (past_of(line) if before else line.says(changes(0, 1, FIRST)))
        await line.asked()
        await line.says(hello("0c5f0a11"))

    async def script(line: Line) -> None:
        asked.append(await line.greets())
        await past_of(line, "77b1e2d4")
        await line.stays()

    async with FakeServer(leave, script).serving() as server, sky_of(server, at=before) as sky:
        iteration = aiter(sky)
        await next_of(iteration, server)
        await sky.subscribe(at="2024-11-22T09:00:00Z")
        await next_of(iteration, server)
    assert asked[0]["at"] == "2024-11-22T09:00:00Z"


async def test_a_jump_that_is_refused_leaves_a_replay_at_the_moment_it_had_come_to() -> None:
    asked: list[Any] = []

    async def refuse(line: Line) -> None:
        await line.greets()
        await past_of(line)
        await line.asked()
        await line.says('{"type":"error","code":"bad_moment","message":"It lies in the future."}')
        await line.stays()

    async def script(line: Line) -> None:
        asked.append(await line.greets())
        await past_of(line, "77b1e2d4")
        await line.stays()

    async with (
        FakeServer(refuse, script).serving() as server,
        sky_of(server, at="2024-11-22T12:00:00Z") as sky,
    ):
        await ticks(sky, 1, server)
        await sky.subscribe(at="2124-11-22T12:00:00Z")
        with pytest.raises(StreamError, match="It lies in the future"):
            await ticks(sky, 1, server)
        await ticks(sky, 1, server)
    assert asked[0]["at"] == moment(time_of(1))


async def test_at_none_goes_back_to_the_present() -> None:
    asked: list[Any] = []

    async def script(line: Line) -> None:
        await line.greets()
        await past_of(line)
        asked.append(await line.asked())
        await line.says(hello(), changes(0, 9, FIRST))
        await line.stays()

    async def restarted(line: Line) -> None:
        asked.append(await first(line))
        await line.stays()

    async with FakeServer(script, restarted).serving() as server:
        sky = sky_of(server, at="2026-11-22T09:00:00Z", speed=10)
        async with sky:
            iteration = aiter(sky)
            await next_of(iteration, server)
            await sky.subscribe(at=None, speed=None)
            await next_of(iteration, server)
            assert sky.table.live.tolist() == [1, 2]
        await ticks(sky, 1, server)
    assert asked[0] == {"type": "subscribe", "at": None, "speed": None}
    resume = {"epoch": "9f3c21aa", "tick": 9, "view": "world"}
    assert asked[1] == {"type": "subscribe", "resume": resume}


async def test_a_replay_that_has_caught_up_is_not_asked_for_by_a_new_connection() -> None:
    asked: list[Any] = []

    async def catch_up(line: Line) -> None:
        await line.greets()
        await past_of(line, speed=10)
        await line.seen()
        await line.says(hello(), changes(0, 9, FIRST))

    async def script(line: Line) -> None:
        asked.append(await line.greets())
        await line.says(changes(9, 10))
        await line.stays()

    async with FakeServer(catch_up, script).serving() as server:
        sky = sky_of(server, bbox=(5, 45, 16, 55), at="2026-11-22T09:00:00Z", speed=10)
        assert await ticks(sky, 3, server) == [(0, 1), (0, 9), (9, 10)]
    resume = {"epoch": "9f3c21aa", "tick": 9, "view": "world"}
    assert asked == [{"type": "subscribe", "bbox": [5, 45, 16, 55], "resume": resume}]
    assert (sky.reconnects, sky.resumes) == (1, 1)


async def test_a_moment_that_cannot_be_had_is_raised_and_the_present_goes_on() -> None:
    asked: list[Any] = []
    sentence = "2019-01-01T00:00:00.000Z is before all that is stored"

    async def refuse(line: Line) -> None:
        await first(line)
        await line.asked()
        await line.says(json.dumps({"type": "error", "code": "bad_moment", "message": sentence}))
        await line.stays()

    async def script(line: Line) -> None:
        asked.append(await line.greets())
        await line.says(changes(1, 2))
        await line.stays()

    async with FakeServer(refuse, script).serving() as server, sky_of(server) as sky:
        await ticks(sky, 1, server)
        await sky.subscribe(at="2019-01-01T00:00:00Z", speed=2)
        with pytest.raises(StreamError, match=sentence) as refused:
            await ticks(sky, 1, server)
        assert await ticks(sky, 1, server) == [(1, 2)]
    assert refused.value.code == "bad_moment"
    resume = {"epoch": "9f3c21aa", "tick": 1, "view": "world"}
    assert asked == [{"type": "subscribe", "resume": resume}]


async def test_a_picture_of_the_past_that_is_not_right_is_sent_anew_in_its_epoch() -> None:
    asked: list[Any] = []

    async def script(line: Line) -> None:
        await line.greets()
        await past_of(line)
        await line.says(WRONG)
        asked.append(await line.asked())
        await line.says(changes(0, 2, flights([5], C)), digest(2, flights([5], C)))
        await line.seen()
        await line.says(changes(2, 3))
        await line.stays()

    async with FakeServer(script).serving() as server, sky_of(server, at="2024-11-22T09:00:00Z") as sky:
        iteration = aiter(sky)
        while sky.table.tick < 3:
            await next_of(iteration, server)
    assert asked == [{"type": "subscribe", "resume": {"epoch": "51c07e3d", "tick": 0}}]
    assert (sky.desyncs, sky.digests) == (1, 1)


# The end.


async def test_the_connection_is_closed_when_the_iteration_ends() -> None:
    async with FakeServer(first_only).serving() as server:
        await ticks(sky_of(server), 1, server)
        await until(lambda: server.connections == 1 and server.open == 0)


async def test_in_a_with_the_connection_stays_between_iterations() -> None:
    async def script(line: Line) -> None:
        await first(line)
        await line.seen()
        await line.says(changes(1, 2))
        await line.stays()

    async with FakeServer(script).serving() as server:
        async with sky_of(server) as sky:
            assert await ticks(sky, 1, server) == [(0, 1)]
            iteration = aiter(sky)  # one that is not over when the block is
            assert (await next_of(iteration, server)).tick == 2
        await until(lambda: server.open == 0)
    assert server.connections == 1


async def test_an_iteration_that_is_cut_off_in_the_middle_of_a_tick_loses_nothing() -> None:
    go_on = asyncio.Event()

    async def script(line: Line) -> None:
        await first(line)
        await line.seen()
        await line.says(changes(1, 2, NOTHING, flights([1], A, lat=49.0), more=True))
        await go_on.wait()
        await line.says(changes(1, 2, NOTHING, flights([2], B, lat=48.0)))
        await line.stays()

    async with FakeServer(script).serving() as server, sky_of(server) as sky:
        await ticks(sky, 1, server)
        cut = asyncio.create_task(ticks(sky, 1, server))
        await until(lambda: len(sky._parts) == 1)
        cut.cancel()
        await asyncio.wait([cut])
        go_on.set()
        assert await ticks(sky, 1, server) == [(1, 2)]
    assert [flight["lat"] for flight in sky.flights().values()] == [49.0, 48.0]


async def test_the_picture_outlives_the_connection_and_is_resumed() -> None:
    async def script(line: Line) -> None:
        asked = await line.greets()
        since = asked["resume"]["tick"] if "resume" in asked else 0
        await line.says(changes(since, since + 1, NOTHING if since else FIRST))
        await line.stays()

    async with FakeServer(script).serving() as server:
        sky = sky_of(server)
        assert await ticks(sky, 1, server) == [(0, 1)]
        assert await ticks(sky, 1, server) == [(1, 2)]
    assert len(sky.flights()) == 2
    assert (sky.reconnects, sky.resumes) == (1, 1)


# What is no stream of ours.


@pytest.mark.parametrize(
    ("message", "sentence"),
    [
        (changes(0, 1, FIRST), "says no hello: give the address of an AeroTrack server"),
        (WRONG, "says no hello: give the address of an AeroTrack server"),
        (hello(version=2), "speaks version 2 of the stream, and this client 1: use the release"),
        ("good day", "is no message of AeroTrack's stream"),
        (b"\x01good day", "cannot be read"),
    ],
)
async def test_what_cannot_be_understood_is_raised_and_ends_the_connection(
    message: str | bytes, sentence: str
) -> None:
    async def script(line: Line) -> None:
        await line.says(message)
        await line.stays()

    async with FakeServer(script).serving() as server, sky_of(server) as sky:
        with pytest.raises(StreamError, match=sentence):
            await ticks(sky, 1, server)
        await until(lambda: server.connections == 1 and server.open == 0)


def test_what_cannot_be_asked_for_is_refused_at_once() -> None:
    with pytest.raises(SettingsError, match="is no address of a server"):
        aerotrack.client.stream("127.0.0.1")
    with pytest.raises(SettingsError, match="characters that a key cannot have"):
        aerotrack.client.stream("http://127.0.0.1", key="two words")
    with pytest.raises(TypeError, match="'box' cannot be watched"):
        aerotrack.client.stream("http://127.0.0.1", box=(5, 45, 16, 55))  # type: ignore[call-arg]


async def test_a_subscribe_with_a_member_that_is_none_is_refused_at_once() -> None:
    sky = aerotrack.client.stream("http://127.0.0.1")
    with pytest.raises(TypeError, match="'box' cannot be watched"):
        await sky.subscribe(box=(5, 45, 16, 55))  # type: ignore[call-arg]


def test_the_flights_of_a_sky_that_was_not_looked_at_are_none() -> None:
    assert aerotrack.client.stream("http://127.0.0.1").flights() == {}
