import asyncio
from collections.abc import AsyncIterator
from datetime import UTC, date, datetime, timedelta

import asyncpg
import pytest

from aerotrack.core.retention import Retention
from aerotrack.storage.retention import Dropped, apply_retention
from past import Connection, at, put_archived, put_event, put_flight, put_hot

MONTH = Retention(days=30)
NOW = datetime.now(UTC).replace(microsecond=0)
LONG_AGO = NOW - timedelta(days=31)


@pytest.fixture
async def other(database_url: str) -> AsyncIterator[Connection]:
    """Somebody else's connection to the same database."""
    connection = await asyncpg.connect(database_url)
    yield connection
    await connection.close()


async def flown(
    database: Connection, start: datetime, *, address: int = 0x4CA2D6, stored_at: datetime | None = None
) -> int:
    """Store a flight of two minutes, archived, with an event."""
    flight = await put_flight(database, address, start, start + timedelta(minutes=2))
    await put_archived(
        database, flight, [start + timedelta(seconds=s) for s in (0, 60, 120)], stored_at=stored_at
    )
    await put_event(database, flight, start, "takeoff")
    return flight


async def left(database: Connection) -> tuple[int, int, int]:
    """Count flights, positions, events."""
    tables = ("flight", '"position"', "event")
    flights, positions, events = [
        int(await database.fetchval(f"select count(*) from aerotrack.{table}")) for table in tables
    ]
    return flights, positions, events


async def partitions(database: Connection) -> int:
    return int(
        await database.fetchval(
            "select count(*) from pg_partition_tree('aerotrack.position_archive') where isleaf"
        )
    )


async def test_a_day_stored_longer_ago_than_the_term_goes_with_its_flights_and_events(
    database: Connection,
) -> None:
    await flown(database, at("2024-11-22 15:30"), stored_at=LONG_AGO)
    dropped = await apply_retention(database, MONTH)
    assert (dropped.days, dropped.flights, dropped.events) == ((date(2024, 11, 22),), 1, 1)
    assert dropped.size > 0
    assert await left(database) == (0, 0, 0)
    assert await partitions(database) == 0
    assert await database.fetchval("select count(*) from aerotrack.day") == 0


async def test_a_recording_whose_last_day_goes_can_be_stored_again(database: Connection) -> None:
    await flown(database, at("2024-11-22 15:30"), stored_at=LONG_AGO)
    await flown(database, at("2024-11-23 15:30"), stored_at=NOW)
    await database.executemany(
        "insert into aerotrack.recorder (source, seq, upto, at) values ($1, 9, $2, $3)",
        [
            ("gone", at("2024-11-22 15:32"), LONG_AGO - timedelta(minutes=20)),
            ("longer", at("2024-11-23 15:32"), LONG_AGO - timedelta(minutes=20)),
            ("later", at("2024-11-22 15:32"), LONG_AGO + timedelta(minutes=20)),
            ("spool:1", at("2024-11-22 15:32"), LONG_AGO - timedelta(minutes=20)),
            ("live:1", at("2024-11-22 15:32"), LONG_AGO - timedelta(minutes=20)),
        ],
    )
    await apply_retention(database, MONTH)
    left = await database.fetch("select source from aerotrack.recorder order by source")
    assert [source for (source,) in left] == ["later", "live:1", "longer", "spool:1"]


async def test_flights_of_the_day_that_has_an_hour_less_go_with_it(database: Connection) -> None:
    await database.execute("set timezone = 'Europe/Berlin'")
    await flown(database, at("2025-03-30 23:30"), stored_at=LONG_AGO)
    dropped = await apply_retention(database, MONTH)
    assert dropped.flights == 1


async def test_a_recording_of_years_ago_that_was_replayed_yesterday_stays(database: Connection) -> None:
    await flown(database, at("2016-09-07 10:00"), stored_at=NOW - timedelta(days=1))
    assert await apply_retention(database, MONTH) == Dropped()
    assert await left(database) == (1, 3, 1)


async def test_a_day_that_was_added_to_lately_stays_whole(database: Connection) -> None:
    await flown(database, at("2024-11-22 15:30"), stored_at=LONG_AGO)
    await flown(database, at("2024-11-22 18:00"), stored_at=NOW - timedelta(days=29))
    assert await apply_retention(database, MONTH) == Dropped()
    assert await left(database) == (2, 6, 2)


async def test_the_policy_that_keeps_all_drops_nothing(database: Connection) -> None:
    await flown(database, at("2024-11-22 15:30"), stored_at=LONG_AGO)
    assert await apply_retention(database, Retention()) == Dropped()


async def test_over_the_quota_the_day_stored_longest_ago_goes_first(database: Connection) -> None:
    await flown(database, at("2024-11-22 15:30"), stored_at=NOW - timedelta(days=2))
    await flown(database, at("2016-09-07 10:00"), stored_at=NOW - timedelta(days=1))
    size = await database.fetchval(
        "select sum(pg_total_relation_size(relid)) from ("
        "  select relid from pg_partition_tree('aerotrack.position_archive')"
        "  union all select relid from pg_partition_tree('aerotrack.position_hot')"
        "  union all values ('aerotrack.flight'::regclass), ('aerotrack.event'::regclass)) t"
    )
    assert (await apply_retention(database, Retention(max_bytes=size))).days == ()
    assert (await apply_retention(database, Retention(max_bytes=size - 1))).days == (date(2024, 11, 22),)
    assert await left(database) == (1, 3, 1)


async def test_no_quota_is_small_enough_to_drop_what_came_within_the_last_hour(database: Connection) -> None:
    now = datetime.now(UTC)  # the suite may have taken minutes up to here
    await flown(database, at("2016-09-07 10:00"), stored_at=now - timedelta(minutes=55))
    await flown(database, at("2024-11-22 15:30"), stored_at=now - timedelta(minutes=61))
    assert (await apply_retention(database, Retention(max_bytes=1))).days == (date(2024, 11, 22),)
    assert await left(database) == (1, 3, 1)


async def test_a_flight_that_has_positions_on_another_day_or_hot_ones_stays(database: Connection) -> None:
    start = at("2024-11-22 23:57")
    over_midnight = await flown(database, start, stored_at=LONG_AGO)
    await put_archived(database, over_midnight, [start + timedelta(minutes=4)])
    half_archived = await flown(database, at("2024-11-20 10:00"), address=0x3C6444, stored_at=LONG_AGO)
    await put_hot(database, half_archived, [at("2024-11-20 10:01:30")])
    dropped = await apply_retention(database, MONTH)
    assert dropped.days == (date(2024, 11, 20), date(2024, 11, 22))
    assert dropped.flights == 0
    assert await left(database) == (2, 2, 2)


async def test_an_open_flight_stays_though_its_positions_went(database: Connection) -> None:
    flight = await put_flight(database, 0x4CA2D6, at("2024-11-22 15:30"), None)
    await put_archived(database, flight, [at("2024-11-22 15:31")], stored_at=LONG_AGO)
    dropped = await apply_retention(database, MONTH)
    assert (len(dropped.days), dropped.flights) == (1, 0)


async def test_a_flight_that_ended_just_now_without_a_position_stays(database: Connection) -> None:
    await put_flight(database, 0x4CA2D6, NOW - timedelta(minutes=5), NOW)
    assert await apply_retention(database, MONTH) == Dropped()
    assert await left(database) == (1, 0, 0)


async def test_flights_are_dropped_in_batches_until_none_is_left(
    database: Connection, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("aerotrack.storage.retention.BATCH", 2)
    for address in range(1, 6):
        await flown(database, at("2024-11-22 15:30"), address=address, stored_at=LONG_AGO)
    dropped = await apply_retention(database, MONTH)
    assert (dropped.flights, dropped.events) == (5, 5)


async def test_events_from_before_the_oldest_day_that_is_kept_go(database: Connection) -> None:
    flight = await flown(database, at("2024-11-22 15:30"))
    await put_event(database, flight, at("2024-11-21 23:59:59"), "squawk")
    await put_event(database, flight, at("2024-11-22 00:00:00"), "squawk")
    assert (await apply_retention(database, MONTH)).events == 1
    assert await left(database) == (1, 3, 2)


async def test_late_data_for_a_day_that_was_dropped_are_stored_and_stay_their_own_term(
    database: Connection,
) -> None:
    await flown(database, at("2024-11-22 15:30"), stored_at=LONG_AGO)
    await apply_retention(database, MONTH)
    await flown(database, at("2024-11-22 15:30"))
    assert await apply_retention(database, MONTH) == Dropped()
    assert await left(database) == (1, 3, 1)


async def test_a_long_query_is_not_waited_for_and_the_day_goes_the_next_time(
    database: Connection, other: Connection, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("aerotrack.storage.retention.PAUSE_S", 0.0)
    await flown(database, at("2024-11-21 15:30"), stored_at=LONG_AGO)
    await flown(database, at("2024-11-22 15:30"), stored_at=LONG_AGO)
    async with other.transaction():
        await other.fetch('select * from aerotrack."position"')
        dropped = await apply_retention(database, MONTH, tries=2)
        assert (dropped.days, dropped.postponed, dropped.flights) == ((), 2, 0)
        assert "held by a long query" in str(dropped)
    assert await left(database) == (2, 6, 2)
    assert len((await apply_retention(database, MONTH)).days) == 2


async def test_a_day_that_is_being_added_to_while_it_is_looked_at_stays(
    database: Connection, other: Connection, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("aerotrack.storage.retention.PAUSE_S", 0.01)
    await flown(database, at("2024-11-22 15:30"), stored_at=LONG_AGO)
    adding = other.transaction()
    await adding.start()
    await flown(other, at("2024-11-22 18:00"))
    retention = asyncio.create_task(apply_retention(database, MONTH, tries=1000))
    waiting = "select exists (select from pg_locks where not granted and mode = 'AccessExclusiveLock')"
    while not await other.fetchval(waiting):  # noqa: ASYNC110  another connection's wait sends no event
        await asyncio.sleep(0)
    await adding.commit()
    assert await retention == Dropped()
    assert await left(database) == (2, 6, 2)


def test_what_was_dropped_is_said_in_a_sentence() -> None:
    dropped = Dropped((date(2024, 11, 22),), 1_234_567_890, 12, 34)
    assert str(dropped) == "Dropped 1 day (1,234.6 MB), 12 flights and 34 events."
    assert str(Dropped()) == "Dropped 0 days (0.0 MB), 0 flights and 0 events."
