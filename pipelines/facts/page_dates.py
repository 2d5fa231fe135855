"""The dates that a page gives a document: the one it shows in its head, the one in its address, the year in the title.

They tell when a page was put up or refreshed, often years after the text. A date without a year (01-18), an empty label
(更新时间:) and a boast (24小时内) are no dates; nor is the time of an event, a deadline, or a clock.
"""

import re
from collections.abc import Callable, Iterator, Sequence
from typing import NamedTuple
from urllib.parse import urlsplit

from pipelines.facts.dates import ZERO, Found, dates_of, iso_date, number
from pipelines.facts.subject import Clue, Facts, Subject
from pipelines.script import fold

EARLIEST_PAGE, LATEST_PAGE = 1995, 2039  # years that an address may hold: the web in China, and a bound for ids
SHORT = 90  # characters of a line in which a date without label may be the page's; chosen
CREDIT = 12  # Chinese characters that may stand beside such a date: a category, a name (年度总结, 苑鹏); chosen

_PUBLISHED = "发布|发表|发稿|刊发|刊登|上传|上线|公开|公布|推送|[Pp]osted|[Pp]ublished"
_MADE = "发文|创建|录入|添加|生成|投稿|稿件|文章|新闻|信息|资讯"  # of the text or its record
_UPDATED = "更新|修改|编辑|整理"
_LABEL = re.compile(
    rf"(?:(?:最[近后]|上次)?(?P<what>{_PUBLISHED}|{_MADE}|{_UPDATED})\s?(?:的?(?:时\s{{0,2}}间|日\s{{0,2}}期)|于|在|on|[:])\s*[:\]】]?"
    r"|(?P<bare>时\s{0,2}间|日\s{0,2}期)\s*[:\]】])\s*[\[(【]?\s*$"
)
_ENDS_LABEL = re.compile(r"[间期于在n:\]】\[(][\[(【\s]*$")
# Words that make 时间 or 日期 that of something else than the page.
_OTHER = re.compile(
    r"(?:收稿|修回|截稿|截止|成文|签发|印发|施行|实施|生效|有效|失效|废止|报名|活动|会议|培训|考试|比赛|举办|召开|开始|结束|起止|到期|注册|登录|出生|成立|入会|回复"
    r"|打印|当前|系统|现在|北京|服务|工作|上班|办公|值班|开放|营业|开馆|任职|任期|评选|申报|公示|填报|填表|填写|检查|调研|考察|视察|讲话|演讲|完成|交稿|阅读|播出"
    r"|创作|学习|授课|参赛|录制|拍摄|访问|查询|受理|办理|立项|结项|建档|归档|批准|审批|审核|开庭|发生|来访|出席|主持|地点及|主要|具体|集合|参观|出发|述职|汇报|报告|总结)$"
)
_VAGUE = re.compile(r"(?:\d+\s?(?:小时|分钟|天|周|个月)[前内]|刚刚|今天|昨天|前天)")
# What follows a date that a page sets over its text: a time, a source, counters; or a newspaper's 报道.
_STAMP = re.compile(
    r"\s{0,8}T?\d{1,2}:\s?\d\d(?!\d{0,4}\s{0,8}[—~至到在])"
    r"|[日\])】]?[\s|,]{0,8}(?:来源|作者|稿源|浏览|点击|阅读|编辑|字号|字体|字数|人气|我要投稿|收藏|分享|分类|栏目|标签|评论|出处|发布者|发布人|发布单位|访问|责编|文章来源)"
    r"|(?:报道|讯)[】\])]"
)
# What follows the time of an event, which a plan gives in the same words as a page its date.
_EVENT = re.compile(
    r"\s{0,8}(?:\d{1,2}:\d\d)?\s{0,8}[(]?(?:上午|下午|晚上?|全天|[-—~至到]|开始|在|地点|前|之前|以前|截止)"
)
# Who gave a text, before a date that ends the line.
_CREDITED = re.compile(
    r"(?:来源|作者|稿源|供稿|编辑|责编|记者|通讯员|发布人|发布者|发布单位|发布机构|撰稿)[:\s][^。]{0,40}$|文/[^。]{0,40}$"
)
_CLOCK = re.compile(r"\s{0,8}[(]?(?:星期|周[一二三四五六日]|农历|礼拜)")
_HAN = re.compile("[一-鿿]")
_AT_START = re.compile(r"^[\[【(·•]?\s*$")
_ENTRY = re.compile(r"[\])】]?\s*[《\"“]?[一-鿿]{9,}")  # what follows a date in a list of titles
_MONTHS = "jan feb mar apr may jun jul aug sep oct nov dec"  # as Western software writes them
# Dates of Western software, which are read behind a label only: 9/17/2004 5:54:13 AM, May 10, 2018, 5月 10, 2018.
_AMERICAN = re.compile(
    r"(?<![\d/])(?P<m>\d{1,2})/(?P<d>\d{1,2})/(?P<y>(?:19|20)\d\d)(?!\d)(?P<half>\s[\d:]{4,8}\s?[AP]M)?"
)
_ENGLISH = re.compile(r"(?P<m>[A-Za-z]{3,9}|\d{1,2}月)\.?\s(?P<d>\d{1,2}),\s?(?P<y>(?:19|20)\d\d)(?!\d)")
_WESTERN = re.compile(r"(?:19|20)\d\d(?:(?<=\d[/,]....)|(?<=\d\s[/,]....)|(?<=\d[/,]\s....)|(?<=\d\s[/,]\s....)|\d{4})")
_PACKED = re.compile(r"(?<!\d)(?P<y>(?:19|20)\d\d)(?P<m>[01]\d)(?P<d>[0-3]\d)(?!\d)")

# A year in a title is one of the document unless it counts something, numbers a document, or names a goal.
_TITLE_YEAR = re.compile(
    r"(?P<y>(?:19[89]|20[0-4])\d)(?<![\dA-Za-z.]....)(?<!\d[:\-—]....)(?![\dxX*×]"
    r"|\s?[〕\])】]\s?第?[\dxX*×]{1,4}\s?号"
    # A counted thing follows: 2000字, 2023篇; but 2023个人总结, 2023家长会 and 2022元旦 are of that year.
    r"|\s?(?:[字篇份亿号余米亩册次届期里则款套吨秒句](?!末|中|间|体|程|幼)|公里|个(?![人体性])|人(?![事社力民口才武防工文员物保际]|大(?!型|规))|名(?![师校医家城著])"
    r"|元(?![旦宵])|万(?!能|家)|户(?![外籍口])|多(?!媒体|元|措)|强(?![化基国军县])|条(?!例)|家(?![长庭访校教电乡])|例(?!会)|分(?![管局校会行])|版|年?(?:远景|愿景)))"
)
_CENTURY = re.compile("19|20")
_TITLE_HAN_YEAR = re.compile(rf"(?P<y>[一二][{ZERO}一二三四五六七八九]{{3}})\s?年")


class _Row(NamedTuple):
    """A folded line of the head with its dates, and the line below with its own."""

    n: int
    line: str
    own: list[Found]
    following: str
    below: list[Found]


class Shown(NamedTuple):
    """A date in a page's head: `lines[line][start:end]`, folded, says `iso`."""

    line: int
    start: int
    end: int
    iso: str


def page_facts(subject: Subject, _: Facts) -> Iterator[Clue]:
    """The page's date, the address's date and the title's year, each where it stands."""
    if year := title_year(subject.title):
        yield Clue("title_year", year.iso, "title", year.start, year.end, subject.title[year.start : year.end])
    if shown := page_date([line.text for line in subject.head]):
        at, text = subject.head[shown.line][:2]
        words = text[max(0, shown.start - 8) : shown.end].strip()
        yield Clue("published_on", shown.iso, "head", at + shown.start, at + shown.end, words)
    if written := url_date(subject.url):
        yield Clue("url_date", written.iso, "url", written.start, written.end, subject.url[written.start : written.end])


def page_date(lines: Sequence[str]) -> Shown | None:
    """The date that a page shows in its head: behind a label (发布时间:), or at the start of a short line.

    Published goes before dated, dated before updated, and a label before none; of several of one kind, the first.
    Leaves the time of an event (时间:9月20日 上午9:30), deadlines, clocks, lists of titles, and dates inside sentences.
    """
    head = fold("\n".join(lines))
    folded = head.split("\n")
    dated = [dates_of(line) for line in folded]
    western = [bool(_WESTERN.search(line)) for line in folded] if _WESTERN.search(head) else [False] * len(folded)
    if not any(western) and not any(dated):
        return None
    entries = [n for n, line in enumerate(folded) if _is_entry(line, dated[n])]
    found: dict[int, Shown] = {}
    for n, line in enumerate(folded):
        if "。" in line or len(line) > 3 * SHORT or (len(entries) > 1 and n in entries):
            continue
        following, below = (folded[n + 1], dated[n + 1]) if n + 1 < len(folded) else ("", [])
        if not (western[n] or dated[n] or below):
            continue
        for rank, shown in _shown(_Row(n, line, dated[n], following, below)):
            found.setdefault(rank, shown)
    return found[min(found)] if found else None


def url_date(url: str) -> Found | None:
    """The date in an address: /art/2008/11/7/, /2023/0417/, /201806/, t20250519_, /2024032878087.html."""
    if not _CENTURY.search(url):
        return None
    parts = urlsplit(url)
    begin = url.find(parts.path, len(parts.scheme) + 3 + len(parts.netloc)) if parts.netloc else 0
    found = [
        Found(begin + match.start(1), begin + match.end(), iso)
        for pattern, whole in _URL_FORMS
        for match in pattern.finditer(parts.path)
        if (iso := whole(match))
    ]
    return max(found, key=lambda one: len(one.iso)) if found else None


def title_year(title: str) -> Found | None:
    """The first year that a title names. Leaves counts (2000字), document numbers (〔2018〕3号), masks (20xx)."""
    years = title_years(title)
    return years[0] if years else None


def title_years(title: str) -> list[Found]:
    """All years of a title, in order."""
    folded = fold(title)
    found = [Found(*match.span("y"), match["y"]) for match in _TITLE_YEAR.finditer(folded)]
    for match in _TITLE_HAN_YEAR.finditer(folded) if "年" in folded else ():
        if 1980 <= (year := number(match["y"])) <= 2049:
            found.append(Found(*match.span("y"), str(year)))
    return sorted(found, key=lambda one: one.start)


def _is_entry(line: str, own: list[Found]) -> bool:
    """Whether a line is one of a list: a date and a title, in either order."""
    if len(own) != 1 or len(own[0].iso) < 10 or _STAMP.match(line, own[0].end):
        return False
    if _AT_START.match(line[: own[0].start]):
        return bool(_ENTRY.match(line, own[0].end))
    return len(_HAN.findall(line[: own[0].start])) >= CREDIT and len(line) - own[0].end <= 1


def _shown(row: _Row) -> Iterator[tuple[int, Shown]]:
    """Page dates of one line, each with its rank: 0 published, 1 dated, 2 updated, 3 a stamp without label."""
    n, line, own, following, below = row
    for one in own:
        rank = _rank(line, one, following, n)
        if rank is not None:
            yield rank, Shown(n, one.start, one.end, one.iso)
    if own:
        return
    label = _label(line) if len(line) <= SHORT and _ENDS_LABEL.search(line) else None
    if not label:
        yield from _western(line, n)
        return
    for one in below[:1] if below and not following[: below[0].start].strip(" [(:") else ():
        if len(one.iso) == 10 and not _EVENT.match(following, one.end):
            yield _rank_of(label), Shown(n + 1, one.start, one.end, one.iso)


def _rank(line: str, one: Found, following: str, n: int) -> int | None:
    """What kind of page date it is; None where it is none."""
    label = _label(line[: one.start])
    if label and label["what"] and len(one.iso) >= 7:
        return None if following.startswith("地点") else _rank_of(label)
    if len(one.iso) < 10 or _EVENT.match(line, one.end) or following.startswith("地点"):
        return None
    if label:
        return _rank_of(label)
    if _CLOCK.match(line, one.end) or _names_other(line[: one.start]):
        return None
    if (_AT_START.match(line[: one.start]) and _is_bare(line, one, n)) or _is_stamp(line, one):
        return 3
    if len(line) <= SHORT and _CREDITED.search(line[: one.start]) and not line[one.end :].strip(" )]】日"):
        return 3
    return None


def _label(before: str) -> re.Match[str] | None:
    """The label that ends `before`, unless it is that of an event (活动时间:) or a deadline (截止日期:)."""
    label = _LABEL.search(before)
    if not label or _OTHER.search(before[: label.start("what") if label["what"] else label.start("bare")].rstrip()):
        return None
    return label


def _rank_of(label: re.Match[str]) -> int:
    what = label["what"]
    return 1 if what is None or what in _MADE.split("|") else 2 if what in _UPDATED.split("|") else 0


def _names_other(before: str) -> bool:
    """Whether a label before an unlabelled date names something else: 会议时间:, 截止日期:, 今天是."""
    bare = re.sub(r"(?:时间|日期|于)?\s*[:是]?\s*$", "", before)
    return bool(bare) and bare != before and (bool(_OTHER.search(bare)) or before.rstrip().endswith("是"))


def _western(line: str, n: int) -> Iterator[tuple[int, Shown]]:
    """A date of Western software or one without separators, behind a label."""
    if not _WESTERN.search(line):
        return
    for form in (_AMERICAN, _ENGLISH, _PACKED):
        for match in form.finditer(line):
            iso = _western_iso(match)
            label = _label(line[: match.start()])
            if iso and label:
                yield _rank_of(label), Shown(n, match.start("m" if form is not _PACKED else "y"), match.end(), iso)


def _western_iso(match: re.Match[str]) -> str | None:
    """Month first, as American software writes; None where it may be the day (5/10/2018) and nothing says AM or PM."""
    month, day, year = match["m"].removesuffix("月"), int(match["d"]), int(match["y"])
    if not month.isdigit():
        at = _MONTHS.find(month[:3].lower())
        return iso_date(year, at // 4 + 1, day) if at >= 0 and at % 4 == 0 else None
    if match.re is _AMERICAN and int(month) <= 12 and day <= 12 and int(month) != day and not match["half"]:
        return None
    return iso_date(year, int(month), day) if 1 <= int(month) <= 12 else None


def _is_stamp(line: str, one: Found) -> bool:
    """Whether a time, a source or counters follow the date. Leaves lists of titles with dates behind them."""
    return bool(_STAMP.match(line, one.end)) and len(line) <= SHORT and len(_HAN.findall(line[: one.start])) <= CREDIT


def _is_bare(line: str, one: Found, n: int) -> bool:
    """Whether a date that opens a line is the page's: a stamp (2024-09-22 10:00), or alone on an early line."""
    rest = line[one.end :]
    if "年" in line[one.start : one.end]:
        return n < 15 and len(rest) <= 2
    return len(rest) <= 60 and "," not in rest[:20] and not _ENTRY.match(rest)


def _stamp(match: re.Match[str]) -> str | None:
    """yyyymmdd at the start of a run of digits: alone, or with a time or a long serial number behind it."""
    digits = match[1]
    rest = digits[8:]
    if len(digits) in (9, 11) or (len(digits) in (10, 12, 14) and not _is_time(rest)):
        return None
    return _of_web(int(digits[:4]), int(digits[4:6]), int(digits[6:8]))


def _is_time(digits: str) -> bool:
    limits = (24, 60, 60)
    return all(int(digits[n : n + 2]) < limits[n // 2] for n in range(0, len(digits), 2))


def _of_web(year: int, month: int = 0, day: int = 0) -> str | None:
    return iso_date(year, month, day) if EARLIEST_PAGE <= year <= LATEST_PAGE else None


def _whole(match: re.Match[str]) -> str | None:
    return _of_web(*(int(part) for part in match.groups() if part))


def _month(match: re.Match[str]) -> str | None:
    return _of_web(int(match[1]), int(match[2])) if int(match[2]) else None


_URL_FORMS: tuple[tuple[re.Pattern[str], Callable[[re.Match[str]], str | None]], ...] = (
    (re.compile(r"(?<!\d)((?:19|20)\d{6,14})(?!\d)"), _stamp),
    (
        re.compile(r"/((?:19|20)\d\d)(?:[/-](\d\d?)[/-](\d\d?)(?=[/_-])|-(\d\d?)-(\d\d?)(?=\.)|/(\d\d)(\d\d)(?=/))"),
        _whole,
    ),
    (re.compile(r"/((?:19|20)\d\d)-?(\d\d)/"), _month),
    (re.compile(r"/((?:19|20)\d\d)/(\d\d?)/"), _month),
    (re.compile(r"/((?:19|20)\d\d)/"), _whole),
)
