from collections.abc import AsyncIterator

import pytest

from aerotrack.storage.database import Database
from aerotrack.storage.reading import Reading
from aerotrack.storage.traffic import MOST_KEPT, Traffic
from flown import AIRCRAFT, BEGIN, Connection
from stored_past import archived, flight, heard_at, hot

OTHER = 0x3C6444


@pytest.fixture
async def traffic(database_url: str) -> AsyncIterator[Traffic]:
    opened = await Database.open(database_url)
    yield Traffic(Reading(opened, 10.0))
    await opened.close()


async def counts(traffic: Traffic, start: float, end: float, step: float) -> list[int]:
    counted = await traffic.flights(BEGIN + start, BEGIN + end, step)
    return counted.tolist()


async def test_a_flight_counts_from_its_begin_until_it_was_heard_last(
    traffic: Traffic, database: Connection
) -> None:
    one = await flight(database, AIRCRAFT, 60, end=250)
    await archived(database, one, [(60, 50, 8), (250, 50, 8)])
    assert await counts(traffic, 0, 360, 60) == [0, 1, 1, 1, 1, 0]


async def test_flights_that_reach_beyond_the_time_asked_for_count_in_it(
    traffic: Traffic, database: Connection
) -> None:
    one, other = await flight(database, AIRCRAFT, 0, end=600), await flight(database, OTHER, 300, end=900)
    await hot(database, one, [(0, 50, 8)])
    await hot(database, other, [(300, 50, 8)])
    assert await counts(traffic, 120, 420, 60) == [1, 1, 1, 2, 2]


async def test_an_open_flight_is_there_a_minute_longer_than_its_row_says(
    traffic: Traffic, database: Connection
) -> None:
    one = await flight(database, AIRCRAFT, 0)
    await heard_at(database, one, 30)
    await hot(database, one, [(30, 50, 8)])
    assert await counts(traffic, 0, 180, 60) == [1, 1, 0]


async def test_ten_minutes_of_which_nothing_is_stored_have_no_flights(
    traffic: Traffic, database: Connection
) -> None:
    one = await flight(database, AIRCRAFT, 0, end=1900)
    await archived(database, one, [(0, 50, 8)])
    await hot(database, one, [(1900, 50, 8)])
    assert await counts(traffic, 0, 2400, 600) == [1, 0, 0, 1]
    assert await counts(traffic, 0, 2400, 1200) == [1, 1]


async def test_an_answer_is_kept_for_a_while(traffic: Traffic, database: Connection) -> None:
    one = await flight(database, AIRCRAFT, 0, end=100)
    await hot(database, one, [(0, 50, 8)])
    assert await counts(traffic, 0, 60, 60) == [1]
    await hot(database, await flight(database, OTHER, 0, end=100), [(0, 50, 8)])
    assert await counts(traffic, 0, 60, 60) == [1]
    for second in range(1, MOST_KEPT + 1):  # others push it out
        await counts(traffic, 0, second * 60 + 60, 60)
    assert await counts(traffic, 0, 60, 60) == [2]
