"""A sky to photograph: its last hour is stored as a recording would be; then it flies on, live.

Beside it flies an aircraft with an emergency, once it is called for, fed as a receiver feeds.
"""

import json
import math
import os
import socket
import tempfile
import threading
import time
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from aerotrack.sources.simulator import Simulation
from aerotrack.sources.simulator.transponder import Transponders
from end_to_end.program import Program

FLIGHTS = int(os.environ.get("FLIGHTS", "8000"))
MINUTES = int(os.environ.get("MINUTES", "60"))
SEED = 5
EVERY_S = 10  # a report of each aircraft, in the recording
EMERGENCY_S = 75  # so long it has flown when it is photographed: it has a way behind it
STILL_S = 4  # nothing more is stored: all is
URL = os.environ.get("URL")  # of a server that runs already; without the emergency, and with its own past

TEXTS = ("callsign", "registration", "type_code", "category", "operator", "origin", "destination")
NUMBERS = (
    "lat", "lon", "altitude_ft", "geo_altitude_ft", "ground_speed_kt", "track_deg", "vertical_rate_fpm",
)  # fmt: skip

IN_NEED = {
    "hex": "4ca87e", "flight": "EIN68K", "t": "A320", "r": "EI-DEE", "category": "A3", "type": "adsb_icao",
    "squawk": "7700", "emergency": "general", "nic": 8, "nac_p": 9,
}  # fmt: skip
IN_NEED_FROM = (51.18, -3.1)
IN_NEED_TRACK, IN_NEED_KT, IN_NEED_FT, IN_NEED_FPM, IN_NEED_LEVEL_FT = 287.0, 372, 33_000, -1_792, 10_000


def recording(path: Path, end: float) -> None:
    """Write what would have been heard of the sky until then."""
    sky = Transponders(Simulation(flights=FLIGHTS, seed=SEED), rate=1 / EVERY_S)
    writer = None
    for begin in np.arange(end - 60 * MINUTES, end, EVERY_S):
        heard = sky.reports(sky.due(begin), sky.due(begin + EVERY_S))
        columns = heard.columns
        table = pa.table(
            {"time": pa.array((heard.last_heard * 1e6).astype(np.int64), pa.timestamp("us", "UTC"))}
            | {"icao24": [f"{address:06x}" for address in heard.address.tolist()]}
            | {name: columns[name].astype(str) for name in TEXTS}
            | {name: columns[name].astype(np.float64) for name in NUMBERS}
            | {"on_ground": np.where(columns["on_ground"] == 1, "true", "false")}
            | {"squawk": [f"{code:04d}" if code >= 0 else "" for code in columns["squawk"].tolist()]}
            | {"position_source": ["simulated"] * len(heard)}
        )
        writer = writer or pq.ParquetWriter(path, table.schema)
        writer.write_table(table)
    assert writer is not None
    writer.close()


def store(path: Path, data: Path) -> None:
    """Have it stored, as fast as that goes."""
    with Program.serving(f"file:{path}?speed=max", data_dir=data) as program:
        stored, still = -1, 0
        while still < STILL_S:
            time.sleep(1)
            now = int(figures(program.url)["database"]["stored"])
            still = still + 1 if now == stored and now > 0 else 0
            stored = now
    print(f"{stored:,} positions of the last {MINUTES} minutes are stored", flush=True)


def figures(url: str) -> dict[str, Any]:
    """Return what the server says of itself."""
    with urllib.request.urlopen(url + "/api/v1/stats", timeout=20) as answer:
        told: dict[str, Any] = json.load(answer)
    return told


def in_need(port: int, ended: threading.Event) -> None:
    """Feed one aircraft as readsb would, each second."""
    feed = None
    while feed is None:
        try:
            feed = socket.create_connection(("127.0.0.1", port), timeout=5)
        except OSError:
            if ended.wait(0.2):
                return
    began = time.time()
    with feed:
        while not ended.wait(1):
            now = time.time()
            feed.sendall(json.dumps({"now": now} | place(now - began)).encode() + b"\n")


def place(seconds: float) -> dict[str, Any]:
    """Where it is after so many seconds: down to its level, and straight on."""
    nm = IN_NEED_KT * seconds / 3600
    lat = IN_NEED_FROM[0] + nm / 60 * math.cos(math.radians(IN_NEED_TRACK))
    lon = IN_NEED_FROM[1] + nm / 60 * math.sin(math.radians(IN_NEED_TRACK)) / math.cos(math.radians(lat))
    altitude = max(IN_NEED_LEVEL_FT, round((IN_NEED_FT + IN_NEED_FPM * seconds / 60) / 25) * 25)
    return IN_NEED | {
        "lat": round(lat, 5), "lon": round(lon, 5), "alt_baro": altitude, "alt_geom": altitude + 350,
        "gs": IN_NEED_KT, "track": IN_NEED_TRACK,
        "baro_rate": IN_NEED_FPM if altitude > IN_NEED_LEVEL_FT else 0,
        "seen": 0, "seen_pos": 0,
    }  # fmt: skip


@contextmanager
def sky() -> Iterator[tuple[str, Callable[[], None]]]:
    """Run a server with a past and a present; what comes second brings the emergency, when it is called."""
    if URL:
        yield URL.rstrip("/"), lambda: None
        return
    with tempfile.TemporaryDirectory(prefix="aerotrack-pictures-") as name:
        folder = Path(name)
        folder.chmod(0o755)  # the server's PostgreSQL may be another user
        hour = folder / "hour.parquet"
        recording(hour, time.time() - 2)
        store(hour, folder / "data")
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            port = free.getsockname()[1]
        ended = threading.Event()
        feeder = threading.Thread(target=in_need, args=(port, ended))
        sources = (f"sim:?flights={FLIGHTS}&seed={SEED}", f"listen+json://127.0.0.1:{port}#roof")
        with Program.serving(*sources, data_dir=folder / "data") as program:

            def declare() -> None:
                if not feeder.is_alive():
                    feeder.start()
                    time.sleep(EMERGENCY_S)

            yield program.url, declare
            ended.set()
            if feeder.is_alive():
                feeder.join()
