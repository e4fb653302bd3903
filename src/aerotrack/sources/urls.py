"""Sources are URLs: `SCHEME://HOST:PORT?setting=value#name`.

A line in SOURCES makes a way known in which bytes arrive, a line in FORMATS what they may mean.
"""

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from urllib.parse import SplitResult, parse_qsl, unquote, urlsplit, urlunsplit

from aerotrack.core.observations import Receiver
from aerotrack.core.ports import Clock, Source
from aerotrack.core.values import unix_seconds
from aerotrack.errors import SettingsError
from aerotrack.sources import polled
from aerotrack.sources.antenna import Antenna
from aerotrack.sources.formats import LIVE, Format, Untold
from aerotrack.sources.keys import Keys
from aerotrack.sources.listener import TcpListener
from aerotrack.sources.recording import Recording
from aerotrack.sources.stdin import StandardInput
from aerotrack.sources.tcp import TcpClient
from aerotrack.sources.udp import UdpListener

LOOPBACK = "127.0.0.1"
_NO_KEYS = Keys()
_OF_AN_ANTENNA = ("lat", "lon", "range_nm", "priority")


@dataclass(frozen=True, slots=True)
class SourceUrl:
    """A source's URL, taken apart. `shown` is what may be shown of it: without user and password."""

    parts: SplitResult
    settings: Mapping[str, str]
    name: str
    shown: str
    clock: Clock
    keys: Keys

    def only(self, *known: str) -> None:
        """Raise SettingsError if there is a setting other than the `known` ones."""
        for setting in self.settings:
            if setting not in known:
                possible = f"possible: {', '.join(known)}" if known else "it has none"
                raise SettingsError(f"{self.shown}: {setting!r} is no setting of this source; {possible}.")

    def port(self, usual: int) -> int:
        """Return the port; raises SettingsError, with the `usual` one if there is any, if there is none."""
        try:
            port = self.parts.port
        except ValueError:
            port = None
        if port is None:
            raise SettingsError(
                f"{self.shown}: give a port from 0 to 65535, such as"
                f" {self.parts.scheme}://{self.parts.hostname or ''}:{usual or 'PORT'}."
            )
        return port

    def path(self) -> Path:
        """Return the file's path; raises SettingsError if there is none."""
        path = unquote(self.parts.path)
        if not path or self.parts.netloc:
            raise SettingsError(f"{self.shown}: give the path of a file, such as {self.parts.scheme}:/PATH.")
        return Path(path)

    def receiver(self) -> Receiver | None:
        """Return where the receiver stands, if `lat` and `lon` say so; raises SettingsError."""
        if not {"lat", "lon"} & self.settings.keys():
            if "range_nm" in self.settings:
                raise SettingsError(f"{self.shown}: range_nm needs the receiver's place: give lat and lon.")
            return None
        if not {"lat", "lon"} <= self.settings.keys():
            raise SettingsError(f"{self.shown}: give both lat and lon, or neither.")
        return Receiver(
            self.number("lat", math.nan, -90.0, 90.0),
            self.number("lon", math.nan, -180.0, 180.0),
            self.number("range_nm", 300.0, 1.0, 1e5),
        )

    def priority(self) -> bool:
        """Say whether the feed is believed before all others; raises SettingsError."""
        return self.number("priority", 0, 0, 1) > 0

    def moment(self, setting: str) -> float | None:
        """Return a setting that is a time, Unix seconds; raises SettingsError."""
        text = self.settings.get(setting)
        if text is None:
            return None
        time = unix_seconds(text)
        if math.isnan(time):
            raise SettingsError(
                f"{self.shown}: {setting}={text} is no time: give one such as 2026-11-22T09:00:00Z."
            )
        return time

    def number(self, setting: str, default: float, low: float, high: float) -> float:
        """Return a setting that is a number within bounds; raises SettingsError."""
        text = self.settings.get(setting)
        try:
            number = default if text is None else float(text)
        except ValueError:
            number = math.nan
        if not low <= number <= high:
            raise SettingsError(f"{self.shown}: {setting}={text} is no number from {low:g} to {high:g}.")
        return number


def _client(known: Format, url: SourceUrl) -> Source:
    url.only(*_OF_AN_ANTENNA)
    host = url.parts.hostname
    if not host:
        raise SettingsError(
            f"{url.shown}: give a host, such as {url.parts.scheme}://HOST:{known.port or 'PORT'}."
        )
    return _of_antenna(
        url,
        TcpClient(url.name, url.shown, host, url.port(known.port), known, url.clock, untold=_untold(url)),
    )


def _listener(transport: type[TcpListener | UdpListener], known: Format, url: SourceUrl) -> Source:
    url.only(*_OF_AN_ANTENNA)
    host, port = url.parts.hostname or LOOPBACK, url.port(known.port)
    return _of_antenna(url, transport(url.name, url.shown, host, port, known, url.clock, untold=_untold(url)))


def _standard_input(url: SourceUrl) -> Source:
    url.only("format", *_OF_AN_ANTENNA)
    known = LIVE.get(url.settings.get("format", ""))
    if known is None:
        raise SettingsError(f"{url.shown}: give its format: stdin:?format= one of {', '.join(LIVE)}.")
    return _of_antenna(url, StandardInput(url.name, url.shown, known, url.clock, untold=_untold(url)))


def _untold(url: SourceUrl) -> Untold:
    return Untold(receiver=url.receiver())


def _of_antenna(url: SourceUrl, source: Source) -> Source:
    receiver, priority = url.receiver(), url.priority()
    if receiver is None and not priority:
        return source
    return Antenna(source.name, source.url, source, receiver, priority)


def _recording(url: SourceUrl) -> Source:
    url.only("speed", "start", "lat", "lon", "range_nm")
    speed = None if url.settings.get("speed") == "max" else url.number("speed", 1.0, 0.01, 1e6)
    return Recording(
        url.path(),
        speed=speed,
        name=url.name,
        url=url.shown,
        untold=Untold(url.moment("start"), url.receiver()),
    )


def _simulator(url: SourceUrl) -> Source:
    from aerotrack.sources.simulator import simulator_from  # noqa: PLC0415  its world takes time to load

    source: Source = simulator_from(url.settings, name=url.name, clock=url.clock)
    return source


SOURCES: Mapping[str, Callable[[SourceUrl], Source]] = {
    "sim": _simulator,
    **{scheme: partial(_client, known) for scheme, known in LIVE.items()},
    **{f"listen+{scheme}": partial(_listener, TcpListener, known) for scheme, known in LIVE.items()},
    **{
        f"udp+{scheme}": partial(_listener, UdpListener, known)
        for scheme, known in LIVE.items()
        if known.lines
    },
    "stdin": _standard_input,
    "aircraft+http": polled.aircraft_http,
    "aircraft+https": polled.aircraft_http,
    "aircraft+file": polled.aircraft_file,
    "adsbx+http": polled.adsbx,
    "adsbx+https": polled.adsbx,
    "opensky": polled.opensky,
    "opensky+http": polled.opensky_http,
    "opensky+https": polled.opensky_http,
    "opensky+file": polled.opensky_file,
    "file": _recording,
}
"""What each scheme of a source's URL makes."""


def source_from(url: str, *, clock: Clock, keys: Keys = _NO_KEYS) -> Source:
    """Make the source that `url` describes; nothing is connected yet, a recording is opened.

    A live source goes by `clock`; a recording has its own. `keys` are for public services. Raises
    SettingsError, RecordingError.
    """
    parts = _split(url)
    factory = SOURCES.get(parts.scheme)
    if factory is None:
        raise SettingsError(
            f"{_shown(parts)!r} is no source: its URL begins with one of {', '.join(SOURCES)}."
        )
    name = unquote(parts.fragment) or _short_name(parts)
    settings = dict(parse_qsl(parts.query, keep_blank_values=True))
    return factory(SourceUrl(parts, settings, name, _shown(parts), clock, keys))


def _split(url: str) -> SplitResult:
    if not url.isprintable():  # bytes that are no UTF-8 come as surrogates, which nobody could store or send
        raise SettingsError(f"{url!r} has characters that are no text: write their bytes as %XX.")
    try:
        parts = urlsplit(url if ":" in url else f"{url}:")
        parts.hostname  # noqa: B018  raises ValueError for brackets that do not match
    except ValueError:
        shown = url.rpartition("@")[2]
        raise SettingsError(f"{shown!r} is no URL of a source: write such as sbs://HOST:30003.") from None
    return parts


def _shown(parts: SplitResult) -> str:
    """Write a URL without the secrets in it: user, password, and a query that is a server's own."""
    query = "" if "+http" in parts.scheme else parts.query
    return urlunsplit(parts._replace(netloc=parts.netloc.rpartition("@")[2], query=query))


def _short_name(parts: SplitResult) -> str:
    """Name a feed that its user has not named."""
    if parts.scheme == "file":
        return Path(unquote(parts.path)).name
    place = parts.netloc.rpartition("@")[2] or unquote(parts.path)
    return f"{parts.scheme} {place}".strip()
