"""Feeds on sockets: lines that are made anew twice a second, and a flight in them that goes north."""

import json
import socketserver
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager

PAUSE_S = 0.5


@contextmanager
def feeder(lines: Callable[[], bytes], port: int = 0) -> Iterator[int]:
    """Send the lines twice a second to whoever connects; yields the port, a free one if it is 0."""
    stopped = threading.Event()

    class Talk(socketserver.BaseRequestHandler):
        def handle(self) -> None:
            while not stopped.wait(PAUSE_S):
                try:
                    self.request.sendall(lines())
                except OSError:
                    return

    class Server(socketserver.ThreadingTCPServer):
        allow_reuse_address = True
        daemon_threads = True

    with Server(("127.0.0.1", port), Talk) as server:
        thread = threading.Thread(target=server.serve_forever, args=(0.1,), daemon=True)
        thread.start()
        try:
            yield server.server_address[1]
        finally:
            stopped.set()
            server.shutdown()


def sbs(callsigns: Sequence[str]) -> bytes:
    """Tell of a flight for each callsign, as BaseStation does."""
    at = time.strftime("%Y/%m/%d,%H:%M:%S.000", time.gmtime())
    lines = []
    for number, callsign in enumerate(callsigns):
        address = f"3C640{number}"
        lat = 50 + number / 10 + (time.time() % 1000) / 1e5
        lines.append(f"MSG,1,1,1,{address},1,{at},{at},{callsign},,,,,,,,,,,")
        lines.append(f"MSG,3,1,1,{address},1,{at},{at},,30000,,,{lat:.5f},8.5,,,0,,0,0")
        lines.append(f"MSG,4,1,1,{address},1,{at},{at},,,450,10,,,0,,,,,")
    return "".join(line + "\r\n" for line in lines).encode()


def aircraft(**texts: str) -> bytes:
    """Tell of one flight, as a line of readsb's JSON, with some texts in it."""
    now = time.time()
    told = {
        "now": now, "hex": "4ca2d6", "alt_baro": 31000, "lat": 51.5 + (now % 1000) / 1e5, "lon": 9.5,
        "gs": 430.0, "track": 10.0, "seen_pos": 0.0, "seen": 0.0, "squawk": "7700", "emergency": "general",
        "type": "adsb_icao",
    }  # fmt: skip
    return json.dumps(told | texts).encode() + b"\n"
