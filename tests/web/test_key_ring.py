import os
from pathlib import Path

import pytest
from structlog.testing import capture_logs

from aerotrack.errors import SettingsError
from aerotrack.web.key_file import KeyFile
from aerotrack.web.key_ring import KeyRing


@pytest.fixture
def file(tmp_path: Path) -> KeyFile:
    return KeyFile(tmp_path / "keys.jsonl")


def test_without_a_file_there_are_no_keys_and_what_is_offered_means_nothing(file: KeyFile) -> None:
    for ring in (KeyRing(), KeyRing(file.path)):
        assert not ring.in_use
        assert not ring.read_again()
        assert ring.key("00000000.x") is None


def test_a_key_that_is_made_while_the_server_runs_is_good_after_the_next_look(file: KeyFile) -> None:
    ring = KeyRing(file.path)
    text = file.create("wall", ["read"], 0.0)
    assert ring.key(text) is None
    assert ring.read_again()
    assert ring.key(text) is not None
    assert ring.in_use
    assert not ring.read_again()


def test_a_key_that_is_revoked_is_so_after_the_next_look(file: KeyFile) -> None:
    text = file.create("wall", ["read"], 0.0)
    ring = KeyRing(file.path)
    key = ring.key(text)
    assert key is not None
    assert ring.current(key) == key
    file.revoke("wall", 1.0)
    assert ring.read_again()
    assert (ring.key(text), ring.current(key)) == (None, None)


def test_a_key_that_another_one_took_the_id_of_is_good_no_longer(file: KeyFile) -> None:
    text = file.create("wall", ["read"], 0.0)
    ring = KeyRing(file.path)
    key = ring.key(text)
    file.path.write_text(file.path.read_text().replace(key.sha256 if key else "", "0" * 64))
    ring.read_again()
    assert key is not None
    assert ring.current(key) is None


def test_who_takes_the_file_away_takes_the_keys_away_and_opens_nothing(file: KeyFile) -> None:
    text = file.create("wall", ["read"], 0.0)
    ring = KeyRing(file.path)
    file.path.unlink()
    assert ring.read_again()
    assert ring.key(text) is None
    assert ring.in_use


def test_a_file_that_is_spoilt_leaves_the_keys_as_they_were_and_is_one_line_in_the_log(file: KeyFile) -> None:
    text = file.create("wall", ["read"], 0.0)
    ring = KeyRing(file.path)
    with file.path.open("a") as content:
        content.write("{\n")
    with capture_logs() as lines:
        assert not ring.read_again()
        assert not ring.read_again()
    assert [line["event"] for line in lines] == ["the keys stay as they were"]
    assert "line 2 of the key file" in lines[0]["why"]
    assert ring.key(text) is not None


def test_a_file_that_is_spoilt_at_the_start_is_one_sentence(file: KeyFile) -> None:
    file.path.write_text("{\n")
    with pytest.raises(SettingsError, match="line 1 of the key file"):
        KeyRing(file.path)


def test_a_pipe_is_no_file_and_is_not_waited_for(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe")
    with pytest.raises(SettingsError, match="is no file: name one with --api-key-file"):
        KeyRing(tmp_path / "pipe")
