"""Latency: how old what a message tells is when it is written for a client. Pure.

    position is true > feed > tick > round > written for the client
                     |               |------ broadcast -----------|
                     |------------------ feed to client ----------|

A message counts once in each. From feed to client it counts in equal parts at the age of each position of its
tick, for that is what it tells, or would if its client watched all.
"""

import numpy as np

from aerotrack.core.changes import Changes
from aerotrack.core.histogram import Histogram

STEP_S = 0.005  # messages written within it are counted together
_BROADCAST_S = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5)
_FEED_TO_CLIENT_S = (0.05, 0.1, 0.25, 0.5, 0.75, 1.0, 1.5, 2.0, 3.0, 5.0, 10.0, 30.0, 60.0)


class Latency:
    """Two histograms, of the newest tick at any time. Times are of any one clock, in seconds."""

    def __init__(self) -> None:
        self.broadcast = Histogram(_BROADCAST_S)
        self.feed_to_client = Histogram(_FEED_TO_CLIENT_S)
        self._ages = np.empty(0)
        self._sorted = True
        self._began = self._counted_at = 0.0
        self._messages = 0

    def tick(self, changes: Changes, now: float) -> None:
        """Begin a tick: what is told from now on is told of it."""
        self.told(0, now, at_once=True)
        self._ages = changes.time - changes.positions.get("time", np.empty(0))
        self._sorted = False
        self._began = self._counted_at = now

    def told(self, messages: int, now: float, *, at_once: bool = False) -> None:
        """Count messages that were written just now; they are counted together, if not `at_once`."""
        self._messages += messages
        if self._messages and (at_once or now - self._counted_at >= STEP_S):
            if not self._sorted:  # only for a tick that is told to somebody
                self._ages, self._sorted = np.sort(np.maximum(self._ages, 0.0)), True
            self.broadcast.add(now - self._began, self._messages)
            self.feed_to_client.spread(self._ages, now - self._began, self._messages)
            self._messages, self._counted_at = 0, now
