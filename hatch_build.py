"""Builds the map page into the package, so that wheel, sdist and editable install carry it.

Hatchling calls it as a build hook; `./aerotrack` runs it as a script before each start from a clone, so a
run with nothing to do must cost next to nothing. A page that cannot be built is no reason to do without the
server: whoever builds is told why in one sentence, and the server still runs and says so at `/`.
"""

from __future__ import annotations

import hashlib
import json
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

PAGE = Path("src/aerotrack/web/page")
STAMP = "built-from.txt"
INPUTS = (
    "index.html",
    "package.json",
    "package-lock.json",
    "public",
    "src",
    "tsconfig.json",
    "tsconfig.build.json",
    "vite.config.ts",
    "budget.ts",
    "lean.ts",
)
INSTALL = (
    "ci",
    "--omit=dev",
    "--no-audit",
    "--no-fund",
    "--fetch-retry-mintimeout=1000",
)  # offline: 11 s, not 70
NODE_NEEDED = (20, 19)  # Vite's
PATIENCE_S = 600


class PageNotBuiltError(Exception):
    """The page could not be built; the message is one sentence that says why and what to do."""


def build_page(root: Path, environment: Mapping[str, str] = os.environ) -> str:
    """Build the page of the checkout or sdist at `root` if it is missing or out of date; say what was done.

    Raises PageNotBuiltError when there is nothing to build it with, or building fails.
    """
    if environment.get("AEROTRACK_SKIP_WEB"):
        return "The map page was left alone, because AEROTRACK_SKIP_WEB is set."
    dashboard, page = root / "dashboard", root / PAGE
    wanted = fingerprint(dashboard)
    stamp = page / STAMP
    if stamp.is_file() and stamp.read_text() == wanted:
        return "The map page is up to date."
    npm = _find_npm(environment)
    if not _installed(dashboard):
        _run([npm, *INSTALL], dashboard, environment)
    _run([npm, "run", "build"], dashboard, environment)
    stamp.write_text(wanted)
    return f"The map page was built into {PAGE}."


def fingerprint(dashboard: Path) -> str:
    """Name all that the page is made from; tests are not part of it."""
    digest = hashlib.sha256()
    for file in _inputs(dashboard):
        content = file.read_bytes()
        digest.update(f"{file.relative_to(dashboard).as_posix()}\0{len(content)}\0".encode() + content)
    return digest.hexdigest()


def _inputs(dashboard: Path) -> Iterator[Path]:
    for name in INPUTS:
        top = dashboard / name
        files = sorted(top.rglob("*")) if top.is_dir() else [top]
        yield from (file for file in files if file.is_file() and not file.name.endswith(".test.ts"))


def _find_npm(environment: Mapping[str, str]) -> str:
    advice = f"install Node.js {NODE_NEEDED[0]}.{NODE_NEEDED[1]} or newer, with npm, and run this again"
    node, npm = (shutil.which(name, path=environment.get("PATH")) for name in ("node", "npm"))
    if not node or not npm:
        raise PageNotBuiltError(f"The map page was not built, because npm was not found: {advice}.")
    version = subprocess.run([node, "--version"], capture_output=True, text=True, check=False).stdout.strip()
    numbers = tuple(int(number) for number in re.findall(r"\d+", version)[:2])
    if numbers < NODE_NEEDED:
        raise PageNotBuiltError(f"The map page was not built, because Node.js here is {version}: {advice}.")
    return npm


def _installed(dashboard: Path) -> bool:
    """Whether all that building needs is there already, with or without the tools for tests beside it."""
    listing = dashboard / "node_modules" / ".package-lock.json"  # npm's own list of what it installed
    if not listing.is_file():
        return False
    there = json.loads(listing.read_text())["packages"]
    wanted = json.loads((dashboard / "package-lock.json").read_text())["packages"]
    return all(
        there.get(path, {}).get("version") == package["version"]
        for path, package in wanted.items()
        if path and not (package.get("dev") or package.get("optional") or package.get("devOptional"))
    )


def _run(command: list[str], dashboard: Path, environment: Mapping[str, str]) -> None:
    words = " ".join(["npm", *command[1:]])
    try:
        done = subprocess.run(
            command,
            cwd=dashboard,
            env=environment,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            check=False,
            timeout=PATIENCE_S,
        )
    except subprocess.TimeoutExpired:
        raise PageNotBuiltError(
            f"The map page was not built, because `{words}` took longer than {PATIENCE_S} s."
        ) from None
    if done.returncode:
        raise PageNotBuiltError(
            f"The map page was not built, because `{words}` failed with {_reason(done)!r}: "
            f"run it in {dashboard} to see all it says, or set AEROTRACK_SKIP_WEB=1 to do without the page."
        )


def _reason(done: subprocess.CompletedProcess[str]) -> str:
    lines = [line.strip() for line in (done.stdout + done.stderr).splitlines()]
    errors = [line for line in lines if "error" in line.lower() and "complete log" not in line]
    return (errors or [line for line in lines if line] or [f"exit code {done.returncode}"])[0]


def get_build_hook() -> type[Any]:
    """Give hatchling its hook. Only here is hatchling imported: the script works without it, and faster."""
    from hatchling.builders.hooks.plugin.interface import BuildHookInterface  # noqa: PLC0415 (see above)

    class PageHook(BuildHookInterface):  # type: ignore[type-arg]
        """Builds the page before anything is packed."""

        def initialize(self, version: str, build_data: dict[str, Any]) -> None:  # noqa: ARG002 (hatchling's)
            try:
                self.app.display_info(build_page(Path(self.root)))
            except PageNotBuiltError as error:
                self.app.display_warning(str(error))

    return PageHook


def main() -> None:
    """Build the page of the checkout this file lies in, and say so on standard error unless it was there."""
    try:
        said = build_page(Path(__file__).parent)
    except PageNotBuiltError as error:
        said = str(error)
    if said != "The map page is up to date.":
        sys.stderr.write(said + "\n")


if __name__ == "__main__":
    main()
