import inspect
from collections.abc import AsyncIterator, Awaitable, Callable
from typing import Any

import asyncpg
import numpy as np
import pytest

from aerotrack.core.area import Area
from aerotrack.core.columns import BY_NAME, PUBLIC_NAMES, STORED
from aerotrack.core.flights import FlightTable
from aerotrack.core.identity import parse_flight
from aerotrack.core.ports import History
from aerotrack.core.questions import EventsAsked, FlightsAsked
from aerotrack.errors import DatabaseError, SettingsError
from aerotrack.storage.database import Database
from aerotrack.storage.history import PostgresHistory
from aerotrack.storage.queries import QUERIES
from aerotrack.storage.recorder import Recorder
from flown import AIRCRAFT, BEGIN, Connection, heard, recording, ticked
from stored_past import archived, flight, heard_at, hot, name_of


def _id(text: str) -> int:
    address, start = parse_flight(text)
    return address << 32 | start


FLIGHT = "4ca2d6-6740a378"


@pytest.fixture
async def place(database_url: str) -> AsyncIterator[Database]:
    opened = await Database.open(database_url)
    yield opened
    await opened.close()


@pytest.fixture
async def history(place: Database) -> PostgresHistory:
    """The stored past of one flight that is over and one that is open, of the same aircraft."""
    recorder, table = Recorder(place), FlightTable()
    async with recording(recorder):
        seen = heard(0, callsign="KLM1023", registration="PH-BXA", altitude_ft=3000, on_ground=0, squawk=14)
        recorder.take(ticked(table, seen))
        recorder.take(ticked(table, heard(1190, lat=52.5, track_deg=359.5, ground_speed_kt=450), at=1200))
        recorder.take(ticked(table, at=40_000))
        recorder.take(ticked(table, heard(40_100, position_source=0), heard(40_100, 0x1000001)))
    return PostgresHistory(place)


def test_it_is_the_port() -> None:
    for name in ("flight", "flights", "flights_of", "track", "sky", "events", "earliest", "traffic"):
        assert inspect.signature(getattr(PostgresHistory, name)) == inspect.signature(getattr(History, name))


async def test_a_past_flight_has_every_public_name_and_its_end(history: PostgresHistory) -> None:
    flight = await history.flight(_id(FLIGHT))
    assert set(flight) == {*PUBLIC_NAMES, "ended_at", "split_reason"}
    assert {name: value for name, value in flight.items() if value is not None} == {
        "id": FLIGHT,
        "icao24": "4ca2d6",
        "callsign": "KLM1023",
        "registration": "PH-BXA",
        "lat": 52.5,
        "lon": 5.0,
        "ground_speed_kt": 450.0,
        "track_deg": 359.5,
        "feed": "roof",
        "time": "2024-11-22T15:49:50.000Z",
        "last_heard": "2024-11-22T15:49:50.000Z",
        "started_at": "2024-11-22T15:30:00Z",
        "ended_at": "2024-11-22T15:49:50.000Z",
        "split_reason": "first_seen",
    }


async def test_a_flight_that_is_not_stored_is_none(history: PostgresHistory) -> None:
    assert await history.flight(_id("4ca2d6-00000001")) is None


async def test_a_flight_without_positions_has_no_place(
    history: PostgresHistory, database: Connection
) -> None:
    await database.execute("truncate aerotrack.position_hot")
    flight = await history.flight(_id(FLIGHT))
    assert (flight["id"], flight["lat"], flight["time"]) == (FLIGHT, None, None)


async def test_an_aircrafts_flights_come_newest_first(history: PostgresHistory) -> None:
    flights = await history.flights_of(AIRCRAFT, 10)
    assert [flight["started_at"] for flight in flights] == ["2024-11-23T02:38:20Z", "2024-11-22T15:30:00Z"]
    assert [flight["ended_at"] is None for flight in flights] == [True, False]
    assert [flight["position_source"] for flight in flights] == ["adsb", None]
    assert len(await history.flights_of(AIRCRAFT, 1)) == 1


async def test_an_aircraft_without_an_icao_address_is_found(history: PostgresHistory) -> None:
    (flight,) = await history.flights_of(0x1000001, 10)
    assert flight["icao24"] == "~000001"


async def test_an_unknown_aircraft_has_no_flights(history: PostgresHistory) -> None:
    assert await history.flights_of(0xABCDEF, 10) == []


async def test_a_track_holds_the_stored_columns_in_the_schemas_types(history: PostgresHistory) -> None:
    track = await history.track(_id(FLIGHT), None, None)
    assert list(track) == ["time", *(column.name for column in STORED)]
    assert track["time"].tolist() == [BEGIN, BEGIN + 1190]
    assert track["lat"].tolist() == [52.0, 52.5]
    assert track["squawk"].tolist() == [14, -1]
    assert track["on_ground"].tolist() == [0, -1]
    assert track["feed"].tolist() == ["roof", "roof"]
    assert track["position_source"].tolist() == [-1, -1]
    assert np.array_equal(track["altitude_ft"], [3000, np.nan], equal_nan=True)
    for column in STORED:
        assert column.name == "feed" or track[column.name].dtype == column.dtype


async def test_a_track_can_be_bounded(history: PostgresHistory) -> None:
    track = await history.track(_id(FLIGHT), BEGIN + 1, None)
    assert track["time"].tolist() == [BEGIN + 1190]
    track = await history.track(_id(FLIGHT), None, BEGIN + 1)
    assert track["time"].tolist() == [BEGIN]


async def test_a_track_of_more_than_so_many_positions_is_refused_not_cut(
    place: Database, history: PostgresHistory
) -> None:
    assert len((await PostgresHistory(place, longest=2).track(_id(FLIGHT), None, None))["time"]) == 2
    with pytest.raises(SettingsError, match="more than 1 positions: give from and to"):
        await PostgresHistory(place, longest=1).track(_id(FLIGHT), None, None)
    track = await PostgresHistory(place, longest=1).track(_id(FLIGHT), None, BEGIN + 1)
    assert track["time"].tolist() == [BEGIN]


async def test_what_no_time_can_be_is_the_askers_error(place: Database) -> None:
    with pytest.raises(SettingsError, match="give other values"):
        await PostgresHistory(place).events(EventsAsked(after=((1 << 63) - 1, "x")))
    assert await PostgresHistory(place).events(EventsAsked()) == []  # the connection is good again


async def test_the_track_of_an_unknown_flight_is_empty(history: PostgresHistory) -> None:
    track = await history.track(_id("4ca2d6-00000001"), None, None)
    assert len(track["time"]) == len(track["feed"]) == 0


async def test_a_position_that_was_true_before_it_was_heard_is_part_of_its_flight(place: Database) -> None:
    recorder = Recorder(place)
    async with recording(recorder):
        recorder.take(ticked(FlightTable(), heard(0, time=BEGIN - 12)))
    track = await PostgresHistory(place).track(_id(FLIGHT), None, None)
    assert track["time"].tolist() == [BEGIN - 12]


async def test_a_request_that_takes_too_long_is_given_up(
    history: PostgresHistory, database_url: str, place: Database
) -> None:
    blocker = await asyncpg.connect(database_url)
    await blocker.execute("begin; lock table aerotrack.flight in access exclusive mode")
    with pytest.raises(DatabaseError, match=r"took longer than 0\.1 s"):
        await PostgresHistory(place, timeout_s=0.1).flight(_id(FLIGHT))
    await blocker.execute("rollback")
    await blocker.close()
    assert await history.flight(_id(FLIGHT)) is not None


async def test_a_database_that_is_away_is_said_in_a_sentence(database_url: str) -> None:
    away = PostgresHistory(Database(database_url.replace("/test_", "/missing_")))
    with pytest.raises(DatabaseError, match="The history cannot be read"):
        await away.flight(1)


# What was archived, and both at once


async def _one_flight(database: Connection) -> int:
    """Write a flight of half an hour whose first two ten minutes are archived."""
    name = await flight(database, 0x4CA2D6, 0, 1800, callsign="KLM1023", registration="PH-BXA")
    feed = await database.fetchval("insert into aerotrack.feed (name) values ('roof') returning feed_id")
    places = [(s, 50.0 + s / 10_000, 5.0 - s / 20_000) for s in range(0, 1800, 10)]
    await archived(database, name, places[:120], altitude=400, track=901, squawk=14, feed_id=feed)
    await hot(database, name, places[120:], altitude=400, track=901, squawk=14, feed_id=feed)
    return name


async def test_a_track_goes_on_from_the_archive_into_the_hot_rows(
    place: Database, database: Connection
) -> None:
    track = await PostgresHistory(place).track(await _one_flight(database), None, None)
    seconds = np.arange(0, 1800, 10)
    assert np.array_equal(track["time"], BEGIN + seconds)
    assert np.allclose(track["lat"], 50.0 + seconds / 10_000, atol=1e-9)
    assert np.allclose(track["lon"], 5.0 - seconds / 20_000, atol=1e-9)
    assert set(track["altitude_ft"].tolist()) == {10_000.0}
    assert set(track["squawk"].tolist()) == {14}
    assert set(track["feed"].tolist()) == {"roof"}
    assert np.isnan(track["vertical_rate_fpm"]).all()


async def test_a_track_is_cut_by_time_in_the_archive_too(place: Database, database: Connection) -> None:
    track = await PostgresHistory(place).track(await _one_flight(database), BEGIN + 595, BEGIN + 620)
    assert (track["time"] - BEGIN).tolist() == [600, 610, 620]


@pytest.mark.parametrize("write", [hot, archived])
async def test_a_flight_is_at_its_last_position(
    place: Database, database: Connection, write: Callable[..., Awaitable[None]]
) -> None:
    name = await flight(database, 0x4CA2D6, 0, 1800)
    await write(
        database, name, [(500, 50.1, 5.1), (590, 50.2, 5.2), (610, 50.3, 5.3), (650, 50.4, 5.4)], altitude=4
    )
    stored = await PostgresHistory(place).flight(name)
    assert stored is not None
    assert (stored["lat"], stored["lon"], stored["altitude_ft"]) == (50.4, 5.4, 100)
    assert stored["time"] == "2024-11-22T15:40:50.000Z"


async def test_of_several_rows_of_ten_minutes_the_last_position_counts(
    place: Database, database: Connection
) -> None:
    name = await flight(database, 0x4CA2D6, 0, 1800)
    await archived(database, name, [(10, 50.1, 5.1), (500, 50.4, 5.4)])
    await archived(database, name, [(20, 50.2, 5.2), (30, 50.3, 5.3)])  # late, archived later
    await hot(database, name, [(40, 50.5, 5.5)])  # later still
    stored = await PostgresHistory(place).flight(name)
    assert stored is not None
    assert stored["lat"] == 50.4


# Flights of a time


async def _listed(history: PostgresHistory, **asked: Any) -> list[str]:
    return [found["icao24"][-1] for found in await history.flights(FlightsAsked(**asked))]


async def test_flights_are_those_that_were_there_in_the_time_newest_first(
    place: Database, database: Connection
) -> None:
    await flight(database, 1, 0, 100)
    await flight(database, 2, 50, 5000)
    await flight(database, 3, 200, 300)
    await heard_at(database, await flight(database, 4, 60), 250)  # open
    history = PostgresHistory(place)
    assert await _listed(history) == ["3", "4", "2", "1"]
    assert await _listed(history, start=BEGIN + 101) == ["3", "4", "2"]
    assert await _listed(history, end=BEGIN + 199) == ["4", "2", "1"]
    assert await _listed(history, start=BEGIN + 100, end=BEGIN + 100) == ["4", "2", "1"]
    assert await _listed(history, start=BEGIN + 4000) == ["2"]


async def test_flights_are_filtered_by_what_is_known_of_them(place: Database, database: Connection) -> None:
    await flight(database, 1, 0, callsign="DLH1", origin="EDDF", destination="EGLL")
    await flight(database, 2, 1, callsign="dlh22", origin="EDDM", destination="EGLL")
    await flight(database, 3, 2, callsign="SWR3", origin="EDDF")
    await flight(database, 4, 3)
    history = PostgresHistory(place)
    assert await _listed(history, callsigns=("DLH",)) == ["2", "1"]
    assert await _listed(history, callsigns=("DLH2", "SWR")) == ["3", "2"]
    assert await _listed(history, origins=("EDDF",)) == ["3", "1"]
    assert await _listed(history, origins=("EDDF",), destinations=("EGLL", "LSZH")) == ["1"]
    assert await _listed(history, addresses=(2, 4)) == ["4", "2"]
    assert await _listed(history, addresses=(2, 4), callsigns=("D",)) == ["2"]


@pytest.mark.parametrize("text", ["%", "_", "D%", "'; drop table aerotrack.flight; --", "\\", "D_H"])
async def test_a_callsign_is_taken_by_its_letters(place: Database, database: Connection, text: str) -> None:
    await flight(database, 1, 0, callsign="DLH1")
    history = PostgresHistory(place)
    assert await _listed(history, callsigns=(text,)) == []
    assert await _listed(history) == ["1"]


@pytest.mark.parametrize(
    "most", [0, 2, 5]
)  # flights that are gone through by their callsign: none, some, all
async def test_flights_of_a_callsign_are_bounded_and_paged_however_many_there_are(
    place: Database, database: Connection, most: int
) -> None:
    for address in range(1, 6):
        await flight(
            database, address, 10 * address, 10 * address + 5, callsign="dlh1" if address != 3 else "X"
        )
    history = PostgresHistory(place, most_called=most)
    called: dict[str, Any] = {"callsigns": ("DL", "DLH")}
    assert await _listed(history, **called) == ["5", "4", "2", "1"]
    assert await _listed(history, **called, start=BEGIN + 20, end=BEGIN + 44) == ["4", "2"]
    assert await _listed(history, **called, limit=2) == ["5", "4"]
    assert await _listed(history, **called, limit=2, after=name_of(4, 40)) == ["2", "1"]
    assert await _listed(history, **called, addresses=(2, 3)) == ["2"]


async def test_a_callsign_is_found_by_an_index(database: Connection) -> None:
    await database.execute(
        "insert into aerotrack.flight (flight_id, started_at, split_reason, last_heard, callsign) "
        "select n::bigint << 32, now(), 'first_seen', now(), 'SIM' || n from generate_series(1, 5000) n"
    )
    await database.execute("analyze aerotrack.flight")
    plan = [line for (line,) in await database.fetch(f"explain {QUERIES['called']}", ["SIM7"], 10)]
    assert any("Index Cond" in line and "upper(callsign) ~>=~" in line for line in plan), "\n".join(plan)


async def test_flights_in_an_area_are_filtered_and_cut_too(place: Database, database: Connection) -> None:
    for address in range(1, 6):
        name = await flight(database, address, address, callsign=f"DLH{address % 2}")
        write = hot if address % 2 else archived
        await write(database, name, [(10, 50.5 if address != 3 else 60.0, 5.5)])
    history = PostgresHistory(place)
    there: dict[str, Any] = {"start": BEGIN, "end": BEGIN + 60, "area": Area.box(5, 50, 6, 51)}
    assert await _listed(history, **there) == ["5", "4", "2", "1"]
    assert await _listed(history, **there, limit=2) == ["5", "4"]
    assert await _listed(history, **there, limit=2, after=name_of(4, 4)) == ["2", "1"]
    assert await _listed(history, **there, callsigns=("DLH1",), limit=1) == ["5"]
    assert await _listed(history, **there, callsigns=("DLH1",), after=name_of(5, 5)) == ["1"]


@pytest.mark.parametrize("area", [None, Area.box(5, 50, 6, 51)])
async def test_paging_while_flights_arrive_neither_skips_nor_repeats(
    place: Database, database: Connection, area: Area | None
) -> None:
    async def arrive(address: int, start: float) -> None:
        await archived(database, await flight(database, address, start), [(start, 50.5, 5.5)])

    for address in range(1, 8):
        await arrive(address, address // 3)  # several begin in the same second
    history, seen, after = PostgresHistory(place), list[str](), None
    for newcomer in range(8, 15):
        page = await history.flights(
            FlightsAsked(start=BEGIN, end=BEGIN + 600, area=area, after=after, limit=2)
        )
        if not page:
            break
        seen += [found["icao24"][-1] for found in page]
        after = name_of(int(page[-1]["icao24"], 16), int(page[-1]["id"][-8:], 16) - BEGIN)
        await arrive(newcomer, 100)
    assert seen == ["7", "6", "5", "4", "3", "2", "1"]


async def test_the_flights_of_an_aircraft_are_paged(place: Database, database: Connection) -> None:
    for start in (0, 1000, 2000):
        await flight(database, 1, start, start + 10)
    history = PostgresHistory(place)
    assert [found["started_at"][11:19] for found in await history.flights_of(1, 2)] == [
        "16:03:20",
        "15:46:40",
    ]
    rest = await history.flights_of(1, 2, name_of(1, 1000))
    assert [found["started_at"][11:19] for found in rest] == ["15:30:00"]


# The sky of a moment


async def test_the_sky_has_who_was_heard_within_a_minute_at_the_last_position_until_then(
    place: Database, database: Connection
) -> None:
    for write, first in ((hot, 1), (archived, 4)):
        for address, seconds in ((first, [540, 599, 602]), (first + 1, [538]), (first + 2, [601])):
            name = await flight(database, address, 0, callsign=f"DLH{address}", registration="D-ABCD")
            await write(database, name, [(s, 50 + s / 1000, 5.0) for s in seconds], track=3599, altitude=100)
    sky = await PostgresHistory(place).sky(BEGIN + 600, None)
    assert sky["address"].tolist() == [1, 4]
    assert (sky["time"] - BEGIN).tolist() == [599, 599]
    assert np.allclose(sky["lat"], 50.599)
    assert sky["callsign"].tolist() == [b"DLH1", b"DLH4"]
    assert sky["registration"].tolist() == [b"D-ABCD"] * 2
    assert sky["coasting"].tolist() == [0, 0]
    assert set(sky) == {*BY_NAME, "address", "start"}
    assert all(sky[name].dtype == column.dtype for name, column in BY_NAME.items() if name != "feed")
    assert (await PostgresHistory(place).sky(BEGIN + 598, None))["coasting"].tolist() == [1, 1, 1, 1]


async def test_a_flight_across_the_seam_is_in_the_sky_once(place: Database, database: Connection) -> None:
    name = await flight(database, 1, 0)
    await archived(database, name, [(560, 50.1, 5.1), (590, 50.2, 5.2)])
    await hot(database, name, [(580, 50.15, 5.15), (605, 50.3, 5.3)])
    sky = await PostgresHistory(place).sky(BEGIN + 600, None)
    assert (sky["time"] - BEGIN).tolist() == [590]
    sky = await PostgresHistory(place).sky(BEGIN + 605, None)
    assert (sky["time"] - BEGIN).tolist() == [605]


async def test_a_flight_that_left_the_box_is_not_in_it(place: Database, database: Connection) -> None:
    name = await flight(database, 1, 0)
    await archived(database, name, [(590, 50.5, 5.5), (605, 51.5, 5.5)])
    history, box = PostgresHistory(place), Area.box(5, 50, 6, 51)
    assert (await history.sky(BEGIN + 600, box))["address"].tolist() == [1]
    assert (await history.sky(BEGIN + 610, box))["address"].tolist() == []


async def test_a_flight_whose_row_is_missing_is_in_the_sky_without_facts(
    place: Database, database: Connection
) -> None:
    await hot(database, name_of(1, 0), [(600, 50.5, 5.5)])
    sky = await PostgresHistory(place).sky(BEGIN + 600, None)
    assert (sky["address"].tolist(), sky["callsign"].tolist()) == ([1], [b""])


async def test_nothing_stored_is_an_empty_answer_to_everything(place: Database) -> None:
    history = PostgresHistory(place)
    assert len((await history.sky(BEGIN, None))["address"]) == 0
    assert len((await history.sky(BEGIN, Area.box(5, 50, 6, 51)))["callsign"]) == 0
    assert await history.flights(FlightsAsked()) == []
    in_area = FlightsAsked(start=BEGIN, end=BEGIN + 1, area=Area.box(5, 50, 6, 51))
    assert await history.flights(in_area) == []
    assert await history.events(EventsAsked()) == []
