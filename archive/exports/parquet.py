"""Documents as Parquet: typed columns from the fields of `Document`, lists as lists, in row groups of fixed size.

The columns that are JSON in the table become lists here, `quality_parts` a list of (name, share): every reader knows
lists, few know maps. Nothing is lost: `columns` gives back what the table holds.
"""

import json
from collections.abc import Iterable, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from itertools import accumulate, pairwise
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO
from urllib.parse import quote

from archive.exports import exchange
from archive.exports.corpus import NAMES, Columns, Corpus, in_columns
from archive.rows import Value, to_json
from archive.schemas.columns import JSON_COLUMNS, SQL_TYPES, column_kind
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
    if corpus.options.everything:
        exchange.write(corpus.db, folder)


def notes(corpus: Corpus) -> dict[str, object]:
    """What a manifest says of the tables that stand beside the documents."""
    return exchange.notes(corpus.db) if corpus.options.everything else {}


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


def columns(batch: "pyarrow.RecordBatch | pyarrow.Table") -> dict[str, list[Value]]:
    """What a Parquet file holds, column by column, as the table of documents has it."""
    return {
        name: [one for array in _arrays(batch, name) for one in _values(name, array)] for name in batch.schema.names
    }


def _arrays(batch: "pyarrow.RecordBatch | pyarrow.Table", name: str) -> "Iterable[pyarrow.Array]":
    found = batch.column(name)
    return getattr(found, "chunks", (found,))


def _values(name: str, array: "pyarrow.Array") -> list[Value]:
    """By way of NumPy, whose lists of strings are made ten times as fast as Arrow's."""
    import pyarrow as pa

    if array.null_count == len(array):
        return [None] * len(array)
    if name in JSON_COLUMNS:
        return _json_texts(name, array)
    if array.null_count == 0 or pa.types.is_string(array.type):
        found: list[Value] = array.to_numpy(zero_copy_only=False).tolist()
        return found
    return array.to_pylist()  # type: ignore[no-any-return]


def _json_texts(name: str, array: "pyarrow.ListArray") -> list[Value]:
    """A column of lists as JSON."""
    import pyarrow as pa

    if not (pa.types.is_list(array.type) or pa.types.is_large_list(array.type)):
        raise ValueError(f"its {name} is {array.type}, not a list")
    inner = array.values
    parts = inner.flatten() if pa.types.is_struct(inner.type) else [inner]
    flat = [*zip(*(part.to_pylist() for part in parts), strict=True)] if len(parts) > 1 else parts[0].to_pylist()
    make = dict if name == "quality_parts" else list
    places = zip(array.is_null().to_pylist(), pairwise(array.offsets.to_pylist()), strict=True)
    return [None if null else to_json(make(flat[start:end])) for null, (start, end) in places]


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
