"""Folders that describe themselves: a Hugging Face dataset with its card, and a Frictionless data package."""

import json
from collections.abc import Iterator
from hashlib import file_digest
from itertools import islice
from pathlib import Path

from archive import coverage
from archive.exports import manifest, parquet
from archive.exports.corpus import Corpus
from archive.exports.tables import write_csv
from archive.schemas.columns import JSON_COLUMNS, SQL_TYPES, column_kind
from pipelines.document import COLUMNS, SOFTWARE

SHARD = 50 * parquet.ROW_GROUP  # documents a file: some 100 MB, as the Hugging Face hub likes them
SIZES = (1_000, 10_000, 100_000, 1_000_000, 10_000_000)
TITLE = "Chinese work summaries, restored from the web"
DATE = r"^\d{4}(-\d{2}(-\d{2})?)?$"
DATES = ("published_on", "url_date", "signed_on", "era_from", "era_to")
FRICTIONLESS = {"TEXT": "string", "INTEGER": "integer", "REAL": "number"}


def huggingface(corpus: Corpus, folder: Path) -> None:
    """`data/train-00000-of-00001.parquet` … and README.md, the dataset card: `load_dataset(FOLDER)` takes it."""
    (folder / "data").mkdir()
    batches = corpus.batches(parquet.ROW_GROUP)
    shards = max(1, -(-corpus.expected // SHARD))
    for number in range(shards):
        with (folder / "data" / f"train-{number:05d}-of-{shards:05d}.parquet").open("wb") as out:
            parquet.write(islice(batches, SHARD // parquet.ROW_GROUP), out)
    (folder / "README.md").write_text("\n".join(_card(corpus)), "utf-8")


def _card(corpus: Corpus) -> Iterator[str]:
    """The dataset card: its header is YAML, every value of which is JSON, which YAML takes."""
    known = {
        "pretty_name": TITLE,
        "language": ["zh"],
        "license": "other",
        "license_name": "none-granted",
        "annotations_creators": ["machine-generated"],
        "language_creators": ["found"],
        "source_datasets": ["original"],
        "task_categories": ["text-generation", "text-classification"],
        "size_categories": [_size(corpus.documents)],
        "configs": [{"config_name": "default", "data_files": [{"split": "train", "path": "data/train-*.parquet"}]}],
    }
    yield from ("---", *(f"{name}: {json.dumps(value)}" for name, value in known.items()), "---", "", f"# {TITLE}", "")
    yield f"{corpus.documents:,} documents, {corpus.characters:,} characters, restored by {SOFTWARE}. {corpus.digest}"
    if asked := corpus.options.filters.given():
        yield f"\nOnly documents that fulfil: `{json.dumps(asked, ensure_ascii=False)}`."
    if corpus.options.mask_pii:
        yield f"\nMasked with {manifest.MASK}: {json.dumps(dict(sorted(corpus.masked.items())))}."
    stated = coverage.statement(corpus.db, corpus.figures)
    for heading, sentences in (
        ("What the archive holds", stated.holds),
        ("What it refused", stated.refused),
        ("What nobody must conclude from it", stated.beware),
        ("Rights", manifest.RIGHTS),
    ):
        yield from ("", f"## {heading}", "", *(f"- {sentence}" for sentence in sentences))
    yield from ("", "## Citation", "", manifest.citation(corpus), "", "## Columns", "", "| column | |", "|---|---|")
    yield from (f"| `{column.name}` | {column.metadata['help'].replace('|', '&#124;')} |" for column in COLUMNS)
    yield ""


def _size(documents: int) -> str:
    """The hub's name for a size."""
    names = ("n<1K", "1K<n<10K", "10K<n<100K", "100K<n<1M", "1M<n<10M", "10M<n<100M")
    return names[sum(documents >= size for size in SIZES)]


def frictionless(corpus: Corpus, folder: Path) -> None:
    """documents.csv and datapackage.json, with a schema that says of each column what it is."""
    path = folder / "documents.csv"
    with path.open("wb") as out:
        write_csv(corpus, out, "utf-8", safe=not corpus.options.raw_cells)
    with path.open("rb") as stream:
        digest = file_digest(stream, "sha256").hexdigest()
    escaped = "" if corpus.options.raw_cells else " An apostrophe before = + - @ is none of the text's."
    package = {
        "profile": "tabular-data-package",
        "name": "chinese-work-summaries",
        "title": TITLE,
        "description": f"{manifest.citation(corpus)}{escaped}",
        "licenses": [{"name": "none-granted", "title": manifest.RIGHTS[0], "path": manifest.NAME}],
        "sources": [{"title": host} for host in corpus.sources],
        "resources": [
            {
                "profile": "tabular-data-resource",
                "name": "documents",
                "path": path.name,
                "format": "csv",
                "mediatype": "text/csv",
                "encoding": "utf-8",
                "bytes": path.stat().st_size,
                "hash": f"sha256:{digest}",
                "schema": _schema(),
            }
        ],
    }
    (folder / "datapackage.json").write_text(json.dumps(package, ensure_ascii=False, indent=2) + "\n", "utf-8")


def _schema() -> dict[str, object]:
    return {"fields": [*_fields()], "primaryKey": "id", "missingValues": [""]}


def _fields() -> Iterator[dict[str, object]]:
    for column in COLUMNS:
        kind, nullable = column_kind(column.type)
        told: dict[str, object] = {"name": column.name, "description": column.metadata["help"]}
        rules: dict[str, object] = {}
        if column.name in JSON_COLUMNS:
            told["type"] = "object" if column.name == "quality_parts" else "array"
        else:
            told["type"] = FRICTIONLESS[SQL_TYPES[kind]]
        if column.name in DATES:
            rules["pattern"] = DATE
        if not nullable and told["type"] != "string":  # a table cannot tell '' from nothing
            rules["required"] = True
        if column.name == "id":
            rules |= {"required": True, "unique": True}
        yield {**told, "constraints": rules} if rules else told
