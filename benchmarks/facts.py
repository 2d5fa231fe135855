"""What is known of documents, against gold: each field right, wrong or missed, and the damage marked where it stands.

*Unknown* is right where the gold is unknown. A wrong guess counts double: the score of a field is 1 minus the missed
and twice the wrong answers, as a share of all. Restored without knowledge of the hosts.
"""

import re
import unicodedata
from calendar import monthrange
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from importlib.metadata import PackageNotFoundError, version
from typing import Literal

from benchmarks.fact_pages import Answer, FactPage, Span, load_pages
from benchmarks.own import Progress
from benchmarks.pages import SEEDS
from benchmarks.scores import Score, ratio
from pipelines.document import Document, Knowledge, Mark, Outcome, Page, PageRules
from pipelines.process import restore
from sample.fold import fold
from sample.model import Gold
from sample.web import PORT, build

Verdict = Literal["right", "wrong", "missed"]
SPAN_KINDS = ("numbers_masked", "names_masked", "numbers_lost", "numbers_corrupt")
SAME_KIND = {"numbers_half_masked": "numbers_masked"}  # the project tells them apart, the gold does not
SAME_SPAN = 0.5  # share of the shorter span that both have: the brief of the bench
SLACK = (
    12  # chosen: characters that a found span may be longer than the gold's, so that no mark takes a whole paragraph
)
DATES = ("era_from", "era_to")
GROUPS = {  # the figures of the goals, and the fields that each is made of
    "published": ("published_on",),
    "signed on": ("signed_on",),
    "era": DATES,
    "genre": ("genre",),
    "signed by": ("signed_by",),
    "place": ("province", "prefecture", "county", "place_code"),
}
# Names of one thing: the gold's vocabulary and the project's need not be the same.
VOCABULARY = (
    ("心得", "体会", "心得体会"), ("述职", "述职报告"), ("讲话", "发言", "致辞"), ("信息", "简报", "动态", "新闻"),
    ("卫生", "卫健", "卫计", "医疗", "卫生健康"), ("科协", "科学技术协会"), ("农业", "农业农村", "三农"),
    ("市场监管", "工商", "质监"), ("环保", "生态环境"), ("共青团", "团委"), ("妇联", "妇女"),
    ("第一季度", "一季度", "季度"), ("任期", "届"), ("学年", "学年度"), ("方案", "实施方案"),
)  # fmt: skip
UNKNOWN_GENRE = "其他"  # none of the kinds; among the answers of the gold: unknown is right too
CANONICAL = {name: group[0] for group in VOCABULARY for name in group}


@dataclass(frozen=True, slots=True)
class Judged:
    """One field of one page."""

    page: str
    topic: str
    held: bool
    field: str
    verdict: Verdict
    gold: object
    found: object


@dataclass(slots=True)
class Found:
    """All that was judged of a set of pages."""

    judged: list[Judged] = field(default_factory=list)
    spans: list["Spanned"] = field(default_factory=list)
    sample: list[Judged] = field(default_factory=list)
    peers: dict[str, list[Judged]] = field(default_factory=dict)  # published_on, by peer
    pages: int = 0
    traps: int = 0


@dataclass(frozen=True, slots=True)
class Spanned:
    """The damage of one page: gold and found as (kind, line, start, end), and those of each that match."""

    page: str
    held: bool
    hits: tuple[Span, ...]
    missed: tuple[tuple[Span, str], ...]  # with the words
    surplus: tuple[tuple[Span, str], ...]


def facts(pages: Sequence[FactPage]) -> Found:
    """Restore every page alone and judge it; some seconds."""
    found, peers = Found(pages=len(pages), traps=sum(bool(page.trap) for page in pages)), dating_peers()
    for page in pages:
        outcome = restore((page.page,), Knowledge(), PageRules())
        found.judged += judge(page, outcome)
        if page.spans is not None:
            found.spans.append(judge_spans(page, outcome))
        if "published_on" in page.gold:
            for name, dated in peers.items():
                found.peers.setdefault(name, []).append(_judged(page, "published_on", dated(page.html)))
    return found


def measured(progress: Progress) -> Found:
    """All pages, and the sample."""
    progress("facts: pages with known answers, and the sample")
    found = facts(load_pages())
    found.sample = sample_facts()
    return found


# -- fields ------------------------------------------------------------------------------------------------------


def judge(page: FactPage, outcome: Outcome) -> Iterator[Judged]:
    """Each field that the gold names; of a rejected page nothing is known."""
    document = outcome.documents[0] if outcome.documents else None
    for name in page.gold:
        yield _judged(page, name, _value(name, document))


def _judged(page: FactPage, name: str, value: object) -> Judged:
    gold = page.gold[name]
    return Judged(page.id, page.topic, page.held, name, verdict(name, gold, value), gold, value)


def _value(name: str, document: Document | None) -> object:
    if document is None:
        return None
    value = getattr(document, name)
    if name == "genre" and value == UNKNOWN_GENRE:
        return None
    if name == "outline" and value is not None:
        return tuple(heading.number for heading in value)
    return value if value not in ("", ()) else None


def verdict(name: str, gold: Answer, value: object) -> Verdict:
    """One answer. A list of the gold names all right answers, or the first and last right date, or a whole list."""
    if name == "redated":
        return "right" if bool(gold) == bool(value) else "wrong" if value else "missed"
    if value is None:
        return "right" if gold is None or gold == [] or _unknown_too(gold) else "missed"
    if gold is None:
        return "wrong"
    if _equal(name, gold, value):
        return "right"
    return "missed" if name in DATES and _looser(name, gold, str(value)) else "wrong"


def _unknown_too(gold: Answer) -> bool:
    return isinstance(gold, list) and UNKNOWN_GENRE in gold


def _bounds(gold: Answer) -> tuple[str, str]:
    first, last = gold if isinstance(gold, list) else (str(gold), str(gold))
    return _day(first), _day(last, end=True)


def _looser(name: str, gold: Answer, value: str) -> bool:
    """Whether a bound of the era is true, but tells less than the text does: nothing wrong was said."""
    first, last = _bounds(gold)
    return _day(value, end=True) < first if name == "era_from" else _day(value) > last


def _equal(name: str, gold: Answer, value: object) -> bool:
    if name in DATES:
        first, last = _bounds(gold)
        return first <= _day(str(value), end=True) and _day(str(value)) <= last  # a year holds its months
    if name in ("outline", "cited_numbers") and isinstance(value, tuple):
        if isinstance(gold, int):
            return len(value) == gold
        return isinstance(gold, list) and Counter(map(plain, gold)) == Counter(map(plain, map(str, value)))
    wanted = gold if isinstance(gold, list) else [gold]
    read = _whole(name, str(value))
    return any(_whole(name, str(one)) == read for one in wanted)


def _whole(name: str, value: str) -> str:
    """A year alone is its first or last month; other values without width, spaces and separators."""
    if name in ("period_from", "period_to"):
        return _day(value, end=name == "period_to")[:7]
    return CANONICAL.get(plain(value), plain(value))


def _day(value: str, *, end: bool = False) -> str:
    """The first (or last) day of a year, a month or a day."""
    year, month, day = [*map(int, re.findall(r"\d+", value)), 0, 0][:3]
    month = month or (12 if end else 1)
    return f"{year:04}-{month:02}-{day or (monthrange(year, month)[1] if end else 1):02}"


def plain(value: str) -> str:
    """Without script, width, spaces, brackets and separators; masks stay."""
    return re.sub(r"[^\w×*]+", "", fold(unicodedata.normalize("NFKC", value)))


# -- damage ------------------------------------------------------------------------------------------------------


def judge_spans(page: FactPage, outcome: Outcome) -> Spanned:
    """Marks within the body's lines against the gold: same kind, and half of the shorter span in common.

    One mark may hold several (20xx年x月x日).
    """
    wanted = list(page.spans or ())
    neutral = [span for span in wanted if span.kind not in SPAN_KINDS]
    wanted = [span for span in wanted if span.kind in SPAN_KINDS]
    marks = [span for span in _marked(page, outcome) if not any(_overlap(span, one) for one in neutral)]
    hits = [one for one in wanted if any(_same(one, mark) for mark in marks)]
    missed = [one for one in wanted if one not in hits]
    surplus = [mark for mark in marks if not any(_same(one, mark) for one in wanted)]
    return Spanned(
        page.id, page.held, tuple(hits), tuple((span, _words(page, span)) for span in missed),
        tuple((span, _words(page, span)) for span in surplus),
    )  # fmt: skip


def _marked(page: FactPage, outcome: Outcome) -> Iterator[Span]:
    """The marks of the four kinds as spans of the body's lines."""
    at, source = 0, outcome.source.text if outcome.source else ""
    lines = []
    for line in page.body:
        start = source.find(line.strip(), at)
        lines.append((start, start + len(line.strip())))
        at = max(at, start)
    for mark in outcome.marks:
        kind = SAME_KIND.get(mark.kind, mark.kind)
        for number, (start, end) in enumerate(lines):
            if kind in SPAN_KINDS and 0 <= start <= mark.start and mark.end <= end:
                yield _span(mark, kind, number, start)
                break


def _span(mark: Mark, kind: str, number: int, start: int) -> Span:
    return Span(kind, number, mark.start - start, mark.end - start)


def _overlap(one: Span, other: Span) -> int:
    return max(0, min(one.end, other.end) - max(one.start, other.start)) if one.line == other.line else 0


def _same(gold: Span, mark: Span) -> bool:
    shorter = min(gold.end - gold.start, mark.end - mark.start)
    fits = mark.end - mark.start <= gold.end - gold.start + SLACK
    return gold.kind == mark.kind and fits and _overlap(gold, mark) >= SAME_SPAN * shorter


def _words(page: FactPage, span: Span) -> str:
    line = page.body[span.line]
    return f"{line[max(0, span.start - 6) : span.start]}[{line[span.start : span.end]}]{line[span.end : span.end + 6]}"


# -- figures -----------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Tally:
    """Answers of one field or group."""

    right: int
    wrong: int
    missed: int

    @property
    def all(self) -> int:
        """How many were asked."""
        return self.right + self.wrong + self.missed

    @property
    def accuracy(self) -> float:
        """Share of right answers, unknown among them."""
        return self.right / self.all if self.all else 1.0

    @property
    def score(self) -> float:
        """Where a wrong guess counts double."""
        return 1 - (self.missed + 2 * self.wrong) / self.all if self.all else 1.0


def tally(judged: Iterable[Judged]) -> Tally:
    """Count verdicts."""
    counts = Counter(one.verdict for one in judged)
    return Tally(counts["right"], counts["wrong"], counts["missed"])


def redating(judged: Iterable[Judged]) -> Score:
    """Precision and recall of `redated`."""
    rows = [(bool(one.gold), bool(one.found)) for one in judged if one.field == "redated"]
    return ratio(rows.count((True, True)), sum(found for _, found in rows), sum(gold for gold, _ in rows))


def span_score(spans: Iterable[Spanned], kind: str = "") -> Score:
    """Precision, recall and F1 of the damage; of one kind, or of all."""
    counts: Counter[str] = Counter()
    for one in spans:
        counts["hits"] += sum(kind in ("", span.kind) for span in one.hits)
        counts["missed"] += sum(kind in ("", span.kind) for span, _ in one.missed)
        counts["surplus"] += sum(kind in ("", span.kind) for span, _ in one.surplus)
    return ratio(counts["hits"], counts["hits"] + counts["surplus"], counts["hits"] + counts["missed"])


def named(found: Found) -> dict[str, float]:
    """The figures of the goals, by name; none where nothing was measured."""
    figures = {}
    for name, judged in (("facts", found.judged), ("facts, sample", found.sample)):
        for group, fields in GROUPS.items():
            if asked := of(judged, *fields):
                figures[f"{name}: {group}"] = tally(asked).accuracy
        if of(judged, "redated"):
            dated = redating(judged)
            figures |= {f"{name}: redated precision": dated.precision, f"{name}: redated recall": dated.recall}
    return figures | ({"facts: damage F1": span_score(found.spans).f1} if found.spans else {})


def of(judged: Iterable[Judged], *fields: str) -> list[Judged]:
    """Those of some fields."""
    return [one for one in judged if one.field in fields]


def misses(found: Found, *, held: bool = False) -> Iterator[str]:
    """A line for each answer that is not right; of the held set only where that is asked for."""
    for one in found.judged:
        if one.verdict != "right" and (held or not one.held):
            yield f"{one.page} {one.field}: {one.verdict}: {one.found!r} instead of {one.gold!r}"
    for page in found.spans:
        if held or not page.held:
            yield from (f"{page.page} {span.kind}: missed {words}" for span, words in page.missed)
            yield from (f"{page.page} {span.kind}: wrong {words}" for span, words in page.surplus)


# -- the sample and the peers ------------------------------------------------------------------------------------


def sample_facts() -> list[Judged]:
    """The sample's gold: every document of both webs."""
    judged = []
    for seed in SEEDS:
        web = build(seed, PORT)
        articles: dict[tuple[str, ...], list[Gold]] = {}
        for gold in web.gold:
            articles.setdefault(gold.urls, []).append(gold)
        for urls, golds in articles.items():
            pages = tuple(Page(url, web.pages[url].body, web.pages[url].content_type) for url in urls)
            documents = {one.part: one for one in restore(pages, Knowledge(), PageRules()).documents}
            judged += [one for gold in golds for one in _sampled(gold, documents.get(gold.part))]
    return judged


def _sampled(gold: Gold, document: Document | None) -> Iterator[Judged]:
    wanted: Mapping[str, Answer] = {
        "signed_by": gold.signed_by.removeprefix("述职人：") or None, "signed_on": gold.signed_on or None,
        "published_on": gold.published_on or None, "url_date": gold.url_date or None,
        **({"redated": int(gold.redated)} if gold.signed_on else {}),  # an unsigned text may prove what its gold cannot
    }  # fmt: skip
    for name, answer in wanted.items():
        value = _value(name, document)
        if name == "signed_by" and isinstance(value, str):
            value = value.removeprefix("述职人：").removeprefix("述职人:")
        yield Judged(gold.id, "sample", False, name, verdict(name, answer, value), answer, value)


def dating_peers() -> dict[str, Callable[[str], str | None]]:
    """htmldate with its two depths of search, where it is installed: the date that a page shows."""
    try:
        number = version("htmldate")
        from htmldate import find_date
    except (PackageNotFoundError, ImportError):
        return {}

    def dated(extensive: bool) -> Callable[[str], str | None]:
        return lambda html: find_date(html, original_date=True, extensive_search=extensive)

    return {f"htmldate {number}": dated(True), f"htmldate {number}, not extensive": dated(False)}
