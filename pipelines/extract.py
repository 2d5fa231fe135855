"""Which blocks of a page are the article: a vote, and who won it.

Each voter (`voters.py`) weighs every block; the article is the run of blocks with the largest sum (`run.py`). What
lies outside is cut, and the verdict names the voter that objected first. Inside the run only links, alternative texts
and what the host repeats are cut here: everything else is left to the rules, which need evidence of their own.

A dear voter is asked only where the cheap ones are in doubt, a fixed function of the page; the evidence says so.
"""

import re
from collections.abc import Sequence
from urllib.parse import urljoin, urlsplit

from lxml import etree, html

from pipelines.document import Decoded, Extract, HostKnowledge, PageRules, Verdict
from pipelines.extraction.ballot import Ballot, Voter
from pipelines.extraction.render import Rendering, parse, render, render_text
from pipelines.extraction.run import Run, headings_above, voter_of, widened, winner
from pipelines.extraction.voters import VOTERS
from pipelines.framing.wordings import SITE_VOICE

# Where cheap voters are trusted alone. Measured on 33 real pages and the sample: trafilatura is asked for two of the
# real pages and for none of the sample: F1 0.985 and 0.998, against 0.984 and 0.998 where it is
# always asked and 0.979 and 0.998 where it never is.
ENOUGH = 200  # characters of prose in the run
PLENTY = 1000  # or of text that nothing speaks against
MOST = 0.6  # of the page's prose is in the run

# Past these the dear voters are not asked: no article met comes near, and their time grows faster than the page.
MAX_BLOCKS, MAX_TEXT = 5_000, 500_000
MAX_DEPTH = 100  # elements in one another; the real pages have up to 35
_TOO_DEEP = etree.XPath(f"boolean({'/*' * (MAX_DEPTH + 1)})")

_STOP = re.compile(r"[。！？；!?;]")
_NUMBERED = re.compile(r"[一二三四五六七八九十]{1,3}、|[(][一二三四五六七八九十]{1,3}[)]")  # a heading of a document


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
        _address(page.page.url, rendering.canonical),
    )


def _address(url: str, canonical: str) -> str:
    """The address that a page names as its own, in full; '' where it names none, or only its site's front page."""
    try:
        parts = urlsplit(urljoin(url, canonical) if canonical else "")
    except ValueError:  # an address that is none
        return ""
    return parts.geturl() if parts.scheme in ("http", "https") and parts.path.strip("/") else ""


def _declared(rendering: Rendering, tree: html.HtmlElement, rules: PageRules) -> list[Verdict]:
    """What the site's profile says, where it says it and the page agrees: an article element that is there."""
    article = set(tree.cssselect(rules.article)) if rules.article else set()
    drop = {e for selector in rules.drop for e in tree.cssselect(selector)}
    if not article and (rules.article or not drop):  # a page without the article's element is left to the voters
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
    said = {voter.name: voter.votes(ballot) for voter in voters if not voter.dear}
    run = winner(ballot, said)
    doubt = _doubt(ballot, run)
    asked = [voter for voter in voters if voter.dear and doubt and ballot.blocks and _is_askable(ballot)]
    if asked:
        run = winner(ballot, said | {voter.name: voter.votes(ballot) for voter in asked})
    who = f"{doubt}: asked {', '.join(voter.name for voter in asked)}" if asked else doubt or "the cheap voters agree"
    return _verdicts(ballot, widened(ballot, run._replace(objections=_own_lines(ballot, run))), who)


def _is_askable(ballot: Ballot) -> bool:
    """Whether a page is within the limits of the dear voters."""
    small = len(ballot.blocks) <= MAX_BLOCKS and len(ballot.rendering.text) <= MAX_TEXT
    return small and not _TOO_DEEP(ballot.tree)


def _doubt(ballot: Ballot, run: Run) -> str:
    """Why the cheap voters' run is not trusted; '' if it is. The posts of others do not count."""
    inside = ballot.prose(run.first, run.last)
    others = (n for n, objection in enumerate(run.objections) if voter_of(objection) == "thread")
    total = ballot.prose_before[-1] - sum(ballot.prose(n, n + 1) for n in others)
    if inside < ENOUGH and ballot.plain(run.first, run.last) < PLENTY:
        return f"{inside} characters of prose"
    return f"{inside} of {total} characters of prose" if inside < total * MOST else ""


def _own_lines(ballot: Ballot, run: Run) -> list[Verdict | None]:
    """The objections but those to lines that stand where the paragraphs stand: documents of one unit share headings.

    What a site puts among the paragraphs is known by its words; what stands in a place of its own, by repetition.
    """
    home = ballot.home_path(run.first, run.last)
    return [
        None
        if voter_of(objection) == "repeated"
        and ballot.blocks[n].path == home
        and not ballot.blocks[n].link_chars
        and not SITE_VOICE.search(ballot.lines[n])
        else objection
        for n, objection in enumerate(run.objections)
    ]


def _verdicts(ballot: Ballot, run: Run, who: str) -> list[Verdict]:
    headings = headings_above(ballot, run.first)
    prose = [n for n in range(run.first, run.last) if ballot.paragraphs[n]]
    keep = Verdict(True, "article", f"inside the run of blocks that won the vote ({who})")
    outside = Verdict(False, "position", f"outside the article, blocks {run.first} to {run.last} ({who})")
    verdicts = []
    for n, objection in enumerate(run.objections):
        if run.first <= n < run.last or n in headings:
            between = bool(prose) and prose[0] < n < prose[-1]
            verdicts.append(objection if objection and _stands_alone(objection, ballot, n, between) else keep)
        else:
            verdicts.append(objection or outside)
    return verdicts


def _stands_alone(objection: Verdict, ballot: Ballot, n: int, between: bool) -> bool:
    """Inside the article an objection needs a second kind of evidence: the block is no sentence.

    A line that the host repeats may be a heading that its documents share (存在的问题): `between` two paragraphs it
    must be a link as well. A linked line that is numbered as a document's headings are is one, between two paragraphs.
    """
    line = ballot.lines[n]
    if objection.voter in ("image-alt", "thread"):
        return True
    if objection.voter == "links" and between and _NUMBERED.match(ballot.folded[n]):
        return False
    if objection.voter == "repeated" and not ballot.blocks[n].link_chars and (between or _STOP.search(line)):
        return False
    return objection.voter != "markup" and not line.endswith(("。", "；", "："))
