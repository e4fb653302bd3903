import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from aerotrack.core.geo import distance_nm
from aerotrack.core.observations import Receiver
from aerotrack.core.outline import SECTORS, Outline

PARIS = Receiver(48.8, 2.4)


def outline_of(*places: tuple[float, float]) -> Outline:
    outline = Outline(PARIS)
    outline.reach(np.array([lat for lat, _ in places]), np.array([lon for _, lon in places]))
    return outline


def test_what_was_never_heard_has_no_range() -> None:
    outline = outline_of()
    assert outline.ranges_nm == (None,) * 36
    assert outline.max_range_nm is None


def test_the_farthest_place_of_each_direction_counts() -> None:
    outline = outline_of((49.8, 2.5), (50.8, 2.5), (49.0, 2.41), (48.8, 1.4))
    assert outline.ranges_nm[0] == pytest.approx(120.1, abs=0.1)
    assert outline.ranges_nm[27] == pytest.approx(39.5, abs=0.2)
    assert sum(way is not None for way in outline.ranges_nm) == 2
    assert outline.max_range_nm == outline.ranges_nm[0]


def test_a_nearer_place_later_shrinks_nothing() -> None:
    outline = outline_of((50.8, 2.5))
    outline.reach(np.array([49.0]), np.array([2.41]))
    assert outline.max_range_nm == pytest.approx(120.1, abs=0.1)


def test_a_place_right_above_the_antenna_is_heard_from_no_distance() -> None:
    assert outline_of((48.8, 2.4)).max_range_nm == 0.0


@given(st.lists(st.tuples(st.floats(-90, 90), st.floats(-180, 180)), min_size=1, max_size=20))
def test_every_place_lies_within_the_outline(places: list[tuple[float, float]]) -> None:
    outline = outline_of(*places)
    farthest = max(float(distance_nm(48.8, 2.4, lat, lon)) for lat, lon in places)
    assert outline.max_range_nm == pytest.approx(farthest, abs=0.06)
    assert len(outline.ranges_nm) == SECTORS
