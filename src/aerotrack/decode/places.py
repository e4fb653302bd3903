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
        lats, lons, times = (heard[name].tolist() for name in _PLACE)
        last = self._last
        repeated = []
        rows = zip(address.tolist(), lats, lons, times, strict=True)
        for i, (aircraft, lat, lon, time) in enumerate(rows):
            if time != time:  # noqa: PLR0124  NaN: no position
                continue
            if aircraft in last:
                old_lat, old_lon, old_time = last[aircraft]
                if lat == old_lat and lon == old_lon and abs(time - old_time) < ROUNDING_S:
                    repeated.append(i)
                    continue
            elif len(last) >= _AIRCRAFT:
                last.clear()
            last[aircraft] = (lat, lon, time)
        return repeated
