"""The data directory has at most one owner, and the kernel knows whether the owner still lives.

The owner holds an flock on `DATA/owner`, which names it: process id, then command line. The lock ends with
the process however it ends, so a file left by a dead one means nothing.
"""

import fcntl
import os
import shlex
import sys
import time
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import Self

from aerotrack.errors import StartError

_FILE = "owner"
_TRIES, _PAUSE = 5, 0.02  # seconds; `owner` holds the lock for an instant when it looks


@dataclass(frozen=True, slots=True)
class Owner:
    """The process that owns a data directory; `pid` is 0 in the instant before it has written its name."""

    pid: int
    command: str

    def __str__(self) -> str:
        return f"process {self.pid} ({self.command})"


def _named(path: Path) -> Owner:
    pid, _, command = path.read_text(errors="replace").partition("\n")
    return Owner(int(pid) if pid.isdigit() else 0, command.strip() or "AeroTrack, just starting")


def _try_lock(descriptor: int, kind: int) -> bool:
    try:
        fcntl.flock(descriptor, kind | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


class DataDirectory:
    """A data directory that this process owns until `release`, or until it ends."""

    def __init__(self, path: Path, descriptor: int) -> None:
        self.path = path
        self._descriptor: int | None = descriptor

    @classmethod
    def own(cls, path: Path) -> Self:
        """Take the directory, making it (0700) if missing.

        Raises StartError that names the process when another one owns it, and when the directory cannot be
        made or written.
        """
        path = path.resolve()
        try:
            path.mkdir(mode=0o700, parents=True, exist_ok=True)
            descriptor = os.open(path / _FILE, os.O_RDWR | os.O_CREAT | os.O_NOFOLLOW, 0o600)
        except OSError as error:
            raise StartError(
                f"The data directory {path} cannot be used ({error.strerror}): choose another with "
                "--data-dir, or start AeroTrack as the user who owns it."
            ) from error
        for _ in range(_TRIES):
            if _try_lock(descriptor, fcntl.LOCK_EX):
                words = " ".join(shlex.join(sys.orig_argv).split())
                command = f"{os.getpid()}\n{words}\n".encode(errors="replace")  # file names may be no text
                os.pwrite(descriptor, command, 0)
                os.ftruncate(descriptor, len(command))
                return cls(path, descriptor)
            time.sleep(_PAUSE)
        os.close(descriptor)
        raise StartError(
            f"The data directory {path} is in use by {_named(path / _FILE)}: stop it, or choose another "
            "--data-dir."
        )

    @staticmethod
    def owner(path: Path) -> Owner | None:
        """Return who owns the directory now, or None. Raises StartError when that may not be read."""
        file = path.resolve() / _FILE
        try:
            descriptor = os.open(file, os.O_RDONLY)
        except FileNotFoundError:
            return None
        except OSError as error:
            raise StartError(
                f"The data directory {path} is closed to this user ({error.strerror}): use it as the user "
                "who owns it, or choose another with --data-dir."
            ) from error
        try:
            return None if _try_lock(descriptor, fcntl.LOCK_SH) else _named(file)
        finally:
            os.close(descriptor)

    def release(self) -> None:
        """Give the directory up; a second call does nothing."""
        if self._descriptor is not None:
            os.close(self._descriptor)
            self._descriptor = None

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.release()
