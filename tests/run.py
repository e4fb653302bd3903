"""The whole test suite, as `./aerotrack test` runs it: every step, then pytest; fails if any of them failed.

What follows `./aerotrack test` goes to pytest, so `./aerotrack test tests/core -x` is the quick way to one
part; it leaves the other steps out. `--long` runs everything, and at full length what is too long for every
run; it fuzzes each decoder for a minute too. `--audit` asks for known vulnerabilities, and does nothing else.

The tests run on several cores, each file on one of them, and each core has a PostgreSQL of its own. Those of
the core run first and by themselves: they reach every line of it, and to watch that doubles what they take.
What tests write is written to memory where there is room, and is gone afterwards: PostgreSQL makes a database
there five times as fast.
"""

import os
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Mapping
from pathlib import Path
from types import MappingProxyType

HOME = Path(__file__).parent.parent
DASHBOARD = HOME / "dashboard"
CORE = "tests/core"
FUZZ = "tests/fuzz/run.py"
AUDIT = "tests/audit.py"
MOST_WORKERS = 4  # more would wait for one another: many tests start programs of their own
MEMORY = Path("/dev/shm")
ENOUGH = 4 << 30  # bytes; containers often have 64 MiB


def step(
    name: str, *command: str, cwd: Path = HOME, environment: Mapping[str, str] = MappingProxyType({})
) -> str | None:
    """Run one step; return its name if it failed."""
    print(f"── {name}", flush=True)
    began = time.monotonic()
    failed = subprocess.run(command, cwd=cwd, env={**os.environ, **environment}, check=False).returncode
    print(f"   {'failed' if failed else 'fine'} after {time.monotonic() - began:.1f} s", flush=True)
    return name if failed else None


def front_end() -> list[str | None]:
    """Check and test the page."""
    npm = shutil.which("npm")
    if npm is None:
        print("── front end\n   not tested: npm is missing (apt install npm)", flush=True)
        return ["front end" if os.environ.get("CI") else None]
    return [
        front_end_tools(npm),
        step("front end: types", npm, "run", "--silent", "check", cwd=DASHBOARD),
        step("front end: tests", npm, "run", "--silent", "test", cwd=DASHBOARD),
    ]


def front_end_tools(npm: str) -> str | None:
    """Install what the tests of the page need, if it is not there: axe too, which the browser tests load."""
    if (DASHBOARD / "node_modules" / "vitest").is_dir():
        return None
    return step("front end: install", npm, "ci", "--no-audit", "--no-fund", "--loglevel=error", cwd=DASHBOARD)


def pytest(name: str, *arguments: str) -> str | None:
    """Run a step of pytest, with a place of its own for what the tests write."""
    with tempfile.TemporaryDirectory(prefix="at-", dir=place()) as room:
        # Other users may pass, as PostgreSQL is one; and the path of its socket has to stay short.
        Path(room).chmod(0o755)
        within = "--basetemp", f"{room}/t", "-o", "tmp_path_retention_policy=failed"
        # A hundred programs are started: without its bytecode each would compile all of ours anew.
        environment = {"TMPDIR": room, "PYTHONDONTWRITEBYTECODE": ""}
        return step(name, sys.executable, "-m", "pytest", *within, *arguments, environment=environment)


def place() -> Path | None:
    """Return where in memory there is room for what tests write, programs among it; None: nowhere."""
    if not MEMORY.is_dir() or not os.access(MEMORY, os.W_OK) or os.statvfs(MEMORY).f_flag & os.ST_NOEXEC:
        return None
    return MEMORY if shutil.disk_usage(MEMORY).free >= ENOUGH else None


def workers() -> list[str]:
    """Say on how many cores pytest runs, and that a file's tests stay together: they share what they start.

    A server named by AEROTRACK_TEST_DATABASE is one: its roles are everybody's, so that tests take turns.
    """
    shared = "AEROTRACK_TEST_DATABASE" in os.environ
    number = 0 if shared else min(os.cpu_count() or 1, MOST_WORKERS)
    return ["--numprocesses", str(number), "--dist", "loadscope", "--no-loadscope-reorder"]


def main(arguments: list[str]) -> int:
    """Run what was asked for; return the exit status."""
    python = sys.executable
    if arguments in ([], ["--long"]):
        watched = "--cov=aerotrack.core", "--cov-branch", "--cov-report=", "--cov-fail-under=100"
        failed = [
            step("lint", python, "-m", "ruff", "check"),
            step("format", python, "-m", "ruff", "format", "--check", "--quiet"),
            step("types", python, "-m", "mypy"),
            *front_end(),
            pytest("pytest: the core, every line of it", *arguments, *workers(), *watched, CORE),
            pytest("pytest: the rest", *arguments, *workers(), "--ignore", CORE),
        ]
        if arguments:
            failed.append(step("fuzz every decoder", python, FUZZ))
    elif arguments == ["--audit"]:
        failed = [step("known vulnerabilities", python, AUDIT)]
    else:
        npm = shutil.which("npm")
        failed = [npm and front_end_tools(npm), pytest("pytest", *arguments)]
    names = [name for name in failed if name]
    if names:
        print(f"failed: {', '.join(names)}", flush=True)
    return 1 if names else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
