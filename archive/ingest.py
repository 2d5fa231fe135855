"""Files instead of a network: HTML, text, WARC and folders of them go through the same corridor.

Each file becomes a `resource` record under its digest, so that a rebuild needs nothing but the WARC folder; WARC
files are taken in whole and keep their addresses and dates. What is in the archive already is not taken twice.
"""

import json
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass, field, replace
from hashlib import sha256
from http.client import responses
from pathlib import Path
from urllib.parse import urljoin, urlsplit

from sqlite_utils import Database

from archive import families, takedown, warc
from archive.errors import ArchiveError
from archive.pool import Job, restored
from archive.progress import Progress
from archive.rebuild import relearn
from archive.removing import tombstones
from archive.store import Added, Fetch, add, add_fetch, begin_crawl, end_crawl, knowledge, now, transaction
from archive.warcs import chains, files
from archive.warcs.adopt import adopt
from archive.warcs.files import Found, Unfit
from archive.warcs.unrestored import archived
from pipelines.document import SOFTWARE, Knowledge, Outcome, Page, PageRules

READABLE = ("text/html", "application/xhtml+xml", "text/plain")
FURNITURE = ("/robots.txt", "/sitemap.xml", "/favicon.ico")  # of a site, never an article


@dataclass(slots=True)
class Report:
    """What an ingest did, file by file where something was wrong."""

    crawl_id: int
    files: int = 0
    repeated: int = 0  # captures that the archive had already
    added: Added = field(default_factory=Added)
    rejected: list[tuple[str, str]] = field(default_factory=list)  # path or address, reason
    skipped: Counter[str] = field(default_factory=Counter)  # WARC records that are no pages, by what they are
    unfit: list[Unfit] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Taken:
    """An article whose captures are in a WARC file but not yet in the database."""

    fetches: tuple[Fetch | None, ...]  # of each page; None for one that never came
    pages: tuple[Page, ...]
    refused: str = ""  # why it never enters the corridor


def ingest(db: Database, warc_dir: Path, paths: tuple[str, ...], progress: Progress) -> Report:
    """Archive what the paths hold. What cannot be read is in the report; the rest is archived all the same."""
    crawl_id = begin_crawl(db, "ingest", json.dumps({"paths": paths}, ensure_ascii=False))
    report, known = Report(crawl_id), knowledge(db)
    reason = "broken off"
    try:
        # The writer first: it finishes what a killed crawl left open in the folder of captures.
        writer = warc.WarcWriter(warc_dir, f"ingest-{crawl_id}", {"software": SOFTWARE})
        taken = _Taker(db, warc_dir, report, progress).all(list(files.found(paths)), writer)
        for one, outcome in _outcomes(taken, known):
            _store(db, report, one, outcome)
        progress.stop()
        if takedown.pending(db):  # what was taken down stood in a file, or one was broken off
            with suppress(ArchiveError):  # a crawl writes captures: it completes them when it ends
                takedown.complete(db, takedown.place_of(db), warc_dir, progress)
        relearn(db, warc_dir, progress)
        families.settle(db, progress)
        reason = "finished"
    finally:
        progress.stop()
        end_crawl(db, crawl_id, reason, json.dumps({"files": report.files, "skipped": report.skipped}))
    return report


def _outcomes(taken: Iterator[Taken], known: Knowledge) -> Iterator[tuple[Taken, Outcome]]:
    """Every capture with what became of it, in order; those that are refused never reach a worker."""
    waiting: list[Taken] = []  # one longer than the pool holds; outcomes come in the order of jobs

    def jobs() -> Iterator[Job]:
        for one in taken:
            waiting.append(one)
            if not one.refused:
                yield Job(one.pages, known, PageRules())

    for outcome in restored(jobs()):
        yield from _refused(waiting)
        yield waiting.pop(0), outcome
    yield from _refused(waiting)


def _refused(waiting: list[Taken]) -> Iterator[tuple[Taken, Outcome]]:
    while waiting and waiting[0].refused:
        one = waiting.pop(0)
        yield one, Outcome(one.pages, "", PageRules(), rejected=one.refused)


def _store(db: Database, report: Report, one: Taken, outcome: Outcome) -> None:
    """The captures' rows and their article in one transaction: what has a row was archived."""
    with transaction(db):
        fetch_ids = [add_fetch(db, fetch) if fetch else 0 for fetch in one.fetches]
        report.added += add(db, _bound(outcome, fetch_ids))
    if outcome.rejected:
        report.rejected.append((next(_called(fetch) for fetch in one.fetches if fetch), outcome.rejected))


def _called(fetch: Fetch) -> str:
    """What a user knows a capture by: a file's path, an address."""
    return fetch.path if fetch.url.startswith("urn:sha256:") else fetch.url


def _bound(outcome: Outcome, fetch_ids: Sequence[int]) -> Outcome:
    """The outcome of pages that had no rows when they were restored."""
    pages = zip(outcome.article, fetch_ids, strict=True)
    return replace(
        outcome,
        article=tuple(replace(page, fetch_id=fetch_id) for page, fetch_id in pages),
        documents=tuple(replace(document, fetch_id=fetch_ids[0]) for document in outcome.documents),
    )


class _Taker:
    """Writes captures to WARC as they are found, and says which of them the archive has not yet."""

    def __init__(self, db: Database, warc_dir: Path, report: Report, progress: Progress) -> None:
        self._db = db
        self._warc_dir = warc_dir
        self._report = report
        self._progress = progress
        self._seen: set[str] = set()
        self._tombstones = tombstones.load(db)

    def all(self, found: list[Found | Unfit], writer: warc.WarcWriter) -> Iterator[Taken]:
        """The captures in all files."""
        self._progress.start("files", len(found))
        try:
            for one in found:
                if isinstance(one, Unfit):
                    self._report.unfit.append(one)
                else:
                    yield from self._readable(one, writer)
                self._progress.step()
        finally:
            writer.close()

    def _readable(self, found: Found, writer: warc.WarcWriter) -> Iterator[Taken]:
        self._report.files += 1
        try:
            if found.is_warc:
                yield from self._records(found)
            else:
                yield from self._file(found, found.path.read_bytes(), writer)
        except (OSError, warc.WarcError) as error:
            why = error.strerror or str(error) if isinstance(error, OSError) else str(error)
            self._report.unfit.append(Unfit(str(found.path), why))

    def _file(self, found: Found, body: bytes, writer: warc.WarcWriter) -> Iterator[Taken]:
        url = f"urn:sha256:{sha256(body).hexdigest()}"
        if why := self._tombstones.refusal(url):
            self._report.rejected.append((found.name, why))
            return
        if url in self._seen or self._has("url = ?", url):
            self._report.repeated += 1
            return
        self._seen.add(url)
        kind = files.binary(body)
        content_type = "application/octet-stream" if kind else files.content_type(found.name, body)
        capture = writer.resource(url, content_type, body, date=now())
        fetch = self._fetch(url, 0, content_type, capture, found.name)
        page = Page(url, body, content_type, capture.date)
        yield Taken((fetch,), (page,), f"binary: {kind}" if kind else "")

    def _records(self, found: Found) -> Iterator[Taken]:
        if warc.is_held(found.path):
            self._report.skipped["WARC file that a crawl is writing now"] += 1
            return
        name = adopt(found.path, self._warc_dir, lambda path: takedown.respected(self._db, path))
        self._report.unfit += [Unfit(str(found.path), problem) for problem in warc.check(found.path)]
        captures = list(self._seen_in(name))
        for group in chains.groups(captures):
            if all(archived(self._db, name, one.offset) for one in group.members if not one.missing):
                self._report.repeated += 1
            else:
                yield self._group(found, name, group)

    def _seen_in(self, name: str) -> Iterator[chains.Seen]:
        """What is to be known of a WARC file's records to put them together; what is no page is counted."""
        seen = 0
        try:
            for record in warc.scan(self._warc_dir / name):
                seen += 1
                unfit = _no_page(record)
                if unfit and not archived(self._db, name, record.offset):
                    self._report.skipped[unfit] += 1
                if record.kind != "revisit":
                    yield _seen(record, unfit)
        except warc.WarcError:
            if not seen:
                raise  # else what is damaged was named by `check`, and the rest is taken

    def _group(self, found: Found, name: str, group: chains.Group) -> Taken:
        fetches, pages = [], []
        for member in group.members:
            record = None if member.missing else warc.read(self._warc_dir, name, member.offset)
            fetches.append(self._fetched(found, name, record) if record else None)
            pages.append(_page(record) if record else Page(member.url, b"", missing=member.missing))
        return Taken(tuple(fetches), tuple(pages), group.refused)

    def _fetched(self, found: Found, name: str, record: warc.Record) -> Fetch:
        digest = sha256(record.body).hexdigest()
        capture = warc.Capture(
            name, record.offset, record.length, record.record_id, record.date, record.payload_digest, digest
        )
        fetch = self._fetch(record.url, record.status, record.content_type, capture, found.name)
        return replace(fetch, etag=record.header("ETag"), last_modified=record.header("Last-Modified"))

    def _fetch(self, url: str, status: int, content_type: str, capture: warc.Capture, path: str) -> Fetch:
        return Fetch(
            self._report.crawl_id,
            url,
            status,
            capture.date,
            capture.payload_digest,
            capture.body_digest,
            capture.file,
            capture.offset,
            capture.length,
            content_type,
            path=path,
        )

    def _has(self, condition: str, *values: str | int) -> bool:
        sql = f"SELECT 1 FROM fetches WHERE {condition} LIMIT 1"
        return self._db.conn.execute(sql, values).fetchone() is not None


def _page(record: warc.Record) -> Page:
    return Page(record.url, record.body, record.content_type, record.date)


def _seen(record: warc.Record, unfit: str) -> chains.Seen:
    """A record as `chains` knows it."""
    if record.url.startswith("urn:"):
        return chains.Seen(record.url, record.offset, unfit=unfit, alone=True)
    if 300 <= record.status < 400:
        location = urljoin(record.url, record.header("Location")) if record.header("Location") else ""
        return chains.Seen(record.url, record.offset, unfit=unfit, location=location, skipped=True)
    if record.status >= 400:
        return chains.Seen(record.url, record.offset, unfit=f"http-{record.status}: {_phrase(record.status)}")
    if unfit:
        return chains.Seen(record.url, record.offset, unfit=unfit, skipped=True)
    return chains.seen(_page(record), record.offset, sha256(record.body).hexdigest())


def _phrase(status: int) -> str:
    return responses.get(status, "no such status")


def _no_page(record: warc.Record) -> str:
    """What a record holds that no document can be in; '' for a page."""
    if record.kind == "revisit":
        return "revisit"
    if urlsplit(record.url).path in FURNITURE:
        return "site furniture (robots.txt, sitemap)"
    if 300 <= record.status < 400:
        return "redirect"
    kind = record.content_type.partition(";")[0].strip().lower()
    if kind and kind not in READABLE:
        return f"not text: {kind}"
    return ""
