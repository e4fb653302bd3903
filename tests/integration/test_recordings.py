"""A recording with wrong frames, of which the truth is known: what is read of it, and what is believed."""

import importlib
import sys
from pathlib import Path
from typing import Any

import pytest

from aerotrack.core.observations import Receiver

BENCHMARKS = Path(__file__).parents[2] / "benchmarks"
NEAR_PARIS = Receiver(48.8, 2.4)


def _benchmark(name: str) -> Any:
    sys.path.insert(0, str(BENCHMARKS))
    try:
        return importlib.import_module(name)
    finally:
        sys.path.remove(str(BENCHMARKS))


truth, belief = _benchmark("truth"), _benchmark("belief")


@pytest.fixture(scope="module")
def minute() -> tuple[Any, Any]:
    """The frames that were heard, and the truth."""
    frame_file, truth_file = truth.MINUTE
    return truth.recording(frame_file), truth.truth_of(truth.unpacked(truth_file).decode())


def test_every_place_that_a_pair_of_frames_tells_is_found_where_it_was(minute: tuple[Any, Any]) -> None:
    heard, true = minute

    found = truth.positions(heard, truth.decoded(heard, NEAR_PARIS), true, NEAR_PARIS)

    assert found.found >= found.decodable > 3000
    assert (found.missed, max(found.errors) < truth.RIGHT_M) == ([], True)


def test_every_other_value_is_what_was_sent(minute: tuple[Any, Any]) -> None:
    heard, true = minute

    compared = truth.fields(heard, truth.decoded(heard, NEAR_PARIS), true)

    assert compared.keys() == {name for name, _, _ in truth.FIELDS}
    assert [one.different for one in compared.values() if "" in one.counts] == []


@pytest.mark.parametrize("variant", belief.VARIANTS, ids=lambda variant: variant[0])
def test_no_wrong_frame_moves_an_aircraft(minute: tuple[Any, Any], variant: Any) -> None:
    heard, true = minute

    result = belief.hear(heard, variant, true, NEAR_PARIS)

    assert result.accepted > 1000
    assert sum(result.kinds[kind]["placed"] for kind in belief.WRONG_KINDS) > 10
    assert (result.moved, result.wrong, result.several) == (0, [], [])
    assert (result.back_in_time, result.zigzag) == (0, 0)
