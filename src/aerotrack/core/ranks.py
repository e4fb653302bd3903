"""Ranks: how well what a source says is known, which decides who wins where two sources differ.

    unknown < simulated < other < MLAT < radar < ADS-C < Mode S < FLARM < TIS-B < ADS-R < ADS-B < priority

A row's rank is that of its `position_source`: SBS, which tells none, is the lowest. A feed with priority
ranks above all others, and its rows among themselves as usual. A claim is rank and feed in one number.
"""

import numpy as np
from numpy.typing import NDArray

from aerotrack.core.columns import POSITION_SOURCES
from aerotrack.core.observations import Observations

ORDER = (
    *(None, "simulated", "other", "mlat", "radar", "adsc", "mode_s", "flarm", "tisb", "adsr", "adsb"),
)  # from low to high
_PRIORITY = 16  # more than there are in that order
_FEED_BITS = 16
NOBODY = -1
"""The claim to what nobody has told."""

_RANK = np.array([*(ORDER.index(source) for source in POSITION_SOURCES), 0], np.int32)  # -1 finds the last

_CLAIM = _RANK << _FEED_BITS  # of a feed without priority that has no number

_UNKNOWN = np.array([-1], np.int8)

Claims = NDArray[np.int32]
"""Who says it: rank << 16 | number of the feed. The greater one of two of different ranks ranks higher."""


class Voices:
    """Who was heard so far. `feed` is the number of the one that speaks.

    `span` is the lowest and the highest claim of what it says now; most feeds say all by one.

    `several` is set once a second feed or rank was heard; until then `only` is the claim to everything.
    `ranked` is set once a second rank was heard; `highest` is the highest claim. `fresh_s` is by feed: how
    long its word stands.
    """

    def __init__(self) -> None:
        self.feed = self.only = self.highest = NOBODY
        self.span = NOBODY, NOBODY
        self.several = self.ranked = False
        self.fresh_s = np.zeros(0)

    def stand_for(self, seconds: float) -> None:
        """Note for how long the word of the feed that speaks stands."""
        if (short := self.feed + 1 - len(self.fresh_s)) > 0:
            self.fresh_s = np.concatenate([self.fresh_s, np.zeros(short)])
        self.fresh_s[self.feed] = seconds

    def claims(self, seen: Observations) -> Claims:
        """Return the claims of N rows that the feed that speaks says."""
        lowest, highest = self.span
        return np.full(len(seen), lowest, np.int32) if lowest == highest else claims_of(seen, self.feed)


def claims_of(seen: Observations, feed: int) -> Claims:
    """Return the claims of N rows that a feed said."""
    who = np.int32(_PRIORITY * seen.priority << _FEED_BITS | feed)
    sources = seen.columns.get("position_source")
    claims: Claims = np.full(len(seen), who) if sources is None else _CLAIM[sources] + who
    return claims


def span_of(seen: Observations, feed: int) -> tuple[int, int]:
    """Return the lowest and the highest claim of rows, at least one, that a feed said."""
    sources = seen.columns.get("position_source", _UNKNOWN)
    if (same := sources.min()) == sources.max():  # nearly always: then there is no need to look at each
        claim = int(_RANK[same]) + _PRIORITY * seen.priority << _FEED_BITS | feed
        return claim, claim
    claims = claims_of(seen, feed)
    return int(claims.min()), int(claims.max())


def highest(claims: Claims) -> Claims:
    """Return for each of N claims the greatest one of its rank."""
    return claims | np.int32((1 << _FEED_BITS) - 1)


def lowest(claim: int) -> int:
    """Return the least claim of the rank of a claim."""
    return rank(claim) << _FEED_BITS


def rank(claim: int) -> int:
    """Return the rank of a claim."""
    return claim >> _FEED_BITS


def feed_of(claims: Claims) -> Claims:
    """Return the numbers of the feeds of N claims."""
    return claims & np.int32((1 << _FEED_BITS) - 1)


def told_by(claim: int) -> tuple[int, str | None, bool]:
    """Return of a claim the number of the feed, the position source, and whether it has priority."""
    level = rank(claim)
    return claim & ((1 << _FEED_BITS) - 1), ORDER[level % _PRIORITY], level >= _PRIORITY
