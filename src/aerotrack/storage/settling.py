"""Settling: a new partition is filled only when nobody can still be reading by a plan that lacks it.

A statement has the partitions of its plan, and the rows of the snapshot that it takes a moment later: were a
partition made and filled between the two, it would find its positions nowhere. A READ COMMITTED transaction
keeps what it plans by as long as it lasts, and takes a snapshot for each statement. Who plans holds a lock
until its transaction ends, so those who held it when the partition was there have to be done.

Planning takes milliseconds; what lasts longer is a statement that has its snapshot, which lacks nothing, or a
transaction that may go on with another: whoever cannot wait for these for ever waits for SETTLE_S.
"""

import asyncio
from collections.abc import Set as AbstractSet
from typing import Any

from aerotrack.storage.queries import QUERIES

SETTLE_S = 3.0  # less than the recorder has to close
RETRY_S = 0.05


async def reading(connection: Any, table: str) -> frozenset[str]:
    """Return the transactions that read a partitioned table, or plan to, other than our own."""
    return frozenset(await connection.fetchval(QUERIES["readers_of"], table))


async def outlasting(connection: Any, table: str, readers: AbstractSet[str], wait_s: float) -> frozenset[str]:
    """Wait until these readers of a table are done, `wait_s` seconds at most; return those that are not."""
    loop = asyncio.get_running_loop()
    end = loop.time() + wait_s
    left = frozenset(readers)
    while left:
        left &= await reading(connection, table)
        if loop.time() >= end:
            break
        if left:
            await asyncio.sleep(RETRY_S)
    return left
