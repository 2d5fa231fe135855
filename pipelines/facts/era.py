"""What a text's own references tell of its time: congresses, plans, campaigns, counted days, renamed offices, years.

A text cannot name what has not happened: the latest thing that it names is the hard lower bound. It would hardly leave
out the next of a series: that, and a lag, is the soft upper bound. Each bound keeps the words that prove it.
"""

import re
from collections.abc import Iterator
from functools import lru_cache
from typing import NamedTuple

from pipelines.facts.bounds import Bound, later
from pipelines.facts.compared import compared
from pipelines.facts.page_dates import title_years
from pipelines.facts.references import references
from pipelines.facts.subject import Clue, Facts, Subject
from pipelines.facts.years import CHRONICLE, OPENING, TOLD, Mention, mentions

REFRESHED = 3  # years by which a text's years must miss what it names before they count as put in by a site; chosen


class Era(NamedTuple):
    """The bounds that decide, and the year that the text says it reports."""

    since: Bound | None = None
    until: Bound | None = None
    reported: Mention | None = None
    planned: frozenset[int] = frozenset()  # years that it names, each time, as still to come
    ends: tuple[Bound, ...] = ()  # all soft bounds: `until` is the first, others may leave less doubt


def era_facts(subject: Subject, _: Facts) -> Iterator[Clue]:
    """`era_from` and `era_to`, each with the words that prove it."""
    found = era_of(subject)
    for column, bound in (("era_from", found.since), ("era_to", found.until)):
        if bound:
            value = bound.since if column == "era_from" else bound.until
            yield Clue(column, value, "text", bound.start, bound.end, subject.text[bound.start : bound.end])


def era_of(subject: Subject) -> Era:
    """The era of a document."""
    return era(unsigned(subject), subject.title)


def unsigned(subject: Subject) -> str:
    """The folded text without its signature's lines: they are no evidence, that is a date of its own."""
    text = subject.folded
    if not subject.signed or not subject.signed.signed_on:
        return text
    lines = text.split("\n")[: subject.signed.line]
    return text[: sum(map(len, lines)) + len(lines)]


@lru_cache(maxsize=4)  # `redating` asks again
def era(text: str, title: str = "") -> Era:
    """The era of a folded text; the title says whether it is a plan, and which year a site may have put in."""
    named = [*references(text)]
    planning = bool(_PROSPECTIVE.search(title)) and not _RETROSPECTIVE.search(title)
    over = [year - 1 for year in _years(title)] if planning else []
    dated = _trusted(mentions(text, planning, frozenset(over)), named, title)
    years = [Bound(one.since, "", one.start, one.end, "year") for one in dated if one.since]
    reported = _reported(dated)
    bounds = [*named, *years]
    if reported:
        bounds.append(Bound("", _latest(reported), reported.start, reported.end, "year"))
    elif last := compared(text, dated):
        bounds.append(Bound("", later(f"{last[0]}-12"), *last[1:], "compared"))
    since = max((one for one in bounds if one.since), key=lambda one: (one.since, -one.start), default=None)
    floor = since.since if since else ""
    ends = [one for one in bounds if one.until and one.until >= floor]
    if sum(one.kind == "institutions" for one in ends) > 1:
        ends = [one._replace(kind="offices") if one.kind == "institutions" else one for one in ends]
    until = min(ends, key=lambda one: one.until, default=None)
    proven = {one.year for one in dated if one.since}
    return Era(since, until, reported, frozenset(one.year for one in dated) - proven, tuple(ends))


def _latest(reported: Mention) -> str:
    """The month by which a text was hardly written later: the lag after its year, a year after its figures."""
    if reported.kind == "stated":
        return f"{reported.year + 1}{reported.since[4:7]}"
    return later(f"{reported.year}-12")


def _years(title: str) -> list[int]:
    return [int(found.iso) for found in title_years(title)]


_PROSPECTIVE = re.compile(r"计划|计劃|打算|要点|安排|思路|方案|规划|设想|通知")
_RETROSPECTIVE = re.compile(r"总结|汇报|述职|回顾|小结|总結|體會|体会|报告")


def _trusted(dated: list[Mention], named: list[Bound], title: str) -> list[Mention]:
    """The years without those that a site put in: one year, or it and the next, far behind all that the text names.

    A farm that sells a text as new writes the year into the title and over the years of the body; congresses and
    campaigns stay. Only a guiding congress or plenum (贯彻…精神) is proof enough, and only bare years are suspect.
    """
    floor = max((one.since for one in named), default="")
    uppers = [one.until for one in named if one.kind in ("plenum", "congress") and one.until >= floor]
    if not uppers:
        return dated
    limit = int(min(uppers)[:4]) + REFRESHED
    late = [one for one in dated if one.year >= limit]
    years = {one.year for one in late}
    if not years or max(years) - min(years) > 1 or not any(str(year) in title for year in years):
        return dated
    if any(len(one.since) > 4 for one in late):
        return dated
    return [one for one in dated if one.year < limit]


def _reported(dated: list[Mention]) -> Mention | None:
    """The mention of the year that the text reports: the latest that it proves, if it says so of it."""
    proven = [one for one in dated if one.since and one.kind != "cited"]
    if not proven:
        return None
    latest = max(int(one.since[:4]) for one in proven)
    told = [one for one in proven if int(one.since[:4]) == latest and one.kind in TOLD]
    said = [one for one in told if one.kind == "reported"]
    opened = any(one.kind == "opening" for one in told)
    years = {one.since[:4] for one in proven}
    lived = {one.since[:4] for one in proven if one.kind in TOLD}  # without comparisons and foundings
    only = len(years) == 1 and any(one.kind == "event" for one in told)
    chronicle = len(years) > CHRONICLE and len(told) == 1
    named = (said and not (chronicle and said[0].start > OPENING)) or (opened and len(lived) == 1)
    exact = [one for one in told if len(one.since) > 4]
    last = max((one.since[:7] for one in exact), default="")
    stated = [one for one in exact if one.kind == "stated" and one.since[:7] == last]
    if stated and not named:
        return max(stated, key=lambda one: one.since)
    if named or only or len(exact) >= 2 or len(told) >= 3:
        return (said or told)[0]
    return None
