"""From `./aerotrack` on a warm clone to `AeroTrack ready`.

The control is what no start can be faster than: a Python that imports the same libraries and does nothing.

    ./aerotrack bench start
"""

import os
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

RUNS = 7
HOME = Path(__file__).parent.parent
LIBRARIES = "import asyncpg, cyclopts, fastapi, httpx, msgspec, numpy, orjson, structlog, uvicorn, uvloop"


def start(data_dir: str) -> float:
    began = time.monotonic()
    program = subprocess.Popen(
        [HOME / "aerotrack", "--port", "0", "--data-dir", data_dir],
        stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True,
        env=os.environ | {"AEROTRACK_VENV": sys.prefix},
    )  # fmt: skip
    assert program.stdout is not None
    line = program.stdout.readline()
    seconds = time.monotonic() - began
    assert line.startswith("AeroTrack ready"), line
    program.terminate()
    program.wait(20)
    return seconds


def libraries() -> float:
    began = time.monotonic()
    subprocess.run([sys.executable, "-c", LIBRARIES], check=True)
    return time.monotonic() - began


if __name__ == "__main__":
    with tempfile.TemporaryDirectory(prefix="aerotrack-bench-") as data_dir:
        first = start(data_dir)
        pairs = [(start(data_dir), libraries()) for _ in range(RUNS)]
    warm, control = (statistics.median(pair[i] for pair in pairs) for i in (0, 1))
    spread = f"{min(p[0] for p in pairs):.2f} to {max(p[0] for p in pairs):.2f}"
    print(f"first start, with initdb    {first:.2f} s")
    print(f"warm start, median of {RUNS}     {warm:.2f} s ({spread})")
    print(f"control: imports alone      {control:.2f} s; a start takes {warm / control:.1f} times that")
