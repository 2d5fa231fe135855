"""The health of a site over time: its rounds, and what is worse in the last ones than in those before, since when.

A round is a crawl with those that went on where it was stopped. Shares are compared, not figures: an incremental crawl
asks for a tenth of what the first one asked. What is compared is the round with the healthy ones before it; a round
in which something is broken is no measure for it, so that a break keeps the date on which it began.
"""

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from statistics import median

from sqlite_utils import Database

from archive import crawls
from archive.crawls import Counts, Tally
from archive.rows import Row

# Chosen: of fewer articles (or addresses) a share says little; a tenth is seen by eye in a plot; a site's shares vary
# by a factor of two from week to week; five rounds are a month of a weekly crawl and more.
LEAST, SHARE, TIMES, PAST = 10, 0.1, 3.0, 5
FALL = 0.5  # documents of a full round, against the median of those before
STRUCTURE = frozenset({"list", "sitemap", "page-of", "repeated"})  # pages that are meant to give no document
DRY = 3  # rounds without a new document, at least, before their number says anything

Measure = tuple[str, str]  # what and code


@dataclass(frozen=True, slots=True)
class Round:
    """One crawl of a site, from its beginning to its end, however often it was stopped."""

    ids: tuple[int, ...]
    site: str
    began: str
    ended: str | None
    reason: str | None  # of the last part
    full: bool  # asks for all addresses, not only for those that are due
    counts: Counts
    problems: tuple[str, ...] = ()
    warnings: tuple[str, ...] = ()
    expected: str | None = None  # as JSON

    @property
    def answers(self) -> int:
        """What hosts answered, of any status."""
        return sum(self.counts.get("answer", {}).values())

    @property
    def documents(self) -> int:
        """Documents that were found, new or not."""
        found = self.counts.get("document", {})
        return sum(n for code, n in found.items() if code != "retired")

    @property
    def new(self) -> int:
        """Documents that were not there before."""
        return self.counts.get("document", {}).get("new", 0)

    @property
    def refused(self) -> int:
        """Pages that were to hold a document and held none."""
        rejected = self.counts.get("rejected", {})
        return sum(n for code, n in rejected.items() if code not in STRUCTURE)

    @property
    def failed(self) -> int:
        """Addresses that never answered."""
        return sum(self.counts.get("failed", {}).values())

    @property
    def is_counted(self) -> bool:
        """Whether anybody counted: crawls of older releases were not."""
        return bool(self.counts)

    def shares(self) -> dict[Measure, float]:
        """What is compared from round to round; without what is too little to say anything."""
        found: dict[Measure, float] = {}
        parts = (("rejected", self.documents + self.refused), ("failed", self.answers + self.failed))
        for what, whole in parts:
            for code, n in self.counts.get(what, {}).items():
                if code not in STRUCTURE and whole >= LEAST:
                    found[what, code] = n / whole
        gone = sum(self.counts.get("gone", {}).values())
        if (known := gone + self.documents - self.new) >= LEAST:
            found["gone", ""] = gone / known
        return found


@dataclass(frozen=True, slots=True)
class Finding:
    """Something that is worse than it was."""

    what: str  # rejected, failed, gone, documents, new
    code: str
    now: float  # share, or a figure
    before: float
    since: Round

    def __str__(self) -> str:
        when = f"since crawl {self.since.ids[0]} ({self.since.began[:10]})"
        if self.what == "documents":
            return f"{self.now:,.0f} documents, {self.before:,.0f} before, {when}"
        if self.what == "new":
            return f"{self.now:.0f} crawls without a new document, at most {self.before:.0f} before, {when}"
        of = {
            "rejected": "of article pages rejected",
            "failed": "of addresses failed",
            "gone": "of the documents' pages gone or something else",
        }[self.what]
        return f"{self.code + ': ' if self.code else ''}{self.now:.0%} {of}, {self.before:.0%} before, {when}"


def rounds(db: Database, site: str) -> tuple[Round, ...]:
    """The rounds of a site, the first one first."""
    lines: dict[object, list[Row]] = {}
    for row in reversed(crawls.listed(db, site=site)):
        lines.setdefault(row["round"] or row["id"], []).append(row)
    return tuple(_round(db, line) for line in lines.values())


def findings(known: Sequence[Round]) -> tuple[Finding, ...]:
    """What is worse in the last round, and in all since a certain one, than in the healthy ones before."""
    counted = [one for one in known if one.is_counted]
    return (*_shares(counted), *_documents(counted), *_dry(counted))


def began_with(known: Sequence[Round]) -> tuple[Finding, ...]:
    """What broke with the last round."""
    return tuple(finding for finding in findings(known) if finding.since is known[-1])


def _shares(known: Sequence[Round]) -> Iterator[Finding]:
    """Shares that rose. A code that a round has not is a share of nought, where others could be told."""
    healthy: dict[Measure, list[float]] = {}
    broken: dict[Measure, Finding] = {}
    told: dict[str, list[float]] = {}  # of every round that can tell it, nought for a code that comes later
    for one in known:
        shares = one.shares()
        able = {what for what, _ in shares} | _able(one)
        for key in {*shares, *broken, *healthy}:
            if key[0] not in able:
                continue
            share, past = shares.get(key, 0.0), healthy.setdefault(key, list(told.get(key[0], [])))
            usual = median(past[-PAST:]) if past else None
            if usual is not None and share >= max(SHARE, TIMES * usual):
                first = broken[key].since if key in broken else one
                broken[key] = Finding(*key, share, usual, first)
            else:
                broken.pop(key, None)
                past.append(share)
        for what in able:
            told.setdefault(what, []).append(0.0)
    yield from broken.values()


def _able(one: Round) -> set[str]:
    """Of what a round can tell a share, be it nought."""
    found = set()
    if one.documents + one.refused >= LEAST:
        found.add("rejected")
    if one.answers + one.failed >= LEAST:
        found.add("failed")
    return found


def _documents(known: Sequence[Round]) -> Iterator[Finding]:
    """Full rounds that came to their end and found far fewer documents than others."""
    past: list[int] = []
    broken: Finding | None = None
    for one in (one for one in known if one.full and one.reason == "finished"):
        usual = median(past[-PAST:]) if past else 0.0
        if usual >= LEAST and one.documents < FALL * usual:
            broken = Finding("documents", "", one.documents, usual, broken.since if broken else one)
        else:
            broken = None
            past.append(one.documents)
    if broken:
        yield broken


def _dry(known: Sequence[Round]) -> Iterator[Finding]:
    """Nothing new for much longer than ever: lists may have become unreadable without any error."""
    longest = spell = fruitful = 0
    for one in known[1:]:  # the first finds all new
        if one.new:
            longest, spell, fruitful = max(longest, spell), 0, fruitful + 1
        else:
            spell += 1
    if fruitful >= DRY and spell >= DRY and spell > 2 * (longest + 1):
        yield Finding("new", "", spell, longest, known[-spell])


def _round(db: Database, line: Sequence[Row]) -> Round:
    first, last = line[0], line[-1]
    ids = tuple(int(str(row["id"])) for row in line)
    return Round(
        ids,
        str(first["site"]),
        str(first["started_at"]),
        str(last["ended_at"]) if last["ended_at"] else None,
        str(last["reason"]) if last["reason"] else None,
        _is_full(str(first["settings"])),
        crawls.counted(db, ids),
        tuple(json.loads(str(last["problems"] or "[]"))),
        tuple(json.loads(str(last["warnings"] or "[]"))),
        str(last["expected"]) if last["expected"] else None,
    )


def _is_full(settings: str) -> bool:
    """Whether a round asked for all addresses: those of releases that knew no other way did. One that was shared asked
    for some of them here, and for the others elsewhere."""
    try:
        said = json.loads(settings).get("settings", {})
        return bool(said.get("REVISIT", "all") == "all" and not said.get("SHARED_FRONTIER"))
    except (ValueError, AttributeError):
        return True


def close_books(
    db: Database, crawl_id: int, tally: Tally, expected: Mapping[str, object], problems: Sequence[str]
) -> list[str]:
    """Write what a crawl met, was expected to and fell short of; what broke with it, in sentences."""
    crawls.save(db, crawl_id, tally.met)
    crawls.judge(db, crawl_id, expected, problems)
    row = crawls.crawl(db, crawl_id)
    broke = began_with(rounds(db, str(row["site"]))) if row else ()
    warnings = [str(finding) for finding in broke]
    crawls.warn(db, crawl_id, warnings)
    return warnings
