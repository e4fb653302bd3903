"""Arbitration: whose word counts where several sources tell of one flight.

Each value remembers who said it. One of a higher or the same rank replaces it at once; one of a lower rank is
refused (`outranked`, of a value beside the place `outranked_value`) as long as the value is fresh: for 15 s,
or three polls of the feed that said it. So an aircraft's own word stands beside what is measured from the
ground, and when it falls silent the other is there.

While only one feed was heard, of one rank, nothing is remembered or compared: all is its word.
"""

from collections import Counter
from typing import Any

import numpy as np
from numpy.typing import NDArray

from aerotrack.core.columns import Column
from aerotrack.core.observations import Observations
from aerotrack.core.ranks import NOBODY, Claims, feed_of, highest, lowest, rank, span_of
from aerotrack.core.refusals import PLACE, notes
from aerotrack.core.rows import FIELDS, Rows

FRESH_S = 15.0
POLLS = 3

_Rows = NDArray[np.intp]
_Mask = NDArray[np.bool_]
ARBITRATED: tuple[Column, ...] = tuple(c for c in FIELDS if c.name != "position_source")
"""What is said beside the place. The source of a position goes with it."""


def hear(table: Rows, feed: int, seen: Observations) -> None:
    """Note who speaks, before any of a batch is taken in."""
    known = table.voices
    known.feed = feed
    known.stand_for(max(FRESH_S, POLLS * seen.interval))
    least, most = known.span = span_of(seen, feed)
    known.highest = max(known.highest, most)
    if known.ranked:
        return
    first = known.only == NOBODY
    known.only = least if first else known.only
    known.ranked = least != most or rank(least) != rank(known.only)
    if not known.several and (known.ranked or least != known.only):
        known.several = True
        for name, heard_at in table.heard.items():
            table.claims[name][heard_at > -np.inf] = known.only
        table.claims[PLACE][~np.isnan(table.columns["time"])] = known.only


def without_outranked(table: Rows, rows: _Rows, seen: Observations, refused: Counter[str]) -> Observations:
    """Leave the values out of N rows that a fresh one of a higher rank stands against, beside the place."""
    voices, strong = table.voices, lowest(table.voices.highest)  # nothing can stand against such a claim
    if not voices.ranked or voices.span[0] >= strong:
        return seen
    claims = voices.claims(seen)
    weak = (claims < strong).nonzero()[0]
    told = [
        (column, known)
        for column in ARBITRATED
        if (values := seen.columns.get(column.name)) is not None
        and np.count_nonzero(known := column.known(values[weak]))
    ]
    if not told:
        return seen
    # Of all columns at once: where little is heard at a time, that is a fraction of the price.
    at, claims, heard_at = rows[weak], claims[weak], seen.last_heard[weak]
    lower = np.array([known for _, known in told])
    held = np.array([table.claims[column.name][at] for column, _ in told])
    lower &= held > highest(claims)
    if not np.count_nonzero(lower):
        return seen
    heard = np.array([table.heard[column.name][at] for column, _ in told])
    lower &= _fresh(table, held, heard_at - heard)
    columns, news = dict(seen.columns), notes(claims, heard_at, "outranked")
    for (column, _), out in zip(told, lower, strict=True):
        which = out.nonzero()[0]
        if len(which):
            columns[column.name] = values = columns[column.name].copy()
            values[weak[which]] = column.unknown
            refused["outranked_value"] += len(which)
            table.refusals.note(column.name, at[which], news.take(which))
    return seen.telling(columns)


def outranked(table: Rows, rows: _Rows, claims: Claims, time: NDArray[np.float64]) -> _Mask:
    """Say which of N positions, true at `time`, a fresh one of a higher rank stands against."""
    held = table.claims[PLACE][rows]
    lower = held > highest(claims)
    lower[lower] = _fresh(table, held[lower], time[lower] - table.columns["time"][rows[lower]])
    return lower


def stronger(table: Rows, rows: _Rows, seen: Observations, name: str = PLACE) -> _Mask:
    """Say which of N positions, or other values, are of a higher rank than the ones that stand."""
    if not table.voices.ranked:
        return np.zeros(len(rows), bool)
    higher: _Mask = table.voices.claims(seen) > highest(table.claims[name][rows])
    return higher


def _fresh(table: Rows, held: Claims, age_s: NDArray[Any]) -> _Mask:
    """Say which values are fresh, `age_s` seconds after they were heard (any shape); none is before that.

    Of those that nobody has told it says anything.
    """
    fresh: _Mask = (age_s >= 0) & (age_s <= table.voices.fresh_s.take(feed_of(held), mode="clip"))
    return fresh
