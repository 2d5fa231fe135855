"""A trend as a picture: lines of frequency over how much text there is of each year, as SVG without script or style.

The strip of characters below the lines is not decoration: a peak over a thin column is a few documents. Points of bins
with too little text are hollow, years without text break the line, and nothing is smoothed or joined across them.
"""

from collections.abc import Iterator, Sequence
from itertools import groupby

from archive.counting.trends import SMALL, Bin, Trend
from archive.pages.plots import table
from archive.pages.safe_html import attribute, text

WIDTH, PLOT, STRIP = 760, 240, 46  # of the picture, its lines, the strip of denominators
LEFT, RIGHT, TOP, GAP, FOOT = 58, 14, 12, 12, 20
LABEL = 46  # pixels that a year needs
COLOURS = 8  # classes w0 to w7: colour and shape both tell words apart
SHAPES = (  # around 0 0
    '<circle class="{}" cx="{}" cy="{}" r="4">',
    '<path class="{}" transform="translate({} {})" d="M-4 -4h8v8h-8z">',
    '<path class="{}" transform="translate({} {})" d="M0 -5L5 4H-5z">',
    '<path class="{}" transform="translate({} {})" d="M0 -5.5L5 0L0 5.5L-5 0z">',
)


def picture(found: Trend, says: str, unit: str, names: Sequence[str] = ("documents", "characters")) -> str:
    """The SVG: `says` is what it shows in one sentence, `unit` what a figure is. '' where there is nothing to draw."""
    if not found.bins:
        return ""
    top = _round_up(max((value for n in range(len(found.words)) for value in _values(found, n) if value), default=1.0))
    height = TOP + PLOT + GAP + STRIP + FOOT
    head = (
        f'<svg class="timeline" viewBox="0 0 {WIDTH} {height}" width="{WIDTH}" height="{height}" role="img"'
        f' aria-label="{attribute(says)}">'
    )
    lines = (part for n in range(len(found.words)) for part in _line(found, n, top, unit))
    return "\n".join([head, *_grid(top), *_years(found.bins), *_strip(found.bins, names), *lines, "</svg>"])


def legend(words: Sequence[str]) -> str:
    """Which word has which colour and shape."""
    keys = (
        f'<li><svg class="key" viewBox="-8 -8 16 16" width="16" height="16" aria-hidden="true">{_point(n, 0, 0)}</svg>'
        f" {text(word)}</li>"
        for n, word in enumerate(words)
    )
    return f'<ul class="legend">{"".join(keys)}</ul>'


def figures(found: Trend, head: Sequence[str], undated: str) -> str:
    """The same as a table; `head` names year, documents and characters, `undated` the last row."""
    rows = [_figures(bin, bin.name, len(found.words)) for bin in found.bins]
    return table([*head, *found.words], [*rows, _figures(found.undated, undated, len(found.words))])


def _figures(bin: Bin, name: str, words: int) -> list[object]:
    rates = (bin.per_million(n) for n in range(words))
    told = [f"{rate:,.1f} ({bin.counts[n].hits:,})" if rate is not None else "–" for n, rate in enumerate(rates)]
    return [f"{name}{' *' if bin.is_small and bin.first else ''}", *bin.size, *told]


def small_note() -> str:
    """What the star of a bin says."""
    return f"* fewer than {SMALL.documents} documents or {SMALL.characters:,} characters: a document or two make it"


def _values(found: Trend, word: int) -> list[float | None]:
    return [bin.per_million(word) for bin in found.bins]


def _round_up(value: float) -> float:
    """The next of 1, 2, 5, 10, 20, 50 … that is no smaller."""
    step = 1.0
    while step * 10 <= value:
        step *= 10
    while step > value:
        step /= 10
    return next(step * factor for factor in (1, 2, 5, 10) if step * factor >= value)


def _x(at: int, count: int) -> float:
    """The middle of a bin."""
    return LEFT + (WIDTH - LEFT - RIGHT) * (at + 0.5) / count


def _y(value: float, top: float) -> float:
    return TOP + PLOT * (1 - value / top)


def _grid(top: float) -> Iterator[str]:
    for n in range(5):
        value = top * n / 4
        y = _y(value, top)
        yield f'<path class="grid" d="M{LEFT} {y:.1f}H{WIDTH - RIGHT}"/>'
        yield f'<text x="{LEFT - 6}" y="{y + 4:.1f}" text-anchor="end">{value:,.10g}</text>'


def _years(bins: Sequence[Bin]) -> Iterator[str]:
    """As many labels as there is room for."""
    each = (WIDTH - LEFT - RIGHT) / len(bins)
    wide = LABEL * (1 if bins[0].first == bins[0].last else 2)
    every = max(1, -int(-wide // each))
    for at in range(0, len(bins), every):
        y = TOP + PLOT + GAP + STRIP + 15
        yield f'<text x="{_x(at, len(bins)):.1f}" y="{y}" text-anchor="middle">{bins[at].name}</text>'


def _strip(bins: Sequence[Bin], names: Sequence[str]) -> Iterator[str]:
    """Columns of characters, under the lines."""
    most = max(bin.size.characters for bin in bins) or 1
    width, foot = (WIDTH - LEFT - RIGHT) / len(bins), TOP + PLOT + GAP + STRIP
    yield f'<path class="grid" d="M{LEFT} {foot}H{WIDTH - RIGHT}"/>'
    for at, bin in enumerate(bins):
        if high := STRIP * bin.size.characters / most:
            says = f"{bin.name}: {bin.size.documents:,} {names[0]}, {bin.size.characters:,} {names[1]}"
            yield (
                f'<rect class="text" x="{_x(at, len(bins)) - width * 0.4:.1f}" y="{foot - high:.1f}"'
                f' width="{width * 0.8:.1f}" height="{high:.1f}"><title>{attribute(says)}</title></rect>'
            )


def _line(found: Trend, word: int, top: float, unit: str) -> Iterator[str]:
    """One word: a line that stops where there is no text, and a point a bin with its figures."""
    values, count = _values(found, word), len(found.bins)
    for there, run in groupby(enumerate(values), lambda one: one[1] is not None):
        points = [f"{_x(at, count):.1f} {_y(value or 0, top):.1f}" for at, value in run]
        if there and len(points) > 1:
            yield f'<path class="line w{word % COLOURS}" d="M{"L".join(points)}"/>'
    for at, (bin, value) in enumerate(zip(found.bins, values, strict=True)):
        if value is not None:
            hits, documents = bin.counts[word]
            says = f"{found.words[word]} {bin.name}: {value:,.1f} {unit} ({hits:,} / {documents:,})"
            yield _point(word, round(_x(at, count), 1), round(_y(value, top), 1), says, hollow=bin.is_small)


def _point(word: int, x: float, y: float, says: str = "", *, hollow: bool = False) -> str:
    kind = f"point w{word % COLOURS}{' small' if hollow else ''}"
    shape = SHAPES[word % len(SHAPES)].format(kind, x, y)
    end = "</circle>" if shape.startswith("<circle") else "</path>"
    return f"{shape}<title>{attribute(says)}</title>{end}" if says else f"{shape}{end}"
