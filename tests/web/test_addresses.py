from typing import Any

import pytest

from aerotrack.errors import SettingsError
from aerotrack.web.addresses import Addresses

PROXIES = ("10.0.0.0/8", "2001:db8:ffff::1")


def request(peer: str | None, *forwarded: str, proto: str = "", scheme: str = "http") -> dict[str, Any]:
    headers = [(b"x-forwarded-for", text.encode("latin-1")) for text in forwarded]
    if proto:
        headers.append((b"x-forwarded-proto", proto.encode()))
    return {"client": peer and (peer, 1234), "headers": headers, "scheme": scheme, "type": "http"}


def test_without_trusted_proxies_an_address_is_that_of_the_socket() -> None:
    assert Addresses().of(request("203.0.113.7", "198.51.100.1")) == "203.0.113.7"


@pytest.mark.parametrize("peer", ["127.0.0.1", "::1", "::ffff:127.0.0.1", None, "unix"])
def test_our_own_machine_has_none(peer: str | None) -> None:
    assert Addresses().of(request(peer)) == ""


def test_our_own_machine_is_no_proxy_unless_it_is_named() -> None:
    assert Addresses().of(request("127.0.0.1", "203.0.113.7")) == ""
    assert Addresses(["127.0.0.1"]).of(request("127.0.0.1", "203.0.113.7")) == "203.0.113.7"


@pytest.mark.parametrize(
    ("forwarded", "address"),
    [
        (["203.0.113.7"], "203.0.113.7"),
        (["1.1.1.1, 203.0.113.7"], "203.0.113.7"),  # the first is what the client claims
        (["127.0.0.1, 203.0.113.7"], "203.0.113.7"),
        (["1.1.1.1, 203.0.113.7, 10.0.0.2"], "203.0.113.7"),  # two proxies
        (["1.1.1.1", "203.0.113.7"], "203.0.113.7"),  # the header twice
        (["203.0.113.7:5678"], "203.0.113.7"),
        (["[2001:db8:1:2:3::4]:5678"], "2001:db8:1:2::/64"),
        (["::ffff:203.0.113.7"], "203.0.113.7"),
        (["10.0.0.9"], "10.0.0.9"),  # a client inside
        (["1.1.1.1, unknown"], "10.0.0.1"),
        (["1.1.1.1, "], "10.0.0.1"),
        (["\xff\xfe"], "10.0.0.1"),
        ([], "10.0.0.1"),
    ],
)
def test_of_what_proxies_forward_the_last_that_no_proxy_of_ours_is_counts(
    forwarded: list[str], address: str
) -> None:
    assert Addresses(PROXIES).of(request("10.0.0.1", *forwarded)) == address


def test_whoever_is_no_proxy_of_ours_is_not_believed() -> None:
    assert Addresses(PROXIES).of(request("203.0.113.9", "1.1.1.1")) == "203.0.113.9"


def test_all_of_one_ipv6_line_are_one() -> None:
    addresses = Addresses()
    assert (
        addresses.of(request("2001:db8::1")) == addresses.of(request("2001:db8::ffff:1")) == "2001:db8::/64"
    )
    assert addresses.of(request("2001:db8:0:1::1")) == "2001:db8:0:1::/64"
    assert addresses.of(request("fe80::1%eth0")) == "fe80::/64"


def test_tls_is_ours_or_that_of_a_trusted_proxy() -> None:
    addresses = Addresses(PROXIES)
    assert addresses.came_by_tls(request("203.0.113.9", scheme="https"))
    assert addresses.came_by_tls(request("10.0.0.1", proto="https"))
    assert not addresses.came_by_tls(request("10.0.0.1", proto="http"))
    assert not addresses.came_by_tls(request("203.0.113.9", proto="https"))
    assert not addresses.came_by_tls(request(None, proto="https"))


@pytest.mark.parametrize("text", ["proxy.example", "10.0.0.0/33", ""])
def test_what_is_no_address_of_a_proxy_is_said_so(text: str) -> None:
    with pytest.raises(SettingsError, match=f"^'{text}' is no address of a proxy: give --trusted-proxy"):
        Addresses([text])
