"""The claim: 5,000 clients that are cut off at once are back, and right, in 10 seconds, without a query.

20,000 flights that all change each second, 5,000 binary clients that watch maps. All connections are cut at
once; each comes back after 0 to 2 seconds, drawn at random (and again, if it is turned away), and resumes
where it left off. A client has converged when it is sent a `changes` that follows from what it held, or a
fresh picture. A sample keeps replicas: the digest that comes next, within 10 s as ever, must be right for
each. There is no database: the history behind the API is a fake that counts who asks.

The control, before: as many new clients that come in the same way and ask for nothing, until each is greeted.

    ./aerotrack bench storm        3 minutes;  python benchmarks/storm.py --flights 1000 --clients 200
"""

import argparse
import heapq
import random
import time
from collections.abc import Callable

from airshow.crowd import Crowd
from airshow.performance import Performance
from airshow.spectator import Spectator
from airshow.stage import Stage
from airshow.traffic import viewports

SPREAD_S, ASKED_S = 2.0, 10
SAMPLE = 50
PATIENCE_S = 120.0


def rush(
    crowd: Crowd, everyone: list[Spectator], back: Callable[[Spectator], bool]
) -> tuple[list[float], list[float]]:
    """Let everyone in within SPREAD_S; return after how many seconds each was greeted, and `back`."""
    began = time.monotonic()
    coming = [(began + random.uniform(0.0, SPREAD_S), number) for number in range(len(everyone))]
    heapq.heapify(coming)
    of = {spectator: number for number, spectator in enumerate(everyone)}
    strangers, missing = set(everyone), set(everyone)
    greeted: list[float] = []
    arrived: list[float] = []
    while missing:
        crowd.watch(0.02)
        now = time.monotonic()
        while coming and coming[0][0] <= now:
            crowd.enter(everyone[heapq.heappop(coming)[1]])
        here = {spectator for spectator in strangers if spectator.greeted}
        strangers -= here
        greeted += [now - began] * len(here)
        here = {spectator for spectator in missing - strangers if back(spectator)}
        missing -= here
        arrived += [now - began] * len(here)
        while crowd.lost:
            heapq.heappush(coming, (now + random.uniform(0.0, SPREAD_S), of[crowd.lost.pop()]))
        if now - began > PATIENCE_S:
            raise TimeoutError(
                f"after {now - began:.0f} s {len(missing)} are not back; lost: {dict(crowd.why)}"
            )
    return greeted, arrived


def storm(flights: int, clients: int, *, precise: bool) -> None:
    """Print how long it takes at one precision."""
    with Stage(Performance, flights=flights) as stage:
        crowd = Crowd(stage.port)
        strangers = [Spectator() for _ in range(clients)]
        control, _ = rush(crowd, strangers, lambda _: True)
        for spectator in strangers:
            crowd.leave(spectator)
        crowd.watch(3.0)
        everyone = []
        for number, viewport in enumerate(viewports(clients)):
            wish, name = viewport.wish(precise=precise), viewport.name(precise=precise)
            everyone.append(Spectator(wish, view=name, exact=number < SAMPLE))
        crowd.admit(everyone)
        stage.do("play", crowd, ticks=4)

        stage.begin("play", ticks=20)
        tick = everyone[0].tick
        crowd.until(lambda: everyone[0].tick > tick + 4)
        held = {spectator: spectator.tick for spectator in everyone}
        fresh = sum(spectator.fresh for spectator in everyone)
        for spectator in everyone:
            crowd.leave(spectator)

        before = stage.memory
        greeted, took = rush(crowd, everyone, lambda spectator: spectator.tick > held[spectator])
        memory = stage.memory
        stage.end(crowd)
        stage.do("play", crowd, ticks=11)  # for a digest, if all took long
        proven = sum(spectator.right_at > held[spectator] for spectator in everyone)
        assert proven == min(SAMPLE, clients), f"only {proven} digests of the sample came"
        usage = stage.do("usage", crowd)
        assert not any(spectator.holes + spectator.wrong for spectator in everyone), "somebody is not right"
        fresh = sum(spectator.fresh for spectator in everyone) - fresh
        crowd.close()
    print(
        f"{flights} flights, {clients} clients, precision {0 if precise else 'by zoom'},"
        f" {SPREAD_S:g} s to come back\n"
        f"  greeted after        {_half_and_last(greeted)}; turned away: {dict(crowd.why)}\n"
        f"  converged after      {_half_and_last(took)};"
        f" asked {ASKED_S}; digests right {proven} of {proven};"
        f" {clients - fresh} resumed, {fresh} began anew; {usage.queries} database queries;"
        f" memory {before / 1e6:.0f} MB before, {memory / 1e6:.0f} MB after\n"
        f"  control: greeted     {_half_and_last(control)}",
        flush=True,
    )


def _half_and_last(seconds: list[float]) -> str:
    return f"{seconds[len(seconds) // 2]:.2f} s the half, {seconds[-1]:.2f} s the last"


def main() -> None:
    """Measure at the precision of the zooms, as maps ask for, and at 0."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--flights", type=int, default=20_000)
    parser.add_argument("--clients", type=int, default=5_000)
    asked = parser.parse_args()
    for precise in (False, True):
        storm(asked.flights, asked.clients, precise=precise)


if __name__ == "__main__":
    main()
