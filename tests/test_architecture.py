"""Dependencies point one way: pyproject.toml says which, import-linter looks. A file is one idea: short."""

import shutil
import subprocess
import sys
from pathlib import Path

import pytest

PROJECT = Path(__file__).parents[1]
LONGEST = 300
"""Lines of a file, for one idea needs no more."""
LONGER_YET: dict[str, int] = {
    "src/aerotrack/storage/queries.sql": 468,
    "tests/client/test_live.py": 927,
    "tests/core/test_events.py": 577,
    "tests/core/test_flights.py": 516,
    "tests/core/test_legs.py": 322,
    "tests/core/test_precision.py": 316,
    "tests/core/test_wire.py": 471,
    "tests/end_to_end/test_page_access.py": 342,
    "tests/fuzz/decoders.py": 325,
    "tests/sky_model.py": 551,
    "tests/storage/test_compaction.py": 512,
    "tests/storage/test_history.py": 409,
    "tests/storage/test_recorder.py": 687,
    "tests/storage/test_spool.py": 338,
    "tests/web/page_clients.py": 345,
    "tests/web/test_broadcaster.py": 440,
    "tests/web/test_door.py": 374,
    "tests/web/test_stream.py": 413,
    "tests/web/test_time_travel.py": 363,
}
"""Files that are longer, and by how much at most: a ceiling that only comes down. No other may join them."""


def lint(project: Path) -> subprocess.CompletedProcess[str]:
    """Hold the package in `project`/src against the contracts there."""
    lint_imports = (
        "import sys; sys.path.insert(0, 'src'); from importlinter.cli import lint_imports_command;"
        "lint_imports_command(['--no-cache', '--no-logo'])"
    )
    return subprocess.run(
        [sys.executable, "-c", lint_imports], cwd=project, capture_output=True, text=True, check=False
    )


def test_dependencies_point_one_way() -> None:
    result = lint(PROJECT)
    assert result.returncode == 0, result.stdout + result.stderr


@pytest.mark.parametrize(
    ("file", "wrong"),
    [
        ("core/geo.py", "import time"),
        ("decode/sbs.py", "import asyncio"),
        ("core/geo.py", "import aerotrack.decode.sbs"),
        ("storage/roster.py", "import aerotrack.web.frames"),
        ("web/frames.py", "import aerotrack.config"),
        ("errors.py", "import aerotrack.core.geo"),
        ("anything.py", "import aerotrack.errors"),
    ],
)
def test_a_wrong_dependency_is_found(tmp_path: Path, file: str, wrong: str) -> None:
    shutil.copy(PROJECT / "pyproject.toml", tmp_path)
    leave_out = shutil.ignore_patterns("page", "__pycache__")
    shutil.copytree(PROJECT / "src/aerotrack", tmp_path / "src/aerotrack", ignore=leave_out)
    path = tmp_path / "src/aerotrack" / file
    path.write_text((path.read_text() if path.exists() else "") + "\n" + wrong + "\n")
    result = lint(tmp_path)
    assert result.returncode == 1, result.stdout + result.stderr
    assert "BROKEN" in result.stdout


def lines_of_files(project: Path) -> dict[str, int]:
    """Return how long the files are that people write, by their path in the project."""
    written = (
        path
        for folder in ("src", "dashboard/src", "tests")
        for path in (project / folder).rglob("*")
        if path.suffix in {".py", ".sql", ".ts", ".tsx", ".css"} and "page" not in path.parts
    )
    return {str(path.relative_to(project)): len(path.read_bytes().splitlines()) for path in written}


def too_long(lines: dict[str, int], ceilings: dict[str, int]) -> list[str]:
    """Say which files are longer than they may be."""
    return [f"{path}: {count}" for path, count in lines.items() if count > ceilings.get(path, LONGEST)]


def test_no_file_is_longer_than_one_idea_needs() -> None:
    lines = lines_of_files(PROJECT)
    assert {"src/aerotrack/app.py", "dashboard/src/main.ts", "tests/fakes.py"} <= lines.keys()
    assert too_long(lines, LONGER_YET) == []


def test_a_file_that_has_become_short_keeps_no_ceiling() -> None:
    lines = lines_of_files(PROJECT)
    assert [path for path in LONGER_YET if lines.get(path, 0) <= LONGEST] == []


def test_a_file_that_is_too_long_is_found(tmp_path: Path) -> None:
    (tmp_path / "tests").mkdir()
    (tmp_path / "tests/short.py").write_text("#\n" * 300)
    (tmp_path / "tests/long.py").write_text("#\n" * 301)
    (tmp_path / "tests/longer.py").write_text("#\n" * 402)
    found = too_long(lines_of_files(tmp_path), {"tests/longer.py": 402})
    assert found == ["tests/long.py: 301"]
