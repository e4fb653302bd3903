"""What a chaos run comes to, in Markdown."""

import os
import platform
import statistics
import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np

from aerotrack import __version__
from chaos.fault import Outcome
from chaos.oracle import Sample

WARM_UP = 0.25  # of a run
ASKED_READY_S, ASKED_SLOPE_MB = 3.0, 1.0
SHORTEST_MIN = 20.0  # of which a slope says something
_ROOM = 4  # file descriptors and threads: requests that are just being answered


@dataclass
class Run:
    """All that was noted down."""

    seed: int
    flights: int
    clients: int
    minutes: float
    outcomes: list[Outcome] = field(default_factory=list)
    samples: list[Sample] = field(default_factory=list)
    calm: list[Sample] = field(default_factory=list)  # after each fault
    skipped: dict[str, str] = field(default_factory=dict)
    digests: int = 0
    checked: int = 0
    lost: int = 0
    log: list[str] = field(default_factory=list)


def written(run: Run) -> str:
    """Write the report."""
    wrong = [f"- {o.fault.number}, {o.fault.name}: {said}" for o in run.outcomes for said in o.wrong]
    verdict = f"**{len(wrong)} violations.**" if wrong else "**No violation.**"
    parts = [
        f"AeroTrack {__version__}, {time.strftime('%F')}, {_machine()}; seed {run.seed}.",
        (
            f"{run.flights:,} flights, each told every 2 s; {run.clients} clients, half of them exposed; "
            f"{run.minutes:g} minutes of faults. {verdict}"
        ),
        _faults(run.outcomes),
        *_kills(run),
        *_flatness(run),
        (
            f"{run.checked:,} positions were held against the database, "
            f"{run.digests:,} digests of the server agreed. "
            f"{run.lost:,} positions that were told while the feed's connection broke or the program was away"
            " had not been accepted, and are not stored."
        ),
    ]
    if wrong:
        parts += [
            "Violations:",
            "\n".join(wrong),
            "The end of the log:",
            "\n".join(f"    {x}" for x in run.log),
        ]
    if run.skipped:
        parts += ["Not injected:", "\n".join(f"- {name}: {why}" for name, why in run.skipped.items())]
    return "\n\n".join(parts) + "\n"


def _machine() -> str:
    model = next(
        (line.partition(":")[2].strip() for line in _lines("/proc/cpuinfo") if line.startswith("model name")),
        platform.machine(),
    )
    memory = next(int(line.split()[1]) for line in _lines("/proc/meminfo") if line.startswith("MemTotal"))
    busy = os.getloadavg()[0]
    return (
        f"{os.cpu_count()} cores ({model}), {memory / 1e6:.0f} GB, Linux {platform.release()},"
        f" Python {platform.python_version()}; load at the end {busy:.1f}, clients included"
    )


def _lines(path: str) -> list[str]:
    return Path(path).read_text().splitlines()


def _faults(outcomes: Sequence[Outcome]) -> str:
    rows = [
        "| | fault | times | converged after, median | at most | violations |",
        "|---|---|---|---|---|---|",
    ]
    for fault in sorted(
        {outcome.fault for outcome in outcomes}, key=lambda fault: (fault.number, fault.name)
    ):
        own = [outcome for outcome in outcomes if outcome.fault is fault]
        took = [outcome.converged_s for outcome in own]
        bad = sum(len(outcome.wrong) for outcome in own)
        rows.append(
            f"| {fault.number or ''} | {fault.name} | {len(own)} | {statistics.median(took):.1f} s"
            f" | {max(took):.1f} s | {bad} |"
        )
    return "\n".join(rows)


def _kills(run: Run) -> list[str]:
    kills = [outcome for outcome in run.outcomes if outcome.fault.number == 1]
    if not kills:
        return []
    took = [outcome.ready_s for outcome in kills]
    lost = sum("I1" in said for outcome in kills for said in outcome.wrong)
    fate = f"LOST in {lost}" if lost else "nothing accepted was lost"
    half, most = statistics.median(took), max(took)
    shown = statistics.median(outcome.shown for outcome in kills)
    return [
        (
            f"**kill -9**, {len(kills)} times: {fate}; from its start to the first picture at a client "
            f"median {half:.1f} s, at most {most:.1f} s (asked: {ASKED_READY_S:g}). There are {shown:,.0f} "
            f"flights in it (median), as the feed tells each every 2 s; the others come with the next ticks."
        )
    ]


def _flatness(run: Run) -> list[str]:
    if len(run.calm) < 4:
        return []
    began = run.samples[0].at
    warm = began + WARM_UP * (run.samples[-1].at - began)
    flat = [sample for sample in run.samples if sample.at >= warm]
    hours = [(sample.at - began) / 3600 for sample in flat]
    slope = float(np.polyfit(hours, [sample.rss / 1e6 for sample in flat], 1)[0])
    half = len(run.calm) // 2
    early_mb, late_mb = run.samples[0].rss / 1e6, run.samples[-1].rss / 1e6
    most_mb = max(sample.rss for sample in run.samples) / 1e6
    short = "" if run.minutes >= SHORTEST_MIN else ", of which so short a run says little"
    said = [
        (
            f"**Memory**: {early_mb:.0f} MB at first, {flat[0].rss / 1e6:.0f} after a quarter, {late_mb:.0f} "
            f"at the end, {most_mb:.0f} at most; {slope:+.1f} MB an hour after the first quarter "
            f"(asked: {ASKED_SLOPE_MB:g}){short}."
        )
    ]
    for name, values in (
        ("File descriptors", [sample.fds for sample in run.calm]),
        ("Threads", [sample.threads for sample in run.calm]),
    ):
        early, late = max(values[:half]), max(values[half:])
        said.append(
            f"**{name}** after the faults: at most {early} in the first half, {late} in the second:"
            f" {'flat' if late <= early + _ROOM else 'GROWING'}."
        )
    return said
