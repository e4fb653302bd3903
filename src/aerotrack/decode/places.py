"""Places: which positions of a feed are news, given that it repeats the last until there is a newer one."""

from collections.abc import Mapping
from typing import Any

from numpy.typing import NDArray

ROUNDING_S = 0.3  # some programs round `now` and `seen_pos` to 0.1 s each: twice that, and a little
_PLACE = ("lat", "lon", "time")
_AIRCRAFT = 100_000  # how many are remembered: more than ever fly


class Places:
    """The last place of each aircraft. The same at the same time, give or take the rounding, is not news."""

    def __init__(self) -> None:
        self._last: dict[int, tuple[float, float, float]] = {}

    def repeated(self, address: NDArray[Any], heard: Mapping[str, NDArray[Any]]) -> list[int]:
        """Return which of N rows repeat a place; remember the others. `heard` has `lat`, `lon` and `time`.

        A repeated place keeps the time it was first heard with, so that rounding does not add up.
        """
        rows = zip(*(column.tolist() for column in (address, *(heard[name] for name in _PLACE))), strict=True)
        last = self._last
        repeated = []
        for i, (aircraft, lat, lon, time) in enumerate(rows):
            if time != time:  # noqa: PLR0124  NaN: no position
                continue
            before = last.get(aircraft)
            if before is not None and before[:2] == (lat, lon) and abs(time - before[2]) < ROUNDING_S:
                repeated.append(i)
                continue
            if len(last) >= _AIRCRAFT and aircraft not in last:
                last.clear()
            last[aircraft] = (lat, lon, time)
        return repeated
