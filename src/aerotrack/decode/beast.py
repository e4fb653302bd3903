"""Beast: the binary output of a Beast, a Radarcape, readsb and dump1090, port 30005."""

from collections import Counter
from dataclasses import replace

from aerotrack.core.observations import Observations, Receiver
from aerotrack.decode.beast_framing import BeastFrames, BeastFraming
from aerotrack.decode.modes.decoder import ModeS
from aerotrack.decode.modes.frames import Frames
from aerotrack.decode.ticks import MLAT_TICKS, UAT_TICKS, TickTimes


class Beast:
    """Decodes Beast bytes. A recording's counters have no date: its first frame was heard at `start`.

    Neither a heartbeat nor garbage is a message, so that a receiver that hears nothing any more is silent.
    """

    def __init__(self, receiver: Receiver | None = None, *, start: float = 0.0) -> None:
        self._framing, self._times, self._modes = BeastFraming(), TickTimes(start), ModeS(receiver)

    def feed(self, data: bytes, now: float | None) -> Observations:
        """Read on; see Decoder. Refuses `garbage` (what is no frame) and what ModeS refuses."""
        read = self._framing.feed(data)
        decoded = self._modes.decode(self._frames(read, now))
        if not read.garbage and not read.mode_ac:
            return decoded
        refused = Counter(decoded.refused) + Counter(garbage=read.garbage)
        kinds = Counter(decoded.kinds) + Counter({"Mode A/C": read.mode_ac})
        messages = decoded.messages + read.mode_ac
        return replace(decoded, refused=refused, kinds=kinds, messages=messages)

    def end(self, now: float | None) -> Observations:
        """Give up on an unfinished frame."""
        del now
        cut = int(self._framing.end() > 0)
        return Observations.none(refused={"truncated": cut} if cut else {}, messages=0)

    def _frames(self, read: BeastFrames, now: float | None) -> Frames:
        times = self._times.recorded(read.ticks) if now is None else self._times.live(read.ticks, now)
        frames = Frames(read.data, times, read.ticks == MLAT_TICKS)
        of_uat = read.ticks == UAT_TICKS  # another link, made to look like this one
        return frames.take(~of_uat) if of_uat.any() else frames
