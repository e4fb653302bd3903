import asyncio
import contextlib
import errno
import itertools
import os
import shutil
import signal
import tempfile
from collections import Counter
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from math import nan
from pathlib import Path

import asyncpg
import numpy as np
import orjson
import psutil
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from aerotrack.core.changes import Changes
from aerotrack.core.flights import FlightTable
from aerotrack.core.identity import flight_ids
from aerotrack.core.observations import Observations
from aerotrack.errors import StartError
from aerotrack.storage.database import Database
from aerotrack.storage.embedded import EmbeddedPostgres
from aerotrack.storage.legs import open_legs
from aerotrack.storage.recorder import Recorder
from aerotrack.storage.spool import Spool
from aerotrack.storage.spool_records import from_bytes
from aerotrack.storage.writer import CHUNK_FLIGHTS
from flown import AIRCRAFT, BEGIN, Connection, heard, recording, stored, ticked, until


@pytest.fixture
async def place(database_url: str) -> AsyncIterator[Database]:
    opened = await Database.open(database_url, connect_s=2, command_s=5)
    yield opened
    await opened.close()


async def _positions(database: Connection) -> list[asyncpg.Record]:
    return await database.fetch("select * from aerotrack.position order by time, flight_id")


@asynccontextmanager
async def _closed(database_url: str) -> AsyncIterator[None]:
    """Make the database as unreachable as a stopped server is. Those inside stay, but for the recorder."""
    name = database_url.partition("?")[0].rpartition("/")[2]
    outside = await asyncpg.connect(database_url.replace(f"/{name}?", "/postgres?"))
    await outside.execute(f"alter database {name} with allow_connections false")
    await outside.execute(
        "select pg_terminate_backend(pid) from pg_stat_activity"
        " where application_name = 'aerotrack' and datname = $1",
        name,
    )
    yield
    await outside.execute(f"alter database {name} with allow_connections true")
    await outside.close()


def _many(table: FlightTable, ticks: int, *, first: int = 0, aircraft: int = 20) -> Iterator[Changes]:
    """Make ticks a second apart in which each of some aircraft reports."""
    for second in range(first, first + ticks):
        yield ticked(table, *(heard(second, n + 1, lat=40 + second / 1000) for n in range(aircraft)))


async def test_a_position_is_stored_with_what_was_known(place: Database, database: Connection) -> None:
    recorder = Recorder(place)
    async with recording(recorder):
        recorder.take(
            ticked(
                FlightTable(),
                heard(
                    1.5, lat=52.308612, lon=-4.763889, altitude_ft=35012.0, geo_altitude_ft=-30.0,
                    on_ground=0, ground_speed_kt=451.4, track_deg=359.97, vertical_rate_fpm=-130.0, squawk=14,
                    position_source=2,
                ),
            ),
        )  # fmt: skip
    (row,) = await _positions(database)
    assert row["icao24"] == "4ca2d6"
    assert row["time"].timestamp() == BEGIN + 1.5
    assert (row["lat"], row["lon"]) == (52.30861, -4.76389)
    assert (row["altitude_ft"], row["geo_altitude_ft"]) == (35000, -25)
    assert (row["on_ground"], row["ground_speed_kt"], row["track_deg"]) == (False, 451, 0.0)
    assert (row["vertical_rate_fpm"], row["squawk"]) == (-128, "0014")
    assert (row["position_source"], row["feed"]) == ("mlat", "roof")


async def test_what_was_not_heard_is_null(place: Database, database: Connection) -> None:
    recorder = Recorder(place)
    async with recording(recorder):
        recorder.take(ticked(FlightTable(), heard(0)))
    (row,) = await _positions(database)
    known = {name for name, value in row.items() if value is not None}
    assert known == {"flight_id", "icao24", "time", "bucket", "lat", "lon", "feed"}


async def test_zero_is_a_value(place: Database, database: Connection) -> None:
    recorder = Recorder(place)
    zeros = {"altitude_ft": 0, "ground_speed_kt": 0, "track_deg": 0, "vertical_rate_fpm": 0, "squawk": 0}
    async with recording(recorder):
        recorder.take(ticked(FlightTable(), heard(0, lat=0.0, lon=5.0, on_ground=1, **zeros)))
    (row,) = await _positions(database)
    assert {name: row[name] for name in zeros} == zeros | {"squawk": "0000"}
    assert (row["lat"], row["on_ground"]) == (0.0, True)


_REPORTS = st.lists(  # ticks of reports: which of three aircraft, how much later, where
    st.lists(st.tuples(st.integers(1, 3), st.floats(0, 900), st.floats(-90, 90)), max_size=5), max_size=6
)


@settings(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(ticks=_REPORTS, batch=st.integers(1, 6))
async def test_every_accepted_position_is_stored_once_however_it_is_cut(
    place: Database, database: Connection, ticks: list[list[tuple[int, float, float]]], batch: int
) -> None:
    await database.execute("truncate aerotrack.position_hot, aerotrack.flight")
    table, time, expected = FlightTable(), 0.0, Counter()
    recorder = Recorder(place, batch=batch, patience_s=1)
    async with recording(recorder):
        for reports in ticks:
            observations = []
            for address, later, lat in reports:
                time += later
                observations.append(heard(time, address, lat=lat))
            changes = ticked(table, *observations, at=time)
            if len(changes.positions["address"]):
                ids = flight_ids(changes.positions["address"], changes.positions["start"])
                times = (changes.positions["time"] * 50).round() / 50
                expected.update(zip(ids.tolist(), times.tolist(), strict=True))
            recorder.take(changes)
    rows = await database.fetch(
        "select flight_id, extract(epoch from time)::float8 from aerotrack.position_hot"
    )
    assert Counter((flight_id, round(at * 50) / 50) for flight_id, at in rows) == expected
    assert recorder.status().stored == expected.total()
    flights = await database.fetch("select flight_id from aerotrack.flight")
    assert {flight_id for (flight_id,) in flights} == {flight_id for flight_id, _ in expected}


async def test_kept_tells_the_stamp_that_is_safe(place: Database) -> None:
    recorder, table = Recorder(place, source="sha256:1"), FlightTable()
    async with recording(recorder) as kept:
        recorder.take(ticked(table, heard(0, stamp=7)))
        await stored(recorder)
        recorder.take(ticked(table, heard(5, stamp=9)))
    assert (kept[0], kept[-1]) == (7, 9)


async def test_a_recording_replayed_again_stores_nothing_new_and_leaves_the_flights_as_they_are(
    place: Database, database: Connection
) -> None:
    for _ in range(2):
        recorder, table = Recorder(place, source="sha256:1"), FlightTable()
        async with recording(recorder):
            for n in range(6):
                recorder.take(ticked(table, heard(10 * n, stamp=n, callsign=f"KLM{n}")))
                await stored(recorder)
            recorder.take(ticked(table, at=30_000))
        rows = await _positions(database), await database.fetch("select * from aerotrack.flight")
        if recorder.status().stored:
            first = rows
    assert rows == first
    assert len(rows[0]) == 6
    assert rows[1][0]["callsign"] == "KLM5"
    assert rows[1][0]["ended_at"].timestamp() == BEGIN + 50
    assert (recorder.status().stored, recorder.status().already_stored) == (0, 6)


async def test_a_recording_that_was_cut_off_goes_on_where_it_was(
    place: Database, database: Connection
) -> None:
    for much in (3, 6):
        recorder, table = Recorder(place, source="sha256:1"), FlightTable()
        async with recording(recorder):  # in the second run, one batch holds old and new
            recorder.take(ticked(table, *(heard(10 * n, stamp=n) for n in range(much))))
    assert len(await _positions(database)) == 6
    assert (recorder.status().already_stored, recorder.status().stored) == (3, 3)


async def test_a_recording_of_other_content_is_stored_as_well(place: Database, database: Connection) -> None:
    for source, feed in (("sha256:1", "roof"), ("sha256:2", "barn")):
        recorder = Recorder(place, source=source)
        async with recording(recorder):
            recorder.take(ticked(FlightTable(), heard(0, stamp=0, feed=feed)))
    assert sorted(row["feed"] for row in await _positions(database)) == ["barn", "roof"]


async def test_what_happened_to_a_flight_is_stored_once_with_its_details(
    place: Database, database: Connection
) -> None:
    for _ in range(2):  # the same again, under the same ids
        recorder, table = Recorder(place), FlightTable()
        async with recording(recorder):
            recorder.take(ticked(table, at=0))
            recorder.take(ticked(table, heard(1.25, callsign="KLM\0 1", squawk=1000)))
            await stored(recorder)
            recorder.take(ticked(table, heard(5, squawk=7700)))
            recorder.take(ticked(table, at=30_000))
    rows = await database.fetch("select * from aerotrack.event order by time, kind desc")
    assert [(row["kind"], row["time"].timestamp() - BEGIN) for row in rows] == [
        ("flight_started", 1.0),
        ("squawk", 5.0),
        ("flight_ended", 5.0),
    ]
    assert orjson.loads(rows[0]["details"]) == {"split_reason": "first_seen", "callsign": "KLM 1"}
    assert orjson.loads(rows[1]["details"]) == {"squawk": "7700", "before": "1000"}
    assert rows[1]["id"] == f"4ca2d6-{int(BEGIN) + 1:x}-squawk-{int(BEGIN) + 5}000"
    assert rows[1]["flight_id"] == AIRCRAFT << 32 | int(BEGIN) + 1


async def test_connections_cut_at_any_moment_lose_and_double_nothing(
    place: Database, database: Connection
) -> None:
    recorder, table = Recorder(place), FlightTable()
    async with recording(recorder):
        for changes in _many(table, 60):
            recorder.take(changes)
            await database.execute(
                "select pg_terminate_backend(pid) from pg_stat_activity"
                " where application_name = 'aerotrack' and random() < 0.5"
            )
            await asyncio.sleep(0)
        await stored(recorder)
    assert await database.fetchval("select count(*) from aerotrack.position") == 60 * 20
    assert (
        await database.fetchval("select count(distinct (time, flight_id)) from aerotrack.position") == 60 * 20
    )
    assert recorder.status().stored == 60 * 20


async def test_a_database_that_goes_away_and_comes_back_gets_everything(
    place: Database, database: Connection, database_url: str
) -> None:
    recorder, table = Recorder(place), FlightTable()
    async with recording(recorder):
        ticks = _many(table, 9)
        recorder.take(next(ticks))
        await stored(recorder)
        async with _closed(database_url):
            for changes in ticks:
                recorder.take(changes)
            await until(lambda: recorder.status().error is not None)
            assert not recorder.status().connected
            assert recorder.status().queued == 8 * 20
            assert recorder.status().lag_seconds > 0
        await stored(recorder)
        assert recorder.status().error is None
        assert recorder.status().connected
    assert await database.fetchval("select count(*) from aerotrack.position") == 9 * 20


async def test_a_database_that_hangs_is_noticed_and_gets_everything_once_it_answers(
    place: Database, database: Connection, database_url: str
) -> None:
    recorder, table = Recorder(Database(database_url, command_s=0.2)), FlightTable()
    async with recording(recorder):
        ticks = _many(table, 3)
        recorder.take(next(ticks))
        await stored(recorder)
        async with database.transaction():
            await database.execute("lock table aerotrack.position_hot in exclusive mode")
            for changes in ticks:
                recorder.take(changes)
            await until(lambda: recorder.status().error is not None)
        await stored(recorder)
    assert await database.fetchval("select count(*) from aerotrack.position") == 3 * 20


async def test_what_does_not_fit_the_backlog_is_dropped_and_counted(
    place: Database, database: Connection
) -> None:
    recorder, table = Recorder(place, backlog=2), FlightTable()
    for n in range(4):
        recorder.take(ticked(table, heard(10 * n, callsign=f"KLM{n}")))
    assert (recorder.status().queued, recorder.status().dropped) == (2, 2)
    async with recording(recorder):
        await stored(recorder)
        recorder.take(ticked(table, heard(50)))
    times = [row["time"].timestamp() - BEGIN for row in await _positions(database)]
    assert times == [0, 10, 50]
    assert await database.fetchval("select callsign from aerotrack.flight") == "KLM3"


async def test_a_recording_is_stored_without_holes_so_that_reading_it_again_stores_the_rest(
    place: Database, database: Connection
) -> None:
    for backlog in (2, 100):
        recorder, table = Recorder(place, source="sha256:1", backlog=backlog), FlightTable()
        for n in range(4):
            recorder.take(ticked(table, heard(10 * n, stamp=n)))
        async with recording(recorder) as kept:
            await stored(recorder)
            recorder.take(ticked(table, heard(50, stamp=5)))
    assert kept[-1] == 5
    assert [row["time"].timestamp() - BEGIN for row in await _positions(database)] == [0, 10, 20, 30, 50]


async def test_a_flight_that_is_over_has_an_end_and_is_never_revived(
    place: Database, database: Connection
) -> None:
    recorder, table = Recorder(place), FlightTable()
    async with recording(recorder):
        recorder.take(ticked(table, heard(0)))
        recorder.take(ticked(table, heard(100, callsign="KLM1")))
        recorder.take(ticked(table, at=200))
        recorder.take(ticked(table, at=40_000))
        recorder.take(ticked(table, heard(40_001)))
        await stored(recorder)
    flights = await database.fetch("select * from aerotrack.flight order by started_at")
    assert [flight["split_reason"] for flight in flights] == ["first_seen", "gap"]
    assert flights[0]["ended_at"].timestamp() == flights[0]["last_heard"].timestamp() == BEGIN + 100
    assert flights[1]["ended_at"] is None
    again, other = Recorder(place), FlightTable()
    async with recording(again):
        again.take(ticked(other, heard(0, callsign="KLM2")))
    ended = await database.fetchrow(
        "select * from aerotrack.flight where started_at = $1", flights[0]["started_at"]
    )
    assert (ended["ended_at"], ended["callsign"]) == (flights[0]["ended_at"], "KLM2")


async def test_facts_are_brought_up_to_date_and_the_unknown_erases_nothing(
    place: Database, database: Connection
) -> None:
    table = FlightTable()
    recorder = Recorder(place)
    async with recording(recorder):
        recorder.take(ticked(table, heard(0, registration="PH-BXA")))
        await stored(recorder)
        recorder.take(ticked(table, heard(1, callsign="KLM1023")))
        await stored(recorder)
        recorder.take(ticked(table, heard(2, callsign="KLM641")))
    restarted = Recorder(place)
    async with recording(restarted):
        restarted.take(ticked(FlightTable(await open_legs(place)), heard(3, type_code="B738")))
    (flight,) = await database.fetch("select * from aerotrack.flight")
    assert (flight["callsign"], flight["registration"], flight["type_code"]) == ("KLM641", "PH-BXA", "B738")
    assert flight["id"] == "4ca2d6-6740a378"


async def test_a_flight_that_came_and_went_within_one_tick_has_a_row(
    place: Database, database: Connection
) -> None:
    recorder = Recorder(place)
    async with recording(recorder):
        recorder.take(ticked(FlightTable(), heard(0), at=300))
    assert (
        await database.fetchval(
            "select count(*) from aerotrack.flight join aerotrack.position using (flight_id)"
        )
        == 1
    )


async def test_a_flight_that_came_back_to_another_row_keeps_what_was_known(
    place: Database, database: Connection
) -> None:
    recorder, table = Recorder(place), FlightTable()
    for changes in (
        ticked(table, heard(0, callsign="KLM1023", altitude_ft=30_000)),
        ticked(table, at=800),
        ticked(table, heard(900, registration="PH-BXA", altitude_ft=30_000)),
    ):
        recorder.take(changes)
    async with recording(recorder):
        await stored(recorder)
    (flight,) = await database.fetch("select * from aerotrack.flight")
    assert (flight["callsign"], flight["registration"]) == ("KLM1023", "PH-BXA")
    assert flight["last_heard"].timestamp() == BEGIN + 900


async def test_where_flights_were_last_heard_is_refreshed_each_minute_and_at_the_end(
    place: Database, database: Connection
) -> None:
    recorder, table = Recorder(place), FlightTable()
    async with recording(recorder):
        recorder.take(ticked(table, heard(0, lat=50.0)))
        await stored(recorder)
        recorder.take(ticked(table, heard(30, lat=50.1, altitude_ft=3000, on_ground=0)))
        await stored(recorder)
        assert await database.fetchval("select last_lat from aerotrack.flight") == 50.0
    row = await database.fetchrow("select * from aerotrack.flight")
    assert row["last_heard"].timestamp() == BEGIN + 30
    assert (row["last_lat"], row["last_altitude_ft"], row["last_on_ground"]) == (50.1, 3000.0, False)


async def test_a_batch_that_the_database_refuses_is_put_aside_and_the_rest_goes_on(
    place: Database, database: Connection
) -> None:
    await database.execute("alter table aerotrack.position_hot add constraint low check (altitude < 1000)")
    recorder, table = Recorder(place), FlightTable()
    async with recording(recorder):
        recorder.take(ticked(table, heard(0, callsign="BAD1", altitude_ft=25_100)))
        await stored(recorder)
        recorder.take(ticked(table, heard(5, callsign="GOOD1", altitude_ft=24_900)))
        await stored(recorder)
        assert recorder.status().failed == 1
    assert [row["altitude_ft"] for row in await _positions(database)] == [24_900]
    assert await database.fetchval("select callsign from aerotrack.flight") == "GOOD1"


async def test_the_flights_of_a_refused_batch_are_kept(place: Database, database: Connection) -> None:
    await database.execute("alter table aerotrack.position_hot add constraint low check (altitude < 1000)")
    recorder = Recorder(place, source="sha256:1")
    async with recording(recorder) as kept:
        recorder.take(ticked(FlightTable(), heard(0, callsign="BAD1", altitude_ft=60_000, stamp=3)))
        await stored(recorder)
    assert await database.fetchval("select callsign from aerotrack.flight") == "BAD1"
    assert (
        await database.fetchval("select seq from aerotrack.recorder where source = 'sha256:1'")
        == kept[-1]
        == 3
    )


async def test_a_partition_that_retention_took_is_made_again(place: Database, database: Connection) -> None:
    recorder, table = Recorder(place), FlightTable()
    async with recording(recorder):
        recorder.take(ticked(table, heard(0)))
        await stored(recorder)
        await database.execute("drop table aerotrack.position_hot_20241122_1530")
        recorder.take(ticked(table, heard(5)))
        await stored(recorder)
    assert recorder.status().failed == 0
    assert [row["time"].timestamp() - BEGIN for row in await _positions(database)] == [5]


async def test_closing_gives_up_on_a_database_that_takes_nothing(database_url: str) -> None:
    recorder = Recorder(Database(database_url.replace("/test_", "/missing_")), patience_s=0.05)
    async with recording(recorder):
        recorder.take(ticked(FlightTable(), heard(0)))
    assert (recorder.status().stored, recorder.status().queued) == (0, 1)
    assert "does not exist" in recorder.status().error
    assert recorder.gave_up


async def test_flights_that_stay_unwritten_are_said_as_well(database_url: str) -> None:
    recorder = Recorder(Database(database_url.replace("/test_", "/missing_")), patience_s=0.05)
    async with recording(recorder):
        recorder.take(ticked(FlightTable(), heard(0, lat=nan, lon=nan, callsign="KLM1")))
    assert recorder.status().queued == 0
    assert recorder.gave_up


async def test_closing_waits_for_a_database_that_is_slow_as_long_as_it_takes_anything(
    place: Database, database: Connection
) -> None:
    await database.execute(
        "create function slow() returns trigger language plpgsql as"
        " $$ begin perform pg_sleep(0.3); return null; end $$;"
        "create trigger slow after insert on aerotrack.flight execute function slow()"
    )
    recorder, many = Recorder(place, patience_s=0.6), np.arange(1, 2 * CHUNK_FLIGHTS + 2)
    crowd = Observations.of(many, BEGIN + 0.0 * many, lat=many / 100, lon=many / 100)
    async with recording(recorder):
        recorder.take(ticked(FlightTable(), crowd))
    assert (recorder.status().stored, recorder.status().queued) == (len(many), 0)
    assert not recorder.gave_up


async def test_closing_without_anything_to_store_takes_no_time(database_url: str) -> None:
    recorder = Recorder(Database(database_url), patience_s=60)
    async with recording(recorder), asyncio.timeout(5):
        await recorder.close()


# With a spool.


def _spool(directory: Path) -> Spool:
    return Spool.open(directory / "spool", limit=1 << 26)


async def _count(database: Connection) -> tuple[int, int]:
    """How many positions are stored, and how many different ones."""
    statement = "select count(*), count(distinct (time, flight_id)) from aerotrack.position"
    return tuple(await database.fetchrow(statement))


async def _drop_dead(recorder: Recorder, *ticks: Changes) -> None:
    """Run a recorder until its spool holds what it was told, then end it as kill -9 does."""
    running = asyncio.create_task(recorder.run(lambda _: None))
    for changes in ticks:
        recorder.take(changes)
    await until(lambda: recorder.status().spooled == recorder.status().queued > 0)
    running.cancel()
    await asyncio.wait([running])


async def test_what_is_stored_leaves_the_spool(place: Database, database: Connection, tmp_path: Path) -> None:
    spool = _spool(tmp_path)
    recorder = Recorder(place, spool=spool)
    async with recording(recorder) as kept:
        recorder.take(ticked(FlightTable(), heard(0, stamp=7)))
    spool.close()
    assert await _count(database) == (1, 1)
    assert kept[-1] == 7
    assert [path.stat().st_size for path in (tmp_path / "spool").glob("*.spool")] == [0]


async def test_while_the_database_is_away_positions_leave_memory_and_come_back_in_order(
    place: Database, database: Connection, database_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("aerotrack.storage.spool.HELD", 30)
    recorder, table = Recorder(place, spool=_spool(tmp_path), backlog=20), FlightTable()
    async with recording(recorder):
        ticks = _many(table, 9)
        recorder.take(next(ticks))
        await stored(recorder)
        async with _closed(database_url):
            for number, changes in enumerate(ticks, 1):
                recorder.take(changes)
                await until(lambda number=number: recorder.status().spooled == 20 * number)
            assert recorder.status().queued == 8 * 20
        await stored(recorder)
    assert await _count(database) == (9 * 20, 9 * 20)
    assert recorder.status().dropped == 0


async def test_closing_while_the_database_is_away_leaves_everything_safe_for_the_next_start(
    place: Database, database: Connection, database_url: str, tmp_path: Path
) -> None:
    recorder, table = Recorder(place, spool=(spool := _spool(tmp_path)), patience_s=0.2), FlightTable()
    async with _closed(database_url):
        async with recording(recorder):
            for changes in _many(table, 3):
                recorder.take(changes)
        spool.close()
        assert not recorder.gave_up
        assert recorder.status().queued == recorder.status().spooled == 3 * 20
    again = Recorder(place, spool=_spool(tmp_path))
    await again.recover()
    assert await _count(database) == (3 * 20, 3 * 20)
    assert again.status().stored == 3 * 20
    legs = await open_legs(place)
    assert {leg.last_heard for leg in legs} == {BEGIN + 2}
    assert len(legs) == 20


async def test_a_start_without_the_database_is_refused_and_loses_nothing(
    place: Database, database: Connection, database_url: str, tmp_path: Path
) -> None:
    await _drop_dead(
        Recorder(Database(database_url.replace("/test_", "/missing_")), spool=_spool(tmp_path)),
        ticked(FlightTable(), heard(0)),
    )
    missing = Database(database_url.replace("/test_", "/missing_"))
    with pytest.raises(StartError, match="start again"):
        await Recorder(missing, spool=_spool(tmp_path), patience_s=0.05).recover()
    await Recorder(place, spool=_spool(tmp_path)).recover()
    assert await _count(database) == (1, 1)


async def test_a_crash_between_the_spool_and_the_commit_loses_nothing(
    place: Database, database: Connection, database_url: str, tmp_path: Path
) -> None:
    async with _closed(database_url):
        await _drop_dead(Recorder(place, spool=_spool(tmp_path)), *_many(FlightTable(), 2))
    await Recorder(place, spool=_spool(tmp_path)).recover()
    assert await _count(database) == (40, 40)


async def test_a_crash_between_the_commit_and_its_acknowledgement_stores_nothing_twice(
    place: Database, database: Connection, tmp_path: Path
) -> None:
    recorder = Recorder(place, spool=_spool(tmp_path))
    async with recording(recorder):
        for changes in _many(FlightTable(), 2):
            recorder.take(changes)
            await stored(recorder)
    again = Recorder(place, spool=_spool(tmp_path))  # the first was not closed: the records are still there
    await again.recover()
    assert (again.status().already_stored, again.status().stored) == (0, 0), "they are not even read"
    assert await _count(database) == (40, 40)


async def test_a_clock_that_went_back_makes_no_number_that_looks_stored(
    place: Database, database: Connection, tmp_path: Path
) -> None:
    for time, second in ((2e9, 0), (1e9, 5)):
        spool = Spool.open(tmp_path / "spool", limit=1 << 26, clock=lambda time=time: time)
        recorder = Recorder(place, spool=spool)
        await recorder.recover()
        async with recording(recorder):
            recorder.take(ticked(FlightTable(), heard(second)))
        spool.close()
        for path in (tmp_path / "spool").glob("*.spool"):
            path.unlink()  # as if another program had tidied up
    assert await _count(database) == (2, 2)


async def test_a_disk_that_is_full_stores_nothing_says_so_and_recovers(
    place: Database, database: Connection, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    recorder, table = Recorder(place, spool=_spool(tmp_path), backlog=30), FlightTable()
    async with recording(recorder):
        with monkeypatch.context() as disk:
            disk.setattr("aerotrack.storage.spool.write", _no_space)
            ticks = _many(table, 4)
            recorder.take(next(ticks))
            await until(lambda: recorder.status().spool_error is not None)
            assert recorder.status().spool_error == "No space left on device"
            recorder.take(next(ticks))
            recorder.take(next(ticks))
            assert (recorder.status().queued, recorder.status().dropped) == (40, 20)
            assert await _count(database) == (0, 0)
        recorder.take(next(ticks))
        await until(lambda: recorder.status().spool_error is None)
        await stored(recorder)
    assert recorder.status().stored == (await _count(database))[0] == 40


def _no_space(*_: object) -> None:
    raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))


async def test_what_could_not_even_be_spooled_is_lost_and_said(
    place: Database, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("aerotrack.storage.spool.write", _no_space)
    recorder = Recorder(place, spool=_spool(tmp_path), patience_s=0.05)
    async with recording(recorder):
        recorder.take(ticked(FlightTable(), heard(0)))
    assert recorder.gave_up
    assert recorder.status().queued - recorder.status().spooled == 1


async def test_a_refused_batch_is_in_a_file_and_the_rest_of_the_spool_goes_on(
    place: Database, database: Connection, tmp_path: Path
) -> None:
    await database.execute("alter table aerotrack.position_hot add constraint low check (altitude < 1000)")
    recorder, table = Recorder(place, spool=_spool(tmp_path)), FlightTable()
    async with recording(recorder):
        recorder.take(ticked(table, heard(0, callsign="BAD1", altitude_ft=25_100)))
        await stored(recorder)
        recorder.take(ticked(table, heard(5, altitude_ft=24_900)))
    assert (recorder.status().failed, recorder.status().stored) == (1, 1)
    (path,) = (tmp_path / "spool" / "refused").iterdir()
    batch = from_bytes(path.read_bytes())
    assert batch.positions["altitude_ft"].tolist() == [25_100]


@pytest.mark.parametrize("sign", [signal.SIGKILL, signal.SIGSTOP])
async def test_a_postgresql_that_is_killed_or_stopped_gets_everything_once_it_is_back(
    sign: signal.Signals, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("aerotrack.storage.committer.LAST_BACKOFF_S", 0.2)
    directory = Path(tempfile.mkdtemp(prefix="aerotrack-"))  # pytest's is closed to other users
    server = EmbeddedPostgres(directory, settings={"fsync": "off"})
    try:
        url = await server.start()
        place = await Database.open(url, connect_s=1, command_s=1)
        keeper = asyncio.create_task(server.supervise())
        recorder, table = Recorder(place, spool=_spool(tmp_path)), FlightTable()
        async with recording(recorder):
            ticks = _many(table, 60)
            for changes in itertools.islice(ticks, 5):
                recorder.take(changes)
                await asyncio.sleep(0)
            postmaster = psutil.Process(server.pid)
            processes = [postmaster, *postmaster.children(recursive=True)]
            for process in processes:
                with contextlib.suppress(psutil.NoSuchProcess):
                    process.send_signal(sign)
            for changes in ticks:
                recorder.take(changes)
                await asyncio.sleep(0)
            await until(lambda: recorder.status().error is not None)
            for process in processes if sign == signal.SIGSTOP else ():
                process.send_signal(signal.SIGCONT)
            await stored(recorder)
        keeper.cancel()
        await asyncio.wait([keeper])
        connection = await asyncpg.connect(url)
        assert await _count(connection) == (60 * 20, 60 * 20)
        await connection.close()
        await place.close()
    finally:
        await server.stop()
        shutil.rmtree(directory)
