"""Whether the taxonomy names every code of the study that it rests on, where that study lies beside the project."""

import re
from pathlib import Path

from benchmarks.pages import SHARED
from pipelines.taxonomy import codes

STUDY = SHARED / "phenomena.md"

_SECTION = re.compile(r"^### 1[A-E]\b.*?(?=^#{2,3} |\Z)", re.M | re.S)
_ROW = re.compile(r"^\|\s*(?P<codes>[^|]+?)\s*\|", re.M)
_NO_CODE = re.compile(r"code|-+")  # the head of a table and the line under it


def missing_codes(study: Path = STUDY) -> list[str] | None:
    """The codes of the study that the taxonomy has not, in their order; None where the study is not there."""
    if not study.exists():
        return None
    known = set(codes())
    return [code for code in dict.fromkeys(_codes(study.read_text(encoding="utf-8"))) if code not in known]


def _codes(text: str) -> list[str]:
    rows = [row["codes"] for section in _SECTION.findall(text) for row in _ROW.finditer(section)]
    return [code for row in rows if not _NO_CODE.fullmatch(row) for code in row.split(", ")]


if __name__ == "__main__":
    found = missing_codes()
    print("the study is not there" if found is None else f"codes missing: {', '.join(found) or 'none'}")
