from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from aerotrack.sources.simulator.route import Pieces, Routes, joined, straight, turning
from aerotrack.sources.simulator.sphere import (
    EARTH_M,
    Vectors,
    coordinates,
    course,
    dot,
    heading,
    normed,
    place,
)

Pose = tuple[Vectors, Vectors]


def pose(lat: float, lon: float, degrees: float) -> Pose:
    at = place(np.array([lat]), np.array([lon]))
    return at, heading(at, np.array([degrees]))


def flown(pieces: Pieces, step: float = 50.0) -> tuple[NDArray[Any], Vectors, Vectors]:
    routes = Routes(*(part.astype(np.float32) for part in (pieces.start, pieces.axis, pieces.length)))
    total = float(pieces.length.sum())
    metres = np.linspace(0.0, total, int(total / step) + 2)
    return metres, *routes.at(np.zeros(len(metres), np.intp), metres)


def way(a: Pose, b: Pose, radius: float = 3000.0, bend: float = 0.0) -> Pieces:
    return turning(*a, *b, radius=np.array([radius]), last_radius=np.array([radius]), bend=np.array([bend]))


def test_with_no_turns_needed_it_is_the_great_circle() -> None:
    a, b = pose(0.0, 0.0, 90.0), pose(0.0, 10.0, 90.0)
    assert way(a, b).length.sum() == pytest.approx(np.radians(10.0) * EARTH_M)


@pytest.mark.parametrize("start", [0.0, 100.0, 225.0, 359.0])
@pytest.mark.parametrize("end", [0.0, 80.0, 181.0, 270.0])
def test_it_begins_and_ends_as_it_should(start: float, end: float) -> None:
    a, b = pose(50.0, 8.0, start), pose(51.0, 9.0, end)
    _, at, along = flown(way(a, b))
    assert np.linalg.norm(at[[0, -1]] - np.concatenate([a[0], b[0]]), axis=1).max() * EARTH_M < 3.0
    assert dot(normed(along[[0, -1]]), np.concatenate([a[1], b[1]])).min() > np.cos(np.radians(0.5))


@pytest.mark.parametrize("bend", [-0.5, 0.0, 0.5])
def test_the_track_never_snaps(bend: float) -> None:
    _, at, along = flown(way(pose(50.0, 8.0, 200.0), pose(51.0, 9.0, 250.0), bend=bend))
    turned = (np.diff(course(at, along)) + 180.0) % 360.0 - 180.0
    assert np.abs(turned).max() < np.degrees(50.0 / 3000.0) * 1.1


def test_the_way_flown_is_as_long_as_it_says() -> None:
    metres, at, _ = flown(way(pose(50.0, 8.0, 200.0), pose(51.0, 9.0, 250.0), bend=0.4))
    stepped = np.linalg.norm(np.diff(normed(at), axis=0), axis=1) * EARTH_M
    assert stepped.sum() == pytest.approx(metres[-1], rel=1e-4)


def test_a_bend_to_the_left_of_an_eastward_route_leads_south() -> None:
    a, b = pose(0.0, 0.0, 90.0), pose(0.0, 20.0, 90.0)
    _, at, _ = flown(way(a, b, bend=0.3), step=5000.0)
    assert coordinates(at)[0].min() == pytest.approx(-0.26, abs=0.01)


def test_it_crosses_the_antimeridian_the_short_way() -> None:
    assert way(pose(0.0, 170.0, 90.0), pose(0.0, -170.0, 90.0)).length.sum() == pytest.approx(
        np.radians(20.0) * EARTH_M,
    )


def test_pieces_join_end_to_end() -> None:
    a = pose(50.0, 8.0, 0.0)
    pieces = joined([straight(*a, np.array([1000.0])), straight(*a, np.array([500.0]))])
    assert pieces.length.tolist() == [[1000.0, 500.0]]


def test_turns_that_overlap_still_find_a_way() -> None:
    found = way(pose(50.0, 8.0, 0.0), pose(50.01, 8.0, 180.0))
    assert np.isfinite(found.length).all()
