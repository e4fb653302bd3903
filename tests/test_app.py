from pathlib import Path

import pytest

from aerotrack import app
from aerotrack.config import Settings
from aerotrack.core.reports import FeedReport
from aerotrack.errors import RecordingError, SettingsError, StartError

LINE = "MSG,3,1,1,4CA63A,1,2026/11/22,09:39:27.343,2026/11/22,09:39:27.344,,6950,,,49.1,1.7,,,0,,0,0\r\n"


def test_a_recording_is_never_mixed_with_another_source(tmp_path: Path) -> None:
    recording = tmp_path / "one.sbs"
    recording.write_text(LINE)
    with pytest.raises(SettingsError, match="never mixed"):
        app.serve(Settings(sources=("sim:", f"file:{recording}"), data_dir=tmp_path))


def test_a_recording_that_is_not_there_is_named(tmp_path: Path) -> None:
    with pytest.raises(RecordingError, match="nowhere"):
        app.replay(Settings(data_dir=tmp_path), tmp_path / "nowhere.sbs", speed=None, stay=False)


def test_without_a_running_server_there_is_no_url(tmp_path: Path) -> None:
    with pytest.raises(StartError, match="start aerotrack there"):
        app.database_url(Settings(data_dir=tmp_path))


def test_a_named_database_is_its_own_url(tmp_path: Path) -> None:
    url = "postgresql://someone@db.example/flights"
    assert app.database_url(Settings(data_dir=tmp_path, database=url)) == url


WORKS = FeedReport(name="roof", url="sbs://roof:30003", connected=True)
AWAY = FeedReport(name="shed", url="sbs://shed:30003", error="shed: cannot connect to shed:30003")


def test_a_server_is_ready_while_one_feed_works_and_the_database_keeps_up() -> None:
    assert app.unready(None, 0.5, [WORKS, AWAY], stopping=False) == {
        "database": None,
        "feeds": None,
        "server": None,
    }


def test_a_server_without_any_working_feed_says_why() -> None:
    assert app.unready(None, 0.0, [AWAY], stopping=False)["feeds"] == "shed: cannot connect to shed:30003"


def test_a_database_that_is_away_or_behind_is_not_ready() -> None:
    assert app.unready("connection refused", 0.0, [WORKS], stopping=False)["database"] == "connection refused"
    assert app.unready(None, 14.0, [WORKS], stopping=False)["database"] == "positions have waited for 14 s"


def test_a_server_that_stops_is_not_ready() -> None:
    assert app.unready(None, 0.0, [WORKS], stopping=True)["server"] == "it is stopping"
