"""The machine: Python, user, open files, memory, clock, and the page that was built."""

import os
import platform
import pwd
import resource
import sys
import time
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

from aerotrack import __version__
from aerotrack.doctor.finding import Finding, fail, ok, warn

OLDEST_PYTHON = (3, 11)
FILES_BESIDE = 256
"""Open files that are no client's: feeds, the database, doors, segments of the spool."""
MEMORY_BESIDE, MEMORY_OF_A_CLIENT = 400_000_000, 30_000  # bytes: 10,000 flights, and an idle client
LEAST_MEMORY = 256_000_000
LEAST_YEAR = 2026  # a clock before it was never set

MEMINFO = Path("/proc/meminfo")
CGROUP = Path("/sys/fs/cgroup")


def python(version: tuple[int, int, int] = sys.version_info[:3]) -> Finding:
    """Look at the interpreter, and whether it is an environment of its own."""
    told = ".".join(map(str, version))
    if version < OLDEST_PYTHON:
        return fail(f"Python {told} is too old", "apt install python3.11, or newer")
    if sys.prefix == sys.base_prefix:
        return warn(
            f"Python {told} of the system, shared with other programs",
            "python3 -m venv .venv && .venv/bin/pip install aerotrack",
        )
    return ok(f"AeroTrack {__version__} with Python {told} in {sys.prefix}")


def user(uid: int, *, own_database: bool) -> Finding:
    """Look at who runs this: better not root."""
    if uid != 0:
        if own_database and not _has_name(uid):
            return fail(
                f"the user {uid} has no name, without which PostgreSQL does not start",
                f"sudo useradd --system --uid {uid} aerotrack; or name a server with --database",
            )
        return ok(f"an ordinary user, {uid}")
    dropped = "; PostgreSQL is run as another user, since it refuses to be root's" if own_database else ""
    return warn(f"this is root, who may do more than is needed{dropped}", "sudo -u aerotrack aerotrack serve")


def _has_name(uid: int) -> bool:
    try:
        pwd.getpwuid(uid)
    except KeyError:
        return False
    return True


def open_files(clients: int, limits: tuple[int, int] | None = None) -> Finding:
    """Hold the files that may be open against the clients there is room for: each is one."""
    soft, hard = limits or resource.getrlimit(resource.RLIMIT_NOFILE)
    needed = clients + FILES_BESIDE
    if soft == resource.RLIM_INFINITY or soft >= needed:
        return ok("any number of files may be open" if soft < 0 else f"{soft:,} files may be open")
    room = f"--clients {soft - FILES_BESIDE}" if soft > FILES_BESIDE else ""
    raised = (
        f"ulimit -n {needed}"
        if hard == resource.RLIM_INFINITY or hard >= needed
        else f"LimitNOFILE={needed} in the systemd unit, or nofile in /etc/security/limits.conf"
    )
    what = f"{soft:,} files may be open, and --clients {clients:,} need {needed:,}"
    remedy = f"{raised}; or {room}" if room else raised
    return warn(what, remedy) if room else fail(what, remedy)


def free_memory(meminfo: Path = MEMINFO, cgroup: Path = CGROUP) -> int | None:
    """Return how many bytes may still be had, of the machine or of this container; None if nobody says."""
    try:
        lines = dict(line.split(":", 1) for line in meminfo.read_text().splitlines() if ":" in line)
        free = int(lines["MemAvailable"].split()[0]) * 1024
    except (OSError, KeyError, ValueError):
        return None
    try:
        limit, used = ((cgroup / name).read_text().strip() for name in ("memory.max", "memory.current"))
        return min(free, int(limit) - int(used))
    except (OSError, ValueError):  # "max" is no limit
        return free


def memory(clients: int, free: int | None) -> Finding:
    """Hold the memory against 10,000 flights and the clients there is room for."""
    if free is None:
        return warn("how much memory is free cannot be told", "free -h")
    told = f"{free / 1e6:,.0f} MB of memory are free"
    if free < LEAST_MEMORY:
        return fail(told, "end what takes it: ps aux --sort=-rss | head; or give the container more")
    if free < MEMORY_BESIDE + clients * MEMORY_OF_A_CLIENT:
        room = max(1, (free - MEMORY_BESIDE) // MEMORY_OF_A_CLIENT)
        return warn(f"{told}, too little for 10,000 flights and {clients:,} clients", f"--clients {room}")
    return ok(told)


def clock(now: float) -> Finding:
    """Look at the clock by itself, and say its zone: all that is stored and sent is in UTC."""
    here = datetime.fromtimestamp(now, UTC)
    if here.year < LEAST_YEAR:
        return fail(f"the clock says {here:%Y-%m-%d}, so it was never set", "timedatectl set-ntp true")
    zone = time.strftime("%Z, UTC%z", time.localtime(now))
    return ok(f"the clock says {here:%Y-%m-%dT%H:%M:%SZ}; this machine shows {zone}, what is kept is in UTC")


def page(folder: Path) -> Finding:
    """Look whether the map page is in the package."""
    if (folder / "index.html").is_file():
        return ok("the map page is built")
    return warn(
        "the map page is not built: there is the API alone", "apt install nodejs npm, then ./aerotrack again"
    )


def machine(clients: int, page_folder: Path, *, own_database: bool) -> Iterator[Finding]:
    """Look at all of it."""
    yield python()
    yield user(os.geteuid(), own_database=own_database)
    yield open_files(clients)
    yield memory(clients, free_memory())
    yield clock(time.time())
    yield page(page_folder)
    if platform.system() != "Linux":
        yield warn(f"{platform.system()} is not tried: AeroTrack is made for Linux", "run it in a container")
