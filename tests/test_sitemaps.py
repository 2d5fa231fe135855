"""Sitemaps and feeds: every form names its pages, and a time is read so that no change is missed."""

import gzip
from collections import Counter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crawler import sitemaps
from crawler.frontier import no_page
from crawler.sitemaps import Entry, Sitemap, moment

SITEMAP = b"""<?xml version="1.0"?><urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">
<url><loc> http://a.test/1.html </loc></url><url><loc>http://a.test/2.html</loc></url></urlset>"""
INDEX = b"""<sitemapindex xmlns="http://www.sitemaps.org/schemas/sitemap/0.9"><sitemap><loc>http://a.test/s1.xml</loc>
<lastmod>2024-05-01T08:00:00+08:00</lastmod></sitemap></sitemapindex>"""
RSS = b"""<rss version="2.0"><channel><link>http://a.test/</link><item><link>http://a.test/3.html</link></item></channel></rss>"""
ATOM = b"""<feed xmlns="http://www.w3.org/2005/Atom"><link href="http://a.test/"/><entry><link href="http://a.test/4.html"/>
<link rel="edit" href="http://a.test/edit"/><updated>2024-05-01T00:00:00Z</updated></entry></feed>"""
RSS_1 = b"""<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" xmlns="http://purl.org/rss/1.0/"
 xmlns:dc="http://purl.org/dc/elements/1.1/"><channel rdf:about="http://a.test/"><link>http://a.test/</link></channel>
<item rdf:about="http://a.test/5.html"><link>http://a.test/5.html</link><dc:date>2024-05-01</dc:date></item></rdf:RDF>"""
RSS_091 = b"""<!DOCTYPE rss PUBLIC "-//Netscape Communications//DTD RSS 0.91//EN" "http://my.netscape.com/publish/formats/rss-0.91.dtd">
<rss version="0.91"><channel><link>http://a.test/</link><item><link>/6.html</link></item></channel></rss>"""
RICH = b"""<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9" xmlns:image="http://www.google.com/schemas/sitemap-image/1.1"
 xmlns:news="http://www.google.com/schemas/sitemap-news/0.9" xmlns:xhtml="http://www.w3.org/1999/xhtml"
 xmlns:mobile="http://www.baidu.com/schemas/sitemap-mobile/1/"><url><mobile:mobile type="pc,mobile"/>
<image:image><image:loc>http://a.test/1.jpg</image:loc></image:image><loc>http://a.test/1.html</loc>
<xhtml:link rel="alternate" media="only screen" href="http://m.a.test/1.html"/>
<news:news><news:publication_date>2020-01-01</news:publication_date></news:news><lastmod>2024-05-02</lastmod>
<changefreq>always</changefreq></url></urlset>"""


def urls(body: bytes) -> tuple[str, ...]:
    return sitemaps.read(body, "http://a.test/sitemap.xml").pages


@pytest.mark.parametrize(
    ("body", "pages"),
    [
        (SITEMAP, ("http://a.test/1.html", "http://a.test/2.html")),
        (b"\xef\xbb\xbf\n" + SITEMAP.replace(b'<?xml version="1.0"?>', b""), ("http://a.test/1.html", "http://a.test/2.html")),
        (gzip.compress(SITEMAP), ("http://a.test/1.html", "http://a.test/2.html")),
        (RSS, ("http://a.test/3.html",)),
        (RSS.replace(b"item><link>", b"item><guid>").replace(b"</link></item", b"</guid></item"), ("http://a.test/3.html",)),
        (ATOM, ("http://a.test/4.html",)),
        (RSS_1, ("http://a.test/5.html",)),
        (RSS_091, ("http://a.test/6.html",)),
        (RICH, ("http://a.test/1.html",)),
        (b"http://a.test/5.html\nhttp://a.test/6.html\n", ("http://a.test/5.html", "http://a.test/6.html")),
        (b"\xef\xbb\xbfhttp://a.test/5.html\r\nhttp://a.test/5.html", ("http://a.test/5.html",)),
    ],
)  # fmt: skip
def test_every_form_names_its_pages_and_nothing_else(body: bytes, pages: tuple[str, ...]) -> None:
    assert urls(body) == pages


@pytest.mark.parametrize("charset", ["gb2312", "utf-16"])
def test_a_feed_in_another_encoding_is_read(charset: str) -> None:
    text = f"""<?xml version="1.0" encoding="{charset}"?><rss><channel><item><title>总结</title>
    <link><![CDATA[http://a.test/show.asp?id=1&page=2]]></link></item></channel></rss>"""
    assert urls(text.encode(charset)) == ("http://a.test/show.asp?id=1&page=2",)


def test_an_index_says_when_its_sitemaps_changed() -> None:
    assert sitemaps.read(INDEX) == Sitemap((), (Entry("http://a.test/s1.xml", "2024-05-01T00:00:00Z"),))


def test_a_page_that_did_not_change_need_not_be_asked() -> None:
    (entry,) = sitemaps.read(RICH).entries
    assert entry == Entry("http://a.test/1.html", "2024-05-02T23:59:59Z")
    assert entry.unchanged_since("2024-05-03T00:00:00Z")
    assert not entry.unchanged_since("2024-05-02T12:00:00Z")  # it may have changed that evening
    assert not entry.unchanged_since("") and not Entry("http://a.test/").unchanged_since("2024-05-03T00:00:00Z")


def test_when_it_was_published_says_nothing_of_corrections() -> None:
    (entry,) = sitemaps.read(RSS_1).entries
    assert entry.published == "2024-05-01T23:59:59Z" and not entry.unchanged_since("2025-01-01T00:00:00Z")
    (entry,) = sitemaps.read(ATOM).entries
    assert entry.unchanged_since("2025-01-01T00:00:00Z")


@pytest.mark.parametrize(
    ("text", "latest"),
    [
        ("2024", "2024-12-31T23:59:59Z"),
        ("2024-02", "2024-02-29T23:59:59Z"),
        ("2024-02-03", "2024-02-03T23:59:59Z"),
        (" 2024-02-03T10:00+08:00\n", "2024-02-03T02:00:59Z"),
        ("2024-02-03T10:00:00-0530", "2024-02-03T15:30:00Z"),
        ("2024-02-03T10:00:00.123Z", "2024-02-03T10:00:00Z"),
        ("2024-2-3 9:8:7", "2024-02-03T09:08:07Z"),
        ("2024年2月3日", "2024-02-03T23:59:59Z"),
        ("Mon, 01 Jan 2024 00:00:00 GMT", "2024-01-01T00:00:00Z"),
        ("Mon, 01 Jan 2024 00:00:00 +0800", "2023-12-31T16:00:00Z"),
        ("0001-01-01", ""),
        ("1970-01-01T08:00:00+08:00", ""),
        ("2024-13-01", ""),
        ("2024-01-01 25:00", ""),
        ("yesterday", ""),
        ("", ""),
    ],
)
def test_a_time_is_the_latest_that_it_can_mean(text: str, latest: str) -> None:
    assert moment(text) == latest


@given(st.text(alphabet="0123456789-/:TZ+. 年月日GMTJan,", max_size=40))
def test_no_time_breaks_the_reading(text: str) -> None:
    assert len(moment(text)) in (0, 20)


def test_a_sitemap_that_lies_is_told_in_one_line() -> None:
    lies = [f"http://other.test/{n}.html" for n in range(900)] + [f"http://a.test/{n}.jpg" for n in range(50)]
    found = sitemaps.read("\n".join([*lies, "http://a.test/1.html"]).encode())
    kept, refused = found.sifted(
        lambda url: "" if "//a.test/" in url and not no_page(url) else no_page(url) or "off-site: x"
    )
    assert kept.pages == ("http://a.test/1.html",)
    assert refused == Counter({"off-site": 900, "file": 50})


def test_a_broken_sitemap_gives_what_stands_before_the_break() -> None:
    assert urls(SITEMAP[:-60]) == ("http://a.test/1.html",)
    for body in (b"", b"<", b"\x1f\x8bgarbage", b"<html><body>404</body></html>", b"\x00\xff"):
        assert sitemaps.read(body) == Sitemap()


def test_no_more_addresses_than_the_protocol_allows(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sitemaps, "LIMIT", 3)
    many = b"<urlset>" + b"".join(b"<url><loc>http://a.test/%d</loc></url>" % n for n in range(9)) + b"</urlset>"
    assert len(urls(many)) == 3 == len(urls(b"\n".join(b"http://a.test/%d" % n for n in range(9))))


def test_an_entity_bomb_in_a_sitemap_is_not_expanded() -> None:
    bomb = b'<!DOCTYPE x [<!ENTITY a "http://a.test/x"><!ENTITY b SYSTEM "file:///etc/passwd">]>' + RSS.replace(
        b"http://a.test/3.html", b"&b;"
    )
    assert sitemaps.read(bomb).pages == ()


@given(st.binary(max_size=300))
def test_no_bytes_break_the_reading(body: bytes) -> None:
    sitemaps.read(b"<urlset><url><loc>http://a.test/1</loc>" + body, "http://a.test/")


@pytest.mark.parametrize(
    ("body", "is_one"),
    [
        (SITEMAP, True),
        (RSS, True),
        (ATOM, True),
        (RSS_1, True),
        (gzip.compress(INDEX), True),
        (b"<HTML><urlset>", False),
    ],
)
def test_a_sitemap_is_known_by_its_root(body: bytes, is_one: bool) -> None:
    assert sitemaps.is_sitemap("text/xml", body) is is_one
    assert sitemaps.is_sitemap("text/plain", body, asked=True) is is_one


def test_what_was_asked_for_as_a_sitemap_may_be_a_list_or_a_page() -> None:
    assert sitemaps.is_sitemap("text/plain", b"http://a.test/1.html", asked=True)
    assert not sitemaps.is_sitemap("text/html", "<html><body>网站地图</body></html>".encode(), asked=True)
