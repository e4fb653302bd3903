import asyncio
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta

import asyncpg
import pytest

PLANE = (0x4CA2D6 << 32) | 0x6740A31C
OTHER = (0x3C6444 << 32) | 0x6740A000
TIS_B = (0x1_00A2D6 << 32) | 0x6740A31C  # bit 24: not an ICAO address
NOON = datetime(2026, 11, 22, 12, 0, tzinfo=UTC)
TOMORROW = NOON + timedelta(days=1)
PROMISED = [
    *("flight_id", "icao24", "time", "bucket", "lat", "lon", "altitude_ft", "geo_altitude_ft", "on_ground"),
    *("ground_speed_kt", "track_deg", "vertical_rate_fpm", "squawk", "position_source", "feed"),
]


async def put(
    database: asyncpg.Connection,
    flight_id: int = PLANE,
    time: datetime = NOON,
    lat: float = 48.35,
    lon: float = 11.78,
) -> None:
    """Store one position with nothing known but where and when."""
    await database.execute("select aerotrack.ensure_partitions($1, $1)", time)
    await database.execute(
        "insert into aerotrack.position_hot (time, flight_id, lat, lon) values ($1, $2, $3, $4)",
        *(time, flight_id, round(lat * 1e5), round(lon * 1e5)),
    )


@pytest.fixture
async def reader(database_url: str) -> AsyncIterator[asyncpg.Connection]:
    connection = await asyncpg.connect(database_url.replace("aerotrack@", "aerotrack_reader@"))
    yield connection
    await connection.close()


async def test_a_flight_names_itself_by_its_aircraft_and_its_first_second(
    database: asyncpg.Connection,
) -> None:
    row = await database.fetchrow(
        "insert into aerotrack.flight (flight_id, started_at, split_reason, last_heard) "
        "values ($1, $2, 'first_seen', $2) returning id, icao24",
        *(PLANE, NOON),
    )
    assert tuple(row) == ("4ca2d6-6740a31c", "4ca2d6")


async def test_an_address_that_is_not_icaos_is_marked(database: asyncpg.Connection) -> None:
    assert await database.fetchval("select aerotrack.flight_name($1)", TIS_B) == "~00a2d6-6740a31c"


async def test_an_aircraft_starts_at_most_one_flight_at_a_time(database: asyncpg.Connection) -> None:
    insert = (
        "insert into aerotrack.flight (flight_id, started_at, split_reason, last_heard) "
        "values ($1, $2, 'first_seen', $2)"
    )
    await database.execute(insert, PLANE, NOON)
    with pytest.raises(asyncpg.UniqueViolationError):
        await database.execute(insert, PLANE + 1, NOON)


async def test_the_view_has_the_promised_columns_in_order(database: asyncpg.Connection) -> None:
    statement = await database.prepare("select * from aerotrack.position")
    assert [attribute.name for attribute in statement.get_attributes()] == PROMISED


async def test_the_view_shows_units_not_steps(database: asyncpg.Connection) -> None:
    await database.execute("select aerotrack.ensure_partitions($1, $1)", NOON)
    feed = await database.fetchval("insert into aerotrack.feed (name) values ('roof') returning feed_id")
    await database.execute(
        "insert into aerotrack.position_hot "
        "values ($1, $2, 4835312, -1178001, 1520, -3, 451, 2705, -25, 14, 2, $3, false)",
        *(NOON + timedelta(minutes=3, milliseconds=20), PLANE, feed),
    )
    assert dict(await database.fetchrow("select * from aerotrack.position")) == {
        "flight_id": PLANE,
        "icao24": "4ca2d6",
        "time": NOON + timedelta(minutes=3, milliseconds=20),
        "bucket": NOON,
        "lat": 48.35312,
        "lon": -11.78001,
        "altitude_ft": 38_000,
        "geo_altitude_ft": -75,
        "on_ground": False,
        "ground_speed_kt": 451,
        "track_deg": 270.5,
        "vertical_rate_fpm": -1600,
        "squawk": "0014",
        "position_source": "mlat",
        "feed": "roof",
    }


async def test_what_is_unknown_stays_null_in_the_view(database: asyncpg.Connection) -> None:
    await put(database)
    row = await database.fetchrow("select * from aerotrack.position")
    assert [row[name] for name in PROMISED[6:]] == [None] * 9


@pytest.mark.parametrize(
    ("code", "name"), [(0, "adsb"), (5, "mode_s"), (9, "other"), (10, None), (None, None)]
)
async def test_a_source_code_has_a_name(
    database: asyncpg.Connection, code: int | None, name: str | None
) -> None:
    assert await database.fetchval("select aerotrack.position_source_name($1)", code) == name


async def test_partitions_are_made_where_they_are_missing(database: asyncpg.Connection) -> None:
    made = "select aerotrack.ensure_partitions($1, $2)"
    assert await database.fetchval(made, NOON + timedelta(minutes=9), NOON + timedelta(minutes=10)) == 2
    assert await database.fetchval(made, NOON, NOON + timedelta(minutes=20)) == 1
    assert await database.fetchval(made, NOON, NOON + timedelta(minutes=20)) == 0


async def test_a_partition_has_the_indexes_of_its_parent(database: asyncpg.Connection) -> None:
    await put(database)
    kinds = await database.fetch(
        "select indexdef from pg_indexes where tablename = 'position_hot_20261122_1200' "
    )
    assert {kind[0].split(" USING ")[1] for kind in kinds} == {
        "brin (\"time\") WITH (pages_per_range='32', autosummarize='on')",
        "btree (flight_id)",
    }


async def test_many_may_make_the_same_partitions_at_once(
    database: asyncpg.Connection, database_url: str
) -> None:
    connections = [await asyncpg.connect(database_url) for _ in range(4)]
    made = await asyncio.gather(
        *(
            c.fetchval("select aerotrack.ensure_partitions($1, $2)", NOON, NOON + timedelta(hours=1))
            for c in connections
        )
    )
    assert sum(made) == 7
    for connection in connections:
        await connection.close()


async def test_a_partition_is_made_while_others_write_and_read(
    database: asyncpg.Connection, database_url: str
) -> None:
    await put(database)
    other = await asyncpg.connect(database_url)
    async with other.transaction():
        await other.execute(
            "insert into aerotrack.position_hot (time, flight_id, lat, lon) values ($1, 1, 0, 0)", NOON
        )
        await other.fetch("select * from aerotrack.position")
        await database.execute("set lock_timeout = '2s'")
        await database.execute("select aerotrack.ensure_partitions($1, $1)", NOON + timedelta(hours=1))
    await other.close()


async def test_a_range_that_must_be_a_mistake_is_refused(database: asyncpg.Connection) -> None:
    with pytest.raises(asyncpg.InvalidParameterValueError, match="longer than 31 days"):
        await database.execute("select aerotrack.ensure_partitions('1970-01-01Z', $1)", NOON)


async def in_box(database: asyncpg.Connection, box: tuple[float, float, float, float]) -> list[int]:
    """Return the flights from noon on in a box of west, south, east, north."""
    rows = await database.fetch(
        "select flight_id from aerotrack.positions_between($1, $2, $3, $4, $5, $6)",
        *(NOON, NOON + timedelta(minutes=10), *box),
    )
    return [row["flight_id"] for row in rows]


async def test_a_box_holds_what_is_inside_it(database: asyncpg.Connection) -> None:
    await put(database, lat=48.35, lon=11.78)
    await put(database, OTHER, lat=53.63, lon=9.99)
    assert await in_box(database, (11, 48, 12, 49)) == [PLANE]


async def test_a_box_may_cross_the_antimeridian(database: asyncpg.Connection) -> None:
    await put(database, lat=-17.75, lon=177.44)
    await put(database, OTHER, lat=-17.0, lon=-179.5)
    await put(database, TIS_B, lat=-17.0, lon=0.0)
    assert sorted(await in_box(database, (170, -20, -170, -10))) == sorted([PLANE, OTHER])


async def test_a_window_holds_its_first_moment_and_not_its_last(database: asyncpg.Connection) -> None:
    await put(database, PLANE, NOON)
    await put(database, OTHER, NOON + timedelta(minutes=10))
    assert await in_box(database, (-180, -90, 180, 90)) == [PLANE]


async def test_a_window_reads_only_its_partitions(database: asyncpg.Connection) -> None:
    await put(database, PLANE, NOON)
    await put(database, OTHER, NOON + timedelta(hours=1))
    plan = await database.fetch(
        "explain select * from "
        "aerotrack.positions_between('2026-11-22 12:00Z', '2026-11-22 12:10Z', 0, 0, 90, 90)"
    )
    text = "\n".join(row[0] for row in plan)
    assert "position_hot_20261122_1200" in text
    assert "position_hot_20261122_1300" not in text


async def sky(database: asyncpg.Connection, at: datetime) -> list[tuple[int, float]]:
    return [tuple(r) for r in await database.fetch("select flight_id, lat from aerotrack.sky_at($1)", at)]


async def test_the_sky_shows_each_flight_at_its_last_position(database: asyncpg.Connection) -> None:
    await put(database, PLANE, NOON, lat=1.0)
    await put(database, PLANE, NOON + timedelta(seconds=10), lat=2.0)
    await put(database, PLANE, NOON + timedelta(seconds=20), lat=3.0)
    await put(database, OTHER, NOON + timedelta(seconds=5), lat=4.0)
    assert await sky(database, NOON + timedelta(seconds=10)) == [(OTHER, 4.0), (PLANE, 2.0)]


async def test_the_sky_reaches_back_over_a_partition_for_a_minute_and_no_more(
    database: asyncpg.Connection,
) -> None:
    await put(database, PLANE, NOON - timedelta(seconds=50))
    await put(database, OTHER, NOON - timedelta(seconds=51))
    assert [flight for flight, _ in await sky(database, NOON + timedelta(seconds=10))] == [PLANE]


async def test_two_positions_at_the_same_moment_are_one_flight_in_the_sky(
    database: asyncpg.Connection,
) -> None:
    await put(database)
    await put(database)
    assert len(await sky(database, NOON)) == 1


async def test_the_reader_reads_and_calls_what_is_promised(
    database: asyncpg.Connection, reader: asyncpg.Connection
) -> None:
    await put(database)
    assert await reader.fetchval("select count(*) from position") == 1
    assert len(await reader.fetch("select * from sky_at($1)", NOON)) == 1
    world = (-180, -90, 180, 90)
    assert await reader.fetch(
        "select * from positions_between($1, $2, $3, $4, $5, $6)", NOON, TOMORROW, *world
    )
    for table in ("flight", "feed", "schema_version"):
        await reader.fetch(f"select * from aerotrack.{table}")


@pytest.mark.parametrize(
    "statement",
    [
        "select * from aerotrack.recorder",
        "select aerotrack.ensure_partitions(now(), now())",
        "select aerotrack.admit_reader()",
        "insert into aerotrack.feed (name) values ('mine')",
        "delete from aerotrack.flight",
        "create table aerotrack.mine (n integer)",
        "create temp table mine (n integer)",
    ],
)
async def test_the_reader_may_do_nothing_else_even_when_it_leaves_read_only_mode(
    database: asyncpg.Connection, reader: asyncpg.Connection, statement: str
) -> None:
    name = await database.fetchval("select current_database()")
    await database.execute(f"revoke temporary on database {name} from public")  # as the embedded server does
    await reader.execute("set default_transaction_read_only = off")
    with pytest.raises(asyncpg.InsufficientPrivilegeError):
        await reader.execute(statement)


async def test_the_reader_starts_out_read_only_and_impatient(reader: asyncpg.Connection) -> None:
    assert await reader.fetchval("show default_transaction_read_only") == "on"
    assert await reader.fetchval("show statement_timeout") == "10s"
    assert await reader.fetchval("show idle_in_transaction_session_timeout") == "30s"
