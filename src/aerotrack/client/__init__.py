"""A client of AeroTrack's stream: a picture of the sky that keeps itself right.

    async for changes in aerotrack.client.stream("http://127.0.0.1:8080", bbox=(5, 45, 16, 55)):
        print(changes.tick, len(changes.updated["address"]), len(changes.gone["address"]))

It speaks the binary subprotocol of docs/reference/stream-binary.md, checks every digest, asks anew when
something was missed, and connects again, where it left off, when the server or the network goes away.
"""

from aerotrack.client.live import LiveSky, stream
from aerotrack.client.wish import Wish
from aerotrack.core.changes import Changes
from aerotrack.errors import StreamError

__all__ = ["Changes", "LiveSky", "StreamError", "Wish", "stream"]
