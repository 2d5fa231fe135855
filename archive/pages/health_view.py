"""The health of a site as a plot: a column a round, of what came of its addresses; below it, when something broke.

Stacked from below: documents that were known, new ones, pages that were to hold a document and held none, addresses
that never answered. A round with which something broke carries a mark; dashed is what that release did not count.
"""

from collections.abc import Iterator, Mapping, Sequence
from math import ceil

from archive.health import Finding, Round
from archive.pages.safe_html import attribute, text

PARTS = ("known", "new", "refused", "failed")  # from below
WIDTH, HIGH, WIDEST, SLIM, MARK = 1100, 180, 56, 6, 10  # pixels
SHOWN = 120  # rounds in a plot: two years of a weekly crawl
LABELS = 12  # dates below, at most about
ROOM = 76  # pixels of a date


def heights(one: Round) -> dict[str, int]:
    """What a column is made of."""
    return {"known": one.documents - one.new, "new": one.new, "refused": one.refused, "failed": one.failed}


def plot(
    rounds: Sequence[Round], broke: Sequence[Finding], *, says: str, named: Mapping[str, str], links: Mapping[int, str]
) -> str:
    """Columns, the first round on the left; `named` are the words for the parts, `links` the rounds' addresses."""
    shown = rounds[-SHOWN:]
    if not shown:
        return ""
    each = min(WIDEST, max(SLIM, WIDTH // len(shown)))
    width = max(each * len(shown), ROOM * 2)
    most = max((sum(heights(one).values()) for one in shown), default=0) or 1
    since = {finding.since.ids[0] for finding in broke}
    parts = [
        f'<svg class="health" viewBox="0 0 {width} {HIGH + MARK + 24}" width="{width}" role="img"'
        f' aria-label="{attribute(says)}">',
        f'<line x1="0" x2="{width}" y1="{HIGH}" y2="{HIGH}"/>',
    ]
    every = max(ceil(ROOM / each), ceil(len(shown) / LABELS))
    for at, one in enumerate(shown):
        told = _told(one, named)
        column = "".join(_column(one, each * at, each, most)) + _mark(one, each * at + each / 2, since)
        parts.append(f'<a href="{attribute(links[one.ids[0]])}"><title>{text(told)}</title>{column}</a>')
        if at % every == 0 and each * at + ROOM <= width:
            parts.append(f'<text x="{each * at + 1}" y="{HIGH + MARK + 18}">{text(one.began[:10])}</text>')
    return "\n".join([*parts, "</svg>"])


def _column(one: Round, left: float, each: int, most: int) -> Iterator[str]:
    """Its parts, one upon another; the whole column can be pointed at."""
    yield f'<rect class="none" x="{left}" y="0" width="{each}" height="{HIGH + MARK}"/>'
    at = float(HIGH)
    for name, n in heights(one).items():
        tall = max(1.0, HIGH * n / most) if n else 0.0
        at -= tall
        if n:
            yield f'<rect class="{name}" x="{left + 1}" y="{at:.1f}" width="{each - 2}" height="{tall:.1f}"/>'
    if not one.is_counted:
        yield f'<rect class="unknown" x="{left + 1}" y="{HIGH - 6}" width="{each - 2}" height="6"/>'


def _mark(one: Round, middle: float, since: set[int]) -> str:
    """A round with problems, or with which something broke."""
    if one.ids[0] not in since and not one.problems:
        return ""
    top = HIGH + 2
    return f'<path class="broke" d="M{middle:g} {top} l-5 {MARK - 2} h10 z"/>'


def _told(one: Round, named: Mapping[str, str]) -> str:
    figures = ", ".join(f"{named[name]} {n:,}" for name, n in heights(one).items())
    return f"{one.began[:10]}: {figures if one.is_counted else named['unknown']}"
