"""What a host's pages have in common: the lines it repeats and the name it injects in sentences.

A function of the set of source texts: order does not count, nor does what was learned before.
"""

import re
from collections import Counter, defaultdict
from collections.abc import Iterable
from typing import NamedTuple

from pipelines.document import HostKnowledge, Knowledge
from pipelines.framing.wordings import SITE_VOICE
from pipelines.lines import PROSE, site_names
from pipelines.marking.numbers import false_number
from pipelines.repairs import injected
from pipelines.repairs.watermarks import in_sentence
from pipelines.script import fold

PAGES = 3  # of a host, before anything is concluded from them
SHARE = 0.5  # of a host's pages must have a line before it is the host's and not a document's
INJECTED = 2  # pages in whose sentences a template site's name stands, before it is a watermark
# Pages with a false number, and their share, from which no number of the host is trusted: a refresh of years runs over
# all its pages, but most of what it writes (2023户) is plausible (phenomena, row NUMCORRUPT: 3 of 5 pages showed one).
FALSE, FALSE_SHARE = 2, 0.2
NOTICE = 40  # characters of a sentence that documents do not share word by word: formulas have under 30; chosen
LONGEST = 200  # characters of a line that is kept for comparison

_SIGNED_ON = re.compile(r"^[(]?(?:20|19|二)[\d〇○Oo0零一二三四五六七八九xX*]{2,3}\s*年.{1,14}[日号]?[)]?$")
_OWN = re.compile(
    r"^(?:[一二三四五六七八九十]{1,3}[、.]|[(][一二三四五六七八九十\d]|\d{1,2}[、.]|第[一二三四五六七八九十\d]|附件|(?:20|19|二)[\d〇○零一二三四五六七八九]{2,3}年)|[::]$"
)


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
    known = [host for host in sorted(hosts) if host and len(hosts[host]) >= PAGES]
    suspects = {host: injected.suspects(fold(page.text) for page in hosts[host]) for host in known}
    clauses = injected.wanted(one for found in suspects.values() for one in found)
    copied = injected.copies(clauses, (fold(page.text) for some in hosts.values() for page in some))
    return Knowledge(tuple(_of_host(host, hosts[host], injected.proven(suspects[host], copied)) for host in known))


def _of_host(host: str, pages: set[SourceText], tokens: list[str]) -> HostKnowledge:
    enough = max(PAGES, SHARE * len(pages))
    counts = Counter(line for page in pages for line in _lines(page.text))
    repeated = sorted(line for line, n in counts.items() if n >= enough and not _OWN.search(line))
    return HostKnowledge(host, tuple(repeated), _watermarks(pages, tokens), _spoils_numbers(pages))


def _lines(text: str) -> set[str]:
    """The lines of a page that may be its host's. Leaves the line above a date: a unit that signs all its documents."""
    found = [line for raw in fold(text).split("\n") if (line := raw.strip())]
    return {
        line
        for line, after in zip(found, [*found[1:], ""], strict=True)
        if 1 < len(line) <= LONGEST and not _SIGNED_ON.search(after) and not _is_own_sentence(line)
    }


def _is_own_sentence(line: str) -> bool:
    """A sentence that several documents share is a formula of theirs, unless the site speaks in it or it is long."""
    return len(line) < NOTICE and PROSE.search(line) is not None and not SITE_VOICE.search(line)


def _watermarks(pages: set[SourceText], tokens: list[str]) -> tuple[str, ...]:
    """Names that stand in the titles of most pages, and inside sentences of some where nothing speaks of them.

    And `tokens`, which break words of its pages.
    """
    names = Counter(name for page in pages for name in site_names(page.page_title))
    common = [name for name, n in names.items() if n >= max(PAGES, SHARE * len(pages))]
    texts = [fold(page.text) for page in pages]
    found = [name for name in common if sum(_is_injected(name, text) for text in texts) >= INJECTED]
    return tuple(sorted({*found, *tokens}, key=lambda name: (-len(name), name)))


def _spoils_numbers(pages: set[SourceText]) -> bool:
    """Whether the host writes years over numbers: several of its pages show a number that cannot be."""
    false = sum(next(iter(false_number(fold(page.text))), None) is not None for page in pages)
    return false >= max(FALSE, FALSE_SHARE * len(pages))


def _is_injected(name: str, text: str) -> bool:
    return any(in_sentence(text, m.start(), m.end(), proven=True) for m in re.finditer(re.escape(name), text))
