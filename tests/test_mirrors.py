"""Mirrors of one article meet by their addresses, and their texts must confirm it; who stands for a family."""

from pathlib import Path
from random import Random

import pytest
from archive_cases import outcome
from archive_files import clean
from test_families import OTHERS, TEXTS, archive

from archive import families
from archive.copies.addresses import article_number, domain
from archive.copies.canonical import canonical
from archive.rows import Row
from archive.store import add, open_archive
from benchmarks import copies
from pipelines.document import Knowledge, Page, PageRules, article_id
from pipelines.process import restore


@pytest.mark.parametrize(
    ("url", "number"),
    [
        ("http://m.gz85.com/a/5283898", "gz85.com 5283898"),
        ("https://www.gz85.com/gongzuo/5283898.html", "gz85.com 5283898"),
        ("http://m.xuexila.com/yc/c314460.html", "xuexila.com 314460"),
        ("http://mip.010zaixian.com/fanwen/50484_4.htm", "010zaixian.com 50484"),
        ("http://www.deichen.com/200612/73315.html", "deichen.com 73315"),
    ],
)
def test_the_number_of_an_article(url: str, number: str) -> None:
    assert article_number(url) == number


@pytest.mark.parametrize(
    "url",
    [
        "http://www.example.com/20190512/index.html",
        "http://www.example.com/2019/04/summary.html",
        "http://www.example.com/zj/12.html",
        "http://127.0.0.1:8080/a/52838.html",
        "urn:sha256:5283898",
    ],
)
def test_no_number_of_an_article(url: str) -> None:
    assert article_number(url) == ""


def test_a_registered_domain() -> None:
    assert domain("m.gz.gov.cn") == domain("www.gz.gov.cn") and domain("localhost") == "localhost"


def page(url: str, canonical_link: str = "") -> Page:
    title, body = clean("a01")
    link = f'<link rel="canonical" href="{canonical_link}">' if canonical_link else ""
    lines = "".join(f"<p>{line}</p>" for line in body.split("\n"))
    html = f"<html><head><title>{title}</title>{link}</head><body><h1>{title}</h1>{lines}</body></html>"
    return Page(url, html.encode(), "text/html; charset=utf-8")


@pytest.mark.parametrize(
    ("link", "kept"),
    [
        ("https://www.example.com/a/1.html", "https://www.example.com/a/1.html"),
        ("/zj/9.html", "http://m.example.com/zj/9.html"),
        ("", None),
        ("/", None),
        ("javascript:void(0)", None),
        ("http://[", None),
    ],
)
def test_the_address_that_a_page_names_is_kept(tmp_path: Path, link: str, kept: str | None) -> None:
    db = open_archive(tmp_path / "a.db")
    made = restore((page("http://m.example.com/a/1.html", link),), Knowledge(), PageRules())
    assert not made.rejected
    db.conn.execute("PRAGMA foreign_keys = OFF")
    add(db, made)
    assert db.conn.execute("SELECT canonical FROM pages").fetchone() == (kept,)


def kinds(tmp_path: Path, *pages: tuple[str, str]) -> list[str]:
    db = open_archive(tmp_path / "a.db")
    db.conn.execute("PRAGMA foreign_keys = OFF")
    for url, text in pages:
        add(db, outcome(text, url=url))
    families.settle(db)
    return [kind for (kind,) in db.conn.execute("SELECT kind FROM pairs")]


def test_mirrors_need_less_to_be_a_pair(tmp_path: Path) -> None:
    text = copies.clauses(TEXTS[0], Random(5), 0.72, OTHERS)
    one, other = "http://www.example.com/gzzj/5283898.html", "http://m.example.com/a/5283898"
    (tmp_path / "1").mkdir()
    (tmp_path / "2").mkdir()
    assert kinds(tmp_path / "1", (one, TEXTS[0]), (other, text)) == ["mirror"]
    assert kinds(tmp_path / "2", (one, TEXTS[0]), (other.replace("898", "777"), text)) == []


def test_addresses_alone_make_no_pair(tmp_path: Path) -> None:
    assert not kinds(
        tmp_path, ("http://www.example.com/a/5283898.html", TEXTS[0]), ("http://m.example.com/b/5283898", TEXTS[1])
    )


def row(id: str, **more: object) -> Row:
    known: dict[str, object] = {
        "id": id, "host": "www.fanwen.com", "signed_by": None, "document_number": None, "damage": "[]",
        "status": "complete", "quality_parts": "{}", "quality": 1.0, "length": 1000,
    }  # fmt: skip
    return {**known, **more}  # type: ignore[dict-item]


@pytest.mark.parametrize(
    ("better", "worse"),
    [
        ({"host": "www.kx.gov.cn", "signed_by": "某县科协", "quality": 0.7}, {}),
        ({}, {"host": "www.kx.gov.cn", "signed_by": "某县科协", "damage": '["hijacked"]'}),
        ({"signed_by": None}, {"host": "www.sold.org.cn", "damage": '["spun"]'}),
        ({"quality": 0.5}, {"damage": '["numbers_untrusted"]'}),
        ({"quality": 0.5}, {"status": "partial"}),
        ({"quality_parts": '{"unmasked": 1.0}'}, {"quality_parts": '{"unmasked": 0.7}', "length": 1400}),
        ({"length": 1000}, {"length": 700}),
        ({"quality": 0.9}, {"quality": 0.8}),
        ({}, {}),
    ],
)
def test_who_stands_for_a_family(better: dict[str, object], worse: dict[str, object]) -> None:
    same = better == worse
    first, second = row("a" if same else "b", **better), row("b" if same else "a", **worse)
    assert canonical([first, second])["id"] == canonical([second, first])["id"] == first["id"]


def test_an_association_without_signature_is_no_primary_source() -> None:
    assert canonical([row("b", host="www.sold.org.cn", quality=0.9), row("a")])["id"] == "a"


def test_families_of_one_page_are_told_apart_by_their_parts(tmp_path: Path) -> None:
    db = archive(tmp_path / "a.db", [TEXTS[0]])
    add(db, outcome(TEXTS[0], TEXTS[1], url="http://www.host9.test/9999.html", keys=("aaaaaa", "bbbbbb")))
    families.settle(db)
    found = dict(db.conn.execute("SELECT id, family_id FROM documents").fetchall())
    page_id = article_id("http://www.host9.test/9999.html")
    assert found[f"{page_id}-bbbbbb"] == f"{page_id}-bbbbbb" != found[f"{page_id}-aaaaaa"]
    assert len(set(found.values())) == 2
