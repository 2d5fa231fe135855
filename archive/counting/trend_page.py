"""`trend --html`: the plot and the table of a trend in one HTML file that needs nothing beside it."""

from collections.abc import Iterator
from pathlib import Path

from archive.counting.timeline import figures, legend, picture, small_note
from archive.counting.trends import TIMES, Trend
from archive.pages.safe_html import text, whole

HERE = Path(__file__).parent.parent
STYLES = HERE / "report.css", HERE / "datasette" / "static" / "words.css"
HEAD = ("year", "documents", "characters")


def page(found: Trend, name: str) -> str:
    """The whole file, of the archive `name`."""
    style = "\n".join(path.read_text("utf-8") for path in STYLES)
    return whole(f"{', '.join(found.words)} · {name}", style, _body(found, name)) + "\n"


def _body(found: Trend, name: str) -> Iterator[str]:
    size, undated = found.total.size, found.undated.size
    yield f"<header><h1>{text(', '.join(found.words))}</h1>"
    yield f"<p>{text(name)}: {size.documents:,} documents, {size.characters:,} characters</p></header>\n<main>"
    says = f"Hits in a million characters, by {TIMES[found.by].help}"
    yield f"<figure><figcaption><h2>{text(says)}</h2><p>{text(caption(found))}</p></figcaption>"
    yield legend(found.words)
    yield f'<div class="wide">{picture(found, says, "in a million")}</div></figure>'
    yield f"<section><h2>Figures</h2><p>Hits in a million characters (hits). {small_note() if found.small else ''}</p>"
    yield f'<div class="figures">{figures(found, HEAD, "no one year")}</div>'
    yield f"<p>{undated.documents:,} documents are not of one year for certain, and stand in no bin.</p>"
    yield "</section></main>"


def caption(found: Trend) -> str:
    """How to read the plot."""
    return (
        "Below the lines: how much text there is of each year. Hollow points have too little of it to say much; "
        "years without text break a line. Nothing is smoothed."
    )
