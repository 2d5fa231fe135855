"""What the addresses of one article's copies have in common: mobile mirrors and paged copies, before any text is read.

Two pages are said to be one article by `rel=canonical`, or by a registered domain with the same number
(m.example.com/a/5283898 and www.example.com/wen/5283898.html). Clones copy both, and numbers are used twice: so this
only makes documents neighbours, which their texts have to confirm.
"""

import re
from collections.abc import Iterator
from functools import cache
from hashlib import sha256
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

import numpy as np
from numpy.typing import NDArray

from pipelines.document import canonical_url

if TYPE_CHECKING:
    from tldextract import TLDExtract

# The number of an article: the last of four digits or more in the path, without the page's number (_2, -3) behind it.
_NUMBER = re.compile(r"(?<!\d)\d{4,}(?!\d)(?!.*(?<!\d)\d{4,}(?!\d))")
_DATE = re.compile(r"(?:19|20)\d{2}(?:[01]\d(?:[0-3]\d)?)?$")


def address_keys(id: str, url: str, canonical_link: str) -> NDArray[np.int64]:
    """Negative keys, which no text has. Of a page with several documents: those of its part."""
    if url.startswith("urn:"):
        return np.zeros(0, np.int64)
    part = id.partition("-")[2]
    return np.array(sorted({_key(f"{name} {part}") for name in _names(url, canonical_link)}), np.int64)


def _names(url: str, canonical_link: str) -> Iterator[str]:
    yield canonical_url(url)
    if canonical_link:
        yield canonical_url(canonical_link)
    for one in (url, canonical_link):
        if number := article_number(one):
            yield number


def domain(host: str) -> str:
    """The registered domain of a host; the host itself where it has none (an address, a name of one's own net)."""
    return _registered(host) or host


def article_number(url: str) -> str:
    """Registered domain and number of an article, e.g. 'example.com 5283898'; '' where its address has no number."""
    parts = urlsplit(url)
    found = _NUMBER.search(parts.path)
    domain = _registered(parts.hostname or "") if found else ""
    return f"{domain} {found.group()}" if found and domain and not _DATE.fullmatch(found.group()) else ""


def _registered(host: str) -> str:
    return str(_suffixes()(host).top_domain_under_public_suffix)


@cache
def _suffixes() -> "TLDExtract":
    """The list in the package: no request."""
    from tldextract import TLDExtract  # here: it imports an HTTP client, and most commands look at no address

    return TLDExtract(suffix_list_urls=(), cache_dir=None)


def _key(name: str) -> int:
    return -1 - (int.from_bytes(sha256(name.encode()).digest()[:8]) >> 17)
