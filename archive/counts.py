"""What an archive, or one crawl of it, holds, in figures."""

from collections.abc import Mapping
from dataclasses import dataclass

from sqlite_utils import Database

from pipelines.document import COLUMNS
from pipelines.taxonomy import Handler


@dataclass(frozen=True, slots=True)
class Counts:
    """Figures for a summary."""

    sites: int
    fetches: int
    pages: int
    restored: int  # pages that gave documents
    documents: int
    partial: int
    rejected: dict[str, int]  # pages by the reason's code, most frequent first
    gone: int  # pages that a later capture found gone or changed into something else
    versions: int  # earlier versions of documents
    edits: int
    gaps: int
    marks: dict[str, int]  # damage that stays in the text, by kind, most first
    source_characters: int
    characters_cut: int
    cut_by_rule: dict[str, int]  # most first
    changed_by_rule: dict[str, int]  # edits that replace, most first


def counts(db: Database, crawl_id: int | None = None) -> Counts:
    """Figures of everything, or of the articles that one crawl fetched (as they stand now)."""
    with _Scope(db, crawl_id) as scope:
        cut = scope.table(
            "SELECT rule, sum(\"end\" - start) AS n FROM {edits} WHERE replacement = ''"
            " GROUP BY rule ORDER BY n DESC, rule"
        )
        sites, pages, rejected, gone, characters = scope.figures(
            "SELECT count(DISTINCT nullif(host, '')), count(*), count(rejected), count(gone), sum(length(source_text))"
            " FROM {pages}"
        )
        documents, partial = scope.figures("SELECT count(*), sum(status = 'partial') FROM {documents}")
        return Counts(
            sites=sites,
            fetches=scope.figures("SELECT count(*) FROM {fetches}")[0],
            pages=pages,
            restored=pages - rejected,
            documents=documents,
            partial=partial,
            rejected=scope.table(
                "SELECT substr(rejected, 1, instr(rejected || ':', ':') - 1) AS code, count(*) AS n"
                " FROM {pages} WHERE rejected IS NOT NULL GROUP BY code ORDER BY n DESC, code"
            ),
            gone=gone,
            versions=scope.figures("SELECT count(*) FROM document_versions WHERE id IN (SELECT id FROM {documents})")[
                0
            ],
            edits=scope.figures("SELECT count(*) FROM {edits}")[0],
            gaps=scope.figures("SELECT count(*) FROM {gaps}")[0],
            marks=scope.table("SELECT kind, count(*) AS n FROM {marks} GROUP BY kind ORDER BY n DESC, kind"),
            source_characters=characters,
            characters_cut=sum(cut.values()),
            cut_by_rule=cut,
            changed_by_rule=scope.table(
                "SELECT rule, count(*) AS n FROM {edits} WHERE replacement <> '' GROUP BY rule ORDER BY n DESC, rule"
            ),
        )


# When a column says something of a document; the others: where they hold anything at all.
_SAYS = {
    "text_hans": "text_hans <> text",
    "title_hans": "title_hans <> title",
    "status": "status <> 'complete'",
    "redated": "redated <> 0",
    "canonical": "canonical = 0",
    "quality": "quality < 1",
}


def handled(db: Database) -> Mapping[Handler, int]:
    """How often each rule acted, and each kind of mark, gap, damage and rejection occurs; and documents by column.

    A rule counts at every step of an edit, not only at the last one: a repair inside a line that was cut later acted.
    """
    found: dict[Handler, int] = {}
    for kind, sql in _HANDLED.items():
        found |= {Handler(kind, str(name)): n for name, n in db.conn.execute(sql)}
    names = [column.name for column in COLUMNS]
    says = ", ".join(f"sum({_SAYS.get(name, _HOLDS.format(name))})" for name in names)
    (figures,) = db.conn.execute(f"SELECT {says} FROM documents")
    return found | {Handler("column", name): int(n or 0) for name, n in zip(names, figures, strict=True)}


_HOLDS = "\"{0}\" IS NOT NULL AND \"{0}\" NOT IN ('', '[]')"
_HANDLED = {
    "edit": "SELECT s.value ->> 'rule', count(*) FROM edits, json_each(steps) AS s GROUP BY 1",
    "mark": "SELECT kind, count(*) FROM marks GROUP BY 1",
    "gap": "SELECT kind, count(*) FROM gaps GROUP BY 1",
    "damage": "SELECT d.value, count(*) FROM documents, json_each(damage) AS d GROUP BY 1",
    "rejection": "SELECT substr(rejected, 1, instr(rejected || ':', ':') - 1), count(*) FROM pages"
    " WHERE rejected IS NOT NULL GROUP BY 1",
}


# A crawl and those that it goes on from. An ingest has no round.
_ROUND = "(SELECT id FROM crawls WHERE id = ?1 OR round = (SELECT round FROM crawls WHERE id = ?1))"


class _Scope:
    """The tables, or the share of them that belongs to one crawl and those that it goes on from."""

    def __init__(self, db: Database, crawl_id: int | None) -> None:
        self._db = db
        self._crawl = crawl_id
        shares = {name: name for name in ("fetches", "pages", "documents", "edits", "gaps", "marks")}
        if crawl_id is not None:
            articles = "(SELECT id FROM scope)"
            shares = {
                "fetches": f"(SELECT * FROM fetches WHERE crawl_id IN {_ROUND.replace('?1', str(int(crawl_id)))})",
                "pages": f"(SELECT * FROM pages WHERE id IN {articles})",
                **{
                    name: f"(SELECT * FROM {name} WHERE article_id IN {articles})"
                    for name in ("documents", "edits", "gaps", "marks")
                },
            }
        self._shares = shares

    def __enter__(self) -> "_Scope":
        self._db.conn.execute("CREATE TEMP TABLE scope(id TEXT PRIMARY KEY)")
        # By address: a page that came back unchanged is still the row of its first capture.
        self._db.conn.execute(
            "INSERT OR IGNORE INTO scope SELECT id FROM pages"
            f" WHERE url IN (SELECT url FROM fetches WHERE crawl_id IN {_ROUND})"
            f" OR fetch_id IN (SELECT id FROM fetches WHERE crawl_id IN {_ROUND})",
            (self._crawl,),
        )
        return self

    def __exit__(self, *_: object) -> None:
        self._db.conn.execute("DROP TABLE scope")

    def figures(self, sql: str) -> tuple[int, ...]:
        """The one row of a query over {fetches}, {pages}, {documents}, {edits}, {gaps}, {marks}."""
        return tuple(int(figure or 0) for figure in self._db.conn.execute(sql.format(**self._shares)).fetchone())

    def table(self, sql: str) -> dict[str, int]:
        """A query's two columns."""
        return dict(self._db.conn.execute(sql.format(**self._shares)).fetchall())
