import numpy as np
import pytest

from aerotrack.decode.modes.integrity import accuracy_of_typecode, claim, containment, is_derived, nic
from aerotrack.decode.ranges import RANGES


def one(typecode: int, version: int, a: int = -1, b: int = -1, c: int = -1) -> tuple[int, float]:
    types, versions, nic_a, nic_b, nic_c = (np.array([n], np.int8) for n in (typecode, version, a, b, c))
    told = types, claim(versions, nic_a, nic_c), nic_b
    return int(nic(*told)[0]), round(float(containment(*told)[0]), 1)


@pytest.mark.parametrize(
    ("told", "category", "radius"),
    [
        ((9, 2), 11, 7.5), ((10, 2), 10, 25), ((11, 2, 1, 1), 9, 75), ((11, 2, 1, 0), 8, 185.2),
        ((12, 2), 7, 370.4),
        ((13, 2, 0, 1), 6, 555.6), ((13, 2, 0, 0), 6, 926), ((13, 2, 1, 1), 6, 1111.2), ((14, 2), 5, 1852),
        ((15, 2), 4, 3704), ((16, 2, 1, 1), 3, 7408), ((16, 2, 0, 1), 2, 14816), ((17, 2), 1, 37040),
        ((20, 2), 11, 7.5), ((21, 2), 10, 25), ((7, 2, 1), 9, 75), ((7, 2, 0), 8, 185.2),
        ((8, 2, 1, 0, 1), 7, 370.4), ((8, 2, 1, 0, 0), 6, 555.6), ((8, 2, 0, 0, 1), 6, 1111.2),
        ((11, 1, 1, 0), 9, 75), ((13, 1, 1), 6, 1111.2), ((16, 1, 1), 3, 7408), ((11, 1, 0, 1), 8, 185.2),
        ((11, 0, 1, 1), 8, 185.2), ((16, 0), 1, 18520), ((11, -1, 1, 1), 8, 185.2), ((11, 3, 1, 1), 9, 75),
    ],
)  # fmt: skip
def test_the_category_of_type_code_version_and_supplements(
    told: tuple[int, ...], category: int, radius: float
) -> None:
    assert one(*told) == (category, radius)


@pytest.mark.parametrize("typecode", [0, 8, 18, 22])
def test_positions_of_no_known_integrity_are_of_category_0(typecode: int) -> None:
    category, radius = one(typecode, 2)
    assert category == 0
    assert np.isnan(radius)


def test_what_is_no_position_has_no_category() -> None:
    assert one(19, 2)[0] == -1
    assert accuracy_of_typecode(np.array([19]))[0].tolist() == [-1]


def test_a_larger_category_is_a_smaller_radius() -> None:
    every = np.meshgrid(np.arange(32), np.arange(-1, 8), *[np.arange(-1, 2)] * 3)
    types, versions, nic_a, nic_b, nic_c = (values.ravel() for values in every)
    told = types, claim(versions, nic_a, nic_c), nic_b
    category, radius = nic(*told), containment(*told)
    low, high = RANGES["nic"]
    bounds = np.array([np.inf, 37040, 14816, 7408, 3704, 1852, 1111.2, 370.4, 185.2, 75, 25, 7.5], np.float32)
    heard = category > 0
    assert ((category >= -1) & (category <= high)).all()
    assert low == 0
    assert (radius[heard] <= bounds[category[heard]]).all()
    assert np.isnan(radius[~heard]).all()


def test_version_0_tells_its_accuracy_by_the_type_code() -> None:
    accuracy, level = accuracy_of_typecode(np.array([11, 18, 0]))
    assert (accuracy.tolist(), level.tolist()) == ([8, 0, 0], [2, 0, 0])


def test_the_claim_of_version_0_and_of_nobody_is_that_the_type_code_stands_for_all() -> None:
    versions = np.array([-1, 0, 0, 1, 2, 7])
    told = claim(versions, np.array([1, 0, -1, 0, 0, 0]), np.array([1, 0, -1, 0, 0, 0]))

    assert is_derived(told).tolist() == [True, True, True, False, False, False]
    assert told[1] == 0
