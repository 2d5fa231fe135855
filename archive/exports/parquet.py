"""Documents as Parquet: typed columns from the fields of `Document`, lists as lists, in row groups of fixed size.

The columns that are JSON in the table become lists here, `quality_parts` a list of (name, share): every reader knows
lists, few know maps. Nothing is lost: `row` gives back what the table holds.
"""

import json
from collections.abc import Iterable, Mapping, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from itertools import accumulate
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO
from urllib.parse import quote

from archive.exports.corpus import NAMES, Columns, Corpus, in_columns
from archive.rows import Row, Value, to_json
from archive.schema import JSON_COLUMNS, SQL_TYPES, column_kind
from pipelines.document import COLUMNS

if TYPE_CHECKING:
    import pyarrow
ROW_GROUP = 1_000  # documents; some 5 MB of them, so that memory stays flat whatever the archive's size
UNIQUE = frozenset({"id", "url", "title", "title_hans", "text", "text_hans", "reading", "content_digest", "article_id"})
REPEATED = [
    name for name in NAMES if name not in UNIQUE
]  # a dictionary of whole texts costs half the time, for nothing
NULL_PART = "__HIVE_DEFAULT_PARTITION__"  # as Hive names what has no value


def parquet(corpus: Corpus, out: BinaryIO) -> None:
    """One Parquet file."""
    write(corpus.batches(ROW_GROUP), out)


def partitioned(corpus: Corpus, folder: Path) -> None:
    """A folder of Parquet files, `host=example.org/month=2024-05/part-0.parquet`, as Hive names them."""
    for key, rows in corpus.parts():
        names = zip(corpus.options.partition, key, strict=True)
        place = folder.joinpath(*(f"{name}={quote(value, safe='') if value else NULL_PART}" for name, value in names))
        place.mkdir(parents=True)
        with (place / "part-0.parquet").open("wb") as out:
            write(in_columns(rows, ROW_GROUP), out)


def write(batches: Iterable[Columns], out: BinaryIO) -> None:
    """Documents as Parquet, a batch a row group. One is compressed while the next is read.

    Only what holds no lock of Python's goes beside the reading: SQLite waits for that lock after each row.
    """
    from pyarrow.parquet import ParquetWriter  # takes longer to load than most verbs take to run

    kinds = schema()
    how = {"compression": "zstd", "compression_level": 1, "use_dictionary": REPEATED, "write_statistics": REPEATED}
    with ParquetWriter(out, kinds, **how) as writer, ThreadPoolExecutor(1) as beside:
        before: Future[None] | None = None
        for batch in batches:
            record = _record(batch, kinds)
            if before:
                before.result()
            before = beside.submit(writer.write_batch, record)
        if before:
            before.result()


def schema() -> "pyarrow.Schema":
    """The Parquet type of each column, and what it says, from the fields of `Document`."""
    import pyarrow as pa

    plain = {"TEXT": pa.string(), "INTEGER": pa.int64(), "REAL": pa.float64()}
    nested = {
        "outline": pa.struct(
            [("level", pa.int64()), ("number", pa.string()), ("text", pa.string()), ("start", pa.int64())]
        ),
        "quality_parts": pa.struct([("name", pa.string()), ("share", pa.float64())]),
    }
    found = []
    for column in COLUMNS:
        kind, nullable = column_kind(column.type)
        of = pa.list_(nested.get(column.name, pa.string())) if column.name in JSON_COLUMNS else plain[SQL_TYPES[kind]]
        found.append(pa.field(column.name, of, nullable, {"description": column.metadata["help"]}))
    return pa.schema(found)


def row(values: Mapping[str, object]) -> Row:
    """A row of a Parquet file as the table of documents has it."""
    return {name: _stored(name, values[name]) for name in NAMES}


def _record(batch: Columns, kinds: "pyarrow.Schema") -> "pyarrow.RecordBatch":
    import pyarrow as pa

    return pa.RecordBatch.from_arrays([_array(batch[field.name], field) for field in kinds], schema=kinds)


def _array(values: Sequence[Value | bytes], field: "pyarrow.Field") -> "pyarrow.Array":
    import pyarrow as pa

    if field.name in JSON_COLUMNS:
        return _lists(values, field)
    if field.type == pa.string():  # UTF-8 as SQLite keeps it: to check it again takes as long as all the rest
        found = pa.array(values, pa.binary())
        return pa.Array.from_buffers(field.type, len(found), found.buffers())
    return pa.array(values, field.type)


def _lists(values: Sequence[Value | bytes], field: "pyarrow.Field") -> "pyarrow.Array":
    """A JSON column as Arrow takes it. What several documents have is read once."""
    import pyarrow as pa

    places = {value: n for n, value in enumerate(dict.fromkeys(values))}
    if len(places) == len(values):
        return _flat(values, field)
    return _flat([*places], field).take(pa.array([places[value] for value in values]))


def _flat(values: Sequence[Value | bytes], field: "pyarrow.Field") -> "pyarrow.Array":
    """Built flat, which is three times as fast as from lists of objects."""
    import pyarrow as pa

    found = json.loads(b"[%b]" % b",".join(_json(value) for value in values))
    if field.name == "quality_parts":
        found = [[*one.items()] if one is not None else None for one in found]
    flat = [one for ones in found if ones for one in ones]
    of = field.type.value_type
    if pa.types.is_struct(of):
        columns = zip(*flat, strict=True) if flat else ([] for _ in of)
        inner = pa.StructArray.from_arrays(
            [pa.array(one, kind.type) for one, kind in zip(columns, of, strict=True)], fields=[*of]
        )
    else:
        inner = pa.array(flat, of)
    offsets = [0, *accumulate(len(ones or ()) for ones in found)]
    nulls = pa.array([ones is None for ones in found], pa.bool_())
    return pa.ListArray.from_arrays(pa.array(offsets, pa.int32()), inner, field.type, mask=nulls)


def _json(value: Value | bytes) -> bytes:
    return b"null" if value is None else value if isinstance(value, bytes) else str(value).encode()


def _stored(name: str, value: object) -> Value:
    if name not in JSON_COLUMNS or value is None:
        return value  # type: ignore[return-value]
    assert isinstance(value, list)
    if name == "outline":
        return to_json([[one["level"], one["number"], one["text"], one["start"]] for one in value])
    if name == "quality_parts":
        return to_json({one["name"]: one["share"] for one in value})
    return to_json(value)
