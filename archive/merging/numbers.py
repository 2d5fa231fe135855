"""Numbers of rows, anew for the merged archive: by what the rows say, never by the order in which sources were named.

A crawl, a takedown or a rebuild is known by all that its row says, a capture by its time, its address, its answer and
its bodies. The same in two sources is one row; two alike in one source stay two.
"""

import re
from array import array
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from sqlite_utils import Database

from archive.merging.sources import Source
from archive.removing.tombstones import URN
from archive.rows import Row, Value, to_json
from pipelines.document import article_id

_NAMED = re.compile(r"(?<=takedown )\d+")  # in the reasons and the evidence that takedowns leave

STAGED = """
CREATE TEMP TABLE staged(
    source INTEGER, old INTEGER, at TEXT, key TEXT, rank INTEGER, file TEXT, start INTEGER, crawl INTEGER
);
CREATE TEMP TABLE captures AS
    WITH same AS (  -- a record is one capture, whatever else the rows of two sources say of it
        SELECT source, old, at, rank, file, start, crawl,
               CASE WHEN file = '' THEN key ELSE min(key) OVER (PARTITION BY file, start) END AS key FROM staged
    ),
    counted AS (
        SELECT *, row_number() OVER (PARTITION BY source, key ORDER BY rank, file, start, crawl, old) AS k FROM same
    ),
    chosen AS (
        SELECT *, row_number() OVER (PARTITION BY key, k ORDER BY rank, file, start, crawl, source) AS nth FROM counted
    ),
    numbered AS (
        SELECT key, k, row_number() OVER (ORDER BY at, file, start, key, k) AS new FROM chosen WHERE nth = 1
    )
    SELECT c.source, c.old, n.new, c.nth = 1 AS is_chosen FROM chosen c JOIN numbered n USING (key, k);
DROP TABLE staged;
"""


@dataclass(slots=True)
class Numbers:
    """For each source the new numbers of its rows."""

    small: dict[str, list[dict[int, int]]] = field(default_factory=dict)  # crawls, takedowns, rebuilds
    captures: "list[array[int]]" = field(default_factory=list)  # by the old number; 0 for none

    def of(self, table: str, source: int, old: Value) -> int | None:
        """The new number of a row; None where there is no such row."""
        if old is None:
            return None
        number = int(old)
        if table != "fetches":
            return self.small[table][source].get(number)
        known = self.captures[source]
        return (known[number] or None) if 0 <= number < len(known) else None

    def told(self, source: int, text: Value) -> Value:
        """A text that names takedowns, with their new numbers."""
        if not isinstance(text, str) or "takedown " not in text:
            return text
        return renamed(text, lambda number: self.of("takedowns", source, number))


def numbered(
    sources: Sequence[Source], table: str, at: str, key: Callable[[Row], object], best: Callable[[Row], object]
) -> tuple[list[dict[int, int]], list[tuple[int, int, Row]]]:
    """New numbers for a small table, in order of the column `at` and of the rest; and of each the best of its rows."""
    found: dict[tuple[str, str, int], list[tuple[int, Row]]] = defaultdict(list)
    for n, source in enumerate(sources):
        counted: Counter[str] = Counter()
        for row in source.select(f"SELECT * FROM {table} ORDER BY id"):
            name = to_json(key(row))
            counted[name] += 1
            found[(str(row[at] or ""), name, counted[name])].append((n, row))
    numbers: list[dict[int, int]] = [{} for _ in sources]
    chosen = []
    for new, known in enumerate(sorted(found), 1):
        for n, row in found[known]:
            numbers[n][int(row["id"] or 0)] = new
        n, row = max(found[known], key=lambda one: to_json(best(one[1])))
        chosen.append((new, n, row))
    return numbers, chosen


def renamed(text: str, number: Callable[[int], int | None]) -> str:
    """A text that names takedowns, with the numbers that they have elsewhere."""
    return _NAMED.sub(lambda match: str(number(int(match[0])) or match[0]), text)


def but(row: Row, *names: str) -> list[Value]:
    """What a row says, apart from some columns."""
    return [value for name, value in row.items() if name not in ("id", *names)]


def anonymous(row: Row) -> list[Value]:
    """What a takedown says, whatever numbers others have and how far it came."""
    return [_NAMED.sub("", str(row["reason"])), *but(row, "reason", "stage", "finished_at")]


def stage_captures(
    db: Database, sources: Sequence[Source], names: Mapping[tuple[int, str], str], numbers: Numbers
) -> None:
    """Number all captures. The table `captures` says which row of which source each is taken from."""
    stage, _, rest = STAGED.partition(";")
    db.conn.execute(stage)
    for n, source in enumerate(sources):
        db.conn.executemany("INSERT INTO staged VALUES (?, ?, ?, ?, ?, ?, ?, ?)", _staged(n, source, names, numbers))
    for statement in filter(str.strip, rest.split(";")):
        db.conn.execute(statement)
    for n, source in enumerate(sources):
        (last,) = next(source.rows("SELECT coalesce(max(id), 0) FROM fetches"))
        known = array("q", bytes(8 * (int(last or 0) + 1)))
        for old, new in db.conn.execute("SELECT old, new FROM captures WHERE source = ?", (n,)):
            known[old] = new
        numbers.captures.append(known)


def _staged(
    n: int, source: Source, names: Mapping[tuple[int, str], str], numbers: Numbers
) -> Iterator[tuple[Value, ...]]:
    rows = source.rows(
        "SELECT id, fetched_at, warc_file, warc_offset, crawl_id, taken_down, redacted, url, status, path,"
        " content_type, etag, last_modified, payload_digest, body_digest FROM fetches ORDER BY id"
    )
    for id, at, file, start, crawl, taken, redacted, url, *rest in rows:
        page = str(url).removeprefix(URN) if str(url).startswith(URN) else article_id(str(url))
        key = to_json([at, page] if taken else [at, url, *rest])  # of a removed one the row says no more than that
        name = names.get((n, str(file)), file)
        # What was treated comes first, then what is there.
        rank = 2 * int(not (taken or redacted)) + int(bool(file) and source.file(str(file)) is None)
        yield n, id, at, key, rank, name, start, numbers.of("crawls", n, crawl)
