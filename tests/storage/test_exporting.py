import csv
import io
import json
from collections.abc import AsyncIterator

import numpy as np
import pytest
import pytest_asyncio

from aerotrack.core.flights import FlightTable
from aerotrack.core.identity import parse_flight
from aerotrack.encode.formats import FORMATS
from aerotrack.errors import DatabaseError, SettingsError
from aerotrack.storage import exporting
from aerotrack.storage.compaction import Compaction
from aerotrack.storage.database import Database
from aerotrack.storage.exporting import Export
from aerotrack.storage.recorder import Recorder
from aerotrack.storage.selection import Selection
from flown import BEGIN, Connection, copy_with, heard, recording, ticked
from steps import forget_recorders

ALL = Selection(start=BEGIN - 3600, end=BEGIN + 86_400)


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def template(migrated_template: str) -> AsyncIterator[str]:
    """Two flights, 20 minutes a position every 100 s, and one of another aircraft 12 hours later."""
    async with copy_with(migrated_template, fly) as url:
        yield url


async def fly(recorder: Recorder) -> None:
    table = FlightTable()
    async with recording(recorder):
        for second in range(0, 1200, 100):
            one = heard(
                second, callsign="KLM1", altitude_ft=3000, on_ground=0, lat=52 + second / 1e4, squawk=14
            )
            other = heard(second + 1, 0x3C6444, lon=-179.5, lat=10)
            recorder.take(ticked(table, one, other))
        recorder.take(ticked(table, heard(43_200, 0x400000, lat=0.5, track_deg=359.9, position_source=2)))


@pytest.fixture
async def place(database_url: str) -> AsyncIterator[Database]:
    opened = await Database.open(database_url)
    yield opened
    await opened.close()


async def exported(place: Database, selection: Selection, format_: str = "csv") -> tuple[bytes, Export]:
    export = Export(place, selection, FORMATS[format_]())
    return b"".join([piece async for piece in export.pieces()]), export


async def rows(place: Database, selection: Selection) -> list[dict[str, str]]:
    data, _ = await exported(place, selection)
    return list(csv.DictReader(io.StringIO(data.decode(), newline="")))


async def test_a_table_is_in_order_of_time_over_all_flights(place: Database) -> None:
    lines = await rows(place, ALL)
    assert [line["icao24"] for line in lines] == ["4ca2d6", "3c6444"] * 12 + ["400000"]
    assert [line["time"] for line in lines] == sorted(line["time"] for line in lines)


async def test_a_position_has_what_is_stored_of_it_and_of_its_flight(place: Database) -> None:
    line = (await rows(place, ALL))[0]
    assert {name: value for name, value in line.items() if value} == {
        "id": "4ca2d6-6740a378", "icao24": "4ca2d6", "callsign": "KLM1", "time": "2024-11-22T15:30:00.000Z",
        "lat": "52.0", "lon": "5.0", "altitude_ft": "3000", "on_ground": "false", "squawk": "0014",
        "feed": "roof",
    }  # fmt: skip
    last = (await rows(place, ALL))[-1]
    assert (last["track_deg"], last["position_source"], last["altitude_ft"]) == ("359.9", "mlat", "")


async def test_it_counts_what_it_wrote(place: Database) -> None:
    _, export = await exported(place, ALL)
    assert (export.positions, export.flights, export.done) == (25, 3, 1.0)


@pytest.mark.parametrize("fetched", [3, 5000])
async def test_a_flight_is_one_line_however_it_is_fetched(
    place: Database, fetched: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(exporting, "_FETCHED", fetched)
    monkeypatch.setattr(exporting, "_FLIGHTS_AT_ONCE", 2)
    data, export = await exported(place, ALL, "geojson")
    lengths = {f["id"]: len(f["properties"]["times"]) for f in json.loads(data)["features"]}
    assert sorted(lengths.values()) == [1, 12, 12]
    assert (export.positions, export.flights) == (25, 3)


async def test_a_long_flight_comes_in_runs(place: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(exporting, "_FETCHED", 4)
    monkeypatch.setattr(exporting, "LONGEST", 8)
    data, export = await exported(place, Selection(flight=_id("4ca2d6-6740a378")), "geojson")
    assert [len(f["properties"]["times"]) for f in json.loads(data)["features"]] == [8, 4]
    assert export.flights == 1


@pytest.mark.parametrize("format_", FORMATS)
async def test_one_flight_comes_in_every_format(place: Database, format_: str) -> None:
    data, export = await exported(place, Selection(flight=_id("4ca2d6-6740a378")), format_)
    assert (export.positions, export.flights) == (12, 1)
    assert len(data) > 100


@pytest.mark.parametrize("format_", ["csv", "geojson"])
async def test_a_window_has_its_beginning_and_not_its_end(place: Database, format_: str) -> None:
    window = Selection(start=BEGIN + 100, end=BEGIN + 301)
    _, export = await exported(place, window, format_)
    assert (export.positions, export.flights) == (5, 2)


@pytest.mark.parametrize("format_", ["csv", "geojson"])
@pytest.mark.parametrize(
    ("box", "positions"),
    [((4.0, 52.0, 6.0, 52.05), 6), ((170.0, 0.0, -170.0, 20.0), 12), ((0.0, 0.0, 6.0, 1.0), 1)],
)
async def test_a_box_may_cross_the_antimeridian(
    place: Database, format_: str, box: tuple[float, float, float, float], positions: int
) -> None:
    _, export = await exported(place, Selection(start=ALL.start, end=ALL.end, box=box), format_)
    assert export.positions == positions


async def test_nothing_between_is_said(place: Database) -> None:
    with pytest.raises(SettingsError, match=r"No position from 2024-11-22T15:20:00.000Z to .* is stored"):
        await exported(place, Selection(start=BEGIN - 600, end=BEGIN))
    with pytest.raises(SettingsError, match="no such flight"):
        await exported(place, Selection(flight=1))


async def test_an_export_is_of_one_moment(place: Database, database: Connection) -> None:
    export = Export(place, ALL, FORMATS["csv"]())
    pieces = export.pieces()
    await anext(pieces)
    await anext(pieces)
    await database.execute("delete from aerotrack.position_hot")
    assert len([piece async for piece in pieces]) > 0
    assert export.positions == 25


@pytest.mark.parametrize("format_", ["csv", "geojson", "parquet"])
async def test_what_was_archived_comes_out_as_it_went_in(
    place: Database, database: Connection, format_: str
) -> None:
    before, _ = await exported(place, ALL, format_)
    await forget_recorders(database)
    await Compaction().run(database)
    assert await database.fetchval("select count(*) from aerotrack.position_archive") > 0
    after, export = await exported(place, ALL, format_)
    assert after == before
    assert export.positions == 25


async def test_a_database_that_breaks_off_is_said(place: Database, database: Connection) -> None:
    pieces = Export(place, ALL, FORMATS["csv"]()).pieces()
    await anext(pieces)
    await database.execute(
        "select pg_terminate_backend(pid) from pg_stat_activity"
        " where application_name = 'aerotrack' and state like 'idle in%' and datname = current_database()"
    )
    with pytest.raises(DatabaseError, match="broke off"):
        await anext(pieces)


async def test_rows_of_a_flight_that_is_not_listed_have_its_id(place: Database, database: Connection) -> None:
    await database.execute("delete from aerotrack.flight where icao24 = '4ca2d6'")
    line = (await rows(place, ALL))[0]
    assert (line["id"], line["icao24"], line["callsign"]) == ("4ca2d6-6740a378", "4ca2d6", "")


def _id(text: str) -> int:
    address, start = parse_flight(text)
    return int(np.int64(address)) << 32 | start
