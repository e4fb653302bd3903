"""The program as a user starts it: a process, watched through what it prints, its port and its signals."""

import os
import re
import selectors
import signal
import subprocess
import sys
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Self

READY = re.compile(r"AeroTrack ready: (http://\S+)\n")
# What a first start may take on a busy machine: initdb and a page of imports.
PATIENCE_S = 60.0


class Program:
    """A running `aerotrack`; use it as a context manager, which ends it with SIGTERM."""

    def __init__(self, *arguments: str, data_dir: Path, environment: dict[str, str] | None = None) -> None:
        self.data_dir = data_dir
        data_dir.mkdir(parents=True, exist_ok=True)
        self.log = data_dir / "stderr.txt"
        self._stderr = self.log.open("ab")
        self.process = subprocess.Popen(
            [sys.executable, "-m", "aerotrack", *arguments, "--data-dir", str(data_dir)],
            stdout=subprocess.PIPE,
            stderr=self._stderr,
            env=os.environ | (environment or {}),
        )
        self.stdout = ""

    @classmethod
    def serving(cls, *sources: str, data_dir: Path, options: Sequence[str] = (), port: int = 0) -> Self:
        """Start `serve` on a port, or a free one, and wait until it says that it is ready."""
        program = cls("serve", *sources, "--port", str(port), *options, data_dir=data_dir)
        try:
            program.url = program.read_until(READY)[1].rstrip("/")
        except AssertionError:
            program.__exit__()
            raise
        return program

    url = ""

    def read_until(self, pattern: re.Pattern[str], within: float = PATIENCE_S) -> re.Match[str]:
        """Read standard output until `pattern` is in it."""
        assert self.process.stdout is not None
        deadline = time.monotonic() + within
        with selectors.DefaultSelector() as selector:
            selector.register(self.process.stdout, selectors.EVENT_READ)
            while (match := pattern.search(self.stdout)) is None:
                left = deadline - time.monotonic()
                if left <= 0 or not selector.select(left):
                    raise AssertionError(f"no {pattern.pattern!r} in {self.stdout!r}; log:\n{self.errors()}")
                chunk = os.read(self.process.stdout.fileno(), 65536)
                assert chunk, f"ended without {pattern.pattern!r}: {self.stdout!r}; log:\n{self.errors()}"
                self.stdout += chunk.decode()
        return match

    def errors(self) -> str:
        """Return what it has logged so far."""
        return self.log.read_text()

    def database_url(self) -> str:
        """Return what `aerotrack db url` prints."""
        done = subprocess.run(
            [sys.executable, "-m", "aerotrack", "db", "url", "--data-dir", str(self.data_dir)],
            capture_output=True, text=True, check=True, timeout=PATIENCE_S,
        )  # fmt: skip
        return done.stdout.strip()

    def stop(self, within: float = 10.0) -> int:
        """End it with SIGTERM; return its exit status. Takes longer than `within`: an error."""
        self.process.send_signal(signal.SIGTERM)
        return self.wait(within)

    def wait(self, within: float = PATIENCE_S) -> int:
        """Wait for its end; return its exit status."""
        rest, _ = self.process.communicate(timeout=within)
        self.stdout += rest.decode()
        return self.process.returncode

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        if self.process.poll() is None:
            try:
                self.stop(within=20)
            except subprocess.TimeoutExpired:
                self.process.kill()
                self.process.wait()
        if self.process.stdout is not None:
            self.process.stdout.close()
        self._stderr.close()


def run(*arguments: str, data_dir: Path, within: float = PATIENCE_S) -> subprocess.CompletedProcess[str]:
    """Run a command of the program to its end."""
    return subprocess.run(
        [sys.executable, "-m", "aerotrack", *arguments, "--data-dir", str(data_dir)],
        capture_output=True, text=True, check=False, timeout=within,
    )  # fmt: skip
