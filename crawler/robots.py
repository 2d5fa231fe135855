"""What a robots.txt allows this crawler, in a word: kept beside its capture, so that anybody can check it later."""

import re
from urllib.parse import urlsplit

from protego import Protego

from crawler.plan import BOT

AGENT = BOT.partition("/")[0]  # what a robots.txt may call us
_RULE = re.compile(r"^\s*disallow\s*:\s*[^\s#]", re.I | re.M)


def robots_verdict(url: str, status: int, body: bytes) -> str:
    """all, part, none, or unknown where the host did not say; '' where the address is that of another page.

    As RFC 9309 has it: a host without the file (4xx) allows all. Rules for other crawlers count as `part` too: whether
    they reach us is for the file itself to say, which is kept.
    """
    parts = urlsplit(url)
    if parts.path != "/robots.txt" or 300 <= status < 400:
        return ""
    if status >= 500 or not status:
        return "unknown"
    if status >= 400:
        return "all"
    text = body.decode("utf-8", "replace")
    rules, root = Protego.parse(text), f"{parts.scheme}://{parts.netloc}/"
    if not any(rules.can_fetch(address, AGENT) for address in (root, f"{root}a", f"{root}zj/20190101_1.html")):
        return "none"
    return "part" if _RULE.search(text) else "all"
