"""`report`: what an archive holds, in one HTML file that a person reads in two minutes.

First the statement of coverage, then a plot for each question that it raises. The file needs nothing beside it and can
do nothing (see `safe_html`). It says the same whenever it is made of the same archive.
"""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

from sqlite_utils import Database

from archive.coverage import Figures, figures, statement
from archive.pages.plots import bars, matrix, table
from archive.pages.safe_html import text, whole

STYLE = Path(__file__).with_name("report.css")
HOSTS = 12  # hosts in the plot of damage: one screen
KINDS = 14  # kinds of damage in it
CRAWLS = 12  # latest runs that are listed
FIRST_YEAR, LAST_YEAR = 1949, 2100  # what a year on a page may be
HALF = 22  # columns of a matrix that half the page holds
SIZES = ((1, 1), (2, 2), (3, 4), (5, 8), (9, 16), (17, 1_000_000_000))  # of families, in doubling bins


def report(db: Database, name: str) -> str:
    """The whole file, of the archive `name`."""
    known = figures(db)
    return whole(f"Report · {name}", STYLE.read_text("utf-8"), _body(db, name, known))


def _body(db: Database, name: str, known: Figures) -> Iterator[str]:
    about = f"工作总结档案 · an archive of work summaries{f', captured {known.captured}' if known.documents else ''}"
    yield f"<header><h1>{text(name)}</h1><p>{about}</p></header>\n<main>"
    yield _cards(known)
    yield from _coverage(db, known)
    if known.documents:
        yield '<div class="plots">'
        yield from _plots(db, known)
        yield "</div>"
    yield from _crawls(db)
    yield "</main>"


def _cards(known: Figures) -> str:
    cards = {
        "documents": known.documents,
        "texts, copies once": known.families,
        "pages": known.pages,
        "pages refused": known.rejected,
        "hosts": known.hosts,
        "false years": known.redated,
        "incomplete": known.partial,
    }
    items = "".join(f"<div><dt>{name}</dt><dd>{n:,}</dd></div>" for name, n in cards.items())
    return f'<dl class="cards">{items}</dl>'


def _coverage(db: Database, known: Figures) -> Iterator[str]:
    """The statement, as three short lists."""
    said = statement(db, known)
    yield '<section class="statement"><h2>What this archive can tell, and what not</h2>'
    for title, sentences in (
        ("It holds", said.holds),
        ("It refused", said.refused),
        ("Do not conclude", said.beware),
    ):
        if sentences:
            items = "".join(f"<li>{text(sentence)}</li>" for sentence in sentences)
            yield f"<h3>{title}</h3><ul>{items}</ul>"
    yield "</section>"


def _plots(db: Database, known: Figures) -> Iterator[str]:
    yield _years(db)
    yield _figure("Kinds of document · 文种", "", bars(_counted(db, "genre"), of="documents"))
    yield _figure(
        "Fields of the issuing units · 系统",
        f"{known.issued:,} documents name who issued them.",
        bars(_counted(db, "coalesce(org_field, '(unknown)')"), of="documents"),
    )
    yield _figure(
        "Levels of the issuing units · 层级",
        "",
        bars(_counted(db, "coalesce(org_level, '(unknown)')"), of="documents"),
    )
    yield _figure(
        "Provinces · 省份",
        "Only where the unit itself, or what masking left, proves it.",
        bars(_counted(db, "coalesce(province, '(unknown)')"), of="documents"),
    )
    yield _figure(
        "Units with most documents · 单位", "", bars(_units(db), of="documents", total=known.documents, most=10)
    )
    yield _figure("Hosts · 来源站点", "", bars(_hosts(db), of="documents"))
    yield _figure("Pages refused, by reason · 拒收", "", bars(_reasons(db), of="pages"))
    yield _damage(db)
    yield _figure(
        "Sizes of families · 同文家族",
        "How many documents are copies of one text, each copy damaged in its own way.",
        bars(_families(db), of="families"),
    )
    yield _figure(
        "Quality · 品质", "1 is undamaged; `show` names the parts.", bars(_quality(db), of="documents", most=99)
    )


def _figure(title: str, says: str, plot: str, kind: str = "") -> str:
    """A plot with its caption; nothing where there is nothing to plot."""
    if not plot:
        return ""
    caption = f"<p>{text(says)}</p>" if says else ""
    return f'<figure class="{kind}"><figcaption><h2>{text(title)}</h2>{caption}</figcaption>{plot}</figure>'


def _counted(db: Database, value: str) -> dict[str, int]:
    return _pairs(db, f"SELECT {value}, count(*) AS n FROM documents GROUP BY 1 ORDER BY n DESC, 1")


def _pairs(db: Database, sql: str) -> dict[str, int]:
    return {str(name): n for name, n in db.conn.execute(sql)}


def _years(db: Database) -> str:
    """Documents by the latest year that they can be of, against the one that title or page claims.

    Where an era begins proves nothing against a later year.
    """
    rows = db.conn.execute(
        "SELECT substr(coalesce(signed_on, era_to), 1, 4), coalesce(title_year, substr(published_on, 1, 4)), count(*)"
        " FROM documents GROUP BY 1, 2"
    ).fetchall()
    cells: Counter[tuple[str, str]] = Counter()
    for proven, claimed, n in rows:
        if _is_year(proven) and _is_year(claimed):
            cells[str(proven), str(claimed)] += n
    if not cells:
        return _figure("Proven year against claimed year · 实际年份与标称年份", "", "")
    found = [int(year) for cell in cells for year in cell]
    span = [str(year) for year in range(min(found), max(found) + 1)]
    late = sum(n for (proven, claimed), n in cells.items() if int(claimed) > int(proven) + 1)
    says = (
        f"{sum(cells.values()):,} documents have both. Downwards the latest year that signature or text allow, to the "
        f"right the one that title or page claim; framed where they agree. {late:,} claim to be over a year younger."
    )
    plot = f'<div class="wide">{matrix(cells, span, span, says=says, unit="documents")}</div>'
    return _figure("Proven year against claimed year · 实际年份与标称年份", says, plot, _size(span))


def _size(columns: Sequence[str]) -> str:
    """Whether a matrix needs the whole width of the page."""
    return "big" if len(columns) > HALF else ""


def _is_year(value: object) -> bool:
    return str(value).isdecimal() and FIRST_YEAR <= int(str(value)) <= LAST_YEAR


def _units(db: Database) -> dict[str, int]:
    return _pairs(
        db,
        "SELECT organisation, count(*) AS n FROM documents WHERE organisation IS NOT NULL"
        " GROUP BY 1 ORDER BY n DESC, 1",
    )


def _hosts(db: Database) -> dict[str, int]:
    return _pairs(
        db,
        "SELECT iif(p.host = '', '(files)', p.host), count(*) AS n FROM documents AS d JOIN pages AS p"
        " ON p.id = d.article_id GROUP BY 1 ORDER BY n DESC, 1",
    )


def _reasons(db: Database) -> dict[str, int]:
    return _pairs(
        db,
        "SELECT substr(rejected, 1, instr(rejected || ':', ':') - 1), count(*) AS n FROM pages"
        " WHERE rejected IS NOT NULL GROUP BY 1 ORDER BY n DESC, 1",
    )


def _damage(db: Database) -> str:
    """Kinds of damage by host, as shares are hidden by the size of a host: counts, in shades."""
    rows = db.conn.execute(
        "SELECT iif(p.host = '', '(files)', p.host), j.value, count(*) FROM documents AS d"
        " JOIN pages AS p ON p.id = d.article_id, json_each(d.damage) AS j GROUP BY 1, 2"
    ).fetchall()
    by_host, by_kind = Counter[str](), Counter[str]()
    for host, kind, n in rows:
        by_host[host] += n
        by_kind[kind] += n
    hosts = [host for host, _ in by_host.most_common(HOSTS)]
    kinds = [kind for kind, _ in by_kind.most_common(KINDS)]
    if not kinds:
        return _figure("Damage by host · 各站损坏", "", "")
    cells = {(kind, host): n for host, kind, n in rows}
    says = f"The {len(kinds)} commonest kinds on the {len(hosts)} hosts with most; the stronger, the more documents."
    plot = f'<div class="wide">{matrix(cells, kinds, hosts, says=says, unit="documents")}</div>'
    return _figure("Damage by host · 各站损坏", says, plot, _size(hosts))


def _families(db: Database) -> dict[str, int]:
    sizes = db.conn.execute(
        "SELECT n, count(*) FROM (SELECT count(*) AS n FROM documents GROUP BY coalesce(family_id, id)) GROUP BY n"
    ).fetchall()
    found = {_bin(low, high): sum(n for size, n in sizes if low <= size <= high) for low, high in SIZES}
    return {name: n for name, n in found.items() if n}


def _bin(low: int, high: int) -> str:
    if low == high:
        return "1 document" if low == 1 else f"{low} documents"
    return f"{low} to {high} documents" if high < 1_000_000 else f"{low} documents and more"


def _quality(db: Database) -> dict[str, int]:
    rows = dict(
        db.conn.execute("SELECT min(9, cast(quality * 10 AS INTEGER)), count(*) FROM documents GROUP BY 1").fetchall()
    )
    return {f"{tenth / 10:.1f} to {(tenth + 1) / 10:.1f}": rows.get(tenth, 0) for tenth in range(9, min(rows) - 1, -1)}


def _crawls(db: Database) -> Iterator[str]:
    """The latest runs: what each asked for, what it got, and why it ended."""
    rows = db.conn.execute(
        f"""
        SELECT c.id, c.started_at, coalesce(c.ended_at, '(not yet, or killed)'), c.site, count(f.id),
               coalesce(sum(f.status >= 400), 0), coalesce(c.reason, '')
        FROM (SELECT * FROM crawls ORDER BY id DESC LIMIT {CRAWLS}) AS c LEFT JOIN fetches AS f ON f.crawl_id = c.id
        GROUP BY c.id ORDER BY c.id DESC
        """
    ).fetchall()
    if not rows:
        return
    yield "<section><h2>Health of the latest runs · 抓取状况</h2>"
    yield table(["run", "began", "ended", "what", "captures", "errors", "why it ended"], rows)
    yield from _links(db)
    yield "</section>"


def _links(db: Database) -> Iterator[str]:
    states: Mapping[str, int] = dict(
        db.conn.execute("SELECT state, count(*) AS n FROM links GROUP BY 1 ORDER BY n DESC").fetchall()
    )
    if states:
        yield _figure("Addresses that the crawler met · 链接", "", bars(states, of="addresses"))
