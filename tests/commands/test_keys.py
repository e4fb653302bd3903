from pathlib import Path

import pytest

from aerotrack.web.key_file import SHAPE
from commands.line import exit_of


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
