"""The head of a page, and of a part: what a site says before the document begins."""

import re
from collections.abc import Sequence
from itertools import zip_longest

from pipelines import rules
from pipelines.document import Proposal
from pipelines.framing import wordings
from pipelines.framing.tail import LINKED, NAMED, NUMBERED, TITLE_LENGTH, squeezed, untitled
from pipelines.lines import Line, likeness

HEAD_LINES = 40  # a head that is longer is taken for text; chosen with room to spare, not measured
FILLER = 3  # paragraphs of filler before a lead-in, at most
ECHO = 10  # characters that a torn-off opening shares with a paragraph, at least
PATH = 6  # lines that a site sets above its path, at most
OWN = 60  # characters behind a lead-in from which a document may begin in the same line

_LEADS = frozenset(("lead_in", "intro"))
_PATHS = frozenset(("breadcrumb", "channels"))
_MENUS = frozenset(("interface", "login"))
_SENTENCE = re.compile(r"[^。!?]*[。!?]+[”』」)]*|[^。!?]+$")
_CHANNEL_LENGTH = 6  # characters of a channel's name in a menu with one a line


def head(found: Sequence[Line], titles: Sequence[str], names: frozenset[str] = frozenset()) -> list[Proposal]:
    """What stands above the first paragraph and is not the document's. `names`: what the site calls itself."""
    cuts: list[Proposal] = []
    waiting: list[Line] = []  # filler that only a lead-in after it proves
    skip = 0
    before = ""
    for n, line in enumerate(found[:HEAD_LINES]):
        if skip:
            skip -= 1
            continue
        rule, evidence = rules.first_evidence(rules.HEAD, line)
        if not rule and (evidence := rules.lead_in(untitled(line, titles))):
            rule = "lead_in"
        elif not rule and line.folded in names:
            rule, evidence = "site_voice", "the site's name alone, above the text"
        elif not rule and before in _MENUS and (evidence := rules.plain_button(line)):
            rule = "interface"
        before = rule
        if rule in _LEADS:
            cuts += [w.cut("definition", rules.definition(w) or rules.generic(w)) for w in waiting]
            waiting = []
            cuts += lead_cuts(line, rule, evidence, found)
        elif rule:
            cuts.append(line.cut(rule, evidence))
            if rule in _PATHS:
                cuts += _above_path(found[:n], titles)
                menu = _menu(found[n + 1 : HEAD_LINES])
                cuts += [other.cut("channels", "a channel in that menu") for other in menu]
                skip = len(menu)
        elif rules.related_head(line):
            block = titles_under(found[n + 1 : HEAD_LINES], titles)
            cuts.append(line.cut("related", rules.related_head(line) + ", above the document"))
            cuts += [other.cut("related", "a title in that list") for other in block]
            skip = len(block)
        elif line.is_prose:
            if len(waiting) == FILLER or not (rules.definition(line) or rules.generic(line)):
                break
            waiting.append(line)
        elif waiting and wordings.QUESTION.search(line.folded) and rules.definition(line):
            waiting.append(line)
        elif waiting and squeezed(line) not in titles:
            break  # a heading of the document's own: what stands above it is no filler
    return cuts


def titles_under(rest: Sequence[Line], titles: Sequence[str]) -> list[Line]:
    """The titles of other articles at the start of `rest`: short lines, none of them this page's own."""
    block: list[Line] = []
    for line in rest:
        own = squeezed(line) in titles
        numbered = NUMBERED.search(line.folded) and not NAMED.search(line.folded)
        short = len(line.text) <= TITLE_LENGTH and not line.is_prose and not numbered
        shaped = line.link_share > LINKED or rules.dated_title(line) or rules.teaser(line) or NAMED.search(line.folded)
        shaped = shaped or wordings.RELATED_INLINE.search(line.folded)
        if own or not ((short and shaped) or rules.teaser(line)) or line.folded.endswith((":", ";")):
            break
        block.append(line)
    certain = sum(line.link_share > LINKED or bool(rules.dated_title(line) or rules.teaser(line)) for line in block)
    return block if certain * 2 >= len(block) or len(block) >= 2 else []


def lead_cuts(line: Line, rule: str, evidence: str, found: Sequence[Line]) -> list[Proposal]:
    """The sentences of a lead-in, with filler before it; what the document itself says in the same line is kept.

    The document's opening, torn off and glued in front, goes too: it stands again below.
    """
    spans = [match.span() for match in _SENTENCE.finditer(line.folded) if match.group().strip()]
    pieces = [line.piece(*span) for span in spans]
    taken = [n for n, piece in enumerate(pieces) if _leads(piece)] or [*range(len(pieces))]
    first, last = taken[0], taken[-1]
    while first and _is_filler(pieces[first - 1]):
        first -= 1
    after = line.piece(spans[last][1])
    if last + 1 < len(pieces) and (len(after.text) <= OWN or rules.generic(after)):
        last = len(pieces) - 1
    start, end = spans[first][0], spans[last][1]
    if (start or _has_facts(pieces[first])) and _is_echo(line, found):
        return [Proposal(line.start, line.start + end, "", "body_echo", "the beginning of a paragraph below, torn off")]
    start += _before_lead(pieces[first])
    if start == 0 and end >= len(line.text):
        return [line.cut(rule, evidence)]
    return [Proposal(line.start + start, line.start + end, "", rule, evidence)]


def _leads(piece: Line) -> bool:
    return bool(rules.lead_in(piece) or rules.intro(piece))


def _is_filler(piece: Line) -> bool:
    return bool(rules.definition(piece) or rules.generic(piece))


def _has_facts(piece: Line) -> bool:
    return not rules.generic(piece)


def _before_lead(piece: Line) -> int:
    """Where the lead-in begins in a sentence that says something of the document before it."""
    if wordings.INTRO.search(piece.folded):
        return 0  # what a site labels as its introduction is its own, though it names the document
    points = wordings.DEIXIS.search(piece.folded)
    own = points and points.start() > ECHO and _has_facts(piece.piece(0, points.start()))
    return points.start() if points and own else 0


def _is_echo(line: Line, found: Sequence[Line]) -> bool:
    """Whether the text below begins somewhere as this line does: a short salutation, and then the next line."""
    opening = squeezed(line)[:ECHO]
    starts = [squeezed(other.piece(0, ECHO * 2)) for other in found if other.start > line.start]
    return any((a + b).startswith(opening) for a, b in zip_longest(starts, starts[1:], fillvalue=""))


def _above_path(above: Sequence[Line], titles: Sequence[str]) -> list[Proposal]:
    """What a site sets above its own path: its name, a slogan. Leaves the title, numbers, whatever is a sentence."""
    if len(above) > PATH or any(line.is_prose for line in above):
        return []
    return [
        line.cut("site_voice", "above the site's path")
        for line in above
        if not re.search(r"\d", line.folded)
        and not any(likeness(squeezed(line), title) > LINKED for title in titles)
        and not re.search(wordings.GENRES, line.folded)
    ]


def _menu(below: Sequence[Line]) -> list[Line]:
    """A menu with one channel a line, at the start of `below`."""
    menu: list[Line] = []
    for line in below:
        if len(line.text) > _CHANNEL_LENGTH or not wordings.CHANNEL.search(line.folded):
            break
        menu.append(line)
    return menu
