"""Reception: how one round of observations goes into the rows of the aircraft it is of.

A round has no aircraft twice, so every step is a few vector operations. A value is taken unless a later one
was heard, or one of a higher rank (see arbitration.py); an unknown one never. Gathering and scattering are
what this costs, so what is known to be in order, or complete, or unchanged is spared them.
"""

from collections import Counter
from collections.abc import Iterable
from dataclasses import replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from aerotrack.core import rivals
from aerotrack.core.arbitration import outranked
from aerotrack.core.columns import BY_NAME, STORED, Columns, Group
from aerotrack.core.echoes import behind
from aerotrack.core.observations import Observations
from aerotrack.core.plausibility import JUMP_FT, at_once
from aerotrack.core.refusals import PLACE
from aerotrack.core.rows import FIELDS, Rows

FRESH_S = 60.0  # a value older than this is not stored with a position
REPEAT_S = 2.0  # the same place again within this time is a copy, not news
MOTION = (
    *("altitude_ft", "geo_altitude_ft", "on_ground", "ground_speed_kt", "track_deg", "vertical_rate_fpm"),
)
"""What is said with a place, and stands or falls with it."""

_Mask = NDArray[np.bool_]


class Reception:
    """One round on its way into `rows` (N,) of the table, at tick `tick`."""

    def __init__(self, table: Rows, rows: NDArray[np.intp], seen: Observations, tick: int) -> None:
        self._table, self._rows, self._seen, self._tick = table, rows, seen, tick
        self._doubts: _Mask = table.columns["doubt"][rows] != 0
        self._fresh: set[str] = set()  # the fields that every row has just heard
        self._claims = table.voices.claims(seen)

    def receive(self, feed: int, refused: Counter[str]) -> Columns | None:
        """Take the round in; return the accepted positions, if any, and count the refused ones."""
        c, rows, seen = self._table.columns, self._rows, self._seen
        self._table.echoes.awake |= feed > 0
        before = c["last_heard"][rows]
        late = np.flatnonzero(seen.last_heard < before)  # all others are newer than every field
        placed = self._place(feed, refused) if "lat" in seen.columns else np.zeros(len(rows), bool)
        count = np.count_nonzero(placed)
        if "altitude_ft" in self._seen.columns:
            self._judge_heights(refused)
        self._take_fields(late, placed, all_moved=count == len(rows))
        c["last_heard"][rows] = np.fmax(before, seen.last_heard)
        if seen.interval:
            c["lifetime"][rows] = np.maximum(c["lifetime"][rows], 3 * seen.interval)
        return self._accepted(placed, feed) if count else None

    def _place(self, feed: int, refused: Counter[str]) -> _Mask:
        """Move the flights whose new place is news; return which these are."""
        c, rows = self._table.columns, self._rows
        lat, lon, time = self._seen.columns["lat"], self._seen.columns["lon"], self._time()
        elapsed = time - c["time"][rows]
        apart = np.abs(lat - c["lat"][rows]) + np.abs(lon - c["lon"][rows])
        placed: _Mask = lat == lat  # noqa: PLR0124  NaN is not itself; this takes half the time of isnan
        late, again = placed & (elapsed < 0), placed & (elapsed <= REPEAT_S)
        if np.count_nonzero(again):
            copy = again & ~late & (apart == 0)
            if self._table.echoes.awake:
                retold = (late | copy) & placed & (c["feed"][rows] != feed)
                self._table.echoes.retold[feed] += int(np.count_nonzero(retold))
            self._refuse(placed, late, "out_of_order", refused)
            self._refuse(placed, copy, "duplicate", refused)
        self._hear_echoes(placed, feed, refused)
        if self._table.voices.ranked:
            self._refuse(
                placed, placed & outranked(self._table, rows, self._claims, time), "outranked", refused
            )
        certain = at_once(apart, elapsed, self._speed(), self._seen.time_error_s)
        doubtful = placed & (~certain | self._doubts)
        if np.count_nonzero(doubtful):
            self._judge(placed, np.flatnonzero(doubtful), refused)
        for name, values in (("lat", lat), ("lon", lon), ("time", time)):
            _put(c[name], rows, values, placed)
        _put(c["moved_at"], rows, time, placed & (apart != 0))
        if self._table.voices.several:
            _put(self._table.claims[PLACE], rows, self._claims, placed)
        self._mark(placed, facts=False)
        if self._table.echoes.awake:
            self._table.echoes.note(rows[placed], lat[placed], lon[placed], time[placed])
        won = placed & ((c["feed"][rows] != feed) | (c["coasting"][rows] != 0))
        if np.count_nonzero(won):
            c["feed"][rows[won]], c["coasting"][rows[won]] = feed, 0
            c["time_error"][rows[won]] = self._seen.time_error_s
            self._mark(won, facts=True)
        return placed

    def _speed(self) -> NDArray[Any]:
        """Say how fast each flight is: what it says now, or else what it said last."""
        known, said = (
            self._table.columns["ground_speed_kt"][self._rows],
            self._seen.columns.get("ground_speed_kt"),
        )
        return known if said is None else np.where(np.isnan(said), known, said)

    def _hear_echoes(self, placed: _Mask, feed: int, refused: Counter[str]) -> None:
        """Take out of `placed` what another feed told already, or earlier than it."""
        table, rows, seen = self._table, self._rows, self._seen
        if not table.echoes.awake:
            return
        other = np.flatnonzero(placed & (table.columns["feed"][rows] != feed))
        if not len(other):
            return
        at, time = rows[other], self._time()[other]
        heard = seen.take(other)
        copies = table.echoes.copies(at, heard.columns["lat"], heard.columns["lon"], time)
        late = ~copies & behind(table.columns, table.heard["track_deg"][at], at, heard, time)
        table.echoes.retold[feed] += int(np.count_nonzero(copies | late))
        for reason, bad in (("duplicate", copies), ("out_of_order", late)):
            gone = np.zeros(len(rows), bool)
            gone[other[bad]] = True
            self._refuse(placed, gone, reason, refused)

    def _judge(self, placed: _Mask, which: NDArray[np.intp], refused: Counter[str]) -> None:
        """Take out of `placed` those positions `which` are out of reach, and what was said with them."""
        seen = self._seen
        out = np.zeros(len(placed), bool)
        out[which] = rivals.refused(
            self._table, self._rows[which], seen.take(which), self._time()[which], self._tick
        )
        if self._refuse(placed, out, "jump", refused):
            self._leave_out(out, MOTION)

    def _judge_heights(self, refused: Counter[str]) -> None:
        """Take out the heights that are out of reach."""
        c, rows, feet = self._table.columns, self._rows, self._seen.columns["altitude_ft"]
        far = np.abs(feet - c["altitude_ft"][rows]) > JUMP_FT
        which = np.flatnonzero(far | self._doubts)
        if not len(which):
            return
        out = np.zeros(len(rows), bool)
        out[which] = rivals.heights_refused(self._table, rows[which], self._seen.take(which))
        if count := np.count_nonzero(out):
            refused["altitude_jump"] += int(count)
            self._note("altitude_ft", out, self._seen.last_heard, "altitude_jump")
            self._leave_out(out, ("altitude_ft",))

    def _refuse(self, placed: _Mask, bad: _Mask, reason: str, refused: Counter[str]) -> int:
        """Take bad ones out of `placed`, count and note them."""
        if count := int(np.count_nonzero(bad)):
            refused[reason] += count
            placed &= ~bad
            self._note(PLACE, bad, self._time(), reason)
        return count

    def _note(self, name: str, bad: _Mask, at: NDArray[np.float64], reason: str) -> None:
        self._table.refusals.note(name, self._rows[bad], self._claims[bad], at[bad], reason)

    def _leave_out(self, rows: _Mask, names: Iterable[str]) -> None:
        """Make some values unknown in these rows."""
        columns = dict(self._seen.columns)
        for name in names:
            if name in columns:
                columns[name] = np.where(rows, BY_NAME[name].unknown, columns[name]).astype(
                    columns[name].dtype
                )
        self._seen = replace(self._seen, columns=columns)

    def _time(self) -> NDArray[np.float64]:
        """Say when each position was true: when it was heard, unless the source says."""
        heard_at, time = self._seen.last_heard, self._seen.columns.get("time")
        return heard_at if time is None else np.where(np.isnan(time), heard_at, time)

    def _take_fields(self, late: NDArray[np.intp], placed: _Mask, *, all_moved: bool) -> None:
        c, rows, heard_at = self._table.columns, self._rows, self._seen.last_heard
        for column in FIELDS:
            values = self._seen.columns.get(column.name)
            if values is None:
                continue
            into, heard = c[column.name], self._table.heard[column.name]
            news = column.known(values)
            if column.name == "position_source":
                news &= placed  # it is the place's
            if len(late):
                news[late] &= heard_at[late] >= heard[rows[late]]
            if _put(heard, rows, heard_at, news) == len(rows):
                self._fresh.add(column.name)
            if self._table.voices.several:
                _put(self._table.claims[column.name], rows, self._claims, news)
            facts = column.group is Group.FACTS
            if all_moved and not facts:
                _put(into, rows, values, news)  # these rows are marked already: no need to compare
                continue
            changed = news & column.differ(into[rows], values)
            if _put(into, rows, values, changed):
                self._mark(changed, facts=facts)
                if column.name == "on_ground":
                    since = np.where(values == 1, heard_at, np.nan)
                    _put(c["ground_since"], rows, since, changed)

    def _mark(self, changed: _Mask, *, facts: bool) -> None:
        c = self._table.columns
        _put(c["stamp"], self._rows, self._tick, changed)
        if facts:
            _put(c["facts_tick"], self._rows, self._tick, changed)

    def _accepted(self, placed: _Mask, feed: int) -> Columns:
        """Return the accepted positions, each with the fresh values of the other stored columns."""
        c, seen, at = self._table.columns, self._seen, self._rows[placed]
        which: _Mask | slice = slice(None) if len(at) == len(placed) else placed
        heard_at = seen.last_heard[which]
        kept: dict[str, NDArray[Any]] = {
            "address": seen.address[which],
            "start": c["start"][at],
            "time": self._time()[which],
            "stamp": np.zeros(len(at), np.int64) if seen.stamps is None else seen.stamps[which],
            "lat": seen.columns["lat"][which],
            "lon": seen.columns["lon"][which],
            "feed": np.full(len(at), feed, c["feed"].dtype),
        }
        for column in STORED:
            name = column.name
            if name in self._fresh:
                kept[name] = seen.columns[name][which]
            elif name not in kept:
                kept[name] = values = c[name][at]
                old = heard_at - self._table.heard[name][at] > FRESH_S
                values[old] = column.unknown
        return kept


def _put(into: NDArray[Any], rows: NDArray[np.intp], values: NDArray[Any] | int, where: _Mask) -> int:
    """Scatter those of `values` that `where` chooses; return how many these are."""
    count = int(np.count_nonzero(where))
    if count == len(rows):
        into[rows] = values
    elif count:
        into[rows[where]] = values if isinstance(values, int) else values[where]
    return count
