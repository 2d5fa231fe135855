"""Documents as Parquet: typed columns from the fields of `Document`, lists as lists, in row groups of fixed size.

The columns that are JSON in the table become lists here, `quality_parts` a list of (name, share): every reader knows
lists, few know maps. Nothing is lost: `row` gives back what the table holds.
"""

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import chain, islice
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO
from urllib.parse import quote

from archive.exports.corpus import NAMES, Corpus
from archive.rows import Row, Value, to_json
from archive.schema import JSON_COLUMNS, SQL_TYPES, column_kind
from pipelines.document import COLUMNS

if TYPE_CHECKING:
    import pyarrow

ROW_GROUP = 2_000  # documents; some 10 MB of them, so that memory stays flat whatever the archive's size
NULL_PART = "__HIVE_DEFAULT_PARTITION__"  # as Hive names what has no value


def parquet(corpus: Corpus, out: BinaryIO) -> None:
    """One Parquet file."""
    write(corpus, out)


def partitioned(corpus: Corpus, folder: Path) -> None:
    """A folder of Parquet files, `host=example.org/month=2024-05/part-0.parquet`, as Hive names them."""
    for key, rows in corpus.parts():
        names = zip(corpus.options.partition, key, strict=True)
        place = folder.joinpath(*(f"{name}={quote(value, safe='') if value else NULL_PART}" for name, value in names))
        place.mkdir(parents=True)
        with (place / "part-0.parquet").open("wb") as out:
            write(rows, out)


def write(rows: Iterable[Row], out: BinaryIO) -> None:
    """Rows as Parquet, a row group at a time."""
    from pyarrow.parquet import ParquetWriter  # takes longer to load than most verbs take to run

    kinds = schema()
    with ParquetWriter(out, kinds, compression="zstd", compression_level=1) as writer:
        for batch in _batches(rows):
            writer.write_batch(_columns(batch, kinds), row_group_size=ROW_GROUP)


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


def _batches(rows: Iterable[Row]) -> Iterator[Sequence[Row]]:
    """Row groups; one without documents where there are none, so that the file has its columns all the same."""
    stream = iter(rows)
    first = [*islice(stream, ROW_GROUP)]
    yield first
    yield from chain(iter(lambda: [*islice(stream, ROW_GROUP)], []))


def _columns(batch: Sequence[Row], kinds: "pyarrow.Schema") -> "pyarrow.RecordBatch":
    import pyarrow as pa

    columns = (
        [_typed(name, row[name]) for row in batch] if name in JSON_COLUMNS else [row[name] for row in batch]
        for name in NAMES
    )
    arrays = [pa.array(column, field.type) for column, field in zip(columns, kinds, strict=True)]
    return pa.RecordBatch.from_arrays(arrays, schema=kinds)


def _typed(name: str, value: Value) -> object:
    """A JSON column as Arrow takes it."""
    found = json.loads(str(value)) if value is not None else None
    if found is None:
        return None
    if name == "outline":
        return [dict(zip(("level", "number", "text", "start"), one, strict=True)) for one in found]
    if name == "quality_parts":
        return [{"name": part, "share": share} for part, share in found.items()]
    return found


def _stored(name: str, value: object) -> Value:
    if name not in JSON_COLUMNS or value is None:
        return value  # type: ignore[return-value]
    assert isinstance(value, list)
    if name == "outline":
        return to_json([[one["level"], one["number"], one["text"], one["start"]] for one in value])
    if name == "quality_parts":
        return to_json({one["name"]: one["share"] for one in value})
    return to_json(value)
