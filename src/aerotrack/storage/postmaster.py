"""What a running PostgreSQL tells about itself: `postmaster.pid`, its process, its socket directory."""

import hashlib
import os
import stat
import subprocess
import tempfile
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote

from aerotrack.errors import StartError

# sun_path is 104 bytes on macOS (108 on Linux) with its closing zero; PostgreSQL appends "/.s.PGSQL.5432".
_LONGEST_SOCKET_DIR = 103 - len("/.s.PGSQL.5432")
_TEMPORARY = (tempfile.gettempdir(), "/tmp")  # noqa: S108 - owner and mode of what we make there are checked


@dataclass(frozen=True, slots=True)
class Postmaster:
    """The lines of `postmaster.pid` that matter (PostgreSQL's src/include/utils/pidfile.h)."""

    pid: int
    socket_dir: str
    ready: bool


def read_postmaster(cluster: Path) -> Postmaster | None:
    """Return what `postmaster.pid` of the cluster says, or None when it is missing or not written yet."""
    try:
        lines = (cluster / "postmaster.pid").read_text().splitlines()
    except FileNotFoundError:
        return None
    if not lines or not lines[0].lstrip("-").isdigit():
        return None
    lines += [""] * (8 - len(lines))
    return Postmaster(abs(int(lines[0])), lines[4], lines[7].strip() == "ready")


def _command_line(pid: int) -> str:
    if Path("/proc/self/cmdline").exists():
        try:
            return Path(f"/proc/{pid}/cmdline").read_bytes().replace(b"\0", b" ").decode(errors="replace")
        except (FileNotFoundError, ProcessLookupError):
            return ""
    ps = subprocess.run(  # noqa: S603 - a fixed program and a number
        ["/bin/ps", "-ww", "-o", "args=", "-p", str(pid)], capture_output=True, text=True, check=False
    )
    return ps.stdout


def serves(pid: int, cluster: Path) -> bool:
    """Tell whether the process is a PostgreSQL on this cluster: a stale pid may be anybody's by now."""
    return f"/postgres -D {cluster} " in _command_line(pid) + " "


def url_of(socket_dir: str) -> str:
    """Return the libpq URL of the embedded database behind a socket directory."""
    return f"postgresql://aerotrack@/aerotrack?host={quote(socket_dir, safe='/')}"


def _fits(directory: Path) -> bool:
    """Tell whether libpq and the kernel take the path: short enough, and no comma, which separates hosts."""
    return len(os.fsencode(directory)) <= _LONGEST_SOCKET_DIR and "," not in str(directory)


def socket_directory(house: Path, uid: int, gid: int, *, outside: bool = True) -> Path:
    """Make the directory of the socket, 0700 and owned by uid: with `trust` behind it, it is the only lock.

    It is `house/run`, or a directory under the system's temporary one, named by a hash of the house, where
    the path would be too long. Raises StartError when somebody else made that one first, and when it may not
    be `outside` the house.
    """
    directory = house / "run"
    if not _fits(directory):
        if not outside:
            raise StartError(
                f"The path {house} is too long for the database's socket, and leads through folders closed "
                "to the database's user: choose a shorter --data-dir, or start AeroTrack as an ordinary user."
            )
        name = f"aerotrack-{hashlib.sha256(os.fsencode(house)).hexdigest()[:16]}"
        directory = next((place for t in _TEMPORARY if _fits(place := Path(t) / name)), directory)
    try:
        directory.mkdir(mode=0o700)
    except FileExistsError:
        status = directory.lstat()
        ours = status.st_uid in {uid, os.geteuid()} and not status.st_mode & 0o077
        if not (ours and stat.S_ISDIR(status.st_mode)):
            raise StartError(
                f"{directory}, the place of the database's socket, was made by somebody else: remove it, "
                "or choose a shorter --data-dir so that it is not needed."
            ) from None
    if os.geteuid() == 0:
        os.chown(directory, uid, gid, follow_symlinks=False)
    return directory
