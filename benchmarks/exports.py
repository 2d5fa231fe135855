"""python -m benchmarks.exports: how fast documents are exported and stored again, and in how much memory.

The archive is generated: texts of the sample, their paragraphs drawn anew by a fixed seed, so that pages differ and
compress as real ones do. Each format is exported by a process of its own, whose peak of memory is measured.
"""

import json
import os
import random
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from hashlib import sha256
from pathlib import Path

import click
from sqlite_utils import Database

from archive.export import FORMATS
from archive.exports.corpus import NAMES
from archive.imports import import_
from archive.progress import Progress
from archive.rows import Row
from archive.store import begin_crawl, open_archive
from pipelines.document import SOFTWARE, Knowledge, article_id
from pipelines.fingerprint import content_digest

TEXTS = Path(__file__).parent.parent / "sample" / "texts"
LENGTH = 1_500  # characters of a document: the median of the real pages has some 1,600
HOSTS = 200
DAYS = 700
BATCH = 1_000


@click.command(context_settings={"help_option_names": ["-h", "--help"]})
@click.option("--documents", default=200_000, show_default=True, type=click.IntRange(1), help="How many.")
@click.option("--format", "forms", multiple=True, type=click.Choice(sorted(FORMATS)), default=["parquet"])
@click.option("--store", is_flag=True, help="Also make an archive of the export: the bulk path, its index apart.")
@click.option("--folder", type=click.Path(path_type=Path, file_okay=False), help="Keep the archive there, or use it.")
def main(documents: int, forms: tuple[str, ...], store: bool, folder: Path | None) -> None:
    """Export generated documents, and say how many a second, in how many MB of memory, to how many MB of file."""
    with tempfile.TemporaryDirectory() as temporary:
        place = folder or Path(temporary)
        archive = place / "archive.db"
        if not archive.exists():
            generate(archive, documents)
        for form in forms:
            target = Path(temporary) / f"out.{form}"
            click.echo(measured(archive, documents, form, target))
            if store and form in ("jsonl", "parquet"):
                click.echo(stored(target, documents, Path(temporary) / f"{form}.db"))


def generate(archive: Path, documents: int) -> None:
    """An archive of so many documents, without captures, ledgers or an index."""
    archive.parent.mkdir(parents=True, exist_ok=True)
    db = open_archive(archive, create=True)
    begin_crawl(db, "generated", "{}")
    conn = db.conn
    conn.execute("PRAGMA foreign_keys = OFF")
    for (trigger,) in [*conn.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'")]:
        conn.execute(f"DROP TRIGGER {trigger}")
    conn.execute("BEGIN")
    _insert(db, documents)
    conn.execute("COMMIT")
    db.close()


def _insert(db: Database, documents: int) -> None:
    marks = ", ".join("?" * len(NAMES))
    pages = "INSERT INTO pages(id, url, host, rules) VALUES (?, ?, ?, '{}')"
    for first in range(0, documents, BATCH):
        rows = [*_rows(first, min(first + BATCH, documents))]
        db.conn.executemany(pages, [(row["article_id"], row["url"], str(row["url"]).split("/")[2]) for row in rows])
        db.conn.executemany(
            f"INSERT INTO documents VALUES ({marks})", [tuple(row[name] for name in NAMES) for row in rows]
        )


def _rows(first: int, last: int) -> Iterator[Row]:
    paragraphs = _paragraphs()
    for number in range(first, last):
        chance = random.Random(number)
        lines: list[str] = []
        while sum(map(len, lines)) < LENGTH:
            lines.append(chance.choice(paragraphs))
        yield _row(number, chance, "\n".join(lines))


def _paragraphs() -> list[str]:
    bodies = (path.read_text("utf-8").partition("\n---\n")[2] for path in sorted(TEXTS.glob("*.txt")))
    return sorted({line.strip() for body in bodies for line in body.split("\n") if len(line) > 20})


def _row(number: int, chance: random.Random, text: str) -> Row:
    url = f"http://host{number % HOSTS}.test/{sha256(str(number).encode()).hexdigest()[:8]}.html"
    key, title = article_id(url), f"{chance.randint(2005, 2020)}年工作总结（{number}）"
    signed = f"{chance.randint(2005, 2020)}-{chance.randint(1, 12):02d}-{chance.randint(1, 28):02d}"
    known: Row = dict.fromkeys(NAMES)
    return known | {
        "id": f"{key}-0",
        "url": url,
        "part": 1,
        "parts": 1,
        "article_id": key,
        "fetch_id": 1,
        "version": 1,
        "title": title,
        "title_hans": title,
        "text": text,
        "text_hans": text,
        "genre": "总结",
        "script": "hans",
        "signed_on": signed,
        "signed_by": "某局",
        "redated": 0,
        "status": "complete",
        "quality": 0.9,
        "damage": json.dumps(chance.sample(["numbers_lost", "pinyin", "names_masked"], chance.randint(0, 2))),
        "quality_parts": json.dumps({"holes": 1.0, "marks": round(chance.random(), 2)}),
        "outline": json.dumps([[1, "一、", "工作回顾", 20], [1, "二、", "存在问题", 400]], ensure_ascii=False),
        "content_digest": content_digest(title, text),
        "knowledge_id": Knowledge().id,
        "software": SOFTWARE,
        "archived_at": f"2026-{1 + number % DAYS % 12:02d}-{1 + number % 28:02d}T00:00:00Z",
        "source_start": 0,
        "source_end": len(text),
        "canonical": 1,
    }


def measured(archive: Path, documents: int, form: str, target: Path) -> str:
    """One export, in a sentence. The manifest is part of it."""
    command = [
        sys.executable,
        "-m",
        "archive",
        "--archive",
        str(archive),
        "export",
        "--format",
        form,
        "-o",
        str(target),
    ]
    begun = time.monotonic()
    process = subprocess.Popen(command, stderr=subprocess.DEVNULL)
    _, status, used = os.wait4(process.pid, 0)
    seconds = time.monotonic() - begun
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode:
        raise click.ClickException(f"{form} failed: {' '.join(command)}")
    paths = [target] if target.is_file() else [path for path in target.rglob("*") if path.is_file()]
    size = sum(path.stat().st_size for path in paths)
    return (
        f"{form}: {documents:,} documents in {seconds:.1f} s ({used.ru_utime + used.ru_stime:.1f} s of the processor), "
        f"{documents / seconds:,.0f} a second, at most {used.ru_maxrss / 1024:,.0f} MB of memory, "
        f"{size / 1_000_000:,.0f} MB written"
    )


class _Stages(Progress):
    """When each stage began and ended."""

    def __init__(self) -> None:
        self.seconds: dict[str, float] = {}

    def start(self, label: str, total: int) -> None:
        """A stage begins."""
        self._label, self._begun = label, time.monotonic()

    def stop(self) -> None:
        """It ends; so does the whole, after the last."""
        self.seconds.setdefault(self._label, time.monotonic() - self._begun)


def stored(path: Path, documents: int, archive: Path) -> str:
    """One import, in a sentence: rows and index apart, and the commit of both."""
    stages, begun = _Stages(), time.monotonic()
    import_(open_archive(archive, create=True), path, stages)
    seconds = time.monotonic() - begun
    index = stages.seconds["index"]
    return (
        f"import of {path.suffix[1:]}: {documents:,} documents in {seconds:.1f} s; without the index "
        f"{documents / (seconds - index):,.0f} a second, the index {documents / index:,.0f} a second, "
        f"{archive.stat().st_size / 1_000_000:,.0f} MB"
    )


if __name__ == "__main__":
    main()
