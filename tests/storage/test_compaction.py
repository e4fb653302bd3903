import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from datetime import date
from typing import Any

import asyncpg
import pytest
from hypothesis import HealthCheck, given, settings

from aerotrack.core.flights import FlightTable
from aerotrack.storage.batch import Batch
from aerotrack.storage.compaction import WORTH_BYTES, Compaction, Partition
from aerotrack.storage.database import UNREACHABLE
from aerotrack.storage.queries import QUERIES
from aerotrack.storage.writer import Writer
from flown import heard, ticked
from steps import BEGIN_US, Connection, Steps, forget_recorders, put_steps, skies, step, stored_of

Connect = Callable[[], Awaitable[Connection]]

BEGIN, MUCH, LITTLE = BEGIN_US / 1e6, WORTH_BYTES, 8192
RECORDER = "insert into aerotrack.recorder (source, seq, upto) values ('live:1', -1, {})"
EVERYTHING = "select p::text from aerotrack.position p order by p::text"
NOW = "select extract(epoch from now())::float8"
ONE_SNAPSHOT = (
    "select (select count(*) from aerotrack.position),"
    " (select count(distinct (flight_id, time)) from aerotrack.position),"
    " (select greatest(seq, 0) * 20 from aerotrack.recorder where source = 'live:1')"
)


@pytest.fixture
async def connect(database_url: str) -> AsyncIterator[Connect]:
    """Open further connections."""
    opened = []

    async def _connect() -> Connection:
        opened.append(await asyncpg.connect(database_url))
        return opened[-1]

    yield _connect
    for connection in opened:
        connection.terminate()


async def put(database: Connection, *rows: Steps) -> None:
    await put_steps(database, stored_of(rows))


async def count(database: Connection, table: str) -> int:
    return await database.fetchval(f"select count(*) from aerotrack.{table}")


async def hot_partitions(database: Connection) -> list[str]:
    rows = await database.fetch(
        "select c.relname from pg_inherits i join pg_class c on c.oid = i.inhrelid"
        " where i.inhparent = 'aerotrack.position_hot'::regclass order by 1"
    )
    return [name.removeprefix("position_hot_") for (name,) in rows]


async def make_day(database: Connection) -> None:
    await database.execute("select aerotrack.ensure_days('2024-11-22Z', '2024-11-22Z')")


# What is due.


@pytest.mark.parametrize(
    ("size", "beyond_s", "due"),
    [(MUCH, 599, False), (MUCH, 600, True), (LITTLE, 3599, False), (LITTLE, 3600, True), (0, 600, True)],
)
def test_a_partition_is_due_when_the_recorders_are_well_beyond_it(
    size: int,
    beyond_s: float,
    due: bool,  # noqa: FBT001  a column of the table
) -> None:
    assert Partition("position_hot_20241122_1530", BEGIN, size).due(BEGIN + 600 + beyond_s) is due


async def test_a_recorder_that_has_stored_no_position_holds_nobody_up(database: Connection) -> None:
    await put(database, step(0))
    await database.execute(RECORDER.format("'-infinity'"))
    await Compaction().run(database)
    assert await count(database, "position_hot") == 0


@pytest.mark.parametrize(("upto_s", "left"), [(3600 + 599, 1), (3600 + 600, 0)])
async def test_the_slowest_recorder_of_late_says_how_far_time_is(
    database: Connection, upto_s: float, left: int
) -> None:
    await put(database, step(0))
    await database.execute(
        "insert into aerotrack.recorder (source, seq, upto, at) values"
        " ('live:1', 1, to_timestamp($1), now()), ('live:2', 1, now(), now()),"
        " ('sha256:old', 1, to_timestamp(0), now() - interval '3 minutes')",
        BEGIN + upto_s,
    )
    await Compaction().run(database)
    assert await count(database, "position_hot") == left


async def test_what_happens_now_is_left_alone_also_when_nobody_writes(database: Connection) -> None:
    await put(database, step(0), step(await database.fetchval(NOW) - BEGIN))
    await Compaction().run(database)
    await database.execute(RECORDER.format("now() + interval '1 h'"))  # nor when its clock was ahead
    await Compaction().run(database)
    assert await count(database, "position_hot") == 1


async def test_the_oldest_goes_first(database: Connection) -> None:
    await put(database, step(1200), step(0), step(600))
    seen = []

    class Watched:
        def __getattr__(self, name: str) -> Any:
            return getattr(database, name)

        async def copy_from_query(self, query: str, *arguments: Any, **options: Any) -> str:
            seen.append(query.partition("position_hot_")[2][:13])
            return await database.copy_from_query(query, *arguments, **options)

    await Compaction().run(Watched())
    assert seen == ["20241122_1530", "20241122_1540", "20241122_1550"]


# What is moved.


@settings(max_examples=15, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(sky=skies())
async def test_the_view_shows_the_same_before_and_after(database: Connection, sky: list[Steps]) -> None:
    await database.execute("truncate aerotrack.position_hot, aerotrack.position_archive")
    await put(database, *sky)
    before = await database.fetch(EVERYTHING)
    job = Compaction()
    await job.run(database)
    assert await database.fetch(EVERYTHING) == before
    assert job.positions == len(before) == len(sky)
    assert await count(database, "position_hot") == 0


def _holding() -> list[Steps]:
    """A racetrack flown for ten minutes, and a flight of 1000 kt there and back: 0.23 degree in 50 s."""
    circle = [step(4 * k, lat=5_200_000 + 9000 * (k % 8), lon=500_000 - 9000 * (k % 5)) for k in range(150)]
    there = [
        step(2 * k, flight_id=7, lat=0, lon=1540 * min(k, 300 - k), ground_speed=1000) for k in range(300)
    ]
    return circle + there


async def test_holding_patterns_and_great_speeds_come_out_as_they_went_in(database: Connection) -> None:
    await put(database, *_holding())
    before = await database.fetch(EVERYTHING)
    await Compaction().run(database)
    assert await database.fetch(EVERYTHING) == before
    assert await database.fetchval("select count(*) from aerotrack.position_archive where flight_id = 7") > 1


@pytest.mark.parametrize("size", [{"slice_rows": 10, "slice_bytes": 0}, {"part_rows": 7}])
async def test_much_goes_in_slices_and_parts_of_flights(database: Connection, size: dict[str, int]) -> None:
    await put(database, *(step(k, flight_id=flight) for flight in (-5, 1, 2, 3) for k in range(5)))
    before = await database.fetch(EVERYTHING)
    await (job := Compaction(**size)).run(database)
    moves = await database.fetchval("select count(distinct xmin::text) from aerotrack.position_archive")
    assert (job.positions, job.rows, moves) == (20, 4, len(size))  # two slices, or one in parts
    assert await database.fetch(EVERYTHING) == before


async def test_a_time_that_rounds_into_the_next_day_is_in_its_partition(database: Connection) -> None:
    midnight = 30_600.0  # seconds after BEGIN
    await put(database, step(midnight - 0.001), step(midnight - 600))
    await Compaction().run(database)
    times = await database.fetch("select extract(epoch from time)::float8 from aerotrack.position order by 1")
    assert [at - BEGIN for (at,) in times] == [midnight - 600, midnight]
    days = await database.fetch("select day from aerotrack.day order by day")
    assert [day for (day,) in days] == [date(2024, 11, 22), date(2024, 11, 23)]


async def test_the_day_knows_when_something_was_stored_last(database: Connection) -> None:
    await database.execute("insert into aerotrack.day values ('2024-11-22', now() - interval '9 days')")
    await put(database, step(0))
    await Compaction().run(database)
    age = await database.fetchval("select now() - stored_at < '1 minute' from aerotrack.day")
    assert age is True


async def test_what_comes_late_becomes_further_rows(database: Connection) -> None:
    await put(database, step(0))
    await Compaction().run(database)
    await put(database, step(5))
    await Compaction().run(database)
    assert await count(database, "position") == await count(database, "position_archive") == 2


async def test_a_new_day_waits_for_those_whose_plan_may_lack_it(
    database: Connection, connect: Connect
) -> None:
    await put(database, step(0))
    reader, job = await connect(), Compaction(settle_s=0.1)
    async with reader.transaction():
        await count(reader, "position_archive")
        await job.run(database)
        assert await count(database, "position_hot") == 1
    await job.run(database)
    assert await count(database, "position_archive") == 1


async def test_a_day_that_all_know_waits_for_nobody(database: Connection, connect: Connect) -> None:
    await put(database, step(0))
    reader, job = await connect(), Compaction(settle_s=0)
    await job.run(database)
    await put(database, step(5))
    async with reader.transaction():
        await count(reader, "position_archive")
        await job.run(database)
    assert job.positions == 2


async def test_nothing_to_do_is_done_without_a_trace(database: Connection) -> None:
    job = Compaction()
    await job.run(database)
    assert (job.positions, job.rows, job.dropped) == (0, 0, 0)


# Two at once.


async def test_a_second_job_leaves_the_first_alone(database: Connection, connect: Connect) -> None:
    await put(database, step(0))
    other = await connect()
    await other.execute("select pg_advisory_lock(hashtext('aerotrack.compaction'))")
    await Compaction().run(database)
    assert await count(database, "position_hot") == 1
    await other.execute("select pg_advisory_unlock_all()")
    await Compaction().run(database)
    assert await count(database, "position_hot") == 0


async def test_two_that_do_not_know_of_each_other_double_nothing(
    database: Connection, connect: Connect
) -> None:
    await put(database, *(step(k, flight_id=f) for f in range(4) for k in range(50)))
    before = await database.fetch(EVERYTHING)
    one, two = Compaction(slice_rows=50, slice_bytes=0), Compaction(slice_rows=50, slice_bytes=0)
    partition = Partition("position_hot_20241122_1530", BEGIN, MUCH)
    await make_day(database)
    ends = await asyncio.gather(
        one._archive(await connect(), partition),
        two._archive(await connect(), partition),
        return_exceptions=True,
    )
    assert {type(end) for end in ends} <= {type(None), asyncpg.SerializationError}
    assert await database.fetch(EVERYTHING) == before
    await two._archive(database, partition)
    assert one.positions + two.positions == 200
    assert await database.fetch(EVERYTHING) == before


class Meanwhile:
    """A connection on which something happens before a statement that begins so."""

    def __init__(self, connection: Connection, statement: str, what: Callable[[], Awaitable[None]]) -> None:
        self._connection, self._statement, self._what = connection, statement, what

    def __getattr__(self, name: str) -> Any:
        return getattr(self._connection, name)

    async def execute(self, statement: str, *arguments: Any, **options: Any) -> Any:
        if self._statement in statement:
            await self._what()
        return await self._connection.execute(statement, *arguments, **options)


async def test_what_comes_between_reading_and_removing_stays(database: Connection, connect: Connect) -> None:
    await put(database, step(0), step(1))

    async def late() -> None:
        await put(database, step(2))

    job = Compaction()
    await job.run(Meanwhile(await connect(), "delete from", late))
    assert job.positions == 2
    assert await count(database, "position_hot") == 1
    assert await count(database, "position") == 3


async def test_only_a_move_is_committed_without_waiting_for_the_disk(database: Connection) -> None:
    await put(database, step(0))
    waits = "select current_setting('synchronous_commit')"
    before, meanwhile = await database.fetchval(waits), []

    async def look() -> None:
        meanwhile.append(await database.fetchval(waits))

    await Compaction().run(Meanwhile(database, "delete from", look))
    assert meanwhile == ["off"]
    assert await database.fetchval(waits) == before != "off"


# Dropping.


async def test_an_emptied_partition_is_dropped(database: Connection) -> None:
    await put(database, step(0))
    job = Compaction()
    for _ in range(2):
        await job.run(database)
    assert await hot_partitions(database) == []
    assert job.dropped == 1


async def test_a_partition_that_a_recorder_made_a_moment_ago_stays(database: Connection) -> None:
    job = Compaction()
    await job.run(database)
    await database.execute("select aerotrack.ensure_partitions('2024-11-22 15:30Z', '2024-11-22 15:40Z')")
    await job.run(database)
    assert await hot_partitions(database) == ["20241122_1530", "20241122_1540"]
    await put(database, step(0))
    await job.run(database)
    assert await hot_partitions(database) == ["20241122_1530"]


async def test_a_partition_of_no_time_is_somebody_elses(database: Connection) -> None:
    await database.execute(
        "create table aerotrack.position_hot_99999999_9999 partition of aerotrack.position_hot"
        " for values from ('2001-01-01Z') to ('2001-01-02Z')"
    )
    await put(database, step(0))
    job = Compaction()
    for _ in range(2):
        await job.run(database)
    assert await hot_partitions(database) == ["99999999_9999"]


async def test_a_partition_that_was_made_for_what_is_to_come_stays(database: Connection) -> None:
    await database.execute("select aerotrack.ensure_partitions(now(), now() + interval '1 hour')")
    before = await hot_partitions(database)
    await Compaction().run(database)
    assert await hot_partitions(database) == before


async def test_an_old_snapshot_keeps_what_it_sees_and_the_partition_goes_later(
    database: Connection, connect: Connect
) -> None:
    await put(database, step(0), step(5))
    reader = await connect()
    async with reader.transaction(isolation="repeatable_read"):
        await reader.execute("select count(*) from aerotrack.feed")  # the snapshot, and no lock on positions
        job = Compaction()
        await job.run(database)
        assert await hot_partitions(database) == ["20241122_1530"]
        assert await count(reader, "position") == 2
        assert await count(reader, "position_archive") == 0
    for _ in range(2):
        await job.run(database)
    assert await hot_partitions(database) == []
    assert await count(database, "position") == 2


async def test_a_long_reader_keeps_the_partition_but_nobody_waiting(
    database: Connection, connect: Connect
) -> None:
    await put(database, step(0), step(700))
    reader, writer = await connect(), await connect()
    await writer.execute("set lock_timeout = '2s'")
    now = step(await database.fetchval(NOW) - BEGIN)
    await put(writer, now)
    async with reader.transaction():
        await count(reader, "position_hot")
        job = Compaction()
        for _ in range(2):
            running = asyncio.create_task(job.run(database))
            while not running.done():
                await put(writer, now)
            await running
        assert job.positions == 2
        assert job.dropped == 0
    for _ in range(2):
        await job.run(database)
    assert job.dropped == 2


async def test_a_position_that_comes_at_the_last_moment_keeps_its_partition(
    database: Connection, connect: Connect
) -> None:
    await put(database, step(0))
    writer, job = await connect(), Compaction()
    partition = Partition("position_hot_20241122_1530", BEGIN, MUCH)
    await make_day(database)
    await job._archive(database, partition)
    transaction = writer.transaction()
    await transaction.start()
    await put(writer, step(1))
    assert await job._drop(database, partition)  # it asks for no lock, which it would not get
    await transaction.commit()
    assert await job._drop(database, partition)
    assert job.dropped == 0
    assert await count(database, "position") == 2


async def test_the_last_look_at_a_partition_is_under_the_lock(database: Connection) -> None:
    await put(database, step(0))
    name = "position_hot_20241122_1530"
    await database.execute(QUERIES["drop_emptied"].format(partition=name, patience="1s"))
    assert await count(database, "position") == 1
    await database.execute("delete from aerotrack.position_hot")
    await database.execute(QUERIES["vacuum_partition"].format(partition=name))
    await database.execute(QUERIES["drop_emptied"].format(partition=name, patience="1s"))
    assert await hot_partitions(database) == []


# Whatever happens.


class Cut:
    """A connection that is lost before its n-th request."""

    def __init__(self, connection: Connection, n: int, kill: Callable[[int], Awaitable[None]]) -> None:
        self._connection, self._left, self._kill = connection, n, kill

    def transaction(self, **options: Any) -> Any:
        return self._connection.transaction(**options)

    def __getattr__(self, name: str) -> Any:
        request = getattr(self._connection, name)

        async def counted(*arguments: Any, **options: Any) -> Any:
            self._left -= 1
            if not self._left:
                await self._kill(self._connection.get_server_pid())
            return await request(*arguments, **options)

        return counted


async def test_a_kill_at_any_step_loses_and_doubles_nothing(database: Connection, connect: Connect) -> None:
    async def kill(pid: int) -> None:
        await database.execute("select pg_terminate_backend($1, 5000)", pid)

    expected, kills = 0, 0
    for n in range(1, 100):
        await put(database, *(step(n + k / 4, flight_id=f) for f in range(3) for k in range(3)))
        expected += 9
        try:
            await Compaction(slice_rows=3, slice_bytes=0).run(Cut(await connect(), n, kill))
        except UNREACHABLE:
            kills += 1
        total, distinct = await database.fetchrow(
            "select count(*), count(distinct (flight_id, time)) from aerotrack.position"
        )
        assert (total, distinct) == (expected, expected)
        if kills < n:
            break
    assert kills > 12
    await Compaction().run(database)
    assert await count(database, "position_hot") == 0


async def _reading(reader: Connection, isolation: str, done: asyncio.Event) -> int:
    """Count, in snapshot after snapshot, and find each position once; return how often."""
    counted = 0
    while not done.is_set():
        async with reader.transaction(isolation=isolation):
            first = None
            for _ in range(3):
                total, distinct, written = await reader.fetchrow(ONE_SNAPSHOT)
                assert total == distinct == written
                if isolation == "repeatable_read":
                    assert first in {None, total}
                    first = total
                counted += 1
                await asyncio.sleep(0)
    return counted


async def _writing(writer: Writer, first: int, last: int) -> None:
    """Write as the recorder does, 20 positions a batch.

    Now and then nothing is heard for a while, and then a batch for two partitions that nobody made ahead.
    """
    seen = [heard(3 + 4.5 * k + a / 4, 1 + a, lat=52 + k / 1e3) for k in range(5) for a in range(4)]
    changes = ticked(FlightTable(), *seen)
    for number in range(first, last + 1):
        later = 20 * (number - 1) + 1200 * (number // 30)
        positions = changes.positions | {"time": changes.positions["time"] + later}
        await writer.write(Batch(positions=positions, feeds=changes.feeds, number=number))


async def test_readers_see_every_position_once_at_any_moment(database: Connection, connect: Connect) -> None:
    writer = await Writer.begin(await connect(), "live:1", ordered=False)
    done, job = asyncio.Event(), Compaction(slice_rows=500, slice_bytes=0)
    readers = [
        asyncio.create_task(_reading(await connect(), isolation, done))
        for isolation in ("read_committed", "read_committed", "repeatable_read", "repeatable_read")
    ]
    await _writing(writer, 1, 1)  # where nobody has stored anything, the job would take empty partitions away
    writing = asyncio.create_task(_writing(writer, 2, 120))
    archive = await connect()
    while not writing.done():
        await job.run(archive)
        await asyncio.sleep(0)
    await writing
    await forget_recorders(database)
    await job.run(archive)
    done.set()
    counted = await asyncio.gather(*readers)
    assert min(counted) > 0
    while await hot_partitions(database):  # nobody holds them now
        await job.run(archive)
    assert job.positions == await count(database, "position") == 2400
    assert job.dropped == 14
