"""The head of a page, and of a part: what a site says before the document begins."""

import re
from collections.abc import Sequence

from pipelines import rules
from pipelines.document import Proposal
from pipelines.lines import Line, squeeze
from pipelines.tail import LINKED, NAMED, NUMBERED, TITLE_LENGTH

HEAD_LINES = 40  # a head that is longer is taken for text; chosen with room to spare, not measured
FILLER = 3  # paragraphs of filler before a lead-in, at most


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
            block = titles_under(found[n + 1 : HEAD_LINES], titles)
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


def titles_under(rest: Sequence[Line], titles: Sequence[str]) -> list[Line]:
    """The titles of other articles at the start of `rest`: short lines, none of them this page's own."""
    block: list[Line] = []
    for line in rest:
        own = squeeze(line.text) in titles
        numbered = NUMBERED.search(line.folded) and not NAMED.search(line.folded)
        short = len(line.text) <= TITLE_LENGTH and not line.is_prose and not numbered
        shaped = line.link_share > LINKED or rules.dated_title(line) or rules.teaser(line) or NAMED.search(line.folded)
        if own or not ((short and shaped) or rules.teaser(line)) or line.folded.endswith((":", ";")):
            break
        block.append(line)
    certain = sum(line.link_share > LINKED or bool(rules.dated_title(line) or rules.teaser(line)) for line in block)
    return block if certain * 2 >= len(block) or len(block) >= 3 else []


def _lead_cut(line: Line, evidence: str) -> Proposal:
    """The lead-in with all before it; a document that begins in the same line is kept."""
    ends = [m.end() for m in re.finditer(r"[。!?](?![”』」])|[:](?=$)", line.folded)]
    taken = [end for start, end in zip([0, *ends], ends, strict=False) if rules.lead_in(line.piece(start, end))]
    if taken and len(line.text) - taken[-1] > 60 and not rules.generic(line.piece(taken[-1])):
        return Proposal(line.start, line.start + taken[-1], "", "lead_in", evidence)
    return line.cut("lead_in", evidence)
