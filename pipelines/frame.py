"""Frame noise: what template sites put around, above and below a document, cut with two kinds of evidence.

The first kind is a rule's (`rules.py`), the second is position: above the first paragraph, below the last, or a
shape that several lines make together (a heading and the titles under it, the same run of lines twice).
"""

import itertools
import re
from collections.abc import Sequence
from dataclasses import replace

from pipelines import rules
from pipelines.document import Part, Proposal
from pipelines.holes import notices
from pipelines.ledger import Draft
from pipelines.lines import Line, likeness, lines, site_names, squeeze, without_site
from pipelines.repair import repaired_title
from pipelines.split import part_headings
from pipelines.states import Cleaned, Divided, Framed, Lined

HEAD_LINES = 40  # a head is never longer: the longest of 425 pages has 31 lines
FILLER = 3  # paragraphs of filler before a lead-in, at most
ALIKE = 0.6  # likeness from which two short lines are the same title
TITLE_LENGTH = 60  # characters: longer lines are no titles
DOUBLED = 150  # characters that a repeated run needs at least

_GENRE = re.compile(r"总结|汇报|报告|计划|体会|述职|讲话|发言|方案|要点|小结|情况|通知|安排|思路|意见|范文|材料|工作")
_HEADING = re.compile(
    r"^(?:[一二三四五六七八九十]{1,3}[、.]|[(][一二三四五六七八九十\d]{1,3}[)]|\d{1,2}[、.)]|第[一二三四五六七八九十]+[章节部])"
)
_NAMED = re.compile(
    r"^(?:\d{1,2}[、.]|[·•●◆])?.*(?:总结|汇报|报告|计划|体会|述职|范文)(?:\(.*\))?$"
)  # `3、某某局工作总结` in a list of others
_FILE = re.compile(r"\.(?:docx?|pdf|pptx?|xlsx?|wps|txt)$", re.I)  # document-sharing sites name the file
_SALUTATION = re.compile(r"[:]$")
_CLAUSES = re.compile(r",.{4,}[,;、]|[,;]$")  # a wrapped line of a paragraph is short too, but has clauses
_SIGNED = re.compile(r"^[(]?(?:20|19|二[〇○0零])[\d〇○零一二三四五六七八九xX*]{2}\s*年.{1,12}[日号][)]?$")
_CAPTION = re.compile(
    r"[(（].{0,30}\d+[篇份则条].{0,10}[)）]|\d+[篇份则]|(?:通用|精选|合集|大全|范文|模板|最新|优秀|必备|热门)"
)


def frame(lined: Lined) -> Framed:
    """The page's head and tail, related blocks inside it, and whatever stands on it twice."""
    cuts, gaps = notices(lined.draft)
    draft = lined.draft.edited("frame", cuts)
    draft = draft.edited("frame", doubled(lines(draft)))
    found = lines(draft)
    parts = {squeeze(found[heading.line].text) for heading in part_headings(found)}
    titles = [title for title in _titles(draft) if title not in parts]
    names = site_names(draft.source.page_title)
    draft = draft.edited("frame", [cut for page in _pages(draft) for cut in tail(page, names)])
    draft = draft.edited("frame", inside(lines(draft), titles, _cut_links(draft)))
    draft = draft.edited("frame", [cut for page in _pages(draft) for cut in head(page, titles)])
    return Framed(draft, (*lined.gaps, *gaps))


def frame_parts(divided: Divided) -> Cleaned:
    """Each part's own lead-in, repeated titles and tail; its title line moves to its column."""
    draft = divided.draft
    parts = []
    for part in divided.parts:
        start, end = draft.view_at(part.start), draft.view_at(part.end)
        if len(divided.parts) > 1:
            draft = draft.edited("frame part", _part_frame(lines(draft, start, end)))
            start, end = draft.view_at(part.start), draft.view_at(part.end)
        title, cuts = _title(lines(draft, start, end), part, draft.source.page_title, _titles(draft))
        draft = draft.edited("title", cuts)
        parts.append(replace(part, title=title))
    return Cleaned(draft, divided.gaps, tuple(parts))


def head(found: Sequence[Line], titles: Sequence[str]) -> list[Proposal]:
    """What stands above the first paragraph and is not the document's."""
    cuts: list[Proposal] = []
    waiting: list[Line] = []  # filler that only a lead-in after it proves
    skip = 0
    for n, line in enumerate(found[:HEAD_LINES]):
        if skip:
            skip -= 1
            continue
        rule, evidence = rules.first_evidence(rules.HEAD, line)
        if rule == "lead_in":
            cuts += [w.cut("definition", rules.definition(w) or rules.generic(w)) for w in waiting]
            waiting = []
            cuts.append(_lead_cut(line, evidence))
        elif rule:
            cuts.append(line.cut(rule, evidence))
        elif rules.related_head(line):
            block = _titles_under(found[n + 1 : HEAD_LINES], titles)
            cuts.append(line.cut("related", rules.related_head(line) + ", above the document"))
            cuts += [other.cut("related", "a title in that list") for other in block]
            skip = len(block)
        elif line.is_prose:
            if len(waiting) == FILLER or not (rules.definition(line) or rules.generic(line)):
                break
            waiting.append(line)
        elif waiting and squeeze(line.text) not in titles:
            break  # a heading of the document's own: what stands above it is no filler
    return cuts


def tail(found: Sequence[Line], names: frozenset[str] = frozenset()) -> list[Proposal]:
    """What stands below the last paragraph and is not the document's. `names`: what the site calls itself."""
    first_prose = next((n for n, line in enumerate(found) if line.is_prose), 0)
    for n in range(first_prose + 1, len(found)):
        if _is_tail(found[n:], names):
            # Without these, what stands above them may be a tail in its turn.
            return tail(found[:n], names) + [line.cut(*_why(line, names)) for line in found[n:]]
    return []


def inside(found: Sequence[Line], titles: Sequence[str], cut_links: frozenset[int] = frozenset()) -> list[Proposal]:
    """Blocks of related titles between paragraphs, captions of widgets, the title again after a paragraph.

    `cut_links`: where in the view the vote has cut links, which leaves the heading above them alone.
    """
    cuts: list[Proposal] = []
    prose_seen = False
    for n, line in enumerate(found):
        rule, evidence = rules.first_evidence(rules.ANYWHERE, line)
        if rule:
            cuts.append(line.cut(rule, evidence))
        elif prose_seen and squeeze(line.text) in titles and len(line.text) > 5:
            cuts.append(line.cut("title_repeat", "the page's title again, between paragraphs"))
        elif prose_seen and rules.related_head(line):
            block = _titles_under(found[n + 1 :], titles)
            certain = line.link_share > 0.3 or line.stop in cut_links or any(other.link_share > 0.5 for other in block)
            if len(block) >= 2 or certain:
                cuts.append(line.cut("related", f"{rules.related_head(line)}, {len(block)} titles under it"))
                cuts += [other.cut("related", "a title in that list") for other in block]
        prose_seen = prose_seen or line.is_prose
    return cuts


def doubled(found: Sequence[Line]) -> list[Proposal]:
    """A run of lines that stands twice, the second time directly after the first: the second is cut."""
    texts = [squeeze(line.text) for line in found]
    at: dict[str, list[int]] = {}
    n = 0
    cuts: list[Proposal] = []
    while n < len(texts):
        run = max((_run(texts, first, n) for first in at.get(texts[n], ())), default=0)
        if run:
            cuts += [
                line.cut("doubled", f"line {k + 1} of {run} that stand directly above too")
                for k, line in enumerate(found[n : n + run])
            ]
            n += run
        else:
            at.setdefault(texts[n], []).append(n)
            n += 1
    return cuts


def _run(texts: Sequence[str], first: int, second: int) -> int:
    """How many lines from `first` on stand again from `second` on; 0 unless they are long and directly follow."""
    run = 0
    while second + run < len(texts) and first + run < second and texts[first + run] == texts[second + run]:
        run += 1
    filled = second - (first + run) <= 2
    return run if filled and sum(map(len, texts[second : second + run])) >= DOUBLED else 0


def _is_tail(rest: Sequence[Line], names: frozenset[str]) -> bool:
    """Whether all these lines are frame: the first is by a rule, and so are most of the others."""
    if (_why(rest[0], names)[0] == "tail_block" and not _is_title_list(rest, names)) or any(
        _SIGNED.search(line.folded) for line in rest
    ):
        return False
    related = bool(rules.related_head(rest[0])) or _is_title_list(rest, names)
    if not related and rules.dated_title(rest[0]):
        related = len(rest) >= 3 and all(rules.dated_title(line) for line in rest[:3])
        if not related:
            return False
    known = 0
    for line in rest:
        if _why(line, names)[0] != "tail_block":
            known += 1
        elif line.is_prose and not rules.teaser(line):
            return False
    return related or known * 2 >= len(rest)


def _is_title_list(rest: Sequence[Line], names: frozenset[str]) -> bool:
    """Three or more titles of other documents, one a line, and nothing but the page's frame after them."""
    titles = 0
    while titles < len(rest) and rest[titles].folded.startswith(f"{titles + 1}、") and not rest[titles].is_prose:
        titles += 1
    if not titles:
        while titles < len(rest) and _NAMED.search(rest[titles].folded) and len(rest[titles].text) <= TITLE_LENGTH:
            titles += 1
    named = sum(_NAMED.search(line.folded) is not None for line in rest[:titles])
    framed = all(_why(line, names)[0] != "tail_block" for line in rest[titles : titles + 1])
    return titles >= 3 and named * 2 > titles and framed


def _why(line: Line, names: frozenset[str]) -> tuple[str, str]:
    if head_evidence := rules.related_head(line):
        return "related", head_evidence + ", below the document"
    rule, evidence = rules.first_evidence(rules.TAIL, line)
    if rule:
        return rule, evidence + ", below the document"
    if evidence := rules.teaser(line):
        return "teaser", evidence + ", below the document"
    if line.link_share > 0.5:
        return "links", "a link, below the document"
    if any(name in line.folded for name in names):
        return "site_voice", "speaks of the site, below the document"
    return "tail_block", "between lines of the page's tail"


def _titles_under(rest: Sequence[Line], titles: Sequence[str]) -> list[Line]:
    """The titles of other articles at the start of `rest`: short lines, none of them this page's own."""
    block: list[Line] = []
    for line in rest:
        own = squeeze(line.text) in titles
        numbered = _HEADING.search(line.folded) and not _NAMED.search(line.folded)
        short = len(line.text) <= TITLE_LENGTH and not line.is_prose and not numbered
        shaped = line.link_share > 0.5 or rules.dated_title(line) or rules.teaser(line) or _GENRE.search(line.folded)
        if own or not ((short and shaped) or rules.teaser(line)) or line.folded.endswith((":", ";")):
            break
        block.append(line)
    certain = sum(line.link_share > 0.5 or bool(rules.dated_title(line) or rules.teaser(line)) for line in block)
    return block if certain * 2 >= len(block) or len(block) >= 3 else []


def _lead_cut(line: Line, evidence: str) -> Proposal:
    """The lead-in with all before it; a document that begins in the same line is kept."""
    ends = [m.end() for m in re.finditer(r"[。!?](?![”』」])|[:](?=$)", line.folded)]
    taken = [
        end
        for start, end in zip([0, *ends], ends, strict=False)
        if rules.lead_in(replace(line, text=line.text[start:end], folded=line.folded[start:end]))
    ]
    if (
        taken
        and len(line.text) - taken[-1] > 60
        and not rules.generic(replace(line, text=line.text[taken[-1] :], folded=line.folded[taken[-1] :]))
    ):
        return Proposal(line.start, line.start + taken[-1], "", "lead_in", evidence)
    return line.cut("lead_in", evidence)


def _part_frame(found: Sequence[Line]) -> list[Proposal]:
    """Lead-ins and filler directly under a part's heading, widgets at its end."""
    return head(found[1:], ()) + (tail(found[1:]) if len(found) > 2 else [])


def _pages(draft: Draft) -> list[list[Line]]:
    """The lines of each page of the article: each has a head and a tail of its own."""
    borders = [*(draft.view_at(start) for start in draft.source.starts), len(draft.view)]
    return [lines(draft, start, end) for start, end in itertools.pairwise(borders)]


def _cut_links(draft: Draft) -> frozenset[int]:
    """The places in the view where a block of links was cut."""
    return frozenset(
        at
        for edit, at in zip(draft.edits, draft.at, strict=True)
        if any(step.rule in ("links", "repeated") for step in edit.steps)
    )


def _titles(draft: Draft) -> list[str]:
    """What the page calls itself, squeezed: its title without the site's name, and its first heading."""
    text = draft.source.text
    headings = [text[b.start : b.end] for b in draft.source.blocks if b.kind == "heading"][:1]
    found = [squeeze(without_site(draft.source.page_title)), squeeze(draft.source.page_title)]
    return [title for title in dict.fromkeys([*found, *map(squeeze, headings)]) if title]


def _title(found: Sequence[Line], part: Part, page_title: str, titles: Sequence[str]) -> tuple[str, list[Proposal]]:
    """The title of a part and the edit that moves it to its column."""
    if part.title:
        return _heading_title(found, part)
    short = []
    for line in found[:HEAD_LINES]:
        if line.is_prose or _HEADING.search(line.folded) or _CLAUSES.search(line.folded):
            break
        short.append(line)
    named = [line for line in short if _is_title(line, titles)]
    if not named:
        return _FILE.sub("", without_site(repaired_title(page_title))), []
    chosen = named[-1]
    cuts = [chosen.cut("title", "the line nearest the text that names it")]
    for line in short[: short.index(chosen)]:
        again = likeness(squeeze(line.text), squeeze(chosen.text)) >= ALIKE
        cuts.append(
            line.cut("title_repeat", "the title again")
            if again
            else line.cut("above_title", "a short line above the title")
        )
    return _FILE.sub("", chosen.text), cuts


def _heading_title(found: Sequence[Line], part: Part) -> tuple[str, list[Proposal]]:
    heading, rest = found[0], found[1:4]
    cuts = [heading.cut("title", f"heading of part {part.number}")]
    title = part.title
    for line in rest:
        if (
            line.is_prose
            or len(line.text) > TITLE_LENGTH
            or _HEADING.search(line.folded)
            or _SALUTATION.search(line.folded)
        ):
            break
        if likeness(squeeze(line.text), squeeze(title)) >= ALIKE:
            cuts.append(line.cut("title_repeat", "the part's heading again"))
        elif len(squeeze(title)) <= 6 and _GENRE.search(line.folded):
            cuts.append(line.cut("title", f"own title of part {part.number}, under a bare heading"))
            title = line.text
    return title, cuts


def _is_title(line: Line, titles: Sequence[str]) -> bool:
    own = squeeze(line.text)
    if len(own) > TITLE_LENGTH or len(own) < 4 or _SALUTATION.search(line.folded) or _SIGNED.search(line.folded):
        return False
    return (
        line.heading
        or any(likeness(own, title) >= ALIKE for title in titles)
        or (_GENRE.search(own) is not None and not own.endswith(("。", ",", ";")))
    )
