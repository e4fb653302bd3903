"""A PostgreSQL that hangs: its processes are stopped, so it accepts what is sent and says nothing."""

import os
import signal
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress

import psutil
import pytest

from flown import Connection


@asynccontextmanager
async def hanging(database: Connection) -> AsyncIterator[None]:
    """Stop the processes that serve the readers of this test's database."""
    ours = "datname = current_database() and application_name = 'aerotrack history'"
    servers = [pid for (pid,) in await database.fetch(f"select pid from pg_stat_activity where {ours}")]
    if any(not psutil.pid_exists(pid) for pid in servers):
        pytest.skip("the server is another machine's")
    assert servers
    try:
        for pid in servers:
            os.kill(pid, signal.SIGSTOP)
        yield
    finally:
        for pid in servers:
            with suppress(ProcessLookupError):
                os.kill(pid, signal.SIGCONT)
