"""Near-duplicate families: the connected components of verified pairs, settled when a crawl closes.

Ids and canonical copies are a function of the set of documents. What changed since they were settled last is noted by
`archive.copies.pairs`, so that settling costs what a crawl brought, and one that was killed is made good by the next.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from sqlite_utils import Database

from archive.copies import fills, pairs
from archive.copies.canonical import canonical
from archive.copies.groups import groups
from archive.progress import Progress
from archive.rows import Row, select
from archive.store import much_in_memory, transaction

RANKED = (  # what decides who stands for a family, and what was decided before
    "SELECT d.id, d.family_id, d.canonical, d.signed_by, d.document_number, d.damage, d.status, d.quality,"
    " d.quality_parts, length(d.text) AS length, d.article_id,"
    " d.reading IS NOT NULL AS is_filled, p.host FROM documents d LEFT JOIN pages p ON p.id = d.article_id"
)
SETTLE = "Settle them: python -m archive families"
BATCH = 1000  # documents that are settled in one transaction, or read in one statement


@dataclass(frozen=True, slots=True)
class Settled:
    """What settling found."""

    documents: int  # that were looked at
    families: int  # of two documents or more, in the whole archive
    members: int  # of those families


def settle(db: Database, progress: Progress | None = None, *, catch_up: bool = True) -> Settled:
    """Give ids and canonical copies to the families of all documents that changed since they were settled last.

    Documents that were never compared (an import's) are compared first, if `catch_up`.
    """
    shown = progress or Progress()
    if catch_up:
        _catch_up(db, shown)
    waiting = [id for (id,) in db.conn.execute("SELECT id FROM unsettled ORDER BY id")]
    if waiting:
        shown.start("families", len(waiting))
    try:
        for start in range(0, len(waiting), BATCH):
            with transaction(db):
                for id in waiting[start : start + BATCH]:
                    # Another process may have changed one that was settled, and so noted it again.
                    if db.conn.execute("SELECT 1 FROM unsettled WHERE id = ?", (id,)).fetchone():
                        settled = _settle_around(db, id) | {id}
                        db.conn.executemany("DELETE FROM unsettled WHERE id = ?", [(one,) for one in settled])
                    shown.step()
    finally:
        shown.stop()
    families, members = db.conn.execute(
        "SELECT count(*), coalesce(sum(n), 0) FROM"
        " (SELECT count(*) AS n FROM documents WHERE family_id IS NOT NULL GROUP BY family_id HAVING n > 1)"
    ).fetchone()
    return Settled(len(waiting), families, members)


def rebuild(db: Database, progress: Progress | None = None) -> Settled:
    """All pairs and families from nothing: a pass over the documents, and one over their keys in order."""
    shown = progress or Progress()
    with much_in_memory(db), transaction(db):
        for table in ("pairs", "family_keys", "sketches", "unsettled"):
            db.conn.execute(f"DELETE FROM {table}")
        pairs.sketch_all(db, shown)
        pairs.pair_all(db, shown)
        db.conn.execute("INSERT OR IGNORE INTO unsettled(id) SELECT id FROM documents")
    return settle(db, shown)


def _catch_up(db: Database, progress: Progress) -> None:
    """Documents of an archive that was made before families were."""
    missing = "FROM documents WHERE id NOT IN (SELECT id FROM sketches)"
    (count,) = db.conn.execute(f"SELECT count(*) {missing}").fetchone()
    if not count:
        return
    progress.start("comparing", count)
    for (id,) in db.conn.execute(f"SELECT id {missing} ORDER BY id").fetchall():
        with transaction(db):
            pairs.record(db, select(db, "SELECT id, url, text_hans FROM documents WHERE id = ?", id), _link(db, id))
        progress.step()
    progress.stop()


def _link(db: Database, id: str) -> str:
    """The address that a document's page names as its own."""
    sql = "SELECT canonical FROM pages WHERE id = (SELECT article_id FROM documents WHERE id = ?)"
    row = db.conn.execute(sql, (id,)).fetchone()
    return str(row[0] or "") if row else ""


def _settle_around(db: Database, id: str) -> set[str]:
    """Settle all documents that pairs connect with this one; their ids."""
    cluster = _cluster(db, id)
    documents = {str(row["id"]): row for row in _documents(db, sorted(cluster))}
    went: dict[str, set[str]] = {}  # by the id of a family of before: the families of its documents now
    for members in groups(list(documents), pairs.links(db.conn, cluster)):
        family = min(members)
        _write(db, family, [documents[id] for id in sorted(members)])
        for member in sorted(members):
            went.setdefault(str(documents[member]["family_id"] or member), set()).add(family)
    for before, now in went.items():
        _note(db, before, now)
    return cluster


def _write(db: Database, family: str, members: Sequence[Row]) -> None:
    """Give the members of a family its id, and one of them its lead."""
    best = canonical(members)["id"]
    if len(members) > 1:
        db.conn.execute(
            "INSERT INTO families(id) VALUES (?) ON CONFLICT(id) DO UPDATE SET merged_into = NULL", (family,)
        )
    for row in members:
        chosen = int(row["id"] == best)
        if row["family_id"] != family or row["canonical"] != chosen:
            db.conn.execute(
                "UPDATE documents SET family_id = ?, canonical = ? WHERE id = ?", (family, chosen, row["id"])
            )
    fills.settle(db, members, str(best))


def _note(db: Database, before: str, now: set[str]) -> None:
    """An id that was a family's leads to where its documents went, for ever; where each is alone, where it led."""
    size = "SELECT count(*) FROM (SELECT 1 FROM documents WHERE family_id = ? LIMIT 2)"
    alive = [id for id in sorted({before} | now) if db.conn.execute(size, (id,)).fetchone()[0] > 1]
    if alive and before not in alive:
        db.conn.execute("UPDATE families SET merged_into = ? WHERE id = ?", (min(alive), before))


def _cluster(db: Database, id: str) -> set[str]:
    """All documents that pairs connect with this one."""
    seen, waiting = {id}, [id]
    while waiting:
        new = set(pairs.kin(db.conn, waiting)) - seen
        seen |= new
        waiting = sorted(new)
    return seen


def _documents(db: Database, ids: Sequence[str]) -> list[Row]:
    found: list[Row] = []
    for start in range(0, len(ids), BATCH):
        some = ids[start : start + BATCH]
        marks = ", ".join("?" * len(some))
        found += select(db, f"{RANKED} WHERE d.id IN ({marks}) ORDER BY d.id", *some)
    return found


def flaws(db: Database) -> Iterator[str]:
    """What is wrong with families: documents that wait, and ids or leads that do not follow from the pairs."""
    (waiting,) = db.conn.execute("SELECT count(*) FROM unsettled").fetchone()
    if waiting:
        yield f"families: {waiting:,} documents wait for a crawl that was broken off. {SETTLE}"
        return
    here = "IN (SELECT id FROM documents)"
    nobodys = f"SELECT count(*) FROM pairs WHERE a NOT {here} OR b NOT {here}"
    (lost,) = db.conn.execute(nobodys).fetchone()
    if lost:
        yield f"families: {lost:,} pairs are of documents that are not there. {SETTLE} --rebuild"
        return
    alone = (
        "SELECT id FROM documents WHERE (family_id IS NOT id OR canonical <> 1)"
        " AND id NOT IN (SELECT a FROM pairs UNION SELECT b FROM pairs)"
    )
    wrong = [id for (id,) in db.conn.execute(alone)]
    seen: set[str] = set()
    for (id,) in db.conn.execute("SELECT DISTINCT a FROM pairs ORDER BY a"):
        if id not in seen:
            cluster = _cluster(db, id)
            seen |= cluster
            wrong += _unlike(db, cluster)
    yield from fills.flaws(db)
    for id in sorted(wrong):
        yield f"families: document {id} is in another family, or leads one, than its copies say. {SETTLE} --rebuild"


def _unlike(db: Database, cluster: set[str]) -> list[str]:
    """The documents of a cluster that stand otherwise than they would be settled."""
    documents = {str(row["id"]): row for row in _documents(db, sorted(cluster))}
    wrong = []
    for members in groups(list(documents), pairs.links(db.conn, cluster)):
        best = canonical([documents[id] for id in sorted(members)])["id"]
        wrong += [
            id
            for id in members
            if documents[id]["family_id"] != min(members) or documents[id]["canonical"] != int(id == best)
        ]
    return wrong
