"""The claim: from the first byte of a frame on the socket to the changed row, p99 <= 20 ms beside the tick.

75,000 Mode S frames a second of 10,000 aircraft, as a busy aggregator passes them on: Beast over TCP, a write
each 5 ms. The receiver is the real one: the source `beast://` with its decoder, the pipeline, its table with
airports, a tick a second, and the broadcaster, from which 10 clients watch a map each. There is no recorder:
recorder.py has what a tick costs it. Timed is every frame, from before another process writes it until the
table has applied it; of 1 in 100 the row is read, which must hold the altitude that the frame told.

The control, in turns with it, in the same process: asyncio's stream reader, which gets the same bytes and
only looks at the clock. p99 and the median of it all are medians over the turns; `in a tick` are the frames
that waited for a part of one.

    ./aerotrack bench feed_latency     2 minutes;  python benchmarks/feed_latency.py --seconds 5 --turns 2
"""

import argparse
import socket
import statistics
import time
from contextlib import ExitStack
from typing import NamedTuple

import numpy as np
from airshow.crowd import Crowd
from airshow.spectator import Spectator
from airshow.stage import Stage
from airshow.station import Notes, Station
from airshow.traffic import viewports
from airshow.transmissions import Transmissions
from numpy.typing import NDArray

RATE, FLIGHTS, CLIENTS, EVERY_MS = 75_000, 10_000, 10, 5.0
ASKED_MS = 20.0
WARM_UP_S = 3.0
MOST_LOOKED_AT = 1_000_000
LULL_S = 1.5  # from the end of a turn to the beginning of the next, in which what is late can come

Floats = NDArray[np.float64]


class Turn(NamedTuple):
    """The writes of a turn."""

    seconds: float  # after the beginning of the first
    chunks: list[bytes]


class Asked(argparse.Namespace):
    """The options."""

    rate: int
    every: float
    flights: int
    seconds: float
    turns: int

    @property
    def frames(self) -> int:
        """Return how many frames a write has."""
        return max(1, round(self.rate * self.every / 1000))

    @property
    def pace(self) -> float:
        """Return the seconds from write to write that make the rate."""
        return self.frames / self.rate


def composed(asked: Asked) -> list[Turn]:
    """Write all turns ahead: a short one in which everybody gets a row, and those that count."""
    sky, turns, number, seconds = Transmissions(asked.flights), [], 0, 0.0
    for lasts in (WARM_UP_S, *[asked.seconds] * asked.turns):
        chunks: list[bytes] = []
        for _ in range(round(lasts / asked.pace)):
            numbers = number + np.arange(asked.frames)
            heard = seconds + len(chunks) * asked.pace + np.arange(asked.frames) / asked.rate
            chunks.append(sky.stream(numbers, heard))
            number += asked.frames
        turns.append(Turn(seconds, chunks))
        seconds += 2 * (lasts + LULL_S)
    return turns


def written(chunks: list[bytes], begin: float, pace: float, sock: socket.socket, crowd: Crowd) -> Floats:
    """Write at a pace from `begin` on while the crowd watches; return when each write began."""
    times = np.empty(len(chunks))
    for number, chunk in enumerate(chunks):
        due = begin + number * pace
        while (left := due - time.monotonic()) > 0:
            crowd.watch(left)
        times[number] = time.monotonic()
        sock.sendall(chunk)
    return times


def delays(times: Floats, ends: NDArray[np.int64], notes: Notes) -> tuple[Floats, NDArray[np.bool_]]:
    """Return the delays (ms) of all that was to come, or of some, and whether a part of a tick is in each.

    `times` are those of the writes, `ends` what had been written by the end of each.
    """
    came, counts = (np.array(column) for column in zip(*notes.batches, strict=True))
    numbers = np.linspace(0, ends[-1] - 1, min(int(ends[-1]), MOST_LOOKED_AT), dtype=np.int64)
    sent = times[np.searchsorted(ends, numbers, "right")]
    applied = came[np.searchsorted(counts, numbers, "right")]
    ticks = np.array(notes.ticks or [(np.inf, np.inf)])
    following = np.minimum(np.searchsorted(ticks[:, 1], sent, "right"), len(ticks) - 1)
    begins, finishes = ticks[following].T
    return 1000 * (applied - sent), (begins < applied) & (finishes > sent)


def spread(which: Floats) -> str:
    """Say how long it took."""
    if not len(which):
        return "none"
    middle, high = np.percentile(which, (50, 99))
    return f"median {middle:5.2f}, p99 {high:6.2f}, at most {which.max():6.2f} ms"


def reported(asked: Asked, times: Floats, notes: Notes) -> Floats:
    """Print how a turn of the feed went; return its delays."""
    ends = asked.frames * np.arange(1, len(times) + 1)
    took, ticking = delays(times, ends, notes)
    assert notes.read > 0, "no row was looked at"
    assert notes.wrong == 0, f"{notes.wrong} of {notes.read} rows do not hold what they were told"
    lasted = times[-1] - times[0] + asked.pace
    batch = np.diff([0, *(count for _, count in notes.batches)])
    ticks = [1000 * (end - begin) for begin, end in notes.ticks]
    print(f"feed     {spread(took)}")
    print(f"  in a tick    {spread(took[ticking])}, {100 * ticking.mean():.1f} % of the frames")
    print(f"  all others   {spread(took[~ticking])}")
    print(
        f"  {ends[-1] / lasted:,.0f} frames/s, {len(batch) / lasted:.0f} batches/s of {np.median(batch):.0f}"
        f", at most {batch.max()}; {len(ticks)} ticks, median {statistics.median(ticks):.1f}, at most "
        f"{max(ticks):.1f} ms; {len(notes.collections)} garbage collections, at most "
        f"{1000 * max(notes.collections, default=0):.1f} ms; {100 * notes.cpu / lasted:.0f} % of a core; "
        f"refused {dict(notes.refused)}"
    )
    return took


def measured(asked: Asked, stage: Stage, feed: socket.socket, plain: socket.socket) -> None:
    """Hold the turns, and print them."""
    turns = composed(asked)
    crowd = Crowd(stage.port)
    crowd.admit([Spectator(view.wish(precise=True)) for view in viewports(CLIENTS)])
    begin = time.monotonic() + LULL_S
    p99: dict[str, list[float]] = {"feed": [], "plain": []}
    middle: dict[str, list[float]] = {"feed": [], "plain": []}
    for number, turn in enumerate(turns):
        at = begin + turn.seconds
        for name, sock in (("feed", feed), ("plain", plain)):
            stage.do("begin")
            times = written(turn.chunks, at, asked.pace, sock, crowd)
            sizes = np.cumsum([len(chunk) for chunk in turn.chunks])
            count = asked.frames * len(turn.chunks) if name == "feed" else int(sizes[-1])
            notes = stage.do("end", crowd, of=name, count=count)
            at += len(turn.chunks) * asked.pace + LULL_S
            if number == 0:
                continue
            assert notes.count == count, f"{count - notes.count} of {count} did not come"
            if name == "feed":
                took = reported(asked, times, notes)
            else:
                took, _ = delays(times, sizes, notes)
                print(f"control  {spread(took)}", flush=True)
            middle[name].append(float(np.median(took)))
            p99[name].append(float(np.percentile(took, 99)))
    crowd.close()
    high, control = (statistics.median(p99[name]) for name in ("feed", "plain"))
    usual, usual_control = (statistics.median(middle[name]) for name in ("feed", "plain"))
    print(f"median {usual:.2f} ms, control {usual_control:.2f}")
    print(f"p99 {high:.2f} ms, asked {ASKED_MS:.0f}; control {control:.2f}, ratio {high / control:.1f}")


def main() -> None:
    """Print two lines a turn, and what they come to."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--rate", type=int, default=RATE, help="frames a second")
    parser.add_argument("--every", type=float, default=EVERY_MS, help="ms from write to write")
    parser.add_argument("--flights", type=int, default=FLIGHTS)
    parser.add_argument("--seconds", type=float, default=10.0, help="of a turn")
    parser.add_argument("--turns", type=int, default=5)
    asked = parser.parse_args(namespace=Asked())
    with ExitStack() as stack:
        feeds, plains = (stack.enter_context(socket.create_server(("127.0.0.1", 0))) for _ in range(2))
        feed_port, plain_port = (server.getsockname()[1] for server in (feeds, plains))
        stage = Stage(Station, feed_port=feed_port, plain_port=plain_port, flights=asked.flights)
        with stage:
            feed, plain = (stack.enter_context(server.accept()[0]) for server in (feeds, plains))
            for sock in (feed, plain):
                sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            measured(asked, stage, feed, plain)


if __name__ == "__main__":
    main()
