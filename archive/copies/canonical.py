"""Which member of a family stands for it: decided by what is known of each, never by which came first.

In this order: a primary source (the site of a government, school or association, with a signature or a number of its
own); text that is what was written (not generated, spun, scrambled, false or off topic); nothing known to be missing;
most of its sentences whole and unmasked; then the longest, the best by its quality, the smallest id.
"""

import json
import re
from collections.abc import Sequence

from archive.rows import Row

# Domains that only such bodies get; .org.cn is sold to others too, so a signature or a number must stand beside it.
_PUBLIC = re.compile(r"\.(?:gov|edu|mil|org)\.cn$|^(?:gov|edu)\.cn$")
_FALSE = frozenset(("generated", "scrambled", "hijacked", "spun", "numbers_corrupt", "numbers_untrusted", "off_topic"))
STEP = 0.05  # shares that differ by less are equal: they are counts of marks, not measurements
LENGTH = 0.05  # lengths that differ by less are equal


def canonical(members: Sequence[Row]) -> Row:
    """The member that stands for its family."""
    longest = max(int(row["length"] or 0) for row in members)
    return min(members, key=lambda row: _rank(row, longest))


def is_primary(row: Row) -> bool:
    """Whether a document was published by who wrote it, as far as its address and signature tell."""
    if not _PUBLIC.search(str(row.get("host") or "")):
        return False
    return bool(row["signed_by"] or row["document_number"]) and not _damage(row) & _FALSE


def is_trusted(row: Row) -> bool:
    """Whether its numbers and names may be those of the original."""
    return not _damage(row) & _FALSE


def _rank(row: Row, longest: int) -> tuple[bool, bool, bool, float, int, float, str]:
    parts = json.loads(str(row["quality_parts"] or "{}"))
    whole = min(float(parts.get(name, 1.0)) for name in ("intact", "unmasked", "complete"))
    missing = 1 - int(row["length"] or 0) / max(1, longest)
    return (
        not is_primary(row),
        not is_trusted(row),
        row["status"] != "complete",
        -round(whole / STEP),
        round(missing / LENGTH),
        -float(row["quality"] or 0),
        str(row["id"]),
    )


def _damage(row: Row) -> set[str]:
    return set(json.loads(str(row["damage"] or "[]")))
