"""The way from an aircraft to its row: two gathers, and memory only for the blocks of addresses that fly.

    page[address >> 8] -> where the block of 256 begins in `rows`        rows[there + (address & 255)] -> row

One array over all 2^25 addresses would be one gather, but 128 MB: the system backs so large an array with
huge pages, and the world's aircraft touch every one. States give addresses out in blocks, so few of these are
needed.
"""

import numpy as np
from numpy.typing import NDArray

from aerotrack.core.identity import ADDRESSES

_BITS = 8
_BLOCK = 1 << _BITS


class RowIndex:
    """A row for each aircraft, 0 unless it was put."""

    def __init__(self) -> None:
        self._page = np.zeros(ADDRESSES >> _BITS, np.int32)
        self._rows = np.zeros(_BLOCK, np.int32)  # block 0 is that of all pages that nobody flies in
        self._used = _BLOCK

    def find(self, address: NDArray[np.uint32]) -> NDArray[np.intp]:
        """Find the row of each aircraft (N,)."""
        wide = address.astype(np.intp)
        rows: NDArray[np.intp] = self._rows[self._page[wide >> _BITS] + (wide & (_BLOCK - 1))].astype(np.intp)
        return rows

    def put(self, address: NDArray[np.uint32], rows: NDArray[np.intp] | int) -> None:
        """Note the row of each aircraft (N,)."""
        wide = address.astype(np.intp)
        pages = np.unique(wide >> _BITS)
        new = pages[self._page[pages] == 0]
        end = self._used + len(new) * _BLOCK
        if end > len(self._rows):
            more = np.zeros(max(end, 2 * len(self._rows)) - len(self._rows), np.int32)
            self._rows = np.concatenate([self._rows, more])
        self._page[new] = np.arange(self._used, end, _BLOCK)
        self._used = end
        self._rows[self._page[wide >> _BITS] + (wide & (_BLOCK - 1))] = rows
