from collections.abc import Callable
from contextlib import nullcontext
from time import monotonic
from typing import Any

import asyncpg
import pytest

from aerotrack.errors import DatabaseError, SettingsError
from aerotrack.storage.database import Database
from aerotrack.storage.reading import Question, Reading
from flown import Connection
from hanging import hanging
from stored_past import flight, name_of


async def test_a_question_sees_what_is_stored(database_url: str, database: Connection) -> None:
    opened = Database(database_url)
    name = await flight(database, 1, 0)
    async with Reading(opened, 10.0).question() as ask:
        assert [row["flight_id"] for row in await ask.rows("flight", name)] == [name]
        assert (await ask.row("flight", name))["flight_id"] == name
        assert await ask.row("flight", 1) is None
    await opened.close()


async def test_within_one_moment_nothing_changes(database_url: str, database: Connection) -> None:
    opened = Database(database_url)
    async with Reading(opened, 10.0).question() as ask:
        async with ask.one_moment():
            assert await ask.rows("flight", name_of(1, 0)) == []
            await flight(database, 1, 0)
            assert await ask.rows("flight", name_of(1, 0)) == []
        assert len(await ask.rows("flight", name_of(1, 0))) == 1
    await opened.close()


async def test_nothing_can_be_written(database_url: str, database: Connection) -> None:
    opened = Database(database_url)
    with pytest.raises(DatabaseError, match="read-only"):
        async with Reading(opened, 10.0).question() as ask:
            await ask.rows("begin_source", "x")
    await opened.close()


async def test_a_question_ends_in_time_whatever_it_waits_for(database_url: str) -> None:
    opened = Database(database_url)
    blocker = await asyncpg.connect(database_url)
    await blocker.execute("begin; lock table aerotrack.flight in access exclusive mode")
    with pytest.raises(DatabaseError, match=r"took longer than 0\.2 s: ask for less"):
        async with Reading(opened, 0.2).question() as ask:
            await ask.rows("flight", 1)
    await blocker.close()
    async with Reading(opened, 10.0).question() as ask:  # the connection is good again
        assert await ask.rows("flight", 1) == []
    await opened.close()


@pytest.mark.parametrize("moment_of", [nullcontext, Question.one_moment])
async def test_a_question_ends_in_time_when_the_server_hangs_too(
    database_url: str,
    database: Connection,
    monkeypatch: pytest.MonkeyPatch,
    moment_of: Callable[[Question], Any],
) -> None:
    monkeypatch.setattr("aerotrack.storage.reading.GIVEN_BACK_S", 0.2)
    opened = Database(database_url)
    async with Reading(opened, 10.0).question() as ask:
        await ask.rows("flight", 1)
    began = monotonic()
    async with hanging(database):
        with pytest.raises(DatabaseError, match=r"took longer than 0\.3 s"):
            async with Reading(opened, 0.3).question() as ask, moment_of(ask):
                await ask.rows("flight", 1)
    assert monotonic() - began < 5  # not the 30 s that a statement may take
    async with Reading(opened, 10.0).question() as ask:
        assert await ask.rows("flight", 1) == []
    await opened.close()


async def test_a_value_that_postgresql_cannot_hold_is_the_askers_error(database_url: str) -> None:
    opened = Database(database_url)
    with pytest.raises(SettingsError, match="give other values"):
        async with Reading(opened, 10.0).question() as ask:
            await ask.rows("events", None, None, None, None, (1 << 63) - 1, "x", 10)
    await opened.close()
