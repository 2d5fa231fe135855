"""An archive in which everything that a site may choose is chosen to do harm: for tests in a browser."""

from dataclasses import replace
from pathlib import Path

from archive_cases import CHROME, outcome

from archive import families
from archive.store import Fetch, add, add_fetch, begin_crawl, open_archive
from archive.warc import Exchange, WarcWriter
from pipelines.document import Gap, Mark, Outcome, Step, article_id

PWNED = "window.__pwned=1"
TURN = "\u202e反了\u2066也反"  # an override and an isolate that never end
NASTY = (
    f"<script>{PWNED}</script><img src=x onerror={PWNED}><svg/onload={PWNED}>\"'><b onmouseover={PWNED}>粗"
    f"{{{{7*7}}}}{{%raw%}}</style></title></textarea>&lt;&#60;{TURN}\x00\x1b[31m\u2028`${{1}}`=cmd|' /C calc'!A0"
)
LINK = f"javascript:{PWNED}//"
HOST = f"http://<img src=x onerror={PWNED}>.test/\u202e{NASTY[:60]}"
BODY = f"""<!doctype html><html><head><meta charset=utf-8><title>{NASTY}</title>
<base href=http://evil.test/><meta http-equiv=refresh content="0;url=http://evil.test/refresh">
<link rel=stylesheet href=http://evil.test/a.css><script src=http://evil.test/a.js></script><script>{PWNED}</script>
<style>@import "http://evil.test/b.css"; body {{ background: url(http://evil.test/c.png) }}</style></head>
<body onload="{PWNED}" background=http://evil.test/d.png><h1 onclick="{PWNED}">某局工作总结</h1>
<a href="javascript:{PWNED}" id=trap>下一页</a><a href=http://evil.test/ target=_top>首页</a>
<img src=http://evil.test/e.png srcset="http://evil.test/f.png 2x" onerror="{PWNED}" alt=公章>
<form action=http://evil.test/g><input name=q autofocus onfocus="{PWNED}"><button formaction=http://evil.test/h>交</button></form>
<iframe src=http://evil.test/i></iframe><object data=http://evil.test/j></object><embed src=http://evil.test/k>
<video autoplay poster=http://evil.test/l src=http://evil.test/m></video><svg><script>{PWNED}</script></svg>
<p style="background:url('http://evil.test/n')">各位领导：本年度科普工作扎实推进，现将有关情况总结如下。</p></body></html>"""
SAME = (
    "镇文化站{}的安排围绕三个村的露天书场展开，每逢集日由退休教师轮流讲古，讲的是本地修渠筑路的旧事。书场的长凳由木匠免费修补，"
    "茶水由隔壁供销社承担，听众多时坐到了桥头，散场后孩子们把凳子擦净归位，这一年共讲了四十场，没有一场因雨取消。"
)
LONG = 5_000_000  # characters of one line
ADDRESSES = {"link": LINK, "host": HOST, "long": "http://long.test/1.html"}


def hostile(folder: Path) -> dict[str, str]:
    """The archive `archive.db` and its captures; the ids of its documents by name."""
    db = open_archive(folder / "archive.db")
    crawl = begin_crawl(db, NASTY, "{}")
    writer = WarcWriter(folder / "warc", "crawl-1", {"software": "test"})
    for url in ADDRESSES.values():
        head = f"HTTP/1.1 200 OK\r\nContent-Type: text/html; charset=utf-8\r\nX-Said: {NASTY[:200]}\r\n\r\n"
        sent = Exchange(
            url.replace("\x00", "").replace("\u2028", ""), "2026-01-01T00:00:00Z", b"GET / HTTP/1.1\r\n\r\n", b"",
            head.replace("\x00", "").replace("\u2028", "").encode("utf-8"), _page(url),
        )  # fmt: skip
        got = writer.exchange(sent)
        add_fetch(
            db,
            Fetch(
                crawl, url, 200, got.date, got.payload_digest, got.body_digest, got.file, got.offset, got.length,
                f"text/html{NASTY}", NASTY, NASTY, NASTY,
            ),
        )  # fmt: skip
    writer.close()
    for number, name in enumerate(("link", "host"), 1):
        add(db, _nasty(SAME.format(NASTY if number == 1 else f"<b>年末{TURN}"), ADDRESSES[name], number))
    families.settle(db)
    add(
        db,
        outcome("各位领导：" + "总结" * (LONG // 2), url=ADDRESSES["long"], fetch_id=3, title=NASTY, title_hans=NASTY),
    )
    db.close()
    return {name: f"{article_id(url)}-0" for name, url in ADDRESSES.items()}


def _page(url: str) -> bytes:
    return BODY.replace("现将有关情况", "科" * LONG if "long" in url else "现将有关情况").encode()


def _nasty(text: str, url: str, fetch_id: int) -> Outcome:
    """An article whose every fact, edit, mark and gap is hostile."""
    said = {"title": NASTY, "title_hans": NASTY, "signed_by": NASTY, "genre": "总结", "document_number": NASTY}
    made = outcome(text, url=url, fetch_id=fetch_id, **said, province=NASTY)
    assert made.source
    first = made.edits[0]._replace(steps=(Step("frame", NASTY, CHROME, "", NASTY),))
    mark = Mark(1, len(CHROME), len(CHROME) + 3, NASTY, NASTY, NASTY)
    gap = Gap(1, len(CHROME) + 5, NASTY, 3, NASTY)
    return replace(
        made, source=replace(made.source, page_title=NASTY), edits=(first, *made.edits[1:]), marks=(mark,), gaps=(gap,)
    )
