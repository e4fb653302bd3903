import pytest
from hypothesis import HealthCheck, given, settings

from aerotrack.storage.archive import ARRAYS, archived
from aerotrack.storage.archive_copy import ARCHIVE_COLUMNS, encode
from aerotrack.storage.archive_read import positions_of
from aerotrack.storage.compaction import Compaction
from steps import Connection, Steps, put_steps, rows_of, sent_rows, skies, step, stored_of


@given(skies())
def test_any_positions_come_back_as_they_were(sky: list[Steps]) -> None:
    stored = stored_of(sky)
    assert rows_of(positions_of(sent_rows(encode(archived(stored))))) == rows_of(stored)


def test_only_the_columns_asked_for_are_decoded() -> None:
    rows = sent_rows(encode(archived(stored_of([step(0, track=7, altitude=3), step(1, altitude=4)]))))
    asked = (
        "bucket",
        "flight_id",
        "t",
        "t_a",
        "t_b",
        "lat",
        "lat_a",
        "lat_b",
        "lon",
        "lon_a",
        "lon_b",
        "altitude",
    )
    positions = positions_of({name: rows[name] for name in asked})
    assert set(positions.values) == {"time", "flight_id", "lat", "lon", "altitude"}
    assert positions.values["altitude"].tolist() == [3, 4]


def test_no_rows_are_no_positions() -> None:
    assert len(positions_of({name: [] for name in ARCHIVE_COLUMNS})) == 0


@pytest.mark.parametrize("array", ["array_send({0})", "array_send(array_replace({0}, null, '-32768'::int2))"])
@settings(max_examples=15, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(sky=skies())
async def test_what_postgresql_sends_is_decoded(database: Connection, array: str, sky: list[Steps]) -> None:
    await database.execute("truncate aerotrack.position_hot, aerotrack.position_archive")
    await put_steps(database, stored_of(sky))
    await Compaction().run(database)
    asked = {name: array.format(name) if name in ARRAYS else name for name in ARCHIVE_COLUMNS}
    asked["bucket"] = "extract(epoch from bucket)::float8"
    records = await database.fetch(
        f"select {', '.join(asked.values())} from aerotrack.position_archive order by flight_id, bucket, ctid"
    )
    rows = dict(zip(asked, zip(*records, strict=True), strict=True))
    decoded, put = rows_of(positions_of(rows)), rows_of(stored_of(sky))
    assert sorted(decoded, key=str) == sorted(put, key=str)
