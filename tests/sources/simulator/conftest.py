"""One world and one sky for all tests of the simulator: reading them takes a tenth of a second."""

import pytest

from aerotrack.sources.simulator.airports import Airports, world
from aerotrack.sources.simulator.simulation import Simulation


@pytest.fixture(scope="session")
def airports() -> Airports:
    return world()


@pytest.fixture(scope="session")
def sky() -> Simulation:
    return Simulation(flights=2000, seed=1)
