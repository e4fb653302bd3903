import pytest

from aerotrack.core.steady_clock import HOLD_S, SteadyClock

NOW = 1_732_289_400.0


class Machine:
    """A machine's clocks, set by hand."""

    def __init__(self) -> None:
        self.wall, self.running = NOW, 7.0
        self.told: list[tuple[str, int]] = []
        self.clock = SteadyClock(lambda: self.wall, lambda: self.running, self.tell)

    def tell(self, sentence: str, /, *, ahead_s: float) -> None:
        self.told.append((sentence.partition(";")[0].partition(",")[0], round(ahead_s)))

    def passes(self, seconds: float, *, jump: float = 0.0) -> float:
        """Let time pass, let the wall clock jump beside, and return the time since the beginning."""
        self.running += seconds
        self.wall += seconds + jump
        return self.clock() - NOW


@pytest.fixture
def machine() -> Machine:
    return Machine()


def test_it_is_the_wall_clock_as_long_as_that_goes_evenly(machine: Machine) -> None:
    assert machine.passes(1.0) == 1.0
    assert machine.passes(3600.0) == 3601.0, "nobody asked meanwhile"
    assert machine.passes(1.0, jump=0.125) == 3602.125, "the wall clock is put right in small steps"
    assert machine.told == []


def test_it_stands_still_rather_than_go_back_by_a_little(machine: Machine) -> None:
    machine.passes(10.0)
    assert machine.passes(0.5, jump=-1.5) == 10.0
    assert machine.passes(0.5) == 10.0
    assert machine.passes(1.0) == 10.5
    assert machine.told == []


@pytest.mark.parametrize("jump", [3600.0, -3600.0])
def test_a_jump_is_told_and_not_followed(machine: Machine, jump: float) -> None:
    assert machine.passes(1.0, jump=jump) == 1.0
    assert machine.passes(HOLD_S - 1.0) == HOLD_S
    assert machine.told == [("the wall clock has jumped", jump)]


@pytest.mark.parametrize("jump", [3600.0, -3600.0])
def test_a_jump_that_is_taken_back_leaves_no_trace(machine: Machine, jump: float) -> None:
    machine.passes(1.0, jump=jump)
    assert machine.passes(1.0, jump=-jump) == 2.0
    assert machine.passes(HOLD_S) == 2.0 + HOLD_S
    assert machine.told == [("the wall clock has jumped", jump), ("the wall clock is right again", 0)]


@pytest.mark.parametrize("jump", [3600.0, -3600.0])
def test_a_jump_that_stays_is_believed_after_a_minute(machine: Machine, jump: float) -> None:
    machine.passes(1.0, jump=jump)
    assert machine.passes(HOLD_S) == 1.0 + HOLD_S + jump
    assert machine.passes(1.0) == 2.0 + HOLD_S + jump
    assert machine.told[1:] == [("the wall clock stays as it is", jump)]


def test_another_jump_waits_its_own_minute(machine: Machine) -> None:
    machine.passes(1.0, jump=3600.0)
    assert machine.passes(HOLD_S - 1.0, jump=-7200.0) == HOLD_S
    assert machine.passes(HOLD_S - 1.0) == 2 * HOLD_S - 1.0
    assert machine.told == [("the wall clock has jumped", 3600), ("the wall clock has jumped", -3600)]
    assert machine.passes(1.0) == 2 * HOLD_S - 3600.0
