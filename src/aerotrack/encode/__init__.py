"""Flights as files of the formats that others read: columns in, bytes out. Pure; one file per format."""

from collections.abc import Mapping, Sequence
from typing import Any, Literal, Protocol

from aerotrack.core.columns import Columns

Flight = Mapping[str, Any]
"""A flight under the schema's public names, as JSON has it; None is not known."""


class Encoder(Protocol):
    """What every encoder is to those who write files. Its pieces, joined, are the file.

    `order` is what the positions must be sorted by: `time`, or `flight` and then time. A file of rows is in
    order of time, so that it can be played again; a file of lines has each flight together.
    """

    order: Literal["time", "flight"]
    media_type: str

    def begin(self) -> bytes:
        """Write what stands before the first position."""
        ...

    def add(self, flights: Sequence[Flight], positions: Columns) -> bytes:
        """Write N positions, and return what of the file is ready.

        `positions` are `time` and the schema's stored columns (N,), where `feed` holds names (objects, or
        None), and `flight` (N,), the index of each one's flight in `flights`.
        """
        ...

    def end(self) -> bytes:
        """Write the rest."""
        ...
