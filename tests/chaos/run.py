"""The long chaos run: faults drawn at random for as long as asked, then kills, and a report in Markdown.

    ./aerotrack chaos --minutes 60 --report report.md      the soak, and 10 kills
    ./aerotrack chaos --kills 50                           the kills alone
    ./aerotrack chaos --minutes 5 --flights 1000 --clients 40 --seed 7

Exit status 1 if anything promised was broken, or if a fault could not be injected though --all was given.
"""

import argparse
import random
import sys
import tempfile
import time
from pathlib import Path

import uvloop

TESTS = Path(__file__).parents[1]
sys.path.insert(0, str(TESTS))

from chaos.fault import Fault, Outcome, under_fault  # noqa: E402  needs the path
from chaos.faults import FAULTS, NOT_HERE, named  # noqa: E402
from chaos.report import Run, written  # noqa: E402
from chaos.world import World, world  # noqa: E402

LONGEST_MIN = 240.0  # after which the flights, which fly on for ever, come to the poles


def main() -> int:
    """Run what was asked for; return the exit status."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("--minutes", type=float, help="of faults at random (3; none with --kills alone)")
    parser.add_argument("--kills", type=int, help="of the program, after that (10)")
    parser.add_argument("--flights", type=int, default=10_000, help="(10000)")
    parser.add_argument("--clients", type=int, default=200, help="half of them exposed to faults (200)")
    parser.add_argument("--seed", type=int, help="what is drawn follows from it (a new one)")
    parser.add_argument("--report", type=Path, help="file for the report as well")
    parser.add_argument("--all", action="store_true", help="fail if a fault cannot be injected here")
    asked = parser.parse_args()
    minutes = asked.minutes if asked.minutes is not None else 0.0 if asked.kills else 3.0
    if not 0 <= minutes <= LONGEST_MIN:
        parser.error(f"--minutes {minutes:g} is not possible: give 0 to {LONGEST_MIN:g}.")
    kills = 10 if asked.kills is None else asked.kills
    seed = random.randrange(1 << 32) if asked.seed is None else asked.seed
    run = Run(seed, asked.flights, asked.clients, minutes)
    say(f"seed {seed}: {asked.flights} flights, {asked.clients} clients, {minutes:g} minutes, {kills} kills")
    with tempfile.TemporaryDirectory(prefix="aerotrack-chaos-") as folder:
        Path(folder).chmod(0o755)  # PostgreSQL may be another user's
        uvloop.run(chaos(run, Path(folder) / "data", kills))
    report = written(run)
    print(report)
    if asked.report:
        asked.report.write_text(report, "utf-8")
    return 1 if any(outcome.wrong for outcome in run.outcomes) or (asked.all and run.skipped) else 0


async def chaos(run: Run, data_dir: Path, kills: int) -> None:
    """Do it all, and note it down in `run`."""
    run.skipped = NOT_HERE | {f"{f.number}, {f.name}": missing for f in FAULTS if (missing := f.missing())}
    able = [fault for fault in FAULTS if not fault.missing()]
    gentle = [fault for fault in able if not fault.restarts]
    rough = [fault for fault in able if fault.restarts and not fault.name.startswith("kill")]
    async with world(data_dir, flights=run.flights, clients=run.clients, seed=run.seed) as made:
        end = time.monotonic() + 60 * run.minutes
        left: list[Fault] = []
        while time.monotonic() < end:
            left = left or made.chance.sample(gentle, len(gentle))  # each in its turn, in any order
            await one(run, made, left.pop())
            note_calm(run, made)
        run.samples = list(made.sampler.samples)
        run.digests = sum(watcher.live.digests for watcher in made.watchers)
        if run.minutes:
            for fault in rough:
                await one(run, made, fault)
        for _ in range(kills):
            await one(run, made, named("kill"), base_s=made.chance.uniform(0.0, 2.0))
        run.checked, run.lost = made.ledger.checked, made.ledger.lost
        run.log = made.program.errors().splitlines()[-20:]


async def one(run: Run, made: World, fault: Fault, base_s: float = 3.0) -> None:
    """Inject a fault, and say how it went."""
    outcome: Outcome = await under_fault(made, fault, base_s=base_s)
    run.outcomes.append(outcome)
    how = "; ".join(outcome.wrong) or "fine"
    ready = f", ready after {outcome.ready_s:.1f} s, {outcome.shown} flights" if outcome.ready_s else ""
    say(f"{fault.number}, {fault.name}: converged after {outcome.converged_s:.1f} s{ready}: {how}")


def note_calm(run: Run, made: World) -> None:
    """Note what the program takes while nothing is wrong."""
    run.calm.append(made.sampler.samples[-1])


def say(line: str) -> None:
    print(f"{time.strftime('%T')}  {line}", file=sys.stderr, flush=True)


if __name__ == "__main__":
    sys.exit(main())
