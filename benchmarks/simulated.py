"""A simulated site of any size: lists with a pager, articles with chrome and related links, made as they are asked for.

One process, one thread, no disk: a server that costs little beside any crawler that asks it.
"""

import asyncio
import random
import re
from functools import lru_cache
from pathlib import Path

TEXTS = Path(__file__).parent.parent / "sample" / "texts"
A_LIST = 40  # articles that a list page names
LENGTH = 1_600  # characters of an article: the median of the real pages
SCRIPT = "<script>var _hmt=_hmt||[];(function(){var hm=document.createElement('script');})();</script>\n" * 130
UNITS = ("科协", "教育局", "卫生院", "信访办", "统计局", "团委", "街道办事处", "水利站", "档案局", "图书馆")


@lru_cache
def words() -> tuple[str, ...]:
    """Pairs of characters, of which texts are made that have no copies: comparing copies is measured elsewhere."""
    text = "".join(path.read_text("utf-8") for path in sorted(TEXTS.glob("*.txt")))
    return tuple(sorted({run[n : n + 2] for run in re.findall(r"[\u4e00-\u9fff]{6,}", text) for n in (0, 2, 4)}))


def paragraphs(chance: random.Random) -> list[str]:
    """So many as are an article."""
    drawn = chance.choices(words(), k=LENGTH // 2)
    clauses = ["".join(drawn[n : n + 5]) for n in range(0, len(drawn), 5)]
    sentences = ["，".join(clauses[n : n + 3]) + f"{chance.randint(1, 999)}项。" for n in range(0, len(clauses), 3)]
    return ["".join(sentences[n : n + 4]) for n in range(0, len(sentences), 4)]


def title(number: int) -> str:
    """The title of an article, which lists name it by."""
    return f"{2005 + number % 17}年清河县{UNITS[number % len(UNITS)]}工作总结（{number}）"


def article(host: str, number: int, articles: int) -> str:
    """An article page: some 25 KB (the median of 33 real ones), a fifth of it text, with some 60 links."""
    chance = random.Random(f"{host}/{number}")
    lines = paragraphs(chance)
    related = "".join(
        f'<li><a href="/a/{other}.html" title="{title(other)}">{title(other)}</a></li>'
        for other in (chance.randrange(articles) for _ in range(8))
    )
    text = "".join(f"<p>　　{line}</p>\n" for line in lines)
    return _page(
        title(number),
        f'<div class="pos">当前位置：<a href="/">首页</a> &gt; 工作总结</div><h1>{title(number)}</h1>'
        f'<div class="info">时间：{2005 + number % 17}-{1 + number % 12:02d}-{1 + number % 28:02d} 来源：{host}</div>'
        f'<div class="content">{text}</div><div class="rel"><h3>相关文章</h3><ul>{related}</ul></div>',
        articles,
    )


def listing(number: int, articles: int) -> str:
    """A list page, with a pager."""
    last = -(-articles // A_LIST)
    first = (number - 1) * A_LIST
    named = "".join(
        f'<li><a href="/a/{n}.html" title="{title(n)}">{title(n)}</a><span>2020-01-01</span></li>'
        for n in range(first, min(first + A_LIST, articles))
    )
    pages = range(max(1, number - 3), min(last, number + 3) + 1)
    pager = "".join(f'<a href="{_list(n)}">{n}</a> ' for n in pages)
    onward = f'<a href="{_list(number + 1)}">下一页</a>' if number < last else ""
    return _page(
        f"工作总结 第{number}页", f'<ul class="list">{named}</ul><div class="page">{pager}{onward}</div>', articles
    )


def _list(number: int) -> str:
    return f"/list_{number}.html" if number > 1 else "/"


def _page(name: str, body: str, articles: int) -> str:
    return (
        f'<!DOCTYPE html><html><head><meta charset="utf-8"><title>{name}</title>{SCRIPT}</head><body>'
        f'{_chrome(articles)}{body}<div class="foot">版权所有 清河文库</div></body></html>'
    )


@lru_cache
def _chrome(articles: int) -> str:
    """What every page of the site repeats: its menu and what is read most."""
    menu = "".join(
        f'<li><a class="m" href="{_list(n)}">栏目{n}</a></li>' for n in range(1, -(-articles // A_LIST) + 1)[:20]
    )
    hot = "".join(f'<li class="hot"><a href="/a/{n}.html">{title(n)}</a></li>' for n in range(min(articles, 30)))
    return f'<div class="top"><ul>{menu}</ul></div><div class="side"><h3>热门文章</h3><ul>{hot}</ul></div>'


def answer(host: str, target: str, articles: int) -> str:
    """The page at a target, '' where there is none."""
    if found := re.fullmatch(r"/a/(\d+)\.html", target):
        return article(host, int(found[1]), articles) if int(found[1]) < articles else ""
    if found := re.fullmatch(r"/(?:list_(\d+)\.html)?", target):
        return listing(int(found[1] or 1), articles)
    return ""


class Site(asyncio.Protocol):
    """A connection, kept open: no bodies in requests, one request at a time."""

    def __init__(self, articles: int) -> None:
        self.articles = articles
        self.buffer = b""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Where answers go."""
        self.transport = transport

    def data_received(self, data: bytes) -> None:
        """Answer each request that is complete."""
        self.buffer += data
        while (end := self.buffer.find(b"\r\n\r\n")) >= 0:
            head, self.buffer = self.buffer[:end].decode("latin-1"), self.buffer[end + 4 :]
            host = re.search(r"(?i)^host: *([^:\r\n]+)", head, re.M)
            page = answer(host[1] if host else "", head.split(" ", 2)[1], self.articles).encode()
            status = "200 OK" if page else "404 Not Found"
            start = (
                f"HTTP/1.1 {status}\r\nContent-Type: text/html; charset=utf-8\r\nContent-Length: {len(page)}\r\n\r\n"
            )
            assert isinstance(self.transport, asyncio.WriteTransport)
            self.transport.write(start.encode() + page)


async def serve(articles: int) -> None:
    """Serve a site of so many articles a host on a free port of loopback, and print the port."""
    server = await asyncio.get_running_loop().create_server(lambda: Site(articles), "127.0.0.1", 0)
    print(server.sockets[0].getsockname()[1], flush=True)
    await server.serve_forever()
