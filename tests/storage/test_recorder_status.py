from dataclasses import asdict

from aerotrack.storage.recorder_status import RecorderStatus


def test_a_recorder_without_a_spool_says_that_nothing_is_in_it() -> None:
    status = RecorderStatus(
        connected=True, queued=0, stored=0, flights=0, dropped=0, failed=0, already_stored=0,
        lag_seconds=0.0, error=None,
    )  # fmt: skip
    told = asdict(status)
    assert [told[name] for name in told if name.startswith("spool")] == [0, 0, 0, 0, None]
