"""Distances and directions on a spherical Earth, on arrays. The sphere errs by at most 0.6 %."""

from typing import Any

import numpy as np
from numpy.typing import NDArray

EARTH_RADIUS_NM = 6371.0088 / 1.852
"""The mean radius R1 of the IUGG (Moritz, Geodetic Reference System 1980, 2000)."""

DEGREE_M = EARTH_RADIUS_NM * 1852 * np.pi / 180
"""A degree of latitude on that sphere, in metres."""
KNOT_MS = 1852 / 3600
"""A knot, in metres a second."""

Degrees = NDArray[Any] | float


def distance_nm(lat1: Degrees, lon1: Degrees, lat2: Degrees, lon2: Degrees) -> NDArray[np.float64]:
    """Return the great-circle distances in nautical miles between places in degrees; shapes broadcast.

    The haversine formula, which is exact for near places too: R. W. Sinnott, Virtues of the Haversine,
    Sky & Telescope 68 (1984), page 159. NaN where a place is unknown.
    """
    phi1, phi2 = np.radians(lat1), np.radians(lat2)
    half_across, half_along = np.radians(np.subtract(lon2, lon1)) / 2, (phi2 - phi1) / 2
    chord = np.sin(half_along) ** 2 + np.cos(phi1) * np.cos(phi2) * np.sin(half_across) ** 2
    return np.asarray(2 * EARTH_RADIUS_NM * np.arcsin(np.sqrt(np.minimum(chord, 1.0))))


def far_apart_deg(lat1: Degrees, lon1: Degrees, lat2: Degrees, lon2: Degrees) -> NDArray[np.float64]:
    """Return in degrees what the ways between places are no longer than; of near ones it is the way.

    The straight line in latitude and longitude, as wide as it is where it is nearest to the equator.
    """
    north = np.subtract(lat2, lat1)
    widest = np.cos(np.radians(lat2)) + np.radians(np.abs(north))  # a cosine changes no faster than its angle
    return np.asarray(np.hypot(north, widest * np.subtract(lon2, lon1)))


def bearing_deg(lat1: Degrees, lon1: Degrees, lat2: Degrees, lon2: Degrees) -> NDArray[np.float64]:
    """Return the true courses in degrees (0 <= course < 360) at which great circles leave the first places.

    E. Williams, Aviation Formulary 1.47, "Course between points". NaN where a place is unknown.
    """
    phi1, phi2, across = np.radians(lat1), np.radians(lat2), np.radians(np.subtract(lon2, lon1))
    east = np.sin(across) * np.cos(phi2)
    north = np.cos(phi1) * np.sin(phi2) - np.sin(phi1) * np.cos(phi2) * np.cos(across)
    course = np.degrees(np.arctan2(east, north)) % 360.0
    return np.asarray(np.where(course == 360.0, 0.0, course))  # noqa: PLR2004  what % makes of -1e-15
