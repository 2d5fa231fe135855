"""Whether captures can be read where their rows say, and are what their rows say; and the files that they stand in."""

from collections import Counter
from collections.abc import Generator, Iterator
from pathlib import Path

from sqlite_utils import Database

from archive import warc
from archive.checking import shared
from archive.progress import Progress
from archive.rows import Row, select
from archive.warcs import cdxj, fixity, sealing

Problems = Iterator[str]
COMPLETE = "Complete it: python -m archive takedown"
LIST = "Make it: python -m archive cdxj"
SECONDS = len("2025-01-01T00:00:00")  # of a time that two tools agree in: one may write fractions of seconds


def files(db: Database, known: Counter[str], warc_dir: Path, progress: Progress) -> Problems:
    """Torn members, digests that do not fit, indexes of something else; files that no capture stands in."""
    paths = sorted(path for path in warc_dir.glob("**/*") if path.name.endswith((".warc", ".warc.gz", warc.OPEN)))
    listed = fixity.listed(warc_dir)
    names = {str(path.relative_to(warc_dir)) for path in paths}
    unknown = sorted(name for name in names if name.removesuffix(warc.OPEN) not in known)
    strange = {*unknown} - shared.accounted(db, warc_dir, unknown, known) if unknown else set()
    progress.start("WARC files", len(paths))
    for path in paths:
        name = str(path.relative_to(warc_dir))
        yield from (f"WARC: {problem}" for problem in warc.check(path))
        yield from (f"WARC: {path.name}: {problem}" for problem in _seal(path, listed.get(name)))
        if name in strange:
            yield f"WARC: {path.name}: the archive knows no capture in it. Take it in: python -m archive ingest {path}"
        progress.step()
    progress.stop()
    there = {name.removesuffix(warc.OPEN) for name in names}
    for name in sorted(listed.keys() - there - known.keys()):
        yield f"WARC: {name}: {fixity.MANIFEST} lists it, and it is not there"


def _seal(path: Path, digest: str | None) -> Problems:
    """That a closed file is what it was when it was closed, and its index is of it. An open one has neither yet."""
    if path.name.endswith(warc.OPEN):
        return
    if digest is None:
        yield f"{fixity.MANIFEST} does not list it. {LIST}"
    elif fixity.digest_of(path) != digest:
        yield f"it has another SHA-256 than {fixity.MANIFEST} says: it was damaged, or changed by something else"
    if not sealing.is_indexed(path):
        yield f"its index {cdxj.path_of(path).name} is not there, or of something else. {LIST}"


def absent(known: Counter[str], warc_dir: Path) -> Generator[str, None, set[str]]:
    """The WARC files that captures stand in and that are not there: a line each, not one a capture."""
    found = set()
    for name, captures in sorted(known.items()):
        if name and not warc.exists(warc_dir, name):
            found.add(name)
            yield f"WARC: {name} is not in {warc_dir}; {captures:,} captures stand in it"
    return found


def capture(db: Database, warc_dir: Path, row: Row) -> Problems:
    """That a capture can be read where its row says, and is what its row says."""
    where = f"capture {row['id']} ({row['url']})"
    try:
        record = warc.read(warc_dir, str(row["warc_file"]), int(row["warc_offset"] or 0))
    except warc.WarcError as error:
        yield f"{where}: {error}"
        return
    yield from (f"{where}: {problem}" for problem in _problems(db, row, record))


def _problems(db: Database, row: Row, record: warc.Record) -> Problems:
    if row["taken_down"]:
        if record.kind != "metadata":
            yield f"it was taken down, and stands in its WARC file still. {COMPLETE}"
        return
    if record.url != row["url"]:
        yield f"the record is of {record.url}"
    if record.payload_digest and record.payload_digest != row["payload_digest"]:
        yield f"the record's digest is {record.payload_digest}, the row's {row['payload_digest']}"
    if record.kind == "revisit":
        yield from _revisit(db, row, record)
    elif row["revisit_of"] is not None:
        yield f"the row says that it is a revisit of capture {row['revisit_of']}, the record is a {record.kind}"
    elif warc.body_digest(record) != row["body_digest"]:
        yield "the body has another digest than the row says"


def _revisit(db: Database, row: Row, record: warc.Record) -> Problems:
    """That the capture that a revisit is of is the one that its record names, and has the body that its row says."""
    if row["revisit_of"] is None:
        yield "it is a revisit, and the row does not say of which capture"
        return
    for original in select(db, "SELECT * FROM fetches WHERE id = ?", row["revisit_of"]):
        named = f"capture {original['id']}, of which it is a revisit,"
        said = record.refers_to
        if said.url not in ("", original["url"]) or not str(original["fetched_at"]).startswith(said.date[:SECONDS]):
            yield f"{named} is another than its record names: {said.url} of {said.date}"
        if original["revisit_of"] is not None:
            yield f"{named} is a revisit itself"
        if original["body_digest"] != row["body_digest"]:
            yield f"{named} has another body"
        if original["taken_down"]:
            yield f"{named} was taken down. {COMPLETE}"
