"""The health of sites in a browser: what broke and since when, in both languages, on a phone, for nobody else."""

from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path
from urllib.parse import quote

import pytest
from accessibility import flaws
from browser import NAME, Reader, Served, serving

from archive import health, hosts
from archive.crawls import Tally
from archive.store import Added, begin_crawl, end_crawl, open_archive

HEALTH = f"/-/health/{NAME}"
ILL, WELL = "http://www.ill.test/ <b>站</b>", "well"


def crawled(path: Path) -> None:
    """A site that turns us away from the ninth crawl on, one that is well, one that no crawl counted."""
    db = open_archive(path)
    for number in range(1, 15):
        for site in (ILL, WELL):
            crawl_id = begin_crawl(db, site, "{}")
            began = f"2026-{number // 2 + 1:02d}-{1 + number % 2 * 14:02d}T03:00:00Z"
            db.conn.execute("UPDATE crawls SET round = id, started_at = ? WHERE id = ?", (began, crawl_id))
            tally, broken = Tally(), site == ILL and number >= 9
            for page in range(80 + 3 * number):
                url = f"http://www.a.test/{page}"
                tally.answered(url, 200)
                bad = page % 10 < 7 if broken else page % 20 == 3
                kept = Added(new=1) if number == 1 or page >= 77 + 3 * number else Added(unchanged=1)
                tally.stored(url, Added() if bad else kept, "http-403: turned away" if bad else "")
            for page in range(number % 4):
                tally.met_link(f"http://www.a.test/f{page}", "failed", "timeout: 60 s")
            end_crawl(db, crawl_id, "finished", "{}")
            health.close_books(db, crawl_id, tally, {}, ["20 documents, expected at least 60"] if broken else [])
    end_crawl(db, begin_crawl(db, "old", "{}"), "finished", "{}")
    hosts.set_state(db, "www.shy.test", "paused", until="2099-01-01T00:00:00Z", why="<i>asked</i>")
    db.close()


@pytest.fixture(scope="module")
def watched(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    path = tmp_path_factory.mktemp("health") / f"{NAME}.db"
    crawled(path)
    with serving(path) as running:
        yield running


@pytest.fixture
def operator(reader: Reader, watched: Served) -> Reader:
    return reader.at(watched)


def test_all_sites_are_listed_with_what_is_worse(operator: Reader) -> None:
    operator.open("/")
    operator.one(f"nav.pages a[href$='{HEALTH}']").click()
    rows = {row.find_element("css selector", "th").text: row.text for row in operator.all("main tbody tr")}
    assert set(rows) == {ILL, WELL, "old"}
    assert "since crawl 17" in rows[ILL] and "http-403: 70% of article pages refused" in rows[ILL]
    assert "worse" not in rows[WELL] and "well" in rows["old"]
    assert "www.shy.test host-paused until 2099-01-01T00:00:00Z: <i>asked</i>" in operator.one("main").text
    assert flaws(operator) == []
    operator.shot("health-all")


def test_a_site_is_a_plot_that_says_when_it_broke(operator: Reader) -> None:
    operator.open(f"{HEALTH}?site={quote(ILL)}")
    plot = operator.one("svg.health")
    assert plot.accessible_name == f"The crawls of {ILL}"
    assert len(operator.all("svg.health a")) == 14 and len(operator.all("svg.health path.broke")) == 6
    tall = [float(str(bar.get_attribute("height"))) for bar in operator.all("svg.health rect.refused")]
    assert len(tall) == 14 and max(tall[:8]) < 15 < 70 < min(tall[8:])
    fills = {bar.value_of_css_property("fill") for bar in operator.all("svg.health rect:not(.none)")}
    assert len(fills) == 4, "the colours come from a static file"
    places = [label.rect for label in operator.all("svg.health text")]
    assert len(places) > 3 and all(a["x"] + a["width"] <= b["x"] for a, b in pairwise(places)), "dates overlap"
    told = operator.one("ul.worse").text
    assert "http-403: 70% of article pages refused (5% before) since crawl 17 (2026-05-15)" in told
    assert "20 documents, expected at least 60" in operator.one("main").text
    assert flaws(operator) == []
    operator.shot("health-light")
    operator.one("tbody a").click()
    assert f"/{NAME}/crawls/27" in operator.driver.current_url


def test_a_site_that_is_well_and_one_that_nobody_counted(operator: Reader) -> None:
    operator.open(f"{HEALTH}?site={WELL}")
    assert operator.one("[role=status]").text == "Nothing is worse than in the crawls before."
    assert not operator.all("path.broke")
    operator.open(f"{HEALTH}?site=old")
    assert len(operator.all("svg.health rect.unknown")) == 1
    operator.pardoned.append("404")
    operator.open(f"{HEALTH}?site=nobody")
    assert "nobody" in operator.one("main").text


def test_a_phone_in_the_dark_and_in_chinese(operator: Reader) -> None:
    operator.phone()
    operator.dark()
    operator.without_scripts()
    operator.open(f"{HEALTH}?site={quote(ILL)}&lang=zh")
    said = operator.one("main").text
    assert "文章页被拒 70%" in said and "自第 17 次采集（2026-05-15）" in said and "refused" not in said
    assert not operator.is_too_wide()
    assert flaws(operator) == []
    operator.shot("health-phone-dark")
    operator.open(f"{HEALTH}?lang=zh")
    assert operator.one("h1").text == "采集状况" and not operator.is_too_wide()
    assert flaws(operator) == []


def test_others_do_not_see_it(tmp_path: Path) -> None:
    path = tmp_path / f"{NAME}.db"
    crawled(path)
    with serving(path, "--public") as public:
        for address in (HEALTH, f"{HEALTH}?site={WELL}", f"/{NAME}/hosts.json", f"/{NAME}/crawl_counts.json"):
            assert public.get(address, Host="archive.example.org")[0] == 403, address
        assert HEALTH not in public.get("/", Host="archive.example.org")[2].decode()
