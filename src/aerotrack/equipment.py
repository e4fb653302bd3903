"""What is made of the settings before anything starts: keys, door, certificate, outputs; whose clock."""

import sys
import time
from functools import partial
from typing import Protocol, runtime_checkable

import structlog

from aerotrack.config import Door, Settings
from aerotrack.core.observations import Receiver
from aerotrack.core.ports import Clock, Source
from aerotrack.core.steady_clock import SteadyClock
from aerotrack.encode.beast import beast
from aerotrack.encode.sbs import sbs
from aerotrack.errors import SettingsError
from aerotrack.sources.antenna import Antenna
from aerotrack.sources.keys import Keys, secret
from aerotrack.sources.recording import Recording
from aerotrack.storage import attach
from aerotrack.web import key_file as key_files
from aerotrack.web.addresses import Addresses
from aerotrack.web.door import Door as FrontDoor
from aerotrack.web.key_file import KeyFile
from aerotrack.web.key_ring import KeyRing
from aerotrack.web.relay import Encode, Relay
from aerotrack.web.server import Certificate

log = structlog.get_logger("aerotrack")


@runtime_checkable
class Timed(Protocol):
    """A source that may have a time of its own: the simulator, which is loaded only where it flies."""

    keeps_time: bool

    def clock(self) -> float:
        """Return the time, Unix seconds."""
        ...


def named_database(settings: Settings) -> str | None:
    """Return the URL of the database that the settings name, with its password; None is the embedded one."""
    named = settings.database
    return named and attach.with_password(named, settings.database_password_file)


def key_file(settings: Settings) -> KeyFile:
    """Return the file of the API keys."""
    return KeyFile(settings.api_key_file or settings.data_dir / key_files.NAME)


def keys_of(settings: Settings) -> Keys:
    """Return the user's keys to public services. Raises SettingsError where one cannot be read."""
    return Keys(
        settings.opensky_client_id,
        secret(settings.opensky_client_secret, settings.opensky_client_secret_file, "opensky_client_secret"),
        secret(settings.adsbx_key, settings.adsbx_key_file, "adsbx_key"),
    )


def place_of(sources: list[Source]) -> Receiver | None:
    """Return where the one antenna stands; None when there are several, or nobody said."""
    places = {source.receiver for source in sources if isinstance(source, Antenna)} - {None}
    return places.pop() if len(places) == 1 else None


def door_of(settings: Settings) -> FrontDoor:
    """Build the door that all requests come by. Raises SettingsError where its keys cannot be read."""
    if settings.api_key_file and not settings.api_key_file.exists():
        raise SettingsError(
            f"there is no key file {settings.api_key_file}: make a key with "
            f"aerotrack key create NAME --api-key-file {settings.api_key_file}."
        )
    ring = KeyRing(key_file(settings).path)
    if settings.require_key and not ring.in_use:
        raise SettingsError(
            "--require-key would let in nobody: make a key first, with aerotrack key create NAME."
        )
    return FrontDoor(
        ring,
        Addresses(settings.trusted_proxy),
        require_key=settings.require_key,
        rate=settings.requests_per_second,
    )


def certificate_of(settings: Settings) -> Certificate | None:
    """Return what TLS is spoken by, None where it is not."""
    if settings.tls_cert is None or settings.tls_key is None:
        return None
    return Certificate(settings.tls_cert, settings.tls_key)


def relays_of(settings: Settings, sources: list[Source]) -> list[Relay]:
    """Build the outputs that somebody asked for."""
    antennas = [source.receiver for source in sources if isinstance(source, Antenna) and source.receiver]
    outputs: tuple[tuple[str, Encode, Door | None, str], ...] = (
        ("SBS", sbs, settings.sbs_out, "--sbs-out"),
        ("Beast", partial(beast, antennas=antennas), settings.beast_out, "--beast-out"),
    )
    return [Relay(name, encode, *door, option=option) for name, encode, door, option in outputs if door]


def clock_of(source: Source) -> Clock | None:
    """Return the clock of a source that has a time of its own; None is the wall clock."""
    match source:
        case Recording() | Timed(keeps_time=True):
            return source.clock
    return None


def wall_clock() -> SteadyClock:
    """Return the clock of live feeds: the machine's, but for its jumps."""
    return SteadyClock(time.time, _running, _warn)


def _running() -> float:
    """Return the seconds since the machine started, those it slept included where the system counts them."""
    return time.clock_gettime(time.CLOCK_BOOTTIME) if sys.platform == "linux" else time.monotonic()


def _warn(sentence: str, /, *, ahead_s: float) -> None:
    log.warning(sentence, ahead_s=round(ahead_s, 1))
