"""Schemathesis asks the running program whatever OpenAPI allows and does not, with a key and without one."""

import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from end_to_end.program import Program, run

LONG_S = 150
ENOUGH_S = 120  # more than that, or for the short run, on a machine that does other things beside
OPERATIONS = 39
# What is valid by the schema of a parameter may be none together with the others: near without radius_nm.
LEFT_OUT = ("positive_data_acceptance",)
# Who has no key is told so, whatever the method: the door does not say what is behind it.
AT_THE_DOOR = ("unsupported_method",)


@pytest.fixture(scope="module")
def data_dir(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("data")


@pytest.fixture(scope="module")
def key(data_dir: Path) -> str:
    made = run("key", "create", "fuzz", "--scope", "read", data_dir=data_dir)
    return made.stdout.strip()


@pytest.fixture(scope="module")
def server(data_dir: Path, key: str) -> Iterator[Program]:
    assert key
    with Program.serving("sim:?flights=100", data_dir=data_dir, options=["--require-key"]) as program:
        yield program


@pytest.mark.parametrize("known", [False, True], ids=["without a key", "with a key"])
def test_every_answer_is_one_that_the_description_foresees(
    server: Program,
    key: str,
    known: bool,  # noqa: FBT001  a parameter
    long: bool,  # noqa: FBT001  a fixture
    tmp_path: Path,
) -> None:
    # The short run is the same each time; the long one looks elsewhere each night, and says where it was.
    short = ["--phases", "examples,coverage,fuzzing", "--max-examples", "3" if known else "1", "--seed", "1"]
    unasked = LEFT_OUT if known else LEFT_OUT + AT_THE_DOOR
    told = subprocess.run(
        [
            sys.executable, "-m", "schemathesis.cli", "--no-color",
            "run", f"{server.url}/api/v1/openapi.json", "--exclude-checks", ",".join(unasked),
            "--workers", "2",
            *(["--max-time", str(LONG_S)] if long else short),
            *(["--header", f"Authorization: Bearer {key}"] if known else []),
        ],
        cwd=tmp_path, capture_output=True, text=True, check=False, timeout=LONG_S + ENOUGH_S,
    )  # fmt: skip
    assert told.returncode == 0, told.stdout[-6000:] + told.stderr[-2000:]
    assert f"Tested: {OPERATIONS}" in told.stdout  # who reached nothing has proved nothing
    assert "Traceback" not in server.errors()
