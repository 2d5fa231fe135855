"""How far an archive is from the gold: documents are matched by address and part, texts by character 4-grams."""

import sqlite3
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from w3lib.url import canonicalize_url

from sample.fold import bare, fold
from sample.model import Gold, Web

TRAP_PAGES_ALLOWED = 30  # pages of an endless calendar that a careful crawler may have asked for


class ScoreError(Exception):
    """The archive or the log cannot be read; str() says what and where."""


@dataclass(frozen=True, slots=True)
class Row:
    """A document of the archive."""

    url: str
    part: int
    parts: int
    title: str
    text: str
    text_hans: str
    signed_by: str
    signed_on: str
    status: str


@dataclass(frozen=True, slots=True)
class Verdict:
    """One gold document against what the archive holds for it."""

    gold: Gold
    found: bool
    f1: float = 0.0
    exact: bool = False
    lines: float = 0.0  # share of the gold's paragraphs that stand as a line of their own
    leaks: tuple[str, ...] = ()
    lost: tuple[str, ...] = ()
    title: bool = False
    parts: bool = False
    signed_by: bool = False
    signed_on: bool = False
    status: bool = False
    read: str = ""


@dataclass(frozen=True, slots=True)
class Score:
    """The figures of one archive."""

    gold: int
    found: int
    missing: tuple[str, ...]
    extra: tuple[str, ...]
    f1: float
    exact: float
    lines: float
    leak: float
    lost: int
    title: float
    parts: float
    signed_by: float
    signed_on: float
    status: float
    disallowed_fetched: tuple[str, ...]
    trap_hits: int
    verdicts: tuple[Verdict, ...]

    def below(self, *, min_f1: float = 0.0, max_leak: float = 1.0, complete: bool = False) -> list[str]:
        """One sentence for each floor that the archive stays under."""
        checks = [
            (self.f1 < min_f1, f"mean F1 {self.f1:.4f} is under {min_f1}"),
            (self.leak > max_leak, f"noise leak {self.leak:.4f} is over {max_leak}"),
            (complete and bool(self.missing), f"{len(self.missing)} gold documents are missing"),
            (complete and bool(self.extra), f"{len(self.extra)} documents have no gold"),
            (
                bool(self.disallowed_fetched),
                f"{len(self.disallowed_fetched)} addresses that robots.txt forbids were fetched",
            ),
            (self.trap_hits > TRAP_PAGES_ALLOWED, f"{self.trap_hits} pages of the calendar trap were fetched"),
        ]
        return [sentence for bad, sentence in checks if bad]


def score(db_path: Path | str, web: Web, log: Path | None = None) -> Score:
    """Compare the documents of an archive with the gold of a web; the access log shows what was asked for."""
    rows = {(_key(row.url), row.part): row for row in read_rows(Path(db_path))}
    golds = {(_key(gold.urls[0]), gold.part): gold for gold in web.gold}
    verdicts = tuple(judge(gold, rows.get(key)) for key, gold in golds.items())
    found = [v for v in verdicts if v.found]
    asked = asked_for(log, web.port) if log else Counter()

    def mean(values: Iterable[float]) -> float:
        listed = list(values)
        return sum(listed) / len(listed) if listed else 0.0

    return Score(
        gold=len(golds), found=len(found), missing=tuple(v.gold.id for v in verdicts if not v.found),
        extra=tuple(f"{row.url}#{row.part}" for key, row in rows.items() if key not in golds),
        f1=mean(v.f1 for v in verdicts), exact=mean(v.exact for v in verdicts), lines=mean(v.lines for v in found),
        leak=sum(len(v.leaks) for v in found) / max(1, sum(len(v.gold.must_not_survive) for v in found)),
        lost=sum(len(v.lost) for v in verdicts), title=mean(v.title for v in found), parts=mean(v.parts for v in found),
        signed_by=mean(v.signed_by for v in found), signed_on=mean(v.signed_on for v in found),
        status=mean(v.status for v in found),
        disallowed_fetched=tuple(url for url in web.disallowed if asked[url]),
        trap_hits=sum(n for url, n in asked.items() if url.startswith(web.trap_prefixes)), verdicts=verdicts,
    )  # fmt: skip


def judge(gold: Gold, row: Row | None) -> Verdict:
    """One document against its gold. Lines that are optional count neither way."""
    if row is None:
        return Verdict(gold, found=False, lost=gold.must_survive)
    ours, theirs = _lines(row.text_hans or row.text, gold), _lines(gold.text, gold)
    read, wanted, raw = "".join(ours), "".join(theirs), fold(row.text)
    titles = {bare(t) for t in (gold.title, *gold.also_titled)}
    return Verdict(
        gold, found=True, f1=f1(read, wanted), exact=read == wanted,
        lines=len(set(ours) & set(theirs)) / max(1, len(set(theirs))),
        leaks=tuple(s for s in gold.must_not_survive if fold(s) in read or fold(s) in raw),
        lost=tuple(s for s in gold.must_survive if fold(s) not in read),
        title=bare(row.title) in titles, parts=row.parts == gold.parts, status=row.status == gold.status,
        signed_by=fold(row.signed_by).removeprefix("述职人:") == fold(gold.signed_by).removeprefix("述职人:"),
        signed_on=row.signed_on == gold.signed_on, read=row.text_hans or row.text,
    )  # fmt: skip


def _lines(text: str, gold: Gold) -> list[str]:
    optional = {fold(line) for line in gold.optional}
    return [line for line in map(fold, text.split("\n")) if line and line not in optional]


def f1(read: str, wanted: str) -> float:
    """F1 over the multisets of character 4-grams."""
    ours, theirs = (Counter(text[i : i + 4] for i in range(max(1, len(text) - 3))) for text in (read, wanted))
    common = sum((ours & theirs).values())
    return 2 * common / max(1, ours.total() + theirs.total())


def read_rows(path: Path) -> list[Row]:
    """The documents of an archive."""
    if not path.is_file():
        raise ScoreError(f"{path}: no such archive; make one with 'make crawl' or name another with --archive")
    columns = "url, part, parts, title, text, text_hans, signed_by, signed_on, status"
    try:
        with sqlite3.connect(f"file:{path}?mode=ro", uri=True) as db:
            rows = db.execute(f"SELECT {columns} FROM documents").fetchall()
    except sqlite3.Error as error:
        raise ScoreError(f"{path}: not an archive with a table of documents ({error})") from error
    return [Row(row[0], row[1], row[2], *(str(value or "") for value in row[3:])) for row in rows]


def asked_for(log: Path, port: int) -> Counter[str]:
    """How often each address was asked for, by the access log."""
    if not log.is_file():
        raise ScoreError(f"{log}: no such access log; the server writes one with --log")
    asked: Counter[str] = Counter()
    for line in log.read_text("utf-8").splitlines():
        _, host, _, target, _ = line.split(" ", 4)
        asked[f"http://{host}:{port}{target}"] += 1
    return asked


def _key(url: str) -> str:
    return str(canonicalize_url(url))
