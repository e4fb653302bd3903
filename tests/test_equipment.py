import time
from pathlib import Path

import pytest

from aerotrack.config import Door, Settings
from aerotrack.core.observations import Receiver
from aerotrack.equipment import (
    certificate_of,
    clock_of,
    door_of,
    key_file,
    keys_of,
    place_of,
    relays_of,
    wall_clock,
)
from aerotrack.errors import SettingsError
from aerotrack.sources import source_from
from aerotrack.sources.keys import Keys
from aerotrack.web.access import Scope
from aerotrack.web.door import Refusal, Visitor
from aerotrack.web.key_file import KeyFile
from aerotrack.web.server import Certificate

LINE = "MSG,3,1,1,4CA63A,1,2026/11/22,09:39:27.343,2026/11/22,09:39:27.344,,6950,,,49.1,1.7,,,0,,0,0\r\n"


def test_keys_come_from_the_settings_or_from_their_files(tmp_path: Path) -> None:
    (tmp_path / "secret").write_text("hush\n")
    settings = Settings(
        opensky_client_id="me", adsbx_key="word", opensky_client_secret_file=tmp_path / "secret"
    )
    assert keys_of(settings) == Keys("me", "hush", "word")


def test_a_door_that_would_let_in_nobody_is_not_built(tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match="make a key first, with aerotrack key create NAME"):
        door_of(Settings(require_key=True, data_dir=tmp_path))


def test_the_door_knows_the_keys_of_the_data_directory(tmp_path: Path) -> None:
    key = KeyFile(tmp_path / "keys.jsonl").create("wall", ["read"], 0.0)
    door = door_of(Settings(require_key=True, data_dir=tmp_path))
    asked = {"type": "http", "client": None, "headers": [(b"x-api-key", key.encode())], "path": "/"}
    assert isinstance(door.admit(asked, Scope.READ), Visitor)
    assert isinstance(door.admit(asked | {"headers": []}, Scope.READ), Refusal)


def test_a_place_is_told_only_where_there_is_one() -> None:
    roof, hill, unsaid = (
        source_from(url, clock=time.time)
        for url in (
            "beast://roof:30005?lat=48.8&lon=2.4",
            "beast://hill:30005?lat=49&lon=2",
            "sbs://old:30003",
        )
    )
    assert place_of([roof, unsaid]) == Receiver(48.8, 2.4)
    assert place_of([roof, hill]) is None
    assert place_of([unsaid]) is None


def test_flights_are_told_on_the_ports_that_somebody_asked_for() -> None:
    assert relays_of(Settings(), []) == []
    (relay,) = relays_of(Settings(beast_out=Door("0.0.0.0", 30005)), [])
    assert (relay.host, relay.port) == ("0.0.0.0", 30005)
    both = Settings(sbs_out=Door("127.0.0.1", 0), beast_out=Door("127.0.0.1", 0))
    assert len(relays_of(both, [])) == 2


def test_tls_needs_both_files() -> None:
    chain, key = Path("chain.pem"), Path("key.pem")
    assert certificate_of(Settings(tls_cert=chain, tls_key=key)) == Certificate(chain, key)
    assert certificate_of(Settings()) is None


def test_the_keys_are_in_the_data_directory_unless_a_file_is_named() -> None:
    assert key_file(Settings(data_dir=Path("data"))).path == Path("data/keys.jsonl")
    assert key_file(Settings(data_dir=Path("data"), api_key_file=Path("k"))).path == Path("k")


@pytest.mark.parametrize("url", ["sim:?start=2026-11-22T09:00:00Z", "file:{}"])
def test_a_recording_has_a_clock_and_so_has_a_sky_that_begins_when_it_is_told(
    url: str, tmp_path: Path
) -> None:
    (tmp_path / "one.sbs").write_text(LINE)
    source = source_from(url.format(tmp_path / "one.sbs"), clock=time.time)
    clock = clock_of(source)
    assert clock is not None
    assert clock() < time.time() - 60


@pytest.mark.parametrize("url", ["sim:", "sbs://a:1"])
def test_what_is_live_has_none(url: str) -> None:
    assert clock_of(source_from(url, clock=time.time)) is None


def test_the_clock_of_live_feeds_is_the_machines() -> None:
    before = time.time()
    assert before - 0.1 < wall_clock()() < time.time() + 0.1
