"""Which capture a revisit refers to, among all that stand in a folder of WARC files, whichever tool wrote it.

By address and time, as WARC/1.1 has it; else by the digest of the body, for wget and older crawlers name a record id
alone. What is not certain is no original: an answer 304 that names neither time nor digest is of unknown content.
"""

import json
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from archive.warcs import cdxj, sealing
from archive.warcs.reading import read
from archive.warcs.records import Record, WarcError, normal


@dataclass(frozen=True, slots=True)
class Place:
    """Where a record stands."""

    file: str
    offset: int


@dataclass(frozen=True, slots=True)
class _Entry:
    """A capture with a body, as an index has it."""

    url: str
    stamp: str
    digest: str
    place: Place


@dataclass(slots=True)
class Originals:
    """The captures of a folder that have bodies. Read when the first revisit asks."""

    warc_dir: Path
    _at: dict[tuple[str, str], list[_Entry]] = field(default_factory=dict)
    _of: dict[str, list[_Entry]] = field(default_factory=dict)
    _is_read: bool = False

    def of(self, revisit: Record) -> tuple[Place, Record] | None:
        """The capture that has a revisit's body; None where it is not here, or not certain."""
        if not (revisit.refers_to.is_same_payload or revisit.refers_to.is_not_modified):
            return None  # as WARC has it: a profile that is not known is not interpreted
        self._read()
        for entry in self._candidates(revisit):
            try:
                return entry.place, read(self.warc_dir, entry.place.file, entry.place.offset)
            except WarcError:  # damaged: another may have the same body
                continue
        return None

    def _candidates(self, revisit: Record) -> Iterator[_Entry]:
        """The best first."""
        said, digest = revisit.refers_to, normal(revisit.payload_digest)
        if said.date:
            for entry in self._at.get((said.url or revisit.url, cdxj.stamp(said.date)), ()):
                if digest in ("", entry.digest):
                    yield entry
        if digest:
            wanted, now = said.url or revisit.url, cdxj.stamp(revisit.date)
            yield from sorted(self._of.get(digest, ()), key=lambda one: (one.url != wanted, one.stamp > now, one.stamp))

    def _read(self) -> None:
        if self._is_read:
            return
        self._is_read = True
        for name in sealing.closed(self.warc_dir):
            for line in _lines(self.warc_dir / name):
                _, stamp, told = line.decode().split(" ", 2)
                entry = json.loads(told)
                if entry.get("mime") != "warc/revisit":
                    place = Place(name, int(entry["offset"]))
                    found = _Entry(entry["url"], stamp, normal(entry["digest"]), place)
                    self._at.setdefault((found.url, stamp), []).append(found)
                    self._of.setdefault(found.digest, []).append(found)


def _lines(path: Path) -> Iterator[bytes]:
    try:
        yield from cdxj.path_of(path).read_bytes().splitlines()
    except FileNotFoundError:
        yield from cdxj.lines(path, path.name)
