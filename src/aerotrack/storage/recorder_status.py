"""RecorderStatus: what the recorder says of itself."""

from dataclasses import dataclass, replace
from typing import Self


@dataclass(frozen=True, slots=True)
class RecorderStatus:
    """How the recorder is doing: counts of positions since its start, and of flights written.

    `queued` is not stored yet; `spooled` of these are safe in the spool, which takes `spool_bytes`. `dropped`
    found no room, `failed` the database refused or cannot hold (of flights and events it counts those that
    were refused without positions), `already_stored` an earlier run has stored. `spool_damaged` counts
    stretches of the spool that could not be read, `spool_lost` positions known to have been in them.
    `lag_seconds` is how long the oldest queued one has waited.
    """

    connected: bool
    queued: int
    stored: int
    flights: int
    dropped: int
    failed: int
    already_stored: int
    lag_seconds: float
    error: str | None
    spooled: int = 0
    spool_bytes: int = 0
    spool_damaged: int = 0
    spool_lost: int = 0
    spool_error: str | None = None

    @property
    def lost(self) -> int:
        """How much of what was taken is stored nowhere and safe nowhere."""
        return self.dropped + self.failed + self.spool_lost + self.queued - self.spooled

    def after(self, recovery: Self) -> Self:
        """Count in what another recorder, which is done, stored and lost before."""
        counts = ("stored", "flights", "dropped", "failed", "already_stored", "spool_damaged", "spool_lost")
        return replace(self, **{name: getattr(self, name) + getattr(recovery, name) for name in counts})
