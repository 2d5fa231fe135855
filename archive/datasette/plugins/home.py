"""The home page: what the archive holds, with ways into it."""

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import NamedTuple
from urllib.parse import urlencode

from datasette import Request, hookimpl
from datasette.app import Datasette
from markupsafe import Markup

from archive.pages import plots
from archive.pages.browse import archive_name
from archive.pages.home import MOST, Counting, Home, home
from archive.pages.interface import Words, words

COUNTS: dict[str, Counting] = {}  # by database: figures on the screen, which decide nothing
LINKED = 8  # ways in of a kind (chosen: one line of them)

Links = list[tuple[str, str]]


class Figure(NamedTuple):
    """A plot with its words."""

    title: str
    about: str
    plot: Markup
    wide: bool = False


@hookimpl  # type: ignore[untyped-decorator]
def extra_template_vars(view_name: str, request: Request | None, datasette: Datasette) -> object:
    """What `index.html` shows of the archive."""

    async def shown() -> dict[str, object]:
        name = archive_name(datasette)
        if view_name != "index" or not name:
            return {}
        known, fresh = await _counting(datasette, name).get()
        if known is None:
            return {"home": None}
        return _Page(datasette, name, known, words(request)).context(fresh)

    return shown


def _counting(datasette: Datasette, name: str) -> Counting:
    """The counts of one archive; the first request begins them."""
    database = datasette.get_database(name)
    if name not in COUNTS:

        async def count() -> Home:
            counted: Home = await database.execute_fn(home)
            return counted

        COUNTS[name] = Counting(Path(database.path), count)
    return COUNTS[name]


class _Page:
    """The figures in the reader's language, each with where it leads."""

    def __init__(self, datasette: Datasette, name: str, known: Home, t: Words) -> None:
        self.urls, self.name, self.known, self.t = datasette.urls, name, known, t

    def context(self, fresh: bool) -> dict[str, object]:
        """All that the template asks for."""
        return {
            "home": self.known,
            "fresh": fresh,
            "cards": list(self._cards()),
            "said": self._said(),
            "ways_in": [(name, links) for name, links in self._ways_in() if links],
            "doors": list(self._doors()),
            "figures": [figure for figure in self._figures() if figure.plot],
        }

    def _documents(self, **filters: object) -> str:
        query = f"?{urlencode(filters)}" if filters else ""
        return str(self.urls.table(self.name, "documents")) + query

    def _query(self, name: str, **values: object) -> str:
        query = f"?{urlencode(values)}" if values else ""
        return str(self.urls.query(self.name, name)) + query

    def _cards(self) -> Iterator[tuple[str, str, str]]:
        figures = self.known.figures
        years = [int(year) for year in self.known.plots["years"]]
        hrefs = {
            "documents": self._documents(),
            "texts": self._documents(canonical=1),
            "hosts": self._query("damage_by_host"),
            "redated": self._query("doubtful_dates"),
            "partial": self._query("partial"),
            "rejected": self._query("rejections"),
        }
        for name, href in hrefs.items():
            if name == "redated" and years:
                span = dict.fromkeys((min(years), max(years)))  # one year is no span
                yield self.t("home.years"), "–".join(map(str, span)), self._query("by_year_and_genre")
            yield self.t(f"home.{name}", n=figures[name]), f"{figures[name]:,}", href

    def _said(self) -> str:
        """The coverage in a sentence."""
        known = self.known
        key = "home.captured_on" if known.first == known.last else "home.captured_span"
        captured = self.t(key, first=known.first, last=known.last)
        shares = {name: known.share(name) for name in ("signed", "dated", "undated")}
        numbers = {name: known.figures[name] for name in ("documents", "hosts")}
        return self.t("home.coverage_holds", captured=captured, **numbers, **shares)

    def _ways_in(self) -> Iterator[tuple[str, Links]]:
        t = self.t
        for key, plot, column, more in (
            ("way_genre", "genres", "genre", self._query("by_year_and_genre")),
            ("way_field", "fields", "org_field", self._query("units_by_level")),
            ("way_unit", "units", "organisation", self._query("units_by_level")),
            ("way_place", "places", "province", self._query("by_place")),
        ):
            names = list(self.known.plots[plot])[:LINKED]
            links = [(name, self._documents(**{column: name})) for name in names]
            yield t(f"home.{key}"), [*links, *([(t("home.way_more"), more)] if links else [])]

    def _doors(self) -> Iterator[tuple[str, str, str]]:
        for name, href in (
            ("families", self._query("families_across_hosts")),
            ("dates", self._query("claimed_against_proven")),
            ("damage", self._query("damage_by_host")),
            ("rejected", self._query("rejections")),
            ("questions", str(self.urls.database(self.name))),
        ):
            yield self.t(f"home.way_{name}"), self.t(f"home.way_{name}_about"), href

    def _figures(self) -> Iterator[Figure]:
        t, counted = self.t, self.known.plots
        years = {int(year): n for year, n in counted["years"].items()}
        links = {year: self._query("written_in", year=year) for year in years}
        said = f"{t('home.plot_years')}. {t('home.plot_years_about')}"
        columns = plots.columns(years, says=said, of=t("home.documents", n=2), links=links)
        yield Figure(t("home.plot_years"), t("home.plot_years_about"), Markup(columns), wide=True)
        yield Figure(t("home.plot_genres"), "", self._bars(counted["genres"], column="genre"))
        yield Figure(t("home.plot_fields"), "", self._bars(counted["fields"], column="org_field"))
        yield Figure(t("home.plot_damage"), "", self._damage())
        hosts = counted["hosts"]
        yield Figure(t("home.plot_hosts"), t("home.plot_hosts_about"), self._bars(hosts, total=sum(hosts.values())))
        yield Figure(
            t("home.plot_places"), t("home.plot_places_about"), self._bars(counted["places"], column="province")
        )
        yield Figure(t("home.plot_claims"), t("home.plot_claims_about"), self._claims())

    def _bars(
        self, rows: Mapping[str, int], column: str = "", links: Mapping[str, str] | None = None, total: int = 0
    ) -> Markup:
        links = {name: self._documents(**{column: name}) for name in rows} if column else links or {}
        of, total = self.t("home.documents", n=2), total or self.known.figures["documents"]
        return Markup(plots.bars(rows, of=of, total=total, most=MOST, rest=self.t("home.other"), links=links))

    def _damage(self) -> Markup:
        rows = self.known.plots["damage"]
        named = {self.t.named("damage", kind): n for kind, n in list(rows.items())[:MOST]}  # a document has several
        links = {self.t.named("damage", kind): self._documents(damage__arraycontains=kind) for kind in rows}
        return self._bars(named, links=links)

    def _claims(self) -> Markup:
        late = {int(years): n for years, n in self.known.plots["claims"].items()}
        names = {0: self.t("home.same_year"), 10: "+10 …"}
        rows = {names.get(years, f"+{years}"): n for years, n in sorted(late.items())}
        links = {
            names.get(years, f"+{years}"): self._query("claimed_against_proven", least=years) for years in late if years
        }
        return self._bars(rows, links=links)
