"""THE TABLE of faults: numbers are those of docs/reliability.md."""

from chaos.clock_faults import clock_jumps, no_faketime, wrong_at_start
from chaos.fault import Fault, Inject
from chaos.input_faults import garbage, garbled_clients, garbled_questions
from chaos.network_faults import away, away_over_a_restart, cut_feed, network, never_read, slow_feed, storm
from chaos.program_faults import killed, no_descriptors, pause, terminate
from chaos.storage_faults import failing_sync, flipped_bit, full_disk, hang_database, kill_database, no_strace


def _clock(does: str, inject: Inject) -> Fault:
    """Make one of the wall clock: the program is started anew for it, with another clock."""
    return Fault(
        13, f"the wall clock {does}", inject, heal_s=20, spares=False, restarts=True, missing=no_faketime
    )


FAULTS = (
    Fault(1, "kill -9 of the program", killed(1), seconds=0.0, heal_s=20, spares=False, restarts=True),
    Fault(2, "PostgreSQL killed", kill_database),
    Fault(3, "PostgreSQL hangs", hang_database, seconds=5.0, heal_s=20),
    Fault(4, "no file can grow (disk full)", full_disk, seconds=2.0, heal_s=20),
    Fault(5, "fdatasync fails (EIO)", failing_sync, spares=False, heal_s=20, missing=no_strace),
    Fault(6, "clients that never read", never_read, cap_mb=1.0),
    Fault(7, "latency of 300 +- 200 ms", network(latency_s=0.3, jitter_s=0.2)),
    Fault(7, "64 kbit/s", network(bytes_per_s=8000.0, slice_bytes=1000)),
    Fault(7, "clients stalled", network(stalled=True), cap_mb=1.0),
    Fault(7, "a byte at a time", network(slice_bytes=1), seconds=2.0, spares=False),
    Fault(7, "cut after 20,000 bytes", network(cut_after=20_000)),
    Fault(7, "half-open", network(vanished=True), seconds=8.0, heal_s=15),
    Fault(8, "storm: all cut at once", storm, seconds=1.0),
    Fault(9, "away", away, seconds=1.0),
    Fault(9, "away for a minute", away, seconds=60.0),
    Fault(9, "away over a restart", away_over_a_restart, 1.0, heal_s=20, spares=False, restarts=True),
    Fault(7, "feed cut", cut_feed, seconds=0.5, heal_s=15),
    Fault(7, "feed stalled", slow_feed(stalled=True), heal_s=15),
    Fault(7, "feed late by 300 +- 200 ms", slow_feed(latency_s=0.3, jitter_s=0.2)),
    Fault(10, "garbage in the feed", garbage),
    Fault(11, "random frames", garbled_clients),
    Fault(12, "random questions", garbled_questions, seconds=0.5),
    _clock("jumps an hour ahead, and back", clock_jumps(3600)),
    _clock("jumps an hour back, and ahead", clock_jumps(-3600)),
    _clock("is an hour ahead at the start", wrong_at_start(3600)),
    _clock("is an hour late at the start", wrong_at_start(-3600)),
    Fault(14, "out of file descriptors", no_descriptors),
    Fault(15, "SIGTERM under load", terminate, seconds=0.0, heal_s=20, spares=False, restarts=True),
    Fault(18, "a bit of the spool flips", flipped_bit(2), heal_s=20, spares=False, restarts=True),
    Fault(18, "a bit of its last record", flipped_bit(1), heal_s=20, spares=False, restarts=True),
    Fault(0, "the program pauses (SIGSTOP)", pause, seconds=2.0, spares=False),
)  # fmt: skip

NOT_HERE = {
    "16, the bus is killed or parted": "there is one node",
}
"""Faults of the table that are not injected, and why."""


def named(name: str) -> Fault:
    """Return the fault of that name."""
    return next(fault for fault in FAULTS if fault.name.startswith(name))
