"""An article that several archives have: which of them it is taken from, and what becomes of the others' documents.

The one whose page came last is current; what it said before, by another archive, becomes a version, as if it had been
crawled again. Where one knows all that the others know, it is taken as it stands: so a merge that is done again, or
with less, changes nothing. All that decides is in the rows; the order of sources never does.
"""

import json
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from hashlib import sha256

from archive import rows
from archive.merging.numbers import Numbers
from archive.merging.sources import Source
from archive.rows import UNVERSIONED, Row, Stored, Value, to_json
from archive.versioning.versions import successors
from pipelines.document import COLUMNS

SAID = tuple(column.name for column in COLUMNS if column.name not in UNVERSIONED)
PLACES = frozenset({"fetch_id"})  # numbers of rows: they differ between archives that say the same
CAME = "(status BETWEEN 200 AND 299 OR status IN (0, 304))"  # 0: a file or an import
SEEN = f"SELECT max(CASE WHEN {CAME} THEN fetched_at END), max(fetched_at) FROM fetches WHERE url = ? OR id = ?"

Key = tuple[str, str]  # id of a document, digest of what it says


@dataclass(slots=True)
class State:
    """An article as one source has it."""

    source: int
    stored: Stored
    versions: list[Row]
    retired: list[Row]
    seen: str  # when its page came last
    asked: str  # when its page was last asked for, with success or not
    digest: str  # of all that is said of it
    place: int  # the capture of its page, by the number that it has in the merged archive: earlier ones have smaller
    now: frozenset[Key] = frozenset()
    ever: frozenset[Key] = frozenset()
    captures: frozenset[tuple[Key, str]] = frozenset()  # what was captured when; what rules changed apart

    @property
    def gone(self) -> Value:
        """Why its page was not found, or is no document, when it was last asked for."""
        page = self.stored.page
        return page["gone"] if self.stored.documents else page["rejected"]

    @property
    def captured(self) -> str:
        """When what stands here was captured."""
        return min((str(row["archived_at"]) for row in self.stored.documents), default=self.seen)

    @property
    def rank(self) -> tuple[int, str]:
        """What decides where nothing else does."""
        return self.place, self.digest


@dataclass(slots=True)
class Resolved:
    """What becomes of an article: a source's rows, and what is said otherwise than there."""

    source: int
    as_it_stands: bool  # with its versions and retired ids
    gone: Value = None
    numbers: dict[str, int] = field(default_factory=dict)  # id of a document -> its version
    versions: list[tuple[int, Row]] = field(default_factory=list)  # with the source of each
    retired: list[Row] = field(default_factory=list)


def load(n: int, source: Source, numbers: Numbers, key: str) -> State | None:
    """The article in a source."""
    with source.reading():
        stored = rows.load(source.db, key)
    if stored is None:
        return None
    stored.page["rejected"] = numbers.told(n, stored.page["rejected"])
    versions = source.select("SELECT * FROM document_versions WHERE id GLOB ? || '-*' ORDER BY id, version", key)
    retired = source.select("SELECT * FROM document_ids WHERE article_id = ? ORDER BY id", key)
    seen, asked = next(source.rows(SEEN, stored.page["url"], stored.page["fetch_id"]))
    now = frozenset((str(row["id"]), said(row)) for row in stored.documents)
    old = [(row, json.loads(str(row["document"]))) for row in versions]
    ever = now | {(str(row["id"]), said(document)) for row, document in old}
    some = [*stored.documents, *(document for row, document in old if row["cause"] == "capture")]
    captures = frozenset(((str(row["id"]), said(row)), str(row["archived_at"])) for row in some)
    digest = _digest(stored, len(versions))
    place = numbers.of("fetches", n, stored.page["fetch_id"]) or 0
    return State(n, stored, versions, retired, str(seen or ""), str(asked or ""), digest, place, now, ever, captures)


def said(document: Row) -> str:
    """The digest of what a document says: two rows of one version have the same."""
    return sha256(to_json([document.get(name) for name in SAID]).encode()).hexdigest()


def _digest(stored: Stored, versions: int) -> str:
    groups = (stored.article_pages, stored.edits, stored.gaps, stored.marks, stored.facts, stored.documents)
    told = [[_placeless(row) for row in group] for group in groups]
    return sha256(to_json([versions, _placeless(stored.page), told]).encode()).hexdigest()


def _placeless(row: Row) -> Row:
    return _but(row, PLACES)


def _but(row: Row, names: frozenset[str]) -> Row:
    return {name: value for name, value in row.items() if name not in names}


def resolve(states: Sequence[State]) -> Resolved:
    """What becomes of an article that several sources have."""
    best = _best(states)
    gone = max(states, key=lambda one: (one.asked, one.gone is None, str(one.gone))).gone
    if not best.stored.documents:
        gone = best.stored.page["gone"]
    found = Resolved(best.source, as_it_stands=all(one.ever <= best.ever for one in states), gone=gone)
    if not found.as_it_stands:
        _unite(found, best, states)
    return found


def _best(states: Sequence[State]) -> State:
    """The state that is current: the one that was seen last; of those that say the same, the first capture since it
    last said something else."""
    some = [one for one in states if one.stored.documents] or list(states)
    last = max(some, key=lambda one: (one.seen, not _is_superseded(one, some), _software(one), one.rank))
    same = [one for one in some if one.now == last.now]
    border = max((at for one in states for key, at in one.captures if key not in last.now), default="")
    same = [one for one in same if one.captured > border] or [last]
    return min(same, key=lambda one: (not _knows_all(one, states), one.captured, _reversed(_software(one)), one.rank))


def _is_superseded(one: State, states: Iterable[State]) -> bool:
    """Whether another archive had the very same, and has something else since."""
    return any(one.now != other.now and one.ever <= other.ever for other in states)


def _knows_all(one: State, states: Iterable[State]) -> bool:
    return all(other.ever <= one.ever for other in states)


def _software(one: State) -> tuple[int, ...]:
    """The release that restored it, to be compared."""
    said = max((str(row["software"]) for row in one.stored.documents), default="")
    return tuple(map(int, re.findall(r"\d+", said)))


def _reversed(release: tuple[int, ...]) -> tuple[int, ...]:
    return tuple(-number for number in release)


def _unite(found: Resolved, best: State, states: Sequence[State]) -> None:
    """Number what all sources have of the article's documents."""
    current = {str(row["id"]): row for row in best.stored.documents}
    kept = _kept(best, states)
    for id in sorted({one.id for one in kept} | current.keys()):
        mine = [one for one in kept if one.id == id]
        found.versions += [(one.source, {**json.loads(one.row), "version": n}) for n, one in enumerate(mine, 1)]
        found.numbers[id] = len(mine) + 1
    found.retired = list(_retired(best, states, {one.id for one in kept} - current.keys()))


@dataclass(frozen=True, slots=True, order=True)
class _Kept:
    """A version, in the order in which versions are numbered. Its source comes last: it must not decide."""

    id: str
    at: str  # of its capture
    until: str
    key: str
    text: str  # what it says, without the numbers of this or that archive
    source: int
    row: str = field(compare=False)  # as JSON

    @classmethod
    def of(cls, state: State, row: Row, document: Row) -> "_Kept":
        told = {**_but(document, PLACES | {"version"}), "ledger": row["ledger"], "cause": row["cause"]}
        return cls(
            str(row["id"]), str(document["archived_at"]), str(row["replaced_at"]), said(document), to_json(told),
            state.source, to_json(row),
        )  # fmt: skip


def _kept(best: State, states: Sequence[State]) -> list[_Kept]:
    """The versions of all sources, each once, and what gives way to the current one."""
    chosen: dict[tuple[str, str, str], _Kept] = {}  # by id, by what it says, and by when it was captured
    known: set[Key] = set()
    for state in states:
        for row in state.versions:
            one = _Kept.of(state, row, json.loads(str(row["document"])))
            known.add((one.id, one.key))
            place = (one.id, one.key, one.at)
            chosen[place] = min(one, chosen.get(place, one))
    for state in states:
        for document in state.stored.documents:
            one = _Kept.of(state, _version(best, state, document), document)
            if (one.id, one.key) not in known | best.now:
                place = (one.id, one.key, "")
                chosen[place] = min(one, chosen.get(place, one))
    return sorted(chosen.values())


def _version(best: State, state: State, document: Row) -> Row:
    """A document that gives way to what another source has."""
    until = max(best.captured, str(document["archived_at"]))
    return {
        "id": document["id"],
        "version": document["version"],
        "cause": "capture" if until > str(document["archived_at"]) else "rules",
        "replaced_at": until,
        "source_digest": state.stored.source_digest,
        "content_digest": document["content_digest"],
        "title": document["title"],
        "document": to_json(document),
        "ledger": rows.ledger_of(state.stored, document),
    }


def _retired(best: State, states: Sequence[State], vanished: set[str]) -> Iterator[Row]:
    """Ids that no document has now: as a source has them, or with the document that holds most of their text."""
    current = {str(row["id"]) for row in best.stored.documents}
    known: dict[str, Row] = {}
    for row in (row for state in states for row in state.retired if row["id"] not in current):
        other = known.setdefault(str(row["id"]), row)
        known[str(row["id"])] = min(row, other, key=lambda one: (str(one["retired_at"]), str(one["replaced_by"])))
    for id in sorted(vanished - known.keys()):
        others = [(state, row) for state in states for row in state.stored.documents if row["id"] == id]
        if not others:  # it had vanished before, and nobody noted when
            continue
        state, row = min(others, key=lambda one: (said(one[1]), one[0].rank))
        same = state.stored.page["source_text"] == best.stored.page["source_text"]
        into = successors((row,), best.stored.documents, same).get(id)
        known[id] = {
            "id": id, "article_id": row["article_id"], "retired_at": best.captured, "replaced_by": into
        }  # fmt: skip
    yield from (known[id] for id in sorted(known))
