"""JSON lines: one aircraft object a line, as readsb's `--net-json-port` prints and importers keep them."""

from collections import Counter

import msgspec

from aerotrack.core.observations import Observations
from aerotrack.decode.cells import Cells
from aerotrack.decode.lines import LineByLine
from aerotrack.decode.readsb_json import Aircraft, AircraftObjects
from aerotrack.decode.stamps import in_step, moments

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
        objects = _objects(lines)
        refused: Counter[str] = Counter(too_long=too_long, bad_json=len(lines) - len(objects))
        made = in_step(moments(Cells(Counter()).floats([o.now for o in objects])), now)
        return self._aircraft.read(objects, made, messages=messages, refused=refused)


def _objects(lines: list[bytes]) -> list[Aircraft]:
    try:
        return list(map(_AIRCRAFT.decode, lines))
    except (ValueError, RecursionError):  # then it is worth to look at each line
        return [o for o in map(_object, lines) if o is not None]


def _object(line: bytes) -> Aircraft | None:
    try:
        return _AIRCRAFT.decode(line.rstrip(b","))
    except (ValueError, RecursionError):  # bad JSON, bad UTF-8, no object; too many brackets
        return None
