import numpy as np
import pytest

from aerotrack.sources.simulator.chance import bell, between, choose, hashes, uniform


def test_the_same_question_has_the_same_answer_on_every_machine() -> None:
    assert hashes(1, "test", np.arange(2)).tolist() == [7179384606988749990, 16742172038072532937]


def test_seed_purpose_and_index_each_make_a_difference() -> None:
    drawn = [
        uniform(1, "a", np.arange(2)),
        uniform(2, "a", np.arange(2)),
        uniform(1, "b", np.arange(2)),
        uniform(1, "a", np.arange(2), 1),
    ]
    assert len(set(np.concatenate(drawn).tolist())) == 8


def test_uniform_numbers_fill_their_range_evenly() -> None:
    counts, _ = np.histogram(uniform(1, "test", np.arange(100_000)), bins=10, range=(0.0, 1.0))
    assert counts.min() > 9_700
    assert counts.max() < 10_300


def test_numbers_between_two_bounds_stay_there() -> None:
    drawn = between(5.0, 7.0, 1, "test", np.arange(1000))
    assert drawn.min() >= 5.0
    assert drawn.max() < 7.0


def test_the_bell_has_mean_0_and_deviation_1() -> None:
    drawn = bell(hashes(1, "test", np.arange(100_000)))
    assert drawn.mean() == pytest.approx(0.0, abs=0.01)
    assert drawn.std() == pytest.approx(1.0, abs=0.01)


def test_what_has_no_weight_is_never_chosen() -> None:
    picked = choose([0.0, 3.0, 0.0, 1.0], np.array([0.0, 0.74, 0.76, 0.999]))
    assert picked.tolist() == [1, 1, 3, 3]
