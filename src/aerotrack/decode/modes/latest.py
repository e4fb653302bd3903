"""Latest: for each frame, what its aircraft said last before it, in this batch or in one before.

    turn, 64 bits    . | slot | topic, 4 bits | place in the batch, 20 bits

In order of turn, frames are in order of aircraft, and of each aircraft in the order they were heard. Of a
frame itself the topic is 0; what is said or asked of a topic has its turn there, so that all that a batch
says is sorted at once, and all that it asks is looked up at once.
"""

from enum import IntEnum
from typing import Any

import numpy as np
from numpy.typing import NDArray

from aerotrack.decode.modes.slots import Slots

Turns = NDArray[np.int64]
Floats = NDArray[np.float64]

PLACE_BITS = 20
"""More than a batch has frames."""
SLOT_AT = PLACE_BITS + 4
"""Where in a turn the slot begins."""
_PLACES = (1 << PLACE_BITS) - 1
_BEFORE_ALL, _NOTHING = np.array([np.iinfo(np.int64).min]), np.zeros(1)


class Topic(IntEnum):
    """What is remembered of an aircraft: a number each, and when it was said."""

    PROVEN = 0  # its address: only when
    DIFFERENCE = 1  # geometric altitude minus barometric, ft
    CLAIM = 2  # see `integrity`
    ALTITUDE = 3  # in extended squitters, ft
    CALLSIGN = 4  # in extended squitters: only when
    SQUAWK = 5  # in extended squitters
    REPLIED_ALTITUDE = 6
    REPLIED_CALLSIGN = 7  # its eight bytes
    REPLIED_SQUAWK = 8
    REPLIED_BEFORE = 9  # the squawk before that one


class Asked:
    """What K frames asked of a topic: once it is answered, `since` (K,) and `said` (K,)."""

    since: Floats
    """When it was said last, -inf if never."""
    said: Floats
    """What was said: 0 if nothing."""

    def __init__(self, turn: Turns) -> None:
        self.turn = turn


class Latest:
    """What each aircraft said last of each topic. All of a batch is heard and asked before it is answered."""

    def __init__(self, slots: Slots) -> None:
        each = 1 << (SLOT_AT - PLACE_BITS)
        self._time, self._number = slots.remember(-np.inf, "f8", each), slots.remember(0.0, "f8", each)
        self._heard_at = _NOTHING
        self._heard: list[tuple[Turns, NDArray[Any]]] = []
        self._asked: list[Asked] = []

    def begin(self, heard_at: Floats) -> None:
        """Begin a batch of N frames, heard at these times (N,), by place."""
        self._heard_at = heard_at

    def hear(self, topic: Topic, turn: Turns, said: NDArray[Any]) -> None:
        """Take what frames (M,) say of a topic: numbers that a float64 holds; NaN says nothing."""
        self._heard.append((turn + (topic << PLACE_BITS), said))

    def ask(self, topic: Topic, turn: Turns) -> Asked:
        """Ask what was said of a topic before the frames of `turn` (K,)."""
        asked = Asked(turn + (topic << PLACE_BITS))
        self._asked.append(asked)
        return asked

    def answer(self) -> None:
        """Answer all that was asked, and carry what was heard over to the next batch."""
        turn = np.concatenate([asked.turn for asked in self._asked] or [_BEFORE_ALL[:0]])
        about = turn >> PLACE_BITS
        since, said = self._time.values.take(about), self._number.values.take(about)
        if self._heard:
            turns, numbers = self._in_order()
            abouts, times = turns >> PLACE_BITS, self._heard_at.take(turns & _PLACES)
            at = turns.searchsorted(turn) - 1
            here = (abouts.take(at) == about).nonzero()[0]
            at = at.take(here)
            since[here], said[here] = times.take(at), numbers.take(at)
            carried = abouts[1:]  # of several of one aircraft and topic, the last stands
            self._time.values[carried], self._number.values[carried] = times[1:], numbers[1:]
        start = 0
        for asked in self._asked:
            end = start + len(asked.turn)
            asked.since, asked.said = since[start:end], said[start:end]
            start = end
        self._heard, self._asked = [], []

    def _in_order(self) -> tuple[Turns, Floats]:
        """Return what is heard in order of turn, behind a turn before all."""
        turn = np.concatenate([_BEFORE_ALL, *(turn for turn, _ in self._heard)])
        number = np.concatenate([_NOTHING, *(number for _, number in self._heard)])
        told = (number == number).nonzero()[0]  # noqa: PLR0124  NaN is not itself
        order = told.take(turn.take(told).argsort())
        return turn.take(order), number.take(order)
