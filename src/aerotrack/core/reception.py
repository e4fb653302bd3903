"""Reception: how one round of observations goes into the rows of the aircraft it is of.

A round has no aircraft twice, so every step is a few vector operations. A value is taken unless a later one
was heard, or one of a higher rank (see arbitration.py); an unknown one never. What this costs is the number
of these operations, in small rounds, and in large ones gathering and scattering. So nothing is asked of rows
before it is known that there are any of whom to ask: what is in order, or in reach, or complete, or unchanged
is spared it.
"""

from collections import Counter
from collections.abc import Iterable
from typing import Any

import numpy as np
from numpy.typing import NDArray

from aerotrack.core import rivals
from aerotrack.core.arbitration import outranked
from aerotrack.core.columns import BY_NAME, STORED, Column, Columns, Group
from aerotrack.core.echoes import behind
from aerotrack.core.geo import far_apart_deg
from aerotrack.core.observations import Observations
from aerotrack.core.plausibility import JUMP_FT, at_once, flown_on
from aerotrack.core.refusals import PLACE, notes
from aerotrack.core.rows import FIELDS, Rows

FRESH_S = 60.0  # a value older than this is not stored with a position
REPEAT_S = 2.0  # the same place again within this time is a copy, not news
MOTION = (
    *("altitude_ft", "geo_altitude_ft", "on_ground", "ground_speed_kt", "track_deg", "vertical_rate_fpm"),
)
"""What is said with a place, and stands or falls with it."""
SPEED = ("ground_speed_kt",)

_Mask = NDArray[np.bool_]
_Rows = NDArray[np.intp]


class Reception:
    """One round on its way into `rows` (N,) of the table, at tick `tick`."""

    def __init__(self, table: Rows, rows: _Rows, seen: Observations, tick: int) -> None:
        self._table, self._rows, self._seen, self._tick = table, rows, seen, tick
        self._doubts: _Mask = table.columns["doubt"][rows] != 0
        self._fresh: set[str] = set()  # the fields that every row has just heard
        self._claims = table.voices.claims(seen)
        # When each position was true: when it was heard, unless the source says.
        told = seen.columns.get("time")
        self._time = seen.last_heard if told is None else np.where(np.isnan(told), seen.last_heard, told)

    def receive(self, feed: int, refused: Counter[str]) -> Columns | None:
        """Take the round in; return the accepted positions, if any, and count the refused ones."""
        c, rows, seen = self._table.columns, self._rows, self._seen
        self._table.echoes.awake |= feed > 0
        before = c["last_heard"][rows]
        late = (seen.last_heard < before).nonzero()[0]  # all others are newer than every field
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
        c, rows, time, echoes = self._table.columns, self._rows, self._time, self._table.echoes
        lat, lon = self._seen.columns["lat"], self._seen.columns["lon"]
        elapsed, last_lat, last_lon = time - c["time"][rows], c["lat"][rows], c["lon"][rows]
        apart = np.abs(lat - last_lat) + np.abs(lon - last_lon)
        placed: _Mask = lat == lat  # noqa: PLR0124  NaN is not itself; this takes half the time of isnan
        same: _Mask = apart == 0
        if np.count_nonzero(again := placed & (elapsed <= REPEAT_S)):
            late = again & (elapsed < 0)
            copy = again & same & ~late
            if echoes.awake:
                echoes.retold[feed] += int(np.count_nonzero((late | copy) & (c["feed"][rows] != feed)))
            self._refuse(placed, late, "out_of_order", refused)
            self._refuse(placed, copy, "duplicate", refused)
        if np.count_nonzero(same := same & placed):
            self._hear_repeats(placed, same.nonzero()[0], feed, refused)
        if echoes.awake:
            self._hear_echoes(placed, feed, refused)
        if self._table.voices.ranked:
            lower = outranked(self._table, rows, self._claims, time)
            self._refuse(placed, placed & lower, "outranked", refused)
        speed, error = self._speed(), self._seen.time_error_s
        certain = at_once(apart, elapsed, speed, error)
        far = (placed & ~certain).nonzero()[0]
        if len(far):
            way = far_apart_deg(last_lat[far], last_lon[far], lat[far], lon[far])
            certain[far] = at_once(way, elapsed[far], speed[far], error)
        doubtful = placed & (~certain | self._doubts)
        if np.count_nonzero(doubtful):
            self._judge(placed, doubtful.nonzero()[0], refused)
        if count := np.count_nonzero(placed):
            which: _Mask | slice = slice(None) if count == len(rows) else placed
            self._move(which, rows[which], apart[which], feed)
        return placed

    def _move(self, which: _Mask | slice, at: _Rows, apart: NDArray[np.float64], feed: int) -> None:
        """Put the flights `which`, in rows `at`, where they are now."""
        c, echoes = self._table.columns, self._table.echoes
        lat, lon, time = self._seen.columns["lat"][which], self._seen.columns["lon"][which], self._time[which]
        c["lat"][at], c["lon"][at], c["time"][at], c["stamp"][at] = lat, lon, time, self._tick
        _put(c["moved_at"], at, time, apart != 0)
        if self._table.voices.several:
            self._table.claims[PLACE][at] = self._claims[which]
        if echoes.awake:
            echoes.note(at, lat, lon, time)
        others = c["feed"][at] != feed
        won = others | (c["coasting"][at] != 0)
        if np.count_nonzero(won):
            self._forget_source(which, at, others)
            at = at[won]
            c["feed"][at], c["coasting"][at], c["time_error"][at] = feed, 0, self._seen.time_error_s
            c["facts_tick"][at] = self._tick

    def _forget_source(self, which: _Mask | slice, at: _Rows, others: _Mask) -> None:
        """Let flights whose place another feed told before not keep its word on how that was obtained."""
        said = self._seen.columns.get("position_source")
        untold = at[others] if said is None else at[others & (said[which] < 0)]
        self._table.columns["position_source"][untold] = BY_NAME["position_source"].unknown
        self._table.heard["position_source"][untold] = -np.inf

    def _speed(self) -> NDArray[Any]:
        """Say how fast each flight is: what it says now, or else what it said last."""
        last: NDArray[Any] = self._table.columns["ground_speed_kt"][self._rows]
        said = self._seen.columns.get("ground_speed_kt")
        return last if said is None else np.where(np.isnan(said), last, said)

    def _hear_repeats(self, placed: _Mask, same: _Rows, feed: int, refused: Counter[str]) -> None:
        """Take out of `placed` those of the places `same` as the last that are told by who has flown on."""
        table, at = self._table, self._rows[same]
        seen, elapsed = self._seen.take(same, SPEED), self._time[same] - table.columns["moved_at"][at]
        gone = np.zeros(len(placed), bool)
        gone[same] = flown_on(table, at, seen, elapsed)
        if self._refuse(placed, gone, "duplicate", refused) and table.echoes.awake:
            others = table.columns["feed"][self._rows[gone]] != feed
            table.echoes.retold[feed] += int(np.count_nonzero(others))

    def _hear_echoes(self, placed: _Mask, feed: int, refused: Counter[str]) -> None:
        """Take out of `placed` what another feed told already, or earlier than it."""
        table, rows = self._table, self._rows
        other = (placed & (table.columns["feed"][rows] != feed)).nonzero()[0]
        if not len(other):
            return
        at, time, seen = rows[other], self._time[other], self._seen.take(other, rivals.JUDGED)
        copies = table.echoes.copies(at, seen.columns["lat"], seen.columns["lon"], time)
        late = ~copies & behind(table.columns, table.heard["track_deg"][at], at, seen, time)
        table.echoes.retold[feed] += int(np.count_nonzero(copies | late))
        for reason, bad in (("duplicate", copies), ("out_of_order", late)):
            if np.count_nonzero(bad):
                gone = np.zeros(len(rows), bool)
                gone[other[bad]] = True
                self._refuse(placed, gone, reason, refused)

    def _judge(self, placed: _Mask, which: _Rows, refused: Counter[str]) -> None:
        """Take out of `placed` those positions `which` are out of reach, and what was said with them."""
        out = np.zeros(len(placed), bool)
        judged = self._seen.take(which, rivals.JUDGED)
        out[which] = rivals.refused(self._table, self._rows[which], judged, self._time[which], self._tick)
        if self._refuse(placed, out, "jump", refused):
            self._leave_out(out, MOTION)

    def _judge_heights(self, refused: Counter[str]) -> None:
        """Take out the heights that are out of reach."""
        c, rows, feet = self._table.columns, self._rows, self._seen.columns["altitude_ft"]
        near = np.abs(feet - c["altitude_ft"][rows]) <= JUMP_FT  # not the first one
        which = ((feet == feet) & ~near | self._doubts).nonzero()[0]  # noqa: PLR0124  NaN is not itself
        if not len(which):
            return
        judged = self._seen.take(which, rivals.JUDGED_HEIGHT)
        which = which[rivals.heights_refused(self._table, rows[which], judged)]
        if len(which):
            refused["altitude_jump"] += len(which)
            out = np.zeros(len(rows), bool)
            out[which] = True
            self._note("altitude_ft", out, self._seen.last_heard, "altitude_jump")
            self._leave_out(out, ("altitude_ft",))

    def _refuse(self, placed: _Mask, bad: _Mask, reason: str, refused: Counter[str]) -> int:
        """Take bad ones out of `placed`, count and note them."""
        if count := int(np.count_nonzero(bad)):
            refused[reason] += count
            placed &= ~bad
            self._note(PLACE, bad, self._time, reason)
        return count

    def _note(self, name: str, bad: _Mask, at: NDArray[np.float64], reason: str) -> None:
        self._table.refusals.note(name, self._rows[bad], notes(self._claims[bad], at[bad], reason))

    def _leave_out(self, rows: _Mask, names: Iterable[str]) -> None:
        """Make some values unknown in these rows."""
        columns = dict(self._seen.columns)
        for name in names:
            if name in columns:
                columns[name] = values = columns[name].copy()
                values[rows] = BY_NAME[name].unknown
        self._seen = self._seen.telling(columns)

    def _take_fields(self, late: _Rows, placed: _Mask, *, all_moved: bool) -> None:
        table, seen, heard_at = self._table, self._seen, self._seen.last_heard
        for column in FIELDS:
            values = seen.columns.get(column.name)
            if values is None:
                continue
            heard, news = table.heard[column.name], column.known(values)
            if column.name == "position_source":
                news &= placed  # it is the place's
            if len(late):
                news[late] &= heard_at[late] >= heard[self._rows[late]]
            count = np.count_nonzero(news)
            if not count:
                continue
            which: _Rows | slice = slice(None)
            if count == len(news):
                self._fresh.add(column.name)
            else:
                which = news.nonzero()[0]
            at = self._rows[which]
            heard[at] = heard_at[which]
            if table.voices.several:
                table.claims[column.name][at] = self._claims[which]
            if all_moved and column.group is not Group.FACTS:
                table.columns[column.name][at] = values[which]  # these are marked: no need to compare
            else:
                self._change(column, at, values[which], heard_at[which])

    def _change(self, column: Column, at: _Rows, values: NDArray[Any], heard_at: NDArray[np.float64]) -> None:
        """Write the values of a column into rows `at`, and mark those where these are others than before."""
        c = self._table.columns
        changed = column.differ(c[column.name][at], values)
        count = np.count_nonzero(changed)
        if not count:
            return
        if count < len(at):
            at, values, heard_at = at[changed], values[changed], heard_at[changed]
        c[column.name][at], c["stamp"][at] = values, self._tick
        if column.group is Group.FACTS:
            c["facts_tick"][at] = self._tick
        if column.name == "on_ground":
            c["ground_since"][at] = np.where(values == 1, heard_at, np.nan)

    def _accepted(self, placed: _Mask, feed: int) -> Columns:
        """Return the accepted positions, each with the fresh values of the other stored columns."""
        c, seen, at = self._table.columns, self._seen, self._rows[placed]
        which: _Mask | slice = slice(None) if len(at) == len(placed) else placed
        heard_at = seen.last_heard[which]
        kept: dict[str, NDArray[Any]] = {
            "address": seen.address[which],
            "start": c["start"][at],
            "time": self._time[which],
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


def _put(into: NDArray[Any], rows: _Rows, values: NDArray[Any], where: _Mask) -> None:
    """Scatter those of `values` that `where` chooses."""
    count = np.count_nonzero(where)
    if count == len(rows):
        into[rows] = values
    elif count:
        into[rows[where]] = values[where]
