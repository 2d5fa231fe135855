"""What stands beside every export: which documents it holds, of which archive, how they are to be read and cited.

It holds no time of its own: the same archive and the same options give the same manifest, byte for byte.
"""

import json
from collections.abc import Iterable
from dataclasses import asdict, dataclass
from pathlib import Path

from archive import coverage, sites
from archive.exports import pii
from archive.exports.corpus import Corpus, archive_digest
from pipelines.document import SOFTWARE

NAME = "manifest.json"  # in a folder; beside a file it is FILE.manifest.json
HIDDEN = "_manifest.json"  # in a folder whose readers take every file for data unless its name begins so
KIND = "export of an archive of work summaries"  # how a folder is known to be an export, and may be replaced by one
MASK = pii.SIGN
DIGEST = "SHA-256 of a line 'id SP version SP content_digest LF' for each document, in the order of their ids"
RIGHTS = (
    "The texts were written by the units and persons that signed them and were published by the hosts below; this "
    "export grants no licence to them.",
    "Whether a work summary of an authority is an official document that copyright does not protect (Copyright Law of "
    "the People's Republic of China, article 5) must be judged document by document.",
    "Quote and analyse them with their source; ask the holder of the rights before you publish them again.",
    "Texts may name living persons. Do not use them to find, rate or contact a person.",
)


@dataclass(frozen=True, slots=True)
class File:
    """A file of the export."""

    path: str  # relative to the manifest
    bytes: int
    sha256: str


def manifest(corpus: Corpus, form: str, files: Iterable[File], notes: dict[str, object]) -> str:
    """The manifest of an export whose documents have all gone by, as JSON."""
    digest = corpus.digest if corpus.is_whole else archive_digest(corpus.db)
    figures, given = corpus.figures, corpus.sources
    told: dict[str, object] = {
        "kind": KIND,
        "format": form,
        "software": SOFTWARE,
        "query": corpus.options.filters.given(),
        "options": corpus.options.given(),
        "documents": corpus.documents,
        "characters": corpus.characters,
        "digest": corpus.digest,
        "archive": {"documents": figures.documents, "digest": digest},
        "digest_of": DIGEST,
        "masked": dict(sorted(corpus.masked.items())) if corpus.options.mask_pii else None,
        **notes,
        "citation": citation(corpus),
        "rights": RIGHTS,
        "sources": given,
        "sites": sites.told(corpus.db, given) or None,
        "coverage": asdict(coverage.statement(corpus.db, figures)),
        "files": [asdict(file) for file in files],
    }
    return json.dumps({name: value for name, value in told.items() if value is not None}, ensure_ascii=False, indent=2)


def citation(corpus: Corpus) -> str:
    """How the export is cited."""
    captured = corpus.figures.captured
    what = f"{corpus.documents:,} of its documents" if corpus.options.filters.given() else "all its documents"
    return (
        f"Archive of Chinese work summaries ({corpus.options.archive_id}), captured {captured}, "
        f"restored by {SOFTWARE}; {what}, {corpus.digest}."
    )


def is_export(folder: Path) -> bool:
    """Whether a folder was made by an export, by its manifest."""
    return any(_is_manifest(folder / name) for name in (NAME, HIDDEN))


def _is_manifest(path: Path) -> bool:
    try:
        found = json.loads(path.read_text("utf-8"))
    except (OSError, ValueError):
        return False
    return isinstance(found, dict) and found.get("kind") == KIND
