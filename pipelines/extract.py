"""Which blocks of a page are the article: a vote, and who won it.

Each voter gives every block a weight; the article is the contiguous run of blocks with the largest sum, widened to
lines of the same element that nobody objects to (a signature has no full stop). What lies outside is cut, and
the verdict names the voter that weighed most. Inside the run only links and what the host repeats are cut here:
everything else is left to the rules, which need evidence of their own.
"""

import re
from collections import Counter
from collections.abc import Sequence
from itertools import groupby

import trafilatura
from lxml import html

from pipelines.document import Block, Decoded, Extract, HostKnowledge, PageRules, Verdict
from pipelines.facts import signature
from pipelines.lines import likeness, squeeze, without_site
from pipelines.render import Rendering, parse, render, render_text
from pipelines.script import fold
from pipelines.wordings import SITE_VOICE

# Weights, chosen by reasoning as a set and then measured (`make bench`), not fitted; do not tune one alone.
PLAIN = 0.2  # a line that nobody knows anything of
SENTENCE = 0.8  # has the punctuation of prose
TRAFILATURA = 0.7  # it keeps the block, or (minus) leaves it out
LINKS = 1.6  # more than half of it is links
REPEATED = 3.0  # other pages of the host have it too
CHROME = 1.2  # it stands in an element that is named or made for something else
SHORT = 8  # a line weighs its length plus this, so that short lines count too
LONG = 160  # and no more than this: one long footer must not outweigh an article

LINK_SHARE = 0.5  # of its characters, past which a block is a link
SAME_TITLE = 0.5  # likeness of a heading and the page's title
COPY = 3  # paragraphs in a row that other pages have too: a second copy of a document, and no frame
SIGNED = 4  # lines of a signature that stands in an element of its own, at most
REACH = 12  # lines that the run may be widened by at either end

_ATTACHMENT = re.compile(r"附\s*件|\.(?:docx?|xlsx?|pptx?|pdf|rar|zip|wps|et)\b", re.I)
_SENTENCES = re.compile(r"[。；！？].*[。；！？]|.{30}.*[。；！？]$")  # a paragraph
_NUMBERED = re.compile(r"[一二三四五六七八九十]{1,3}、|[(][一二三四五六七八九十]{1,3}[)]")  # a heading of a document
_PROSE = re.compile(r"[，。；！？、]|[\u4e00-\u9fff][,;!?:]")
_CHROME_TAG = re.compile(r"(?:^|/)(?:nav|header|footer|aside|form|select|menu)\b")
# Where no article ever stands, however the page is made.
_EDGE = re.compile(
    r"(?:^|/)(?:nav|header|footer|select|menu)\b|[./_-](?:nav|menu|foot(?:er)?|copyright|crumb)(?:$|[/_-])", re.I
)
_STOP = re.compile(r"[。！？；!?;]")
# How a document closes: many of one unit's do so in the same words.
_CLOSING = re.compile(
    r"^(?:谢谢(?:大家|各位)?|特此(?:报告|汇报|总结|说明|通知|函告)|此致|敬礼|(?:汇报|报告|述职|发言)完毕"
    r"|以上(?:报告|汇报|总结|述职|发言)?.{0,8}(?:妥|当|请).{0,16}(?:指正|审议|审阅|评议|批评))"
)
_CHROME_NAME = re.compile(
    r"[./_-](?:nav|menu|footer|foot|copyright|sidebar|side|breadcrumb|crumb|related|recommend|hot|comment|share|toolbar|"
    r"pager|prevnext|rank|login|search|tags?|ad|ads|banner)(?:$|[/_-])",
    re.I,
)


KEEP = Verdict(True, "article", "inside the run of blocks that won the vote")


def extract(page: Decoded, known: HostKnowledge, rules: PageRules) -> Extract:
    """The visible text of a page and a verdict on each of its blocks."""
    if not page.html:
        rendering = render_text(page.text)
        return _result(page, rendering, [Verdict(True, "text", "a plain text has no markup to vote on")])
    tree = parse(page.text)
    rendering = render(tree)
    declared = _declared(rendering, tree, rules)
    return _result(page, rendering, declared or vote(rendering, _kept_by_trafilatura(tree, rendering), known))


def _result(page: Decoded, rendering: Rendering, verdicts: Sequence[Verdict]) -> Extract:
    if len(verdicts) == 1:
        verdicts = list(verdicts) * len(rendering.blocks)
    return Extract(
        page.page,
        page.charset,
        rendering.text,
        rendering.blocks,
        tuple(verdicts),
        rendering.hidden_text,
        rendering.page_title,
        page.html,
    )


def _declared(rendering: Rendering, tree: html.HtmlElement, rules: PageRules) -> list[Verdict]:
    """What the site's profile says, where it says it and the page agrees: an article element that is there."""
    article = set(tree.cssselect(rules.article)) if rules.article else set()
    drop = {e for selector in rules.drop for e in tree.cssselect(selector)}
    if not article and not drop:
        return []
    inside = [not article] * len(rendering.blocks)
    for wanted, value in ((article, True), (drop, False)):
        for first, last, element in rendering.spans:
            if element in wanted:
                inside[first:last] = [value] * (last - first)
    if not any(inside):
        return []
    return [Verdict(keep, "profile", rules.to_json()) for keep in inside]


def _kept_by_trafilatura(tree: html.HtmlElement, rendering: Rendering) -> list[bool] | None:
    """For each block whether trafilatura keeps it; None where it finds no article at all."""
    text = trafilatura.extract(tree, include_comments=False, deduplicate=False) or ""
    lines = {_squeeze(line) for line in text.split("\n")}
    whole = _squeeze(text)
    if not whole:
        return None
    kept = []
    for block in rendering.blocks:
        line = _squeeze(rendering.text[block.start : block.end])
        # A short line may occur in the article by chance: it must be a line of it.
        kept.append(line in lines or (len(line) > 15 and line in whole))
    return kept


def vote(rendering: Rendering, kept: list[bool] | None, known: HostKnowledge) -> list[Verdict]:
    """The verdict of all voters on each block of a page without a profile."""
    repeated = frozenset(known.repeated)
    objections = [_objection(rendering.text, block, known.host, repeated) for block in rendering.blocks]
    copied = _copied(rendering, objections)
    objections = [None if n in copied else objection for n, objection in enumerate(objections)]
    first, last = _run(rendering, objections, kept, copied)
    if _misses(rendering, first, last, objections, copied):
        objections = [
            None if _is_bare_name(block, o) else o for block, o in zip(rendering.blocks, objections, strict=True)
        ]
        first, last = _run(rendering, objections, None, frozenset())
    objections = _at_home(rendering, first, last, objections)
    first, last = _widened(rendering, first, last, objections)
    end = _closed(rendering, last, objections)
    objections[last:end] = [None] * (end - last)
    last = end
    headings = _headings_above(rendering, first)
    prose = [n for n in range(first, last) if _SENTENCES.search(_text(rendering, n))]
    verdicts = []
    for n, (block, objection) in enumerate(zip(rendering.blocks, objections, strict=True)):
        if first <= n < last or n in headings:
            between = bool(prose) and prose[0] < n < prose[-1]
            cut = objection if objection and _stands_alone(objection, rendering.text, block, between) else None
            verdicts.append(cut or KEEP)
        else:
            verdicts.append(objection or Verdict(False, "position", f"outside the article, blocks {first} to {last}"))
    return verdicts


def _at_home(rendering: Rendering, first: int, last: int, objections: Sequence[Verdict | None]) -> list[Verdict | None]:
    """The objections but those to lines that stand where the paragraphs stand: documents of one unit share headings.

    What a site puts among the paragraphs is known by its words; what stands in a place of its own, by repetition.
    """
    paths = Counter(rendering.blocks[n].path for n in range(first, last) if _SENTENCES.search(_text(rendering, n)))
    home = paths.most_common(1)[0][0] if paths else None
    return [
        None if _voter(objection) == "repeated" and _is_own(rendering, n, home) else objection
        for n, objection in enumerate(objections)
    ]


def _is_own(rendering: Rendering, n: int, home: str | None) -> bool:
    """Whether a repeated line may be a document's: in its place, no link, and not the site speaking."""
    block = rendering.blocks[n]
    return block.path == home and not block.link_chars and not SITE_VOICE.search(_text(rendering, n))


def _run(
    rendering: Rendering, objections: Sequence[Verdict | None], kept: list[bool] | None, copied: frozenset[int]
) -> tuple[int, int]:
    """The run that wins; blocks of a copy have no weight in it."""
    weights = [
        0.0 if n in copied else _weight(rendering.text, block, objection, kept[n] if kept else None)
        for n, (block, objection) in enumerate(zip(rendering.blocks, objections, strict=True))
    ]
    return _best_run(weights)


def _copied(rendering: Rendering, objections: Sequence[Verdict | None]) -> frozenset[int]:
    """The blocks of a document that the host has more than once: paragraphs in a row that it repeats."""
    copied: set[int] = set()
    for repeated, run in groupby(range(len(objections)), key=lambda n: _voter(objections[n]) == "repeated"):
        blocks = list(run)
        prose = sum(
            _STOP.search(_text(rendering, n)) is not None and not _EDGE.search(rendering.blocks[n].path) for n in blocks
        )
        if repeated and prose >= COPY:
            copied.update(blocks)
    return frozenset(copied)


def _misses(
    rendering: Rendering, first: int, last: int, objections: Sequence[Verdict | None], copied: frozenset[int]
) -> bool:
    """Less than half of the page's prose has won, and most stands where a name or a copy speaks against it."""
    prose = {n: len(_text(rendering, n)) for n in range(len(objections)) if _STOP.search(_text(rendering, n))}
    against = [n for n in prose if n in copied or _is_bare_name(rendering.blocks[n], objections[n])]
    inside = sum(size for n, size in prose.items() if first <= n < last)
    return inside * 2 < sum(prose.values()) < sum(prose[n] for n in against) * 2


def _is_bare_name(block: Block, objection: Verdict | None) -> bool:
    """Nothing but the name of its element speaks against it, and that is no edge of a page."""
    return _voter(objection) == "markup" and not _EDGE.search(block.path)


def _closed(rendering: Rendering, last: int, objections: Sequence[Verdict | None]) -> int:
    """The run with what closes it: the words that a unit ends with, its signature, though repeated or set apart."""
    blocks = rendering.blocks
    if not last or not _STOP.search(_text(rendering, last - 1)):
        return last
    while (
        last < len(blocks)
        and _voter(objections[last]) == "repeated"
        and blocks[last].path == blocks[last - 1].path
        and _CLOSING.search(fold(_text(rendering, last)).strip())
    ):
        last += 1
    for end in range(last + 1, min(last + SIGNED, len(blocks)) + 1):
        below = [_text(rendering, n) for n in range(last, end)]
        if _voter(objections[end - 1]) not in ("", "markup", "repeated"):
            break
        found = signature(below)
        if found and found.signed_by and found.line == 0 and (found.signed_on or "年" in below[-1]):
            return end
    return last


def _voter(objection: Verdict | None) -> str:
    return objection.voter if objection else ""


def _objection(text: str, block: Block, host: str, repeated: frozenset[str]) -> Verdict | None:
    """Why a block does not look like part of an article, if it does not."""
    line = text[block.start : block.end]
    if block.kind == "alt":
        return Verdict(False, "image-alt", "alternative text of an image")
    if repeated and fold(line).strip() in repeated:
        return Verdict(False, "repeated", f"stands on other pages of {host}")
    share = block.link_chars / len(line)
    if share > LINK_SHARE and not _ATTACHMENT.search(line):
        return Verdict(False, "links", f"{share:.0%} of it is links")
    if _CHROME_TAG.search(block.path) or _CHROME_NAME.search(block.path):
        return Verdict(False, "markup", f"in {block.path}")
    return None


def _weight(text: str, block: Block, objection: Verdict | None, kept: bool | None) -> float:
    line = text[block.start : block.end]
    vote = PLAIN
    if _PROSE.search(line):
        vote += SENTENCE
    if kept is not None:
        vote += TRAFILATURA if kept else -TRAFILATURA
    if objection:
        vote -= {"links": LINKS, "repeated": REPEATED, "markup": CHROME}.get(objection.voter, 0.0)
    return vote * (SHORT + min(len(line), LONG))


def _best_run(weights: Sequence[float]) -> tuple[int, int]:
    """The contiguous run with the largest sum (Kadane), as (first, last + 1)."""
    best = (0.0, 0, 0)
    total, start = 0.0, 0
    for n, weight in enumerate(weights):
        if total <= 0:
            total, start = 0.0, n
        total += weight
        if total > best[0]:
            best = (total, start, n + 1)
    return best[1], best[2]


def _widened(rendering: Rendering, first: int, last: int, objections: Sequence[Verdict | None]) -> tuple[int, int]:
    """The run with the lines around it that stand in the same element and that nobody objects to."""
    if first == last:
        return first, last
    low, high = min(
        ((a, b) for a, b, _ in rendering.spans if a <= first and b >= last),
        key=lambda span: span[1] - span[0],
        default=(first, last),
    )
    while first > max(low, 0) and objections[first - 1] is None:
        first -= 1
    reach = high if (low, high) != (0, len(objections)) else min(high, last + REACH)
    while last < reach and objections[last] is None:
        last += 1
    return first, last


def _headings_above(rendering: Rendering, first: int) -> set[int]:
    """The blocks above the run that are the page's title: they are the article's, wherever they stand."""
    title = squeeze(rendering.page_title)
    if not title:
        return {n for n, block in enumerate(rendering.blocks[:first]) if block.kind == "heading" and n >= first - REACH}
    own = squeeze(without_site(rendering.page_title))
    return {
        n
        for n, block in enumerate(rendering.blocks[:first])
        if block.kind == "heading"
        and len(line := squeeze(rendering.text[block.start : block.end])) > 4
        and (line in title or likeness(line, own) >= SAME_TITLE)
    }


def _stands_alone(objection: Verdict, text: str, block: Block, between: bool) -> bool:
    """Inside the article an objection needs a second kind of evidence: the block is no sentence.

    A line that the host repeats may be a heading that its documents share (存在的问题): `between` two paragraphs it
    must be a link as well. A linked line that is numbered as a document's headings are is one, between two paragraphs.
    """
    line = text[block.start : block.end]
    if objection.voter == "image-alt":
        return True
    if objection.voter == "links" and between and _NUMBERED.match(fold(line)):
        return False
    if objection.voter == "repeated" and not block.link_chars and (between or _STOP.search(line)):
        return False
    return objection.voter != "markup" and not line.endswith(("。", "；", "："))


def _text(rendering: Rendering, n: int) -> str:
    return rendering.text[rendering.blocks[n].start : rendering.blocks[n].end]


def _squeeze(text: str) -> str:
    return "".join(text.split())
