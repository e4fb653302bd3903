import asyncio
import gzip
import random
import sqlite3
from collections.abc import Callable
from pathlib import Path

import pytest
from structlog.testing import capture_logs

from aerotrack import aircraft_files
from aerotrack.aircraft_files import AircraftFile, read
from aerotrack.core.aircraft_facts import AircraftFacts
from aerotrack.decode.aircraft_tables import Database
from aerotrack.errors import SettingsError

READSB = b"4CA2D6;EI-DAC;B738;00;BOEING 737-800;2004;RYANAIR;\n3C6444;D-AIBD;A319;00;;;LUFTHANSA;\n"
OPENSKY = "\ufefficao24,registration,typecode,operator\r\n4ca2d6,EI-DAC,B738,Ryanair\r\n".encode()


def written(path: Path, content: bytes) -> Path:
    path.write_bytes(content)
    return path


def basestation(path: Path, *rows: tuple[object, ...], columns: str = "") -> Path:
    named = columns or "ModeS, Registration, ICAOTypeCode, OperatorFlagCode, RegisteredOwners"
    database = sqlite3.connect(path)
    database.execute(f"CREATE TABLE Aircraft (AircraftID integer primary key, {named})")
    marks = ", ".join("?" * len(named.split(",")))
    database.executemany(f"INSERT INTO Aircraft ({named}) VALUES ({marks})", rows)
    database.commit()
    database.close()
    return path


def registrations(facts: AircraftFacts) -> list[str]:
    return [text.decode() for text in facts.columns["registration"].tolist()]


@pytest.mark.parametrize("content", [READSB, gzip.compress(READSB)])
def test_readsbs_database_is_read_packed_or_not(tmp_path: Path, content: bytes) -> None:
    facts = read(written(tmp_path / "any name", content)).facts
    assert facts.address.tolist() == [0x3C6444, 0x4CA2D6]
    assert registrations(facts) == ["D-AIBD", "EI-DAC"]


def test_openskys_database_may_begin_with_a_mark_of_its_encoding(tmp_path: Path) -> None:
    facts = read(written(tmp_path / "aircraftDatabase.csv", OPENSKY)).facts
    assert facts.columns["operator"].tolist() == [b"Ryanair"]


def test_a_basestation_is_a_database_of_its_own(tmp_path: Path) -> None:
    path = basestation(
        tmp_path / "Base Station?#.sqb",
        ("4CA2D6", "EI-DAC", "B738", "RYR", "Ryanair"),
        ("3c6444", "D-AIBD", "A319", "DLH", None),
        ("", "D-NONE", None, None, None),
        (123456, 7, b"\xff\xfe", "", "x" * 100_000),
    )
    found = read(path)
    assert found.facts.columns["operator"].tolist() == [b"x" * 24, b"DLH", b"Ryanair"]
    assert (registrations(found.facts), found.skipped) == (["7", "D-AIBD", "EI-DAC"], 1)


def test_a_basestation_may_have_fewer_columns(tmp_path: Path) -> None:
    path = basestation(tmp_path / "few.sqb", ("4CA2D6", "EI-DAC"), columns="ModeS, Registration")
    assert registrations(read(path).facts) == ["EI-DAC"]


def test_a_basestation_is_not_written_to(tmp_path: Path) -> None:
    path = basestation(tmp_path / "base.sqb", ("4CA2D6", "EI-DAC", "", "", ""))
    path.chmod(0o444)
    tmp_path.chmod(0o555)
    before = path.read_bytes()
    read(path)
    tmp_path.chmod(0o755)
    assert (path.read_bytes(), [*tmp_path.iterdir()]) == (before, [path])


@pytest.mark.parametrize(
    ("content", "told"),
    [
        (b"", "is no aircraft database: it has neither"),
        (b"\x00\x01\x02" * 1000, "is no aircraft database: it has neither"),
        (b"icao24,registration\nx,y\n", "is no aircraft database: none of its 1 rows"),
        (gzip.compress(READSB)[:40], "cannot be read: "),
        (b"\x1f\x8b" + b"x" * 100, "cannot be read: "),
        (b"SQLite format 3\0" + bytes(500), "cannot be read: "),
        (b"SQLite format 3\0" + b"\xff" * 5000, "cannot be read: "),
        (gzip.compress(b"SQLite format 3\0" + bytes(500)), "is no aircraft database: it has neither"),
    ],
)
def test_a_file_that_is_no_database_is_told_in_one_sentence(
    tmp_path: Path, content: bytes, told: str
) -> None:
    path = written(tmp_path / "broken", content)
    with pytest.raises(SettingsError) as error:
        read(path)
    assert str(path) in str(error.value)
    assert told in str(error.value)
    assert "\n" not in str(error.value)


def test_a_database_of_something_else_is_told(tmp_path: Path) -> None:
    path = basestation(tmp_path / "other.sqb", ("D-AIBD",), columns="Registration")
    with pytest.raises(SettingsError, match="no table Aircraft with a column ModeS"):
        read(path)


def test_a_line_without_end_is_left_out_and_the_rest_is_read(tmp_path: Path) -> None:
    huge = b"4CA2D7;" + b"x" * 300_000 + b";B738\n"
    exact = b"4CA2D8;" + b"x" * (aircraft_files.LONGEST_LINE - 8) + b"\n"
    found = read(written(tmp_path / "huge", READSB + huge + exact + b"4CA2D9;EI-DAE;B738" + b"y" * 65_536))
    assert registrations(found.facts) == ["D-AIBD", "EI-DAC", ""]
    assert found.skipped == 2


def test_no_file_of_noise_brings_the_reader_down(tmp_path: Path) -> None:
    noise = random.Random(6)
    for start in (READSB, OPENSKY, b"'icao24','registration'\n", b"SQLite format 3\0", b"\x1f\x8b\x08", b""):
        for _ in range(20):
            path = written(tmp_path / "noise", start + noise.randbytes(noise.randrange(3000)))
            try:
                found = read(path)
            except SettingsError:
                continue
            assert len(found.facts)


class Known:
    """Whoever is told of databases, and can be waited for."""

    def __init__(self) -> None:
        self.told: list[list[str]] = []
        self._news = asyncio.Event()

    def know(self, facts: AircraftFacts) -> None:
        self.told.append(registrations(facts))
        self._news.set()

    async def news(self) -> list[str]:
        async with asyncio.timeout(20):
            await self._news.wait()
        self._news.clear()
        return self.told[-1]


async def eventually(condition: Callable[[], object]) -> None:
    async with asyncio.timeout(20):
        while not condition():  # noqa: ASYNC110  no event tells
            await asyncio.sleep(0.001)


def replaced(path: Path, content: bytes) -> None:
    """Put another file in its place at once, as everyone should."""
    written(path.with_suffix(".new"), content).replace(path)


def test_a_file_that_does_not_exist_is_told_at_once(tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match=r"there is no aircraft database .*nowhere"):
        AircraftFile(tmp_path / "nowhere")


async def test_what_is_in_a_file_is_known_before_anything_begins(tmp_path: Path) -> None:
    known = Known()
    with capture_logs() as logs:
        async with AircraftFile(written(tmp_path / "db", READSB + b"x;y\n")).running(known.know):
            assert known.told == [["D-AIBD", "EI-DAC"]]
    assert (logs[0]["event"], logs[0]["aircraft"], logs[0]["rows_left_out"]) == (
        "aircraft database read",
        2,
        1,
    )


async def test_a_file_that_changes_is_read_again(tmp_path: Path) -> None:
    known, path = Known(), written(tmp_path / "db", READSB)
    async with AircraftFile(path).running(known.know, check_s=0.01):
        assert await known.news() == ["D-AIBD", "EI-DAC"]
        replaced(path, b"4CA2D6;EI-DAD;B738\n")
        assert await known.news() == ["EI-DAD"]
    assert len(known.told) == 2  # and never without a change


async def test_a_file_is_read_again_when_that_is_asked_for(tmp_path: Path) -> None:
    known, file = Known(), AircraftFile(written(tmp_path / "db", READSB))
    async with file.running(known.know):
        await known.news()
        file.read_again()
        assert await known.news() == ["D-AIBD", "EI-DAC"]


async def test_while_a_new_file_is_broken_the_old_stands(tmp_path: Path) -> None:
    known, path = Known(), written(tmp_path / "db", READSB)
    file = AircraftFile(path)
    with capture_logs() as logs:
        async with file.running(known.know, check_s=0.01):
            await known.news()
            replaced(path, gzip.compress(READSB)[:30])
            await eventually(lambda: len(logs) == 2)
            path.unlink()
            await eventually(lambda: len(logs) == 3)
            assert len(known.told) == 1
            replaced(path, b"4CA2D6;EI-DAD;B738\n")
            assert await known.news() == ["EI-DAD"]
    assert [line["event"] for line in logs[1:3]] == ["aircraft database not taken"] * 2
    assert "cannot be read: Compressed file ended" in logs[1]["error"]
    assert "cannot be read: [Errno 2]" in logs[2]["error"]


async def test_a_broken_file_is_told_of_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    looks, path = 0, written(tmp_path / "db", b"nothing")

    def signature(file: AircraftFile) -> tuple[int, ...]:
        nonlocal looks
        looks += 1
        return of_the_file(file)

    of_the_file = AircraftFile._signature
    monkeypatch.setattr(AircraftFile, "_signature", signature)
    with capture_logs() as logs:
        async with AircraftFile(path).running(Known().know, check_s=0.001):
            await eventually(lambda: looks > 10)
    assert len(logs) == 1


async def test_a_file_that_is_written_while_it_is_read_waits(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    known, path = Known(), written(tmp_path / "db", READSB[:20])
    read_then = aircraft_files.read

    def slowly(path: Path) -> Database:
        found = read_then(path)
        if path.stat().st_size < len(READSB):
            with path.open("ab") as file:
                file.write(READSB[20:])
        return found

    monkeypatch.setattr(aircraft_files, "read", slowly)
    async with AircraftFile(path).running(known.know, check_s=0.01):
        assert await known.news() == ["D-AIBD", "EI-DAC"]
    assert len(known.told) == 1


async def test_an_error_of_ours_is_not_hidden(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(_: Path) -> Database:
        raise ZeroDivisionError

    monkeypatch.setattr(aircraft_files, "read", broken)
    with pytest.raises(ZeroDivisionError):
        async with AircraftFile(written(tmp_path / "db", READSB)).running(Known().know):
            pass
