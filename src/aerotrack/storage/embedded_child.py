"""What runs between fork and exec of a PostgreSQL program, as a script of its own.

    python -I -S -E embedded_child.py PARENT_PID UID GID SEARCH PROGRAM ARG...

UID and GID are -1 to stay who we are. SEARCH is 1 to keep the one capability that lets the program walk
through directories closed to its user. A `preexec_fn` would do the same inside a copy of a threaded
process, where a lock held by another thread at the fork is held for ever; a fresh interpreter has none.
"""

import ctypes
import os
import signal
import sys
from typing import NoReturn

# Exit codes that PostgreSQL's programs do not use.
CANNOT_BECOME_USER = 71
CANNOT_SEARCH = 72
CANNOT_RUN = 73
PARENT_GONE = 74

# From linux/prctl.h and linux/capability.h.
_PR_SET_PDEATHSIG = 1
_PR_SET_KEEPCAPS = 8
_PR_CAP_AMBIENT = 47
_PR_CAP_AMBIENT_RAISE = 2
_CAP_DAC_READ_SEARCH = 2
_CAPABILITY_VERSION_3 = 0x20080522


def _call(name: str, *arguments: object) -> None:
    if getattr(ctypes.CDLL(None, use_errno=True), name)(*arguments) != 0:
        code = ctypes.get_errno()
        raise OSError(code, os.strerror(code))


def _prctl(option: int, first: int, second: int = 0) -> None:
    _call("prctl", option, *map(ctypes.c_ulong, (first, second, 0, 0)))


def _keep_only_search() -> None:
    """Give up every capability but CAP_DAC_READ_SEARCH, and make that one outlive exec.

    It overrides read and search permission, never write; a process without uid 0 keeps it across exec
    only when it is in the ambient set (capabilities(7)).
    """
    mask = 1 << _CAP_DAC_READ_SEARCH
    header = (ctypes.c_uint32 * 2)(_CAPABILITY_VERSION_3, 0)
    low_then_high_32_bits = (ctypes.c_uint32 * 6)(mask, mask, mask, 0, 0, 0)
    _call("capset", header, low_then_high_32_bits)
    _prctl(_PR_CAP_AMBIENT, _PR_CAP_AMBIENT_RAISE, _CAP_DAC_READ_SEARCH)


def _leave(code: int, reason: str) -> NoReturn:
    sys.stderr.write(f"{reason}\n")
    sys.exit(code)


def become(uid: int, gid: int, *, search: bool) -> None:
    """Turn this process into the user; with `search`, one that may still walk through closed directories."""
    try:
        if search:
            _prctl(_PR_SET_KEEPCAPS, 1)
        os.setgroups([])
        os.setgid(gid)
        os.setuid(uid)
    except OSError as error:
        _leave(CANNOT_BECOME_USER, f"cannot become user {uid}: {error.strerror}")
    if search:
        try:
            _keep_only_search()
        except OSError as error:
            _leave(CANNOT_SEARCH, f"cannot keep CAP_DAC_READ_SEARCH: {error.strerror}")


def main(argv: list[str]) -> NoReturn:
    """Leave the terminal's process group, become the user, tie our life to the parent's, and exec."""
    parent, uid, gid = map(int, argv[:3])
    search, program = argv[3] == "1", argv[4]
    os.setsid()  # ^C at the terminal must not reach PostgreSQL before the recorder has drained
    if uid >= 0:
        become(uid, gid, search=search)
    if sys.platform == "linux":
        # After setuid, which clears it. SIGINT is PostgreSQL's fast shutdown.
        _prctl(_PR_SET_PDEATHSIG, signal.SIGINT)
    if os.getppid() != parent:
        _leave(PARENT_GONE, "the process that started this is gone")
    for ignored_by_python in (signal.SIGPIPE, signal.SIGXFSZ):
        signal.signal(ignored_by_python, signal.SIG_DFL)
    try:
        os.execv(program, argv[4:])  # noqa: S606 - exec without a shell is what this script is for
    except OSError as error:
        _leave(CANNOT_RUN, f"cannot run {program}: {error.strerror}")


if __name__ == "__main__":
    main(sys.argv[1:])
