"""Token buckets: how often somebody may do something. Pure; the caller has the clock."""

from collections import OrderedDict

MOST = 16_384


class Buckets:
    """A bucket for each who comes: it holds `burst`, and `per_second` more flow in.

    Kept is only when a bucket will be full again, and of at most `most`: beyond that those that were used
    longest ago are taken for full. So a flood from ever new addresses costs no more memory.
    """

    def __init__(self, per_second: float, burst: float, most: int = MOST) -> None:
        self._gap = 1 / per_second
        self._depth = burst / per_second  # seconds that an empty one takes to fill
        self._most = most
        self._full_at: OrderedDict[str, float] = OrderedDict()

    def __len__(self) -> int:
        """How many are kept."""
        return len(self._full_at)

    def take(self, who: str, now: float) -> float:
        """Take one at `now`, in seconds; return 0.0, or how many seconds to wait where none is left."""
        full_at = max(self._full_at.get(who, 0.0), now) + self._gap
        if (wait := full_at - now - self._depth) > self._gap * 1e-6:  # not what rounding makes of nothing
            return wait
        self._full_at[who] = full_at
        self._full_at.move_to_end(who)
        while len(self._full_at) > self._most or next(iter(self._full_at.values())) <= now:
            self._full_at.popitem(last=False)
        return 0.0
