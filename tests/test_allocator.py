import platform
import subprocess
import sys

import pytest

from aerotrack.allocator import LARGE

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


def kept_mb(how: str) -> int:
    """Return by how much a program has grown that is done with 40 columns of 2 MB, in three threads."""
    return int(subprocess.check_output([sys.executable, "-c", KEPT_MB, how], text=True))


@pytest.mark.skipif(platform.libc_ver()[0] != "glibc", reason="another C library has other habits")
def test_large_blocks_go_back_to_the_system_though_small_ones_beside_them_are_kept() -> None:
    assert LARGE < 2 << 20
    assert kept_mb("set") < 10 < kept_mb("not set")
