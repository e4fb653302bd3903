"""The container files, as far as they can be judged without a Docker engine."""

import ast
import json
import os
import pwd
import shutil
import subprocess
import sys
import tempfile
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, HTTPServer
from importlib import metadata
from pathlib import Path
from typing import Any

import pytest
import yaml
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from aerotrack.config import Settings

HOME = Path(__file__).parents[2]
PATIENCE_S = 60.0
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


def test_compose_reads_the_file_as_it_is_meant() -> None:
    """What both generations have in common: 1.29 fills in the variables, so do we without it."""
    service, postgres = (compose()["services"][name] for name in ("aerotrack-service", "postgres"))
    assert service["depends_on"] == {"postgres": {"condition": "service_healthy"}}
    assert "healthcheck" in postgres
    assert service["environment"]["AEROTRACK_DATABASE_PASSWORD_FILE"].startswith("/secret/")
    assert compose().keys() == {"services", "volumes"}  # 1.29 knows no name, 2 warns of a version


@pytest.mark.skipif(shutil.which("docker-compose") is None, reason="apt install docker-compose")
def test_settings_come_from_the_environment_and_what_is_not_set_is_empty() -> None:
    done = subprocess.run(
        ["docker-compose", "config"], cwd=HOME, capture_output=True, text=True, check=True,
        env=os.environ | {"AEROTRACK_RETENTION": "90d", "AEROTRACK_PUBLISH": "9090"},
    )  # fmt: skip
    service = yaml.safe_load(done.stdout)["services"]["aerotrack-service"]
    assert service["environment"]["AEROTRACK_RETENTION"] == "90d"
    assert not service["environment"]["AEROTRACK_TICK"]
    assert service["environment"]["AEROTRACK_SOURCES"] == "sim:"
    assert "9090" in str(service["ports"])


def test_the_service_can_write_its_volume_alone_and_gain_nothing() -> None:
    service = compose()["services"]["aerotrack-service"]
    assert service["read_only"] is True
    assert service["tmpfs"] == ["/tmp"]
    assert service["cap_drop"] == ["ALL"]
    assert service["security_opt"] == ["no-new-privileges:true"]
    assert service["volumes"] == ["data:/var/lib/aerotrack", "secret:/secret:ro"]


def test_the_image_is_stopped_by_a_signal_that_reaches_the_program() -> None:
    lines = (HOME / "Dockerfile").read_text().splitlines()
    assert "STOPSIGNAL SIGTERM" in lines
    assert 'CMD ["serve"]' in lines  # a shell in between would keep the signal to itself


def test_old_engines_build_the_image() -> None:
    text = (HOME / "Dockerfile").read_text()
    for newer in ("# syntax=", "<<", "--link", "@sha256:"):
        assert newer not in text


def test_everything_that_the_image_copies_is_let_into_the_build() -> None:
    lines = (HOME / "Dockerfile").read_text().splitlines()
    copied = [line.split()[1:-1] for line in lines if line.startswith("COPY ") and "--from" not in line]
    ignored = (HOME / ".dockerignore").read_text().splitlines()
    for name in (name for names in copied for name in names):
        assert (HOME / name).exists()
        assert f"!{name.strip('/').split('/')[0]}" in ignored


def asked_for(package: str) -> set[str]:
    """The packages that an installation of one brings, by the names they have in an index."""
    found: set[str] = set()
    left = [package]
    while left:
        name = canonicalize_name(left.pop())
        if name not in found:
            found.add(name)
            wanted = [Requirement(text) for text in metadata.distribution(name).requires or []]
            left += [
                each.name for each in wanted if each.marker is None or each.marker.evaluate({"extra": ""})
            ]
    return found


def test_an_installation_brings_every_package_that_the_program_imports() -> None:
    """Here the tests' packages are installed as well, and would hide it; in the image they are not."""
    imported = {
        name.partition(".")[0]
        for path in (HOME / "src").rglob("*.py")
        for node in ast.walk(ast.parse(path.read_text("utf-8")))
        for name in (
            [alias.name for alias in node.names]
            if isinstance(node, ast.Import)
            else [node.module or ""]
            if isinstance(node, ast.ImportFrom)
            else []
        )
    }
    of = metadata.packages_distributions()
    foreign = imported - sys.stdlib_module_names - {"aerotrack", ""}
    brought = asked_for("aerotrack")
    assert [
        name for name in sorted(foreign) if not {canonicalize_name(each) for each in of[name]} & brought
    ] == []


@contextmanager
def answering(status: int) -> Iterator[int]:
    """Answer as a server that is ready, or is not."""

    class Answer(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.send_response(status if self.path == "/readyz" else 404)
            self.end_headers()

        def log_message(self, *_: object) -> None: ...

    with HTTPServer(("127.0.0.1", 0), Answer) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        yield server.server_port
        server.shutdown()
        thread.join()


def healthcheck(port: int) -> int:
    """Run what the image runs; a proxy is named that nobody can reach."""
    text = (HOME / "Dockerfile").read_text()
    command = json.loads(text.partition("HEALTHCHECK")[2].partition("CMD ")[2].splitlines()[0])
    environment = {"AEROTRACK_PORT": str(port), "http_proxy": "http://127.0.0.1:1"}
    done = subprocess.run([sys.executable, *command[1:]], env=environment, capture_output=True, check=False)
    return done.returncode


def test_the_image_is_healthy_when_the_server_is_ready_and_only_then() -> None:
    with answering(200) as port:
        assert healthcheck(port) == 0
    with answering(503) as port:
        assert healthcheck(port) == 1
    assert healthcheck(1) == 1


NOBODY = pwd.getpwnam("nobody")  # the embedded PostgreSQL wants its user to have a name
UNSHARED = ["unshare", "-m"] if os.geteuid() == 0 else ["unshare", "-cm", "--keep-caps"]
POWERLESS = ["setpriv", "--no-new-privs", "--bounding-set=-all", "--inh-caps=-all", "--ambient-caps=-all"]
if os.geteuid() == 0:
    POWERLESS += [f"--reuid={NOBODY.pw_uid}", f"--regid={NOBODY.pw_gid}", "--clear-groups"]
# Says whether that can be shown here: a Python in a home directory is open to its owner alone, and is then
# started by setpriv, which has its powers still, but not by the program, which starts PostgreSQL by it.
PROBE = """
import subprocess, sys
subprocess.run([sys.executable, "-c", "open('/var/tmp/no', 'w')"])
"""
READ_ONLY = """
mount --make-rprivate /
mount --bind "$1" "$1"
mount -o remount,ro,bind /
cd "$1"
shift
exec "$@"
"""


def in_a_read_only_system(data: Path, *command: str) -> subprocess.Popen[str]:
    """Run a command that can write in `data` alone, and has no home: what a container does to it."""
    return subprocess.Popen(
        [*UNSHARED, "sh", "-euc", READ_ONLY, "sh", str(data), *POWERLESS, *command],
        stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
        env={"PATH": os.environ["PATH"], "HOME": "/nonexistent", "PYTHONDONTWRITEBYTECODE": "1"},
    )  # fmt: skip


@pytest.fixture
def volume() -> Iterator[Path]:
    """A directory of an ordinary user's. Not pytest's: that one is closed to other users."""
    path = Path(tempfile.mkdtemp(prefix="aerotrack-", dir="/var/tmp"))
    if os.geteuid() == 0:
        os.chown(path, NOBODY.pw_uid, NOBODY.pw_gid)
    yield path
    shutil.rmtree(path)


def test_the_program_runs_where_it_can_write_its_data_alone(volume: Path) -> None:
    tried = in_a_read_only_system(volume, sys.executable, "-c", PROBE)
    told = tried.communicate(timeout=PATIENCE_S)[1]
    if "Read-only file system" not in told:
        pytest.skip(f"no read-only file system, or no Python in it, can be made here: {told.strip()[-200:]}")
    program = in_a_read_only_system(
        volume, sys.executable, "-m", "aerotrack", "serve", "--port", "0", "--data-dir", str(volume)
    )
    try:
        assert program.stdout is not None
        first = program.stdout.readline()
    finally:
        program.terminate()
        _, errors = program.communicate(timeout=PATIENCE_S)
    assert first.startswith("AeroTrack ready: "), errors
    assert program.returncode == 0, errors
