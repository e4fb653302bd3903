from collections.abc import AsyncIterator

import pytest

from aerotrack.core.questions import EventsAsked
from aerotrack.storage.database import Database
from aerotrack.storage.event_log import events
from aerotrack.storage.reading import Question, Reading
from flown import BEGIN, Connection
from stored_past import event, name_of

A, B = name_of(0x4CA2D6, 0), name_of(2, 0)


@pytest.fixture
async def ask(database_url: str) -> AsyncIterator[Question]:
    opened = await Database.open(database_url)
    async with Reading(opened, 10.0).question() as question:
        yield question
    await opened.close()


async def test_an_event_is_as_the_stream_tells_it_and_has_its_key(
    ask: Question, database: Connection
) -> None:
    await event(database, A, "takeoff", 0.25, lat=50.03, lon=None, id="another", kind="another")
    assert await events(ask, EventsAsked()) == [
        {
            "id": "4ca2d6-6740a378-takeoff-1732289400250",
            "kind": "takeoff",
            "flight": "4ca2d6-6740a378",
            "time": "2024-11-22T15:30:00.250Z",
            "lat": 50.03,
            "lon": None,
            "time_us": 1732289400250000,
        }
    ]


async def test_events_are_chosen_by_time_kind_and_flight(ask: Question, database: Connection) -> None:
    first = await event(database, A, "takeoff", 10)
    second = await event(database, B, "takeoff", 20)
    third = await event(database, A, "landing", 30)

    async def found(asked: EventsAsked) -> list[str]:
        return [said["id"] for said in await events(ask, asked)]

    assert await found(EventsAsked()) == [third, second, first]
    assert await found(EventsAsked(start=BEGIN + 20)) == [third, second]
    assert await found(EventsAsked(end=BEGIN + 20)) == [second, first]
    assert await found(EventsAsked(kinds=("takeoff",))) == [second, first]
    assert await found(EventsAsked(kinds=("takeoff", "landing"), flight=A)) == [third, first]
    assert await found(EventsAsked(limit=1)) == [third]


async def test_paging_while_events_arrive_neither_skips_nor_repeats(
    ask: Question, database: Connection
) -> None:
    made = [await event(database, address << 32, "squawk", 0.000_3) for address in range(1, 6)]  # one moment
    seen, after = list[str](), None
    for later in range(1, 4):
        page = await events(ask, EventsAsked(after=after, limit=2))
        seen += [said["id"] for said in page]
        after = (page[-1]["time_us"], page[-1]["id"])
        await event(database, A, "squawk", later)
    assert seen == sorted(made, reverse=True)
