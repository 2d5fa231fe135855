"""Where the articles of a site stand: a selector is proposed only where the articles come out as they were."""

from crawler.elements import selectors
from pipelines.document import Knowledge, Page, PageRules
from sample.texts import load

TEXTS = load()[:6]


def page(n: int, body: str, *, kind: str = "text/html") -> tuple[Page, ...]:
    markup = f"<html><head><title>{TEXTS[n].title}</title></head><body>{body}</body></html>"
    return (Page(f"http://a.test/{n}.html", markup.encode(), f"{kind}; charset=utf-8"),)


def lines(n: int) -> str:
    return "".join(f"<p>{line}</p>" for line in TEXTS[n].paragraphs)


MENU = "<div class='nav'><a href='/'>首页</a> <a href='/zj/'>工作总结栏目列表</a></div>"


def test_the_element_of_all_articles_and_what_in_it_is_none() -> None:
    share = "<div class='share'><a href='/s'>分享到新浪微博</a> <a href='/q'>分享到QQ空间</a></div>"
    pages = [page(n, f"{MENU}<h1>{TEXTS[n].title}</h1><div id='text'>{lines(n)}{share}</div>") for n in range(6)]
    found = selectors(pages, Knowledge())
    assert found.rules.article.endswith("#text") and found.same == found.tried == 6
    assert found.rules.drop in ((), ("div.share",))


def test_elements_without_a_name_of_their_own_are_not_proposed() -> None:
    numbered = [page(n, f"{MENU}<div id='post-{n}4711'>{lines(n)}</div>") for n in range(4)]
    assert selectors(numbered, Knowledge()).rules == PageRules()
    twice = [page(n, f"<div class='text'>广告位</div><div class='text'>{lines(n)}</div>") for n in range(4)]
    assert selectors(twice, Knowledge()).rules == PageRules()


def test_an_element_that_holds_some_articles_only_is_not_proposed() -> None:
    pages = [page(n, f"{MENU}<div id='{'text' if n % 2 else 'other'}'>{lines(n)}</div>") for n in range(6)]
    assert selectors(pages, Knowledge()).rules == PageRules()


def test_a_plain_text_has_no_elements() -> None:
    plain = (Page("http://a.test/1.txt", "\n".join(TEXTS[0].paragraphs).encode(), "text/plain; charset=utf-8"),)
    assert selectors([plain], Knowledge()).rules == PageRules() == selectors([], Knowledge()).rules
