"""A brute-force search for runs of a text in every file of a folder. It shares no code with what removes them."""

import gzip
import html
import json
import random
import re
import sqlite3
import urllib.parse
import zlib
from collections.abc import Iterable, Iterator
from pathlib import Path

RUN = 8


def runs(text: str) -> set[str]:
    """Every eight characters in a row that hold no white space, and those of the text without any."""
    squeezed = "".join(text.split())
    lines = [*text.split("\n"), squeezed]
    return {line[at : at + RUN] for line in lines for at in range(len(line) - RUN + 1)} - {""}


def forms(run: str) -> Iterator[bytes]:
    """How a run may be written in a file."""
    for charset in ("utf-8", "gb18030", "utf-16-le", "utf-16-be"):
        yield run.encode(charset)
    yield " ".join(run).encode()
    yield "  ".join(run).encode()
    yield json.dumps(run)[1:-1].encode()
    yield json.dumps(run)[1:-1].upper().replace("\\U", "\\u").encode()
    yield urllib.parse.quote(run).encode()
    yield urllib.parse.quote(run.encode("gb18030")).encode()
    yield "".join(f"&#{ord(one)};" for one in run).encode()
    yield "".join(f"&#x{ord(one):x};" for one in run).encode()
    yield html.escape(run).encode()


def contents(folder: Path) -> Iterator[tuple[str, bytes]]:
    """Every file as it is; and unpacked: gzip members, bodies in them that are packed again, what tags divide."""
    for path in sorted(folder.rglob("*")):
        if not path.is_file():
            continue
        data = path.read_bytes()
        yield path.name, data
        if data[:2] == b"\x1f\x8b":
            for number, member in enumerate(members(data)):
                yield f"{path.name}#{number}", member
                for inner in inflated(member):
                    yield f"{path.name}#{number} unpacked", inner
        if data[:15] == b"SQLite format 3":
            yield f"{path.name} as cells", "\n".join(cells(path)).encode("utf-8", "surrogatepass")


def members(data: bytes) -> Iterator[bytes]:
    while data:
        unpack = zlib.decompressobj(31)
        yield unpack.decompress(data)
        data = unpack.unused_data


def inflated(member: bytes) -> Iterator[bytes]:
    body = member.partition(b"\r\n\r\n")[2].partition(b"\r\n\r\n")[2]
    for packed in (body[:-4], body):
        try:
            yield gzip.decompress(packed)
        except (OSError, EOFError, zlib.error):
            continue
    yield re.sub(rb"<[^<>]*>|\s", b"", member)


def cells(path: Path) -> Iterator[str]:
    """Every value of every table, shadow tables too, without white space."""
    for value in values(path):
        if isinstance(value, str):
            yield "".join(value.split())
            yield urllib.parse.unquote(value)
        elif isinstance(value, bytes):
            yield value.decode("utf-8", "ignore")


def values(path: Path) -> Iterator[object]:
    conn = sqlite3.connect(f"file:{path}?mode=ro", uri=True)
    for (table,) in conn.execute("SELECT name FROM sqlite_master WHERE type = 'table' AND sql NOT LIKE '%VIRTUAL%'"):
        for row in conn.execute(f'SELECT * FROM "{table}"'):
            yield from row
    conn.close()


def seams(folder: Path) -> tuple[set[str], set[str]]:
    """How values of databases end, and how they begin: in the file the next value stands right behind one."""
    ends, begins = set(), set()
    for path in folder.rglob("*.db"):
        for value in values(path):
            if isinstance(value, str):
                ends |= {value[-size:] for size in range(1, RUN)}
                begins |= {value[:size] for size in range(1, RUN)}
    return ends, begins


def leaks(folder: Path, removed: Iterable[str], kept: Iterable[str], most: int = 400) -> dict[str, list[str]]:
    """The runs of removed texts that stand in a file and in no kept text, by file; `most` of them are looked for.

    In a database as it lies on the disk, one may be the end of a kept value and the beginning of the next: 二分公司,
    2009-01-06. That is none. A text that was left there has many more.
    """
    whole = "\n".join(kept)
    there = runs(whole) | {one for text in whole.split("\n") for one in runs(text)}
    wanted = {one for text in removed for one in runs(text)} - there
    found: dict[str, list[str]] = {}
    everything = list(contents(folder))
    ends, begins = seams(folder)
    for run in random.Random(1).sample(sorted(wanted), min(most, len(wanted))):
        written = set(forms(run))
        is_seam = any(run[:at] in ends and run[at:] in begins for at in range(1, RUN))
        for name, data in everything:
            if any(form in data for form in written) and not (is_seam and name.endswith((".db", ".db-wal"))):
                found.setdefault(name, []).append(run)
    return found
