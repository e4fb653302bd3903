"""Decoders: bytes in, Observations out. Pure; one file per format."""

from typing import Protocol

from aerotrack.core.observations import Observations


class Decoder(Protocol):
    """What every decoder is to the sources: bytes may be cut anywhere, the rows and counts are the same."""

    def feed(self, data: bytes, now: float | None) -> Observations:
        """Read on. `now` (Unix seconds) is when live data arrived; None for a recording, whose stamps count.

        Never raises for what the bytes hold: what cannot be used is counted in `Observations.refused`.
        """
        ...

    def end(self, now: float | None) -> Observations:
        """Read what is left at the end of the data; what is cut off there is refused as `truncated`."""
        ...
