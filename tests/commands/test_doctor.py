from pathlib import Path

import pytest

from commands.line import exit_of


def test_the_exit_status_is_how_many_things_fail(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    options = ("--data-dir", str(tmp_path / "data"), "--port", "0", "--require-key")
    assert exit_of("doctor", "listen+sbs://127.0.0.1:0", *options) == 1
    out = capsys.readouterr().out
    assert out.splitlines()[-1].endswith(" 1 fail")
    assert "make a key first" in out
    assert not (tmp_path / "data").exists()
