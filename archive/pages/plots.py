"""Plots as HTML that needs no script, no font and no library: bars are rows of a table, a matrix is an SVG.

A drawing library would have to measure Chinese labels in fonts that the machine may not have; here the browser sets
them. Every figure that a plot shows can be read as text, by a person or by a screen reader.
"""

from collections.abc import Iterable, Mapping, Sequence

from archive.pages.safe_html import attribute, text

MOST = 15  # bars of one plot; what is left is summed up in a last one
STEPS = 5  # shades of a matrix
CELL = 18  # pixels of a matrix's cell
COLUMN, WIDEST, HIGH = 24, 56, 120  # pixels: width of a column, at least and at most, and height of the highest
WIDTH = 1100  # pixels of a plot of columns, where they are not too many or too few for it
LABELS = 12  # numbers below columns, at most about


def bars(
    rows: Mapping[str, int],
    *,
    of: str,
    total: int | None = None,
    most: int = MOST,
    rest: str = "other",
    links: Mapping[str, str] | None = None,
) -> str:
    """A bar a row, longest as they come; `of` names what is counted, shares are of `total` (default: the sum).

    `links` are the addresses that names lead to.
    """
    whole = sum(rows.values()) if total is None else total
    shown = dict(list(rows.items())[:most])
    if left := sum(rows.values()) - sum(shown.values()):
        shown[f"{rest} ({len(rows) - len(shown):,})"] = left
    longest = max(shown.values(), default=0) or 1
    body = "\n".join(
        f'<tr><th scope="row">{_linked(name, links or {})}</th><td class="bar">{_bar(n / longest)}</td><td>{n:,}</td>'
        f"<td>{_share(n, whole)}</td></tr>"
        for name, n in shown.items()
    )
    heads = "".join(f'<th scope="col">{text(name)}</th>' for name in ("what", "bar", of, "share"))
    head = f'<thead class="unseen"><tr>{heads}</tr></thead>'
    return f'<table class="bars">{head}<tbody>\n{body}\n</tbody></table>' if shown else ""


def _linked(name: str, links: Mapping[str, str]) -> str:
    return f'<a href="{attribute(links[name])}">{text(name)}</a>' if name in links else text(name)


def columns(rows: Mapping[int, int], *, says: str, of: str, links: Mapping[int, str] | None = None) -> str:
    """A column a year (or another number that counts on), with the numbers below; gaps are columns of nought."""
    if not rows:
        return ""
    span = range(min(rows), max(rows) + 1)
    each = min(WIDEST, max(COLUMN, WIDTH // len(span)))
    most, width = max(rows.values()), each * len(span)
    parts = [
        f'<svg class="columns" viewBox="0 0 {width} {HIGH + 22}" width="{width}" role="img"'
        f' aria-label="{attribute(says)}">',
        f'<line x1="0" x2="{width}" y1="{HIGH}" y2="{HIGH}"/>',
    ]
    every = max(1, round(len(span) / LABELS))
    for at, year in enumerate(span):
        n = rows.get(year, 0)
        tall = max(1.5, HIGH * n / most) if n else 0
        bar = f'<rect x="{each * at + 2}" y="{HIGH - tall:.1f}" width="{each - 4}" height="{tall:.1f}"/>'
        said = f"<title>{year}: {n:,} {text(of)}</title>"
        linked = (links or {}).get(year) if n else None
        parts.append(f'<a href="{attribute(linked)}">{said}{bar}</a>' if linked else f"<g>{said}{bar}</g>")
        if at % every == 0:
            parts.append(f'<text x="{each * at + each / 2:g}" y="{HIGH + 16}" text-anchor="middle">{year}</text>')
    return "\n".join([*parts, "</svg>"])


def _bar(share: float) -> str:
    width = max(0.6, 100 * share) if share else 0  # what is there is seen
    return (
        '<svg viewBox="0 0 100 10" preserveAspectRatio="none" aria-hidden="true">'
        f'<rect width="{width:.1f}" height="10"/></svg>'
    )


def _share(n: int, whole: int) -> str:
    if not whole:
        return ""
    share = 100 * n / whole
    return f"{share:.0f} %" if share >= 1 or not n else "< 1 %"


def matrix(
    cells: Mapping[tuple[str, str], int], rows: Sequence[str], columns: Sequence[str], *, says: str, unit: str
) -> str:
    """A square a cell, the stronger the more (in steps of powers); `rows` downwards, `columns` to the right.

    A cell whose row and column have the same name is framed: there both agree. `says` is the plot in one sentence.
    """
    left, top = (16 + 7 * max(map(len, names), default=0) for names in (rows, columns))
    width, height = left + CELL * len(columns) + 4, top + CELL * len(rows) + 4
    most = max(cells.values(), default=1)
    parts = [
        f'<svg class="matrix" viewBox="0 0 {width} {height}" width="{width}" height="{height}" role="img"'
        f' aria-label="{attribute(says)}">'
    ]
    for x, column in enumerate(columns):
        at = left + CELL * x + 13
        parts.append(f'<text transform="translate({at} {top - 6}) rotate(-90)">{text(column)}</text>')
    for y, row in enumerate(rows):
        parts.append(f'<text x="{left - 6}" y="{top + CELL * y + 13}" text-anchor="end">{text(row)}</text>')
        parts += (
            _cell(left + CELL * x, top + CELL * y, row, column, cells, most, unit) for x, column in enumerate(columns)
        )
    return "\n".join([*parts, "</svg>"])


def _cell(x: int, y: int, row: str, column: str, cells: Mapping[tuple[str, str], int], most: int, unit: str) -> str:
    n = cells.get((row, column), 0)
    shade = _shade(n, most)
    kind = f"s{shade}" + (" agree" if row == column else "")
    title = f"<title>{text(row)} / {text(column)}: {n:,} {text(unit)}</title>" if n else ""
    return f'<rect class="{kind}" x="{x}" y="{y}" width="{CELL - 2}" height="{CELL - 2}">{title}</rect>'


def _shade(n: int, most: int) -> int:
    """0 for none, then 1 to STEPS; each step holds the same share of the logarithm."""
    if not n:
        return 0
    step, bound = 1, 1.0
    grow = max(most, 2) ** (1 / STEPS)
    while n > bound * grow and step < STEPS:
        step, bound = step + 1, bound * grow
    return step


def table(head: Sequence[str], rows: Iterable[Sequence[object]]) -> str:
    """Rows as they are: numbers to the right."""
    kept = list(rows)
    numbers = [all(isinstance(row[at], int) for row in kept) for at in range(len(head))]
    top = "".join(
        f'<th scope="col" class="{"n" if number else "w"}">{text(name)}</th>'
        for name, number in zip(head, numbers, strict=True)
    )
    body = "\n".join("<tr>" + "".join(map(_datum, row)) + "</tr>" for row in kept)
    return f'<div class="wide"><table class="rows"><thead><tr>{top}</tr></thead><tbody>\n{body}\n</tbody></table></div>'


def _datum(value: object) -> str:
    if isinstance(value, int):
        return f'<td class="n">{value:,}</td>'
    return f"<td>{text(str(value if value is not None else ''))}</td>"
