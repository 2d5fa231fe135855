"""Whether the title's year or the page's date contradict the text: a text of 2006 sold as one of 2022.

A summary is written in its year or the next, a plan in its year or the one before; a page may follow its text by a
year. What leaves a doubt is no contradiction: years of a span (2016—2020年), school years, titles that look back.
"""

import re
from collections.abc import Iterator
from typing import NamedTuple

from pipelines.facts.bounds import Bound
from pipelines.facts.era import Era, era_of, unsigned
from pipelines.facts.page_dates import title_years
from pipelines.facts.subject import Clue, Facts, Subject
from pipelines.script import fold

# Months that a claim may miss the soft end of an era, by what ends it: texts go on naming congresses, and offices by
# their old names, for years. Chosen.
SLACK = {
    "congress": 18,
    "mentioned": 60,
    "plan": 18,
    "compared": 24,
    "campaigns": 24,
    "doctrine": 60,
    "events": 24,
    "matters": 36,
    "works": 60,
    "institutions": 60,
    "offices": 24,
}
USUAL_SLACK = 6
FOLLOWS = 12  # months by which a page may follow its text; chosen
EARLY = 6  # months before its end in which a year's summary may be written: that of a half year; chosen

SPRING = "04"  # month by which a year's summaries are signed; chosen
PLANNED_FROM = 7  # month of the year before in which plans of a year begin to be written; chosen

_SUMMARY = re.compile(r"总结|小结|回顾|述职|述廉|盘点|汇报|情况|上半年|第[一二三]季度|自查|自评")
_PLAN = re.compile(
    r"计划|打算|要点|安排|思路|方案|规划|设想|展望|目标|通知|部署|会议|大会|会上|(?<!述职)(?<!述廉)(?<!总结)报告|讲话|发言|致辞|要求|意见"
)
_THIS_YEAR = re.compile("今年|本年度?[^末初]")
_HALF = re.compile("上半年|第[一二三]季度")
_LOOKS_BACK = re.compile(
    r"以来|至今|[三四五六八十两]年|近\S{0,2}年|学年|任期|任职|届|周年|历年|期间|[-—~～至]\s?(?:19|20)?\d\d年?"
)


class Claim(NamedTuple):
    """What a title says of its text's time."""

    years: tuple[int, ...]
    summary: bool  # of a time that is over: no plan beside it, unless for the rest of that year
    plan: bool  # of what is to come, and nothing else
    looks_back: bool  # on more than a year: its first year may be long ago


def redated_facts(subject: Subject, known: Facts) -> Iterator[Clue]:
    """The column `redated`, with both sides as evidence."""
    era = era_of(subject)
    signed, shown = known.get("signed_on"), known.get("published_on")
    claim = claim_of(subject.title)
    if not claim.years and subject.parts == 1:
        claim = claim_of(subject.page_title)
    evidence = title_contradicted(claim, signed, era, unsigned(subject)) or page_contradicted(shown, signed, era)
    if evidence:
        bound = _ended(era) if "era to" in evidence else era.since if "era from" in evidence else None
        words = subject.text[bound.start : bound.end] if bound else ""
        yield Clue("redated", "1", "", 0, 0, f"{evidence} {words}".strip())


def claim_of(title: str) -> Claim:
    """The years that a title names and what it says of them."""
    years = tuple(int(found.iso) for found in title_years(title))
    if not years:
        return Claim((), summary=False, plan=False, looks_back=False)
    folded = fold(title)
    summary, plan, looks_back = (bool(form.search(folded)) for form in (_SUMMARY, _PLAN, _LOOKS_BACK))
    return Claim(years, summary and not (plan and not _HALF.search(folded)), plan and not summary, looks_back)


def title_contradicted(claim: Claim, signed: str | None, era: Era, text: str = "") -> str:
    """How the text contradicts all years of its title; '' where it does not."""
    if not claim.years:
        return ""
    first, last = min(claim.years), max(claim.years)
    if signed and _signed_elsewhen(claim, first, last, signed):
        return f"title {last}, signed {signed}"
    early = not signed or (signed[:4] == str(first) and signed[5:7] <= SPRING)
    if era.reported and early and _reports_less(first, era, text, claim.summary):
        return f"title {first}, reports {era.reported.year}"
    if signed:
        return ""
    ended = _ended(era)
    if ended and _after(f"{first - 1}-12" if claim.plan else f"{first}-{EARLY:02}", ended):
        return f"title {first}, era to {ended.until}"
    if era.since and not claim.looks_back and _before(last, era.since, claim.summary):
        return f"title {last}, era from {era.since.since}"
    return ""


def _signed_elsewhen(claim: Claim, first: int, last: int, signed: str) -> bool:
    """Whether it was signed when no text of the title's years was written."""
    year, month = int(signed[:4]), int(signed[5:7] or 12)
    if year > last + 1:
        return not claim.looks_back
    early = first if claim.summary else first - 1
    return year < early or (claim.plan and year == early and month < PLANNED_FROM)


def page_contradicted(shown: str | None, signed: str | None, era: Era) -> str:
    """How the text contradicts the page's date; '' where it does not."""
    if not shown:
        return ""
    if signed:
        late = int(shown[:4]) - int(signed[:4])
        return f"page {shown}, signed {signed}" if late > 1 or _months(signed, shown) < -1 else ""
    ended = _ended(era)
    if ended and _months(ended.until, shown) > FOLLOWS + _slack(ended) - USUAL_SLACK:
        return f"page {shown}, era to {ended.until}"
    sure = era.since and (era.since.kind != "year" or len(era.since.since) > 4)
    if era.since and sure and _months(f"{era.since.since}-01"[:7], shown) < -EARLY:
        return f"page {shown}, era from {era.since.since}"
    return ""


def _ended(era: Era) -> Bound | None:
    """The soft end behind which a claim leaves least doubt: the first with its slack."""
    return min(era.ends, key=lambda one: _months("1990-01", one.until) + _slack(one), default=None)


def _after(month: str, until: Bound) -> bool:
    return _months(until.until, month) > _slack(until)


def _slack(until: Bound) -> int:
    return SLACK.get(until.kind, USUAL_SLACK)


def _reports_less(first: int, era: Era, text: str, summary: bool) -> bool:
    """Whether the text says that it reports an earlier year than its title, which it names as to come, if at all."""
    if not era.reported or era.reported.kind not in ("reported", "opening"):
        return False
    gap = first - era.reported.year
    said = era.reported.kind == "reported"
    other = str(first) in text or _THIS_YEAR.search(text)  # the year before may be named for comparison
    return gap > 1 or (gap == 1 and summary and said and (first in era.planned or not other))


def _before(last: int, since: Bound, summary: bool) -> bool:
    """Whether the text names what came after the time in which a text of that year was written."""
    if int(since.since[:4]) > last + 1:
        return True
    return summary and since.since > f"{last + 1}-06" and len(since.since) > 4


def _months(one: str, other: str) -> int:
    """Months from one date to the other; a year alone counts from its middle."""
    (a, b), (c, d) = ((int(iso[:4]), int(iso[5:7] or 6)) for iso in (one, other))
    return (c - a) * 12 + d - b
