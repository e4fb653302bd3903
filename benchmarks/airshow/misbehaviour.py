"""Visitors who misbehave: all that a client may do to a server, at random."""

import os
import random
import time
from collections import Counter
from collections.abc import Callable
from typing import Any

import orjson

from airshow.crowd import Crowd
from airshow.spectator import Spectator
from airshow.traffic import viewports

TEXT, BINARY = 1, 2
FILTERS: tuple[dict[str, Any] | None, ...] = (
    None, {"min_altitude_ft": 20_000}, {"max_altitude_ft": 5_000}, {"callsign": "DLH,AFR"},
    {"emergency": "any"}, {"type_code": "A320"},
)  # fmt: skip
GARBAGE: tuple[tuple[int, bytes], ...] = (
    (TEXT, b"{"),
    (TEXT, b'{"type":"nonsense"}'),
    (TEXT, b'{"type":"subscribe","bbox":[NaN,0,1,1]}'),
    (TEXT, b'{"type":"subscribe","bbox":[5,55,16,45]}'),
    (TEXT, b'{"type":"subscribe","precision_m":-1}'),
    (TEXT, b'{"type":"subscribe","flights":["nobody"]}'),
    (TEXT, b'{"type":"subscribe","at":"2024-11-22T09:00:00Z"}'),
    (TEXT, b"[" * 15_000),
    (TEXT, b" " * 17_000),
    (TEXT, b" " * 70_000),  # closes with 1009
    (TEXT, b"\xff\xfe"),  # closes with 1007
    (BINARY, b"\1\2\3"),
    (TEXT | 0x40, b"{}"),  # "compressed", which was not negotiated: closes with 1002
    (3, b"?"),  # an opcode that is none: closes with 1002
)
Deed = Callable[[], None]
_MAPS = viewports(500)


class Visitor:
    """One client, and what it has done."""

    def __init__(self, spectator: Spectator, crowd: Crowd) -> None:
        self.spectator = spectator
        self.acts: Counter[str] = Counter()
        self.returned = self.resumed = 0
        self.converged = False
        self._crowd = crowd
        self._deaf = False
        self._back_at = 0.0
        self._fresh = 0
        self._returning = False
        self._parts = 0
        self._next_at = time.monotonic() + random.uniform(0.0, 20.0)
        self._repertoire: list[tuple[Deed, int]] = [
            (self._pan, 25), (self._watch_the_world, 2), (self._focus, 15), (self._filter, 10),
            (self._list, 10), (self._pause, 12), (self._leave, 12), (self._talk_garbage, 12),
            (self._flood, 2),
        ]  # fmt: skip

    def act(self) -> None:
        """Do something, if it is time to."""
        self.come_back()
        now = time.monotonic()
        if now < self._next_at or not (self.spectator.open and self.spectator.greeted):
            return
        self._next_at = now + random.uniform(5.0, 20.0)
        if self._deaf:
            self._listen()
            return
        (deed,) = random.choices([d for d, _ in self._repertoire], [weight for _, weight in self._repertoire])
        self.acts[deed.__name__.strip("_").replace("_", " ")] += 1
        try:
            deed()
        except OSError:  # its own buffer is full, or it was cut this moment
            self._go()

    def come_back(self) -> None:
        """Connect again, if it is time to, and see whether the picture went on."""
        spectator = self.spectator
        if not spectator.open and time.monotonic() >= self._back_at:
            self._returning, self._fresh = True, spectator.fresh
            self.returned += 1
            self._parts = spectator.parts
            self._crowd.enter(spectator)
        elif self._returning and spectator.greeted and spectator.parts > self._parts:
            self._returning = False
            self.resumed += spectator.fresh == self._fresh

    def was_cut(self) -> None:
        """Note that the server, or the machine, has cut it."""
        self._deaf = False
        self._back_at = time.monotonic() + random.uniform(0.0, 5.0)

    def calm(self) -> int:
        """Behave from now on; return how many digests were right."""
        if self._deaf and self.spectator.open:
            self._listen()
        self._back_at = 0.0
        return self.spectator.right

    def _listen(self) -> None:
        self._crowd.listen(self.spectator)
        self._deaf = False

    def _go(self) -> None:
        self._crowd.leave(self.spectator)
        self.was_cut()

    def _pan(self) -> None:
        self.spectator.subscribe(bbox=random.choice(_MAPS).box)

    def _watch_the_world(self) -> None:
        self.spectator.subscribe(bbox=None)

    def _focus(self) -> None:
        self.spectator.subscribe(precision_m=random.choice((0, 76, 611, 4892, None)))

    def _filter(self) -> None:
        self.spectator.subscribe(filter=random.choice(FILTERS))

    def _list(self) -> None:
        assert self.spectator.replica is not None
        listed = self.spectator.replica.flights(random.choice((1, 10, 99)))
        self.spectator.subscribe(flights=random.choice((None, [*listed, "4ca2d6-6740a31c"])))

    def _pause(self) -> None:
        self._crowd.deafen(self.spectator)
        self._deaf = True
        self._next_at = time.monotonic() + random.choice((2.0, 5.0, 10.0, 30.0, 100.0))

    def _leave(self) -> None:
        self._go()
        self._back_at = time.monotonic() + random.choice((0.0, 1.0, 5.0, 60.0))

    def _talk_garbage(self) -> None:
        self.spectator.say(*random.choice((*GARBAGE, (TEXT, os.urandom(random.randrange(1, 1000))))))

    def _flood(self) -> None:
        asked = orjson.dumps({"type": "subscribe", "bbox": random.choice(_MAPS).box})
        for _ in range(300):
            self.spectator.say(TEXT, asked)
