"""What a host's pages have in common: the lines it repeats and the name it injects in sentences.

A function of the set of source texts: order does not count, nor does what was learned before.
"""

import re
from collections import Counter, defaultdict
from collections.abc import Iterable
from typing import NamedTuple

from pipelines.document import HostKnowledge, Knowledge
from pipelines.lines import without_site
from pipelines.repair import in_sentence
from pipelines.script import fold

PAGES = 3  # of a host, before anything is concluded from them
SHARE = 0.5  # of a host's pages must have a line before it is the host's and not a document's
LONGEST = 200  # characters of a line that is kept for comparison

_OWN = re.compile(r"^(?:[一二三四五六七八九十]{1,3}[、.]|[(][一二三四五六七八九十\d]|\d{1,2}[、.]|第[一二三四五六七八九十\d]|附件|(?:20|19|二)[\d〇○零一二三四五六七八九]{2,3}年)|[::]$")
# A template site's name; a unit's own site is named after the unit, whose name its documents are full of.
_BRAND = re.compile(r"(?:网|范文|文库|文秘|文档|之家|资料|作文|大全|无忧|114|吧|站|秘书)$")
_UNIT = re.compile(r"[省市县区镇乡村]|政府|协会|学校|医院|大学|学院|中心|委员会|[局委办]|联合会|公司")
_PIECE = re.compile(r"\s*[_|｜,，]\s*|\s*[-–—]+\s*")


class SourceText(NamedTuple):
    """What `learn` looks at of one stored page."""

    host: str
    page_title: str
    text: str


def learn(pages: Iterable[SourceText]) -> Knowledge:
    """What is known of each host with at least `PAGES` pages."""
    hosts: dict[str, set[SourceText]] = defaultdict(set)
    for page in pages:
        hosts[page.host].add(page)
    return Knowledge(
        tuple(_of_host(host, hosts[host]) for host in sorted(hosts) if host and len(hosts[host]) >= PAGES)
    )


def _of_host(host: str, pages: set[SourceText]) -> HostKnowledge:
    enough = max(PAGES, SHARE * len(pages))
    counts = Counter(line for page in pages for line in _lines(page.text))
    repeated = sorted(line for line, n in counts.items() if n >= enough and not _OWN.search(line))
    return HostKnowledge(host, tuple(repeated), _watermarks(pages))


def _lines(text: str) -> set[str]:
    stripped = (line.strip() for line in fold(text).split("\n"))
    return {line for line in stripped if 1 < len(line) <= LONGEST}


def _watermarks(pages: set[SourceText]) -> tuple[str, ...]:
    """Names that stand in the titles of most pages and inside sentences of at least `PAGES` of them."""
    names = Counter(name for page in pages for name in _names(page.page_title))
    common = [name for name, n in names.items() if n >= max(PAGES, SHARE * len(pages))]
    texts = [fold(page.text) for page in pages]
    found = [name for name in common if sum(_is_injected(name, text) for text in texts) >= PAGES]
    return tuple(sorted(found, key=lambda name: (-len(name), name)))


def _names(page_title: str) -> set[str]:
    title = fold(page_title)
    pieces = {piece.strip() for piece in _PIECE.split(title)} - {without_site(title)}
    return {piece for piece in pieces if 3 <= len(piece) <= 12 and _BRAND.search(piece) and not _UNIT.search(piece)}


def _is_injected(name: str, text: str) -> bool:
    return any(in_sentence(text, m.start(), m.end()) for m in re.finditer(re.escape(name), text))
