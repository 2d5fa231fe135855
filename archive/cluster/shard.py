"""One shard restored: from its captures to an archive and a Parquet file, each there whole or not at all.

The corridor, its pool and its limits are those of `rebuild`. It is worked on in this machine's own temporary folder,
since SQLite's locks do not hold on every network's file system, and moved beside its final name at the end.
"""

import json
import os
import shutil
from dataclasses import asdict, dataclass, field
from pathlib import Path
from socket import gethostname
from tempfile import TemporaryDirectory

from sqlite_utils import Database

from archive import export, rebuild, rows
from archive.cluster.plan import Place, load, sealed
from archive.errors import ArchiveError
from archive.exports.corpus import Options
from archive.pool import restored
from archive.progress import Progress
from archive.rows import Stored
from archive.searching import fulltext
from archive.store import begin_crawl, end_crawl, open_archive, transaction
from archive.warcs.openness import sync_directory


@dataclass(slots=True)
class Done:
    """What a shard became."""

    pages: int = 0
    documents: int = 0
    rejected: dict[str, int] = field(default_factory=dict)  # by the code of the reason
    problems: list[str] = field(default_factory=list)  # pages whose captures cannot be read


def restore_shard(place: Place, warc_dir: Path, patience: float) -> Done:
    """Restore a shard; a page may take `patience` seconds, or is rejected with that as the reason."""
    load(place.folder).check()
    if not place.planned.is_file():
        raise ArchiveError(f"{place.planned} is missing. Plan anew")
    with TemporaryDirectory(prefix="shard-") as folder:
        here = Path(folder, place.archive.name)
        shutil.copyfile(place.planned, here)
        db = open_archive(here)
        done = _restored(db, warc_dir, place, patience)
        corpus = Path(folder, place.parquet.name)
        export.export(db, warc_dir, "parquet", corpus, Options(), Progress())
        sealed(db)
        for path in sorted(Path(folder).glob(f"{corpus.name}*")):  # with its manifest
            _moved(path, place.parquet.with_name(path.name))
        _moved(here, place.archive)
    return done


def _restored(db: Database, warc_dir: Path, place: Place, patience: float) -> Done:
    """Everything through the corridor, in order, into the shard's own tables."""
    done = Done()
    crawl = begin_crawl(db, f"shard {place.number}", json.dumps({"patience": patience}))
    jobs = rebuild.jobs(db, warc_dir, rebuild.entered(db), None, done.problems)
    with transaction(db), fulltext.deferred(db.conn, Progress()):
        for outcome in restored(jobs, workers=1, patience=patience):
            rows.write(db, Stored.nothing(), rows.of(outcome))  # copies are looked for where all documents are
            done.documents += len(outcome.documents)
            done.pages += 1
            if outcome.rejected:
                code = outcome.rejected.partition(":")[0]
                done.rejected[code] = done.rejected.get(code, 0) + 1
    end_crawl(db, crawl, "finished", json.dumps(asdict(done), ensure_ascii=False))
    return done


def _moved(path: Path, target: Path) -> None:
    """Copy a file to a folder that other machines see, and give it its name when it is whole."""
    partial = target.with_name(f".{target.name}.{gethostname()}.{os.getpid()}.part")
    try:
        with path.open("rb") as source, partial.open("wb") as copy:
            shutil.copyfileobj(source, copy, 1 << 20)
            copy.flush()
            os.fsync(copy.fileno())
        partial.replace(target)
    finally:
        partial.unlink(missing_ok=True)
    sync_directory(target.parent)
