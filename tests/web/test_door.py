import asyncio
import logging
import socket
from collections import Counter
from functools import partial
from pathlib import Path
from typing import Any

import httpx
import pytest
from structlog.testing import capture_logs
from websockets.exceptions import InvalidStatus
from websockets.typing import Subprotocol

from aerotrack.web import door as doors
from aerotrack.web import stream as streams
from aerotrack.web.access import Scope
from aerotrack.web.addresses import Addresses
from aerotrack.web.door import Door, Refusal, Visitor
from aerotrack.web.key_file import KeyFile
from aerotrack.web.key_ring import KeyRing
from fakes import changes_of, rows_of
from web.harness import Site, eventually

JSON = Subprotocol("aerotrack.v1.json")
FAR = "203.0.113.7"
HANDSHAKE = (
    b"GET /api/v1/stream?bbox= HTTP/1.1\r\nHost: x\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
    b"Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nX-API-Key: %b\r\n\r\n"
)


@pytest.fixture
def file(tmp_path: Path) -> KeyFile:
    return KeyFile(tmp_path / "keys.jsonl")


@pytest.fixture
def wall(file: KeyFile) -> str:
    return file.create("wall", ["read"], 0.0)


@pytest.fixture
def ring(file: KeyFile, wall: str) -> KeyRing:
    assert wall
    return KeyRing(file.path)


@pytest.fixture
def options(ring: KeyRing) -> dict[str, Any]:
    return {"door": Door(ring, require_key=True), "allow_origins": ["https://map.example"]}


def request(address: str = FAR, *, kind: str = "http", query: str = "", **headers: str) -> dict[str, Any]:
    told = [(name.replace("_", "-").encode(), text.encode("latin-1")) for name, text in headers.items()]
    return {
        "type": kind, "client": (address, 1), "headers": told, "query_string": query.encode(),
        "path": "/api/v1/flights", "subprotocols": [],
    }  # fmt: skip


def refusal(answer: Visitor | Refusal) -> tuple[str, int]:
    assert isinstance(answer, Refusal)
    return answer.reason, answer.status


# Keys.


def test_a_key_is_offered_in_either_header_or_as_a_subprotocol(ring: KeyRing, wall: str) -> None:
    door = Door(ring, require_key=True)
    as_subprotocol = request(kind="websocket") | {"subprotocols": [JSON, f"aerotrack.key.{wall}"]}
    for asked in (
        request(authorization=f"Bearer {wall}"),
        request(authorization=f"bearer  {wall} "),
        request(x_api_key=wall),
        as_subprotocol,
    ):
        visitor = door.admit(asked, Scope.READ)
        assert isinstance(visitor, Visitor)
        assert visitor.key is not None
        assert visitor.key.name == "wall"


@pytest.mark.parametrize(
    "headers",
    [
        {},
        {"authorization": "Basic YTpi"},  # that of a proxy
        {"authorization": "Bearer"},
        {"x_api_key": "WALL"},
        {"x_api_key": ""},
        {"x_api_key": "\xff"},
        {"x_api_key": "x" * 100_000},
        {"authorization": "Bearer 00000000." + "x" * 43},
    ],
)
def test_without_a_key_that_is_good_nobody_reads_where_one_is_required(
    ring: KeyRing, headers: dict[str, str]
) -> None:
    door = Door(ring, require_key=True)
    answer = door.admit(request(**headers), Scope.READ)
    none_offered = not headers or headers.get("authorization", "").startswith("Basic")
    assert refusal(answer) == ("no_key" if none_offered else "wrong_key", 401)
    assert isinstance(answer, Refusal)
    assert answer.headers == {"WWW-Authenticate": 'Bearer realm="AeroTrack"'}


def test_a_wrong_key_is_no_way_in_even_where_all_may_read(ring: KeyRing) -> None:
    assert refusal(Door(ring).admit(request(x_api_key="no"), Scope.READ)) == ("wrong_key", 401)


def test_where_there_are_no_keys_what_is_offered_as_one_means_nothing() -> None:
    assert Door().admit(request(authorization="Bearer of.a.proxy"), Scope.READ) == Visitor()


def test_without_keys_nobody_may_do_more_than_read() -> None:
    for needed in (Scope.INGEST, Scope.ADMIN):
        assert refusal(Door().admit(request(), needed)) == ("no_key", 401)


@pytest.mark.parametrize(
    "query",
    ["key={}", "api_key={}", "TOKEN={}", "access_token={}", "bbox=&any={}", "api%5Fkey={}", "key=secret"],
)
def test_a_key_in_the_url_is_refused_with_a_word_on_where_it_belongs(
    ring: KeyRing, wall: str, query: str
) -> None:
    answer = Door(ring).admit(request(query=query.format(wall)), Scope.READ)
    assert refusal(answer) == ("key_in_url", 400)
    assert isinstance(answer, Refusal)
    assert "Authorization: Bearer KEY" in answer.sentence
    assert wall not in answer.sentence


def test_what_others_call_a_key_in_the_url_is_theirs_where_it_can_be_none_of_ours(
    ring: KeyRing, wall: str
) -> None:
    assert Door().admit(request(query="key=secret"), Scope.READ) == Visitor()
    assert Door(ring).admit(request(query="token=of.a.proxy"), Scope.OPEN) == Visitor()
    assert refusal(Door(ring).admit(request(query=f"token={wall}"), Scope.OPEN)) == ("key_in_url", 400)


def test_what_is_open_is_so_with_any_key_or_none(ring: KeyRing) -> None:
    door = Door(ring, require_key=True)
    for headers in ({}, {"x_api_key": "no"}, {"authorization": "Bearer of.a.proxy"}):
        assert door.admit(request(**headers), Scope.OPEN) == Visitor()


def test_no_key_comes_into_the_log(ring: KeyRing, file: KeyFile, wall: str) -> None:
    file.revoke("wall", 1.0)
    ring.read_again()
    asked = request(x_api_key=wall, query=f"key={wall}") | {"path": f"/api/v1/flights/{wall}\r\nfine"}
    with capture_logs() as lines:
        door = Door(ring, require_key=True)
        door.admit(asked, Scope.READ)
        door.admit(asked | {"query_string": b""}, Scope.READ)
    assert [line["why"] for line in lines] == ["key_in_url", "wrong_key"]
    assert wall.partition(".")[2] not in repr(lines)
    assert "\n" not in lines[0]["path"]


def test_refusals_are_all_counted_but_fill_no_log(ring: KeyRing) -> None:
    door = Door(ring, clock=lambda: 0.0, rate=1000.0)
    with capture_logs() as lines:
        for _ in range(1000):
            door.admit(request(x_api_key="no"), Scope.READ)
    assert door.refused["wrong_key"] == 1000
    assert 0 < len(lines) <= 20


# Limits.


def test_an_address_that_asks_too_often_is_told_when_to_come_again() -> None:
    door = Door(rate=2.0, clock=lambda: 100.0)
    answers = [door.admit(request(), Scope.OPEN) for _ in range(21)]
    assert Counter(isinstance(answer, Visitor) for answer in answers) == {True: 20, False: 1}
    assert refusal(answers[-1]) == ("rate", 429)
    assert isinstance(answers[-1], Refusal)
    assert answers[-1].headers == {"Retry-After": "1"}
    assert isinstance(door.admit(request("203.0.113.8"), Scope.OPEN), Visitor)


def test_handshakes_are_counted_by_themselves() -> None:
    door = Door(rate=1.0, clock=lambda: 100.0)
    for kind in ("http", "websocket"):
        answers = [door.admit(request(kind=kind), Scope.READ) for _ in range(11)]
        assert [isinstance(answer, Visitor) for answer in answers] == [True] * 10 + [False]


def test_who_claims_to_be_forwarded_is_still_the_one_who_asks() -> None:
    door = Door(rate=1.0, clock=lambda: 100.0)
    answers = [
        door.admit(request(x_forwarded_for=f"198.51.100.{number}"), Scope.READ) for number in range(11)
    ]
    assert refusal(answers[-1]) == ("rate", 429)


def test_behind_a_trusted_proxy_each_has_a_limit_of_their_own() -> None:
    door = Door(None, Addresses(["10.0.0.1"]), rate=1.0, clock=lambda: 100.0)
    answers = [
        door.admit(request("10.0.0.1", x_forwarded_for=f"198.51.100.{number}"), Scope.READ)
        for number in range(30)
    ]
    assert all(isinstance(answer, Visitor) for answer in answers)
    flood = [door.admit(request("10.0.0.1", x_forwarded_for="9.9.9.9"), Scope.READ) for _ in range(11)]
    assert refusal(flood[-1]) == ("rate", 429)


def test_our_own_machine_is_not_limited() -> None:
    door = Door(rate=1.0, clock=lambda: 100.0)
    assert all(isinstance(door.admit(request("127.0.0.1"), Scope.READ), Visitor) for _ in range(100))


def test_a_key_may_ask_ten_times_as_often_as_an_address_and_no_more(ring: KeyRing, wall: str) -> None:
    door = Door(ring, rate=1.0, clock=lambda: 100.0)
    answers = [door.admit(request(f"198.51.{n}.1", x_api_key=wall), Scope.READ) for n in range(101)]
    assert [isinstance(answer, Visitor) for answer in answers] == [True] * 100 + [False]
    assert refusal(answers[-1]) == ("rate", 429)


# On the wire.


@pytest.mark.asyncio(loop_scope="session")
async def test_a_refusal_is_a_problem_with_the_headers_of_all_answers(site: Site) -> None:
    answer = await site.get("/api/v1/flights", Origin="https://map.example")
    assert answer.status_code == 401
    assert answer.headers["content-type"] == "application/problem+json"
    assert "Authorization: Bearer KEY" in answer.json()["detail"]
    assert answer.headers["www-authenticate"].startswith("Bearer")
    assert answer.headers["x-content-type-options"] == "nosniff"
    assert answer.headers["access-control-allow-origin"] == "https://map.example"


@pytest.mark.asyncio(loop_scope="session")
async def test_a_page_of_an_allowed_origin_may_send_a_key(site: Site, wall: str) -> None:
    async with httpx.AsyncClient(base_url=site.url, trust_env=False) as client:
        preflight = await client.options(
            "/api/v1/flights",
            headers={
                "Origin": "https://map.example",
                "Access-Control-Request-Method": "GET",
                "Access-Control-Request-Headers": "authorization,x-api-key",
            },
        )
    assert preflight.status_code == 200
    assert (await site.get("/api/v1/flights", **{"X-API-Key": wall})).status_code == 200


@pytest.mark.parametrize(
    "path", ["/api/v1/flights%0A", "/api/v1//flights", "//api/v1/flights", "/API/v1/flights"]
)
@pytest.mark.asyncio(loop_scope="session")
async def test_no_spelling_of_a_path_goes_round_the_door(site: Site, path: str) -> None:
    answer = await site.get(path)
    assert answer.status_code in {401, 404}
    assert b'"flights"' not in answer.content


@pytest.mark.asyncio(loop_scope="session")
async def test_a_key_in_the_url_of_the_stream_is_refused(site: Site, wall: str) -> None:
    with pytest.raises(InvalidStatus) as refused:
        async with site.stream(f"?bbox=&key={wall}"):
            pass
    assert refused.value.response.status_code == 400
    assert wall.encode() not in (refused.value.response.body or b"")


@pytest.mark.asyncio(loop_scope="session")
async def test_who_is_in_by_a_key_that_is_revoked_is_shown_out_with_4401_and_nobody_else(
    site: Site, options: dict[str, Any], file: KeyFile, wall: str
) -> None:
    door, ops = options["door"], file.create("ops", ["admin"], 0.0)
    door.look()
    with_key = [JSON, Subprotocol(f"aerotrack.key.{wall}")]
    async with (
        site.stream("?bbox=", subprotocols=with_key) as revoked,
        site.stream("?bbox=", additional_headers={"X-API-Key": ops}) as other,
    ):
        await revoked.next()
        await other.next()
        file.revoke("wall", 1.0)
        door.look()
        assert await revoked.closed() == 4401
        await other.send(type="ping")
        assert (await other.next())["type"] == "pong"
    assert door.refused.total() == 0
    with pytest.raises(InvalidStatus) as refused:
        async with site.stream(subprotocols=with_key):
            pass
    assert refused.value.response.status_code == 401


@pytest.mark.asyncio(loop_scope="session")
async def test_who_is_shown_out_and_takes_nothing_is_cut(
    site: Site, options: dict[str, Any], file: KeyFile, wall: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(streams, "_LEAVE_S", 0.01)
    world, loop = rows_of(range(1, 3000), lat=50.0, lon=8.5), asyncio.get_running_loop()
    with socket.socket() as client:
        client.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
        client.setblocking(False)
        await loop.sock_connect(client, ("127.0.0.1", int(site.url.rsplit(":", 1)[1].rstrip("/"))))
        await loop.sock_sendall(client, HANDSHAKE % wall.encode())
        await eventually(lambda: site.broadcaster.clients == 1)
        for tick in range(1, 1000):
            site.broadcaster.take(changes_of(tick, {**world, "altitude_ft": world["altitude_ft"] * 0 + tick}))
            await asyncio.sleep(0.001)
            if site.broadcaster.report()["paused"]:
                break
        assert site.broadcaster.report()["paused"] == 1
        file.revoke("wall", 1.0)
        options["door"].look()
        await eventually(lambda: site.broadcaster.clients == 0)


@pytest.mark.asyncio(loop_scope="session")
async def test_who_left_is_not_remembered(site: Site, options: dict[str, Any], wall: str) -> None:
    async with site.stream(additional_headers={"X-API-Key": wall}) as client:
        await client.next()
        assert len(options["door"]._guests) == 1
    await eventually(lambda: not options["door"]._guests)


async def test_the_key_file_is_looked_at_again_and_again(
    ring: KeyRing, file: KeyFile, wall: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(doors, "LOOK_S", 0.001)
    door, gone = Door(ring), asyncio.Event()
    visitor = door.admit(request(x_api_key=wall), Scope.READ)
    assert isinstance(visitor, Visitor)
    door.stay("guest", visitor, gone.set)
    async with door.watching(), asyncio.timeout(5):
        file.revoke("wall", 1.0)
        await gone.wait()


def test_look_is_often_enough_for_what_is_promised() -> None:
    assert doors.LOOK_S < 60 / 4


def test_a_key_that_is_revoked_while_somebody_comes_in_by_it_is_no_way_to_stay(
    ring: KeyRing, file: KeyFile, wall: str
) -> None:
    door, shown_out = Door(ring), list[str]()
    visitor = door.admit(request(x_api_key=wall), Scope.READ)
    assert isinstance(visitor, Visitor)
    file.revoke("wall", 1.0)
    door.look()
    door.stay("guest", visitor, partial(shown_out.append, "wall"))
    assert shown_out == ["wall"]


def test_a_key_whose_scope_is_taken_away_may_read_no_more(ring: KeyRing, file: KeyFile, wall: str) -> None:
    door, shown_out = Door(ring, require_key=True), list[str]()
    visitor = door.admit(request(x_api_key=wall), Scope.READ)
    assert isinstance(visitor, Visitor)
    door.stay("guest", visitor, partial(shown_out.append, "wall"))
    file.path.write_text(file.path.read_text().replace('"read"', '"ingest"'))
    door.look()
    assert shown_out == ["wall"]


def test_an_unreadable_key_file_is_told_once(ring: KeyRing, file: KeyFile) -> None:
    with file.path.open("a") as content:
        content.write("{")
    with capture_logs() as lines:
        door = Door(ring)
        door.look()
        door.look()
    assert len(lines) == 1
    assert logging.getLevelName(logging.ERROR).lower() == lines[0]["log_level"]
