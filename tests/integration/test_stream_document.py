"""What a real server says on the stream, held against the document of it that the server gives out."""

from collections.abc import Callable
from typing import Any

from aerotrack.core.changes import Changes
from aerotrack.core.columns import PHASES, PUBLIC_NAMES
from aerotrack.core.events import KINDS
from aerotrack.web.broadcaster import Broadcaster
from fakes import START, changes_of, rows_of
from web.harness import Client, Site
from web.recorded import Recorded, check

HERE: dict[str, Any] = {"lat": 50.0, "lon": 8.5, "feed": 0, "emergency": 0, "last_heard": START + 1000}


async def heard(client: Client, until: Callable[[dict[str, Any]], bool]) -> list[dict[str, Any]]:
    """Return what the server says up to some message."""
    said = [await client.next()]
    while not until(said[-1]):
        said.append(await client.next())
    return said


async def told(client: Client, site: Site, changes: Changes) -> list[dict[str, Any]]:
    """Return what the server says of these changes, and before them to what the client has said."""
    await client.send(type="ping")
    said = await heard(client, lambda message: message["type"] == "pong")
    site.broadcaster.take(changes)
    return said + await heard(client, lambda message: message.get("tick") == changes.tick)


async def test_what_a_real_server_says_is_in_the_document() -> None:
    whole = rows_of(0x4CA2D6, on_ground=1, squawk=1000, **HERE)
    moved = rows_of(0x4CA2D6, on_ground=1, squawk=1000, **HERE | {"lat": 50.01})
    left = rows_of(0x4CA2D6, on_ground=0, squawk=7000, facts_tick=3, **HERE)
    async with (
        Site(broadcaster=Broadcaster(digest_s=0.0)).serving() as site,
        site.stream() as stream,
    ):
        client = Recorded(stream.socket)
        await client.send(type="subscribe", bbox=[5, 45, 16, 55])
        said = await told(client, site, changes_of(1, whole, feeds=("roof",)))
        said += await told(client, site, changes_of(2, moved, feeds=("roof",)))
        said += await told(client, site, changes_of(3, left, feeds=("roof",)))
        await client.send(type="subscribe", bbox=[-80, 35, -70, 45], flights=["000001-00000001"])
        said += await told(client, site, changes_of(4, feeds=("roof",)))
        await client.send(type="subscribe")  # which asks for nothing new
        said += await told(client, site, changes_of(5, feeds=("roof",)))
        await client.socket.send("what?")
        await client.send(type="subscribe", filter={"callsign": "RYR"}, precision_m=100)
        said += await told(client, site, changes_of(6, feeds=("roof",)))
    changes = [message for message in said if message["type"] == "changes"]
    assert [message["since"] for message in changes].count(0) == 2
    assert {len(flight) for message in changes for flight in message["updated"]} == {len(PUBLIC_NAMES), 11}
    assert ["4ca2d6-6740a31c"] in [message["gone"] for message in changes]
    assert ([], []) in [(message["updated"], message["gone"]) for message in changes]
    assert {message["type"] for message in said} == {"hello", "changes", "digest", "event", "error", "pong"}


async def test_every_event_of_a_real_server_is_in_the_document() -> None:
    ticks = [
        {"on_ground": 1, "squawk": 1000},
        {"on_ground": 0, "squawk": 7700, "emergency": 1},
        {"on_ground": 1, "squawk": 1000},
        {"on_ground": 0, "phase": PHASES.index("approach"), "altitude_ft": 800.0},
        {"on_ground": 0, "phase": PHASES.index("climb"), "altitude_ft": 1400.0},
        {"on_ground": 0, "conflicted_at": START + 1010.0},
    ]
    async with Site().serving() as site, site.stream() as client:
        await client.send(type="subscribe")
        said = await told(client, site, changes_of(1, rows_of([])))
        for tick, values in enumerate(ticks, 2):
            flight = rows_of(0x4CA2D6, START + 1001, facts_tick=tick, **HERE | values)
            said += await told(client, site, changes_of(tick, flight, feeds=("roof",)))
        await client.send(type="ping")
        said += await heard(client, lambda message: message["type"] == "pong")
    for message in said:
        check(message, direction="send")
    kinds = {message["kind"] for message in said if message["type"] == "event"}
    assert kinds == set(KINDS) - {"flight_ended"}
