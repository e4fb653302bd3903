"""Sources are URLs: `SCHEME://HOST:PORT?setting=value#name`. A line in SOURCES makes a scheme known."""

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from urllib.parse import SplitResult, parse_qsl, unquote, urlencode, urlsplit, urlunsplit

import httpx

from aerotrack.core.ports import Clock, Source
from aerotrack.decode.json_lines import JsonLines
from aerotrack.decode.sbs import Sbs
from aerotrack.errors import SettingsError
from aerotrack.sources.listener import TcpListener
from aerotrack.sources.poll import FileDocument, HttpDocument, Poll
from aerotrack.sources.reading import DecoderMaker
from aerotrack.sources.recording import Recording
from aerotrack.sources.tcp import TcpClient

LOOPBACK = "127.0.0.1"
_SHORTEST_POLL_S, _LONGEST_POLL_S = 0.1, 3600.0


@dataclass(frozen=True, slots=True)
class SourceUrl:
    """A source's URL, taken apart. `shown` is what may be shown of it: without user and password."""

    parts: SplitResult
    settings: Mapping[str, str]
    name: str
    shown: str
    clock: Clock

    def only(self, *known: str) -> None:
        """Raise SettingsError if there is a setting other than the `known` ones."""
        for setting in self.settings:
            if setting not in known:
                possible = f"possible: {', '.join(known)}" if known else "it has none"
                raise SettingsError(f"{self.shown}: {setting!r} is no setting of this source; {possible}.")

    def port(self) -> int:
        """Return the port; raises SettingsError if there is none."""
        try:
            port = self.parts.port
        except ValueError:
            port = None
        if port is None:
            raise SettingsError(
                f"{self.shown}: give a port from 0 to 65535, such as {self.parts.scheme}://HOST:30003."
            )
        return port

    def path(self) -> Path:
        """Return the file's path; raises SettingsError if there is none."""
        path = unquote(self.parts.path)
        if not path or self.parts.netloc:
            raise SettingsError(f"{self.shown}: give the path of a file, such as {self.parts.scheme}:/PATH.")
        return Path(path)

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


def _client(decoder: DecoderMaker, url: SourceUrl) -> Source:
    url.only()
    host = url.parts.hostname
    if not host:
        raise SettingsError(f"{url.shown}: give a host, such as {url.parts.scheme}://HOST:30003.")
    return TcpClient(url.name, url.shown, host, url.port(), decoder, url.clock)


def _listener(decoder: DecoderMaker, url: SourceUrl) -> Source:
    url.only()
    return TcpListener(url.name, url.shown, url.parts.hostname or LOOPBACK, url.port(), decoder, url.clock)


def _interval(url: SourceUrl) -> float:
    return url.number("interval", 1.0, _SHORTEST_POLL_S, _LONGEST_POLL_S)


def _http(url: SourceUrl) -> Source:
    if not url.parts.hostname:
        raise SettingsError(
            f"{url.shown}: give a host, such as {url.parts.scheme}://HOST/data/aircraft.json."
        )
    others = [pair for pair in parse_qsl(url.parts.query, keep_blank_values=True) if pair[0] != "interval"]
    scheme = url.parts.scheme.removeprefix("aircraft+")
    address = urlunsplit(url.parts._replace(scheme=scheme, query=urlencode(others), fragment=""))
    try:
        httpx.URL(address)
    except httpx.InvalidURL as error:
        raise SettingsError(f"{url.shown}: {error}; check the URL.") from error
    fetcher = partial(HttpDocument, address)
    return Poll(name=url.name, url=url.shown, fetcher=fetcher, clock=url.clock, interval=_interval(url))


def _file(url: SourceUrl) -> Source:
    url.only("interval")
    fetcher = partial(FileDocument, url.path())
    return Poll(name=url.name, url=url.shown, fetcher=fetcher, clock=url.clock, interval=_interval(url))


def _recording(url: SourceUrl) -> Source:
    url.only("speed")
    speed = None if url.settings.get("speed") == "max" else url.number("speed", 1.0, 0.01, 1e6)
    return Recording(url.path(), speed=speed, name=url.name, url=url.shown)


def _simulator(url: SourceUrl) -> Source:
    from aerotrack.sources.simulator import simulator_from  # noqa: PLC0415  its world takes time to load

    source: Source = simulator_from(url.settings, name=url.name, clock=url.clock)
    return source


SOURCES: Mapping[str, Callable[[SourceUrl], Source]] = {
    "sim": _simulator,
    "sbs": partial(_client, Sbs),
    "json": partial(_client, JsonLines),
    "listen+sbs": partial(_listener, Sbs),
    "listen+json": partial(_listener, JsonLines),
    "aircraft+http": _http,
    "aircraft+https": _http,
    "aircraft+file": _file,
    "file": _recording,
}
"""What each scheme of a source's URL makes."""


def source_from(url: str, *, clock: Clock) -> Source:
    """Make the source that `url` describes; nothing is connected yet, a recording is opened.

    A live source goes by `clock`; a recording has its own. Raises SettingsError, RecordingError.
    """
    parts = _split(url)
    factory = SOURCES.get(parts.scheme)
    if factory is None:
        raise SettingsError(
            f"{_shown(parts)!r} is no source: its URL begins with one of {', '.join(SOURCES)}."
        )
    name = unquote(parts.fragment) or _short_name(parts)
    settings = dict(parse_qsl(parts.query, keep_blank_values=True))
    return factory(SourceUrl(parts, settings, name, _shown(parts), clock))


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
    query = "" if parts.scheme.startswith("aircraft+http") else parts.query
    return urlunsplit(parts._replace(netloc=parts.netloc.rpartition("@")[2], query=query))


def _short_name(parts: SplitResult) -> str:
    """Name a feed that its user has not named."""
    if parts.scheme == "file":
        return Path(unquote(parts.path)).name
    place = parts.netloc.rpartition("@")[2] or unquote(parts.path)
    return f"{parts.scheme} {place}".strip()
