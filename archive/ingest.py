"""Files instead of a network: HTML, text, WARC and folders of them go through the same corridor.

Each file becomes a `resource` record under its digest, so that a rebuild needs nothing but the WARC folder; WARC
files are taken in whole and keep their addresses and dates. What is in the archive already is not taken twice.
"""

import json
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass, field, replace
from hashlib import sha256
from http.client import responses
from pathlib import Path
from urllib.parse import urljoin, urlsplit

from sqlite_utils import Database

from archive import families, lock, takedown, warc
from archive.errors import ArchiveError
from archive.merging import older
from archive.pool import Job, restored
from archive.progress import Progress
from archive.rebuild import relearn
from archive.removing import tombstones
from archive.store import Added, Fetch, add_fetch, begin_crawl, end_crawl, knowledge, now, transaction
from archive.versioning.rebuilt import WAITING
from archive.warcs import chains, files, fixity, sealing
from archive.warcs.adopt import adopt
from archive.warcs.files import Found, Unfit
from archive.warcs.originals import Originals, Place
from archive.warcs.unrestored import archived
from pipelines.document import SOFTWARE, Knowledge, Outcome, Page, PageRules, article_id

READABLE = ("text/html", "application/xhtml+xml", "text/plain")
SCHEMES = ("http", "https", "ftp", "file")  # wget keeps its log as metadata:…, browsertrix a page's text as urn:text:…
NOTES = "what a crawler notes for itself"
ALONE = "revisit of a capture that is not here"
CUT = "truncated: "  # how the reason begins of what is not whole
FURNITURE = ("/robots.txt", "/sitemap.xml", "/favicon.ico")  # of a site, never an article


@dataclass(slots=True)
class Report:
    """What an ingest did, file by file where something was wrong."""

    crawl_id: int
    files: int = 0
    repeated: int = 0  # captures that the archive had already
    earlier: int = 0  # documents that became versions of before what the archive has
    waiting: int = 0  # articles of the archive that are to be restored later
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
    originals: tuple[Place | None, ...] = ()  # of each page that is a revisit: where its body stands
    outdone: bool = False  # it broke off, and its address came whole: nothing but its row is kept


def ingest(db: Database, warc_dir: Path, paths: tuple[str, ...], progress: Progress, *, later: bool = False) -> Report:
    """Archive what the paths hold. What cannot be read is in the report; the rest is archived all the same.

    `later`: what the archive has no documents of is noted and not restored.
    """
    crawl_id = begin_crawl(db, "ingest", json.dumps({"paths": paths}, ensure_ascii=False))
    report, known = Report(crawl_id), knowledge(db)
    reason = "broken off"
    try:
        with lock.taking_in(takedown.place_of(db)):
            # The writer first: it finishes what a killed crawl left open in the folder of captures.
            writer = warc.WarcWriter(warc_dir, f"ingest-{crawl_id}", {"software": SOFTWARE})
            taken = _Taker(db, warc_dir, report, progress).all(files.in_time(files.found(paths)), writer)
            for one, outcome in _outcomes(taken, known, lambda one: later and _is_new(db, one)):
                _store(db, report, one, outcome)
        progress.stop()
        if takedown.pending(db):  # what was taken down stood in a file, or one was broken off
            with suppress(ArchiveError):  # a crawl writes captures: it completes them when it ends
                takedown.complete(db, takedown.place_of(db), warc_dir, progress)
        if later:
            (report.waiting,) = db.conn.execute(
                "SELECT count(*) FROM pages WHERE rejected LIKE ?", (f"{WAITING}%",)
            ).fetchone()
        else:
            relearn(db, warc_dir, progress)
        families.settle(db, progress)
        reason = "finished"
    finally:
        progress.stop()
        end_crawl(db, crawl_id, reason, json.dumps({"files": report.files, "skipped": report.skipped}))
    return report


def _outcomes(
    taken: Iterator[Taken], known: Knowledge, waits: Callable[[Taken], bool]
) -> Iterator[tuple[Taken, Outcome]]:
    """Every capture with what became of it, in order; those that are refused, or wait, never reach a worker."""
    waiting: list[tuple[Taken, Outcome | None]] = []  # one longer than the pool holds; outcomes come in order of jobs

    def jobs() -> Iterator[Job]:
        for one in taken:
            if one.refused:
                waiting.append((one, Outcome(one.pages, "", PageRules(), rejected=one.refused)))
            elif waits(one):
                waiting.append((one, Outcome(one.pages, known.id, PageRules(), rejected=_waiting(one))))
            else:
                waiting.append((one, None))
                yield Job(one.pages, known, PageRules())

    for outcome in restored(jobs()):
        yield from _unrestored(waiting)
        yield waiting.pop(0)[0], outcome
    yield from _unrestored(waiting)


def _unrestored(waiting: list[tuple[Taken, Outcome | None]]) -> Iterator[tuple[Taken, Outcome]]:
    while waiting and (made := waiting[0][1]):
        yield waiting.pop(0)[0], made


def _waiting(one: Taken) -> str:
    """The reason names what waits: a later capture of the same is no change, one of something else is."""
    digest = sha256(b"".join(sha256(page.body).digest() for page in one.pages)).hexdigest()[:16]
    return f"{WAITING}to be restored from {digest}"


def _is_new(db: Database, one: Taken) -> bool:
    """Whether the archive has no documents of an article: those that it has would be lost in waiting."""
    sql = "SELECT 1 FROM documents WHERE article_id = ? LIMIT 1"
    return db.conn.execute(sql, (article_id(one.pages[0].url),)).fetchone() is None


def _store(db: Database, report: Report, one: Taken, outcome: Outcome) -> None:
    """The captures' rows and their article in one transaction: what has a row was archived."""
    with transaction(db):
        originals = one.originals or (None,) * len(one.fetches)
        rows = [(fetch, _row_of(db, place)) for fetch, place in zip(one.fetches, originals, strict=True)]
        fetch_ids = [add_fetch(db, replace(fetch, revisit_of=of)) if fetch else 0 for fetch, of in rows]
        if one.outdone:
            return
        date = next((fetch.fetched_at for fetch in one.fetches[:1] if fetch), "")
        added, earlier = older.add_in_time(db, _bound(outcome, fetch_ids), date, report.crawl_id)
        report.added += added
        report.earlier += earlier
    if outcome.rejected and not outcome.rejected.startswith(WAITING):
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


def _row_of(db: Database, place: Place | None) -> int | None:
    """The row of a capture."""
    sql = "SELECT id FROM fetches WHERE warc_file = ? AND warc_offset = ?"
    row = db.conn.execute(sql, (place.file, place.offset)).fetchone() if place else None
    return int(row[0]) if row else None


class _Taker:
    """Writes captures to WARC as they are found, and says which of them the archive has not yet."""

    def __init__(self, db: Database, warc_dir: Path, report: Report, progress: Progress) -> None:
        self._db = db
        self._warc_dir = warc_dir
        self._report = report
        self._progress = progress
        self._seen: set[str] = set()
        self._given: set[Place] = set()  # captures that are on their way into the database
        self._waiting: list[tuple[Found, str, chains.Group]] = []  # revisits of what comes later
        self._names: dict[Path, str] = {}  # of WARC files, in the archive's folder
        self._originals = Originals(warc_dir)
        self._tombstones = tombstones.load(db)

    def all(self, found: list[Found | Unfit], writer: warc.WarcWriter) -> Iterator[Taken]:
        """The captures in all files. WARC files are copied first: a revisit may be of what stands in the next one."""
        self._progress.start("files", len(found))
        try:
            for one in found:
                if isinstance(one, Found) and one.is_warc and not warc.is_held(one.path):
                    with suppress(OSError, warc.WarcError):  # said when it is its turn
                        self._adopt(one)
            for one in found:
                if isinstance(one, Unfit):
                    self._report.unfit.append(one)
                else:
                    yield from self._readable(one, writer)
                self._progress.step()
            for source, name, group in self._waiting:
                yield from self._grouped(source, name, group, is_last=True)
        finally:
            writer.close()

    def _adopt(self, found: Found) -> str:
        if found.path not in self._names:
            name = adopt(found.path, self._warc_dir, lambda path: takedown.respected(self._db, path))
            if name not in fixity.listed(self._warc_dir) and not warc.check(self._warc_dir / name):
                sealing.reindex(self._warc_dir, name)  # somebody put it there
            self._names[found.path] = name
        return self._names[found.path]

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
        name = self._adopt(found)
        self._report.unfit += [Unfit(str(found.path), problem) for problem in warc.check(found.path)]
        captures = list(self._seen_in(name))
        for group in chains.groups(captures):
            if all(archived(self._db, name, one.offset) for one in group.members if not one.missing):
                self._report.repeated += 1
            else:
                yield from self._grouped(found, name, group)

    def _seen_in(self, name: str) -> Iterator[chains.Seen]:
        """What is to be known of a WARC file's records to put them together; what is no page is counted."""
        seen = 0
        try:
            for found in warc.scan(self._warc_dir / name):
                seen += 1
                record, place = self._whole(found)
                unfit = ALONE if record.kind == "revisit" and not place else _no_page(record)
                if unfit and not archived(self._db, name, record.offset):
                    self._report.skipped[unfit] += 1
                if unfit not in (ALONE, NOTES):
                    yield _seen(record, unfit)
        except warc.WarcError:
            if not seen:
                raise  # else what is damaged was named by `check`, and the rest is taken

    def _whole(self, record: warc.Record) -> tuple[warc.Record, Place | None]:
        """A record; a revisit with the body of its original, if that is here, and where that stands."""
        found = self._originals.of(record) if record.kind == "revisit" else None
        return (warc.resolved(record, found[1]), found[0]) if found else (record, None)

    def _grouped(self, found: Found, name: str, group: chains.Group, *, is_last: bool = False) -> Iterator[Taken]:
        """An article, when what its revisits are of is in the database before it."""
        outdone = group.outdone or (group.refused.startswith(CUT) and self._has_documents(group.members[0].url))
        if outdone:
            self._report.skipped["capture that broke off, of a page that is here"] += 1
        places = [None if one.missing else one.offset for one in group.members]
        members = [None if at is None else self._whole(warc.read(self._warc_dir, name, at)) for at in places]
        originals = tuple(one[1] if one else None for one in members)
        if not all(self._is_known(place) for place in originals if place):
            if is_last:
                self._report.skipped[ALONE] += 1
            else:
                self._waiting.append((found, name, group))
            return
        self._given |= {Place(name, at) for at in places if at is not None}
        yield Taken(
            tuple(self._fetched(found, name, one[0]) if one else None for one in members),
            tuple(_page(one[0]) if one else Page(member.url, b"", missing=member.missing)
                  for one, member in zip(members, group.members, strict=True)),
            group.refused,
            originals,
            outdone,
        )  # fmt: skip

    def _is_known(self, place: Place) -> bool:
        return place in self._given or _row_of(self._db, place) is not None

    def _fetched(self, found: Found, name: str, record: warc.Record) -> Fetch:
        digest = sha256(record.body).hexdigest()
        capture = warc.Capture(
            name, record.offset, record.length, record.record_id, record.date, record.payload_digest, digest
        )
        fetch = self._fetch(record.url, record.status, record.content_type, capture, found.name)
        etag, modified = record.header("ETag"), record.header("Last-Modified")
        return replace(fetch, etag=etag, last_modified=modified, truncated=record.truncated)

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

    def _has_documents(self, url: str) -> bool:
        sql = "SELECT 1 FROM documents WHERE article_id = ? LIMIT 1"
        return self._db.conn.execute(sql, (article_id(url),)).fetchone() is not None

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
    if record.truncated and not unfit:
        reason = f"{CUT}{record.truncated}, after {len(record.body)} bytes"
        return chains.Seen(record.url, record.offset, unfit=reason, cut=True)
    if record.status >= 400:
        return chains.Seen(record.url, record.offset, unfit=f"http-{record.status}: {_phrase(record.status)}")
    if unfit:
        return chains.Seen(record.url, record.offset, unfit=unfit, skipped=True)
    return chains.seen(_page(record), record.offset, sha256(record.body).hexdigest())


def _phrase(status: int) -> str:
    return responses.get(status, "no such status")


def _no_page(record: warc.Record) -> str:
    """What a record holds that no document can be in; '' for a page."""
    scheme = urlsplit(record.url).scheme
    if scheme not in SCHEMES and not record.url.startswith("urn:sha256:"):
        return NOTES
    if urlsplit(record.url).path in FURNITURE:
        return "site furniture (robots.txt, sitemap)"
    if 300 <= record.status < 400:
        return "redirect"
    kind = record.content_type.partition(";")[0].strip().lower()
    if kind and kind not in READABLE:
        return f"not text: {kind}"
    return ""
