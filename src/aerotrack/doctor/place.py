"""The place: the data directory, its disk and its owner; and the port."""

import errno
import os
import socket
import statistics
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import IO

import httpx

from aerotrack.doctor.finding import Finding, fail, ok, refused, warn
from aerotrack.errors import StartError
from aerotrack.storage.directory import DataDirectory, Owner

LEAST_FREE = 500_000_000  # bytes: a cluster and its log take 150 MB when they are new
SLOW_S = 0.05
"""A sync of the disk that takes longer: many commits a second are not possible."""
SYNCS, BLOCK = 5, 8192
ASK_S = 3.0


def directory(path: Path, *, spool_size: int) -> Iterator[Finding]:
    """Look whether data can be kept at `path`. Nothing is left there, not even the directory."""
    nearest = path.resolve()
    while not nearest.exists() and nearest != nearest.parent:
        nearest = nearest.parent
    told = f"the data directory {path}"
    if not nearest.is_dir():
        yield fail(f"{nearest} is no directory, so {told} cannot be", "choose another: --data-dir DIR")
        return
    try:
        with tempfile.TemporaryFile(dir=nearest) as file:
            latency = sync_latency(file)
    except OSError as error:
        yield _not_writable(path, nearest, error)
        return
    yield ok(f"{told} can be written" if nearest == path.resolve() else f"{told} is made at the first start")
    if latency > SLOW_S:
        yield warn(
            f"the disk takes {latency * 1e3:.0f} ms to make a write safe, so little can be stored a second",
            "choose a faster disk: --data-dir DIR",
        )
    else:
        yield ok(f"the disk makes a write safe in {latency * 1e3:.1f} ms")
    yield space(nearest, spool_size)


def _not_writable(path: Path, nearest: Path, error: OSError) -> Finding:
    if error.errno in (errno.ENOSPC, errno.EDQUOT):
        return fail(f"the disk of {path} is full", f"make room: du -xh {nearest} | sort -h | tail")
    return fail(
        f"the data directory {path} cannot be written ({error.strerror})",
        f"sudo chown -R {os.geteuid()} {nearest}, or --data-dir DIR",
    )


def sync_latency(file: IO[bytes]) -> float:
    """Return what it takes to make a page safe on the disk, seconds: the median of a few."""
    taken = []
    for _ in range(SYNCS):
        began = time.monotonic()
        os.write(file.fileno(), bytes(BLOCK))
        os.fdatasync(file.fileno())
        taken.append(time.monotonic() - began)
    return statistics.median(taken)


def space(path: Path, spool_size: int, free: int | None = None) -> Finding:
    """Hold the free space against what a first start takes, and what the spool may."""
    if free is None:
        stat = os.statvfs(path)
        free = stat.f_bavail * stat.f_frsize
    told = f"{free / 1e9:,.1f} GB are free on the disk of {path}"
    if free < LEAST_FREE:
        return fail(told, f"make room: du -xh {path} | sort -h | tail")
    if free < LEAST_FREE + spool_size:
        return warn(
            f"{told}, and the spool may take {spool_size / 1e9:,.1f} GB",
            f"make room, or --spool-size {max(64, (free - LEAST_FREE) // 1_000_000)}MB",
        )
    return ok(told)


def owner(path: Path) -> tuple[Finding, Owner | None]:
    """Look who owns the data directory; a running AeroTrack is no fault."""
    try:
        found = DataDirectory.owner(path)
    except StartError as error:
        return refused(error), None
    if found is None:
        return ok("nobody uses the data directory"), None
    return ok(f"the data directory is in use by {found}"), found


def port(host: str, number: int, *, tls: bool, ask: Callable[[str], httpx.Response] | None = None) -> Finding:
    """Look whether the port can be had, or who has it: an AeroTrack is asked how it is."""
    place = f"port {number} of {host}"
    try:
        family, kind, protocol, _, address = socket.getaddrinfo(
            host, number, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE
        )[0]
        with socket.socket(family, kind, protocol) as tried:
            tried.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            tried.bind(address)
    except socket.gaierror as error:
        return fail(f"the host {host} cannot be found ({error.strerror})", "--host 127.0.0.1")
    except OSError as error:
        if error.errno == errno.EADDRINUSE:
            return _taken(place, _url(host, number, tls=tls), number, ask or _asked)
        if error.errno == errno.EACCES:
            return fail(f"{place} is for root alone", "--port 8080, and a proxy in front of it")
        return fail(f"{place} cannot be opened ({error.strerror})", "--host 127.0.0.1")
    return ok(f"{place} is free")


def _url(host: str, number: int, *, tls: bool) -> str:
    """Write where an AeroTrack that listens on `host` can be asked from here."""
    host = {"0.0.0.0": "127.0.0.1", "::": "::1"}.get(host, host)  # noqa: S104  read, not bound
    return f"{'https' if tls else 'http'}://{f'[{host}]' if ':' in host else host}:{number}/readyz"


def _asked(url: str) -> httpx.Response:
    """Ask this machine; its certificate is made out to a name that it is not asked by."""
    return httpx.get(url, timeout=ASK_S, verify=False, trust_env=False)  # noqa: S501


def _taken(place: str, url: str, number: int, ask: Callable[[str], httpx.Response]) -> Finding:
    try:
        said = ask(url).json()
        status, checks = said["status"], dict(said["checks"])
    except (httpx.HTTPError, httpx.InvalidURL, ValueError, KeyError, TypeError):
        return fail(
            f"{place} is taken by another program", f"ss -ltnp 'sport = :{number}' names it; or --port 0"
        )
    if status == "ready":
        return ok(f"{place} is AeroTrack's, which is ready")
    reasons = "; ".join(f"{part}: {reason}" for part, reason in checks.items() if reason)
    return fail(f"{place} is AeroTrack's, which is not ready: {reasons}", f"curl {url}")
