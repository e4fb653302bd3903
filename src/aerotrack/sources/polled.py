"""Polled sources by their URL: which document, how it is decoded, how often it is asked for, and how."""

import math
import re
from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING
from urllib.parse import parse_qsl, unquote, urlunsplit

import httpx

from aerotrack.core.ports import Source
from aerotrack.decode.aircraft_documents import AircraftDocuments
from aerotrack.decode.opensky import OpenSky
from aerotrack.errors import SettingsError
from aerotrack.sources.courtesy import Courtesy
from aerotrack.sources.opensky import API, Box, Client, OpenSkyCourtesy, account_of, query
from aerotrack.sources.poll import DocumentDecoder, FileDocument, HttpDocument, Poll
from aerotrack.sources.turns import turns_at

if TYPE_CHECKING:
    from aerotrack.sources.urls import SourceUrl

_SHORTEST_S, _LONGEST_S = 0.1, 3600.0
_OWN_S = 1.0
_PUBLIC_S = 5.0  # between two requests: what the public services tolerate
_HEADER = re.compile(r"[A-Za-z][A-Za-z0-9-]*")


def aircraft_http(url: "SourceUrl") -> Source:
    """Poll a receiver's own web server."""
    fetcher = partial(HttpDocument, _address(url))
    return _poll(url, fetcher, AircraftDocuments(), _interval(url, _OWN_S))


def aircraft_file(url: "SourceUrl") -> Source:
    """Read a file that a receiver renews."""
    url.only("interval")
    fetcher = partial(FileDocument, url.path())
    return _poll(url, fetcher, AircraftDocuments(), _interval(url, _OWN_S))


def adsbx(url: "SourceUrl") -> Source:
    """Poll a public service of ADS-B Exchange's kind."""
    address = _address(url, "auth")
    remedy = "check the address, and AEROTRACK_ADSBX_KEY if it wants a key, and start again"
    place, interval = _place(url), _interval(url, _PUBLIC_S)
    courtesy = Courtesy(
        place, clock=url.clock, header=_key(url), remedy=remedy, turns=turns_at(place), apart=_apart(interval)
    )
    fetcher = partial(HttpDocument, address, courtesy)
    return _poll(url, fetcher, AircraftDocuments(), interval, courtesy.ahead)


def opensky(url: "SourceUrl") -> Source:
    """Poll OpenSky's public API."""
    url.only("bbox", "interval")
    if url.parts.netloc or url.parts.path:
        raise SettingsError(f"{url.shown}: write opensky:?bbox=W,S,E,N, or opensky+https://HOST/PATH.")
    least = _interval(url, _PUBLIC_S) if "interval" in url.settings else None
    box = _box(url)
    client = _client(url)
    courtesy = OpenSkyCourtesy(
        box=box, client=client, clock=url.clock, least=least, account=account_of(client)
    )
    fetcher = partial(HttpDocument, f"{API}?{query(box)}", courtesy)
    return Poll(
        name=url.name, url=url.shown, fetcher=fetcher, clock=url.clock, decoder=OpenSky(),
        interval=courtesy.interval, ahead=courtesy.ahead,
    )  # fmt: skip


def opensky_http(url: "SourceUrl") -> Source:
    """Poll any server that answers as OpenSky does."""
    place, interval = _place(url), _interval(url, _PUBLIC_S)
    courtesy = Courtesy(place, clock=url.clock, turns=turns_at(place), apart=_apart(interval))
    fetcher = partial(HttpDocument, _address(url), courtesy)
    return _poll(url, fetcher, OpenSky(), interval, courtesy.ahead)


def opensky_file(url: "SourceUrl") -> Source:
    """Read such a document in a file that another program renews."""
    url.only("interval")
    return _poll(url, partial(FileDocument, url.path()), OpenSky(), _interval(url, _OWN_S))


def _poll(
    url: "SourceUrl",
    fetcher: partial[HttpDocument] | partial[FileDocument],
    decoder: DocumentDecoder,
    interval: float,
    ahead: Callable[[], float] = lambda: 0.0,
) -> Source:
    return Poll(
        name=url.name, url=url.shown, fetcher=fetcher, clock=url.clock, decoder=decoder,
        interval=lambda: interval, ahead=ahead,
    )  # fmt: skip


def _apart(interval: float) -> float:
    """Return how far from others' requests to one server a source keeps that asks it every `interval`."""
    return min(interval, _PUBLIC_S)


def _interval(url: "SourceUrl", default: float) -> float:
    return url.number("interval", default, _SHORTEST_S, _LONGEST_S)


def _place(url: "SourceUrl") -> str:
    return url.parts.netloc.rpartition("@")[2]


def _address(url: "SourceUrl", *ours: str) -> str:
    """Return the document's address: the query but for our settings is the server's, letter by letter."""
    if not url.parts.hostname:
        raise SettingsError(
            f"{url.shown}: give a host, such as {url.parts.scheme}://HOST/data/aircraft.json."
        )
    settings = ("interval", *ours)
    parts = [part for part in url.parts.query.split("&") if unquote(part.partition("=")[0]) not in settings]
    scheme = url.parts.scheme.partition("+")[2]
    address = urlunsplit(url.parts._replace(scheme=scheme, query="&".join(parts), fragment=""))
    try:
        httpx.URL(address)
    except httpx.InvalidURL as error:
        raise SettingsError(f"{url.shown}: {error}; check the URL.") from error
    return address


def _key(url: "SourceUrl") -> dict[str, str]:
    """Return the header that carries the key, if the URL says that its server is to have it."""
    header = dict(parse_qsl(url.parts.query, keep_blank_values=True)).get("auth")
    if header is None:
        return {}
    if not _HEADER.fullmatch(header):
        raise SettingsError(f"{url.shown}: auth is the name of a header, such as api-auth.")
    key = url.keys.adsbx_key
    if not key:
        raise SettingsError(f"{url.shown}: auth={header} needs a key: set AEROTRACK_ADSBX_KEY.")
    if not (key.isascii() and key.isprintable()):
        raise SettingsError("AEROTRACK_ADSBX_KEY has characters that no header can have.")
    return {header: key}


def _client(url: "SourceUrl") -> Client | None:
    name, secret = url.keys.opensky_client_id, url.keys.opensky_client_secret
    if bool(name) != bool(secret):
        raise SettingsError(
            f"{url.shown}: OpenSky wants both: set AEROTRACK_OPENSKY_CLIENT_ID and "
            "AEROTRACK_OPENSKY_CLIENT_SECRET, or neither."
        )
    return Client(name, secret) if name and secret else None


def _box(url: "SourceUrl") -> Box | None:
    text = url.settings.get("bbox")
    if text is None:
        return None
    try:
        west, south, east, north = map(float, text.split(","))
    except ValueError:
        west = south = east = north = math.nan
    if not (-180 <= west < east <= 180 and -90 <= south < north <= 90):  # noqa: PLR2004  the globe
        raise SettingsError(
            f"{url.shown}: bbox is W,S,E,N in degrees, west below east (a box across 180° is two sources)."
        )
    return west, south, east, north
