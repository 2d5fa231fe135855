"""What a robots.txt says, as RFC 9309 reads it: groups, wildcards, lengths, marks and what is no answer."""

from datetime import UTC, datetime, timedelta

import pytest

from crawler import robots
from crawler.robots import AGENT, FORBIDDEN, origin, parse, read, robots_verdict, unread

NOW = datetime(2026, 3, 1, tzinfo=UTC)
HOUR = timedelta(hours=1)


def refused(text: str | bytes, *paths: str) -> list[str]:
    """The paths that a robots.txt refuses us."""
    rules = read(200, text if isinstance(text, bytes) else text.encode(), 7, NOW)
    return [path for path in paths if rules.refusal(f"http://a.test{path}")]


@pytest.mark.parametrize(
    ("rule", "yes", "no"),
    [
        ("Disallow: /private/", ["/private/", "/private/a.html"], ["/private", "/a/private/"]),
        ("Disallow: /*.php$", ["/a.php", "/x/y.php"], ["/a.php?x=1", "/a.php5", "/a.phps/"]),
        ("Disallow: /*?", ["/a?b=1", "/?"], ["/a", "/a/b"]),
        ("Disallow: /a*/b", ["/a/b", "/axyz/bc", "/a/c/b"], ["/b", "/ab"]),
        ("Disallow: /$", ["/"], ["/a"]),
        ("Disallow: /*/index$", ["/a/index"], ["/a/index.html"]),
        ("Disallow: /\nAllow: /open/", ["/", "/x"], ["/open/", "/open/x"]),
        ("Disallow: /p\nAllow: /p", [], ["/p", "/page"]),  # the same length: allow
        ("Allow: /a/\nDisallow: /a/b/", ["/a/b/c"], ["/a/c"]),  # the longest rule, whatever its place
        ("Disallow:", [], ["/", "/a"]),
        ("Disallow: /%E6%80%BB", ["/总结", "/%E6%80%BB%E7%BB%93"], ["/结"]),
        ("Disallow: /总结", ["/%E6%80%BB%E7%BB%93", "/%e6%80%bb%e7%bb%93"], ["/%E7%BB%93"]),
        ("disallow : /x # why", ["/x", "/xy"], ["/y"]),
    ],
)
def test_rules_are_read_as_the_rfc_has_them(rule: str, yes: list[str], no: list[str]) -> None:
    assert refused(f"User-agent: *\n{rule}\n", *yes, *no) == yes


def test_our_own_group_comes_before_that_of_all_and_groups_of_one_name_are_one() -> None:
    ours = f"User-agent: {AGENT.upper()}\nDisallow: /a\n\nUser-agent: {AGENT}\nDisallow: /b\n"
    text = f"User-agent: *\nDisallow: /\n\n{ours}"
    assert refused(text, "/", "/a", "/b", "/c") == ["/a", "/b"]
    shared = f"User-agent: other\nUser-agent: {AGENT}\nDisallow: /a\n"
    assert refused(shared, "/a", "/b") == ["/a"]


@pytest.mark.parametrize("name", [f"{AGENT}/0.1", f"{AGENT}/9.9 (+http://x.test/)", f" {AGENT} "])
def test_whoever_names_us_with_a_version_means_us(name: str) -> None:
    assert refused(f"User-agent: {name}\nDisallow: /a\n", "/a", "/b") == ["/a"]


@pytest.mark.parametrize("name", ["archive", "summary-archive", f"x{AGENT}", f"{AGENT}-images", "baiduspider"])
def test_whoever_names_another_does_not_mean_us(name: str) -> None:
    assert refused(f"User-agent: {name}\nDisallow: /\n", "/a") == []


@pytest.mark.parametrize("ends", ["\n", "\r\n", "\r"])
@pytest.mark.parametrize("mark", [b"", b"\xef\xbb\xbf"])
def test_lines_may_end_in_three_ways_behind_a_mark_or_none(ends: str, mark: bytes) -> None:
    assert refused(mark + ends.join(["User-agent: *", "Disallow: /a", ""]).encode(), "/a", "/b") == ["/a"]


def test_500_kib_are_read_and_no_half_line() -> None:
    head = b"User-agent: *\nDisallow: /first\n"
    filler = b"# " + b"x" * 97 + b"\n"
    upto = head + filler * ((robots.PARSED - len(head) - 20) // len(filler))
    assert refused(
        upto + b"Disallow: /last\n" + filler * 99 + b"Disallow: /behind\n", "/first", "/last", "/behind"
    ) == [
        "/first",
        "/last",
    ]
    cut = upto + b"#" * (robots.PARSED - len(upto) - len(b"\nDisallow: /a")) + b"\nDisallow: /a/very/long/path\n"
    assert refused(cut, "/a", "/ab", "/first") == ["/first"]  # "Disallow: /a" is where the bytes end


@pytest.mark.parametrize("noise", [b"\x00\xff\xfe" * 500, b"<html><body>404</body></html>", b"", "禁止".encode("gbk")])
def test_what_is_no_robots_txt_forbids_nothing(noise: bytes) -> None:
    assert refused(noise, "/", "/a") == []


def test_a_host_without_the_file_allows_all_and_one_that_does_not_answer_nothing() -> None:
    for status in (400, 401, 403, 404, 410, 451):
        assert (
            not robots.is_no_answer(status) and read(status, b"User-agent: *\nDisallow: /", 1, NOW).refusal("x") == ""
        )
    assert all(robots.is_no_answer(status) for status in (0, 429, 500, 502, 503, 504, 522, 599))
    lost = unread("http-503", NOW - timedelta(days=29, hours=23), NOW, HOUR)
    assert lost.refusal("http://a.test/") == "robots-unreachable: http-503" and lost.until == NOW + HOUR
    assert unread("http-503", NOW - timedelta(days=30), NOW, HOUR).refusal("http://a.test/") == ""


def test_a_copy_is_good_for_a_day_from_its_capture() -> None:
    rules = read(200, b"User-agent: *\nDisallow: /", 7, NOW)
    assert rules.until == NOW + timedelta(hours=24) and rules.fetch_id == 7
    assert rules.refusal("http://a.test/x") == FORBIDDEN and rules.refusal("http://a.test/robots.txt") == ""


@pytest.mark.parametrize(
    ("url", "wanted"),
    [
        ("http://A.test/x", "http://a.test"),
        ("http://a.test:80/x", "http://a.test"),
        ("https://a.test:443/x", "https://a.test"),
        ("https://a.test:80/x", "https://a.test:80"),
        ("http://a.test.:8080/x", "http://a.test:8080"),
        ("http://u:p@a.test/x", "http://a.test"),
        ("http://[::1]:8080/x", "http://[::1]:8080"),
    ],
)
def test_an_origin_is_scheme_host_and_port(url: str, wanted: str) -> None:
    assert origin(url) == wanted


def test_crawl_delay_and_sitemaps_are_kept() -> None:
    rules = parse(b"Sitemap: http://a.test/s.xml\nUser-agent: *\nCrawl-delay: 3.5\nDisallow: /x\n")
    assert rules.crawl_delay(AGENT) == 3.5 and list(rules.sitemaps) == ["http://a.test/s.xml"]


def test_a_verdict_is_of_the_file_alone() -> None:
    assert robots_verdict("http://a.test/robots.txt", 404, b"") == "all"
    assert robots_verdict("http://a.test/robots.txt", 503, b"") == "unknown"
    assert robots_verdict("http://a.test/robots.txt", 429, b"") == "unknown"
    assert robots_verdict("http://a.test/robots.txt", 200, b"User-agent: *\nDisallow: /") == "none"
    assert robots_verdict("http://a.test/robots.txt", 200, b"User-agent: *\nDisallow: /x") == "part"
    assert robots_verdict("http://a.test/robots.txt", 301, b"") == robots_verdict("http://a.test/x", 200, b"") == ""
