"""Addresses: where a client is, seen through the proxies that are trusted to say so."""

from collections.abc import Collection
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address, ip_network

from starlette.datastructures import Headers
from starlette.types import Scope

from aerotrack.errors import SettingsError

_Address = IPv4Address | IPv6Address
_OF_A_HOUSE = 64  # bits of an IPv6 address that name a line: who has it has all that begin so


class Addresses:
    """Tells where clients are. What anybody else than a `trusted` proxy says of that is not believed."""

    def __init__(self, trusted: Collection[str] = ()) -> None:
        """Trust these addresses, or networks such as 10.0.0.0/8. Raises SettingsError for what is neither."""
        self._trusted = [_network(text) for text in trusted]

    def of(self, scope: Scope) -> str:
        """Return where a client is; empty for our own machine, or where it cannot be known.

        Of `X-Forwarded-For` only the end is true: each proxy adds whom it heard. So it is read from there, as
        far as proxies are trusted. IPv6 addresses are told by their first 64 bits.
        """
        peer = _parsed(scope["client"][0]) if scope.get("client") else None
        if peer is None:  # a Unix socket
            return ""
        if self._trusts(peer):
            told = ",".join(Headers(scope=scope).getlist("x-forwarded-for")).split(",")
            for text in reversed(told):
                if (heard := _parsed(text)) is None:
                    break
                peer = heard
                if not self._trusts(peer):
                    break
        return "" if peer.is_loopback else _told(peer)

    def came_by_tls(self, scope: Scope) -> bool:
        """Say whether a request came by TLS, to us or to a trusted proxy."""
        if scope.get("scheme") in {"https", "wss"}:
            return True
        peer = _parsed(scope["client"][0]) if scope.get("client") else None
        said = Headers(scope=scope).get("x-forwarded-proto", "").strip().lower()
        return said in {"https", "wss"} and peer is not None and self._trusts(peer)

    def _trusts(self, address: _Address) -> bool:
        return any(address in network for network in self._trusted)


def _network(text: str) -> IPv4Network | IPv6Network:
    try:
        return ip_network(text, strict=False)
    except ValueError:
        raise SettingsError(
            f"{text!r} is no address of a proxy: give --trusted-proxy one such as 10.0.0.2, or a network "
            "such as 10.0.0.0/8."
        ) from None


def _parsed(text: str) -> _Address | None:
    """Read an address as proxies write it: alone, with a port, or in brackets."""
    text = text.strip()
    if text.startswith("["):
        text = text[1:].partition("]")[0]
    elif text.count(":") == 1:
        text = text.partition(":")[0]
    try:
        address = ip_address(text.partition("%")[0])
    except ValueError:
        return None
    return getattr(address, "ipv4_mapped", None) or address


def _told(address: _Address) -> str:
    if isinstance(address, IPv6Address):
        return str(IPv6Network((address, _OF_A_HOUSE), strict=False))
    return str(address)
