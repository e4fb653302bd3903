import json
import logging
from collections.abc import Iterator

import pytest
import structlog

from aerotrack import logs


@pytest.fixture(autouse=True)
def logging_is_put_back() -> Iterator[None]:
    root = logging.getLogger()
    handlers, level = root.handlers, root.level
    yield
    root.handlers, root.level = handlers, level
    structlog.reset_defaults()


def test_json_is_a_line_per_event_whoever_logs(capsys: pytest.CaptureFixture[str]) -> None:
    logs.set_up("json")
    structlog.get_logger("aerotrack.test").warning("feed broke off", feed="roof\nfake line")
    logging.getLogger("uvicorn.error").error("port %d is gone", 80)
    ours, theirs = (json.loads(line) for line in capsys.readouterr().err.splitlines())
    assert (ours["event"], ours["feed"], ours["level"]) == ("feed broke off", "roof\nfake line", "warning")
    assert (theirs["event"], theirs["level"]) == ("port 80 is gone", "error")


def test_console_is_for_people(capsys: pytest.CaptureFixture[str]) -> None:
    logs.set_up("console")
    structlog.get_logger("aerotrack.test").info("started", feeds=2)
    said = capsys.readouterr().err
    assert "started" in said
    assert "feeds=2" in said


def test_what_came_by_radio_makes_no_line_of_its_own_on_the_console(
    capsys: pytest.CaptureFixture[str],
) -> None:
    logs.set_up("console")
    structlog.get_logger("aerotrack.test").warning("feed broke off", error="roof\r\nfake line\x1b[2J")
    said = capsys.readouterr().err
    assert said.count("\n") == 1
    assert "\r" not in said
    assert "\x1b[2J" not in said
