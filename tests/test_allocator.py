import platform
import subprocess
import sys

import pytest

from aerotrack.allocator import LARGE

glibc = pytest.mark.skipif(platform.libc_ver()[0] != "glibc", reason="another C library has other habits")

KEPT_MB = """
import sys, threading, psutil
from aerotrack.allocator import give_back

if sys.argv[1] == "set":
    assert give_back()

def work():
    bytearray(16 << 20)
    columns, beside = [], []
    for _ in range(40):
        columns.append(b"x" * (2 << 20))
        beside.append(b"x" * 1000)
    kept.append(beside)

kept = []
before = psutil.Process().memory_info().rss
for _ in range(3):
    thread = threading.Thread(target=work)
    thread.start()
    thread.join()
print((psutil.Process().memory_info().rss - before) >> 20)
"""

TRIMMED_MB = """
import asyncio, sys, psutil
from aerotrack.allocator import give_back, trimmed

give_back()
before = psutil.Process().memory_info().rss
kept = [b"x" * 20_000 for _ in range(2_000)][::10]

async def main():
    async with trimmed(every_s=0.01 if sys.argv[1] == "set" else 60):
        for _ in range(300 if sys.argv[1] == "set" else 20):
            await asyncio.sleep(0.01)
            grown = (psutil.Process().memory_info().rss - before) >> 20
            if sys.argv[1] == "set" and grown < 20:
                break
    print(grown)

asyncio.run(main())
"""


def grown_mb(program: str, how: str) -> int:
    """Return by how much a program has grown that is done with most of what it had."""
    return int(subprocess.check_output([sys.executable, "-c", program, how], text=True))


@glibc
def test_large_blocks_go_back_to_the_system_though_small_ones_beside_them_are_kept() -> None:
    assert LARGE < 2 << 20
    assert grown_mb(KEPT_MB, "set") < 10 < grown_mb(KEPT_MB, "not set")


@glibc
def test_what_lies_unused_between_what_is_kept_goes_back_in_time() -> None:
    assert grown_mb(TRIMMED_MB, "set") < 20 < grown_mb(TRIMMED_MB, "not set")
