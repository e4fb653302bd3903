"""Who the embedded PostgreSQL runs as, and how that user gets to its files.

PostgreSQL refuses to run as root, so root hands it to an unprivileged user. The directories stay as
closed as that allows:

    DATA             0700 root, or 0710 root:GROUP when the user needs to walk through it
      postgres/      the same; 0700 when the server holds CAP_DAC_READ_SEARCH, so that no other process
                     of its user can reach the socket and read through the server what only root may
        data/ run/   0700 user
"""

import os
import pwd
import stat
from dataclasses import dataclass
from pathlib import Path

from aerotrack.errors import StartError

# `nobody` is the last resort: other daemons may run as it too.
_CANDIDATES = ("aerotrack", "postgres", "nobody")


@dataclass(frozen=True, slots=True)
class ServerAccount:
    """The user PostgreSQL runs as; `closed` names the directory that user cannot walk through, if any."""

    uid: int
    gid: int
    name: str
    closed: Path | None = None


def _entry(uid: int) -> pwd.struct_passwd:
    try:
        return pwd.getpwuid(uid)
    except KeyError:
        return pwd.struct_passwd((str(uid), "", uid, uid, "", "/", "/bin/sh"))


def _unprivileged() -> pwd.struct_passwd:
    for name in _CANDIDATES:
        try:
            return pwd.getpwnam(name)
        except KeyError:
            continue
    raise StartError(
        f"PostgreSQL refuses to run as root and none of the users {', '.join(_CANDIDATES)} exists: "
        "create one (useradd --system aerotrack), or start AeroTrack as an ordinary user."
    )


def closed_to(path: Path, uid: int, gid: int) -> Path | None:
    """Return the outermost directory on the way to and including `path` that uid:gid may not walk through."""
    for directory in reversed([path, *path.parents]):
        status = directory.stat()
        if status.st_uid == uid:
            search = stat.S_IXUSR
        elif status.st_gid == gid:
            search = stat.S_IXGRP
        else:
            search = stat.S_IXOTH
        if not status.st_mode & search:
            return directory
    return None


def let_in(directory: Path, account: ServerAccount) -> None:
    """Let the account's group, and nobody else, walk through a directory of root's."""
    status = directory.stat()
    if status.st_uid == 0 and closed_to(directory, account.uid, account.gid) == directory:
        os.chown(directory, -1, account.gid)
        directory.chmod(stat.S_IMODE(status.st_mode) | stat.S_IXGRP)


def server_account(data_dir: Path, cluster: Path, binaries: Path) -> ServerAccount | None:
    """Choose whom to drop to, or None when we are an ordinary user already. All paths are resolved.

    An existing cluster decides: PostgreSQL insists on owning it. Raises StartError when no user fits.
    """
    if os.geteuid() != 0:
        return None
    entry = _entry(cluster.stat().st_uid) if cluster.exists() else _unprivileged()
    if entry.pw_uid == 0:
        raise StartError(
            f"{cluster} belongs to root, as whom PostgreSQL refuses to run: chown it to another user."
        )
    account = ServerAccount(entry.pw_uid, entry.pw_gid, entry.pw_name)
    closed = closed_to(binaries, account.uid, account.gid) or closed_to(
        data_dir.parent, account.uid, account.gid
    )
    if closed is None:
        let_in(data_dir, account)
        closed = closed_to(data_dir, account.uid, account.gid)
    return ServerAccount(account.uid, account.gid, account.name, closed)
