import asyncio
import operator
import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest
from structlog.testing import capture_logs

from aerotrack import app, web
from aerotrack.config import Settings
from aerotrack.core.reports import FeedReport
from aerotrack.errors import RecordingError, SettingsError
from aerotrack.storage.batch import Batch
from aerotrack.storage.recorder import Recorder
from aerotrack.storage.recorder_status import RecorderStatus
from aerotrack.storage.spool_records import to_bytes
from aerotrack.web.api import make_app

LINE = "MSG,3,1,1,4CA63A,1,2026/11/22,09:39:27.343,2026/11/22,09:39:27.344,,6950,,,49.1,1.7,,,0,,0,0\r\n"


@pytest.mark.parametrize("library", ["fastapi", "pyarrow"])
def test_what_takes_time_to_load_is_not_there_before_the_database_starts(library: str) -> None:
    told = f"import sys, aerotrack.app; sys.exit({library!r} in sys.modules)"
    assert subprocess.run([sys.executable, "-c", told], check=False).returncode == 0


def test_nothing_else_is_loaded_by_its_name() -> None:
    assert web.make_app is make_app
    with pytest.raises(AttributeError, match=r"'aerotrack\.web' has no attribute 'make_ap'"):
        operator.attrgetter("make_ap")(web)


def test_a_recording_is_never_mixed_with_another_source(tmp_path: Path) -> None:
    recording = tmp_path / "one.sbs"
    recording.write_text(LINE)
    with pytest.raises(SettingsError, match="never mixed"):
        app.serve(Settings(sources=("sim:", f"file:{recording}"), data_dir=tmp_path))


def test_a_source_that_cannot_be_is_refused_before_anything_starts(tmp_path: Path) -> None:
    settings = Settings(sources=("opensky:?box=1",), data_dir=tmp_path / "data")
    with pytest.raises(SettingsError, match="'box' is no setting"):
        app.serve(settings)
    assert not (tmp_path / "data").exists()


def test_an_aircraft_database_that_is_not_there_is_named(tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match=r"there is no aircraft database nowhere\.csv"):
        app.serve(Settings(aircraft_db=Path("nowhere.csv"), port=0, data_dir=tmp_path))


@pytest.mark.parametrize(
    ("host", "require_key", "told"),
    [
        ("127.0.0.1", False, False),
        ("::1", False, False),
        ("localhost", False, False),
        ("0.0.0.0", False, True),
        ("0.0.0.0", True, False),
        ("tracker.example", False, True),
    ],
)
def test_what_an_open_address_opens_is_said_in_one_sentence(
    host: str,
    require_key: bool,  # noqa: FBT001  what the setting is
    told: bool,  # noqa: FBT001
) -> None:
    with capture_logs() as lines:
        app._warn_if_open(host, require_key=require_key)
    assert len(lines) == told
    if told:
        assert "--require-key" in lines[0]["event"]


def test_a_recording_that_is_not_there_is_named(tmp_path: Path) -> None:
    with pytest.raises(RecordingError, match="nowhere"):
        app.replay(Settings(data_dir=tmp_path), tmp_path / "nowhere.sbs", speed=None, stay=False)


def test_a_start_that_still_stores_the_spool_can_be_stopped(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def recover(_: Recorder) -> None:
        os.kill(os.getpid(), signal.SIGTERM)
        await asyncio.Event().wait()

    monkeypatch.setattr(Recorder, "recover", recover)
    signal.alarm(60)  # ends a run that does not stop
    assert app.serve(Settings(sources=("listen+sbs://127.0.0.1:0",), port=0, data_dir=tmp_path / "data")) == 0
    signal.alarm(0)


def test_a_replay_tells_what_was_lost_of_the_spool_before_it(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    recording, spool = tmp_path / "one.sbs", tmp_path / "data" / "spool"
    recording.write_text(LINE)
    spool.mkdir(parents=True)
    record = to_bytes(Batch(number=2))
    (spool / "00000000000000000001.spool").write_bytes(b"x" * 100 + record)
    assert app.replay(Settings(port=0, data_dir=tmp_path / "data"), recording, speed=None, stay=False) == 1
    assert "Stored 1 position" in capsys.readouterr().out


WORKS = FeedReport(name="roof", url="sbs://roof:30003", connected=True)
AWAY = FeedReport(name="shed", url="sbs://shed:30003", error="shed: cannot connect to shed:30003")


def recorder(
    lag_seconds: float = 0.0, error: str | None = None, spool_error: str | None = None
) -> RecorderStatus:
    return RecorderStatus(
        connected=error is None, queued=0, stored=0, flights=0, dropped=0, failed=0, already_stored=0,
        lag_seconds=lag_seconds, error=error, spool_error=spool_error,
    )  # fmt: skip


def test_a_server_is_ready_while_one_feed_works_and_the_database_keeps_up() -> None:
    assert app.unready(recorder(0.5), [WORKS, AWAY], stopping=False) == {
        "database": None,
        "spool": None,
        "feeds": None,
        "server": None,
    }


def test_a_server_without_any_working_feed_says_why() -> None:
    assert app.unready(recorder(), [AWAY], stopping=False)["feeds"] == "shed: cannot connect to shed:30003"


def test_a_database_that_is_away_or_behind_is_not_ready() -> None:
    away, late = recorder(error="connection refused"), recorder(14.0)
    assert app.unready(away, [WORKS], stopping=False)["database"] == "connection refused"
    assert app.unready(late, [WORKS], stopping=False)["database"] == "positions have waited for 14 s"


def test_a_spool_that_cannot_be_written_is_not_ready() -> None:
    full = recorder(spool_error="No space left on device")
    assert app.unready(full, [WORKS], stopping=False)["spool"] == "No space left on device"


def test_a_server_that_stops_is_not_ready() -> None:
    assert app.unready(recorder(), [WORKS], stopping=True)["server"] == "it is stopping"
