"""What the drop-in addresses are asked for: some of the live flights, copied, to be written in a thread."""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from aerotrack.core.columns import BY_NAME, Columns
from aerotrack.core.geo import bearing_deg
from aerotrack.core.ports import Sky
from aerotrack.encode.readsb import BETWEEN
from aerotrack.errors import SettingsError
from aerotrack.web.answers import SLICE
from aerotrack.web.filters import Filters, choose
from aerotrack.web.flight_filter import EVERY_FLIGHT, FlightFilter
from aerotrack.web.subscriptions import Box

MOST_RADIUS_NM = 250.0
"""What the services allow whose addresses these are."""


@dataclass(frozen=True, slots=True)
class Question:
    """Which flights; all of it must match.

    `callsigns` match whole. `circle` is (latitude, longitude, radius in nm), and `closest` only its middle's
    nearest; `placed` leaves out flights whose place is not known.
    """

    flight: FlightFilter = EVERY_FLIGHT
    callsigns: tuple[str, ...] = ()
    bbox: Box | None = None
    circle: tuple[float, float, float] | None = None
    closest: bool = False
    placed: bool = False

    def check(self) -> None:
        """Raise SettingsError for what cannot be asked."""
        self.flight.check()
        if self.circle is not None:
            lat, lon, radius = self.circle
            if not (abs(lat) <= 90 and abs(lon) <= 360 and 0 <= radius <= MOST_RADIUS_NM):  # noqa: PLR2004  the globe
                raise SettingsError(
                    f"{lat:g}, {lon:g} with a radius of {radius:g} nm cannot be asked for: give a latitude, "
                    f"a longitude and a radius of at most {MOST_RADIUS_NM:g} nm."
                )

    def of(self, sky: Sky) -> Columns:
        """Copy the flights that match: the schema's columns and `address`.

        In a circle they are in order of `distance_nm`, and have `direction_deg`, both from its middle.
        """
        near = self.circle and self.circle[:2]
        radius = self.circle and self.circle[2]
        asked = Filters(flight=self.flight, bbox=self.bbox, near=near, radius_nm=radius)
        rows, distance = choose(sky, asked)
        passes = self._passes(sky.columns, rows)
        rows, distance = rows[passes], None if distance is None else distance[passes]
        if self.closest:
            rows, distance = rows[:1], None if distance is None else distance[:1]
        columns = {name: sky.columns[name][rows] for name in (*BY_NAME, "address")}
        if near is not None and distance is not None:
            columns["distance_nm"] = distance
            columns["direction_deg"] = bearing_deg(*near, columns["lat"], columns["lon"])
        return columns

    def _passes(self, columns: Columns, rows: NDArray[np.intp]) -> NDArray[np.bool_]:
        passes = np.ones(len(rows), bool)
        if self.callsigns:
            wanted = [text.upper().encode("ascii", "replace") for text in self.callsigns]
            passes &= np.isin(np.strings.upper(columns["callsign"][rows]), wanted)
        if self.placed:
            passes &= np.isfinite(columns["lat"][rows])
        return passes


EVERYONE = Question()


def callsigns_of(text: str) -> tuple[str, ...]:
    """Cut callsigns at their commas. Raises SettingsError when there is none, or one too many."""
    FlightFilter(callsign=text).check()
    parts = tuple(part.strip() for part in text.split(",") if part.strip())
    if not parts:
        raise SettingsError(f"{text!r} is no callsign: give one such as DLH9LF.")
    return parts


def in_steps(columns: Columns, write: Callable[[Columns], list[bytes]]) -> list[bytes]:
    """Write N flights a slice after the other, each joined: between them other threads get their turn."""
    written: list[bytes] = []
    for begin in range(0, len(columns["address"]), SLICE):
        part = slice(begin, begin + SLICE)
        written.append(BETWEEN.join(write({name: values[part] for name, values in columns.items()})))
    return written
