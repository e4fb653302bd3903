from itertools import pairwise

import asyncpg
import pytest

from aerotrack.storage.compaction import Compaction
from steps import put_steps, step, stored_of

ALL_TICKS = """
    select t, (select s.lat from aerotrack.sky_steps(
        timestamptz '2024-11-22 15:30Z' + t * interval '20 ms', interval '10 s') s)
    from generate_series(0, 400) t
"""


@pytest.mark.parametrize("change", ["2026-03-28", "2026-10-24"])
async def test_days_are_those_of_utc_in_any_time_zone(database: asyncpg.Connection, change: str) -> None:
    await database.execute("set timezone = 'Europe/Berlin'")
    await database.execute(
        "select aerotrack.ensure_days($1::text::timestamptz, $1::text::timestamptz + interval '60 hours')",
        f"{change} 12:00Z",
    )
    await database.execute("set timezone = 'UTC'")
    bounds = await database.fetch(
        "select right(c.relname, 8), pg_get_expr(c.relpartbound, c.oid) from pg_inherits i"
        " join pg_class c on c.oid = i.inhrelid"
        " where inhparent = 'aerotrack.position_archive'::regclass order by 1"
    )
    assert len(bounds) == 4
    for (day, bound), (following, _) in pairwise(bounds):
        one, other = (f"{name[:4]}-{name[4:6]}-{name[6:]} 00:00:00+00" for name in (day, following))
        assert bound == f"FOR VALUES FROM ('{one}') TO ('{other}')"


async def test_the_sky_at_any_tick_is_the_same_before_and_after_archiving(
    database: asyncpg.Connection,
) -> None:
    await put_steps(database, stored_of([step(t / 50, lat=t) for t in range(401)]))
    hot = await database.fetch(ALL_TICKS)
    await Compaction().run(database)
    assert await database.fetch(ALL_TICKS) == hot == [(t, t) for t in range(401)]
