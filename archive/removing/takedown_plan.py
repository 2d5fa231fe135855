"""What a takedown means, before anything is touched: which documents, pages and captures go, and which stay."""

from dataclasses import dataclass

from sqlite_utils import Database

from archive import lookup
from archive.errors import ArchiveError
from archive.removing import tombstones
from archive.removing.tombstones import URN, twins
from archive.rows import Row, Value, select
from pipelines.document import article_id

FEW = "id, url, title, article_id, part, source_start, source_end, family_id"


@dataclass(frozen=True, slots=True)
class Wanted:
    """What is to be taken down."""

    name: str = ""  # an address, or what a document is called
    host: str = ""
    copies: bool = False  # with the copies of it that other pages have
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Plan:
    """What a takedown removes and what it leaves, before anything is touched."""

    scope: str  # url, host, document
    name: str
    documents: tuple[Row, ...]  # id, url, title, article_id, part, source_start, source_end
    pages: tuple[str, ...]  # removed whole, with or without documents
    parts: tuple[Row, ...]  # documents of pages that keep others
    siblings: tuple[Row, ...]  # those others: they stay, and the capture that proves them goes
    copies: tuple[Row, ...]  # documents of the same families that stay
    addresses: tuple[str, ...]  # that are refused from now on, as they were met
    captures: int

    @property
    def document(self) -> str:
        """The document that was asked for; '' where an address or a host was."""
        named = [str(row["id"]) for row in self.documents if str(row["id"]).startswith(self.name)]
        return min(named, key=len) if self.scope == "document" else ""

    @property
    def empty(self) -> bool:
        """Whether the archive holds nothing of it."""
        return not self.documents and not self.pages and not self.captures


def plan(db: Database, wanted: Wanted) -> Plan:
    """What `wanted` means. Raises `ArchiveError` where nothing is called so, or it is not clear."""
    chosen: tuple[Row, ...] = ()
    if wanted.host:
        scope, pages = "host", pages_of_host(db, wanted.host)
    elif ":" in wanted.name and not lookup.PREFIX.fullmatch(wanted.name):
        scope, pages = "url", _pages_of_address(db, wanted.name)
    else:
        scope, pages, chosen = _called(db, wanted.name)
    documents = [*documents_of(db, "article_id", pages), *chosen]
    if wanted.copies:
        documents = _with_copies(db, documents)
    return _planned(db, wanted, scope, pages, documents)


def _planned(db: Database, wanted: Wanted, scope: str, pages: list[str], documents: list[Row]) -> Plan:
    """The rest follows from which documents and pages go."""
    going = {str(row["id"]) for row in documents}
    touched = sorted({str(row["article_id"]) for row in documents} | set(pages))
    others = [row for row in documents_of(db, "article_id", touched) if row["id"] not in going]
    shared = {str(row["article_id"]) for row in others}
    families = sorted({str(row["family_id"]) for row in documents if row["family_id"]})
    addresses = sorted(addresses_of(db, touched) | ({wanted.name} if scope == "url" else set()))
    return Plan(
        scope,
        wanted.host.lower() or wanted.name,
        tuple(documents),
        tuple(page for page in touched if page not in shared),
        tuple(row for row in documents if row["article_id"] in shared),
        tuple(others),
        tuple(row for row in documents_of(db, "family_id", families) if row["id"] not in going),
        tuple(addresses),
        _captures(db, addresses) if scope != "host" else _captures_of_host(db, wanted.host),
    )


def _called(db: Database, name: str) -> tuple[str, list[str], tuple[Row, ...]]:
    """The page, or the document on it, that is called so."""
    if "@" in name:
        raise ArchiveError(f"a takedown takes all versions of a document: give {name.partition('@')[0]}")
    if lookup.PAGE_ID.fullmatch(name) and (page := lookup.article(db, name)):
        return "url", [page], ()
    answer = lookup.documents(db, name)  # also of a page with a tombstone: what is there can be taken down
    ids = [str(row["id"]) for row in answer.documents]
    if len(ids) == 1 and not answer.note and (ids[0].startswith(name)):
        return "document", [], tuple(documents_of(db, "id", ids))
    if answer.note:
        raise ArchiveError(f"{answer.note}. Take down {', '.join(ids)}, or the page: {answer.documents[0]['url']}")
    return "url", sorted({str(row["article_id"]) for row in answer.documents}), ()


def _with_copies(db: Database, documents: list[Row]) -> list[Row]:
    families = sorted({str(row["family_id"]) for row in documents if row["family_id"]})
    found = {str(row["id"]): row for row in (*documents, *documents_of(db, "family_id", families))}
    return [found[id] for id in sorted(found)]


def documents_of(db: Database, column: str, values: list[str]) -> list[Row]:
    """Documents by what one of their columns says."""
    return [
        row
        for value in values
        for row in select(db, f"SELECT {FEW} FROM documents WHERE {column} = ? ORDER BY part, id", value)
    ]


def pages_of_host(db: Database, host: str) -> list[str]:
    """The pages of a host and of those below it."""
    below = "SELECT id FROM pages WHERE host = ?1 OR substr(host, -length(?1) - 1) = '.' || ?1"
    rows = db.conn.execute(below, (host.lower(),))
    return [id for (id,) in rows]


def whole(db: Database, takedown: Row) -> set[str]:
    """The pages that a takedown of a host or an address removes whole, whatever stands on them.

    Those of copies are not among them: what stands beside a copy stays.
    """
    sql = "SELECT key FROM tombstones WHERE kind = ? AND takedown_id = ?"
    found = {str(key) for (key,) in db.conn.execute(sql, ("address", takedown["id"]))}
    if takedown["scope"] == "host":
        hosts = [str(key) for (key,) in db.conn.execute(sql, ("host", takedown["id"]))]
        return {page for host in hosts for page in pages_of_host(db, host)}
    if takedown["scope"] != "url":
        return set()
    url = str(takedown["url"])
    asked = {url.removeprefix(URN), *(article_id(twin) for twin in twins(url))}
    return found & asked if takedown["copies"] else found


def _pages_of_address(db: Database, url: str) -> list[str]:
    """The articles that an address is of, or is a page of."""
    found = set()
    for twin in twins(url):
        found |= {id for (id,) in db.conn.execute("SELECT id FROM pages WHERE id = ?", (article_id(twin),))}
        found |= {id for (id,) in db.conn.execute("SELECT article_id FROM article_pages WHERE url = ?", (twin,))}
    return sorted(found)


def addresses_of(db: Database, pages: list[str]) -> set[str]:
    """Every address that articles were read from."""
    found: set[str] = set()
    for page in pages:
        found |= {url for (url,) in db.conn.execute("SELECT url FROM article_pages WHERE article_id = ?", (page,))}
        found |= {url for (url,) in db.conn.execute("SELECT url FROM pages WHERE id = ?", (page,))}
    return found


def _captures(db: Database, addresses: list[str]) -> int:
    counted: list[Value] = [
        db.conn.execute("SELECT count(*) FROM fetches WHERE url = ?", (twin,)).fetchone()[0]
        for url in addresses
        for twin in twins(url)
    ]
    return sum(int(one or 0) for one in counted)


def _captures_of_host(db: Database, host: str) -> int:
    known = tombstones.Tombstones(hosts={host.lower(): "x"})
    return sum(bool(known.refusal(url)) for (url,) in db.conn.execute("SELECT url FROM fetches"))
