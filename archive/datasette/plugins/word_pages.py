"""Pages for those who count words: a concordance (`/-/kwic/DATABASE?q=…`) and a trend (`/-/trend/DATABASE?q=A,B`).

A page must come in a second or two whatever is asked, so a frequent word is answered from a draw of documents, spread
evenly over the archive and the same at each visit; the page says so, and how to ask for all.
"""

import shlex
import sqlite3
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import NamedTuple, TypeVar
from urllib.parse import urlencode

from datasette import Request, Response, hookimpl
from datasette.app import Datasette
from datasette.utils import sqlite_timelimit
from markupsafe import Markup
from sqlite_utils import Database

from archive.condition import Condition, Filters
from archive.counting import population, timeline
from archive.counting.concordance import SORTS, Concordance, Layout, Line, shown
from archive.counting.occurrences import Word, listed, words
from archive.counting.tidy import as_csv
from archive.counting.trends import SMALL, TIMES, Row, Trend, Way, table_of, trend
from archive.errors import ArchiveError
from archive.pages import interface
from archive.pages.browse import Reader, archive_name, path, reader
from pipelines.document import GENRES

KWIC, TREND = "-/kwic", "-/trend"
LINES = 100  # of a page
PAGES = 50  # of one concordance; chosen, nobody turns more
MOST = 5_000  # documents that are looked through: 0.3 s
WORDS = 8  # of one plot: as many as there are colours
WIDTH = 48  # columns of context on each side
EXPANDS = ("", "sentence", "paragraph")
STEPS = ("1", "2", "5", "10")
CHOICES = {"sort": SORTS, "expand": EXPANDS, "by": tuple(TIMES), "step": STEPS}  # of fields; the first is meant first
T = TypeVar("T")


@hookimpl  # type: ignore[untyped-decorator]
def register_routes() -> list[tuple[str, Callable[..., object]]]:
    """Pages of our own, and the same as CSV."""
    return [
        (rf"^/{KWIC}/(?P<database>[^/.]+)/?(?P<csv>\.csv)?$", kwic),
        (rf"^/{TREND}/(?P<database>[^/.]+)/?(?P<csv>\.csv)?$", trends),
    ]


@hookimpl  # type: ignore[untyped-decorator]
def menu_links(datasette: Datasette, request: Request | None) -> list[dict[str, str]]:
    """Both stand in the menu of every page."""
    name, t = archive_name(datasette), interface.words(request)
    ways = ((KWIC, t("kwic.menu"), t("kwic.intro")), (TREND, t("trend.menu"), t("trend.intro")))
    return [
        {"href": path(datasette, way, name).rstrip("/"), "label": label, "about": about}
        for way, label, about in ways
        if name
    ]


@dataclass(frozen=True, slots=True)
class Form:
    """What a reader asks for: the fields of both pages."""

    q: str = ""
    genre: str = ""
    era: str = ""
    site: str = ""
    once: str = ""
    sort: str = "archive"
    expand: str = ""
    by: str = "proven"
    step: str = "1"
    page: int = 1

    @classmethod
    def of(cls, reading: Reader) -> "Form":
        """From the address; what no field has is left at its first choice."""
        page = reading.arg("page", "1")
        said = {name: reading.arg(name).strip() for name in ("q", "genre", "era", "site", "once")}
        chosen = {name: _one_of(choices, reading.arg(name)) for name, choices in CHOICES.items()}
        number = min(max(1, int(page)), PAGES) if page.isdecimal() and len(page) < 9 else 1
        return cls(**said, **chosen, page=number)

    def where(self) -> Condition:
        """The documents that are asked about."""
        filters = Filters(
            genre=(self.genre,) if self.genre else (), era=self.era or None, site=tuple(listed(self.site))
        )
        return population.once(filters.condition()) if self.once else filters.condition()

    def wanted(self) -> tuple[Word, ...]:
        """Its words."""
        return words(listed(self.q) or [self.q])

    def address(self, way: str, **changes: object) -> str:
        """A page that asks for the same, but for what changes."""
        fields = {name: getattr(self, name) for name in self.__slots__} | {"page": 1} | changes
        first = Form()
        return f"{way}?{urlencode({name: value for name, value in fields.items() if value != getattr(first, name)})}"

    def command(self, verb: str, *more: str) -> str:
        """What asks for the same in a shell."""
        options = [f"--{name}={value}" for name in ("genre", "era") if (value := getattr(self, name))]
        options += [f"--site={host}" for host in listed(self.site)] + (["--once"] if self.once else [])
        return shlex.join(["python", "-m", "archive", verb, *(word.asked for word in self.wanted()), *options, *more])


def _one_of(choices: tuple[str, ...], asked: str) -> str:
    return asked if asked in choices else choices[0]


class _Lines(NamedTuple):
    """A concordance that was gone through."""

    lines: list[Line]
    found: Concordance
    size: population.Size


async def kwic(request: Request, datasette: Datasette) -> Response:
    """Every use of a word."""
    reading = await reader(request, datasette)
    form, whole = Form.of(reading), bool(request.url_vars.get("csv"))
    limit = LINES * (PAGES if whole else form.page)

    def work(db: Database) -> _Lines:
        layout = Layout(form.sort, WIDTH, form.expand, limit, most=MOST)
        found = Concordance(db, form.wanted(), where := form.where(), layout)
        return _Lines(list(found), found, population.size(db, where))

    made, told = await _made(reading, form, work)
    if whole and made:
        return _csv("kwic", as_csv(Line._fields, made.lines))
    context: dict[str, object] = {"sorts": SORTS, "expands": EXPANDS}
    return await _page(reading, "kwic.html", form, told, context | (_shown_lines(reading, form, made) if made else {}))


def _shown_lines(reading: Reader, form: Form, made: _Lines) -> dict[str, object]:
    way, found, skip = _way(reading, KWIC), made.found, LINES * (form.page - 1)
    here = made.lines[skip:]
    rate = made.size.per_million(found.hits)
    more = found.hits > skip + LINES and form.page < PAGES
    return {
        "found": {
            "hits": f"{found.hits:,}",
            "found": f"{found.documents:,}",
            "documents": f"{made.size.documents:,}",
            "candidates": f"{found.candidates:,}",
            "looked": f"{found.looked:,}",
            "rate": "–" if rate is None else f"{rate:,.1f}",
            "is_drawn": found.looked < found.candidates,
        },
        "lines": [_seen(line) for line in here],
        "first": f"{skip + 1:,}",
        "last": f"{skip + len(here):,}",
        "previous": form.address(way, page=form.page - 1) if form.page > 1 else "",
        "next": form.address(way, page=form.page + 1) if more else "",
        "by_left": form.address(way, sort="left"),
        "by_right": form.address(way, sort="right"),
        "csv": form.address(f"{way}.csv"),
        "trend_at": form.address(_way(reading, TREND), sort="archive", expand=""),
        "search_at": f"{reading.datasette.urls.table(reading.database, 'documents')}?{urlencode({'_search': form.q})}",
        "command": form.command("kwic", "--limit=0", "--csv"),
    }


def _seen(line: Line) -> Line:
    """A line in which everything is seen, and nothing obeyed."""
    return line._replace(left=shown(line.left), node=shown(line.node), right=shown(line.right), date=shown(line.date))


async def trends(request: Request, datasette: Datasette) -> Response:
    """How often words are written, year by year."""
    reading = await reader(request, datasette)
    form = Form.of(reading)

    def work(db: Database) -> Trend:
        wanted = form.wanted()
        if len(wanted) > WORDS:
            raise ArchiveError(reading.t("trend.many", n=WORDS))
        return trend(db, wanted, form.where(), Way(form.by, int(form.step), MOST))

    found, told = await _made(reading, form, work)
    if found and request.url_vars.get("csv"):
        return _csv("trend", as_csv(Row._fields, table_of(found)))
    context: dict[str, object] = {"times": tuple(TIMES), "steps": STEPS}
    return await _page(reading, "trend.html", form, told, context | (_plotted(reading, form, found) if found else {}))


def _plotted(reading: Reader, form: Form, found: Trend) -> dict[str, object]:
    t, way = reading.t, _way(reading, TREND)
    says = t("trend.plot", by=t.named("trend", f"by_{form.by}"))
    names = t("trend.documents"), t("trend.characters")
    lines = _way(reading, KWIC)
    quoted = {word: f'"{word}"' if len(listed(word)) > 1 else word for word in found.words}
    return {
        "found": found,
        "says": says,
        "share": f"{found.share:.0%}" if found.share < 1 else "",
        # Made of escaped text by `timeline`, with no style and no script.
        "picture": Markup(timeline.picture(found, says, t("trend.unit"), names)),
        "legend": Markup(timeline.legend(found.words)),
        "figures": Markup(timeline.figures(found, (t("trend.year"), *names), t("trend.undated"))),
        "small": t("trend.small", documents=SMALL.documents, characters=f"{SMALL.characters:,}"),
        "csv": form.address(f"{way}.csv"),
        "uses": [{"word": word, "href": form.address(lines, q=quoted[word], by="proven", step="1")} for word in quoted],
        "command": form.command("trend", f"--by={form.by}", f"--step={form.step}"),
    }


async def _made(reading: Reader, form: Form, work: Callable[[Database], T]) -> tuple[T | None, str]:
    """What is made of the archive in the time that a question may take; or a sentence that says why nothing is."""
    limit = reading.datasette.setting("sql_time_limit_ms")

    def bounded(conn: sqlite3.Connection) -> T:
        db = Database(conn, execute_plugins=False)
        with population.snapshot(db), sqlite_timelimit(conn, limit):
            return work(db)

    if not form.q:
        return None, ""
    try:
        return await reading.work(bounded), ""
    except ArchiveError as error:
        return None, str(error)
    except sqlite3.OperationalError as error:
        if "interrupted" not in str(error):
            raise
        return None, reading.t("base.too_long")


async def _page(reading: Reader, template: str, form: Form, told: str, context: dict[str, object]) -> Response:
    way = _way(reading, KWIC if template == "kwic.html" else TREND)
    shared = {"form": form, "told": told, "genres": GENRES, "way": way}
    return await reading.page(template, {**shared, **context}, status=400 if told else 200)


def _way(reading: Reader, way: str) -> str:
    return reading.path(way).rstrip("/")


def _csv(name: str, rows: Iterable[str]) -> Response:
    headers = {"Content-Disposition": f'attachment; filename="{name}.csv"'}
    return Response("".join(rows), headers=headers, content_type="text/csv; charset=utf-8")
