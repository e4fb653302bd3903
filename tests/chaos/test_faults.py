"""Every fault of the table, one after the other, in one world: I1 to I5 hold. The rest of them in --long."""

from collections.abc import AsyncIterator
from dataclasses import replace

import pytest
import pytest_asyncio

from chaos.fault import Fault, under_fault
from chaos.faults import FAULTS, named
from chaos.program_faults import killed
from chaos.world import World, world

ON_EVERY_CHANGE = (
    "PostgreSQL killed", "PostgreSQL hangs", "clients that never read", "away",
    "out of file descriptors", "SIGTERM",
)  # fmt: skip
HEAL_S, GRACE_S = 30.0, 1.0  # of a machine that runs other tests beside
pytestmark = pytest.mark.asyncio(loop_scope="module")


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """Take them all where there is time for it."""
    if "fault" in metafunc.fixturenames:
        whole = metafunc.config.getoption("--long")
        faults = FAULTS if whole else [named(name) for name in ON_EVERY_CHANGE]
        metafunc.parametrize("fault", faults, ids=lambda fault: fault.name)


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def harmed(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[World]:
    data_dir = tmp_path_factory.mktemp("data")
    async with world(data_dir, flights=1000, clients=20, tick=0.25, period_s=1.0) as made:
        yield made


async def test_all_invariants_hold(harmed: World, fault: Fault) -> None:
    if missing := fault.missing():
        pytest.skip(missing)
    outcome = await under_fault(harmed, replace(fault, heal_s=HEAL_S), base_s=0.5, grace_s=GRACE_S)
    assert not outcome.wrong, harmed.program.errors()[-2000:]


async def test_nothing_accepted_is_lost_whenever_it_is_killed(harmed: World) -> None:
    five = replace(named("kill -9"), inject=killed(5), heal_s=HEAL_S)
    outcome = await under_fault(harmed, five, base_s=0.5)
    assert not outcome.wrong, harmed.program.errors()[-2000:]
