"""Captures that go: a tombstone in each one's place, and the bodies of other pages masked where they quote them."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import partial
from hashlib import sha256
from itertools import chain
from pathlib import Path
from urllib.parse import unquote, urlsplit

from sqlite_utils import Database

from archive import warc
from archive.errors import ArchiveError
from archive.progress import Progress
from archive.rebuild import captured
from archive.removing import redact, revisits, warc_tombstones
from archive.removing.runs import Runs
from archive.removing.tombstones import URN, Tombstones
from archive.removing.warc_tombstones import MARK, Raw
from archive.store import now, transaction
from archive.warcs import sealing
from pipelines.document import HostKnowledge, Knowledge, Outcome, Page, PageRules, article_id
from pipelines.worker import restore

BODIES = ("response", "resource", "conversion")  # kinds of records whose blocks are pages


@dataclass(frozen=True, slots=True)
class Removal:
    """What is taken out of WARC files."""

    tombstones: Tombstones
    runs: Runs
    told: dict[int, dict[str, object]]  # by takedown, what its tombstones say


@dataclass(slots=True)
class Rewritten:
    """What became of captures."""

    removed: int = 0  # records of the addresses themselves
    masked: int = 0  # of other pages, which quoted it
    dropped: int = 0  # of other pages, where it could not be masked: they keep their text and lose their proof
    files: list[str] = field(default_factory=list)


def rewrite(db: Database, warc_dir: Path, removal: Removal, progress: Progress) -> Rewritten:
    """Go through every WARC file. Rows of `fetches` follow file by file, also those that a kill left behind."""
    done = Rewritten()
    if not warc_dir.is_dir():
        return done
    for path in warc_tombstones.left_behind(warc_dir):
        path.unlink()
    paths = sorted(path for path in warc_dir.glob("**/*") if path.name.endswith((".warc", ".warc.gz")))
    progress.start("captures", len(paths))
    for path in paths:
        name = str(path.relative_to(warc_dir))
        one = _File(db, warc_dir, name, removal, done)
        if warc_tombstones.rewrite(path, one.change, partial(sealing.seal, warc_dir, name)):
            done.files.append(name)
        with transaction(db):
            one.note(path)
        progress.step()
    progress.stop()
    for name, gone in revisits.follow(db, warc_dir, removal.told):
        done.dropped += gone
        done.files += [name] if name not in done.files else []
    return done


def tombstones_in(db: Database, path: Path, removal: Removal) -> int:
    """Put tombstones in a file that no row knows yet; one that has its name already is sealed again."""

    def ready(anew: Path) -> None:
        if path.name.endswith(sealing.SEALED):
            sealing.seal(path.parent, path.name, anew)

    return warc_tombstones.rewrite(path, _File(db, path.parent, path.name, removal, Rewritten()).change, ready)


def spells(runs: Runs, url: str) -> bool:
    """Whether an address spells one of the runs, escaped or not."""
    return any(runs.hold(one) for one in (url, unquote(url), unquote(url, "gb18030", "ignore")))


class _File:
    """One WARC file: what is to stand in which place, and the rows that follow."""

    def __init__(self, db: Database, warc_dir: Path, name: str, removal: Removal, done: Rewritten) -> None:
        self._db = db
        self._warc_dir = warc_dir
        self._name = name
        self._removal = removal
        self._done = done
        self._touched: list[int] = []  # offsets of records whose rows have to follow

    def change(self, raw: Raw) -> Iterator[Raw] | None:
        """What is to stand in a record's place."""
        if raw.takedown is not None or raw.field(MARK):
            self._touched.append(raw.offset)
        if raw.takedown is not None or (raw.kind == "metadata" and not raw.block):
            return None
        found = self._changed(raw)
        if found is not None:
            self._touched.append(raw.offset)
        return found

    def _changed(self, raw: Raw) -> Iterator[Raw] | None:
        runs, refused = self._removal.runs, self._removal.tombstones.refusal(raw.url) if raw.url else ""
        if refused or (raw.url and spells(runs, raw.url)):
            self._done.removed += raw.kind in warc.KINDS
            return self._tombstone(raw, refused)
        if not runs:
            return None
        if raw.kind in BODIES:
            return self._body(raw)
        if redact.holds(runs, raw.block.decode("utf-8", "ignore")):
            return self._tombstone(raw, "")
        return None

    def _body(self, raw: Raw) -> Iterator[Raw] | None:
        """A page that quotes it: masked where it stays the page that it was, else gone."""
        runs, body = self._removal.runs, warc_tombstones.body_of(raw)
        page = Page(raw.url, body, warc_tombstones.content_type(raw), raw.field("WARC-Date"))
        head = raw.block[: len(raw.block) - len(body)] if raw.is_http and raw.block.endswith(body) else b""
        in_head = bool(head) and spells(runs, head.decode("utf-8", "ignore"))
        if not in_head and not redact.body_holds(runs, page):
            return None
        new = None if in_head else redact.redacted(runs, page)
        if new is None or not self._stays(raw, new):
            self._done.dropped += 1
            return self._tombstone(raw, "")
        self._done.masked += 1
        return chain(warc_tombstones.with_body(raw, new, now()), self._tombstone(raw, ""))

    def _stays(self, raw: Raw, body: bytes) -> bool:
        """Whether the documents of the page come out of the masked body as they come out of it as it was."""
        row = self._db.conn.execute(
            "SELECT a.article_id, a.fetch_id, p.knowledge_id, p.rules FROM fetches f JOIN article_pages a"
            " ON a.fetch_id = f.id OR a.fetch_id IN (SELECT id FROM fetches WHERE revisit_of = f.id)"
            " JOIN pages p ON p.id = a.article_id"
            " WHERE f.warc_file = ? AND f.warc_offset = ?"
            " AND EXISTS (SELECT 1 FROM documents WHERE article_id = p.id)",
            (self._name, raw.offset),
        ).fetchone()
        if row is None or row[2] is None:
            return True
        article, fetch_id, knowledge_id, rules = row
        (text,) = self._db.conn.execute("SELECT json FROM knowledge WHERE id = ?", (knowledge_id,)).fetchone()
        known, runs = Knowledge.from_json(text or "[]"), self._removal.runs
        try:
            pages = tuple(captured(self._db, self._warc_dir, article))
        except ArchiveError:
            return True
        masked = tuple(
            page if page.fetch_id != fetch_id else Page(page.url, body, page.content_type, page.fetched_at, fetch_id)
            for page in pages
        )
        said = PageRules.from_json(rules)
        before, after = restore(pages, known, said), restore(masked, masked_knowledge(known, runs), said)
        return _texts(before) == _texts(after)

    def _tombstone(self, raw: Raw, refused: str) -> Iterator[Raw]:
        url = URN + article_id(raw.url) if raw.url and spells(self._removal.runs, raw.url) else raw.url
        number = int(refused.partition("takedown ")[2].partition(",")[0]) if refused else max(self._removal.told)
        told = {**self._removal.told.get(number, {"takedown": number})}
        if refused:
            host = self._removal.tombstones.of_host(_host(raw.url))
            told |= {"key": _host(raw.url) if host else article_id(raw.url), "kind": "host" if host else "address"}
        return warc_tombstones.tombstone(raw, url, told)

    def note(self, path: Path) -> None:
        """The rows of `fetches`, as the records are now."""
        offsets = set(self._touched)
        if not offsets:
            return
        for raw in warc_tombstones.records(path):
            if raw.offset not in offsets:
                continue
            if raw.kind == "metadata":
                number = self._number(raw.takedown or {})
                self._db.conn.execute(
                    "UPDATE fetches SET taken_down = ?, url = iif(? = '', url, ?), path = '' WHERE warc_file = ?"
                    " AND warc_offset = ?",
                    (number, raw.url, raw.url, self._name, raw.offset),
                )
            elif raw.kind != "revisit":  # its body is another's
                body = sha256(warc_tombstones.body_of(raw)).hexdigest()
                payload = raw.field("WARC-Payload-Digest") or ""
                self._db.conn.execute(
                    "UPDATE fetches SET redacted = coalesce(redacted, ?), payload_digest = ?, body_digest = ?"
                    " WHERE warc_file = ? AND warc_offset = ?",
                    (max(self._removal.told, default=None), payload, body, self._name, raw.offset),
                )

    def _number(self, told: dict[str, object]) -> int | None:
        """The takedown of a tombstone: what it refuses says which, since a merge gives takedowns other numbers."""
        sql = "SELECT takedown_id FROM tombstones WHERE kind = ? AND key = ?"
        row = self._db.conn.execute(sql, (str(told.get("kind")), str(told.get("key")))).fetchone()
        known = row[0] if row else told.get("takedown")
        return int(str(known)) if known else max(self._removal.told, default=None)


def masked_knowledge(known: Knowledge, runs: Runs) -> Knowledge:
    """What was learned of hosts, with the runs masked as they are in the pages."""
    return Knowledge(tuple(_masked_host(one, runs) for one in known.hosts))


def _masked_host(known: HostKnowledge, runs: Runs) -> HostKnowledge:
    marks = sorted({runs.mask(one) for one in known.watermarks}, key=lambda name: (-len(name), name))
    return HostKnowledge(
        known.host, tuple(sorted({runs.mask(one) for one in known.repeated})), tuple(marks), known.numbers_untrusted
    )


def _texts(outcome: Outcome) -> list[tuple[str, str]]:
    return [(document.title, document.text) for document in outcome.documents]


def _host(url: str) -> str:
    return urlsplit(url).hostname or ""
