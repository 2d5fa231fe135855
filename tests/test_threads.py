"""Posts that follow one another: only the first is the page's document; what looks like posts and is none stays."""

import pytest

from pipelines.decode import decode
from pipelines.document import HostKnowledge, Page, PageRules
from pipelines.extract import extract
from pipelines.extraction.ballot import Ballot
from pipelines.extraction.render import parse, render
from pipelines.extraction.threads import thread

TEXT = (
    "今年以来，我镇科协围绕中心工作，扎实开展科普宣传，现将情况总结如下。",
    "一是健全组织网络，发展会员126人，成立科普志愿服务队8支，服务群众3200人次。",
    "二是办好科普阵地，更新科普画廊24期，举办讲座15场，发放资料9000份，群众反映良好。",
    "三是加强培训，举办种植技术培训班6期，培训农民860人次，推广新品种4个，增收明显。",
)
REPLIES = ("写得不错，学习了。", "顶一下，楼主辛苦，我们单位也在写，借鉴一下。", "数据很扎实，收藏了慢慢看。")


def page(body: str) -> str:
    menu = '<div class="top"><a href="/">首页</a> <a href="/bbs/">论坛</a> <a href="/new/">新帖</a></div>'
    foot = '<div class="foot">Powered by 论坛程序</div>'
    return f"<html><head><title>科协工作总结</title></head><body>{menu}{body}{foot}</body></html>"


def kept(body: str) -> list[str]:
    found = extract(decode(Page("http://b.test/1.html", page(body).encode(), "text/html; charset=utf-8")), HOST, RULES)
    pairs = zip(found.blocks, found.verdicts, strict=True)
    return [found.text[block.start : block.end] for block, verdict in pairs if verdict.keep]


HOST, RULES = HostKnowledge("b.test"), PageRules()


def paragraphs(*lines: str) -> str:
    return "".join(f"<p>{line}</p>" for line in lines)


def stamp(n: int) -> str:
    return f"2011-3-{4 + n} 1{n}:2{n}"


def frame_above(n: int, nick: str, text: str) -> str:
    author = f'<td class="author"><a href="/u/{n}">{nick}</a><p>积分 {n}20</p></td>'
    return (
        f'<div id="post_{n}"><table><tr>{author}<td><div class="info">发表于 {stamp(n)} | 只看该作者</div>'
        f'<div class="t_f">{text}</div></td></tr></table></div>'
    )


def frame_below(n: int, nick: str, text: str) -> str:
    return f'<div class="post">{text}</div><div class="by">{stamp(n)} by <a href="/u/{n}">{nick}</a></div>'


def posts(frame: object) -> str:
    assert callable(frame)
    first = frame(0, "老张", paragraphs(*TEXT))
    return str(first) + "".join(str(frame(n + 1, f"网友{n}", paragraphs(reply))) for n, reply in enumerate(REPLIES))


@pytest.mark.parametrize("frame", [frame_above, frame_below])
def test_the_first_post_of_a_thread_is_the_document(frame: object) -> None:
    found = kept(f"<h1>科协工作总结</h1>{posts(frame)}")
    assert [line for line in found if line in TEXT] == list(TEXT)
    assert not set(REPLIES) & set(found)


def test_frames_under_their_posts_are_told_from_frames_over_them() -> None:
    below = "".join(frame_below(n, "某人", paragraphs(line)) for n, line in enumerate(TEXT))
    tree = parse(page(below))
    ballot = Ballot(render(tree), tree, HOST)
    assert [line for line, said in zip(ballot.lines, thread(ballot), strict=True) if not said][-1] == TEXT[0]


def test_the_frame_of_the_first_post_is_no_part_of_it() -> None:
    posts = ""
    for n, text in enumerate((paragraphs(*TEXT), paragraphs(REPLIES[0]), paragraphs(REPLIES[1]))):
        motto = '<div class="sign">人生如茶，平淡是真，知足常乐。</div>'
        author = f'<td class="author"><p>会员{n}</p><p>积分 {n}20</p></td>'
        posts += (
            f'<div id="p{n}"><table><tr>{author}<td><em>发表于 {stamp(n)}</em>{text}{motto}</td></tr></table></div>'
        )
    assert kept(f"<h1>科协工作总结</h1>{posts}")[1:] == list(TEXT)


def test_headings_and_lists_of_the_first_post_are_its_own() -> None:
    listed = f"<h3>一、概况</h3>{paragraphs(*TEXT)}<ul><li>附表一</li><li>附表二</li></ul>"
    found = kept(frame_above(0, "老张", listed) + frame_above(1, "老李", paragraphs(*REPLIES)))
    assert found[-7:] == ["一、概况", *TEXT, "附表一", "附表二"]


def test_two_stamps_at_head_and_tail_cost_no_list_of_an_article() -> None:
    info = '<div class="info">发布者：小王 {}</div>'
    listed = "<ul><li>附表一</li><li>附表二</li></ul>"
    body = f"{info.format(stamp(1))}{paragraphs(*TEXT)}{listed}{info.format(stamp(2))}<ul><li>其他栏目</li></ul>"
    assert [line for line in kept(f"<div>{body}</div>") if line in (*TEXT, "附表一", "附表二")] == [
        *TEXT,
        "附表一",
        "附表二",
    ]


def test_a_reply_may_be_longer_than_the_first_post() -> None:
    long = paragraphs(*(f"补充第{n}点意见：建议把服务群众的次数和效果写得再具体一些，数据要有出处。" for n in range(9)))
    body = frame_above(0, "老张", paragraphs(*TEXT)) + frame_above(1, "老李", long)
    assert not [line for line in kept(body) if line.startswith("补充第")]


@pytest.mark.parametrize("when", ["2021-03-04 10:2{n}", "{n}小时前", "昨天 10:2{n}"])
def test_comments_under_an_article_are_others(when: str) -> None:
    comments = "".join(
        f'<li><b>网友{n}</b><div class="t">{when.format(n=n)}</div><div>{reply}</div></li>'
        for n, reply in enumerate(REPLIES)
    )
    body = f'<div class="main">{paragraphs(*TEXT)}</div><div class="pl"><h3>最新评论</h3><ul>{comments}</ul></div>'
    assert kept(body) == list(TEXT)


def test_an_archive_of_a_blog_gives_its_first_entry() -> None:
    entries = ""
    for n in range(3):
        told = paragraphs(*(f"{line}{n}。" for line in TEXT))
        entries += f'<div class="entry"><h2>第{n}次记录 {stamp(n)}</h2>{told}<p class="x">阅读 评论({n})</p></div>'
    assert kept(f"<div>{entries}</div>")[-1] == TEXT[-1] + "0。"


LOOK_ALIKES = {
    "a timeline": "".join(f"<p>{stamp(n)} 到达第{n}个服务点，开展义诊。</p><p>{TEXT[n]}</p>" for n in range(4)),
    "a log": "".join(f"<p>{stamp(n)} 到达第{n}个服务点</p><p>{TEXT[n]}</p>" for n in range(4)),
    "a chronicle": f"<dl>{''.join(f'<dt>{stamp(n)}</dt><dd>{line}</dd>' for n, line in enumerate(TEXT))}</dl>",
    "events": f"<dl>{''.join(f'<dt>{stamp(n)} 抵达</dt><dd>{line}</dd>' for n, line in enumerate(TEXT))}</dl>",
    "a list of meetings": f"<ol>{''.join(f'<li>第{n}会 {stamp(n)}</li>' for n in range(5))}</ol>{paragraphs(*TEXT)}",
    "meetings": paragraphs(*TEXT) + paragraphs(*(f"时间：2011-3-{n} 9:30" for n in (4, 5)), "地点：镇政府会议室。"),
    "signing days": "".join(
        f'<div>{paragraphs(*TEXT)}<div class="day">2011年3月{n}日</div></div>' for n in (1, 2, 3)
    ),
    "a compilation": "".join(
        f'<h2>科协工作总结篇{n + 1}</h2><div class="info">时间：{stamp(n)}</div>{paragraphs(*TEXT)}' for n in range(3)
    ),
    "one stamp": f'<div class="info">发布时间：{stamp(1)}</div>{paragraphs(*TEXT)}',
}  # fmt: skip


@pytest.mark.parametrize("body", LOOK_ALIKES.values(), ids=LOOK_ALIKES)
def test_what_looks_like_posts_and_is_none_has_no_objection(body: str) -> None:
    tree = parse(page(body))
    votes = thread(Ballot(render(tree), tree, HOST))
    assert not any(votes)


def test_a_list_of_stamped_titles_is_no_thread_before_an_article() -> None:
    titles = "".join(f'<li><a href="/{n}">某某消息</a> <i>{stamp(n)}</i></li>' for n in range(5))
    assert kept(f'<div class="l"><ul>{titles}</ul></div><div class="main">{paragraphs(*TEXT)}</div>') == list(TEXT)
