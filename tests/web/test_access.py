"""The table itself, and the matrix that is made of it: each role, at each route, with each command."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import msgspec
import pytest
from fastapi import FastAPI
from fastapi.routing import RouteContext, iter_route_contexts
from starlette.responses import Response
from starlette.routing import Mount, Route
from websockets.exceptions import InvalidStatus
from websockets.typing import Subprotocol

from aerotrack.web.access import COMMANDS, ROUTES, SCOPES, Access, Scope
from aerotrack.web.door import Door
from aerotrack.web.key_file import KeyFile
from aerotrack.web.key_ring import KeyRing
from aerotrack.web.stream import commands_of
from aerotrack.web.subscriptions import Ping, Subscribe
from fakes import changes_of, rows_of
from web.harness import Site

ROLES = ("anonymous", *SCOPES)
MESSAGES: dict[str, dict[str, Any]] = {
    "ping": {"type": "ping"},
    "subscribe": {"type": "subscribe"},
    "bbox": {"type": "subscribe", "bbox": [5, 45, 16, 55]},
    "flights": {"type": "subscribe", "flights": ["4ca2d6-6740a31c"]},
    "precision_m": {"type": "subscribe", "precision_m": 76},
    "filter": {"type": "subscribe", "filter": {"callsign": "DLH"}},
    "resume": {"type": "subscribe", "resume": {"epoch": "9f3c21aa", "tick": 0}},
    "at": {"type": "subscribe", "at": "2026-11-22T09:00:00Z"},
    "speed": {"type": "subscribe", "speed": 1},
}


async def answer() -> Response:
    return Response("here")


def app_with(path: str, method: str = "GET") -> FastAPI:
    app = FastAPI(openapi_url=None)
    app.add_api_route(path, answer, methods=[method])
    return app


def routes_of(app: FastAPI) -> Iterator[RouteContext]:
    return iter_route_contexts(app.routes)


def paths(app: FastAPI) -> set[str]:
    return {(route.path or "").rstrip("/") or "/" for route in routes_of(app)}


@pytest.fixture
def whole(page: Path, tmp_path: Path) -> FastAPI:
    """Make an app that has everything: a page with its assets, and a basemap."""
    (tmp_path / "basemap").mkdir()
    app = Site().app(page=page, basemap=tmp_path / "basemap")
    assert isinstance(app, FastAPI)
    return app


def test_every_route_has_an_entry_and_every_entry_a_route(whole: FastAPI) -> None:
    assert paths(whole) == set(ROUTES)


def test_an_app_with_a_route_that_nobody_thought_of_is_not_made() -> None:
    with pytest.raises(LookupError, match="no entry in the access table: /api/v1/new"):
        Access().cover(routes_of(app_with("/api/v1/new")))


@pytest.mark.parametrize("method", ["POST", "PUT", "DELETE", "PATCH"])
def test_a_route_that_changes_something_is_for_more_than_reading(method: str) -> None:
    app = app_with("/api/v1/flights", method)
    with pytest.raises(LookupError, match="READ is too open: /api/v1/flights"):
        Access().cover(routes_of(app))
    Access({"/api/v1/flights": Scope.INGEST}).cover(routes_of(app))


def test_no_spelling_of_a_path_is_looser_than_the_route_it_leads_to() -> None:
    access = Access({"/": Scope.OPEN, "/api/{name}": Scope.ADMIN, "/api/first": Scope.READ})
    access.cover(
        iter_route_contexts([Route("/api/{name}", answer), Route("/api/first", answer), Mount("/", answer)])
    )
    assert access.needed("/api/first") == Scope.ADMIN
    assert access.needed("/api/x\n") == Scope.ADMIN  # the router's patterns end so, too
    assert access.needed("/favicon.svg") == Scope.OPEN


def test_what_is_nowhere_is_told_so_without_a_key() -> None:
    access = Access({"/api": Scope.ADMIN})
    access.cover(iter_route_contexts([Route("/api", answer)]))
    assert access.needed("/nowhere") == Scope.OPEN


def test_only_reading_and_what_tells_no_flight_is_open() -> None:
    assert {path for path, scope in ROUTES.items() if scope > Scope.READ} == set()
    assert not any(path.startswith(("/api/v1/f", "/v2", "/data", "/re-api")) for path in of(Scope.OPEN))


def of(scope: Scope) -> list[str]:
    return [path for path, needed in ROUTES.items() if needed == scope]


def test_every_command_of_the_stream_has_an_entry_and_every_entry_a_command() -> None:
    named = {field.name for field in msgspec.structs.fields(Subscribe)}
    assert set(COMMANDS) == {"ping", "subscribe", *named} == set(MESSAGES)


@pytest.mark.parametrize(("command", "message"), MESSAGES.items())
def test_what_a_message_needs_is_what_it_names(command: str, message: dict[str, Any]) -> None:
    read = msgspec.convert(message, Subscribe | Ping)
    assert commands_of(read)[-1] == command


def test_a_key_is_never_for_what_is_open() -> None:
    assert SCOPES == {"read": Scope.READ, "ingest": Scope.INGEST, "admin": Scope.ADMIN}


# The matrix.


@pytest.fixture(scope="module")
def keys(tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    """Make a key for each scope; nothing for nobody."""
    file = KeyFile(tmp_path_factory.mktemp("keys") / "keys.jsonl")
    return {"file": str(file.path), **{scope: file.create(scope, [scope], 0.0) for scope in SCOPES}}


@pytest.fixture(params=[False, True], ids=["anonymous reads", "a key is required"])
def require_key(request: pytest.FixtureRequest) -> bool:
    return bool(request.param)


@pytest.fixture
def options(
    keys: dict[str, str],
    page: Path,
    tmp_path: Path,
    require_key: bool,  # noqa: FBT001  a fixture
) -> dict[str, Any]:
    (tmp_path / "basemap").mkdir()
    door = Door(KeyRing(Path(keys["file"])), require_key=require_key)
    return {"door": door, "page": page, "basemap": tmp_path / "basemap"}


def may(role: str, needed: Scope, *, require_key: bool) -> bool:
    """Say it once more, in other words than the door does."""
    if needed == Scope.OPEN or role == "admin":
        return True
    if needed == Scope.READ and not require_key:
        return True
    return role == needed.word


@pytest.mark.parametrize("role", ROLES)
@pytest.mark.asyncio(loop_scope="session")
async def test_each_role_is_answered_on_the_routes_it_may_and_refused_on_all_others(
    site: Site,
    keys: dict[str, str],
    role: str,
    require_key: bool,  # noqa: FBT001  a fixture
) -> None:
    site.sky.columns = rows_of(0x4CA2D6, lat=50.0, lon=8.5)
    headers = {"Authorization": f"Bearer {keys[role]}"} if role in keys else {}
    wrong: list[tuple[str, int]] = []
    async with httpx.AsyncClient(base_url=site.url, trust_env=False, headers=headers) as client:
        for path, needed in ROUTES.items():
            for method in ("GET", "HEAD"):
                status = (await client.request(method, path.replace("{", "").replace("}", ""))).status_code
                refused = 403 if role in keys else 401
                if status >= 500 or (status == refused) is may(role, needed, require_key=require_key):
                    wrong.append((path, status))
    assert wrong == []


@pytest.mark.parametrize("role", ROLES)
@pytest.mark.asyncio(loop_scope="session")
async def test_each_role_gets_the_stream_with_all_its_commands_or_none(
    site: Site,
    keys: dict[str, str],
    role: str,
    require_key: bool,  # noqa: FBT001  a fixture
) -> None:
    offered = [Subprotocol("aerotrack.v1.json")]
    if role in keys:
        offered.append(Subprotocol(f"aerotrack.key.{keys[role]}"))
    site.broadcaster.take(changes_of(1))
    if not may(role, ROUTES["/api/v1/stream"], require_key=require_key):
        for query in ("", "?bbox=", "?at=2026-11-22T09:00:00Z"):
            with pytest.raises(InvalidStatus) as refused:
                async with site.stream(query, subprotocols=offered):
                    pass
            assert refused.value.response.status_code == (403 if role in keys else 401)
        return
    for message in MESSAGES.values():
        async with site.stream(subprotocols=offered) as client:
            assert client.socket.subprotocol == "aerotrack.v1.json"
            assert (await client.next())["type"] == "hello"
            await client.send(**message)
            assert (await client.next()).get("code") != "forbidden"


class TestWhereCommandsNeedMore:
    @pytest.fixture
    def options(self, keys: dict[str, str]) -> dict[str, Any]:
        stricter = dict.fromkeys(COMMANDS, Scope.ADMIN) | {"ping": Scope.READ}
        return {"door": Door(KeyRing(Path(keys["file"])), commands=stricter)}

    @pytest.mark.parametrize(("command", "message"), MESSAGES.items())
    @pytest.mark.parametrize("role", ROLES)
    @pytest.mark.asyncio(loop_scope="session")
    async def test_each_is_refused_to_all_but_those_who_may(
        self, site: Site, keys: dict[str, str], role: str, command: str, message: dict[str, Any]
    ) -> None:
        headers = {"X-API-Key": keys[role]} if role in keys else {}
        site.broadcaster.take(changes_of(1))
        async with site.stream(additional_headers=headers) as client:
            await client.next()
            await client.send(**message)
            code = (await client.next()).get("code")
        assert (code == "forbidden") is (role != "admin" and command != "ping")

    @pytest.mark.asyncio(loop_scope="session")
    async def test_a_first_subscribe_in_the_address_is_one_too(self, site: Site) -> None:
        async with site.stream("?bbox=") as client:
            await client.next()
            assert (await client.next())["code"] == "forbidden"
