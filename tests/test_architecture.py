"""Dependencies point one way: pyproject.toml says which, import-linter looks."""

import shutil
import subprocess
import sys
from pathlib import Path

import pytest

PROJECT = Path(__file__).parents[1]


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
