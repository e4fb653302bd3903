"""Reports: what the moving parts say about themselves, for the API and the log."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from aerotrack.core.observations import Receiver

OF_A_VALUE = frozenset({"bad_field", "altitude_jump", "outranked_value"})
"""The reasons for which a single value was left out of a row that stands."""


@dataclass(frozen=True, slots=True)
class FeedReport:
    """How a feed is doing. Times are Unix seconds, `rate_per_s` is of messages over the last ticks.

    `accepted` and `refused` count positions; `refused` also what the decoder could not read, by reason.
    `lag_seconds` is how far the newest observation is behind the stream's clock, None before the first.

    `state` is starting (also when it is open, but nobody sends), connected, broken (see `error`; it is tried
    again) or ended. `kinds` counts messages in the words of their format. `overlap` is the share of its
    positions that other feeds had told before it, `contribution` its share of the accepted positions of all
    feeds, both 0 to 1, None before there are any.

    `receiver` is where its antenna stands, None where nobody said. Then `outline` is how far it hears, NM:
    the farthest accepted position in each 10 degrees of bearing, from north on, None where there is none yet;
    `max_range_nm` is the farthest of all.
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
    state: str = "starting"
    kinds: Mapping[str, int] = field(default_factory=dict)
    overlap: float | None = None
    contribution: float | None = None
    receiver: Receiver | None = None
    max_range_nm: float | None = None
    outline: tuple[float | None, ...] | None = None
