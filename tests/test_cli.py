from pathlib import Path

import pytest

from aerotrack import __version__
from aerotrack.cli import main
from aerotrack.web.key_file import SHAPE


def exit_of(*arguments: str) -> int:
    with pytest.raises(SystemExit) as ended:
        main(arguments)
    assert isinstance(ended.value.code, int)
    return ended.value.code


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


def test_the_url_of_a_named_database_is_printed_as_it_was_given(
    capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    url = "postgresql://someone@db.example/flights"
    assert exit_of("db", "url", "--database", url, "--data-dir", str(tmp_path)) == 0
    assert capsys.readouterr().out == url + "\n"


def test_a_key_is_printed_alone_once_listed_without_its_secret_and_revoked(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    here = ("--data-dir", str(tmp_path / "new"))
    assert exit_of("key", "list", *here) == 0
    assert capsys.readouterr().out == ""
    assert exit_of("key", "create", "wall screen", "--scope", "read", "--scope", "ingest", *here) == 0
    told = capsys.readouterr()
    key = told.out.strip()
    assert SHAPE.fullmatch(key)
    assert told == (f"{key}\n", "")
    assert exit_of("key", "list", *here) == 0
    (line,) = capsys.readouterr().out.splitlines()
    assert line.startswith(f"{key[:8]}  wall screen  read,ingest")
    assert key[9:] not in line
    assert exit_of("key", "revoke", "wall screen", *here) == 0
    assert exit_of("key", "list", *here) == 0
    assert "revoked" in capsys.readouterr().out


def test_a_key_may_be_kept_in_another_file(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file = tmp_path / "k.jsonl"
    assert exit_of("key", "create", "ops", "--api-key-file", str(file)) == 0
    key = capsys.readouterr().out.strip()
    assert key[9:] not in file.read_text()
    assert exit_of("key", "revoke", "nobody", "--api-key-file", str(file)) == 2
    assert "has no key 'nobody'" in capsys.readouterr().err
