"""A Chromium for the browser tests: the one there is, else Debian's as root, else npm's."""

import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from playwright.sync_api import Browser, sync_playwright

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome")
PACKAGE = "@sparticuz/chromium@147"
BY_HAND = "apt install chromium"
KEPT = Path(sys.prefix) / "chromium"  # beside the tools of the tests
UNPACK = "import('@sparticuz/chromium').then(async m => console.log(await m.default.executablePath()))"

ARGUMENTS = [
    "--no-sandbox",  # needed as root
    "--use-gl=angle", "--use-angle=swiftshader", "--enable-unsafe-swiftshader",  # WebGL2 without a GPU
    "--disable-background-networking", "--disable-component-update", "--disable-sync", "--no-first-run",
]  # fmt: skip


def chromium() -> tuple[str, dict[str, str]] | None:
    """Find or bring a Chromium: its path, and what its environment needs. None where nothing worked."""
    named = os.environ.get("CHROMIUM")
    found = named or next((path for name in NAMES if (path := shutil.which(name))), None)
    if found:
        return found, {}
    if os.geteuid() == 0 and shutil.which("apt-get"):
        quiet = os.environ | {"DEBIAN_FRONTEND": "noninteractive"}
        subprocess.run(["apt-get", "update", "-qq"], env=quiet, check=False, stdout=subprocess.DEVNULL)
        subprocess.run(
            ["apt-get", "install", "-qq", "--no-install-recommends", "chromium"],
            env=quiet, check=False, stdout=subprocess.DEVNULL,
        )  # fmt: skip
        if found := shutil.which("chromium"):
            return found, {}
    return _from_npm()


@contextmanager
def launched() -> Iterator[Browser | None]:
    """Run a Chromium without a GPU, and end it; None where there is none to be had."""
    found = chromium()
    if found is None:
        yield None
        return
    path, environment = found
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=path, args=ARGUMENTS, env={**os.environ, **environment}
        )
        try:
            yield browser
        finally:
            browser.close()


def _from_npm() -> tuple[str, dict[str, str]] | None:
    npm, node = shutil.which("npm"), shutil.which("node")
    if npm is None or node is None:
        return None
    KEPT.mkdir(exist_ok=True)
    # The package unpacks itself into the temporary directory, with the libraries that a bare machine lacks.
    environment = os.environ | {"TMPDIR": str(KEPT), "AWS_LAMBDA_JS_RUNTIME": "nodejs22.x"}
    if not (KEPT / "node_modules").is_dir():
        install = [
            npm,
            "install",
            "--prefix",
            str(KEPT),
            "--no-audit",
            "--no-fund",
            "--loglevel=error",
            PACKAGE,
        ]
        if subprocess.run(install, check=False, stdout=subprocess.DEVNULL).returncode:
            return None
    unpacked = subprocess.run(
        [node, "--input-type=module", "-e", UNPACK], cwd=KEPT, env=environment,
        capture_output=True, text=True, check=False,
    )  # fmt: skip
    path = unpacked.stdout.strip()
    libraries = {"LD_LIBRARY_PATH": f"{KEPT}/al2023/lib"}
    return (path, libraries) if unpacked.returncode == 0 and Path(path).is_file() else None
