import numpy as np

from aerotrack.core.refusals import Refusal, Refusals, notes


def rows(*row: int) -> np.ndarray:
    return np.array(row, np.intp)


def test_the_last_refusal_of_each_value_is_kept() -> None:
    refusals = Refusals()
    refusals.note("place", rows(3), notes(np.array([7]), 10.0, "jump"))
    refusals.note("place", rows(3, 900), notes(np.array([8, 9]), np.array([11.0, 12.0]), "duplicate"))
    refusals.note("squawk", rows(3), notes(np.array([7]), 13.0, "outranked"))
    assert refusals.of(3) == {"place": Refusal(8, 11.0, "duplicate"), "squawk": Refusal(7, 13.0, "outranked")}
    assert refusals.of(900) == {"place": Refusal(9, 12.0, "duplicate")}
    assert refusals.of(4) == refusals.of(10_000) == {}


def test_a_row_that_is_given_away_has_none() -> None:
    refusals = Refusals()
    refusals.note("place", rows(1, 3), notes(np.array([7, 7]), 10.0, "jump"))
    refusals.forget(rows(3, 5000))
    assert refusals.of(3) == {}
    assert refusals.of(1) == {"place": Refusal(7, 10.0, "jump")}
