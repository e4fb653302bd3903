import numpy as np

from aerotrack.core.changes import Changes
from aerotrack.core.pulse import Pulse


def rows(count: int) -> dict[str, np.ndarray]:  # type: ignore[type-arg]
    return {"address": np.arange(count)}


def test_a_tick_counts_what_it_told_and_how_long_it_took() -> None:
    pulse = Pulse()
    pulse.beat(Changes(0, 1, 0.0, updated=rows(5), gone=rows(1), ended=rows(2), positions=rows(4)), 0.004)
    pulse.beat(Changes(1, 2, 1.0), 0.5)
    report = pulse.report()
    assert (report.ticks, report.updated, report.gone, report.ended, report.positions) == (2, 5, 1, 2, 4)
    assert (report.seconds.count, report.seconds.sum) == (2, 0.504)


def test_a_tick_is_late_from_a_tenth_of_a_tick_on() -> None:
    pulse = Pulse()
    for after in (0.0, 0.05, 0.3):
        pulse.begins(after, tick_seconds=1.0)
    assert (pulse.report().late, pulse.report().skipped) == (1, 0)


def test_whole_ticks_that_passed_meanwhile_were_skipped() -> None:
    pulse = Pulse()
    pulse.begins(2.4, tick_seconds=1.0)
    assert (pulse.report().late, pulse.report().skipped) == (1, 2)


def test_a_tick_may_come_before_its_time() -> None:
    pulse = Pulse()
    pulse.hastens()
    assert pulse.report().early == 1
