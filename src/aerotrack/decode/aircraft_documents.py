"""What a receiver's web server lists at one moment: `aircraft.json`, or binCraft where it offers that."""

from aerotrack.core.observations import Observations
from aerotrack.decode.aircraft_json import AircraftJson
from aerotrack.decode.bincraft import BinCraft, is_bincraft


class AircraftDocuments:
    """Decodes documents of both kinds, told apart by how they begin. One decoder per feed.

    `newest` is the greatest time of a document so far, Unix seconds, 0 before the first.
    """

    def __init__(self) -> None:
        self._json, self._bincraft = AircraftJson(), BinCraft()

    @property
    def newest(self) -> float:
        """Return the time of the newest document."""
        return max(self._json.newest, self._bincraft.newest)

    def document(self, text: bytes, now: float | None) -> Observations:
        """Read one document that is there as a whole."""
        return (self._bincraft if is_bincraft(text) else self._json).document(text, now)
