"""`aerotrack doctor`: whether a start would go well here."""

from aerotrack.commands.options import Serve, settings_of
from aerotrack.doctor.examination import examine


def doctor(*sources: str, options: Serve | None = None) -> int:
    """Return how many things fail."""
    return examine(lambda: settings_of(options or Serve(), sources=sources or None))
