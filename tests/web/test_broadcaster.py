import asyncio
import json

import numpy as np

from aerotrack.core.tiles import View
from aerotrack.web.broadcaster import SLICE, Broadcaster
from aerotrack.web.published import Watch
from fakes import changes_of, rows_of

WORLD = Watch()
EUROPE = Watch(View.of(-10, 35, 30, 60))


async def test_who_knows_and_watches_the_same_is_told_the_same_message() -> None:
    broadcaster = Broadcaster()
    broadcaster.take(changes_of(1, rows_of([1, 2], lat=50.0, lon=8.0)))
    first, second = await asyncio.gather(*(broadcaster.message(0, WORLD, WORLD) for _ in range(2)))
    assert first is second
    assert await broadcaster.message(0, WORLD, EUROPE) is not first


async def test_messages_that_nobody_else_asks_for_do_not_pile_up() -> None:
    broadcaster = Broadcaster(most_kept=2000)
    broadcaster.take(changes_of(1, rows_of([1], lat=50.0, lon=8.0)))
    first = await broadcaster.message(0, WORLD, WORLD)
    for flight in range(5):
        newest = await broadcaster.message(0, WORLD, Watch(flights=frozenset([flight])))
    assert await broadcaster.message(0, WORLD, Watch(flights=frozenset([4]))) is newest
    assert await broadcaster.message(0, WORLD, WORLD) is not first


async def test_a_new_tick_makes_new_messages() -> None:
    broadcaster = Broadcaster()
    broadcaster.take(changes_of(1, rows_of(1)))
    await broadcaster.message(0, WORLD, WORLD)
    broadcaster.take(changes_of(2))
    message = await broadcaster.message(1, WORLD, WORLD)
    assert (message.since, message.tick, message.empty) == (1, 2, True)


async def test_a_big_message_lets_others_have_their_turn_and_tells_what_happened_meanwhile() -> None:
    broadcaster = Broadcaster()
    world = rows_of(np.arange(1, 3 * SLICE), lat=50.0, lon=8.0)
    broadcaster.take(changes_of(1, world))
    making = asyncio.create_task(broadcaster.message(0, WORLD, WORLD))
    await asyncio.sleep(0)
    broadcaster.take(changes_of(2, gone={name: values[:1] for name, values in world.items()}))
    message = await making
    assert message.tick == 2
    assert sum(len(json.loads(part)["updated"]) for part in message.parts) == 3 * SLICE - 2


async def test_a_replay_that_never_pauses_does_not_starve_its_viewers() -> None:
    broadcaster = Broadcaster()
    world = rows_of(np.arange(1, 3 * SLICE), lat=50.0, lon=8.0)
    broadcaster.take(changes_of(1, world))
    making = asyncio.create_task(broadcaster.message(0, WORLD, WORLD))
    tick = 1
    while not making.done() and tick < 1000:
        await asyncio.sleep(0)
        tick += 1
        broadcaster.take(changes_of(tick, world))
    assert (await making).tick < 1000


async def test_listeners_are_woken_by_every_tick_until_they_leave() -> None:
    broadcaster, news = Broadcaster(), asyncio.Event()
    broadcaster.listen(news)
    broadcaster.take(changes_of(1))
    assert news.is_set()
    news.clear()
    broadcaster.leave(news)
    broadcaster.take(changes_of(2))
    assert not news.is_set()


async def test_what_was_taken_is_said_to_be_safe() -> None:
    broadcaster, safe = Broadcaster(), []
    said = asyncio.Event()

    def kept(stamp: int) -> None:
        safe.append(stamp)
        said.set()

    running = asyncio.create_task(broadcaster.run(kept))
    for tick in (1, 2):
        broadcaster.take(changes_of(tick, stamp=10 * tick))
        said.clear()
        await asyncio.wait_for(said.wait(), 5)
    assert safe[-1] == 20
    await broadcaster.close()
    running.cancel()
    await asyncio.wait([running])
