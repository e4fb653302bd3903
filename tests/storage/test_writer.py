from collections.abc import AsyncIterator, Awaitable, Callable

import asyncpg
import pytest

from aerotrack.core.flights import FlightTable
from aerotrack.core.observations import Observations
from aerotrack.storage.batch import Batch
from aerotrack.storage.writer import CHUNK_ROWS, Writer
from flown import Connection, heard, ticked

Begin = Callable[..., Awaitable[Writer]]


def batch_of(*observations: Observations, number: int = 1, mark: int = 0) -> Batch:
    changes = ticked(FlightTable(), *observations)
    return Batch(positions=changes.positions, feeds=changes.feeds, number=number, mark=mark, newest=mark)


@pytest.fixture
async def begin(database_url: str) -> AsyncIterator[Begin]:
    """Begin writers, each over a connection of its own."""
    connections = []

    async def _begin(source: str = "live:1", *, ordered: bool = False) -> Writer:
        connections.append(await asyncpg.connect(database_url))
        return await Writer.begin(connections[-1], source, ordered=ordered)

    yield _begin
    for connection in connections:
        await connection.close()


async def _count(database: Connection) -> int:
    return await database.fetchval("select count(*) from aerotrack.position")


async def test_a_batch_whose_commit_went_through_unseen_is_not_stored_twice(
    begin: Begin, database: Connection
) -> None:
    batch = batch_of(heard(0), heard(5))
    first = await (await begin()).write(batch)
    again = await (await begin()).write(batch)
    assert (first.stored, first.before) == (2, 0)
    assert (again.stored, again.before) == (0, 2)
    assert await _count(database) == 2


async def test_another_run_has_numbers_of_its_own(begin: Begin, database: Connection) -> None:
    await (await begin("live:1")).write(batch_of(heard(0)))
    await (await begin("live:2")).write(batch_of(heard(5)))
    assert await _count(database) == 2


async def test_two_processes_with_one_recording_store_it_once(begin: Begin, database: Connection) -> None:
    one, two = await begin("sha256:1", ordered=True), await begin("sha256:1", ordered=True)
    await one.write(batch_of(heard(0, stamp=1), heard(5, stamp=2), mark=2))
    written = await two.write(batch_of(heard(5, stamp=2), heard(10, stamp=3), mark=3))
    assert (written.stored, written.before) == (1, 1)
    assert await _count(database) == 3


async def test_a_position_that_no_row_can_hold_is_counted_and_the_others_are_stored(
    begin: Begin, database: Connection
) -> None:
    written = await (await begin()).write(batch_of(heard(0, 1), heard(0, 2, time=-5.0)))
    assert (written.stored, written.unstorable) == (1, 1)
    assert await _count(database) == 1


async def test_a_batch_of_many_chunks_arrives_whole(begin: Begin, database: Connection) -> None:
    count = CHUNK_ROWS + 5
    one = batch_of(heard(0, squawk=1000)).positions
    positions = {name: values.repeat(count) for name, values in one.items()}
    positions["squawk"][: count // 2] = -1
    writer = await begin()
    written = await writer.write(Batch(positions=positions, feeds=("roof",), number=1))
    assert written.stored == await _count(database) == count
    assert await database.fetchval("select count(squawk) from aerotrack.position") == count - count // 2


async def test_partitions_are_made_only_where_positions_are(begin: Begin, database: Connection) -> None:
    await (await begin()).write(batch_of(heard(0, 1), heard(3600, 2)))
    made = await database.fetchval(
        "select count(*) from pg_inherits where inhparent = 'aerotrack.position_hot'::regclass"
    )
    assert made == 2


async def test_feeds_keep_their_ids_and_may_have_any_name(begin: Begin, database: Connection) -> None:
    writer = await begin()
    await writer.write(batch_of(heard(0, 1, feed="roof"), heard(0, 2, feed="a\0b")))
    other = await begin("live:2")
    await other.write(batch_of(heard(5, 3, feed="barn"), heard(5, 4, feed="roof")))
    feeds = await database.fetch("select feed, count(*) from aerotrack.position group by feed order by feed")
    assert [tuple(feed) for feed in feeds] == [("ab", 1), ("barn", 1), ("roof", 2)]


async def test_the_rows_of_long_gone_runs_are_swept_away(begin: Begin, database: Connection) -> None:
    await begin("live:1")
    await begin("sha256:1", ordered=True)
    await database.execute("update aerotrack.recorder set at = now() - interval '2 days'")
    await begin("live:2")
    sources = await database.fetch("select source from aerotrack.recorder order by source")
    assert [source for (source,) in sources] == ["live:2", "sha256:1"]
