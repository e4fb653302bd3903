"""The access table: what one must be allowed for each route, and for each command of the stream.

Whatever is served has its entry here, or the app is not made: what nobody thought of is open to nobody.
"""

from collections.abc import Collection, Iterable, Mapping
from enum import IntEnum
from types import MappingProxyType
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from re import Pattern

    from fastapi.routing import RouteContext


class Scope(IntEnum):
    """What a key may be for; each is less open than the one before."""

    OPEN = 0  # to everybody, whatever is asked of others: no key has it
    READ = 1  # all flights, live and past; to everybody unless keys are required
    INGEST = 2  # telling the server of flights
    ADMIN = 3  # everything

    @property
    def word(self) -> str:
        """Its name, as people write it."""
        return self.name.lower()


SCOPES: Mapping[str, Scope] = MappingProxyType({scope.word: scope for scope in Scope if scope > Scope.OPEN})
"""Those that a key can have, by their names."""

_OPEN = (
    "/",  # the page, which shows no flight that it may not read
    "/assets",
    "/basemap",
    "/docs",
    "/docs/start.js",
    "/docs/{name}",
    "/api/v1/openapi.json",
    "/api/v1/asyncapi.json",
    "/healthz",  # whoever restarts a server has no key for it
    "/readyz",
)
_READ = (
    "/api/v1/flights",
    "/api/v1/flights/{flight_id}",
    "/api/v1/flights/{flight_id}/track",
    "/api/v1/aircraft/{icao24}",
    "/api/v1/aircraft/{icao24}/flights",
    "/api/v1/history/flights",
    "/api/v1/history/sky",
    "/api/v1/history/traffic",
    "/api/v1/events",
    "/api/v1/airports",
    "/api/v1/airports/{code}",
    "/api/v1/feeds",
    "/api/v1/stats",
    "/api/v1/stream",
    "/metrics",
    "/data/aircraft.json",
    "/data/receiver.json",
    "/data/status.json",
    "/data/stats.json",
    "/data/aircraft.binCraft",
    "/data/aircraft.binCraft.zst",
    "/re-api",
    "/v2/all",
    "/v2/hex/{icao24}",
    "/v2/icao/{icao24}",
    "/v2/callsign/{callsign}",
    "/v2/reg/{registration}",
    "/v2/registration/{registration}",
    "/v2/type/{type_code}",
    "/v2/squawk/{squawk}",
    "/v2/sqk/{squawk}",
    "/v2/mil",
    "/v2/ladd",
    "/v2/pia",
    "/v2/point/{lat}/{lon}/{radius}",
    "/v2/lat/{lat}/lon/{lon}/dist/{radius}",
    "/v2/closest/{lat}/{lon}/{radius}",
    "/api/states/all",
)

ROUTES: Mapping[str, Scope] = MappingProxyType(
    dict.fromkeys(_OPEN, Scope.OPEN) | dict.fromkeys(_READ, Scope.READ)
)
"""By the path of the route, without a slash at its end. A route that changes something is INGEST or ADMIN."""

COMMANDS: Mapping[str, Scope] = MappingProxyType(
    dict.fromkeys(
        ("ping", "subscribe", "bbox", "flights", "precision_m", "filter", "resume", "at", "speed"),
        Scope.READ,
    )
)
"""By what a client of the stream may say: a ping, a subscribe, and its members."""

_READING = frozenset(("GET", "HEAD"))


class Access:
    """Finds the entry of a request."""

    def __init__(self, table: Mapping[str, Scope] = ROUTES) -> None:
        self._table = table
        self._rows: list[tuple[Pattern[str], Scope]] = []

    def cover(self, routes: "Iterable[RouteContext]") -> None:
        """Look up every route, as FastAPI's `iter_route_contexts` finds them.

        Raises LookupError for those with no entry, or one that is too open.
        """
        table = self._table
        missing, loose = [], []
        for route in routes:
            path = (route.path or "").rstrip("/") or "/"
            if path not in table:
                missing.append(path)
                continue
            if table[path] <= Scope.READ and not _only_reads(route.methods):
                loose.append(path)
            self._rows.append((route.path_regex, table[path]))
        if missing:
            raise LookupError(f"no entry in the access table: {', '.join(missing)}")
        if loose:
            raise LookupError(f"these change something, so READ is too open: {', '.join(loose)}")

    def needed(self, path: str) -> Scope:
        """Return what one must be allowed to ask for a path: the least open of the routes that match it.

        The patterns are the router's own, so that no spelling of a path passes here and is served there.
        """
        return max((scope for pattern, scope in self._rows if pattern.match(path)), default=Scope.OPEN)


def _only_reads(methods: Collection[str] | None) -> bool:
    """Say whether a route changes nothing; of none are the folders of files."""
    return methods is None or _READING.issuperset(methods)
