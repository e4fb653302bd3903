"""Arbitration: whose word counts where several sources tell of one flight.

Each value remembers who said it. One of a higher or the same rank replaces it at once; one of a lower rank is
refused (`outranked`, of a value beside the place `outranked_value`) as long as the value is fresh: for 15 s,
or three polls of the feed that said it. So an aircraft's own word stands beside what is measured from the
ground, and when it falls silent the other is there.

While only one feed was heard, of one rank, nothing is remembered or compared: all is its word.
"""

from collections import Counter
from dataclasses import replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from aerotrack.core.columns import Column
from aerotrack.core.observations import Observations
from aerotrack.core.ranks import NOBODY, Claims, feed_of, highest, rank, span_of
from aerotrack.core.refusals import PLACE
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
    lowest, highest_now = span_of(seen, feed)
    known.highest = max(known.highest, highest_now)
    if known.ranked:
        return
    first = known.only == NOBODY
    known.only = lowest if first else known.only
    known.ranked = lowest != highest_now or rank(lowest) != rank(known.only)
    if not known.several and (known.ranked or lowest != known.only):
        known.several = True
        for name, heard_at in table.heard.items():
            table.claims[name][heard_at > -np.inf] = known.only
        table.claims[PLACE][~np.isnan(table.columns["time"])] = known.only


def without_outranked(table: Rows, rows: _Rows, seen: Observations, refused: Counter[str]) -> Observations:
    """Leave the values out of N rows that a fresh one of a higher rank stands against, beside the place."""
    voices = table.voices
    if not voices.ranked:
        return seen
    claims = voices.claims(seen)
    weak = np.flatnonzero(claims < voices.highest)  # nothing can stand against the others
    if not len(weak):
        return seen
    columns, rows, claims, heard_at = dict(seen.columns), rows[weak], claims[weak], seen.last_heard[weak]
    most = highest(claims)
    for column in ARBITRATED:
        name = column.name
        if (values := columns.get(name)) is None:
            continue
        held = table.claims[name][rows]
        out = np.flatnonzero((held > most) & column.known(values[weak]))
        if len(out):
            out = out[_fresh(table, held[out], heard_at[out] - table.heard[name][rows[out]])]
        if len(out):
            columns[name] = values = values.copy()
            values[weak[out]] = column.unknown
            refused["outranked_value"] += len(out)
            table.refusals.note(name, rows[out], claims[out], heard_at[out], "outranked")
    return replace(seen, columns=columns)


def outranked(table: Rows, rows: _Rows, claims: Claims, time: NDArray[np.float64]) -> _Mask:
    """Say which of N positions, true at `time`, a fresh one of a higher rank stands against."""
    held = table.claims[PLACE][rows]
    lower = held > highest(claims)
    lower[lower] = _fresh(table, held[lower], time[lower] - table.columns["time"][rows[lower]])
    return lower


def stronger(table: Rows, rows: _Rows, seen: Observations) -> _Mask:
    """Say which of N positions are of a higher rank than the ones that stand."""
    if not table.voices.ranked:
        return np.zeros(len(rows), bool)
    higher: _Mask = table.voices.claims(seen) > highest(table.claims[PLACE][rows])
    return higher


def _fresh(table: Rows, held: Claims, age_s: NDArray[Any]) -> _Mask:
    """Say which of K values are fresh, `age_s` seconds after they were heard; none is before that."""
    fresh: _Mask = (age_s >= 0) & (age_s <= table.voices.fresh_s[feed_of(held)])
    return fresh
