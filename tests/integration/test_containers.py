"""The container files, as far as they can be judged without a Docker engine."""

import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
import yaml

from aerotrack.config import Settings

HOME = Path(__file__).parents[2]
HADOLINT = Path(sys.prefix) / "bin" / "hadolint"


def compose() -> dict[str, Any]:
    found = yaml.safe_load((HOME / "compose.yaml").read_text())
    assert isinstance(found, dict)
    return found


def test_hadolint_finds_nothing_in_the_dockerfile() -> None:
    done = subprocess.run([HADOLINT, "Dockerfile"], cwd=HOME, capture_output=True, text=True, check=False)
    assert done.stdout + done.stderr == ""
    assert done.returncode == 0


@pytest.mark.skipif(shutil.which("docker-compose") is None, reason="apt install docker-compose")
def test_docker_compose_accepts_the_file() -> None:
    done = subprocess.run(
        ["docker-compose", "config", "--quiet"], cwd=HOME, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr


def test_the_services_have_their_promised_names() -> None:
    assert compose()["services"].keys() == {"aerotrack-service", "postgres"}


def test_only_plain_bases_are_used() -> None:
    text = (HOME / "Dockerfile").read_text()
    assert "ARG NODE_IMAGE=node:22-slim\n" in text
    assert "ARG PYTHON_IMAGE=python:3.13-slim\n" in text
    bases = [line.split()[1] for line in text.splitlines() if line.startswith("FROM ")]
    assert bases == ["${NODE_IMAGE}", "${PYTHON_IMAGE}", "${PYTHON_IMAGE}"]
    assert compose()["services"]["postgres"]["image"] == "${POSTGRES_IMAGE:-postgres:17}"


def test_the_image_runs_as_nobody_in_particular_and_knows_its_health() -> None:
    text = (HOME / "Dockerfile").read_text()
    assert "\nUSER 10001:10001\n" in text
    assert "HEALTHCHECK" in text
    assert 'ENTRYPOINT ["aerotrack"]' in text


def test_the_host_opens_the_port_to_itself_alone() -> None:
    assert compose()["services"]["aerotrack-service"]["ports"] == [
        "${AEROTRACK_PUBLISH:-127.0.0.1:8080}:8080"
    ]


def test_every_setting_of_the_compose_file_exists() -> None:
    environment = compose()["services"]["aerotrack-service"]["environment"]
    for name in environment:
        assert name.removeprefix("AEROTRACK_").lower() in Settings.__dataclass_fields__
