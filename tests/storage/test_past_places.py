from collections.abc import AsyncIterator

import pytest

from aerotrack.core.area import Area
from aerotrack.errors import SettingsError
from aerotrack.storage import past_places
from aerotrack.storage.database import Database
from aerotrack.storage.past_places import flights_inside
from aerotrack.storage.reading import Question, Reading
from flown import BEGIN, Connection
from stored_past import archived, hot, name_of

BOX = Area.box(5.0, 50.0, 6.0, 51.0)
TRIANGLE = Area.polygon([(5.0, 50.0), (6.0, 50.0), (5.0, 51.0)])
A, B, C = (name_of(address, 0) for address in (1, 2, 3))


@pytest.fixture
async def ask(database_url: str) -> AsyncIterator[Question]:
    opened = await Database.open(database_url)
    async with Reading(opened, 10.0).question() as question:
        yield question
    await opened.close()


async def inside(ask: Question, area: Area, start: float = 0.0, end: float = 600.0) -> list[int]:
    return (await flights_inside(ask, area, BEGIN + start, BEGIN + end)).tolist()


@pytest.mark.parametrize("area", [BOX, TRIANGLE])
@pytest.mark.parametrize("write", [hot, archived])
async def test_a_flight_is_inside_with_a_position_there(
    ask: Question, database: Connection, area: Area, write: object
) -> None:
    await write(database, A, [(10, 50.2, 4.0), (20, 50.2, 5.2), (30, 50.2, 7.0)])
    await write(database, B, [(10, 50.2, 7.0), (20, 50.2, 8.0)])
    assert await inside(ask, area) == [A]


@pytest.mark.parametrize("write", [hot, archived])
async def test_a_corner_of_the_box_may_be_outside_the_polygon(
    ask: Question, database: Connection, write: object
) -> None:
    await write(database, A, [(10, 50.9, 5.9), (20, 50.91, 5.91)])
    assert (await inside(ask, BOX), await inside(ask, TRIANGLE)) == ([A], [])


@pytest.mark.parametrize("area", [BOX, TRIANGLE])
async def test_a_row_whose_box_covers_the_area_without_a_position_in_it_does_not_count(
    ask: Question, database: Connection, area: Area
) -> None:
    await archived(database, A, [(10, 49.9, 5.2), (20, 49.9, 4.9), (30, 50.1, 4.9)])
    assert await inside(ask, area) == []


@pytest.mark.parametrize("area", [BOX, TRIANGLE])
@pytest.mark.parametrize("write", [hot, archived])
async def test_the_position_must_be_there_in_the_time(
    ask: Question, database: Connection, area: Area, write: object
) -> None:
    await write(database, A, [(10, 50.2, 5.2), (20, 50.2, 7.0), (700, 50.2, 7.0), (710, 50.2, 5.2)])
    assert await inside(ask, area, 10, 10) == [A]
    assert await inside(ask, area, 10.02, 709.98) == []
    assert await inside(ask, area, 10.02, 710) == [A]


async def test_a_flight_half_archived_and_half_hot_is_one(ask: Question, database: Connection) -> None:
    await archived(database, A, [(10, 50.2, 5.2), (20, 50.2, 5.3)])
    await hot(database, A, [(30, 50.2, 5.3)])
    await hot(database, B, [(30, 50.2, 5.3)])
    assert await inside(ask, BOX) == await inside(ask, TRIANGLE) == [A, B]


@pytest.mark.parametrize(
    "area",
    [
        Area.box(179.0, 0.0, -179.0, 2.0),
        Area.polygon([(179.0, 0.0), (-179.0, 0.0), (-179.0, 2.0), (179.0, 2.0)]),
    ],
)
@pytest.mark.parametrize("write", [hot, archived])
async def test_an_area_may_cross_180_degrees(
    ask: Question, database: Connection, area: Area, write: object
) -> None:
    await write(database, A, [(10, 1.0, 179.5)])
    await write(database, B, [(10, 1.0, -179.5)])
    await write(database, C, [(10, 1.0, 178.5), (20, 1.0, -178.5)])  # never written so, but may not mislead
    assert await inside(ask, area) == [A, B]


async def test_nothing_stored_is_nobody(ask: Question) -> None:
    assert await inside(ask, BOX) == await inside(ask, TRIANGLE) == []


async def test_too_many_rows_to_look_into_are_refused(
    ask: Question, database: Connection, monkeypatch: pytest.MonkeyPatch
) -> None:
    await archived(database, A, [(10, 50.2, 5.2), (20, 50.2, 7.0)])
    await archived(database, B, [(10, 50.2, 5.2), (20, 50.2, 7.0)])
    monkeypatch.setattr(past_places, "MOST_ROWS", 1)
    with pytest.raises(SettingsError, match="smaller area"):
        await inside(ask, BOX)
