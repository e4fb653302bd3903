import io

import pytest

from aerotrack.storage.archive import archived
from aerotrack.storage.archive_copy import ARCHIVE_COLUMNS, encode, hot_positions
from aerotrack.storage.binary_copy import HEADER, TRAILER
from aerotrack.storage.queries import QUERIES
from steps import Connection, Steps, put_steps, rows_of, step, stored_of


async def archive(database: Connection, *rows: Steps) -> list[dict[str, object]]:
    """Copy positions into the archive and read its rows."""
    await database.execute("select aerotrack.ensure_days('2024-11-22Z', '2024-11-22Z')")
    await database.copy_to_table(
        "position_archive",
        schema_name="aerotrack",
        columns=ARCHIVE_COLUMNS,
        source=io.BytesIO(HEADER + encode(archived(stored_of(rows))) + TRAILER),
        format="binary",
    )
    return [
        dict(row)
        for row in await database.fetch("select * from aerotrack.position_archive order by bucket, t_a")
    ]


async def test_postgresql_reads_the_arrays(database: Connection) -> None:
    (row,) = await archive(database, step(0, altitude=1400, track=0), step(5, altitude=1401, track=3599))
    assert (row["t"], row["altitude"], row["track"]) == ([0, 250], [1400, 1401], [0, 3599])


async def test_an_element_that_is_not_known_is_null(database: Connection) -> None:
    (row,) = await archive(database, step(0, altitude=-1), step(5), step(6), step(7, altitude=2))
    assert row["altitude"] == [-1, None, None, 2]


async def test_an_array_of_nothing_known_is_null(database: Connection) -> None:
    (row,) = await archive(database, step(0), step(5))
    assert row["altitude"] is row["geo_altitude"] is row["sources"] is None


async def test_rows_with_and_without_nulls_follow_each_other(database: Connection) -> None:
    rows = await archive(
        database,
        step(0, squawk=7700),
        step(1, squawk=7700, track=5),
        step(2, on_ground=0),
        step(700, altitude=9),
    )
    assert [row["squawk"] for row in rows] == [7700, None, None]
    assert [row["on_ground"] for row in rows] == [None, False, None]
    assert [row["track"] for row in rows] == [[None, 5], None, None]
    assert [row["altitude"] for row in rows] == [None, None, [9]]


def test_no_positions_are_read_from_an_empty_stream() -> None:
    assert len(hot_positions(HEADER + TRAILER)) == 0


async def read(database: Connection) -> list[Steps]:
    stream = io.BytesIO()
    await database.copy_from_query(
        QUERIES["read_positions"].format(partition="position_hot_20241122_1530"),
        None,
        None,
        output=stream,
        format="binary",
    )
    return rows_of(hot_positions(stream.getvalue()))


@pytest.mark.parametrize("on_ground", [None, 0, 1])
async def test_positions_are_read_out_of_the_hot_table_in_order(
    database: Connection, on_ground: int | None
) -> None:
    first = step(0, altitude=-5, squawk=14, feed_id=1, on_ground=on_ground)
    second = step(5, lat=-9_000_000, lon=18_000_000, track=3599, position_source=9, vertical_rate=-1)
    await put_steps(database, stored_of([first, second]))
    await database.execute("update aerotrack.position_hot set lat = lat where altitude = -5")  # to the end
    assert await read(database) == [first, second]


@pytest.mark.parametrize("far", [-32_767, -1, 0, 32_767, None])
async def test_numbers_cross_together_whatever_their_signs(database: Connection, far: int | None) -> None:
    measured = dict.fromkeys(["altitude", "geo_altitude", "ground_speed", "track", "vertical_rate", "squawk"])
    rows = [step(k, **(measured | {name: far})) for k, name in enumerate(measured)]
    rows += [step(10, **(measured | dict.fromkeys(measured, -1) | {"geo_altitude": far, "squawk": far}))]
    await put_steps(database, stored_of(rows))
    assert await read(database) == rows
