"""A restored article as documents: each part's text with all that is read off it."""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from pipelines.document import (
    SOFTWARE,
    Document,
    Edit,
    Fact,
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
from pipelines.facts.outline import outline
from pipelines.facts.readers import facts
from pipelines.facts.signature import signature
from pipelines.facts.subject import Facts, Line, Signature, Subject
from pipelines.fingerprint import content_digest, part_suffix
from pipelines.framing.holes import cut_ends, earlier_pages, settled
from pipelines.ledger import Draft, replay
from pipelines.lines import PROSE
from pipelines.localisation import Usage
from pipelines.marking.quality import Flaws, quality, quality_parts
from pipelines.marking.styles import presented
from pipelines.marking.topics import off_topic
from pipelines.marks import Around, marks
from pipelines.script import fold, script_of, to_hans, usage_of
from pipelines.states import Flowed

HEAD = 6000  # characters of a page in which its head ends, menus included
TAIL, TAIL_LINES = 1500, 20  # characters and lines below a document in which a page names its editors (chosen)
SHARED = re.compile("会员|网友|上传|分享")  # a site's lead-in that may name who put the document there

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
    head: tuple[Line, ...]  # the page's lines above its first paragraph
    tail: tuple[Line, ...]  # its lines below the last document


@dataclass(frozen=True, slots=True)
class _Text:
    """One part with its text, and what was read off it so far."""

    part: Part
    text: str
    folded: str
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
    shared = _Article(draft, article[0], knowledge, gaps, len(texts), usage, _head(draft), _tail(draft, texts[-1].part))
    ids = _ids(article[0], [one.text for one in texts])
    known = [facts(_subject(shared, one, n)) for n, one in enumerate(texts, 1)]
    told = zip(texts, ids, known, strict=True)
    documents = tuple(_document(shared, one, n, id, found) for n, (one, id, found) in enumerate(told, 1))
    seen = tuple(mark for one in texts for mark in one.marks)
    proven = tuple(fact for one, found in zip(texts, known, strict=True) for fact in _proven(draft, one.part, found))
    return Outcome(article, knowledge.id, rules, draft.source, documents, draft.edits, gaps, seen, proven)


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
            folded,
            script_of(text),
            signature(text.split("\n")),
            tuple(marks(draft, part, folded, Around(stray, by_machine))),
        )
        for (part, text, folded), stray in zip(held, strays, strict=True)
    ]


def _subject(article: _Article, one: _Text, n: int) -> Subject:
    page = article.page
    title, page_title = one.part.title, article.draft.source.page_title
    head, tail = article.head, article.tail
    return Subject(
        page.url, page.host, page_title, head, title, one.text, one.folded, n, article.parts, one.signed, tail
    )


def _proven(draft: Draft, part: Part, found: Facts) -> Iterator[Fact]:
    """The facts of one part, with their evidence's place in the source."""
    begin = draft.view_at(part.start)
    for clue in found:
        start: int | None = None
        end: int | None = None
        if clue.where == "text" and clue.end > clue.start:
            start, end = draft.source_at(begin + clue.start), draft.source_end(begin + clue.end)
        elif clue.where == "head":
            start, end = clue.start, clue.end
        yield Fact(part.number, clue.column, clue.value, clue.where, start, end, clue.evidence)


def _document(article: _Article, one: _Text, n: int, id: str, found: Facts) -> Document:
    draft, part, text, page = article.draft, one.part, one.text, article.page
    start, end = _tight(draft, part)
    here = [gap for gap in article.gaps if _concerns(gap, part, article.parts)]
    repairs = _repairs(edit for edit in draft.edits if part.start <= edit.start and edit.end <= part.end)
    untrusted = article.knowledge.of(page.host).numbers_untrusted
    scores = quality_parts(text, Flaws(_spots(draft, one), here, repairs, untrusted))
    hans = to_hans(part.title + "\n" + text, article.usage)
    return Document(
        id=id,
        url=canonical_url(page.url),
        part=n,
        parts=article.parts,
        title=part.title,
        title_hans=hans.split("\n", 1)[0],
        text=text,
        text_hans=hans.split("\n", 1)[1],
        genre=found.get("genre") or "其他",
        script=one.script,
        published_on=found.get("published_on"),
        url_date=found.get("url_date"),
        title_year=found.number("title_year"),
        document_number=found.get("document_number"),
        signed_by=found.get("signed_by"),
        signed_on=found.get("signed_on"),
        era_from=found.get("era_from"),
        era_to=found.get("era_to"),
        redated=int(found.first("redated") is not None),
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
        language=found.get("language"),
        period=found.get("period"),
        period_from=found.get("period_from"),
        period_to=found.get("period_to"),
        organisation=found.get("organisation"),
        org_level=found.get("org_level"),
        org_field=found.get("org_field"),
        place=found.get("place"),
        place_code=found.get("place_code"),
        province=found.get("province"),
        prefecture=found.get("prefecture"),
        county=found.get("county"),
        author=found.get("author"),
        editor=found.get("editor"),
        auditor=found.get("auditor"),
        uploader=found.get("uploader"),
        cited_numbers=found.all("cited_numbers"),
        outline=outline(text, one.folded),
    )


def _spots(draft: Draft, one: _Text) -> list[tuple[int, str]]:
    """Where in its text a document is marked, and with what."""
    begin = draft.view_at(one.part.start)
    return [(draft.view_at(mark.start) - begin, mark.kind) for mark in one.marks]


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


def _head(draft: Draft) -> tuple[Line, ...]:
    """The source's lines above the first paragraph that are no document's: where a page shows its date."""
    own = {line.strip() for line in fold(draft.view).split("\n")}
    lines: list[Line] = []
    at = 0
    for line in fold(draft.source.text[:HEAD]).split("\n"):
        bare = line.strip()
        is_text = len(line) > 120 or (len(line) > 30 and PROSE.search(line) is not None)
        if bare and bare not in own and (not is_text or SHARED.search(bare)):
            lines.append(_line(draft, line, at))
        if is_text:
            break
        at += len(line) + 1
    return tuple(lines)


def _tail(draft: Draft, part: Part) -> tuple[Line, ...]:
    """The source's first lines below the last document: where a page names its editors."""
    _, end = _tight(draft, part)
    lines: list[Line] = []
    at = end
    for line in fold(draft.source.text[end : end + TAIL]).split("\n")[: TAIL_LINES + 1]:
        if line and not line.isspace() and len(line) <= 120:
            lines.append(_line(draft, line, at))
        at += len(line) + 1
    return tuple(lines)


def _line(draft: Draft, line: str, at: int) -> Line:
    """A folded line of the source that begins at `at`, without the white space around it."""
    bare = line.strip()
    start = at + len(line) - len(line.lstrip())
    return Line(start, bare, draft.source.text[start : start + len(bare)])
