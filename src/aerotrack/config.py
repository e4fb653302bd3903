"""One tree of frozen settings: file < environment < command line.

Each setting has one name: `data_dir` is `--data-dir`, `AEROTRACK_DATA_DIR`, and `data_dir = "…"` in
`aerotrack.toml` (in the working directory, or where `AEROTRACK_CONFIG` says).
"""

import math
import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from pathlib import Path
from typing import Annotated, Any, Literal, NamedTuple, NewType, get_type_hints

import msgspec

from aerotrack.core.retention import Retention, size_of
from aerotrack.errors import SettingsError

LogFormat = Literal["console", "json"]
Size = NewType("Size", int)
"""Bytes; as text with a unit: 500MB, 1.5GiB."""


class Door(NamedTuple):
    """Where a port is opened; as text PORT, of loopback, or HOST:PORT."""

    host: str
    port: int


PREFIX = "AEROTRACK_"
MONTH = Retention(days=30)
SECRETS = frozenset(("opensky_client_secret", "adsbx_key"))
"""No options, for everyone on a machine sees its command lines; each has a twin that names a file."""
LEAST_SPOOL = 64_000_000  # room for a few of the largest batches
# As Content-Security-Policy can name one, which knows no IPv6 address. It ends up in a header.
_ORIGIN = re.compile(r"https?://[a-z0-9-]+(\.[a-z0-9-]+)*(:[0-9]{1,5})?", re.IGNORECASE | re.ASCII)


@dataclass(frozen=True, slots=True)
class Settings:
    """What a run is told. Times in seconds."""

    sources: Annotated[tuple[str, ...], "feeds to read, as URLs; none is the simulator"] = ()
    host: Annotated[str, "address to listen on"] = "127.0.0.1"
    port: Annotated[int, "port to listen on; 0 picks a free one"] = 8080
    database: Annotated[str | None, "URL of a PostgreSQL >= 15; none is the embedded one"] = None
    database_password_file: Annotated[Path | None, "file that holds the database's password"] = None
    data_dir: Annotated[Path, "directory of all that is kept, the embedded PostgreSQL first"] = Path()
    spool_size: Annotated[Size, "most that the spool may take on disk, such as 500MB or 2GB"] = Size(2**30)
    retention: Annotated[Retention, "what of the past is kept: 30d, 20GB, both as 30d,20GB, or off"] = MONTH
    tick: Annotated[float, "seconds between two pushes to the clients"] = 1.0
    allow_origin: Annotated[tuple[str, ...], "origins of other pages that may open the stream"] = ()
    allow_embed: Annotated[tuple[str, ...], "origins of other sites that may show the page in a frame"] = ()
    clients: Annotated[int, "how many clients the stream has room for"] = 20_000
    clients_per_address: Annotated[int, "and of one address; this machine's own are not counted"] = 500
    api_key_file: Annotated[Path | None, "file of the API keys; if not keys.jsonl among the data"] = None
    require_key: Annotated[bool, "have reading need a key too"] = False
    requests_per_second: Annotated[float, "requests, and handshakes, of one address"] = 100.0
    trusted_proxy: Annotated[tuple[str, ...], "addresses of proxies that say whom they speak for"] = ()
    tls_cert: Annotated[Path | None, "certificate, with its chain, to speak TLS by"] = None
    tls_key: Annotated[Path | None, "the private key that goes with it"] = None
    opensky_client_id: Annotated[str | None, "what OpenSky knows this program by"] = None
    opensky_client_secret: Annotated[str | None, "the secret that goes with it"] = field(
        default=None, repr=False
    )
    opensky_client_secret_file: Annotated[Path | None, "file that holds OpenSky's client secret"] = None
    adsbx_key: Annotated[str | None, "key for the adsbx sources whose URL asks for it"] = field(
        default=None, repr=False
    )
    adsbx_key_file: Annotated[Path | None, "file that holds the key for adsbx sources"] = None
    aircraft_db: Annotated[Path | None, "file with registrations, types and operators of aircraft"] = None
    sbs_out: Annotated[Door | None, "tell all flights as SBS at PORT or HOST:PORT"] = None
    beast_out: Annotated[Door | None, "tell all flights as Beast frames at PORT or HOST:PORT"] = None
    log_format: Annotated[LogFormat, "how to log: console or json"] = "console"


def description(name: str) -> str:
    """Return what a setting is for."""
    return str(get_type_hints(Settings, include_extras=True)[name].__metadata__[0])


def default_data_dir(environment: Mapping[str, str]) -> Path:
    """Say where data are kept when nothing is set: with the user's data, without a home the system's."""
    if data_home := environment.get("XDG_DATA_HOME"):
        return Path(data_home) / "aerotrack"
    home = environment.get("HOME")
    return Path(home) / ".local/share/aerotrack" if home else Path("/var/lib/aerotrack")


def load(options: Mapping[str, Any], environment: Mapping[str, str]) -> Settings:
    """Merge the settings file, the environment and the command line's `options` (those not None).

    Raises SettingsError for a setting that does not exist or a value that it cannot have.
    """
    chosen: dict[str, Any] = {"data_dir": default_data_dir(environment)}
    chosen |= _from_file(environment)
    names = {setting.name for setting in fields(Settings)}
    for name in names:
        if text := environment.get(PREFIX + name.upper()):  # an empty variable is an unset one
            chosen[name] = text
    chosen |= {name: value for name, value in options.items() if value is not None}
    hints = get_type_hints(Settings)
    settings = Settings(**{name: _convert(name, value, hints[name]) for name, value in chosen.items()})
    _check(settings)
    _check_door(settings)
    return settings


def _check(settings: Settings) -> None:
    """Raise SettingsError for a number that makes no sense."""
    if not settings.host:
        raise SettingsError("the host is empty: give 127.0.0.1 for this machine alone, 0.0.0.0 for all.")
    if not 0 <= settings.port <= 65535:  # noqa: PLR2004  what a port can be
        raise SettingsError(f"port {settings.port} does not exist: give one from 0 to 65535.")
    if not 0.05 <= settings.tick <= 60:  # noqa: PLR2004  faster than a screen, slower than a flight's life
        raise SettingsError(f"a tick of {settings.tick} s is not possible: give 0.05 to 60 seconds.")
    if settings.spool_size < LEAST_SPOOL:
        raise SettingsError(f"a spool of {settings.spool_size} bytes is too small: give 64MB or more.")
    if min(settings.clients, settings.clients_per_address) < 1:
        raise SettingsError(
            "there is room for no client: give --clients and --clients-per-address 1 or more."
        )


def _check_door(settings: Settings) -> None:
    """Raise SettingsError for what nobody could come in by."""
    if not 0 < settings.requests_per_second < math.inf:
        raise SettingsError(
            f"{settings.requests_per_second} requests a second are not possible: give a number above 0."
        )
    if (settings.tls_cert is None) != (settings.tls_key is None):
        raise SettingsError("TLS needs both a certificate and its key: give --tls-cert and --tls-key.")
    for origin in settings.allow_embed:
        if not _ORIGIN.fullmatch(origin):
            raise SettingsError(
                f"{origin!r} is no origin that may frame the page: give --allow-embed scheme, host and port "
                "alone, such as https://example.org or http://192.168.1.20:8090."
            )


def _from_file(environment: Mapping[str, str]) -> dict[str, Any]:
    named = environment.get(PREFIX + "CONFIG")
    path = Path(named or "aerotrack.toml")
    if not path.is_file():
        if named:
            raise SettingsError(
                f"the settings file {path} does not exist: mend AEROTRACK_CONFIG or unset it."
            )
        return {}
    try:
        found = tomllib.loads(path.read_text("utf-8"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise SettingsError(f"{path} is not readable as TOML: {error}.") from error
    known = [setting.name for setting in fields(Settings)]
    for name in found:
        if name not in known:
            raise SettingsError(f"{path} sets {name!r}, which is no setting; there are {', '.join(known)}.")
    return found


def _convert(name: str, value: Any, kind: Any) -> Any:
    if kind == tuple[str, ...]:
        value = value.split() if isinstance(value, str) else value
    if kind is Size and isinstance(value, str):
        value = _size(name, value)
    if kind == Door | None:
        return _door(name, value)
    if kind is Retention:
        return value if isinstance(value, Retention) else Retention.parse(str(value))
    try:
        return msgspec.convert(value, kind, strict=False, dec_hook=_path)
    except msgspec.ValidationError as error:
        shown = "what it is" if name in SECRETS else repr(value)
        raise SettingsError(f"the setting {name} cannot be {shown}: {error}.") from error


def _size(name: str, text: str) -> int:
    size = size_of(text)
    if size is None:
        raise SettingsError(f"the setting {name} cannot be {text!r}: give a size such as 500MB or 2GB.")
    return size


def _door(name: str, value: Any) -> Door | None:
    if value is None or isinstance(value, Door):
        return value
    host, _, port = str(value).rpartition(":")
    host = host.removeprefix("[").removesuffix("]") or "127.0.0.1"
    if not (port.isdecimal() and int(port) <= 65535):  # noqa: PLR2004  what a port can be
        raise SettingsError(f"the setting {name} cannot be {value!r}: give a PORT, or HOST:PORT.")
    return Door(host, int(port))


def _path(kind: type, value: Any) -> Any:
    if kind is Path and isinstance(value, str):
        return Path(value)
    if isinstance(value, kind):
        return value
    raise TypeError(f"expected {kind.__name__}")
