"""A fault: what it does, what it may cost, and how it is held against what is promised."""

import asyncio
import time
from collections.abc import Callable
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass, field

from chaos.oracle import Measure
from chaos.world import World

QUIET_MB = 24.0  # what allocators and caches take and give back without any fault
IDLE_KB = 30.0  # a client
GRACE_S = 0.25  # what the machine may add to a delay: the clients share it with the program
Inject = Callable[[World], AbstractAsyncContextManager[None]]


def _nothing_missing() -> str:
    return ""


@dataclass(frozen=True)
class Fault:
    """What is done, for how long, and what it is allowed to cost.

    `heal_s` is the time to converge in after it. `spares`: the healthy clients must not notice; `cap_mb`:
    what memory each exposed client may cost meanwhile. `missing` names what the machine lacks for it. One
    that `restarts` the program ends all that could be said of how it does over time.
    """

    number: int
    name: str
    inject: Inject
    seconds: float = 3.0
    heal_s: float = 10.0
    spares: bool = True
    cap_mb: float = 0.0
    missing: Callable[[], str] = _nothing_missing
    restarts: bool = False


@dataclass
class Outcome:
    """What became of a fault."""

    fault: Fault
    converged_s: float = 0.0
    ready_s: float = 0.0  # for those that restart the program: until the first picture, and
    shown: int = 0  # the flights in it
    base: Measure | None = None
    during: Measure | None = None
    wrong: list[str] = field(default_factory=list)


async def under_fault(world: World, fault: Fault, base_s: float = 3.0, grace_s: float = GRACE_S) -> Outcome:
    """Inject, lift, and check all invariants: the one shape of every chaos test.

    `grace_s` is what a delay may be longer than before in any case; how late this process was comes on top.
    """
    outcome = Outcome(fault)
    starts = len(world.ready_s)
    outcome.base = base = await world.measure(base_s)
    began = time.time()
    async with fault.inject(world):
        await asyncio.sleep(fault.seconds)
        outcome.during = during = world.sampler.measured(began, time.time(), world.healthy)
    lifted = time.time()
    outcome.converged_s, late = await world.converged(fault.heal_s)
    outcome.ready_s = max(world.ready_s[starts:], default=0.0)
    outcome.shown = min(world.shown[starts:], default=0)
    outcome.wrong = late + world.complaints()
    outcome.wrong += await world.ledger.settle(world.database, lifted, fault.heal_s + 20)
    if not fault.restarts:
        clients = len(world.watchers), len(world.exposed)
        outcome.wrong += too_dear(fault, base, during, *clients, grace_s=grace_s)
    return outcome


def too_dear(
    fault: Fault, base: Measure, during: Measure, clients: int, exposed: int, *, grace_s: float
) -> list[str]:
    """I4 and I5: say what a fault cost more than it may."""
    wrong = []
    allowed = base.rss + (QUIET_MB + fault.cap_mb * exposed) * 1e6 + IDLE_KB * 1e3 * clients
    if during.rss > allowed:
        wrong.append(f"I4: {during.rss / 1e6:.0f} MB, of {allowed / 1e6:.0f} allowed")
    if fault.spares and during.p99 > max(2 * base.p99, base.p99 + grace_s) + during.lag:
        wrong.append(f"I5: p99 {1e3 * during.p99:.0f} ms, {1e3 * base.p99:.0f} before")
    return wrong
