"""Courtesy: how servers are treated that are not ours, so that an outage of theirs is not made worse by us.

A server that says when to come back is believed. One that fails is left alone for twice as long each time,
from 10 s to 15 min. One that refuses us is not asked again: only its user can change that.
"""

import math
import random
from collections.abc import Callable, Mapping
from datetime import UTC
from email.utils import parsedate_to_datetime

import httpx

from aerotrack import __version__
from aerotrack.core.ports import Clock
from aerotrack.errors import FeedError
from aerotrack.sources.turns import Turns

AGENT = f"AeroTrack/{__version__} (+https://github.com/aerotrack/aerotrack)"
UNAUTHORIZED, FORBIDDEN = 401, 403
_FIRST_PAUSE_S, _LONGEST_PAUSE_S = 10.0, 600.0  # and up to half as much again, so that not all come at once
_SPREAD = 1.5
_LONGEST_TOLD_S = 86_400.0
_TOLD = ("X-Rate-Limit-Retry-After-Seconds", "Retry-After")


class Courtesy:
    """One server's patience with us, kept for as long as the feed.

    `header` is sent with each request; it may be a secret. `remedy` says what to do when it refuses us.
    In `turns` it is asked by all our sources, each request `apart` seconds after the last.
    """

    def __init__(
        self,
        where: str,
        *,
        clock: Clock,
        header: Mapping[str, str] | None = None,
        remedy: str = "check the address and the key, and start again",
        spread: Callable[[float, float], float] = random.uniform,
        turns: Turns | None = None,
        apart: float = 0.0,
    ) -> None:
        self.where, self.remedy = where, remedy
        self._header = dict(header or {})
        self._clock, self._spread = clock, spread
        self._turns, self._apart = turns, apart
        self._failures = 0

    @property
    def secret(self) -> bool:
        """Whether requests carry what no other server may see."""
        return bool(self._header)

    async def turn(self) -> None:
        """Wait until the next request may be made."""
        if self._turns:
            await self._turns.wait(self._apart)

    def ahead(self) -> float:
        """Return how long a request that came now would wait for its turn, seconds."""
        return self._turns.ahead(self._apart) if self._turns else 0.0

    async def headers(self, client: httpx.AsyncClient) -> Mapping[str, str]:
        """Return what to send with the next request. Raises FeedError, httpx.HTTPError."""
        del client
        return self._header

    def answered(self, headers: Mapping[str, str]) -> None:
        """Note that the server answered as it should, and what it said beside."""
        del headers
        self._failures = 0

    def refused(self, status: int, headers: Mapping[str, str]) -> FeedError:
        """Return the error for an answer that is none."""
        if status in (UNAUTHORIZED, FORBIDDEN):
            return FeedError(f"{self.where} refuses us ({status}): {self.remedy}.", pause=math.inf)
        told = self._told(headers)
        if told is None:
            return self.failed(f"{self.where} answered {status}")
        return self._left_alone(f"{self.where} answered {status} and wants {told:.0f} s of peace.", told)

    def failed(self, what: str) -> FeedError:
        """Return the error for a server that does not answer as it should; `what` is half a sentence."""
        pause = min(_FIRST_PAUSE_S * 2.0**self._failures, _LONGEST_PAUSE_S) * self._spread(1.0, _SPREAD)
        self._failures = min(self._failures + 1, 16)
        return self._left_alone(f"{what}; it is left alone for {pause:.0f} s.", pause)

    def _left_alone(self, why: str, pause: float) -> FeedError:
        if self._turns:
            self._turns.rest(pause)
        return FeedError(why, pause=pause)

    def _told(self, headers: Mapping[str, str]) -> float | None:
        """Return for how many seconds the server wants to be left alone, if it says so."""
        for name in _TOLD:
            seconds = self._seconds(headers.get(name, ""))
            if 0 <= seconds <= _LONGEST_TOLD_S:
                return max(seconds, 1.0) * self._spread(1.0, 1.1)
        return None

    def _seconds(self, text: str) -> float:
        """Read seconds, or a date as the seconds until then; NaN if it is neither."""
        try:
            return float(text)
        except ValueError:
            pass
        try:
            moment = parsedate_to_datetime(text)
        except (ValueError, TypeError, IndexError):
            return math.nan
        return max((moment if moment.tzinfo else moment.replace(tzinfo=UTC)).timestamp() - self._clock(), 0.0)
