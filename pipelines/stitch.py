"""The pages of one article become one source text; blocks that lost the vote are its first edits."""

import re
from collections.abc import Sequence
from itertools import groupby

from pipelines.document import Block, Extract, Gap, Page, Proposal, Rejected, Source, Verdict
from pipelines.ledger import begin
from pipelines.states import Stitched

_COUNTER = re.compile(r"[（(\[【]?第?\s*\d{1,2}\s*[页頁]?[)）\]】]?$")  # '(2)' after the title of a second page


def stitch(article: Sequence[Page], extracts: Sequence[Extract]) -> Stitched:
    """One draft for all pages that came (`extracts`, in order); a page that never came is a gap."""
    if not extracts:
        raise Rejected("no-page: none of the article's pages could be fetched")
    text = ""
    starts: list[int] = []
    blocks: list[Block] = []
    verdicts: list[Verdict] = []
    for n, extract in enumerate(extracts):
        start = len(text) + 1 if n else 0
        text = f"{text}\n{extract.text}" if n else extract.text
        starts.append(start)
        blocks += (
            [b._replace(start=b.start + start, end=b.end + start) for b in extract.blocks] if n else extract.blocks
        )
        verdicts += _without_title(extract, extracts[0]) if n else extract.verdicts
    first = extracts[0]
    source = Source(
        first.page.url,
        text,
        tuple(starts),
        first.page_title,
        "\n".join(filter(None, (extract.hidden_text for extract in extracts))),
        first.charset,
        first.html,
        tuple(blocks),
        first.canonical,
    )
    draft = begin(source).edited("extract", _cuts(source, verdicts))
    return Stitched(draft, tuple(_gaps(article, starts, len(text))))


def _without_title(later: Extract, first: Extract) -> list[Verdict]:
    """The verdicts of a later page, on which the article's title is only repeated."""
    titles = {_squeeze(later.page_title), _squeeze(first.page_title)}
    titles |= {_squeeze(first.text[b.start : b.end]) for b in first.blocks if b.kind == "heading"}
    verdicts = list(later.verdicts)
    for n, block in enumerate(later.blocks):
        line = _squeeze(later.text[block.start : block.end])
        if verdicts[n].keep and len(line) > 4 and (line in titles or _COUNTER.sub("", line) in titles):
            verdicts[n] = Verdict(False, "title-repeat", "the article's title again, on a later page")
    return verdicts


def _cuts(source: Source, verdicts: Sequence[Verdict]) -> list[Proposal]:
    """One cut for each stretch of blocks that the same voter cuts."""
    cuts = []
    for (keep, voter), run in groupby(
        zip(source.blocks, verdicts, strict=True), key=lambda pair: (pair[1].keep, pair[1].voter)
    ):
        if keep:
            continue
        stretch = list(run)
        first, last = stretch[0][0], stretch[-1][0]
        more = f" (and {len(stretch) - 1} more blocks)" if len(stretch) > 1 else ""
        cuts.append(Proposal(first.start, _line_end(source.text, last), "", voter, stretch[0][1].evidence + more))
    return cuts


def _line_end(text: str, block: Block) -> int:
    return min(block.end + 1, len(text))


def _gaps(article: Sequence[Page], starts: Sequence[int], length: int) -> list[Gap]:
    gaps, come = [], 0
    for n, page in enumerate(article, 1):
        if page.missing:
            at = starts[come] if come < len(starts) else length
            gaps.append(Gap(0, at, "page", n, f"{page.missing}: {page.url}"))
        else:
            come += 1
    return gaps


def _squeeze(text: str) -> str:
    return "".join(text.split())
