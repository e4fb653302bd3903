import math
import time
from collections.abc import AsyncIterator
from dataclasses import replace

import pytest

from aerotrack.core.changes import Changes
from aerotrack.core.flights import FlightTable
from aerotrack.core.legs import Leg
from aerotrack.errors import DatabaseError
from aerotrack.storage.database import Database
from aerotrack.storage.legs import open_legs
from aerotrack.storage.recorder import Recorder
from flown import AIRCRAFT, BEGIN, Connection, heard, recording, stored, ticked

# Up to $1 flights, each with a position after it was refreshed last: what a kill leaves.
_MANY = """
with flights as (
    insert into aerotrack.flight (flight_id, started_at, last_heard, split_reason)
    select (n << 32) + $2::bigint, to_timestamp($2), to_timestamp($2), 'first_seen'
    from generate_series(1, $1::bigint) n
    on conflict do nothing returning flight_id
)
insert into aerotrack.position_hot (time, flight_id, lat, lon, feed_id)
select to_timestamp($2 + 30), flight_id, 0, 0, 1 from flights
"""


@pytest.fixture
async def place(database_url: str) -> AsyncIterator[Database]:
    opened = await Database.open(database_url)
    yield opened
    await opened.close()


async def _record(place: Database, *changes: Changes) -> None:
    recorder = Recorder(place)
    async with recording(recorder):
        for tick in changes:
            recorder.take(tick)
            await stored(recorder)


async def test_an_open_flight_is_there_as_it_was_last_heard(place: Database) -> None:
    table = FlightTable()
    seen = heard(
        90.2,
        lat=52.05,
        lon=4.95,
        altitude_ft=12_025,
        on_ground=0,
        ground_speed_kt=250.4,
        callsign=b"KLM1",
        origin=b"EHAM",
    )
    await _record(place, ticked(table, heard(40.7)), ticked(table, seen))
    (leg,) = await open_legs(place)
    assert replace(leg, ground_since=0.0) == Leg(
        AIRCRAFT,
        int(BEGIN) + 40,
        0,
        pytest.approx(BEGIN + 90.2),
        52.05,
        4.95,
        12_025.0,
        on_ground=0,
        ground_since=0.0,
        ground_speed_kt=pytest.approx(250.4),
        callsign=b"KLM1",
        origin=b"EHAM",
    )


async def test_what_is_not_known_of_it_is_nan(place: Database) -> None:
    await _record(place, ticked(FlightTable(), heard(0)))
    (leg,) = await open_legs(place)
    assert math.isnan(leg.altitude_ft)
    assert leg.on_ground == -1


async def test_a_flight_that_is_over_is_not_there(place: Database) -> None:
    table = FlightTable()
    await _record(place, ticked(table, heard(0)), ticked(table, at=100), ticked(table, at=40_000))
    assert await open_legs(place) == []


async def test_after_a_crash_the_last_stored_position_counts(place: Database, database: Connection) -> None:
    await _record(place, ticked(FlightTable(), heard(50, lat=53.0, altitude_ft=900, on_ground=1)))
    await database.execute(
        "update aerotrack.flight set last_heard = last_heard - interval '40 s', last_lat = 1, last_lon = 1,"
        " last_altitude_ft = 1, last_on_ground = false"
    )
    (leg,) = await open_legs(place)
    assert (leg.last_heard, leg.lat, leg.altitude_ft, leg.on_ground) == (BEGIN + 50, 53.0, 900.0, 1)


async def test_a_recording_gets_the_flights_from_before_it_only(place: Database) -> None:
    table = FlightTable()
    await _record(place, ticked(table, heard(0, 1)), ticked(table, heard(100, 2), at=100))
    assert [leg.address for leg in await open_legs(place, BEGIN + 60, live=False)] == [1]


async def test_live_sources_do_not_go_on_with_what_a_clock_that_was_ahead_has_heard(
    place: Database, database: Connection
) -> None:
    await _record(place, ticked(FlightTable(), heard(50, lat=52.0, lon=4.0)))
    await database.execute("update aerotrack.flight set last_heard = last_heard - interval '40 s'")
    await _record(place, ticked(FlightTable(), heard(3600, lat=52.0, lon=4.0), at=3600))
    (leg,) = await open_legs(place, BEGIN + 120)
    assert leg.last_heard == BEGIN + 50  # which its row does not know yet
    assert not FlightTable([leg], past=True).apply(heard(60, lat=52.01, lon=4.01))


async def test_a_table_goes_on_with_them(place: Database, database: Connection) -> None:
    await _record(place, ticked(FlightTable(), heard(0, altitude_ft=30_000)))
    restarted = FlightTable(await open_legs(place))
    await _record(place, ticked(restarted, heard(600, altitude_ft=30_000)))
    assert await database.fetchval("select count(*) from aerotrack.flight") == 1
    assert await database.fetchval("select count(*) from aerotrack.position") == 2


async def test_many_of_them_are_read_as_fast_where_postgresql_has_counted_nothing(
    place: Database, database: Connection
) -> None:
    await database.execute("alter table aerotrack.flight set (autovacuum_enabled = off)")
    await database.execute("select aerotrack.ensure_partitions(to_timestamp($1), to_timestamp($1))", BEGIN)
    seconds = []
    for count in (2_000, 12_000):
        await database.execute(_MANY, count, BEGIN)
        began = time.perf_counter()
        assert len(await open_legs(place)) == count
        seconds.append(time.perf_counter() - began)
    assert seconds[1] < 15 * seconds[0] + 0.5  # six times as many; each with each would be thirty-six


async def test_a_database_that_is_away_is_said_in_a_sentence(database_url: str) -> None:
    with pytest.raises(DatabaseError, match="The open flights cannot be read"):
        await open_legs(Database(database_url.replace("/test_", "/missing_")))
