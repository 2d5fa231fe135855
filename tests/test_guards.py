"""A crawler cannot be led to the operator's own machine or net."""

import pytest
from scrapy import Request
from scrapy.exceptions import CannotResolveHostError, IgnoreRequest
from twisted.internet.defer import Deferred, succeed

from crawler import guards
from crawler.guards import AddressGuard, GuardedResolver, is_private, known_private, literal, mapped


@pytest.mark.parametrize(
    "address",
    [
        "127.0.0.1", "127.9.9.9", "0.0.0.0", "10.0.0.1", "172.16.5.4", "192.168.1.1", "169.254.169.254", "100.64.0.1",
        "224.0.0.1", "255.255.255.255", "::1", "::", "fe80::1", "fd00::1", "::ffff:127.0.0.1", "::ffff:a9fe:a9fe",
        "2002:7f00:1::", "100.100.100.200",
    ],
)  # fmt: skip
def test_private_addresses_are_known(address: str) -> None:
    assert is_private(address)


@pytest.mark.parametrize("address", ["1.1.1.1", "114.114.114.114", "2400:3200::1", "::ffff:8.8.8.8"])
def test_public_addresses_are_not_private(address: str) -> None:
    assert not is_private(address)


def test_names_of_ones_own() -> None:
    addresses = {"*.test": "127.0.0.1", "one.example": "10.0.0.5"}
    assert mapped("WWW.a.test", addresses) == "127.0.0.1" and mapped("one.example", addresses) == "10.0.0.5"
    assert mapped("atest", addresses) == mapped("a.test.com", addresses) == ""
    assert literal("[::1]") == "::1" and literal("a.test") == ""
    assert known_private("http://x.localhost:80/", {}) == "127.0.0.1" and known_private("http://a.com/", {}) == ""


def guard(allow: bool) -> AddressGuard:
    return AddressGuard(allow)


@pytest.mark.parametrize("url", ["http://127.0.0.1/", "http://[::1]:80/x", "http://169.254.169.254/latest/meta-data"])
def test_numbers_in_addresses_are_refused(url: str) -> None:
    with pytest.raises(IgnoreRequest, match=r"private-address: .* ALLOW_PRIVATE_ADDRESSES"):
        guard(False).process_request(Request(url))
    guard(True).process_request(Request(url))
    guard(False).process_request(Request("http://www.example.org/"))


def resolver(allow: bool, answer: str, monkeypatch: pytest.MonkeyPatch) -> GuardedResolver:
    made = GuardedResolver.__new__(GuardedResolver)
    made.addresses, made.allow_private = {"*.test": "127.0.0.1"}, allow
    monkeypatch.setattr(guards.CachingThreadedResolver, "getHostByName", lambda self, name, timeout=(): succeed(answer))
    return made


def result(found: "Deferred[str]") -> str:
    results: list[str] = []
    found.addCallbacks(results.append, lambda failure: results.append(f"refused: {failure.getErrorMessage()}"))
    return results[0]


def test_names_are_checked_where_they_are_resolved(monkeypatch: pytest.MonkeyPatch) -> None:
    """Whatever DNS says, and for odd spellings of numbers too: 2130706433 is resolved, to 127.0.0.1."""
    lured = resolver(False, "127.0.0.1", monkeypatch)
    assert "private-address: evil.example is 127.0.0.1" in result(lured.getHostByName("evil.example"))
    assert result(lured.getHostByName("a.test")).startswith("refused")
    assert result(resolver(True, "127.0.0.1", monkeypatch).getHostByName("evil.example")) == "127.0.0.1"
    assert result(resolver(False, "93.184.216.34", monkeypatch).getHostByName("example.org")) == "93.184.216.34"


def test_a_refused_name_is_not_tried_again() -> None:
    guards.refused["evil.example"] = "private-address: evil.example is 127.0.0.1"
    with pytest.raises(IgnoreRequest, match="private-address"):
        guard(False).process_exception(Request("http://evil.example/"), CannotResolveHostError())
    guard(False).process_exception(Request("http://other.example/"), CannotResolveHostError())
    guard(False).process_exception(Request("http://evil.example/"), TimeoutError())


@pytest.mark.parametrize(
    "address",
    ["::7f00:1", "64:ff9b::7f00:1", "64:ff9b:1::1", "fec0::1", "::ffff:0:7f00:1", "4000::1", "ff02::1", "fd00:ec2::254",
     "2001:0:7f00:1:0:0:80ff:fffe", "168.63.129.16", "192.0.0.192", "198.18.0.1"],
)  # fmt: skip
def test_forms_that_hold_a_private_address_and_places_of_metadata_are_private(address: str) -> None:
    assert is_private(address)


@pytest.mark.parametrize(
    ("host", "address"),
    [
        ("2130706433", "127.0.0.1"), ("0x7f000001", "127.0.0.1"), ("017700000001", "127.0.0.1"), ("127.1", "127.0.0.1"),
        ("0x7f.1", "127.0.0.1"), ("0177.0.0.01", "127.0.0.1"), ("127.0.0.1.", "127.0.0.1"), ("0", "0.0.0.0"),
        ("[::ffff:127.0.0.1]", "::ffff:7f00:1"), ("[fe80::1%25eth0]", "fe80::1"), ("10.0.0x1.1", "10.0.1.1"),
        ("8.8.8.8", "8.8.8.8"), ("999.1.1.1", ""), ("1.2.3.4.5", ""), ("0x", ""), ("a.test", ""), ("12306.cn", ""),
        ("163.com", ""), ("0xdead.beef.cn", ""), ("4294967296", ""),
    ],
)  # fmt: skip
def test_a_number_in_any_form_is_an_address(host: str, address: str) -> None:
    assert literal(host).replace("::ffff:127.0.0.1", "::ffff:7f00:1") == address


@pytest.mark.parametrize(
    "url",
    ["http://2130706433/", "http://0x7f.1:80/", "http://0177.0.0.1/", "http://１２７.0.0.1/", "http://127。0。0。1/",
     "http://[64:ff9b::7f00:1]/", "http://[::7f00:1]/"],
)  # fmt: skip
def test_odd_forms_of_private_addresses_are_refused_before_they_are_resolved(url: str) -> None:
    with pytest.raises(IgnoreRequest, match="private-address"):
        guard(False).process_request(Request(url))
