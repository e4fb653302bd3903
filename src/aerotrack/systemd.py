"""What systemd is told of a `Type=notify` service, one datagram at a time (sd_notify(3)).

    NOTIFY_SOCKET    where: a path, or @name for an abstract socket; not set where nobody listens
    WATCHDOG_USEC    how long it waits for a sign of life before it starts the program anew
    WATCHDOG_PID     whose signs it waits for

    READY=1   WATCHDOG=1   STOPPING=1   STATUS=what is shown by `systemctl status`

The sign of life is a tick: this is the last of the sinks, so it comes only when the tick was closed and all
other sinks took its changes. An event loop that turns while the ticks stand still is no life.
"""

import math
import os
import socket
import time
from collections.abc import Callable, Iterator, MutableMapping
from contextlib import contextmanager
from typing import Self

import structlog

from aerotrack.core.changes import Changes
from aerotrack.core.ports import EVERYTHING

STATUS_S = 5.0  # between two words on how it goes, where no watchdog wants them sooner
SIGNS = 4  # of life within the time that the watchdog waits
SLOW = 3  # ticks that the watchdog waits for, where that is longer than it was told to

log = structlog.get_logger("aerotrack.systemd")


class Systemd:
    """A sink that tells systemd how it goes. `address` None is nobody: all of it then does nothing."""

    def __init__(self, address: str | None, *, watchdog_s: float = math.inf) -> None:
        self._address = address.replace("@", "\0", 1) if address and address[0] == "@" else address
        self._watchdog_s = watchdog_s
        self._pause_s = min(STATUS_S, watchdog_s / SIGNS)
        self._how: Callable[[], str] | None = None  # who is asked what to show; nobody before it is ready
        self._last = -math.inf

    @classmethod
    def of(cls, environment: MutableMapping[str, str]) -> Self:
        """Read whom to tell, and take it out: a child such as PostgreSQL would speak in our name."""
        address = environment.pop("NOTIFY_SOCKET", "")
        microseconds = environment.pop("WATCHDOG_USEC", "")
        pid = environment.pop("WATCHDOG_PID", "")
        ours = microseconds.isdecimal() and int(microseconds) > 0 and pid in ("", str(os.getpid()))
        known = address.startswith(("/", "@"))  # there is vsock: as well, of virtual machines
        return cls(address if known else None, watchdog_s=int(microseconds) / 1e6 if ours else math.inf)

    @contextmanager
    def told(self, how: Callable[[], str], *, tick_seconds: float) -> Iterator[None]:
        """Say that the program does its work, tick by tick what `how` returns, and at the end that it stops.

        A watchdog that would not wait for a few ticks is asked to.
        """
        lines = ["READY=1", f"STATUS={how()}"]
        if SLOW * tick_seconds > self._watchdog_s:
            lines.append(f"WATCHDOG_USEC={SLOW * tick_seconds * 1e6:.0f}")
        self._tell(*lines)
        self._how = how
        yield
        self._how = None
        self._tell("STOPPING=1", "STATUS=stopping")

    def take(self, _: Changes) -> None:
        """Give a sign of life, if it is time for one."""
        now = time.monotonic()
        if self._how and now - self._last >= self._pause_s:
            self._last = now
            self._tell("WATCHDOG=1", f"STATUS={self._how()}")

    async def run(self, kept: Callable[[int], None]) -> None:
        """Keep nothing."""
        kept(EVERYTHING)

    async def close(self) -> None:
        """Nothing is left to finish."""

    def _tell(self, *lines: str) -> None:
        """Send a datagram. One that systemd does not take at once is left out: a tick never waits for it."""
        if self._address is None:
            return
        try:
            with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM | socket.SOCK_NONBLOCK) as teller:
                teller.sendto("\n".join(lines).encode(), self._address)
        except OSError as error:
            log.warning("systemd was not told", of=lines[0], error=error.strerror or str(error))
