"""A viewer: what the broadcaster knows of one connection. It queues nothing."""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Protocol

from aerotrack.web.watch import Watch

if TYPE_CHECKING:
    from aerotrack.web.personal import FilteredPicture


class FrameSink(Protocol):
    """Where frames go, in pieces, that are ready to be sent."""

    @property
    def ready(self) -> bool:
        """Whether the client has taken nearly all it was sent."""
        ...

    @property
    def waiting(self) -> int:
        """How many bytes wait for the client."""
        ...

    def push(self, pieces: Sequence[bytes]) -> None:
        """Write pieces of frames at once."""
        ...


class Viewer:
    """One client: what it wants, and what it was told.

    Two ticks are kept: `told`, the one named last, and `holds`, the one whose picture the client has. They
    differ while nothing changes, for then nothing is sent.
    """

    __slots__ = (  # there may be tens of thousands
        "anew",
        "asked",
        "binary",
        "feeds_told",
        "filtered",
        "holds",
        "sink",
        "told",
        "told_at",
        "wants",
        "watch",
    )

    def __init__(self, sink: FrameSink, *, binary: bool) -> None:
        self.sink = sink
        self.binary = binary
        self.wants: Watch | None = None
        self.watch: Watch | None = None  # what it was told of
        self.asked = False  # it awaits an answer
        self.anew = True  # and that is to be a fresh picture
        self.told = 0
        self.told_at = 0.0
        self.holds = 0
        self.feeds_told = 0  # how many names of feeds
        self.filtered: FilteredPicture | None = None  # what it holds, where it filters

    def ask(self, watch: Watch, *, anew: bool) -> None:
        """Have it want something, and answer with the next `changes`."""
        self.wants = watch
        if watch.filter is None:
            self.filtered = None
        self.anew |= anew
        self.asked = True

    def resume(self, watch: Watch, tick: int) -> None:
        """Have it go on with the picture of `tick` that it brought along."""
        self.wants = self.watch = watch
        self.told = self.holds = tick
        self.anew, self.asked = False, True

    def note(self, tick: int, at: float, feeds: int) -> None:
        """Note that it was told of all that it wants up to `tick`, and of so many names of feeds."""
        self.watch = self.wants
        self.told = self.holds = tick
        self.told_at = at
        self.feeds_told = feeds
        self.anew = self.asked = False
