"""The claim: maps cost at most 1.3 times the CPU of writing the same bytes, and are told within 150 ms.

20,000 flights that all change each second, clients that watch maps of 1600 by 900 pixels at zooms from 3 to
10, centred where the world's traffic is; binary. Server and crowd are processes of their own, a core each.
Printed for each case, as medians over the ticks: CPU of the server in a tick, from the tick's changes to the
last write, and the part of it that is the same however many watch (taking the tick into the classes). And the
50th and 99th percentile of the delay from the tick to the last byte at a client.

The control, in turns with it over the same connections: the very bytes of some of those ticks, written to the
same clients by the same protocol, ready and shared by those who shared them.

The cases: precision 0, and the precision of each client's zoom, for 1,000 and 5,000 clients; then how the
cost grows with flights and with clients. The figures go into viewports.csv and viewports.svg.

    ./aerotrack bench viewports        25 minutes
    python benchmarks/viewports.py --flights 2000 --clients 100 --ticks 5 --blocks 1      a look at one case
"""

import argparse
import csv
import statistics
from dataclasses import asdict, dataclass, fields
from pathlib import Path
from typing import Any

import numpy as np
from airshow.crowd import Crowd
from airshow.performance import Performance, Tick
from airshow.plot import Panel, svg
from airshow.spectator import Spectator
from airshow.stage import Stage
from airshow.traffic import viewports

TABLE = Path(__file__).with_suffix(".csv")
FLIGHTS, CLIENTS, MANY = 20_000, 1_000, 5_000
GROWING_FLIGHTS, GROWING_CLIENTS = (2_000, 5_000, 10_000), (100, 300, 3_000)
ASKED_RATIO, ASKED_MS = 1.3, 150


@dataclass(frozen=True, slots=True)
class Case:
    """What was measured: ms of CPU in a tick, delays in ms, what a client was sent in a tick."""

    flights: int
    clients: int
    precision: str
    cpu_ms: float
    taking_ms: float
    control_cpu_ms: float
    ratio: float
    p50_ms: float
    p99_ms: float
    control_p50_ms: float
    control_p99_ms: float
    kilobytes: float
    control_kilobytes: float
    messages: float

    def __str__(self) -> str:
        return (
            f"{self.flights:6} flights, {self.clients:5} clients, precision {self.precision:7}"
            f" {self.cpu_ms:6.1f} ms CPU a tick ({self.taking_ms:.1f} to take it in),"
            f" control {self.control_cpu_ms:6.1f}: ratio {self.ratio:.2f};"
            f" tick to client p50 {self.p50_ms:5.0f}, p99 {self.p99_ms:5.0f} ms,"
            f" control {self.control_p50_ms:5.0f}, {self.control_p99_ms:5.0f};"
            f" {self.kilobytes:6.2f} kB a client, control {self.control_kilobytes:6.2f}"
        )


def measure(flights: int, clients: int, *, precise: bool, ticks: int, blocks: int) -> Case:
    """Measure one case: `blocks` of so many ticks, each followed by as many of the control."""
    with Stage(Performance, flights=flights) as stage:
        crowd = Crowd(stage.port)
        everyone = [Spectator(viewport.wish(precise=precise)) for viewport in viewports(clients)]
        crowd.admit(everyone)
        stage.do("rehearse", crowd, ticks=ticks)
        crowd.delays()
        real: list[Tick] = []
        control: list[Tick] = []
        delays, control_delays = [], []
        for _ in range(blocks):
            real += stage.do("play", crowd, ticks=ticks)
            delays.append(crowd.delays())
            control += stage.do("replay", crowd, ticks=ticks)
            control_delays.append(crowd.delays())
        assert not crowd.lost, f"clients were lost: {dict(crowd.why)}"
        assert not any(spectator.holes for spectator in everyone), "a chain has a hole"
        crowd.close()
    p50, p99 = np.percentile(np.concatenate(delays), (50, 99))
    control_p50, control_p99 = np.percentile(np.concatenate(control_delays), (50, 99))
    cpu, control_cpu = (1000 * statistics.median(tick.cpu for tick in held) for held in (real, control))
    sent, control_sent = (statistics.mean(tick.octets for tick in held) for held in (real, control))
    return Case(
        flights=flights,
        clients=clients,
        precision="0" if precise else "by zoom",
        cpu_ms=round(cpu, 2),
        taking_ms=round(1000 * statistics.median(tick.taking for tick in real), 2),
        control_cpu_ms=round(control_cpu, 2),
        ratio=round(cpu / control_cpu, 3),
        p50_ms=round(float(p50), 1),
        p99_ms=round(float(p99), 1),
        control_p50_ms=round(float(control_p50), 1),
        control_p99_ms=round(float(control_p99), 1),
        kilobytes=round(sent / clients / 1000, 3),
        control_kilobytes=round(control_sent / clients / 1000, 3),
        messages=round(statistics.mean(tick.messages for tick in real) / clients, 3),
    )


def read() -> list[Case]:
    """Read what was measured before."""
    with TABLE.open(newline="") as file:
        rows: list[dict[str, Any]] = list(csv.DictReader(file))
    for row in rows:
        for field in fields(Case):
            row[field.name] = field.type(row[field.name])  # type: ignore[operator]
    return [Case(**row) for row in rows]


def draw(cases: list[Case]) -> None:
    """Draw how CPU grows with flights and with clients, from the cases at precision 0 and by zoom."""

    def lines(of: str, others: dict[str, int]) -> dict[str, list[tuple[float, float]]]:
        drawn: dict[str, list[tuple[float, float]]] = {}
        for case in sorted(cases, key=lambda case: float(getattr(case, of))):
            if all(getattr(case, name) == value for name, value in others.items()):
                at = float(getattr(case, of))
                name = f"precision {case.precision}"
                drawn.setdefault(name, []).append((at, case.cpu_ms))
                drawn.setdefault(f"{name}: control", []).append((at, case.control_cpu_ms))
        return drawn

    y = "ms of CPU in a tick"
    panels = [
        Panel(f"{CLIENTS:,} clients", "flights", y, lines("flights", {"clients": CLIENTS})),
        Panel(f"{FLIGHTS:,} flights", "clients", y, lines("clients", {"flights": FLIGHTS})),
    ]
    TABLE.with_suffix(".svg").write_text(svg(panels))


def main() -> None:
    """Measure the case that is asked for, or all of them."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--flights", type=int)
    parser.add_argument("--clients", type=int)
    parser.add_argument("--by-zoom", action="store_true")
    parser.add_argument("--ticks", type=int, default=15)
    parser.add_argument("--blocks", type=int, default=3)
    parser.add_argument("--plot", action="store_true", help="draw the figures of viewports.csv again")
    asked = parser.parse_args()
    if asked.plot:
        draw(read())
        return
    pace = {"ticks": asked.ticks, "blocks": asked.blocks}
    if asked.flights or asked.clients:
        precise = not asked.by_zoom
        print(measure(asked.flights or FLIGHTS, asked.clients or CLIENTS, precise=precise, **pace))
        return
    cases = []
    for clients in (CLIENTS, MANY):
        for precise in (True, False):
            cases.append(measure(FLIGHTS, clients, precise=precise, **pace))
            print(cases[-1], flush=True)
    print(
        f"asked of the first: a ratio of at most {ASKED_RATIO}, p99 of at most {ASKED_MS} ms;"
        f" measured {cases[0].ratio:.2f}, {cases[0].p99_ms:.0f} ms"
    )
    for flights, clients in (
        *((f, CLIENTS) for f in GROWING_FLIGHTS),
        *((FLIGHTS, c) for c in GROWING_CLIENTS),
    ):
        for precise in (True, False):
            cases.append(measure(flights, clients, precise=precise, ticks=10, blocks=2))
            print(cases[-1], flush=True)
    with TABLE.open("w", newline="") as file:
        table = csv.DictWriter(file, [field.name for field in fields(Case)], lineterminator="\n")
        table.writeheader()
        table.writerows(asdict(case) for case in cases)
    draw(cases)


if __name__ == "__main__":
    main()
