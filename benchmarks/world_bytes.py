"""The claim: a map of the whole world costs 9 kB a second, a 55th of what sending every change does.

23,158 simulated flights (the most ever published at once) at 0.7 and at 1 position a second, 10 minutes after
a warm-up of 15, in stream time that runs as fast as it can: bytes are counted here, not time. One binary
client of the world in each class of precision, through the real table and broadcaster. A digest comes with
every tick to prove the picture; a tenth of them is counted, as many as there are in life. Beside them, for
the same sky:

- every change: the client at precision 0;
- readsb and tar1090: the file of 592 KB, read every 4 to 7 seconds, that they showed at this many aircraft;
- tangram: 282 bytes of JSON for every aircraft every second.

The pictures with which a client begins are not counted but told beside. What the bytes of the coarsest class
are is taken apart: which columns changed in the facts that were sent again.

    ./aerotrack bench world_bytes        5 minutes;  MINUTES=1 for a look
"""

import asyncio
import os
import time
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field

import numpy as np
import orjson
from airshow.replica import HEAD, Replica
from airshow.shelf import Shelf, head_size, telling

from aerotrack.core.belief import believe
from aerotrack.core.changes import Changes
from aerotrack.core.flights import FlightTable
from aerotrack.core.precision import BOUNDS
from aerotrack.core.wire import FACTS, MOTION, handles_of
from aerotrack.sources.simulator import Simulation, Transponders
from aerotrack.web.broadcaster import Broadcaster
from aerotrack.web.framing import TEXT
from aerotrack.web.viewer import Viewer
from aerotrack.web.watch import Watch

FLIGHTS, STEP_S = 23_158, 0.1
RATES = 0.7, 1.0
MINUTES = float(os.environ.get("MINUTES", "10"))
WARM_UP = 1.5 * MINUTES
BEGIN = 1_795_348_800.0
DIGEST_TICKS = 10
ASKED_BYTES, ASKED_RATIO = 9000, 55
READSB_BYTES, READSB_S = 592_000, (4, 7)
TANGRAM_BYTES = 282


@dataclass
class Ledger:
    """What a client is sent, taken to pieces: the bytes of each kind, and what they were for."""

    shelf: Shelf = field(default_factory=Shelf)
    octets: Counter[str] = field(default_factory=Counter)
    rows: Counter[str] = field(default_factory=Counter)
    reasons: Counter[str] = field(default_factory=Counter)
    replica: Replica = field(default_factory=Replica)
    digests_wrong: int = 0

    def note(self) -> None:
        """Note what was sent since this was called last."""
        for frame in self.shelf.frames():
            payload = frame[head_size(frame[1]) :]
            if frame[0] == TEXT:
                self._note_text(frame, payload)
            else:
                self._note_changes(frame, payload)

    def _note_text(self, frame: bytes, payload: bytes) -> None:
        message = orjson.loads(payload)
        self.octets[message["type"]] += len(frame)
        self.rows[message["type"]] += 1
        if message["type"] == "digest":
            self.octets["digest"] -= round(len(frame) * (1 - 1 / DIGEST_TICKS))
            self.digests_wrong += (message["flights"], message["hash"]) != self.replica.digest()

    def _note_changes(self, frame: bytes, payload: bytes) -> None:
        _, _, _, _, _, gone, facts, motion, _ = HEAD.unpack_from(payload)
        sizes = {"gone": 4 * gone, "facts": FACTS.size * facts, "motion": MOTION.size * motion}
        self.octets.update(sizes)
        self.octets["heads"] += len(frame) - sum(sizes.values())
        self.rows.update({"gone": gone, "facts": facts, "motion": motion})
        begin = HEAD.size + sizes["gone"]
        told = np.frombuffer(payload[begin : begin + sizes["facts"]], np.uint8).reshape(facts, FACTS.size)
        self._note_reasons(told)
        self.replica.take(payload)

    def _note_reasons(self, told: np.ndarray) -> None:
        """Count which columns of facts differ from those that were held: a row may have several."""
        held, before = self.replica.held(handles_of(told))
        self.reasons["(new flight)"] += int(np.count_nonzero(~held))
        still = held.copy()
        for name in (*_FACTS, "feed"):
            field = FACTS.fields[name]
            part = slice(field.offset, field.offset + field.width)
            differs = held & (told[:, part] != before[:, part]).any(axis=1)
            self.reasons[name] += int(np.count_nonzero(differs))
            still &= ~differs
        self.reasons["(none)"] += int(np.count_nonzero(still))

    def clear(self) -> None:
        """Count from here on."""
        for counted in (self.octets, self.rows, self.reasons):
            counted.clear()


_FACTS = [name for name in FACTS.fields if name not in ("handle", "last_heard", "feed", "spare")]


def skies(rate: float, ticks: int) -> Iterator[Changes]:
    """Let the simulated world report, and close a tick every second of its time."""
    transponders = Transponders(Simulation(flights=FLIGHTS, seed=1), rate=rate)
    table = FlightTable()
    table.apply(believe(transponders.latest(BEGIN), BEGIN))
    made = transponders.due(BEGIN)
    for tick in range(ticks):
        for step in range(round(1 / STEP_S)):
            now = BEGIN + tick + (step + 1) * STEP_S
            due = transponders.due(now)
            table.apply(believe(transponders.reports(made, due), now))
            made = due
        table.expire(now)
        yield table.take(now)


async def count(rate: float) -> tuple[list[Ledger], list[int], int]:
    """Return what each class was sent, its first picture, and the flights that live at the end."""
    broadcaster = Broadcaster(digest_s=0.0)
    ledgers = [Ledger() for _ in BOUNDS]
    for number, ledger in enumerate(ledgers):
        viewer = Viewer(ledger.shelf, binary=True)
        viewer.ask(Watch(precision=number), anew=True)
        broadcaster.enter(viewer)
    first: list[int] = []
    warm_up, measured = round(60 * WARM_UP), round(60 * MINUTES)
    async with telling(broadcaster) as tell:
        for number, changes in enumerate(skies(rate, 1 + warm_up + measured)):
            if number == 1 + warm_up:
                for ledger in ledgers:
                    ledger.clear()
            await tell(changes)
            for ledger in ledgers:
                ledger.note()
            first = first or [sum(ledger.octets.values()) for ledger in ledgers]
    return ledgers, first, len(broadcaster.latest)


def measure(rate: float) -> None:
    """Print bytes a second of each class, beside the others', and what the coarsest is made of."""
    began = time.monotonic()
    ledgers, first, live = asyncio.run(count(rate))
    seconds = round(60 * MINUTES)
    rates = [sum(ledger.octets.values()) / seconds for ledger in ledgers]
    print(f"{live} flights at {rate}/s; {WARM_UP:g} minutes of warm-up, {MINUTES:g} measured")
    for bound, ledger, each, picture in zip(BOUNDS, ledgers, rates, first, strict=True):
        rows = {name: ledger.rows[name] / seconds for name in ("motion", "facts", "gone", "event")}
        print(
            f"  precision_m {bound.metres:<5g} {each / 1000:7.1f} kB/s, {rates[0] / each:6.1f} times less"
            f" than every change; a second {rows['motion']:8.1f} motion, {rows['facts']:5.1f} facts,"
            f" {rows['gone']:4.1f} gone, {rows['event']:4.1f} events; picture {picture / 1e6:.2f} MB;"
            f" {ledger.digests_wrong} digests wrong, {ledger.replica.strays} strays"
        )
    own, coarse = rates[-1], ledgers[-1]
    slow, fast = (READSB_BYTES / period for period in reversed(READSB_S))
    tangram = TANGRAM_BYTES * live
    parts = ", ".join(f"{name} {octets / seconds:,.0f}" for name, octets in coarse.octets.most_common())
    reasons = ", ".join(f"{name} {rows / seconds:.2f}" for name, rows in coarse.reasons.most_common() if rows)
    quiet, quiet_all = (
        (sum(ledger.octets.values()) - ledger.octets["event"]) / seconds for ledger in (coarse, ledgers[0])
    )
    print(
        f"  control: readsb      {slow / 1000:.0f} to {fast / 1000:.0f} kB/s,"
        f" {slow / own:.1f} to {fast / own:.1f} times ours\n"
        f"  control: tangram     {tangram / 1000:,.0f} kB/s, {tangram / own:,.0f} times ours\n"
        f"  {BOUNDS[-1].metres} m, bytes a second: {parts}; without events {quiet / 1000:.1f} kB/s,"
        f" {quiet_all / quiet:.1f} times less than every change\n"
        f"  {BOUNDS[-1].metres} m, rows of facts a second by what changed: {reasons}\n"
        f"  asked: at most {ASKED_BYTES / 1000:g} kB/s, {ASKED_RATIO} times less;"
        f" measured {own / 1000:.1f}, {rates[0] / own:.1f}\n"
        f"  took {time.monotonic() - began:.0f} s",
        flush=True,
    )


if __name__ == "__main__":
    for rate in RATES:
        measure(rate)
