"""Where the articles of a site stand on its pages, and what in it is none: CSS selectors that were tried.

A selector is proposed only where the articles, restored with it, come out as they do without it.
"""

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field

from lxml import html

from pipelines.decode import decode
from pipelines.document import Knowledge, Outcome, Page, PageRules, Rejected, Verdict
from pipelines.extract import extract
from pipelines.extraction.render import Rendering, parse, render
from pipelines.process import restore

HELD = 0.95  # of an article's characters that its element must hold, and of articles that must stay as they were
DROPS = 8  # elements that are named as chrome, the most frequent first
TRIED = 4  # selectors that are tried, the narrowest first

_NAME = re.compile(r"[A-Za-z][A-Za-z_-]{1,30}")


@dataclass(frozen=True, slots=True)
class Selectors:
    """Where the articles stand, as far as it could be proven."""

    rules: PageRules = field(default_factory=PageRules)
    tried: int = 0  # articles that were restored again
    same: int = 0  # of them, that came out as they were
    drops: dict[str, int] = field(default_factory=dict)  # selector -> articles with it


def selectors(sampled: Sequence[tuple[Page, ...]], known: Knowledge) -> Selectors:
    """The element that holds the article, and what in it is none: only where the articles come out as they were."""
    plain = [restore(pages, known, PageRules()) for pages in sampled]
    votes: Counter[str] = Counter()
    for pages in sampled:
        votes.update(dict.fromkeys(_holders(pages[0], known), 1))
    often = [selector for selector, count in votes.most_common() if count >= HELD * len(sampled)]
    for selector in often[:TRIED]:
        drops = _drops(sampled, known, selector)
        for article in (selector, f"h1, {selector}"):
            for drop in (drops, {}) if drops else ({},):
                rules = PageRules(article, tuple(drop))
                if (same := _same(sampled, known, plain, rules)) >= HELD * len(sampled):
                    return Selectors(rules, len(sampled), same, drop)
    return Selectors(tried=len(sampled))


def _drops(sampled: Sequence[tuple[Page, ...]], known: Knowledge, article: str) -> dict[str, int]:
    """Elements in the article of which nothing was kept, with the articles that have them, most first."""
    votes: Counter[str] = Counter()
    for pages in sampled:
        votes.update(dict.fromkeys(_dropped(pages[0], known, article), 1))
    return dict(votes.most_common(DROPS))


def _same(
    sampled: Sequence[tuple[Page, ...]], known: Knowledge, plain: Sequence[Outcome], rules: PageRules
) -> int:  # fmt: skip
    """How many articles come out as they did without rules."""
    return sum(
        _said(restore(pages, known, rules)) == _said(before) for pages, before in zip(sampled, plain, strict=True)
    )


def _said(outcome: Outcome) -> list[tuple[str, str]]:
    return [(document.title, document.text) for document in outcome.documents]


def _seen(page: Page, known: Knowledge) -> tuple[html.HtmlElement, Rendering, tuple[Verdict, ...]] | None:
    """A page with what is kept of it without rules; None for one that is no HTML."""
    try:
        decoded = decode(page)
        if not decoded.html:
            return None
        tree = parse(decoded.text)
        return tree, render(tree), extract(decoded, known.of(page.host), PageRules()).verdicts
    except Rejected:
        return None


def _holders(page: Page, known: Knowledge) -> list[str]:
    """Selectors of the elements that hold the article, the narrowest first."""
    if (seen := _seen(page, known)) is None:
        return []
    tree, rendering, verdicts = seen
    kept = [0]
    for block, verdict in zip(rendering.blocks, verdicts, strict=True):
        kept.append(kept[-1] + (block.end - block.start if verdict.keep else 0))
    holding = sorted(
        (last - first, n, element)
        for n, (first, last, element) in enumerate(rendering.spans)
        if kept[-1] and kept[last] - kept[first] >= HELD * kept[-1]
    )
    named = (_selector(element, tree) for _, _, element in holding)
    return [selector for selector in named if selector][:TRIED]


def _dropped(page: Page, known: Knowledge, article: str) -> list[str]:
    """Selectors of the outermost elements in the article of which nothing is kept."""
    if (seen := _seen(page, known)) is None:
        return []
    tree, rendering, verdicts = seen
    inside = {child for element in tree.cssselect(article) for child in element.iterdescendants()}
    found: list[str] = []
    covered: set[int] = set()
    for first, last, element in sorted(rendering.spans, key=lambda span: span[0] - span[1]):
        none = not any(verdict.keep for verdict in verdicts[first:last])
        if element in inside and none and not covered & set(range(first, last)):
            covered |= set(range(first, last))
            found += filter(None, [_selector(element, tree)])
    return found


def _selector(element: html.HtmlElement, tree: html.HtmlElement) -> str:
    """A selector that picks one element of its page by a name that is no number; '' where none does."""
    names = [f"#{element.get('id')}"] if _NAME.fullmatch(element.get("id") or "") else []
    names += [f"{element.tag}.{name}" for name in (element.get("class") or "").split() if _NAME.fullmatch(name)]
    return next((name for name in names if len(tree.cssselect(name)) == 1), "")
