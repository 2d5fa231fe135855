"""Which blocks of a page are the article: a vote, and who won it.

Each voter gives every block a weight; the article is the contiguous run of blocks with the largest sum, widened to
lines of the same element that nobody objects to (a signature has no full stop). What lies outside is cut, and
the verdict names the voter that weighed most. Inside the run only links and what the host repeats are cut here:
everything else is left to the rules, which need evidence of their own.
"""

import re
from collections import Counter
from collections.abc import Mapping, Sequence
from itertools import groupby

from lxml import html

from pipelines.ballot import Ballot, Vote, Voter
from pipelines.document import Block, Decoded, Extract, HostKnowledge, PageRules, Verdict
from pipelines.facts import signature
from pipelines.lines import likeness, squeeze, without_site
from pipelines.render import Rendering, parse, render, render_text
from pipelines.script import fold
from pipelines.voters import VOTERS
from pipelines.wordings import SITE_VOICE

# Chosen by reasoning, with the weights in `voters.py`; do not tune one alone.
PLAIN = 0.2  # a line that nobody knows anything of
SHORT = 8  # a line weighs its length plus this, so that short lines count too
LONG = 160  # and no more than this: one long footer must not outweigh an article

SAME_TITLE = 0.5  # likeness of a heading and the page's title
COPY = 3  # paragraphs in a row that other pages have too: a second copy of a document, and no frame
SIGNED = 4  # lines of a signature that stands in an element of its own, at most
REACH = 12  # lines that the run may be widened by at either end

_SENTENCES = re.compile(r"[。；！？].*[。；！？]|.{30}.*[。；！？]$")  # a paragraph
_NUMBERED = re.compile(r"[一二三四五六七八九十]{1,3}、|[(][一二三四五六七八九十]{1,3}[)]")  # a heading of a document
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

KEEP = Verdict(True, "article", "inside the run of blocks that won the vote")


def extract(page: Decoded, known: HostKnowledge, rules: PageRules, voters: Sequence[Voter] = VOTERS) -> Extract:
    """The visible text of a page and a verdict on each of its blocks, by `voters` (fewer only to measure them)."""
    if not page.html:
        rendering = render_text(page.text)
        return _result(page, rendering, [Verdict(True, "text", "a plain text has no markup to vote on")])
    tree = parse(page.text)
    rendering = render(tree)
    declared = _declared(rendering, tree, rules)
    return _result(page, rendering, declared or vote(Ballot(rendering, tree, known), voters))


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


def vote(ballot: Ballot, voters: Sequence[Voter] = VOTERS) -> list[Verdict]:
    """The verdict of all voters on each block of a page without a profile."""
    rendering = ballot.rendering
    said = {voter.name: voter.votes(ballot) for voter in voters}
    objections = _objections(said, len(ballot.blocks))
    copied = _copied(rendering, objections)
    objections = [None if n in copied else objection for n, objection in enumerate(objections)]
    first, last = _run(ballot, objections, said, copied)
    if _misses(rendering, first, last, objections, copied):
        objections = [
            None if _is_bare_name(block, o) else o for block, o in zip(rendering.blocks, objections, strict=True)
        ]
        said.pop("trafilatura", None)  # it was misled by the same names
        first, last = _run(ballot, objections, said, frozenset())
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


def _objections(said: Mapping[str, Sequence[Vote | None]], size: int) -> list[Verdict | None]:
    """Of the objections to each block, the first voter's."""
    found: list[Verdict | None] = [None] * size
    for name, votes in said.items():
        for n, vote in enumerate(votes):
            if vote and vote.objection and found[n] is None:
                found[n] = Verdict(False, name, vote.objection)
    return found


def _run(
    ballot: Ballot,
    objections: Sequence[Verdict | None],
    said: Mapping[str, Sequence[Vote | None]],
    copied: frozenset[int],
) -> tuple[int, int]:
    """The run that wins; blocks of a copy have no weight in it."""
    weights = [
        0.0 if n in copied else _weight(block, objections[n], {name: votes[n] for name, votes in said.items()})
        for n, block in enumerate(ballot.blocks)
    ]
    return _best_run(weights)


def _weight(block: Block, objection: Verdict | None, said: Mapping[str, Vote | None]) -> float:
    vote = PLAIN + sum(
        vote.weight for name, vote in said.items() if vote and (not vote.objection or name == _voter(objection))
    )
    return vote * (SHORT + min(block.end - block.start, LONG))


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
