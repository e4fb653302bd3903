"""One process, everything real: simulator in, stream and API out, PostgreSQL behind, and a restart."""

import asyncio
import json
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import Any

import asyncpg
import httpx
import pytest
from websockets.asyncio.client import connect
from websockets.exceptions import ConnectionClosed

from end_to_end.picture import Picture
from end_to_end.program import Program

SKY = "sim:?flights=300&seed=7#sky"


@pytest.fixture(scope="module")
def data_dir(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("data")


@pytest.fixture
def program(data_dir: Path) -> Iterator[Program]:
    with Program.serving(SKY, data_dir=data_dir, options=["--tick", "0.5"]) as program:
        yield program


def stream_of(program: Program) -> str:
    return program.url.replace("http", "ws", 1) + "/api/v1/stream"


async def followed(program: Program, ticks: int) -> Picture:
    picture = Picture()
    async with connect(stream_of(program) + "?bbox=") as socket:
        assert json.loads(await socket.recv())["type"] == "hello"
        await picture.follow(socket, ticks)
    return picture


async def flights_of(program: Program, **query: Any) -> dict[str, Any]:
    async with httpx.AsyncClient() as http:
        answer = await http.get(program.url + "/api/v1/flights", params=query)
    assert answer.status_code == 200, answer.text
    return {flight["id"]: flight for flight in answer.json()["flights"]}


async def test_stream_api_and_database_agree_and_a_restart_knows_the_flights(data_dir: Path) -> None:
    with Program.serving(SKY, data_dir=data_dir, options=["--tick", "0.5"]) as program:
        picture = Picture()
        async with connect(stream_of(program) + "?bbox=") as socket:
            assert json.loads(await socket.recv())["type"] == "hello"
            await picture.follow(socket, 8)
            before = {i: dict(f) for i, f in picture.flights.items()}
            held = {(i, f["time"]): [f] for i, f in before.items()}
            listed = await flights_of(program)
            for _ in range(6):
                await picture.follow(socket, 1)
                for i, f in picture.flights.items():
                    held.setdefault((i, f["time"]), []).append(dict(f))
        # The list was taken between two ticks: each flight in it is as the client saw it in one of these.
        assert len(listed) == 300
        assert listed.keys() <= {flight for flight, _ in held}
        # On the ground a new report may come from the same place: its speed is news then, its position not.
        flying = [flight for flight in listed.values() if not flight["on_ground"]]
        seen = [flight for flight in flying if (flight["id"], flight["time"]) in held]
        assert len(seen) >= 0.8 * len(flying) > 100, "two reports in a tick are one to the client, but seldom"
        for flight in seen:
            # Its phase, say, may change while its position stands: one of the ticks has to have seen it so.
            # What says how fresh a flight is need not be told with each.
            twins = held[flight["id"], flight["time"]]
            differ = [{key for key in flight if flight[key] != twin[key]} for twin in twins]
            assert any(keys <= {"last_heard", "coasting"} for keys in differ), f"{flight} is none of {twins}"
        stored = await positions_of(program, before)
        for flight in before.values():
            assert any(
                abs(row["time"].timestamp() - _timestamp(flight["time"])) <= 0.0101
                and abs(row["lat"] - flight["lat"]) < 1.1e-5
                and abs(row["lon"] - flight["lon"]) < 1.1e-5
                and row["altitude_ft"] == flight["altitude_ft"]
                and row["squawk"] == flight["squawk"]
                and row["feed"] == "sky"
                for row in stored[flight["id"]]
            ), f"{flight} is not in the database"
        assert program.stop() == 0
    with Program.serving(SKY, data_dir=data_dir, options=["--tick", "0.5"]) as program:
        again = await followed(program, 4)
        same = before.keys() & again.flights.keys()
        assert len(same) >= 295, "a few may have landed and left again meanwhile"
        for flight in same:
            assert again.flights[flight]["started_at"] == before[flight]["started_at"]
        stored = await positions_of(program, before)
        assert all(len(rows) >= 2 for rows in stored.values())


async def positions_of(program: Program, flights: dict[str, Any]) -> dict[str, list[Any]]:
    connection = await asyncpg.connect(program.database_url())
    try:
        for _ in range(100):  # the recorder may be a tick behind
            rows = await connection.fetch(
                "select f.id, p.* from aerotrack.position p join aerotrack.flight f using (flight_id)"
            )
            stored: dict[str, list[Any]] = {flight: [] for flight in flights}
            for row in rows:
                stored.setdefault(row["id"], []).append(row)
            newest = {i: max((r["time"].timestamp() for r in rows), default=0) for i, rows in stored.items()}
            if all(newest[i] >= _timestamp(f["time"]) - 0.011 for i, f in flights.items()):
                return stored
            await asyncio.sleep(0.05)
        raise AssertionError("the positions did not reach the database within 5 s")
    finally:
        await connection.close()


def _timestamp(text: str) -> float:
    return datetime.fromisoformat(text).timestamp()


async def test_a_client_is_told_that_the_server_restarts(program: Program) -> None:
    async with connect(stream_of(program) + "?bbox=5,45,16,55") as socket:
        picture = Picture()
        await picture.follow(socket, 1)
        assert await asyncio.to_thread(program.stop) == 0
        with pytest.raises(ConnectionClosed):
            await picture.follow(socket, 1000)
        assert socket.close_code == 1012


async def test_a_client_that_was_cut_off_goes_on_with_its_picture(program: Program) -> None:
    cut_off, witness = Picture(), Picture()
    async with connect(stream_of(program) + "?bbox=-30,-60,170,75") as socket:
        epoch = json.loads(await socket.recv())["epoch"]
        await cut_off.follow(socket, 2)
    async with connect(stream_of(program) + "?bbox=-30,-60,170,75") as other:
        await witness.follow(other, 4)
        async with connect(stream_of(program)) as socket:
            left_off = {"epoch": epoch, "tick": cut_off.tick, "view": cut_off.view}
            subscribe = {"type": "subscribe", "bbox": [-30, -60, 170, 75], "resume": left_off}
            await socket.send(json.dumps(subscribe))
            await cut_off.follow(socket, 1)
            while witness.tick < cut_off.tick:
                await witness.follow(other, 1)
            while cut_off.tick < witness.tick:
                await cut_off.follow(socket, 1)
    assert cut_off.snapshots == 1, "it had to start anew"
    assert cut_off.flights == witness.flights


async def test_a_position_of_a_flight_is_found_again_as_its_track(program: Program) -> None:
    picture = await followed(program, 4)
    flight = next(iter(picture.flights))
    async with httpx.AsyncClient(base_url=program.url) as http:
        for _ in range(100):
            track = (await http.get(f"/api/v1/flights/{flight}/track")).json()
            if len(track["positions"]) >= 2:
                break
            await asyncio.sleep(0.05)
        assert track["flight"]["id"] == flight
        times = [position["time"] for position in track["positions"]]
        assert times == sorted(times)
        assert (await http.get("/readyz")).status_code == 200
        feeds = (await http.get("/api/v1/feeds")).json()["feeds"]
        assert [(feed["name"], feed["connected"]) for feed in feeds] == [("sky", True)]
