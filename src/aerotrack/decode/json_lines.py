"""JSON lines: one aircraft object a line, as readsb's `--net-json-port` prints and importers keep them."""

from collections import Counter

import msgspec
import numpy as np

from aerotrack.core.observations import Observations
from aerotrack.decode.lines import LineByLine
from aerotrack.decode.readsb_json import Aircraft, AircraftObjects
from aerotrack.decode.stamps import in_step, seconds

_AIRCRAFT = msgspec.json.Decoder(Aircraft)


class JsonLines(LineByLine):
    """Decodes aircraft objects, each with its own `now`, one a line; a comma after each is tolerated.

    Live, `now` may be absent or by a clock that is wrong: more than a minute off, the time of arrival stands.
    Refuses `too_long`, `bad_json` and what AircraftObjects refuses.
    """

    def __init__(self) -> None:
        super().__init__()
        self._aircraft = AircraftObjects()

    def _read(self, lines: list[bytes], too_long: int, now: float | None) -> Observations:
        messages = len(lines) + too_long
        objects = [o for o in map(_object, lines) if o is not None]
        refused: Counter[str] = Counter(too_long=too_long, bad_json=len(lines) - len(objects))
        made = in_step(np.array([seconds(o.now) for o in objects], np.float64), now)
        return self._aircraft.read(objects, made, messages=messages, refused=refused)


def _object(line: bytes) -> Aircraft | None:
    try:
        return _AIRCRAFT.decode(line.rstrip(b","))
    except (ValueError, RecursionError):  # bad JSON, bad UTF-8, no object; too many brackets
        return None
