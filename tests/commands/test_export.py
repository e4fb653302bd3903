import pytest

from commands.line import exit_of


def test_what_is_to_be_exported_has_to_be_said(capsys: pytest.CaptureFixture[str]) -> None:
    assert exit_of("export", "-o", "x.csv") == 2
    assert "--flight ID, or --from" in capsys.readouterr().err


def test_a_box_may_begin_in_the_west(capsys: pytest.CaptureFixture[str]) -> None:
    assert (
        exit_of("export", "--bbox", "-9,5,30", "--from", "2026-03-01", "--to", "2026-04-01", "-o", "-") == 2
    )
    assert "--bbox -9,5,30" in capsys.readouterr().err
