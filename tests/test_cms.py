"""Systems that sites run on: known by what only they write, and never a reason to lose an article."""

from urllib.parse import urljoin

import pytest

from crawler import cms
from crawler.cms import NONE, Systems, recognise
from crawler.frontier import Limits, Policy
from crawler.profile import Profile, ProfileError, load
from pipelines.structure.paging import Link
from sample.web import build
from tests.cms_sites import sites

SITES = sites()
NAMED = {
    "dede": "dedecms",
    "empire": "empirecms",
    "wp": "wordpress",
    "both": "",
}  # by host, where it is not the system's name


def system_of(host: str) -> str:
    name = host.split(".")[1]
    return NAMED.get(name, name)


@pytest.mark.parametrize("host", SITES)
def test_a_system_is_known_by_an_article_of_it(host: str) -> None:
    site = SITES[host]
    for path in (*site.articles, *site.later):
        found, evidence = recognise(site.pages[path])
        assert found.name == system_of(host) and all(words in site.pages[path] for words in evidence)


def test_pages_of_no_system_are_of_none() -> None:
    for page in build(1).pages.values():
        assert recognise(page.body.decode("utf-8", "replace"))[0] is NONE
    both = 'content="WordPress" <a href="/e/DoPrint/?id=1">'
    assert recognise(both) == (NONE, ())  # a page that speaks for two speaks for none


@pytest.mark.parametrize("host", SITES)
@pytest.mark.parametrize("name", cms.names())
def test_no_system_denies_an_article_or_a_list(host: str, name: str) -> None:
    site, system = SITES[host], cms.load(name)
    if system_of(host) == name:
        assert all(system.kind_of(f"http://{host}{path}") == "article" for path in site.articles)
        lists = [
            path for path in site.pages if "list" in path or "forum" in path or "/page/" in path or "index_" in path
        ]
        assert all(system.kind_of(f"http://{host}{path}") == "list" for path in lists)
        assert not any(system.is_denied(f"http://{host}{path}") for path in (*site.articles, *site.later, *lists))


@pytest.mark.parametrize(
    ("host", "path"),
    [
        ("www.dede.test", "/plus/erraddsave.php?aid=1"),
        ("www.dede.test", "/plus/stow.php?aid=1"),
        ("www.empire.test", "/e/DoPrint/?classid=1&id=12"),
        ("www.empire.test", "/e/pl/?classid=1&id=12"),
        ("www.phpcms.test", "/index.php?m=member&c=index&a=register"),
        ("www.wp.test", "/2019/01/10/x/?replytocom=7#respond"),
        ("www.wp.test", "/wp-json/wp/v2/posts"),
        ("www.jcms.test", "/module/visitcount/articlehits.jsp?colid=1"),
        ("bbs.discuz.test", "/space-uid-7.html"),
        ("bbs.discuz.test", "/forum.php?mod=forumdisplay&fid=2&orderby=dateline"),
    ],
)
def test_what_a_system_keeps_no_document_behind_is_not_asked_for(host: str, path: str) -> None:
    start = f"http://{host}/"
    policy = Policy((start,), Profile(), Limits())
    link = Link(urljoin(start, path), "")
    assert "chrome" not in policy.refusal(link, 1)
    policy.systems.see(start, next(SITES[host].pages[path] for path in SITES[host].articles))
    assert policy.refusal(link, 1).startswith(f"chrome: of {system_of(host)}")


def test_a_host_is_looked_at_until_it_is_known_but_not_for_ever() -> None:
    wordpress = 'src="/wp-includes/x.js"'
    late, never = Systems(), Systems()
    for page in ("", "", wordpress):
        late.see("http://a.test/1", page)
    assert late.of("http://a.test/2").name == "wordpress" and late.of("http://b.test/") is NONE
    for page in (*[""] * cms.LOOKS, wordpress):
        never.see("http://a.test/1", page)
    assert never.of("http://a.test/2") is NONE


def test_a_profile_inherits_from_its_system(tmp_path) -> None:  # type: ignore[no-untyped-def]
    file = tmp_path / "a.toml"
    file.write_text('start_urls = ["http://a.test/"]\ncms = "dedecms"\ndeny_urls = ["/old/"]\n')
    site = load(str(file))
    assert site.kind_of("http://a.test/a/zj/list_1_2.html") == "list" and not site.names_links
    assert site.is_denied("http://a.test/plus/stow.php?aid=1") and site.is_denied("http://a.test/old/1.html")
    file.write_text(file.read_text() + 'article_urls = ["/n/"]\n')
    site = load(str(file))
    assert site.names_links and not site.kind_of("http://a.test/a/zj/list_1_2.html")
    file.write_text('start_urls = ["http://a.test/"]\ncms = "dedecm"\n')
    with pytest.raises(ProfileError, match=r"a\.toml: cms: no system named 'dedecm'\. Known systems: dedecms,"):
        load(str(file))
    with pytest.raises(ProfileError, match="no system named"):
        cms.load("../sample-gov")
