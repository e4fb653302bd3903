"""What a client watches. Pure."""

from dataclasses import dataclass, field
from zlib import crc32

import numpy as np

from aerotrack.core.tiles import WORLD, View
from aerotrack.web.flight_filter import FlightFilter


@dataclass(frozen=True, slots=True)
class Watch:
    """A view, flights by their bigint ids wherever they are, a class of precision, and perhaps a filter.

    Equal watches have equal names, and others hardly ever.
    """

    view: View = WORLD
    flights: frozenset[int] = frozenset()
    precision: int = 0
    filter: FlightFilter | None = None
    name: str = field(init=False, compare=False)

    def __post_init__(self) -> None:
        name = self.view.name
        if self.precision:
            name += f";p{self.precision}"
        if self.flights:
            listed = crc32(np.sort(np.array([*self.flights], np.int64)).tobytes())
            name += f";f{listed:08x}"
        if self.filter:
            name += f";m{crc32(repr(self.filter).encode()):08x}"
        object.__setattr__(self, "name", name)
