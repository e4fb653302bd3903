"""Published rows of every class over literal ticks, and what clients are told of them, read back."""

import json
from typing import Any

from aerotrack.core.changes import Changes
from aerotrack.core.precision import BOUNDS
from aerotrack.web.latest import LatestRows
from aerotrack.web.published import PublishedRows
from aerotrack.web.told import Told
from fakes import changes_of, rows_of

RYANAIR, DELTA = 0x4CA2D6, 0xA12345
FIRST_START = "-6740a31c"


def classes_of(*ticks: Changes, ring: int = 65_536) -> list[PublishedRows]:
    """Publish these ticks."""
    latest = LatestRows()
    classes = [PublishedRows(latest, bound, ring=ring) for bound in BOUNDS]
    for changes in ticks:
        publish(classes, changes)
    return classes


def publish(classes: list[PublishedRows], changes: Changes) -> None:
    """Publish one more tick."""
    turn = classes[0].latest.apply(changes)
    for published in classes:
        published.publish(turn)


def over(tick: int, lat: Any, lon: Any, address: Any = RYANAIR, **known: Any) -> Changes:
    """Make a tick in which flights are at a place."""
    return changes_of(tick, rows_of(address, lat=lat, lon=lon, **known))


def flights_in(told: Told) -> dict[str, dict[str, Any]]:
    """Read the flights that a JSON client is told, by their aircraft."""
    flights = [json.loads(text) for text in told.texts]
    assert len({flight["id"] for flight in flights}) == len(flights)
    return {flight["id"][:6]: flight for flight in flights}
