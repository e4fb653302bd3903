import inspect
from collections.abc import AsyncIterator

import asyncpg
import numpy as np
import pytest

from aerotrack.core.columns import PUBLIC_NAMES, STORED
from aerotrack.core.flights import FlightTable
from aerotrack.core.identity import parse_flight
from aerotrack.core.ports import History
from aerotrack.errors import DatabaseError
from aerotrack.storage.database import Database
from aerotrack.storage.history import PostgresHistory
from aerotrack.storage.recorder import Recorder
from flown import AIRCRAFT, BEGIN, Connection, heard, recording, ticked


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
    for name in ("flight", "flights_of", "track"):
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


async def test_a_track_has_at_most_so_many_positions(place: Database, history: PostgresHistory) -> None:
    track = await PostgresHistory(place, longest=1).track(_id(FLIGHT), None, None)
    assert track["time"].tolist() == [BEGIN]


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
