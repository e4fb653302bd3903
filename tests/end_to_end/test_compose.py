"""The containers, as README.md has them brought up. In --long, where a Docker engine and its Compose are."""

import asyncio
import json
import os
import shutil
import socket
import subprocess
import time
import urllib.error
import urllib.request
import uuid
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from aerotrack.client import stream

HOME = Path(__file__).parents[2]
BUILT_S, UP_S = 1200.0, 90.0
COUNT = "select count(*), min(time) from aerotrack.position"


def engine() -> bool:
    """Say whether containers can be run here."""
    docker = shutil.which("docker")
    return (
        docker is not None
        and subprocess.run([docker, "info"], capture_output=True, check=False).returncode == 0
        and shutil.which("docker-compose") is not None
    )


class Project:
    """The services of compose.yaml, under a name and on a port of their own."""

    def __init__(self, port: int) -> None:
        self.url = f"http://127.0.0.1:{port}"
        name = f"aerotrack-{uuid.uuid4().hex[:8]}"
        self._environment = os.environ | {
            "COMPOSE_PROJECT_NAME": name,
            "AEROTRACK_PUBLISH": f"127.0.0.1:{port}",
        }

    def compose(self, *arguments: str, within: float = UP_S) -> str:
        done = subprocess.run(
            ["docker-compose", *arguments], cwd=HOME, env=self._environment, timeout=within,
            capture_output=True, text=True, check=False,
        )  # fmt: skip
        assert done.returncode == 0, done.stdout[-2000:] + done.stderr[-2000:]
        return done.stdout

    def sql(self, statement: str) -> list[str]:
        psql = "psql", "-qAt", "-U", "aerotrack", "-d", "aerotrack", "-c", statement
        return self.compose("exec", "-T", "postgres", *psql).strip().split("|")

    def inspect(self, service: str) -> dict[str, Any]:
        container = self.compose("ps", "-q", service).strip()
        found = json.loads(subprocess.check_output(["docker", "inspect", container]))
        assert isinstance(found[0], dict)
        return found[0]

    def healthy(self) -> bool:
        return self.inspect("aerotrack-service")["State"]["Health"]["Status"] == "healthy"

    def amiss(self) -> dict[str, str | None]:
        try:
            with urllib.request.urlopen(f"{self.url}/readyz", timeout=5) as answer:
                checks = json.load(answer)["checks"]
        except urllib.error.HTTPError as error:
            with error:
                checks = json.load(error)["checks"]
        return {name: why for name, why in checks.items() if why}


def until(come: Callable[[], bool], within: float = UP_S) -> None:
    deadline = time.monotonic() + within
    while not come():
        assert time.monotonic() < deadline, f"not within {within:g} s"
        time.sleep(0.5)  # the engine says nothing of it


@pytest.fixture
def project(long: bool) -> Iterator[Project]:  # noqa: FBT001  a fixture
    if not (long and engine()):
        pytest.skip("in --long, where a Docker engine runs (apt install docker.io docker-compose)")
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        made = Project(free.getsockname()[1])
    try:
        made.compose("up", "--build", "-d", within=BUILT_S)
        yield made
    finally:
        made.compose("down", "-v", "--rmi", "local")


async def flights_told(url: str) -> int:
    async for changes in stream(url):
        return len(changes.updated["address"])
    raise AssertionError


def test_what_compose_brings_up_is_healthy_streams_and_keeps_its_history(project: Project) -> None:
    until(project.healthy)
    assert asyncio.run(flights_told(project.url)) > 1000
    until(lambda: int(project.sql(COUNT)[0]) > 0)
    assert "AeroTrack ready: " in project.compose("logs", "aerotrack-service")
    stored, first = project.sql(COUNT)

    project.compose("down")
    project.compose("up", "-d")
    until(project.healthy)
    again, earliest = project.sql(COUNT)
    assert (int(again) >= int(stored), earliest) == (True, first)


def test_the_service_outlives_its_database_and_ends_well(project: Project) -> None:
    until(project.healthy)
    project.compose("kill", "postgres")
    until(lambda: "database" in project.amiss())
    project.compose("up", "-d")
    until(lambda: not project.amiss())
    project.compose("stop", "aerotrack-service", within=20)
    assert project.inspect("aerotrack-service")["State"]["ExitCode"] == 0
