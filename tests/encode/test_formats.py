import subprocess
import sys
import tracemalloc

import numpy as np
import pytest

from aerotrack.encode.formats import FORMATS
from encode.flights import FLIGHT, OTHER, positions

MANY = 100_000  # held, they would take 10 to 100 MB; a million, traced, take a minute


@pytest.mark.parametrize("name", FORMATS)
def test_however_many_positions_stream_through_a_few_megabytes(name: str) -> None:
    encoder = FORMATS[name]()
    step = 5_000 if encoder.order == "time" else 10_000
    columns = positions(np.repeat([0, 1], step // 2), altitude_ft=30_000, ground_speed_kt=430)
    size = len(encoder.begin())
    size += len(encoder.add([FLIGHT, OTHER], columns))  # what is made once is made
    tracemalloc.start()
    try:
        for _ in range(MANY // step):
            size += len(encoder.add([FLIGHT, OTHER], columns))
        size += len(encoder.end())
        _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert peak < 6_000_000
    assert size > 0


def test_pyarrow_is_only_loaded_when_it_is_needed() -> None:
    told = "import sys, aerotrack.app; sys.exit('pyarrow' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", told], check=False).returncode == 0
