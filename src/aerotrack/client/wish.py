"""What a client may ask to watch."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, TypedDict


class Wish(TypedDict, total=False):
    """The members of a subscribe. One that is left out stays as it was; None is its default."""

    bbox: tuple[float, float, float, float] | None
    """west, south, east, north in degrees; the world by default"""
    flights: Sequence[str] | None
    """up to 100 ids, watched wherever they are"""
    precision_m: float | None
    """how wrong flights may be drawn, in metres along the ground; 0 by default, which is every change"""
    filter: Mapping[str, Any] | None
    """what all flights have to match, but for the listed ones"""
    at: str | None
    """a moment of the past to play from, such as 2026-11-22T09:00:00Z; the present by default"""
    speed: float | None
    """how much faster than life the past is played: 0 pauses, 0.1 to 500 play"""


def check_names(names: Iterable[str]) -> None:
    """Raise TypeError for a name that is no member: the server would not miss what is spelled wrong."""
    wrong = [name for name in names if name not in Wish.__annotations__]
    if wrong:
        raise TypeError(f"{wrong[0]!r} cannot be watched: give {', '.join(Wish.__annotations__)}.")
