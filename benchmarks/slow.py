"""The claim: 100 of 600 clients that never read cost less than 100 MB, and the other 500 hardly notice.

10,000 flights that all change each second; 1 client in 10 watches the world, the others watch maps, all
binary at precision 0. First the 500 alone: the control. Then 100 more come that don't read from the moment
they were greeted, with maps of zoom 3, as others are sent too little to get stuck at all. Printed: the
growth of the server's memory at its greatest, from the last second of the control on, and the delays of the
500 from tick to last byte, with the 100 and without.

After half a minute (those who take nothing for a whole one are cut) the 100 read again: after how many ticks
each holds the newest. They keep replicas, for which the digest that comes next must be right.

    ./aerotrack bench slow        2 minutes;  python benchmarks/slow.py --flights 1000 --clients 60 --stuck 10
"""

import argparse
from typing import Any

import numpy as np
from airshow.crowd import Crowd
from airshow.performance import Performance
from airshow.spectator import Spectator
from airshow.stage import Stage
from airshow.traffic import ZOOMS, viewports

ASKED_MB, ASKED_RATIO, ASKED_TICKS = 100, 2, 2
WORLD_ONE_IN = 10
WIDE = range(3, 4)


def wishes(count: int, zooms: range) -> list[dict[str, Any]]:
    """Mix the world among maps."""
    maps = viewports(count, zooms=zooms)
    return [
        {"bbox": None} if number % WORLD_ONE_IN == 0 else viewport.wish(precise=True)
        for number, viewport in enumerate(maps)
    ]


def percentiles(crowd: Crowd) -> tuple[float, float]:
    """Return the median and 99th percentile of the delays, in ms."""
    p50, p99 = np.percentile(crowd.delays(), (50, 99))
    return float(p50), float(p99)


def watch(stage: Stage, crowd: Crowd, ticks: int) -> int:
    """Watch some ticks; return the greatest memory of the server meanwhile, in bytes."""
    stage.begin("play", ticks=ticks, ahead=False)
    most = stage.memory
    while not stage.done:
        crowd.watch(0.1)
        most = max(most, stage.memory)
    stage.end()
    return most


def recover(stage: Stage, crowd: Crowd, stuck: list[Spectator]) -> list[int]:
    """Have the stuck ones read again; return after how many ticks each held the newest."""
    stage.begin("play", ticks=14, ahead=False)  # long enough for a digest
    crowd.watch(3.3)  # within a tick, not on its edge
    tick = max(spectator.tick for spectator in crowd.timed or ())
    for spectator in stuck:
        crowd.listen(spectator)
    caught_up: dict[Spectator, int] = {}
    while not stage.done:
        crowd.watch(0.01)
        now = max(spectator.tick for spectator in crowd.timed or ())
        for spectator in stuck:
            if spectator not in caught_up and spectator.tick >= tick:
                caught_up[spectator] = now - tick
    stage.end()
    missing = len(stuck) - len(caught_up)
    assert not missing, f"{missing} have not caught up; lost: {dict(crowd.why)}"
    unproven = sum(spectator.right_at < tick for spectator in stuck)
    assert not unproven, f"{unproven} were not proven right by the digest that came next"
    return [*caught_up.values()]


def main() -> None:
    """Print growth, delays and recovery."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--flights", type=int, default=10_000)
    parser.add_argument("--clients", type=int, default=600)
    parser.add_argument("--stuck", type=int, default=100)
    parser.add_argument("--ticks", type=int, default=30)
    asked = parser.parse_args()
    with Stage(Performance, flights=asked.flights) as stage:
        crowd = Crowd(stage.port)
        healthy = [Spectator(wish) for wish in wishes(asked.clients - asked.stuck, ZOOMS)]
        crowd.timed = set(healthy)
        crowd.admit(healthy)
        watch(stage, crowd, asked.ticks)  # to warm up
        crowd.delays()
        watch(stage, crowd, asked.ticks)
        control_p50, control_p99 = percentiles(crowd)
        before = stage.memory

        stuck = [Spectator(wish, exact=True) for wish in wishes(asked.stuck, WIDE)]
        crowd.admit(stuck)
        for spectator in stuck:
            crowd.deafen(spectator)
        crowd.delays()
        growth = (watch(stage, crowd, asked.ticks) - before) / 1e6
        p50, p99 = percentiles(crowd)
        behind = stage.do("usage", crowd).behind
        caught_up = recover(stage, crowd, stuck)
        assert not crowd.lost, f"clients were lost: {dict(crowd.why)}"
        assert not any(spectator.holes + spectator.wrong for spectator in (*healthy, *stuck)), "not right"
        crowd.close()
    print(
        f"{asked.flights} flights, {asked.clients} clients, of whom {asked.stuck} read nothing"
        f" for {asked.ticks} s: {behind} got stuck\n"
        f"  memory of the server       {before / 1e6:.0f} MB before, {growth:.1f} MB more at most;"
        f" asked {ASKED_MB}\n"
        f"  the others, tick to client p50 {p50:.1f}, p99 {p99:.1f} ms\n"
        f"  control: without the stuck p50 {control_p50:.1f}, p99 {control_p99:.1f} ms;"
        f" ratio of the p99 {p99 / control_p99:.2f}, asked {ASKED_RATIO}\n"
        f"  reading again, caught up after {np.mean(caught_up):.1f} ticks, {max(caught_up)} at most;"
        f" asked {ASKED_TICKS}; then digests right {len(caught_up)} of {len(caught_up)}"
    )


if __name__ == "__main__":
    main()
