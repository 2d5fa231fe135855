"""Every table of the archive, and how its rows come together. A test fails where a table has no rule.

numbered   rows get new numbers (`archive.merging.numbers`); what refers to them follows, by its declared references
articles   rows of an article, from the source that it is taken from (`archive.merging.articles`)
history    versions and retired ids: with their article, or united
united     by primary key; of two rows with the same key the one that `Union` prefers
derived    made anew from the documents when all are there
own        of the file itself
"""

import heapq
import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from sqlite_utils import Database

from archive.errors import ArchiveError
from archive.frontier import OWN
from archive.merging.articles import Resolved
from archive.merging.numbers import Numbers
from archive.merging.sources import Source
from archive.rows import Row, Value, to_json

NUMBERED = ("crawls", "takedowns", "rebuilds", "fetches")
ARTICLES = {  # by what their rows are of an article, and in which order they are written
    "pages": ("id", "id"),
    "article_pages": ("article_id", "article_id, n"),
    "edits": ("article_id", "article_id, n"),
    "gaps": ("article_id", "article_id, n"),
    "marks": ("article_id", "article_id, n"),
    "facts": ("article_id", "article_id, n"),
    "documents": ("article_id", "id"),
}
HISTORY = {"document_versions": "id, version", "document_ids": "id"}
DERIVED = ("sketches", "family_keys", "pairs", "unsettled", "fills")
OWN_TABLES = ("_sqlite_migrations", "documents_fts", "documents_fts_pairs")
TOLD = {"pages": "rejected", "links": "reason", "takedowns": "reason", "edits": "steps"}  # may name a takedown


@dataclass(frozen=True, slots=True)
class Union:
    """How rows of one key become one: each expression says of a row ({0}) how good it is, the first that differs
    decides, then all columns."""

    key: tuple[str, ...]
    most: tuple[str, ...] = ()  # the greatest
    least: tuple[str, ...] = ()  # the smallest; asked first
    order: str = ""  # in which they are written; else by key
    change: Mapping[str, str] = field(default_factory=dict)  # column -> what is read for it


UNITED = {
    "knowledge": Union(("id",), least=("{0}.json = ''", "{0}.created_at"), change={"in_force": "0"}),
    "families": Union(("id",), least=("{0}.merged_into IS NULL", "{0}.merged_into")),
    # What came was not in vain, whoever else failed; a lease is of a process that does not crawl the merged archive.
    "links": Union(
        ("url",),
        most=(
            "CASE {0}.state WHEN 'done' THEN 3 WHEN 'failed' THEN 2 WHEN 'refused' THEN 1 ELSE 0 END",
            "coalesce({0}.visited_at, '')",
            "{0}.updated_at",
        ),
        order="depth, url",
        change={"state": f"CASE WHEN state = 'asked' AND {OWN} THEN 'new' ELSE state END"},
    ),
    "tombstones": Union(("kind", "key", "site"), least=("{0}.takedown_id",)),
    "robots": Union(("host", "crawl_id", "fetch_id"), least=("{0}.verdict",)),
    "rights": Union(("crawl_id",)),
    # The most careful one: who was told to stay away stays away.
    "hosts": Union(
        ("host",),
        most=("CASE {0}.state WHEN 'blocked' THEN 2 WHEN 'paused' THEN 1 ELSE 0 END", "{0}.updated_at"),
    ),
    "robots_lost": Union(("origin",), most=("{0}.last",)),
    "crawl_counts": Union(("crawl_id", "host", "what", "code"), most=("{0}.n",)),
}


@dataclass(slots=True)
class Copying:
    """What the copying of tables goes by."""

    db: Database
    sources: Sequence[Source]
    numbers: Numbers
    resolved: Mapping[str, Resolved]  # articles that several sources have

    def columns(self, table: str) -> list[str]:
        """The columns of a table."""
        return [name for (name,) in self.db.conn.execute("SELECT name FROM pragma_table_info(?)", (table,))]

    def references(self, table: str) -> dict[str, str]:
        """The columns that hold numbers, each with the table that it refers to."""
        rows = self.db.conn.execute('SELECT "from", "table" FROM pragma_foreign_key_list(?)', (table,))
        return {column: other for column, other in rows if other in NUMBERED}

    def _number(self, n: int, table: str, other: str, old: Value) -> int | None:
        """What a row refers to, by its new number."""
        new = self.numbers.of(other, n, old)
        if new is None and old is not None:
            path = self.sources[n].path
            raise ArchiveError(
                f"a row of {table} in {path} refers to row {old} of {other}, which is not there."
                f" Look: python -m archive --archive {path} verify"
            )
        return new

    def insert(self, table: str, rows: Iterable[Sequence[Value]], how: str = "ABORT") -> None:
        """Write rows that have all columns."""
        names = self.columns(table)
        words = ", ".join(f'"{name}"' for name in names)
        marks = ", ".join("?" * len(names))
        self.db.conn.executemany(f"INSERT OR {how} INTO {table}({words}) VALUES ({marks})", rows)

    def read(
        self, n: int, table: str, more: str = "", change: Mapping[str, str] | None = None
    ) -> Iterator[list[Value]]:
        """A source's rows of a table, with the numbers of the merged archive."""
        names, known = self.columns(table), change or {}
        words = ", ".join(f'{known[name]} AS "{name}"' if name in known else f'"{name}"' for name in names)
        places = [(names.index(column), other) for column, other in self.references(table).items()]
        told = names.index(TOLD[table]) if table in TOLD and self.numbers.small["takedowns"][n] else None
        for row in self.sources[n].rows(f"SELECT {words} FROM {table} {more}"):
            found = list(row)
            for place, other in places:
                found[place] = self._number(n, table, other, found[place])
            if told is not None:
                found[told] = self.numbers.told(n, found[told])
            yield found


def write_numbered(copying: Copying, table: str, chosen: Sequence[tuple[int, int, Row]]) -> None:
    """The rows of a small table, each from the source that it was chosen of."""
    references = copying.references(table)
    for new, n, row in chosen:
        found = {**row, "id": new}
        for column, other in references.items():
            found[column] = copying.numbers.of(other, n, row[column])
        if table in TOLD:
            found[TOLD[table]] = copying.numbers.told(n, row[TOLD[table]])
        copying.insert(table, [[found[name] for name in copying.columns(table)]])


def write_captures(copying: Copying, names: Mapping[tuple[int, str], str]) -> None:
    """The rows of `fetches`."""
    columns = copying.columns("fetches")
    id, file = columns.index("id"), columns.index("warc_file")
    for n, _ in enumerate(copying.sources):
        chosen = {
            old for (old,) in copying.db.conn.execute("SELECT old FROM captures WHERE source = ? AND is_chosen", (n,))
        }

        def rows(n: int = n, chosen: set[int] = chosen) -> Iterator[list[Value]]:
            for row in copying.read(n, "fetches", "ORDER BY id"):
                if row[id] in chosen:
                    row[file] = names.get((n, str(row[file])), row[file])
                    row[id] = copying.numbers.of("fetches", n, row[id])
                    yield row

        copying.insert("fetches", rows())


def write_articles(copying: Copying, table: str) -> None:
    """The rows of articles, each from the source that its article is taken from, in order."""
    key, order = ARTICLES[table]
    columns = copying.columns(table)
    places = [columns.index(name.strip()) for name in order.split(",")]
    of, which = columns.index(key), columns.index("id") if table == "documents" else -1

    def mine(n: int) -> Iterator[list[Value]]:
        for row in copying.read(n, table, f"ORDER BY {order}"):
            found = copying.resolved.get(str(row[of]))
            if found and found.source != n:
                continue
            if found and table == "pages":
                row[columns.index("gone")] = found.gone
            if found and which >= 0 and not found.as_it_stands:
                row[columns.index("version")] = found.numbers[str(row[which])]
            yield row

    streams = [mine(n) for n, _ in enumerate(copying.sources)]
    copying.insert(table, heapq.merge(*streams, key=lambda row: [row[place] for place in places]))


def write_history(copying: Copying, table: str) -> None:
    """Versions and retired ids: of an article that several sources have as it was decided, else as they stand."""
    columns = copying.columns(table)
    for n, _ in enumerate(copying.sources):
        copying.insert(table, _as_they_stand(copying, n, table), how="IGNORE")
    for _, one in sorted(copying.resolved.items()):
        if one.as_it_stands:
            continue
        if table == "document_ids":
            copying.insert(table, [[row[name] for name in columns] for row in one.retired], how="IGNORE")
            continue
        for n, row in one.versions:
            text = _renumbered(copying, n, row["document"], row["version"])
            copying.insert(table, [[text if name == "document" else row[name] for name in columns]])


def _as_they_stand(copying: Copying, n: int, table: str) -> Iterator[list[Value]]:
    """A source's versions or retired ids of the articles that are its own, or taken from it whole."""
    columns = copying.columns(table)
    id = columns.index("id")
    left = {key for key, one in copying.resolved.items() if one.source != n or not one.as_it_stands}
    for row in copying.read(n, table, f"ORDER BY {HISTORY[table]}"):
        if str(row[id])[:12] in left:
            continue
        if table == "document_versions":
            document = columns.index("document")
            row[document] = _renumbered(copying, n, row[document])
        yield row


def _renumbered(copying: Copying, n: int, text: Value, version: Value = None) -> str:
    """An old document with its capture's new number, and its own."""
    document = json.loads(str(text))
    before = dict(document)
    document["fetch_id"] = copying.numbers.of("fetches", n, document.get("fetch_id"))
    if version is not None:
        document["version"] = version
    return str(text) if document == before else to_json(document)


def write_united(copying: Copying, table: str) -> None:
    """The rows of a table whose keys mean the same in every archive."""
    rule, columns, conn = UNITED[table], copying.columns(table), copying.db.conn
    words = ", ".join(f'"{name}"' for name in columns)
    marks = ", ".join("?" * len(columns))
    keys = ", ".join(f'"{name}"' for name in rule.key)
    conn.execute(f"CREATE TEMP TABLE united AS SELECT * FROM {table} WHERE 0")
    conn.execute(f"CREATE UNIQUE INDEX temp.united_key ON united({keys})")
    update = ", ".join(f'"{name}" = excluded."{name}"' for name in columns)
    sql = (
        f"INSERT INTO temp.united({words}) VALUES ({marks}) ON CONFLICT({keys})"
        f" DO UPDATE SET {update} WHERE {_is_better(rule, columns)}"
    )
    for n, _ in enumerate(copying.sources):
        conn.executemany(sql, copying.read(n, table, change=rule.change))
    conn.execute(
        f"INSERT OR REPLACE INTO {table}({words}) SELECT {words} FROM temp.united ORDER BY {rule.order or keys}"
    )
    conn.execute("DROP TABLE temp.united")


def _is_better(rule: Union, columns: Sequence[str]) -> str:
    new, old = "excluded", "united"
    ahead = [one.format(old) for one in rule.least] + [one.format(new) for one in rule.most]
    behind = [one.format(new) for one in rule.least] + [one.format(old) for one in rule.most]
    rest = [f"coalesce({{0}}.\"{name}\", '')" for name in columns if name not in rule.key]
    ahead += [one.format(new) for one in rest]
    behind += [one.format(old) for one in rest]
    return f"({', '.join(ahead)}, 0) > ({', '.join(behind)}, 0)"
