"""The claim: a flight that moved is packed in 0.1 us and written as JSON in 2, once for all clients.

23,158 simulated flights (the most ever published) that all report in each tick, in CPU time, best of several
runs:

- `take`: the tick goes into the latest rows, and from there into each class of precision;
- `cut`: where a view's rows are, for one of a thousand maps;
- `packed`, `JSON`: what is made once and shared: motion and facts of every flight;
- `lay out`: one `changes` of the world, in parts of 256 KiB, for all who watch and hold the same.

The control is `orjson` over ready-made dicts of the same values: what one writes first, with the dicts free.

    ./aerotrack bench stream        30 seconds
"""

import time
from collections.abc import Callable, Sequence
from dataclasses import replace
from functools import partial
from typing import Any

import numpy as np
import orjson
from airshow.traffic import Traffic, viewports

from aerotrack.core.changes import Changes
from aerotrack.core.precision import BOUNDS
from aerotrack.core.tiles import WORLD, View
from aerotrack.web import frames
from aerotrack.web.delta import Delta
from aerotrack.web.latest import LatestRows
from aerotrack.web.published import PublishedRows
from aerotrack.web.told import PackedDelta, WrittenDelta

FLIGHTS, RUNS, BEGIN = 23_158, 5, 1_795_348_800.0

Work = Callable[[], Any]


class Sky:
    """Rows and classes, and ticks for them. What begins with `to_` prepares, and returns what is measured."""

    def __init__(self) -> None:
        self.latest = LatestRows()
        self.classes = [PublishedRows(self.latest, bound) for bound in BOUNDS]
        self._traffic = Traffic(FLIGHTS)
        self.take(self.next())

    def next(self, *, facts: bool = False) -> Changes:
        """Make a tick, in which all facts count as changed if `facts`."""
        changes = self._traffic.tick(BEGIN + self._traffic.table.tick)
        if not facts:
            return changes
        ticks = np.full(len(changes.updated["row"]), changes.tick)
        return replace(changes, updated={**changes.updated, "facts_tick": ticks})

    def take(self, changes: Changes) -> None:
        """Do what the broadcaster does with it."""
        turn = self.latest.apply(changes)
        for published in self.classes:
            published.publish(turn)

    def delta(self, *, facts: bool = False) -> Delta:
        """Take a tick, and return what it changed at precision 0."""
        self.take(self.next(facts=facts))
        return Delta(self.classes[0], self.latest.tick - 1)

    def to_take(self) -> Work:
        """Take a tick into all classes."""
        changes = self.next()
        return lambda: self.take(changes)

    def to_apply(self) -> Work:
        """Take it into the latest rows."""
        self.take(self.next())
        changes = self.next()
        return lambda: self.latest.apply(changes)

    def to_publish(self, number: int) -> Work:
        """Take it into one class."""
        turn = self.latest.apply(self.next())
        for published in self.classes[:number] + self.classes[number + 1 :]:
            published.publish(turn)
        return lambda: self.classes[number].publish(turn)

    def to_cut(self, views: Sequence[View]) -> Work:
        """Cut views."""
        delta = self.delta()
        levels = [[view for view in views if view.level == level] for level in {view.level for view in views}]
        return lambda: [delta.cut(alike) for alike in levels]

    def to_pack(self, *, facts: bool) -> Work:
        """Pack what is told to the world."""
        delta = self.delta(facts=facts)
        return lambda: [*PackedDelta(delta).told_each(delta.cut([WORLD]))]

    def to_write(self, *, facts: bool) -> Work:
        """Write it as JSON."""
        delta = WrittenDelta(self.delta(facts=facts))
        return lambda: delta.write([0], FLIGHTS)

    def to_lay_out(self, *, binary: bool) -> Work:
        """Lay out one message."""
        delta = self.delta()
        (world,) = delta.cut([WORLD])
        head = frames.Head(1, delta.published.tick, BEGIN, "world")
        if binary:
            told = PackedDelta(delta).told(world)
            return lambda: b"".join(frames.binary_changes(head, told))
        told = _texts(delta).told(world)
        return lambda: b"".join(frames.json_changes(head, told))

    def to_dump(self) -> Work:
        """Write ready dicts: the control."""
        delta = self.delta(facts=True)
        (world,) = delta.cut([WORLD])
        flights = [orjson.loads(text) for text in _texts(delta).told(world).texts]
        return lambda: [orjson.dumps(flight) for flight in flights]


def _texts(delta: Delta) -> WrittenDelta:
    written = WrittenDelta(delta)
    written.write([0], FLIGHTS)
    return written


def best(prepare: Callable[[], Work]) -> float:
    """Return the least CPU seconds of what `prepare` returns, prepared for each run."""
    spent = []
    for _ in range(RUNS):
        measured = prepare()
        began = time.process_time()
        measured()
        spent.append(time.process_time() - began)
    return min(spent)


def main() -> None:
    """Measure, and print a line for each figure."""
    sky, views = Sky(), [View.of(*viewport.box) for viewport in viewports(1000)]
    figures: tuple[tuple[str, Callable[[], Work]], ...] = (
        ("take, 4 classes", sky.to_take),
        ("  latest rows", sky.to_apply),
        *((f"  class of {bound.metres} m", partial(sky.to_publish, n)) for n, bound in enumerate(BOUNDS)),
        ("packed: moved", partial(sky.to_pack, facts=False)),
        ("packed: facts too", partial(sky.to_pack, facts=True)),
        ("lay out, binary", partial(sky.to_lay_out, binary=True)),
        ("JSON: moved", partial(sky.to_write, facts=False)),
        ("JSON: whole", partial(sky.to_write, facts=True)),
        ("lay out, JSON", partial(sky.to_lay_out, binary=False)),
        ("control: orjson of ready dicts", sky.to_dump),
    )
    for name, prepare in figures:
        seconds = best(prepare)
        print(f"{name:32} {seconds * 1e3:7.2f} ms  {seconds / FLIGHTS * 1e6:5.2f} us a flight")
    seconds = best(partial(sky.to_cut, views))
    print(f"{'cut, 1,000 maps':32} {seconds * 1e3:7.2f} ms  {seconds / len(views) * 1e6:5.2f} us a map")


if __name__ == "__main__":
    main()
