import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable

import asyncpg
import pytest

from aerotrack.core.changes import Changes
from aerotrack.core.columns import Columns
from aerotrack.core.flights import FlightTable
from aerotrack.core.observations import Observations
from aerotrack.storage.batch import Batch
from aerotrack.storage.roster import Roster
from aerotrack.storage.settling import SETTLE_S
from aerotrack.storage.writer import CHUNK_ROWS, Writer
from flown import Connection, heard, ticked

Begin = Callable[..., Awaitable[Writer]]


def batch_of(*observations: Observations, number: int = 1, mark: int = 0) -> Batch:
    changes = ticked(FlightTable(), *observations)
    return Batch(positions=changes.positions, feeds=changes.feeds, number=number, mark=mark, newest=mark)


def roster_of(changes: Changes) -> Columns:
    roster = Roster()
    roster.note(changes)
    return roster.take_unwritten()


@pytest.fixture
async def begin(database_url: str) -> AsyncIterator[Begin]:
    """Begin writers, each over a connection of its own."""
    connections = []

    async def _begin(source: str = "live:1", *, ordered: bool = False, **options: float) -> Writer:
        connections.append(await asyncpg.connect(database_url))
        return await Writer.begin(connections[-1], source, ordered=ordered, **options)

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


async def test_a_commit_that_went_through_unseen_is_still_known_after_days_without_the_database(
    begin: Begin, database: Connection
) -> None:
    await (await begin()).write(batch_of(heard(0)))
    await database.execute("update aerotrack.recorder set at = now() - interval '3 days'")
    again = await (await begin()).write(batch_of(heard(0)))
    assert (again.stored, again.before) == (0, 1)


async def test_an_old_batch_that_comes_again_after_a_crash_takes_no_newer_fact_away(
    begin: Begin, database: Connection
) -> None:
    table = FlightTable()
    one, two = (
        Batch(positions=changes.positions, flights=roster_of(changes), feeds=changes.feeds, number=number)
        for number, changes in enumerate(
            (ticked(table, heard(0, callsign="KLM1")), ticked(table, heard(5, callsign="KLM2"))), 1
        )
    )
    writer = await begin()
    await writer.write(one)
    await writer.write(two)
    await (await begin()).write(one)
    assert await database.fetchval("select callsign from aerotrack.flight") == "KLM2"


async def test_another_run_has_numbers_of_its_own(begin: Begin, database: Connection) -> None:
    await (await begin("live:1")).write(batch_of(heard(0)))
    await (await begin("live:2")).write(batch_of(heard(5)))
    assert await _count(database) == 2


async def test_two_processes_with_one_recording_store_it_once(begin: Begin, database: Connection) -> None:
    one, two = await begin("sha256:1", ordered=True), await begin("sha256:1", ordered=True)
    await one.write(batch_of(heard(0, stamp=1), heard(5, stamp=2), mark=2))
    written = await two.write(batch_of(heard(5, stamp=2), heard(10, stamp=3), mark=3))
    assert (written.stored, written.before) == (1, True)
    assert await _count(database) == 3


async def test_a_position_that_no_row_can_hold_is_counted_and_the_others_are_stored(
    begin: Begin, database: Connection
) -> None:
    written = await (await begin()).write(batch_of(heard(0, 1), heard(0, 2, time=-5.0)))
    assert (written.stored, written.unstorable) == (1, True)
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


async def test_a_flights_positions_lie_beside_each_other_in_their_order(
    begin: Begin, database: Connection
) -> None:
    came = (heard(0, 2), heard(1, 1), heard(2, 2, lat=52.01), heard(3, 1, lat=52.01))
    await (await begin()).write(batch_of(*came))
    lying = await database.fetch(
        "select flight_id >> 32, extract(second from time)::int from aerotrack.position_hot order by ctid"
    )
    assert [tuple(row) for row in lying] == [(1, 1), (1, 3), (2, 0), (2, 2)]


async def test_partitions_are_made_where_positions_are_and_come_next(
    begin: Begin, database: Connection
) -> None:
    await (await begin()).write(batch_of(heard(0, 1), heard(3600, 2)))
    made = await database.fetchval(
        "select count(*) from pg_inherits where inhparent = 'aerotrack.position_hot'::regclass"
    )
    assert made == 3


# Who reads when a partition is made.

SEEN = "select (select count(*) from aerotrack.position), (select max(seq) > 0 from aerotrack.recorder)"


@pytest.fixture
async def reader(database_url: str) -> AsyncIterator[Connection]:
    """Another connection, on which a transaction reads positions, and may go on."""
    connection = await asyncpg.connect(database_url)
    transaction = connection.transaction()
    await transaction.start()
    await connection.fetchrow(SEEN)
    yield connection
    connection.terminate()


async def test_who_plans_without_a_partition_never_has_a_snapshot_with_its_rows(
    begin: Begin, database: Connection, reader: Connection
) -> None:
    writing = asyncio.create_task((await begin()).write(batch_of(heard(0))))
    await asyncio.wait({writing}, timeout=0.3)
    assert tuple(await reader.fetchrow(SEEN)) == (0, False)
    await reader.execute("commit")
    await writing
    assert tuple(await database.fetchrow(SEEN)) == (1, True)


async def test_a_partition_that_another_made_is_waited_for_too(
    begin: Begin, database: Connection, reader: Connection
) -> None:
    await database.execute("select aerotrack.ensure_partitions('2024-11-22 15:30Z', '2024-11-22 15:40Z')")
    writing = asyncio.create_task((await begin()).write(batch_of(heard(0))))
    await asyncio.wait({writing}, timeout=0.3)
    assert tuple(await reader.fetchrow(SEEN)) == (0, False)
    await reader.execute("commit")
    await writing


async def test_a_partition_that_was_made_ahead_is_waited_for_when_it_is_needed(
    begin: Begin, database: Connection
) -> None:
    writer = await begin()
    other = await begin("live:2")  # any connection
    await writer.write(batch_of(heard(0)))
    async with other._connection.transaction():
        assert await other._connection.fetchval("select count(*) from aerotrack.position") == 1
        async with asyncio.timeout(SETTLE_S / 2):
            await writer.write(batch_of(heard(600), number=2))
        assert await other._connection.fetchval("select count(*) from aerotrack.position") == 2


@pytest.mark.usefixtures("reader")
async def test_a_reader_that_stays_is_waited_for_once_and_not_for_ever(
    begin: Begin, monkeypatch: pytest.MonkeyPatch
) -> None:
    loop = asyncio.get_running_loop()
    writer = await begin(settle_s=0.3)
    began = loop.time()
    await writer.write(batch_of(heard(0)))
    assert loop.time() - began >= 0.3
    monkeypatch.setattr(writer, "_settle_s", 1e9)
    async with asyncio.timeout(30):
        await writer.write(batch_of(heard(7200), number=2))


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


class Stuck:
    """A connection whose COPY waits for ever for leave to write, as asyncpg's does when it is lost then."""

    def __init__(self, *, lost: bool) -> None:
        self.lost = lost
        self.let_go = False

    async def execute(self, *_: object) -> None:
        """Do anything."""

    async def fetchval(self, statement: str, *_: object) -> int | list[str]:
        return [] if "pg_locks" in statement else -1

    async def fetch(self, *_: object) -> list[tuple[str, int]]:
        return [("roof", 1)]

    async def copy_to_table(self, *_: object, **__: object) -> None:
        try:
            await asyncio.Event().wait()
        except asyncio.CancelledError:
            self.let_go = True
            raise RuntimeError("the handler is closed") from None

    def is_closed(self) -> bool:
        return self.lost


@pytest.mark.parametrize(("lost", "error"), [(True, ConnectionResetError), (False, TimeoutError)])
async def test_a_copy_that_is_stuck_is_noticed(*, lost: bool, error: type[OSError]) -> None:
    stuck = Stuck(lost=lost)
    writer = Writer(stuck, "live:1", -1, ordered=False, stall_s=0.01)
    async with asyncio.timeout(10):
        with pytest.raises(error):
            await writer.write(batch_of(heard(0)))
    assert stuck.let_go


class Lost(Stuck):
    """A connection whose transport is closed, and that has not noticed yet."""

    async def copy_to_table(self, *_: object, **__: object) -> None:
        raise RuntimeError("unable to perform operation on <UnixTransport>; the handler is closed")


async def test_a_transport_that_was_lost_a_moment_ago_is_a_lost_connection() -> None:
    with pytest.raises(ConnectionResetError):
        await Writer(Lost(lost=False), "live:1", -1, ordered=False).write(batch_of(heard(0)))


async def test_a_copy_that_is_stuck_can_be_cancelled() -> None:
    stuck = Stuck(lost=False)
    writing = asyncio.create_task(Writer(stuck, "live:1", -1, ordered=False).write(batch_of(heard(0))))
    done, _ = await asyncio.wait({writing}, timeout=0.05)
    assert not done
    writing.cancel()
    await asyncio.wait({writing}, timeout=10)
    assert writing.cancelled()
