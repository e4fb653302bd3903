"""What real aircraft sent is kept, through the real pipeline, as benchmarks/kept.py checks it."""

import importlib.util
import sys
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from aerotrack.storage.database import Database
from flown import Connection

ROOT = Path(__file__).parents[2]
FEEDS = ROOT / "tests/data/feeds"


def _load() -> Any:
    spec = importlib.util.spec_from_file_location("kept", ROOT / "benchmarks/kept.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules["kept"] = module  # dataclasses look there
    spec.loader.exec_module(module)
    return module


kept = _load()


@pytest.fixture
async def place(database_url: str) -> AsyncIterator[Database]:
    opened = await Database.open(database_url)
    yield opened
    await opened.close()


@pytest.mark.parametrize(
    ("file", "positions", "flights"),
    [
        ("adsb_actions.jsonl", 94, 9),
        ("aircraft.json", 21, 21),
        ("lines.json", 5, 1),
        ("trace_full_a3c78c.json", 41, 2),
    ],
)
async def test_each_flights_track_is_what_was_accepted_before_and_after_it_is_archived(
    place: Database, database: Connection, file: str, positions: int, flights: int
) -> None:
    accepted = await kept.record(place, FEEDS / file)
    hot = await kept.compare(place, database, accepted)
    assert await kept.compact(database) >= flights
    archived = await kept.compare(place, database, accepted)
    assert await database.fetchval("select count(*) from aerotrack.position_hot") == 0
    for found in (hot, archived):
        assert found.faults == []
        assert (found.accepted, found.stored, found.flights) == (positions, positions, flights)
    assert hot.worst == archived.worst


HEARD = {
    "time": 1_732_289_400.004,
    "lat": 52.0,
    "lon": 5.0,
    "altitude_ft": 3010.0,
    "geo_altitude_ft": np.nan,
    "ground_speed_kt": 449.6,
    "track_deg": 359.98,
    "vertical_rate_fpm": -60.0,
    "on_ground": 0,
    "squawk": 14,
    "position_source": 0,
    "feed": "roof",
}
AS_STORED = {"time": 1_732_289_400.0, "altitude_ft": 3000.0, "ground_speed_kt": 450.0, "track_deg": 0.0}


def _compared(**stored: object) -> list[str]:
    columns = (
        {name: np.array([value]) for name, value in values.items()}
        for values in (HEARD, HEARD | AS_STORED | {"vertical_rate_fpm": -64.0} | stored)
    )
    found = kept.Compared()
    found.add("klm", *columns)
    return list(found.faults)


def test_what_is_rounded_to_the_steps_of_its_column_is_kept() -> None:
    assert _compared() == []


@pytest.mark.parametrize(
    ("stored", "fault"),
    [
        ({"time": 1_732_289_400.02}, "klm: time is off by 0.016, asked is 0.01"),
        ({"lat": 52.00001}, "klm: place is off by 1.112, asked is 1"),
        ({"altitude_ft": 3036.0}, "klm: altitude_ft is off by 26, asked is 25"),
        ({"altitude_ft": np.nan}, "klm: altitude_ft is off by inf, asked is 25"),
        ({"geo_altitude_ft": 0.0}, "klm: geo_altitude_ft is off by inf, asked is 25"),
        ({"ground_speed_kt": 451.0}, "klm: ground_speed_kt is off by 1.4, asked is 1"),
        ({"track_deg": 180.0}, "klm: track_deg is off by 180, asked is 0.1"),
        ({"vertical_rate_fpm": 64.0}, "klm: vertical_rate_fpm is off by 124, asked is 64"),
        ({"on_ground": -1}, "klm: on_ground differs in 1 positions"),
        ({"squawk": 7700}, "klm: squawk differs in 1 positions"),
        ({"position_source": 9}, "klm: position_source differs in 1 positions"),
        ({"feed": None}, "klm: feed differs in 1 positions"),
    ],
)
def test_what_is_not_kept_is_found(stored: dict[str, object], fault: str) -> None:
    assert _compared(**stored) == [fault]


async def test_a_flight_whose_positions_are_gone_is_found(place: Database, database: Connection) -> None:
    accepted = await kept.record(place, FEEDS / "lines.json")
    await kept.compact(database)
    await database.execute("update aerotrack.position_archive set flight_id = flight_id + 1")
    found = await kept.compare(place, database, accepted)
    assert [fault.partition(": ")[2] for fault in found.faults] == ["of 5 positions 0 are stored"]


async def test_a_position_that_is_stored_twice_is_found(place: Database, database: Connection) -> None:
    accepted = await kept.record(place, FEEDS / "lines.json")
    await database.execute("insert into aerotrack.position_hot select * from aerotrack.position_hot limit 1")
    found = await kept.compare(place, database, accepted)
    assert found.faults[-1] == "5 positions are accepted, 6 stored"
