from dataclasses import fields
from pathlib import Path

import pytest

from aerotrack.commands.options import Serve, Store, settings_of
from aerotrack.config import Settings


def test_what_is_given_goes_before_the_environment_and_that_before_the_default(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("AEROTRACK_PORT", "81")
    monkeypatch.setenv("AEROTRACK_TICK", "2")
    settings = settings_of(Serve(port=80), sources=("sbs://roof:30003",))
    assert (settings.port, settings.tick, settings.clients) == (80, 2.0, Settings().clients)
    assert settings.sources == ("sbs://roof:30003",)


def test_the_data_directory_is_an_option_of_every_command() -> None:
    assert settings_of(Store(data_dir=Path("here"))).data_dir == Path("here")


def test_every_option_is_a_setting() -> None:
    assert {option.name for option in fields(Serve)} <= {setting.name for setting in fields(Settings)}
