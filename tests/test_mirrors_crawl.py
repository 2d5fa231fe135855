"""One article is kept once for its mirror; what a page says of itself is believed where it can be true."""

import pytest

from archive.store import Fetch, add, add_fetch, begin_crawl, open_archive
from crawler.mirrors import editions, kept_as, original, same_bytes, twins
from pipelines.document import Knowledge, Page, PageRules
from pipelines.process import restore
from pipelines.view import View


def view(canonical: str = "", *others: str) -> View:
    return View("article", (), (), "", 900, 0, "题", canonical, others)


WWW, M = "http://www.a.test", "http://m.a.test"


@pytest.mark.parametrize(
    ("url", "canonical", "believed"),
    [
        (f"{M}/a/321839.html", f"{WWW}/gongzuozongjie/321839.html", True),
        (f"{M}/yc/c314460.html", f"{WWW}/yc/314460.html", True),  # a letter before the number
        (f"{M}/show.asp?id=4711", f"{WWW}/zj/4711.html", True),
        ("http://a.test/zj/abc.html", "https://www.a.test/zj/abc.html", True),
        (f"{WWW}/zj/4711.html?from=timeline", f"{WWW}/zj/4711.html", True),
        (f"{WWW}/x/?replytocom=1234", f"{WWW}/x/", True),
        (f"{WWW}/x/amp/", f"{WWW}/x/", True),
        (f"{WWW}/forum.php?mod=viewthread&tid=47110", f"{WWW}/thread-47110-1-1.html", True),
        (f"{WWW}/forum.php?mod=viewthread&tid=47110", f"{WWW}/thread-47111-1-1.html", False),
        (f"{WWW}/view.asp?id=7", f"{WWW}/7.html", False),  # too short to be sure
        (f"{WWW}/zj/4711.html", f"{WWW}/", False),  # all pages name the front page
        (f"{M}/zj/4711.html", f"{WWW}", False),
        (f"{WWW}/zj/4711.html", f"{WWW}/zj/4711.html#top", False),  # itself
        (f"{WWW}/x/", f"{WWW}/x", False),
        (f"{WWW}/zj/4711.html", f"{WWW}/zj/4712.html", False),  # a template that names one article on all
        (f"{M}/zj/4711.html", f"{WWW}/zj/4712.html", False),
        (f"{WWW}/zj/4711.html", f"{WWW}/zj/", False),  # its list
        (f"{M}/a/4711_2.html", f"{WWW}/zj/4711.html", False),  # a later page names the whole article
        (f"{WWW}/x/2/", f"{WWW}/x/", False),
        (f"{WWW}/show.asp?id=4711", f"{WWW}/show.asp", False),  # a lazy one without its number
        (f"{M}/a/4711.html", "http://www.b.test/zj/4711.html", False),  # the site that it was copied from
        (f"{WWW}/zj/4711.html", "", False),
    ],
)
def test_what_a_page_calls_its_own_address(url: str, canonical: str, believed: bool) -> None:
    assert original(url, view(canonical)) == (canonical if believed else "")


def test_an_edition_that_was_asked_for_is_kept() -> None:
    page = view(f"{WWW}/zj/4711.html")
    assert original(f"{M}/a/4711.html", page, ("www.a.test",)) and not original(f"{M}/a/4711.html", page, ("m.a.test",))


def test_editions_that_a_page_names_need_not_be_asked_for() -> None:
    named = view(
        "", f"{M}/a/4711.html", f"{M}/", f"{M}/a/9.html", "http://m.b.test/a/4711.html", f"{WWW}/mip/4711.html"
    )
    assert editions(f"{WWW}/zj/4711.html", named) == (f"{M}/a/4711.html", f"{WWW}/mip/4711.html")
    assert editions(f"{WWW}/zj/4711.html", named, ("m.a.test",)) == (f"{WWW}/mip/4711.html",)
    assert editions(f"{WWW}/", named) == (f"{M}/",)


def test_twins_differ_in_scheme_or_www() -> None:
    assert twins("http://a.test/x?y=1") == (
        "http://www.a.test/x?y=1", "https://a.test/x?y=1", "https://www.a.test/x?y=1",
    )  # fmt: skip
    assert twins("http://localhost/x") == ("https://localhost/x",)


PAGE = "<html><title>清河县科协2018年工作总结_{}</title><body><h1>清河县科协2018年工作总结</h1>{}</body></html>"
BODY = "".join(
    f"<p>{n}、今年我们开展科普活动{n + 3}次，服务群众{n}00人，完成了年初确定的第{n}项任务。</p>" for n in range(1, 9)
)


def test_a_mirror_is_one_where_the_other_is_in_the_archive_under_its_title() -> None:
    db = open_archive(":memory:")
    crawl = begin_crawl(db, "x", "{}")

    def came(url: str, body: str, digest: str) -> int:
        fetch_id = add_fetch(db, Fetch(crawl, url, 200, "2026-01-01T00:00:00Z", digest, digest, "", 0, 0))
        page = Page(url, PAGE.format("某某网", body).encode(), "text/html; charset=utf-8", fetch_id=fetch_id)
        add(db, restore((page,), Knowledge(), PageRules()))
        return fetch_id

    desktop, thin = f"{WWW}/zj/4711.html", f"{WWW}/zj/1.html"
    came(desktop, BODY, "sha256:1")
    came(thin, "", "sha256:2")
    assert kept_as(db, desktop, "清河县科协2018年工作总结 - 某某网手机版") == desktop
    assert kept_as(db, desktop, "清河县科协2019年工作总结_某某网") == ""  # another article
    assert kept_as(db, thin, "清河县科协2018年工作总结_某某网") == ""  # it was rejected: the mirror is all there is
    assert kept_as(db, f"{WWW}/zj/2.html", "清河县科协2018年工作总结_某某网") == ""
    twin, changed = "https://a.test/zj/4711.html", "https://www.a.test/zj/4711.html"
    same = add_fetch(db, Fetch(crawl, twin, 200, "2026-01-02T00:00:00Z", "sha256:1", "sha256:1", "", 0, 0))
    other = add_fetch(db, Fetch(crawl, changed, 200, "2026-01-02T00:00:00Z", "sha256:3", "sha256:3", "", 0, 0))
    assert same_bytes(db, twin, same) == desktop and same_bytes(db, changed, other) == ""
    again = add_fetch(db, Fetch(crawl, desktop, 200, "2026-01-03T00:00:00Z", "sha256:1", "sha256:1", "", 0, 0))
    assert same_bytes(db, desktop, again) == ""  # it was kept here before
    thin_twin = add_fetch(db, Fetch(crawl, "https://www.a.test/zj/1.html", 200, "x", "sha256:2", "sha256:2", "", 0, 0))
    assert same_bytes(db, "https://www.a.test/zj/1.html", thin_twin) == ""  # that one is no document
