from pathlib import Path

import pytest

from commands.line import exit_of


def test_the_url_of_a_named_database_is_printed_as_it_was_given(
    capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    url = "postgresql://someone@db.example/flights"
    assert exit_of("db", "url", "--database", url, "--data-dir", str(tmp_path)) == 0
    assert capsys.readouterr().out == url + "\n"


def test_an_option_that_does_not_exist_is_no_file(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    assert exit_of("db", "backup", "--fast") == 2
    assert "a file of that name is ./--fast" in capsys.readouterr().err
    assert not [*tmp_path.iterdir()]
