import asyncio
from collections.abc import AsyncIterator
from pathlib import Path

import numpy as np
import pytest

from aerotrack.core.flights import FlightTable
from aerotrack.storage.batch import Batch
from aerotrack.storage.committer import Committer
from aerotrack.storage.database import Database
from aerotrack.storage.roster import Roster
from aerotrack.storage.spool import Spool
from aerotrack.storage.spool_records import from_bytes
from aerotrack.storage.stored import StoredPositions
from aerotrack.storage.writer import Writer
from flown import Connection, heard, ticked, until


@pytest.fixture
async def place(database_url: str) -> AsyncIterator[Database]:
    opened = await Database.open(database_url, connect_s=2, command_s=5)
    yield opened
    await opened.close()


def batch_of(second: float, number: int, **columns: object) -> Batch:
    changes = ticked(FlightTable(), heard(second, **columns))
    return Batch(positions=changes.positions, feeds=changes.feeds, number=number)


async def test_a_batch_up_to_the_watermark_is_known_to_be_stored(place: Database) -> None:
    first = Committer(place, "spool:1", ordered=False)
    await first.commit(batch_of(0, 7))
    first.drop()
    again = Committer(place, "spool:1", ordered=False)
    assert await again.watermark() == 7
    await again.commit(batch_of(0, 7))
    await again.commit(batch_of(5, 8))
    assert (again.stored, again.already_stored) == (1, 1)
    again.drop()


async def test_a_batch_without_positions_moves_the_watermark_as_well(place: Database) -> None:
    committer = Committer(place, "spool:1", ordered=False)
    await committer.commit(Batch(number=9))
    committer.drop()
    assert await committer.watermark() == 9
    committer.drop()


async def test_what_is_refused_goes_to_a_file_and_the_watermark_moves_on(
    place: Database, database: Connection
) -> None:
    await database.execute("alter table aerotrack.position_hot add constraint low check (altitude < 1000)")
    kept: list[Batch] = []
    tries = iter([OSError(28, "No space left on device"), None])

    async def put_aside(batch: Batch, number: int) -> Path:
        if error := next(tries):
            raise error
        assert number == batch.number
        kept.append(batch)
        return Path("refused")

    with pytest.MonkeyPatch.context() as quick:
        quick.setattr("aerotrack.storage.committer.LAST_BACKOFF_S", 0.0)
        committer = Committer(place, "spool:1", ordered=False, put_aside=put_aside)
        await committer.commit(batch_of(0, 3, altitude_ft=60_000))
    assert [(batch.number, len(batch)) for batch in kept] == [(3, 1)]
    assert committer.failed == 1
    await committer.commit(batch_of(5, 4))
    assert committer.stored == 1
    committer.drop()
    assert await committer.watermark() == 4
    committer.drop()


async def test_refused_flights_are_kept_batch_by_batch_and_counted(
    place: Database, database: Connection, tmp_path: Path
) -> None:
    await database.execute(
        "alter table aerotrack.flight add constraint good check (callsign not like 'BAD%')"
    )
    spool = Spool.open(tmp_path)
    committer = Committer(place, spool.source, ordered=False, put_aside=spool.put_aside)
    for second, callsign in enumerate((b"BAD1", b"BAD2")):
        roster, changes = Roster(), ticked(FlightTable(), heard(second, callsign=callsign))
        roster.note(changes)
        flights, number = roster.take_unwritten(), spool.next_number()
        await committer.commit(
            Batch(positions=changes.positions, flights=flights, feeds=changes.feeds, number=number)
        )
    committer.drop()
    files = sorted((tmp_path / "refused").iterdir())
    assert [from_bytes(path.read_bytes()).flights["callsign"].tolist() for path in files] == [
        [b"BAD1"],
        [b"BAD2"],
    ]
    assert (committer.stored, committer.failed) == (2, 2)


async def test_a_partition_that_is_taken_again_and_again_is_no_refusal(
    place: Database, database: Connection, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("aerotrack.storage.committer.FIRST_BACKOFF_S", 0.0)
    taken, make = 0, Writer._make_room

    async def make_and_lose(writer: Writer, stored: StoredPositions) -> None:
        nonlocal taken
        await make(writer, stored)
        if taken < 3:
            taken += 1
            await database.execute("drop table aerotrack.position_hot_20241122_1530")

    monkeypatch.setattr(Writer, "_make_room", make_and_lose)
    committer = Committer(place, "spool:1", ordered=False)
    await committer.commit(batch_of(0, 3))
    committer.drop()
    assert (taken, committer.stored, committer.failed) == (3, 1, 0)


async def test_the_database_that_is_away_is_waited_for(database_url: str) -> None:
    committer = Committer(Database(database_url.replace("/test_", "/missing_")), "spool:1", ordered=False)
    waiting = asyncio.create_task(committer.commit(Batch(positions={"address": np.empty(0)}, number=1)))
    await until(lambda: committer.error is not None)
    assert not committer.connected
    assert "does not exist" in str(committer.error)
    waiting.cancel()
    await asyncio.wait([waiting])
