"""The odd corners of a real host: moved and lost pages, a soft 404, a loop, a calendar without end, no documents."""

import re
from random import Random

from sample.builder import Builder, Entry
from sample.markup import document, meta
from sample.model import Response

LINKS = [
    ("旧版文章", "/old/10086.html"), ("专题", "/go/a"), ("站内活动", "/calendar?month=2024-01"),
    ("失效链接", "/gone/404.html"),
    ("最近更新", "/gongzuozongjie/999999.html"), ("空白页", "/blank.html"), ("附图", "/pic/broken.html"),
    ("怎么写述职报告", "/zhishi/shuzhibaogao.html"), ("搜索", "/search?q=总结"),
]  # fmt: skip

EXPLAINER = (
    "述职报告是什么？述职报告是任职者向上级机关和群众陈述自己履行岗位职责情况的一种应用文体。",
    "述职报告的格式：标题一般由文种名称构成，也可以写明任职时间和所任职务；抬头写主送单位或者称呼；正文由开头、主体、结尾三部分组成；最后署名并写明日期。",
    "述职报告怎么写？首先，写之前要弄清楚听报告的人是谁。其次，材料要有取舍，不要写成流水账。再次，语言要朴实，忌空话套话。",
    "述职报告和工作总结的区别：前者回答的是称职与否，后者回答的是做了什么、做得怎样。写作时应避免把两种文体混在一起。",
    "写述职报告的注意事项：一要实事求是，二要突出重点，三要有个人特点。以上就是述职报告的写法，你学会了吗？",
)


def put(make: Builder, moved: Entry, other: Entry) -> None:
    """All corners of a host; an old address leads to `moved`, a chain of two to `other`."""
    for target, to in (("/old/10086.html", moved.target), ("/old/10087.html", "/old/10088.html"),
                       ("/old/10088.html", other.target), ("/go/a", "/go/b"), ("/go/b", "/go/a")):  # fmt: skip
        make.add(target, Response(status=301 if target.startswith("/old") else 302, location=make.url(to)))
    _soft_404(make)
    _explainer(make)
    make.add("/blank.html", Response(b"", etag=""))
    make.add("/pic/broken.html", Response(Random(make.brief.seed).randbytes(6000), content_type="text/html"))
    make.site.traps["/calendar"] = lambda target: calendar(make, target)
    make.site.non_documents += ["/blank.html", "/pic/broken.html"]


def _soft_404(make: Builder) -> None:
    said = "抱歉，您访问的页面不存在或已被删除！3秒后自动返回首页。您可以：检查网址是否正确；返回首页重新查找。"
    target = "/gongzuozongjie/999999.html"
    make.page(target, f"页面不存在_{make.brief.name}", make.dom.box("body", f'<p>{said}</p><a href="/">返回首页</a>'))
    make.site.non_documents.append(target)


def _explainer(make: Builder) -> None:
    target, title = "/zhishi/shuzhibaogao.html", "述职报告怎么写？述职报告的格式与写法"
    inner = make.dom.title(title) + make.dom.box("body", make.dom.paragraphs(EXPLAINER))
    make.page(target, f"{title}_{make.brief.name}", inner)
    make.site.non_documents.append(target)


def calendar(make: Builder, target: str) -> Response:
    """A month of a calendar that links to the month before and the month after, for ever."""
    found = re.search(r"month=(\d{4})-(\d\d)", target)
    year, month = (int(found[1]), int(found[2])) if found else (2024, 1)
    around = [divmod(year * 12 + month - 1 + step, 12) for step in (-1, 1)]
    links = "".join(f'<a href="/calendar?month={y:04d}-{m + 1:02d}">{y}年{m + 1}月</a> ' for y, m in around)
    days = "".join(f'<td><a href="/calendar?month={year:04d}-{month:02d}&day={d}">{d}</a></td>' for d in range(1, 29))
    inner = f"<h1>{year}年{month}月活动安排</h1>{links}<table><tr>{days}</tr></table>"
    return Response(document(f"{year}年{month}月_{make.brief.name}", inner, head=meta("utf-8")).encode())
