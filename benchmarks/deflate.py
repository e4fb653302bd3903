"""The claim: compressing a map's messages would cost far more CPU than sending them, and save a quarter.

So permessage-deflate is not negotiated. Measured: raw deflate at level 1, each message by itself, so that it
could be compressed once and shared by all who watch and hold the same; maps seldom do. The messages are those
of a simulated world of 20,000 flights that all report each second: one client of each kind, its first picture
and 20 ticks.

The control is what sending a message costs without it: 10 us, and some 0.2 us for each KB (send_cost.py and
viewports.py measure that).

    ./aerotrack bench deflate        20 seconds
"""

import asyncio
import time
import zlib

from airshow.shelf import Shelf, telling
from airshow.traffic import Traffic

from aerotrack.core.tiles import View
from aerotrack.web.broadcaster import Broadcaster
from aerotrack.web.viewer import Viewer
from aerotrack.web.watch import Watch

FLIGHTS, TICKS, BEGIN = 20_000, 20, 1_795_348_800.0
SEND_S, SEND_KB_S = 10e-6, 0.2e-6
EUROPE, GERMANY = View.of(-10, 35, 30, 60), View.of(5, 47, 16, 55)
KINDS = {
    "the world, 4892 m": Watch(precision=3),
    "the world, every change": Watch(),
    "Europe, 611 m": Watch(EUROPE, precision=2),
    "Europe, every change": Watch(EUROPE),
    "Germany, every change": Watch(GERMANY),
}


async def messages() -> dict[tuple[str, str], tuple[list[bytes], list[bytes]]]:
    """Return the frames of each kind of client: its picture, and what came after."""
    traffic, broadcaster = Traffic(FLIGHTS), Broadcaster()
    shelves = {(name, form): Shelf() for name in KINDS for form in ("binary", "JSON")}
    for (name, form), shelf in shelves.items():
        viewer = Viewer(shelf, binary=form == "binary")
        viewer.ask(KINDS[name], anew=True)
        broadcaster.enter(viewer)
    async with telling(broadcaster) as tell:
        await tell(traffic.tick(BEGIN))
        pictures = {key: shelf.frames() for key, shelf in shelves.items()}
        for tick in range(TICKS):
            await tell(traffic.tick(BEGIN + tick + 1))
    return {key: (pictures[key], shelf.frames()) for key, shelf in shelves.items()}


def deflated(payload: bytes) -> int:
    """Return how many bytes of it permessage-deflate would send."""
    deflator = zlib.compressobj(1, zlib.DEFLATED, -15)
    return len(deflator.compress(payload)) + len(deflator.flush(zlib.Z_SYNC_FLUSH)) - 4


def main() -> None:
    """Print the share that is left, and CPU, of each kind."""
    for (name, form), (picture, deltas) in asyncio.run(messages()).items():
        for what, frames in (("picture", picture), ("a tick", deltas)):
            octets = sum(map(len, frames))
            began = time.process_time()
            left = sum(map(deflated, frames))
            spent = time.process_time() - began
            writes = TICKS if what == "a tick" else 1
            sending = SEND_S * writes + SEND_KB_S * octets / 1000
            print(
                f"{name:24} {form:7} {what:8} {octets / writes / 1000:8.1f} kB, {left / octets:4.0%} left,"
                f" {spent / writes * 1e3:6.2f} ms of CPU: {spent / sending:4.0f} times what sending it costs"
            )


if __name__ == "__main__":
    main()
