"""The whole test suite, as `./aerotrack test` runs it: every step, then pytest; fails if any of them failed.

What follows `./aerotrack test` goes to pytest, so `./aerotrack test tests/core -x` is the quick way to one
part; it leaves the other steps out. `--long` runs everything, and at full length what is too long for every
run.
"""

import os
import shutil
import subprocess
import sys
import time
from pathlib import Path

HOME = Path(__file__).parent.parent
DASHBOARD = HOME / "dashboard"


def step(name: str, *command: str, cwd: Path = HOME) -> str | None:
    """Run one step; return its name if it failed."""
    print(f"── {name}", flush=True)
    began = time.monotonic()
    failed = subprocess.run(command, cwd=cwd, check=False).returncode
    print(f"   {'failed' if failed else 'fine'} after {time.monotonic() - began:.1f} s", flush=True)
    return name if failed else None


def front_end() -> list[str | None]:
    """Check and test the page."""
    npm = shutil.which("npm")
    if npm is None:
        print("── front end\n   not tested: npm is missing (apt install npm)", flush=True)
        return ["front end" if os.environ.get("CI") else None]
    # The lock file that npm keeps of what it installed tells whether the tools of the tests are there.
    installed = DASHBOARD / "node_modules" / "vitest"
    failed = [] if installed.is_dir() else [
        step("front end: install", npm, "ci", "--no-audit", "--no-fund", "--loglevel=error", cwd=DASHBOARD)
    ]  # fmt: skip
    return [
        *failed,
        step("front end: types", npm, "run", "--silent", "check", cwd=DASHBOARD),
        step("front end: tests", npm, "run", "--silent", "test", cwd=DASHBOARD),
    ]


def main(arguments: list[str]) -> int:
    """Run what was asked for; return the exit status."""
    python = sys.executable
    failed: list[str | None] = []
    if arguments in ([], ["--long"]):
        failed = [
            step("lint", python, "-m", "ruff", "check"),
            step("format", python, "-m", "ruff", "format", "--check", "--quiet"),
            step("types", python, "-m", "mypy"),
            *front_end(),
        ]
        arguments = [
            *arguments,
            "--cov=aerotrack.core",
            "--cov-branch",
            "--cov-report=",
            "--cov-fail-under=100",
        ]
    failed.append(step("pytest", python, "-m", "pytest", *arguments))
    names = [name for name in failed if name]
    if names:
        print(f"failed: {', '.join(names)}", flush=True)
    return 1 if names else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
