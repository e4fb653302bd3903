import asyncio
import inspect
from collections.abc import AsyncIterator
from time import monotonic

import numpy as np
import pytest

from aerotrack.core.columns import BY_NAME
from aerotrack.core.flights import FlightTable
from aerotrack.core.past_sky import Passage, PastSky
from aerotrack.core.ports import Past
from aerotrack.errors import DatabaseError
from aerotrack.storage.database import Database
from aerotrack.storage.playback import PostgresPast
from aerotrack.storage.recorder import Recorder
from flown import BEGIN, Connection, heard, recording, ticked
from hanging import hanging

NOBODY = np.empty(0, np.int64)
FLIGHT = 0x4CA2D6 << 32 | int(BEGIN)


@pytest.fixture
async def place(database_url: str) -> AsyncIterator[Database]:
    opened = await Database.open(database_url)
    yield opened
    await opened.close()


@pytest.fixture
async def past(place: Database) -> PostgresPast:
    """The stored past of two flights: one reports every ten seconds, the other once."""
    recorder, table = Recorder(place), FlightTable()
    async with recording(recorder):
        recorder.take(
            ticked(
                table,
                heard(
                    0, callsign="KLM1023", registration="PH-BXA", altitude_ft=3000, on_ground=0, squawk=14,
                    ground_speed_kt=451, track_deg=359.5, vertical_rate_fpm=-128, position_source=2,
                ),
                heard(5, 0x1000001, feed="hill"),
            )
        )  # fmt: skip
        for second in range(10, 100, 10):
            recorder.take(ticked(table, heard(second, lat=52 + second / 1000, position_source=2)))
    return PostgresPast(place)


async def archive(database: Connection) -> None:
    """Move what is stored into the archive, a row for each flight, without a thought for size."""
    await database.execute(
        """
        select aerotrack.ensure_days(min(time), max(time)) from aerotrack.position_hot;
        with taken as (delete from aerotrack.position_hot returning *), numbered as (
            select date_bin('10 minutes', time, '2000-01-01 00:00Z') as bucket, *,
                   (extract(epoch from time) * 50)::bigint % 30000 as t
            from taken
        )
        insert into aerotrack.position_archive
        select bucket, flight_id, min(lat), min(lat), min(lon), min(lon), min(lat), max(lat), min(lon),
               max(lon), min(t)::int2, max(t)::int2, squawk, position_source, feed_id, on_ground,
               array_agg(t::int2 order by t), array_agg((lat - low)::int2 order by t),
               array_agg((lon - west)::int2 order by t), array_agg(altitude order by t),
               array_agg(geo_altitude order by t), array_agg(ground_speed order by t),
               array_agg(track order by t), array_agg(vertical_rate order by t), null, null
        from (select *, min(lat) over w as low, min(lon) over w as west from numbered
              window w as (partition by bucket, flight_id, squawk, position_source, feed_id, on_ground)) n
        group by bucket, flight_id, squawk, position_source, feed_id, on_ground
        """
    )


async def waiting_for_a_lock(database: Connection, count: int = 1) -> None:
    """Wait until so many others wait for a lock."""
    waiting = (
        "select count(*) from pg_stat_activity"
        " where wait_event_type = 'Lock' and datname = current_database()"
    )
    async with asyncio.timeout(10):
        while await database.fetchval(waiting) != count:
            await asyncio.sleep(0.01)
            await database.execute("select pg_stat_clear_snapshot()")  # a transaction keeps what it has seen


def test_it_is_the_port() -> None:
    for name in ("earliest", "sky", "passage", "events"):
        assert [*inspect.signature(getattr(PostgresPast, name)).parameters] == [
            *inspect.signature(getattr(Past, name)).parameters
        ]


@pytest.mark.parametrize("archived", [False, True])
async def test_a_picture_is_each_flights_last_position(
    past: PostgresPast, database: Connection, *, archived: bool
) -> None:
    if archived:
        await archive(database)
    picture = await past.sky(BEGIN + 35, NOBODY)
    assert picture.positions["flight"].tolist() == [0x1000001 << 32 | int(BEGIN) + 5, FLIGHT]
    assert picture.positions["time"].tolist() == [BEGIN + 5, BEGIN + 30]
    assert picture.positions["lat"].tolist() == [52.0, 52.03]
    assert [picture.feeds[feed] for feed in picture.positions["feed"]] == ["hill", "roof"]
    assert np.isnan(picture.positions["altitude_ft"][0])


@pytest.mark.parametrize("archived", [False, True])
async def test_a_passage_is_what_comes_after_its_beginning_up_to_its_end(
    past: PostgresPast, database: Connection, *, archived: bool
) -> None:
    if archived:
        await archive(database)
    passage = await past.passage(BEGIN + 5, BEGIN + 30, NOBODY)
    assert passage.positions["time"].tolist() == [BEGIN + 10, BEGIN + 20, BEGIN + 30]
    assert passage.positions["lat"].tolist() == [52.01, 52.02, 52.03]
    assert passage.positions["squawk"].tolist() == [14, 14, 14]
    assert passage.positions["on_ground"].tolist() == [0, 0, 0]
    assert passage.positions["position_source"].tolist() == [2, 2, 2]
    assert passage.positions["altitude_ft"].tolist() == [3000, 3000, 3000]
    assert passage.positions["vertical_rate_fpm"].tolist() == [-128, -128, -128]
    assert passage.positions["track_deg"].tolist() == pytest.approx([359.5] * 3)
    assert np.isnan(passage.positions["geo_altitude_ft"]).all()


async def test_columns_have_the_dtypes_of_the_schema(past: PostgresPast) -> None:
    passage = await past.passage(BEGIN - 1, BEGIN + 30, NOBODY)
    nothing = Passage.nothing()
    for columns, blank in ((passage.positions, nothing.positions), (passage.facts, nothing.facts)):
        assert {n: v.dtype for n, v in columns.items()} == {n: v.dtype for n, v in blank.items()}
        assert all(values.dtype == BY_NAME[name].dtype for name, values in columns.items() if name in BY_NAME)


async def test_a_passage_over_the_seam_of_hot_and_archived_lacks_nothing(
    past: PostgresPast, database: Connection, place: Database
) -> None:
    await archive(database)
    recorder, table = Recorder(place), FlightTable()
    async with recording(recorder):
        recorder.take(ticked(table, heard(0, lat=52.0), heard(100, lat=52.1)))
    await database.execute("delete from aerotrack.position_hot where time < to_timestamp($1)", BEGIN + 50)
    passage = await past.passage(BEGIN + 75, BEGIN + 100, NOBODY)
    assert passage.positions["time"].tolist() == [BEGIN + 80, BEGIN + 90, BEGIN + 100]


async def test_facts_are_told_of_flights_that_are_not_known(past: PostgresPast) -> None:
    facts = (await past.sky(BEGIN + 35, np.array([0x1000001 << 32 | int(BEGIN) + 5]))).facts
    assert facts["flight"].tolist() == [FLIGHT]
    assert (facts["callsign"].tolist(), facts["registration"].tolist()) == ([b"KLM1023"], [b"PH-BXA"])
    assert (facts["operator"].tolist(), facts["reason"].tolist()) == ([b""], [0])


async def test_where_nobody_flew_there_is_nothing(past: PostgresPast) -> None:
    assert len(await past.sky(BEGIN - 100, NOBODY)) == 0
    assert len(await past.passage(BEGIN + 1000, BEGIN + 1060, NOBODY)) == 0


async def test_the_earliest_moment_is_when_the_first_flight_began(
    past: PostgresPast, database: Connection
) -> None:
    assert await past.earliest() == BEGIN
    await archive(database)
    assert await past.earliest() == BEGIN


async def test_the_earliest_moment_is_found_while_it_moves_into_the_archive(
    past: PostgresPast, database: Connection
) -> None:
    async with database.transaction():
        await database.execute("lock table aerotrack.position_hot")
        asked = asyncio.ensure_future(past.earliest())
        await waiting_for_a_lock(database)
        await archive(database)
    assert await asked == BEGIN


async def test_without_anything_stored_there_is_no_earliest_moment(place: Database) -> None:
    assert await PostgresPast(place).earliest() is None


async def test_of_too_many_events_emergencies_are_kept(past: PostgresPast, database: Connection) -> None:
    await database.execute("truncate aerotrack.event")
    await database.execute(
        "insert into aerotrack.event (time, flight_id, kind, id, details)"
        " select to_timestamp($1 + n * 0.001), $2, case n when 600 then 'emergency_on' else 'takeoff' end,"
        " n::text, '{}' from generate_series(1, 600) n",
        BEGIN,
        FLIGHT,
    )
    events = await past.events(BEGIN, BEGIN + 30)
    assert (len(events), events[-1].kind) == (500, "emergency_on")
    assert [event.time for event in events] == sorted(event.time for event in events)


async def test_events_come_as_they_are_stored(past: PostgresPast, database: Connection) -> None:
    await database.execute("truncate aerotrack.event")
    await database.execute(
        "insert into aerotrack.event values (to_timestamp($1), $2, 'squawk',"
        ' \'4ca2d6-6740a378-squawk-1732289420500\', \'{"squawk": "7700", "before": "0014"}\')',
        BEGIN + 20.5,
        FLIGHT,
    )
    (event,) = (await past.passage(BEGIN, BEGIN + 30, NOBODY)).events
    assert event.id == "4ca2d6-6740a378-squawk-1732289420500"
    assert event.details == {"squawk": "7700", "before": "0014"}
    assert await past.events(BEGIN + 20.5, BEGIN + 30) == []


async def test_a_question_that_is_given_up_ends_on_the_server(
    past: PostgresPast, database: Connection
) -> None:
    await database.execute("begin")
    await database.execute("lock table aerotrack.position_hot")
    asked = asyncio.ensure_future(past.passage(BEGIN, BEGIN + 30, NOBODY))
    await waiting_for_a_lock(database)
    asked.cancel()
    await asyncio.wait([asked])
    await waiting_for_a_lock(database, 0)
    await database.execute("rollback")
    assert len(await past.passage(BEGIN, BEGIN + 30, NOBODY)) == 4


async def test_a_database_that_does_not_answer_is_an_error(place: Database, database: Connection) -> None:
    await database.execute("begin")
    await database.execute("lock table aerotrack.position_hot")
    with pytest.raises(DatabaseError, match=r"longer than 0\.2 s"):
        await PostgresPast(place, timeout_s=0.2).sky(BEGIN, NOBODY)
    await database.execute("rollback")


async def test_all_questions_end_in_time_when_the_server_hangs_and_it_goes_on_afterwards(
    place: Database, database: Connection, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("aerotrack.storage.reading.GIVEN_BACK_S", 0.2)
    past = PostgresPast(place, timeout_s=0.5)
    await asyncio.gather(past.sky(BEGIN, NOBODY), past.sky(BEGIN, NOBODY))
    began = monotonic()
    async with hanging(database):
        questions = [
            *(past.sky(BEGIN, NOBODY) for _ in range(5)),
            past.earliest(),
        ]
        answers = await asyncio.gather(*questions, return_exceptions=True)
    assert monotonic() - began < 5  # not the 30 s that a statement may take
    assert [str(answer)[:33] for answer in answers] == ["The database took longer than 0.5"] * 6
    assert len(await past.sky(BEGIN, NOBODY)) == 0


async def test_a_sky_that_goes_on_passage_by_passage_is_the_one_that_sql_sees(
    past: PostgresPast, database: Connection
) -> None:
    sky = PastSky()
    sky.advance(BEGIN + 7, await past.sky(BEGIN + 7, NOBODY))
    for at in range(14, 200, 7):
        sky.advance(BEGIN + at, await past.passage(BEGIN + at - 7, BEGIN + at, sky.live))
        seen = await database.fetch("select flight_id from aerotrack.sky_at(to_timestamp($1))", BEGIN + at)
        assert sorted(sky.live.tolist()) == sorted(record["flight_id"] for record in seen), at
