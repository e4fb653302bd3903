"""Keys of a running server: made, used, revoked, and nowhere to be read."""

import contextlib
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import httpx
import pytest
from playwright.sync_api import expect
from websockets.exceptions import ConnectionClosed
from websockets.sync.client import connect
from websockets.typing import Subprotocol

import aerotrack.client
from end_to_end.page import Visit
from end_to_end.program import Program

PROMISED_S = 60.0


def key_command(data: Path, *arguments: str) -> str:
    done = subprocess.run(
        [sys.executable, "-m", "aerotrack", "key", *arguments, "--data-dir", str(data)],
        capture_output=True, text=True, check=True, timeout=30,
    )  # fmt: skip
    return done.stdout.strip()


@pytest.fixture(scope="module")
def data(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("data")


@pytest.fixture(scope="module")
def wall(data: Path) -> str:
    return key_command(data, "create", "wall", "--scope", "read")


@pytest.fixture(scope="module")
def server(data: Path, wall: str) -> Iterator[Program]:
    assert wall
    with Program.serving("sim:?flights=20", options=["--require-key"], data_dir=data) as program:
        yield program


def status(server: Program, path: str, **headers: str) -> int:
    return httpx.get(f"{server.url}{path}", headers=headers, trust_env=False).status_code


def test_who_has_a_key_reads_and_nobody_else(server: Program, wall: str) -> None:
    assert status(server, "/api/v1/flights") == 401
    assert status(server, "/metrics") == 401
    assert status(server, "/api/v1/flights", Authorization=f"Bearer {wall}") == 200
    assert status(server, f"/api/v1/flights?key={wall}") == 400
    assert status(server, "/healthz") == status(server, "/") == 200


async def test_the_python_client_is_let_in_by_the_key_and_told_why_not_without(
    server: Program, wall: str
) -> None:
    async for changes in aerotrack.client.stream(server.url, key=wall):
        assert len(changes.updated["address"])
        break
    with pytest.raises(aerotrack.client.StreamError, match="needs a key"):
        await anext(aiter(aerotrack.client.stream(server.url)))


def test_a_person_types_the_key_into_the_page_once(
    server: Program, wall: str, visitor: Callable[..., Visit]
) -> None:
    visit = visitor()
    visit.page.goto(server.url)
    field = visit.page.get_by_role("textbox", name="Key")
    expect(visit.page.get_by_role("form", name="Key")).to_contain_text("who have a key", timeout=60_000)
    field.fill("a guess")
    field.press("Enter")
    expect(visit.page.get_by_role("form", name="Key")).to_contain_text("not known here", timeout=20_000)
    field.fill(wall)
    visit.page.get_by_role("button", name="Open").click()
    visit.until("() => window.aerotrack?.flightCount() > 0", within=60.0)
    expect(field).to_have_count(0)

    visit.page.reload()
    visit.until("() => window.aerotrack?.flightCount() > 0", within=60.0)
    expect(field).to_have_count(0)
    assert wall not in visit.page.url


def test_a_client_whose_key_is_revoked_is_shown_out_soon_and_no_key_was_ever_logged(
    server: Program, data: Path, wall: str
) -> None:
    offered = [Subprotocol("aerotrack.v1.json"), Subprotocol(f"aerotrack.key.{wall}")]
    address = server.url.replace("http", "ws")
    with connect(f"{address}/api/v1/stream?bbox=", subprotocols=offered, proxy=None) as stream:
        assert stream.subprotocol == "aerotrack.v1.json"
        key_command(data, "revoke", "wall")
        with contextlib.suppress(ConnectionClosed):
            while True:
                stream.recv(timeout=PROMISED_S)
    assert stream.close_code == 4401
    assert status(server, "/api/v1/flights", Authorization=f"Bearer {wall}") == 401
    secret = wall.partition(".")[2]
    assert "wrong_key" in server.errors()
    assert secret not in server.errors() + server.stdout
    assert not any(secret.encode() in file.read_bytes() for file in data.iterdir() if file.is_file())
