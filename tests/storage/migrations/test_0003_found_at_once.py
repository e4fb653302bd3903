import asyncpg

from aerotrack.storage.compaction import Compaction
from steps import put_steps, step, stored_of

EACH_SECOND = """
    select t, (select array_agg(s.lat order by s.lat desc) from aerotrack.sky_steps(
        timestamptz '2024-11-22 15:30Z' + t * interval '1 s', interval '60 s') s)
    from generate_series(0, 62) t
"""


async def test_a_silent_flight_stays_in_the_sky_for_the_lookback_before_and_after_archiving(
    database: asyncpg.Connection,
) -> None:
    await put_steps(database, stored_of([step(-1, lat=1), step(0, lat=2), step(0, 1 << 32, lat=3)]))
    hot = await database.fetch(EACH_SECOND)
    await Compaction().run(database)
    assert await database.fetch(EACH_SECOND) == hot == [(s, [3, 2] if s <= 60 else None) for s in range(63)]


async def test_the_index_of_callsigns_is_for_how_they_are_asked_for(database: asyncpg.Connection) -> None:
    found = await database.fetchval(
        "select indexdef from pg_indexes where schemaname = 'aerotrack' and indexname = 'flight_callsign'"
    )
    assert "(upper(callsign) text_pattern_ops)" in found
