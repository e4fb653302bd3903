import subprocess
import sys

import pytest

from aerotrack import __version__
from commands.line import exit_of


def test_the_version_is_printed(capsys: pytest.CaptureFixture[str]) -> None:
    assert exit_of("--version") == 0
    assert capsys.readouterr().out == f"{__version__}\n"


@pytest.mark.parametrize(
    "command",
    [
        *("", "serve", "doctor", "replay", "export", "bench", "db", "db url", "db shell"),
        *("db migrate", "db retention", "db backup", "db restore"),
        *("key", "key create", "key list", "key revoke"),
    ],
)
def test_every_command_explains_itself(command: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert exit_of(*command.split(), "--help") == 0
    assert "Usage: aerotrack" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (["--nope"], "--nope"),
        (["serve", "--port", "eighty"], "eighty"),
        (["serve", "--log-format", "xml"], "xml"),
        (["serve", "--allow-embed", "https://a.example", "--allow-embed", "b.example"], "'b.example'"),
        (["replay"], "--recording"),
        (["replay", "x.sbs", "--speed", "0"], "'0'"),
        (["replay", "x.sbs", "--speed", "fast"], "'fast'"),
        (["replay", "x.sbs", "--speed", "inf"], "'inf'"),
        (["replay", "x.beast", "--start", "noon"], "--start noon is no time"),
        (["replay", "x.beast", "--receiver", "48.8"], "--receiver 48.8 is no place"),
        (["replay", "x.beast", "--receiver", "-91,2.4"], "--receiver -91,2.4 is no place"),
        (["replay", "x.beast", "--receiver", "nan,2.4"], "is no place"),
        (["bench", "warp"], "'warp'"),
        (["export", "--flight", "4ca2d6-6740a31c"], "--output"),
        (["export", "-o", "x.csv"], "--flight ID, or --from"),
        (["export", "--bbox", "-9,5,30", "--from", "2026-03-01", "--to", "2026-04-01", "-o", "-"], "--bbox"),
        (["export", "--flight", "4ca2d6-1", "-o", "-"], "the name - does not tell the format"),
        (["export", "--flight", "4ca2d6-1", "--from", "2026-03-01", "-o", "x.csv"], "leave out --from"),
        (["export", "--flight", "4ca2d6-6740a31c", "-o", "x.txt"], "x.txt"),
        (["export", "--flight", "4ca2d6-1", "-o", "x", "--format", "shp"], "csv|geojson|kml|gpx|parquet"),
        (["serve", "--retention", "30 days"], "'30 days'"),
        (["db", "retention", "--retention", "20"], "'20'"),
        (["db", "backup", "--nope"], "--nope"),
        (["db", "restore"], "FILE"),
        (["key", "create"], "NAME"),
        (["key", "create", "wall", "--scope", "write"], "'write'"),
        (["serve", "--trusted-proxy", "proxy.example"], "'proxy.example'"),
        (["serve", "--api-key-file", "nowhere.jsonl"], "nowhere.jsonl"),
        (["serve", "--tls-cert", "nowhere.pem", "--tls-key", "nowhere.pem"], "nowhere.pem"),
    ],
)
def test_a_bad_argument_is_one_sentence_on_standard_error_and_exit_2(
    arguments: list[str], told: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert exit_of(*arguments) == 2
    out, err = capsys.readouterr()
    assert out == ""
    assert err.startswith("aerotrack: ")
    assert told in err
    assert len(err.splitlines()) == 1


def test_a_start_loads_no_other_command() -> None:
    told = (
        "import sys, aerotrack.cli; "
        "print(*{'aerotrack.chores', 'aerotrack.doctor', 'aerotrack.commands.database'} & {*sys.modules})"
    )
    asked = subprocess.run([sys.executable, "-c", told], check=True, capture_output=True, text=True)
    assert asked.stdout == "\n"


def test_what_is_loaded_is_kept_from_the_collector_and_what_is_made_later_is_not() -> None:
    run = (
        "import atexit, gc, sys; from aerotrack.__main__ import main; sys.argv = ['aerotrack', '--version'];"
        "atexit.register(lambda: print(gc.isenabled(), gc.get_freeze_count() > 50_000)); main()"
    )
    asked = subprocess.run([sys.executable, "-c", run], check=True, capture_output=True, text=True)
    assert asked.stdout == f"{__version__}\nTrue True\n"
