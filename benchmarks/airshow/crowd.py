"""The crowd: thousands of spectators in one process, on one epoll."""

import gc
import select
import time
from array import array
from collections import Counter
from collections.abc import Callable, Iterable

import numpy as np
from numpy.typing import NDArray

from airshow.spectator import Spectator

AT_ONCE = 200  # who are let in at a time
READ = 1 << 20
PATIENCE_S = 120.0


class Crowd:
    """Spectators of the server on a port of this machine.

    Those who are `timed` (None: all) are timed from the time of each message to the arrival of its last byte.
    """

    def __init__(self, port: int) -> None:
        gc.disable()  # its pauses would be taken for the server's
        self._times, self._arrivals = array("d"), array("d")
        self.timed: set[Spectator] | None = None
        self.lost: list[Spectator] = []  # who was cut, or left: whoever cares takes them out
        self.why: Counter[str] = Counter()
        self._address = ("127.0.0.1", port)
        self._epoll = select.epoll()
        self._of: dict[int, Spectator] = {}
        self._coming: set[Spectator] = set()
        self._buffer = memoryview(bytearray(READ))

    def admit(self, spectators: Iterable[Spectator]) -> None:
        """Let them in, and wait until each was greeted. Raises ConnectionError if one is not."""
        everyone = list(spectators)
        for begin in range(0, len(everyone), AT_ONCE):
            some = everyone[begin : begin + AT_ONCE]
            for spectator in some:
                self.enter(spectator)
            self.until(lambda some=some: self.lost or all(s.greeted for s in some))  # type: ignore[misc]
            if self.lost:
                raise ConnectionError(f"{len(self.lost)} were not let in: {dict(self.why)}")

    def enter(self, spectator: Spectator) -> None:
        """Let one in, without waiting."""
        spectator.connect(self._address)
        self._of[spectator.sock.fileno()] = spectator
        self._coming.add(spectator)
        self._epoll.register(spectator.sock.fileno(), select.EPOLLOUT)

    def leave(self, spectator: Spectator) -> None:
        """Cut one off."""
        self._coming.discard(spectator)
        if spectator.open:
            del self._of[spectator.sock.fileno()]
            spectator.cut()  # which takes it out of the epoll

    def deafen(self, spectator: Spectator) -> None:
        """Have one read nothing."""
        self._epoll.modify(spectator.sock.fileno(), 0)

    def listen(self, spectator: Spectator) -> None:
        """Have it read again."""
        self._epoll.modify(spectator.sock.fileno(), select.EPOLLIN)

    def until(self, condition: Callable[[], object], patience_s: float = PATIENCE_S) -> None:
        """Watch until something is so. Raises TimeoutError."""
        end = time.monotonic() + patience_s
        while not condition():
            self.watch(0.02)
            if time.monotonic() > end:
                raise TimeoutError(f"{patience_s} s have passed.")

    def watch(self, seconds: float) -> None:
        """Watch for some time."""
        end = time.monotonic() + seconds
        while (left := end - time.monotonic()) > 0:
            for number, event in self._epoll.poll(left, 1024):
                spectator = self._of.get(number)
                if spectator is None:
                    continue
                try:
                    self._attend(spectator, event)
                except OSError as error:
                    self.why[str(error)] += 1
                    self.leave(spectator)
                    self.lost.append(spectator)

    def _attend(self, spectator: Spectator, event: int) -> None:
        if spectator in self._coming:
            spectator.shake()
            self._coming.discard(spectator)
            self._epoll.modify(spectator.sock.fileno(), select.EPOLLIN)
            return
        if not event & select.EPOLLIN:  # it is deaf: the server has cut it
            raise ConnectionError("cut")
        size = spectator.sock.recv_into(self._buffer)
        if not size:
            raise ConnectionError("closed")
        times = spectator.take(self._buffer[:size])
        if times and (self.timed is None or spectator in self.timed):
            self._times.extend(times)
            self._arrivals.extend([1000.0 * time.time()] * len(times))

    def delays(self) -> NDArray[np.float64]:
        """Return the delays in ms without those of the first tick, which follows a pause; forget them all."""
        times, arrivals = np.array(self._times), np.array(self._arrivals)
        self._times, self._arrivals = array("d"), array("d")
        later = times > times.min(initial=np.inf)
        delays: NDArray[np.float64] = arrivals[later] - times[later]
        return delays

    def close(self) -> None:
        """Send everybody home."""
        for spectator in list(self._of.values()):
            self.leave(spectator)
        self._epoll.close()
