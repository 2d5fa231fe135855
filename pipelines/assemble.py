"""A restored article as documents: each part's text with all that is read off it."""

import itertools
from collections.abc import Sequence

from pipelines.dates import page_date, title_year, url_date
from pipelines.document import (
    SOFTWARE,
    Document,
    Edit,
    Gap,
    Knowledge,
    Mark,
    Outcome,
    Page,
    PageRules,
    Part,
    Rejected,
    article_id,
    canonical_url,
)
from pipelines.era import era
from pipelines.facts import document_number, genre, redated, signature
from pipelines.fingerprint import content_digest, part_suffix
from pipelines.holes import cut_ends
from pipelines.ledger import Draft, replay
from pipelines.lines import PROSE
from pipelines.marks import marks
from pipelines.quality import quality, quality_parts
from pipelines.script import fold, is_localised, script_of, to_hans
from pipelines.states import Flowed

# What a repairing rule says of the text it had to repair.
DAMAGE = {
    "gbk_misaligned_pinyin": "bytes",
    "gbk_lost_lead": "bytes",
    "pinyin": "pinyin",
    "tick": "ticks",
    "watermark": "watermark",
    "entity": "entities",
    "masked_word": "masked_words",
    "doubled": "doubled",
    "false_break": "false_breaks",
    "chunk_number": "chunks",
    "page_number": "page_numbers",
    "inner_space": "spaces",
    "paywall": "preview",
}


def assemble(flowed: Flowed, article: tuple[Page, ...], knowledge: Knowledge, rules: PageRules) -> Outcome:
    """The outcome: one document a part that holds text. Raises `Rejected` if none does."""
    draft = flowed.draft
    parts = [part for part in flowed.parts if replay(draft.source.text, draft.edits, part.start, part.end)]
    if not parts:
        raise Rejected("too-short: nothing is left of the article", draft.source)
    texts = [replay(draft.source.text, draft.edits, part.start, part.end) for part in parts]
    signatures = [signature(text.split("\n")) for text in texts]
    gaps = (*flowed.gaps, *cut_ends(draft, parts, [found is not None for found in signatures]))
    found = [marks(draft, part, fold(text)) for part, text in zip(parts, texts, strict=True)]
    ids = _ids(article[0], texts)
    localised = is_localised("\n".join(texts))  # of the article: one machine converted the whole page
    documents = tuple(
        _document(draft, part, n, len(parts), ids[n], texts[n], gaps, found[n], article[0], knowledge, localised)
        for n, part in enumerate(parts)
    )
    return Outcome(
        article, knowledge.id, rules, draft.source, documents, draft.edits, gaps, tuple(itertools.chain(*found))
    )


def _document(
    draft: Draft,
    part: Part,
    n: int,
    parts: int,
    id: str,
    text: str,
    gaps: Sequence[Gap],
    found: Sequence[Mark],
    page: Page,
    knowledge: Knowledge,
    localised: bool,
) -> Document:
    start, end = _tight(draft, part)
    edits = [edit for edit in draft.edits if part.start <= edit.start and edit.end <= part.end]
    signed = signature(text.split("\n"))
    published, by_url, year = page_date(_record(draft)), url_date(page.url), title_year(part.title)
    era_from, era_to = era(text)
    here = [gap for gap in gaps if gap.part == part.number or (gap.part == 0 and _concerns(gap, part, parts))]
    begin = draft.view_at(part.start)
    scores = quality_parts(
        text, (draft.view_at(mark.start) - begin for mark in found), [f"{gap.kind} {gap.start}" for gap in here]
    )
    hans = to_hans(part.title + "\n" + text, localised)
    return Document(
        id=id,
        url=canonical_url(page.url),
        part=n + 1,
        parts=parts,
        title=part.title,
        title_hans=hans.split("\n", 1)[0],
        text=text,
        text_hans=hans.split("\n", 1)[1],
        genre=genre(part.title, text),
        script=script_of(text),
        published_on=published,
        url_date=by_url,
        title_year=year,
        document_number=document_number(text.split("\n")) or (document_number(_head(draft)[-12:]) if n == 0 else None),
        signed_by=signed[0] if signed else None,
        signed_on=signed[1] if signed else None,
        era_from=era_from,
        era_to=era_to,
        redated=int(redated(year, published, signed[1] if signed else None, (era_from, era_to))),
        status="partial" if here else "complete",
        damage=_damage(edits, here, found),
        quality=quality(scores),
        content_digest=content_digest(part.title, text),
        knowledge_id=knowledge.id,
        software=SOFTWARE,
        fetch_id=page.fetch_id,
        archived_at=page.fetched_at,
        article_id=article_id(page.url),
        source_start=start,
        source_end=end,
        quality_parts=scores,
    )


def _ids(page: Page, texts: Sequence[str]) -> list[str]:
    """Ids follow from the capture alone; the second of two equal parts takes a counter."""
    base = article_id(page.url)
    if len(texts) == 1:
        return [f"{base}-0"]
    ids: list[str] = []
    for text in texts:
        id = f"{base}-{part_suffix(text)}"
        taken = sum(other.split(".")[0] == id for other in ids)
        ids.append(f"{id}.{taken + 1}" if taken else id)
    return ids


def _tight(draft: Draft, part: Part) -> tuple[int, int]:
    """The part's span without the cuts at its ends: they belong to the page, not to the document."""
    start, end = part.start, part.end
    for edit in draft.edits:
        if edit.start == start and not edit.replacement and edit.end <= end:
            start = edit.end
    for edit in reversed(draft.edits):
        if edit.end == end and not edit.replacement and edit.start >= start:
            end = edit.start
    return start, end


def _concerns(gap: Gap, part: Part, parts: int) -> bool:
    """A gap of the whole article concerns the part in which it lies; a missing part concerns none of the others."""
    return gap.kind != "part" and (
        parts == 1 or part.start <= gap.start < part.end or (gap.start >= part.end and part.number == parts)
    )


def _damage(edits: Sequence[Edit], gaps: Sequence[Gap], found: Sequence[Mark]) -> tuple[str, ...]:
    """The kinds of damage: what repairs of the text say, and what can be seen in it still."""
    repairs = [edit for edit in edits if all(step.rule in DAMAGE or step.rule == "indent" for step in edit.steps)]
    repaired = {DAMAGE[step.rule] for edit in repairs for step in edit.steps if step.rule in DAMAGE}
    return tuple(sorted(repaired | {mark.kind for mark in found} | {f"missing_{gap.kind}" for gap in gaps}))


def _record(draft: Draft) -> list[str]:
    """The lines of the head that are no document's: a date in a document's own line is not the page's."""
    own = {line.strip() for line in fold(draft.view).split("\n")}
    return [line for line in _head(draft) if line not in own]


def _head(draft: Draft) -> list[str]:
    """The source's lines above the first paragraph: where a page shows its date."""
    head = []
    for line in fold(draft.source.text[:6000]).split("\n"):
        if len(line) > 120 or (len(line) > 30 and PROSE.search(line)):
            break
        head.append(line.strip())
    return head
