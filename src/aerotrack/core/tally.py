"""A feed's tally: what came of what it sent."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import replace

import numpy as np

from aerotrack.core.changes import Changes
from aerotrack.core.columns import POSITION_SOURCES
from aerotrack.core.observations import Observations
from aerotrack.core.outline import Outline
from aerotrack.core.reports import OF_A_VALUE, FeedReport

SMOOTHING = 0.2  # of the newest second in the rate: it looks back about five
_ADSB = POSITION_SOURCES.index("adsb")


class Tally:
    """Counts for one feed, kept by the pipeline."""

    def __init__(self, name: str, url: str) -> None:
        self._name, self._url = name, url
        self._state = "starting"
        self._error: str | None = None
        self._kinds: Counter[str] = Counter()
        self._outline: Outline | None = None
        self._messages = self._accepted = self._messages_before = 0
        self._refused: Counter[str] = Counter()
        self._rate: float | None = None
        self._last_message: float | None = None

    def connected(self) -> None:
        """Note that the feed speaks."""
        self._state, self._error = "connected", None

    def waits(self) -> None:
        """Note that the feed is open, but nobody sends."""
        self._state, self._error = "starting", None

    def failed(self, error: str) -> None:
        """Note why the feed broke off."""
        self._state, self._error = "broken", error

    def ended(self) -> None:
        """Note that a recording is over."""
        self._state = "ended"

    def heard(self, believed: Observations, refused_by_table: Mapping[str, int]) -> None:
        """Count a batch, given what the table refused of it."""
        self._messages += believed.messages
        self._refused.update(believed.refused)
        self._refused.update(refused_by_table)
        self._kinds.update(believed.kinds)
        if believed.receiver is not None and (
            self._outline is None or self._outline.receiver != believed.receiver
        ):
            self._outline = Outline(believed.receiver)
        if len(believed):
            self._last_message = float(believed.last_heard.max())
        if "lat" in believed.columns:
            heard = int(np.count_nonzero(~np.isnan(believed.columns["lat"])))
            lost = sum(count for reason, count in refused_by_table.items() if reason not in OF_A_VALUE)
            self._accepted += heard - lost

    def reached(self, changes: Changes) -> None:
        """Note how far away the accepted positions are that its own antenna heard from the aircraft."""
        if self._outline is None or self._name not in changes.feeds:
            return
        positions = changes.positions
        own = positions["feed"] == changes.feeds.index(self._name)
        own &= (positions["position_source"] == _ADSB) | (positions["position_source"] < 0)
        self._outline.reach(positions["lat"][own], positions["lon"][own])

    def tick(self, seconds: float) -> None:
        """Bring the rate up to date, `seconds` after the tick before: a tick weighs as much as it lasted."""
        if seconds <= 0:
            return
        rate = (self._messages - self._messages_before) / seconds
        self._messages_before = self._messages
        weight = 1.0 if self._rate is None else 1 - (1 - SMOOTHING) ** seconds
        self._rate = (self._rate or 0.0) + weight * (rate - (self._rate or 0.0))

    def report(self, now: float, *, retold: int = 0) -> FeedReport:
        """Say how the feed is doing at stream time `now`; `retold` positions other feeds had told before."""
        outline, told = self._outline, self._accepted + retold
        return FeedReport(
            name=self._name,
            url=self._url,
            connected=self._state == "connected",
            error=self._error,
            messages=self._messages,
            accepted=self._accepted,
            refused=dict(self._refused),
            rate_per_s=round(self._rate or 0.0, 1),
            lag_seconds=None if self._last_message is None else round(max(0.0, now - self._last_message), 3),
            last_message=self._last_message,
            state=self._state,
            kinds=dict(self._kinds),
            overlap=retold / told if told else None,
            receiver=None if outline is None else outline.receiver,
            max_range_nm=None if outline is None else outline.max_range_nm,
            outline=None if outline is None else outline.ranges_nm,
        )


def with_contributions(reports: Sequence[FeedReport]) -> list[FeedReport]:
    """Say of all feeds what share of the accepted positions each told."""
    total = sum(report.accepted for report in reports)
    return [replace(report, contribution=report.accepted / total if total else None) for report in reports]
