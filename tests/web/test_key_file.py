import hashlib
import os
import re
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from aerotrack.errors import SettingsError
from aerotrack.web.access import Scope
from aerotrack.web.key_file import SHAPE, Key, KeyFile, listed, match

NOON = 1_795_435_200.0


@pytest.fixture
def file(tmp_path: Path) -> KeyFile:
    return KeyFile(tmp_path / "data" / "keys.jsonl")


def test_a_key_that_was_made_is_found_by_its_text_alone(file: KeyFile) -> None:
    text = file.create("wall", ["read"], NOON)
    found = match(file.keys(), text)
    assert found is not None
    assert (found.name, found.scopes, found.allowed) == ("wall", ("read",), {Scope.READ})
    assert found.created == "2026-11-23T12:00:00.000Z"


def test_the_file_has_the_hash_and_not_the_key_and_is_for_its_owner_alone(file: KeyFile) -> None:
    text = file.create("wall", ["read"], NOON)
    content = file.path.read_text()
    assert text.partition(".")[2] not in content
    assert hashlib.sha256(text.encode()).hexdigest() in content
    assert file.path.stat().st_mode & 0o777 == 0o600


def test_keys_are_long_random_and_fit_into_a_subprotocol(file: KeyFile) -> None:
    texts = [file.create(str(number), ["read"], NOON) for number in range(20)]
    assert len(set(texts)) == 20
    assert all(SHAPE.fullmatch(text) and re.fullmatch(r"[!#$%&'*+.^_`|~0-9A-Za-z-]+", text) for text in texts)


def test_a_revoked_key_is_good_no_longer_and_others_are(file: KeyFile) -> None:
    wall, ops = file.create("wall", ["read"], NOON), file.create("ops", ["admin", "ingest"], NOON)
    assert file.revoke("wall", NOON + 60).name == "wall"
    assert match(file.keys(), wall) is None
    assert match(file.keys(), ops) is not None


def test_a_key_is_revoked_by_its_id_too_and_twice_is_once(file: KeyFile) -> None:
    identity = file.create("wall", ["read"], NOON).partition(".")[0]
    file.revoke(identity, NOON)
    before = file.path.read_bytes()
    file.revoke(identity, NOON)
    assert file.path.read_bytes() == before


def test_who_gives_the_whole_key_to_be_revoked_finds_it_in_no_error(file: KeyFile) -> None:
    text = file.create("wall", ["read"], NOON)
    assert file.revoke(text, NOON).name == "wall"
    with pytest.raises(SettingsError) as error:
        file.revoke(f"00000000.{text[9:]}", NOON)
    assert text[9:] not in str(error.value)


def test_the_name_of_a_revoked_key_may_be_used_again_and_names_the_new_one(file: KeyFile) -> None:
    file.create("wall", ["read"], NOON)
    file.revoke("wall", NOON)
    text = file.create("wall", ["read"], NOON)
    assert match(file.keys(), text) is not None
    assert file.revoke("wall", NOON).id == text.partition(".")[0]


def test_what_is_listed_tells_nothing_secret(file: KeyFile) -> None:
    text = file.create("wall", ["read", "ingest"], NOON)
    identity, _, secret = text.partition(".")
    file.revoke("wall", NOON)
    (line,) = listed(file.keys())
    assert line.startswith(f"{identity}  wall  read,ingest  created 2026-11-23T12:00:00.000Z  revoked 2026")
    assert secret not in line
    assert hashlib.sha256(text.encode()).hexdigest() not in line


@pytest.mark.parametrize(
    ("name", "scopes", "message"),
    [
        ("", ["read"], "cannot be called ''"),
        ("  ", ["read"], "cannot be called"),
        ("a\nb", ["read"], "cannot be called"),
        ("x" * 65, ["read"], "cannot be called"),
        ("wall", ["write"], "no scope 'write'; there are read, ingest, admin"),
        ("wall", ["open"], "no scope 'open'"),
        ("wall", [], "give --scope read, ingest, admin"),
        ("taken", ["read"], "a key 'taken' already"),
    ],
)
def test_a_key_that_cannot_be_made_is_one_sentence(
    file: KeyFile, name: str, scopes: list[str], message: str
) -> None:
    file.create("taken", ["read"], NOON)
    before = file.path.read_bytes()
    with pytest.raises(SettingsError, match=re.escape(message)):
        file.create(name, scopes, NOON)
    assert file.path.read_bytes() == before


def test_a_key_that_is_not_there_cannot_be_revoked(file: KeyFile) -> None:
    with pytest.raises(SettingsError, match="has no key 'wall': see aerotrack key list"):
        file.revoke("wall", NOON)


@pytest.mark.parametrize("line", ["{", "[]", "{}", '{"id":1}', '{"revoked":1,"at":""}', "\x00", "[" * 9000])
def test_a_line_that_is_no_key_is_named_by_its_number(file: KeyFile, line: str) -> None:
    file.create("wall", ["read"], NOON)
    with file.path.open("a") as content:
        content.write(line + "\n")
    with pytest.raises(SettingsError, match=r"^line 2 of the key file .* is no key"):
        file.keys()


def test_a_file_that_others_may_write_is_not_believed(file: KeyFile) -> None:
    file.create("wall", ["read"], NOON)
    file.path.chmod(0o620)
    with pytest.raises(SettingsError, match=r"others may write the key file .*: chmod 600"):
        file.keys()
    file.path.chmod(0o444)  # as a container is handed its secrets
    assert len(file.keys()) == 1


def test_a_file_that_is_none_is_named(tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match="cannot be read"):
        KeyFile(tmp_path).keys()
    (tmp_path / "file").write_text("")
    with pytest.raises(SettingsError, match="cannot be"):
        KeyFile(tmp_path / "file" / "keys.jsonl").create("wall", ["read"], NOON)


@pytest.mark.skipif(os.getuid() == 0, reason="root may write everywhere")
def test_a_file_that_cannot_be_written_is_named(tmp_path: Path) -> None:
    tmp_path.chmod(0o500)
    with pytest.raises(SettingsError, match="cannot be written"):
        KeyFile(tmp_path / "keys.jsonl").create("wall", ["read"], NOON)


def test_an_editor_that_leaves_out_the_last_line_end_breaks_no_key(file: KeyFile) -> None:
    first = file.create("wall", ["read"], NOON)
    file.path.write_text(file.path.read_text().rstrip("\n"))
    second = file.create("ops", ["read"], NOON)
    assert match(file.keys(), first)
    assert match(file.keys(), second)


def test_what_a_later_version_adds_is_left_alone(file: KeyFile) -> None:
    file.path.parent.mkdir()
    file.path.write_text(
        '{"id":"00000000","name":"n","scopes":["read","fly"],"created":"","sha256":"","until":"2030"}\n\n'
    )
    assert file.keys()["00000000"].allowed == {Scope.READ}


def test_a_revocation_without_its_time_is_one(file: KeyFile) -> None:
    text = file.create("wall", ["read"], NOON)
    with file.path.open("a") as content:
        content.write(f'{{"revoked":"{text[:8]}","at":""}}\n{{"revoked":"ffffffff","at":""}}\n')
    assert match(file.keys(), text) is None


@given(st.text(max_size=80))
def test_nothing_but_a_key_is_one(offered: str) -> None:
    keys = {"00000000": Key("00000000", "a", ("read",), "", hashlib.sha256(b"00000000.x").hexdigest())}
    assert (match(keys, offered) is not None) is (offered == "00000000.x")


@pytest.mark.parametrize("offered", ["", ".", "00000000", "00000000.", "00000000.y", "\udcff", "é.x"])
def test_an_offer_that_is_close_is_none(offered: str) -> None:
    keys = {"00000000": Key("00000000", "a", ("read",), "", hashlib.sha256(b"00000000.x").hexdigest())}
    assert match(keys, offered) is None


def test_a_key_whose_hash_is_missing_opens_nothing() -> None:
    assert match({"": Key("", "a", ("read",), "", "")}, "") is None
    assert match({"a": Key("a", "a", ("read",), "", "é")}, "a") is None
