"""Addresses from sitemaps and feeds: sitemap.xml, its index, gzip, plain lists, RSS and Atom."""

import re
import zlib
from dataclasses import dataclass

from lxml import etree

from archive.warcs.http import DECODED_LIMIT

LIMIT = 50_000  # addresses a file may have, by the sitemap protocol

_URL = re.compile(r"https?://\S+")


@dataclass(frozen=True, slots=True)
class Sitemap:
    """What a sitemap or feed names."""

    pages: tuple[str, ...] = ()
    sitemaps: tuple[str, ...] = ()


def is_sitemap(content_type: str, body: bytes) -> bool:
    """Whether a response is a sitemap or a feed: XML whose root is one of theirs."""
    head = _unpacked(body[:4096]) if body[:2] == b"\x1f\x8b" else body[:4096]
    return bool(re.search(rb"<(?:\w+:)?(?:urlset|sitemapindex|rss|feed|rdf)[\s>]", head, re.I)) and b"<html" not in head


def read(body: bytes) -> Sitemap:
    """The addresses in a sitemap or feed. One that is broken gives those before the break."""
    body = _unpacked(body) if body[:2] == b"\x1f\x8b" else body
    if body.lstrip()[:1] != b"<":
        return Sitemap(pages=tuple(_URL.findall(body.decode("utf-8", "replace"))[:LIMIT]))
    parser = etree.XMLParser(recover=True, resolve_entities=False, no_network=True, huge_tree=False)
    root = etree.fromstring(body, parser)
    if root is None:
        return Sitemap()
    pages, sitemaps = [], []
    for element in root.iter("{*}loc", "{*}link"):
        target = (element.text or element.get("href") or "").strip()
        if not _URL.fullmatch(target) or element.get("rel", "alternate") != "alternate":
            continue
        parent = element.getparent()
        kind = etree.QName(parent).localname.lower() if parent is not None else ""
        if kind == "sitemap":
            sitemaps.append(target)
        elif kind in ("url", "item", "entry"):  # a channel's own link is its home page
            pages.append(target)
    return Sitemap(tuple(dict.fromkeys(pages[:LIMIT])), tuple(dict.fromkeys(sitemaps[:LIMIT])))


def _unpacked(body: bytes) -> bytes:
    try:
        return zlib.decompressobj(47).decompress(body, DECODED_LIMIT)
    except zlib.error:
        return b""
