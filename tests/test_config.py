from dataclasses import fields
from pathlib import Path

import pytest

from aerotrack.config import SECRETS, Settings, default_data_dir, description, load
from aerotrack.core.retention import Retention
from aerotrack.errors import SettingsError


@pytest.fixture(autouse=True)
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Run in an empty directory: no settings file."""
    monkeypatch.chdir(tmp_path)
    return tmp_path


def test_without_any_setting_the_simulator_runs_on_loopback() -> None:
    settings = load({}, {"HOME": "/home/ada"})
    assert (settings.sources, settings.host, settings.port, settings.tick) == ((), "127.0.0.1", 8080, 1.0)
    assert settings.database is None


def test_the_command_line_goes_before_the_environment_and_that_before_the_file(here: Path) -> None:
    (here / "aerotrack.toml").write_text('host = "a"\nport = 1\ntick = 2\n')
    environment = {"AEROTRACK_HOST": "b", "AEROTRACK_PORT": "2"}
    settings = load({"host": "c", "port": None}, environment)
    assert (settings.host, settings.port, settings.tick) == ("c", 2, 2.0)


def test_a_settings_file_elsewhere_is_named_by_the_environment(here: Path) -> None:
    (here / "other.toml").write_text('sources = ["sim:", "sbs://roof:30003"]\ndata_dir = "/data"\n')
    settings = load({}, {"AEROTRACK_CONFIG": str(here / "other.toml")})
    assert settings.sources == ("sim:", "sbs://roof:30003")
    assert settings.data_dir == Path("/data")


def test_a_named_settings_file_must_exist() -> None:
    with pytest.raises(SettingsError, match=r"missing.toml does not exist"):
        load({}, {"AEROTRACK_CONFIG": "missing.toml"})


@pytest.mark.parametrize("content", [b"host = ", b"\xff"])
def test_a_file_that_is_no_toml_is_named(here: Path, content: bytes) -> None:
    (here / "aerotrack.toml").write_bytes(content)
    with pytest.raises(SettingsError, match=r"aerotrack.toml is not readable as TOML"):
        load({}, {})


def test_a_setting_that_does_not_exist_is_named_with_those_that_do(here: Path) -> None:
    (here / "aerotrack.toml").write_text("prot = 1\n")
    with pytest.raises(SettingsError, match=r"'prot', which is no setting; there are .*port"):
        load({}, {})


def test_a_list_in_the_environment_is_cut_at_spaces() -> None:
    assert load({}, {"AEROTRACK_SOURCES": "sim: sbs://roof:30003"}).sources == ("sim:", "sbs://roof:30003")


def test_who_may_frame_the_page_is_named_in_the_file_the_environment_or_options(here: Path) -> None:
    assert load({}, {}).allow_embed == ()
    (here / "aerotrack.toml").write_text('allow_embed = ["https://club.example"]\n')
    assert load({}, {}).allow_embed == ("https://club.example",)
    both = "https://Club.example http://192.168.1.20:8090"
    assert load({}, {"AEROTRACK_ALLOW_EMBED": both}).allow_embed == tuple(both.split())
    assert load({"allow_embed": ("http://localhost",)}, {}).allow_embed == ("http://localhost",)


def test_an_empty_variable_is_an_unset_one() -> None:
    empty = {f"AEROTRACK_{setting.name.upper()}": "" for setting in fields(Settings)}
    assert load({}, {"HOME": "/home/a", **empty}) == load({}, {"HOME": "/home/a"})


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"host": ""}, "the host is empty"),
        ({"port": "many"}, "the setting port cannot be 'many'"),
        ({"port": 65_536}, "port 65536 does not exist"),
        ({"port": -1}, "port -1 does not exist"),
        ({"retention": "30"}, "a retention of '30' is not possible"),
        ({"tick": 0.01}, r"a tick of 0.01 s is not possible"),
        ({"tick": 61}, r"a tick of 61.0 s is not possible"),
        ({"spool_size": "much"}, r"spool_size cannot be 'much': give a size such as 500MB"),
        ({"spool_size": "63MB"}, r"a spool of 63000000 bytes is too small"),
        ({"clients": 0}, r"there is room for no client"),
        ({"clients_per_address": 0}, r"there is room for no client"),
        ({"allow_embed": ["example.org"]}, "'example.org' is no origin that may frame the page"),
        ({"allow_embed": ["https://a.example", "https://b.example/map"]}, "'https://b.example/map' is no"),
        ({"allow_embed": ["https://a.example; script-src *"]}, "is no origin"),
        ({"allow_embed": ["https://a.example\n"]}, "is no origin"),
        ({"allow_embed": ["*"]}, "'\\*' is no origin"),
        ({"allow_embed": ["http://[::1]:8090"]}, "is no origin"),
        ({"sbs_out": "roof"}, "the setting sbs_out cannot be 'roof': give a PORT, or HOST:PORT"),
        ({"beast_out": "0.0.0.0:65536"}, "beast_out cannot be '0.0.0.0:65536'"),
        ({"log_format": "xml"}, "the setting log_format cannot be 'xml'"),
        ({"data_dir": 3}, "the setting data_dir cannot be 3"),
    ],
)
def test_a_value_that_a_setting_cannot_have_is_named(options: dict[str, object], message: str) -> None:
    with pytest.raises(SettingsError, match=message):
        load(options, {})


@pytest.mark.parametrize(
    ("text", "door"),
    [
        ("30003", ("127.0.0.1", 30003)),
        (30003, ("127.0.0.1", 30003)),
        ("0.0.0.0:30005", ("0.0.0.0", 30005)),
        (":30005", ("127.0.0.1", 30005)),
        ("[::1]:0", ("::1", 0)),
    ],
)
def test_an_output_is_a_port_of_loopback_or_of_a_host(text: object, door: tuple[str, int]) -> None:
    assert load({"sbs_out": text}, {}).sbs_out == door
    assert load({}, {"AEROTRACK_BEAST_OUT": str(text)}).beast_out == door
    assert load({}, {}).sbs_out is None


def test_port_0_picks_a_free_one() -> None:
    assert load({"port": 0}, {}).port == 0


def test_the_past_is_kept_for_a_month_unless_it_is_said_otherwise() -> None:
    assert load({}, {}).retention == Retention(days=30)
    assert load({}, {"AEROTRACK_RETENTION": "7d,20GB"}).retention == Retention(7, 20_000_000_000)
    assert load({"retention": "off"}, {"AEROTRACK_RETENTION": "7d"}).retention.keeps_all


def test_a_path_may_be_given_as_one() -> None:
    assert load({"data_dir": Path("/data")}, {}).data_dir == Path("/data")


@pytest.mark.parametrize(
    ("environment", "expected"),
    [
        ({"HOME": "/home/ada"}, "/home/ada/.local/share/aerotrack"),
        ({"HOME": "/home/ada", "XDG_DATA_HOME": "/data"}, "/data/aerotrack"),
        ({}, "/var/lib/aerotrack"),
    ],
)
def test_data_are_kept_where_the_system_keeps_them(environment: dict[str, str], expected: str) -> None:
    assert default_data_dir(environment) == Path(expected)
    assert load({}, environment).data_dir == Path(expected)


def test_every_setting_says_what_it_is() -> None:
    for setting in fields(Settings):
        assert description(setting.name)


def test_every_setting_is_documented_as_option_and_as_variable() -> None:
    reference = (Path(__file__).parents[1] / "docs/reference/settings.md").read_text("utf-8")
    for setting in fields(Settings):
        assert f"`AEROTRACK_{setting.name.upper()}`" in reference
        option = "SOURCE …" if setting.name == "sources" else f"--{setting.name.replace('_', '-')}"
        assert (f"| `{option}` |" in reference) is (setting.name not in SECRETS)


def test_a_secret_is_shown_neither_by_an_error_nor_by_the_settings(here: Path) -> None:
    (here / "aerotrack.toml").write_text("adsbx_key = [271828]\n")
    with pytest.raises(SettingsError, match="the setting adsbx_key cannot be") as error:
        load({}, {})
    assert "271828" not in str(error.value)
    assert "hush" not in repr(Settings(adsbx_key="hush", opensky_client_secret="hush"))


@pytest.mark.parametrize(
    ("text", "size"),
    [("500MB", 500_000_000), ("1.5 GiB", 3 << 29), ("2g", 2_000_000_000), (1 << 30, 1 << 30)],
)
def test_a_size_has_a_unit_or_is_in_bytes(text: object, size: int) -> None:
    assert load({"spool_size": text}, {}).spool_size == size


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"requests_per_second": 0}, "0.0 requests a second are not possible"),
        ({"requests_per_second": "inf"}, "inf requests a second are not possible"),
        ({"requests_per_second": "nan"}, "nan requests a second are not possible"),
        ({"tls_cert": "a.pem"}, "give --tls-cert and --tls-key"),
        ({"tls_key": "a.pem"}, "give --tls-cert and --tls-key"),
    ],
)
def test_a_door_that_nobody_could_come_in_by_is_one_sentence(
    options: dict[str, object], message: str
) -> None:
    with pytest.raises(SettingsError, match=message):
        load(options, {})


def test_the_door_is_set_by_the_environment_as_well() -> None:
    settings = load({}, {"AEROTRACK_REQUIRE_KEY": "true", "AEROTRACK_TRUSTED_PROXY": "10.0.0.1 10.1.0.0/16"})
    assert settings.require_key
    assert settings.trusted_proxy == ("10.0.0.1", "10.1.0.0/16")
    assert load({"require_key": None}, {}).require_key is False
