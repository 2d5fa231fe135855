"""A restored article as documents: each part's text with all that is read off it."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

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
from pipelines.facts import Signature, document_number, genre, redated, signature
from pipelines.fingerprint import content_digest, part_suffix
from pipelines.holes import cut_ends, earlier_pages, settled
from pipelines.ledger import Draft, replay
from pipelines.lines import PROSE
from pipelines.localisation import Usage
from pipelines.marks import Around, marks
from pipelines.quality import Flaws, quality, quality_parts
from pipelines.script import fold, script_of, to_hans, usage_of
from pipelines.states import Flowed
from pipelines.styles import presented
from pipelines.topics import off_topic

# What a repairing rule says of the text it had to repair.
DAMAGE = {
    "gbk_misaligned_pinyin": "bytes",
    "gbk_lost_lead": "bytes",
    "pinyin": "pinyin",
    "tick": "ticks",
    "watermark": "watermark",
    "entity": "entities",
    "escaped_tag": "markup",
    "field_code": "markup",
    "quote": "quotes",
    "jammer": "jammers",
    "commas_beside_marks": "commas",
    "masked_word": "masked_words",
    "masked_formula": "masked_words",
    "homoglyph": "look_alikes",
    "shadow": "doubled",
    "doubled": "doubled",
    "false_break": "false_breaks",
    "chunk_number": "chunks",
    "page_number": "page_numbers",
    "inner_space": "spaces",
}


@dataclass(frozen=True, slots=True)
class _Article:
    """What all documents of one article have in common."""

    draft: Draft
    page: Page
    knowledge: Knowledge
    gaps: tuple[Gap, ...]
    parts: int
    usage: Usage  # one machine converted the whole page
    published: str | None  # the date that the page shows
    number: str | None  # a document number above the first part


@dataclass(frozen=True, slots=True)
class _Text:
    """One part with its text, and what was read off it so far."""

    part: Part
    text: str
    script: str
    signed: Signature | None
    marks: tuple[Mark, ...]


def assemble(flowed: Flowed, article: tuple[Page, ...], knowledge: Knowledge, rules: PageRules) -> Outcome:
    """The outcome: one document a part that holds text. Raises `Rejected` if none does."""
    draft = flowed.draft
    texts = _texts(draft, flowed.parts)
    if not texts:
        raise Rejected("too-short: nothing is left of the article", draft.source)
    ends = cut_ends(draft, [one.part for one in texts], [one.signed is not None for one in texts])
    before = earlier_pages(article, draft.source.page_title, texts[0].text)
    gaps = settled((*flowed.gaps, *before, *ends), draft.source, [one.text for one in texts])
    usage = usage_of("\n".join(one.text for one in texts))
    head = _head(draft)
    published, number = page_date(_record(draft, head)), document_number(head[-12:])
    shared = _Article(draft, article[0], knowledge, gaps, len(texts), usage, published, number)
    ids = _ids(article[0], [one.text for one in texts])
    documents = tuple(_document(shared, one, n, id) for n, (one, id) in enumerate(zip(texts, ids, strict=True)))
    marks = tuple(mark for one in texts for mark in one.marks)
    return Outcome(article, knowledge.id, rules, draft.source, documents, draft.edits, gaps, marks)


def _texts(draft: Draft, parts: Sequence[Part]) -> list[_Text]:
    """The parts that hold text."""
    whole = [(part, replay(draft.source.text, draft.edits, part.start, part.end)) for part in parts]
    held = [(part, text, fold(text)) for part, text in whole if text]
    by_machine = presented(fold(draft.source.text))
    strays = off_topic([folded for _, _, folded in held], draft.source.page_title)
    return [
        _Text(
            part,
            text,
            script_of(text),
            signature(text.split("\n")),
            tuple(marks(draft, part, folded, Around(stray, by_machine))),
        )
        for (part, text, folded), stray in zip(held, strays, strict=True)
    ]


def _document(article: _Article, one: _Text, n: int, id: str) -> Document:
    draft, part, text, page = article.draft, one.part, one.text, article.page
    start, end = _tight(draft, part)
    by_url, year = url_date(page.url), title_year(part.title)
    era_from, era_to = era(text)
    here = [gap for gap in article.gaps if _concerns(gap, part, article.parts)]
    repairs = _repairs(edit for edit in draft.edits if part.start <= edit.start and edit.end <= part.end)
    untrusted = article.knowledge.of(page.host).numbers_untrusted
    begin = draft.view_at(part.start)
    spots = [(draft.view_at(mark.start) - begin, mark.kind) for mark in one.marks]
    scores = quality_parts(text, Flaws(spots, here, repairs, untrusted))
    hans = to_hans(part.title + "\n" + text, article.usage)
    signed_by, signed_on = (one.signed.signed_by, one.signed.signed_on) if one.signed else (None, None)
    return Document(
        id=id,
        url=canonical_url(page.url),
        part=n + 1,
        parts=article.parts,
        title=part.title,
        title_hans=hans.split("\n", 1)[0],
        text=text,
        text_hans=hans.split("\n", 1)[1],
        genre=genre(part.title, text),
        script=one.script,
        published_on=article.published,
        url_date=by_url,
        title_year=year,
        document_number=document_number(text.split("\n")) or (article.number if n == 0 else None),
        signed_by=signed_by,
        signed_on=signed_on,
        era_from=era_from,
        era_to=era_to,
        redated=int(redated(year, article.published, signed_on, (era_from, era_to))),
        status="partial" if here else "complete",
        damage=tuple(sorted(repairs | _seen(one.marks, here, untrusted))),
        quality=quality(scores),
        content_digest=content_digest(part.title, text),
        knowledge_id=article.knowledge.id,
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
    if gap.part:
        return gap.part == part.number
    return gap.kind != "part" and (
        parts == 1 or part.start <= gap.start < part.end or (gap.start >= part.end and part.number == parts)
    )


def _repairs(edits: Iterable[Edit]) -> set[str]:
    """The kinds of damage that repairs of the text itself had to undo."""
    repairs = [edit for edit in edits if all(step.rule in DAMAGE or step.rule == "indent" for step in edit.steps)]
    return {DAMAGE[step.rule] for edit in repairs for step in edit.steps if step.rule in DAMAGE}


def _seen(found: Iterable[Mark], gaps: Iterable[Gap], untrusted: bool) -> set[str]:
    """The kinds of damage that can be seen still."""
    kinds = {mark.kind for mark in found} | {f"missing_{gap.kind}" for gap in gaps}
    return kinds | {"numbers_untrusted"} if untrusted else kinds


def _record(draft: Draft, head: Sequence[str]) -> list[str]:
    """The lines of the head that are no document's: a date in a document's own line is not the page's."""
    own = {line.strip() for line in fold(draft.view).split("\n")}
    return [line for line in head if line not in own]


def _head(draft: Draft) -> list[str]:
    """The source's lines above the first paragraph: where a page shows its date."""
    head = []
    for line in fold(draft.source.text[:6000]).split("\n"):
        if len(line) > 120 or (len(line) > 30 and PROSE.search(line)):
            break
        head.append(line.strip())
    return head
