"""Reports: what the moving parts say about themselves, for the API and the log."""

from collections.abc import Mapping
from dataclasses import dataclass, field

OF_A_VALUE = frozenset({"bad_field", "altitude_jump"})
"""The reasons for which a single value was left out of a row that stands."""


@dataclass(frozen=True, slots=True)
class FeedReport:
    """How a feed is doing. Times are Unix seconds, `rate_per_s` is of messages over the last ticks.

    `accepted` and `refused` count positions; `refused` also what the decoder could not read, by reason.
    `lag_seconds` is how far the newest observation is behind the stream's clock, None before the first.
    """

    name: str
    url: str
    connected: bool = False
    error: str | None = None
    messages: int = 0
    accepted: int = 0
    refused: Mapping[str, int] = field(default_factory=dict)
    rate_per_s: float = 0.0
    lag_seconds: float | None = None
    last_message: float | None = None
