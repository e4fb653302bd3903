"""The simulator: a whole sky as a pure function of seed and time."""

from aerotrack.sources.simulator.simulation import Simulation
from aerotrack.sources.simulator.simulator import Simulator, simulator_from
from aerotrack.sources.simulator.transponder import Transponders

__all__ = ["Simulation", "Simulator", "Transponders", "simulator_from"]
