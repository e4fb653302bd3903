"""A clock that goes on when the machine's is set: what was heard a second ago stays so.

By a wall clock that jumps an hour ahead, every flight would have been silent for an hour, and end; by one
that jumps back, all that the feeds say would come from the future. A counter that nobody sets tells what
really passed. A jump that is taken back within a minute ends no flight; one that stays is believed then:
a machine without a battery for its clock starts at any time, and learns the right one a little later.
"""

from typing import Protocol

from aerotrack.core.ports import Clock

STEP_S = 2.0  # what is less is followed at once: it ends no flight
HOLD_S = 60.0  # after which a jump is believed


class Tell(Protocol):
    """Who is told, such as a log."""

    def __call__(self, sentence: str, /, *, ahead_s: float) -> object:
        """Take in a sentence."""
        ...


class SteadyClock:
    """Unix seconds by `wall`, and by `running`, seconds from any moment on, while `wall` has jumped.

    It goes back only when a jump back is believed. `tell` is given a sentence about each jump, and as
    `ahead_s` by how many seconds the wall clock is ahead of this one.
    """

    def __init__(self, wall: Clock, running: Clock, tell: Tell) -> None:
        self._wall, self._running, self._tell = wall, running, tell
        self._now, self._at = wall(), running()
        self._off = 0.0  # how far the wall clock is ahead, while it is not believed
        self._since = 0.0  # when that began, by `running`

    def __call__(self) -> float:
        """Return the time."""
        wall, at = self._wall(), self._running()
        carried = self._now + at - self._at
        self._now, self._at = self._chosen(wall, carried, at), at
        return self._now

    def _chosen(self, wall: float, carried: float, at: float) -> float:
        """Return the wall clock's time or our own."""
        off = wall - carried
        if abs(off) <= STEP_S:
            if self._off:
                self._off = 0.0
                self._tell("the wall clock is right again", ahead_s=off)
            return max(wall, self._now)
        if abs(off - self._off) > STEP_S:
            self._off, self._since = off, at
            self._tell(f"the wall clock has jumped; it is believed if it stays {HOLD_S:.0f} s", ahead_s=off)
        elif at - self._since >= HOLD_S:
            self._off = 0.0
            self._tell("the wall clock stays as it is, and is believed from now on", ahead_s=off)
            return wall
        return carried
