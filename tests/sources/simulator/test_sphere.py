import numpy as np
import pytest

from aerotrack.sources.simulator.sphere import EARTH_M, coordinates, course, cross, heading, moved, place


def test_a_place_and_its_coordinates_are_the_same() -> None:
    lat, lon = coordinates(place(np.array([50.03, -33.9]), np.array([8.57, 179.99])))
    assert lat == pytest.approx([50.03, -33.9])
    assert lon == pytest.approx([8.57, 179.99])


def test_the_vector_product_is_numpys() -> None:
    a, b = np.array([[1.0, 2.0, 3.0]]), np.array([[-2.0, 0.5, 1.0]])
    assert cross(a, b) == pytest.approx(np.cross(a, b))


@pytest.mark.parametrize("degrees", [0.0, 45.0, 90.0, 200.0, 359.0])
def test_a_heading_is_the_course_of_moving_along_it(degrees: float) -> None:
    at = place(np.array([48.0]), np.array([11.0]))
    assert course(at, heading(at, np.array([degrees]))) == pytest.approx(degrees)


def test_a_quarter_of_the_earth_to_the_east_along_the_equator_is_90_degrees_of_longitude() -> None:
    at = place(np.array([0.0]), np.array([10.0]))
    there, _ = moved(at, heading(at, np.array([90.0])), np.array([EARTH_M * np.pi / 2]))
    assert coordinates(there)[1] == pytest.approx(100.0)


def test_moving_back_is_moving_by_negative_metres() -> None:
    at = place(np.array([48.0]), np.array([11.0]))
    along = heading(at, np.array([30.0]))
    there, then = moved(at, along, np.array([70_000.0]))
    back, first = moved(there, then, np.array([-70_000.0]))
    assert back == pytest.approx(at)
    assert first == pytest.approx(along)
