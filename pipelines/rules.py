"""The cutting rules for frame noise: one small function each, named as the ledger, the counts and the cases name it.

A rule looks at one line (folded: Simplified, half width) and says on what evidence it is frame noise, or ''. The
caller adds the second kind of evidence, the position: `HEAD` rules are asked above the first paragraph of a
document, `TAIL` rules below the last, `ANYWHERE` rules match a whole line that no document contains.
"""

import re
from collections.abc import Callable

from pipelines.framing import wordings
from pipelines.lines import Line

Rule = Callable[[Line], str]

SHORT = 80  # characters of an info line at most; chosen, not measured
NOTICE = 200  # characters of a notice of rights at most; chosen: the longest on the pages studied has some 150
NAME = 5  # characters of a document's name and a space, on average, where spaces set names apart
TITLE = "文章,"  # what the caller puts in the place of the page's title
NEAR = 16  # characters before a collector's name that still speak of what he collected; chosen
_NO_LETTER, _OF_A_DATE = re.compile(r"[\W\d_]+"), re.compile(r"[\d\s:/.\-年月日|,()\[\]]+")
_COUNT, _MENU_LABEL = re.compile(r"^\d\.\s*"), re.compile(r"^(?:频道|导航|网站导航|栏目):\s*")
_WORDS = re.compile(r"[\u4e00-\u9fff]{7}")
MENU = 3  # words or channels from which a line is a menu


def breadcrumb(line: Line) -> str:
    """`当前位置：首页 > 总结`. Takes a short line with separators and no sentence; leaves 位于 and 位置 in prose."""
    if len(line.text) > SHORT or line.is_prose or "," in line.folded:
        return ""
    text = _COUNT.sub("", line.folded)
    separators = len(wordings.SEPARATOR.findall(text))
    if (separators or line.link_share > 0.3 or "-" in text) and wordings.PLACE.search(text):
        return f"a path of {separators + 1} channels after a place word"
    if wordings.GLUED_PATH.search(text) or text in ("首页", "网站首页", "主页"):
        return "the site's front page and its channels"
    if separators >= 2 and text.startswith("首页"):
        return f"a path of {separators + 1} channels"
    pieces = wordings.PIECES.split(text) if ">" in text or "»" in text else ()
    channels = sum(wordings.CHANNEL.search(piece) is not None for piece in pieces)
    return f"a path over {channels} channels of a site" if channels else ""


def channels(line: Line) -> str:
    """`网站首页 公文写作 工作总结 述职报告`: a menu of a site's channels. Leaves columns of a table."""
    if len(line.text) > SHORT or line.is_prose or "," in line.folded:
        return ""
    if wordings.PATTERNS.search(line.folded):
        return "names a site's patterns for writers"
    pieces = [piece for piece in wordings.PIECES.split(_MENU_LABEL.sub("", line.folded)) if piece]
    if len(pieces) < MENU:
        return ""
    known = sum(wordings.CHANNEL.search(piece) is not None for piece in pieces)
    return (
        f"{known} of {len(pieces)} words name a site's channels"
        if known >= MENU and known * 4 >= len(pieces) * 3
        else ""
    )


def info_line(line: Line) -> str:
    """Time, source, clicks, nickname under the title. Leaves 来源 and 时间 in sentences and in lists of a plan."""
    if len(line.text) > SHORT or line.is_prose:
        return ""
    if wordings.FIELD.search(line.folded):
        return "a field of the site's own record"
    unread, fields = wordings.RECORD_FIELD.subn("", line.folded) if wordings.FIELD_SIGN.search(line.folded) else ("", 0)
    if fields and not _unsaid(unread) and _is_recorded(line.folded):
        return f"{fields} fields of a page's record and nothing else"
    dated = wordings.DATE.search(line.folded) is not None
    cues = (
        len(set(wordings.RECORD.findall(line.folded)))
        + 2 * bool(wordings.PUBLISHED.search(line.folded))
        + bool(wordings.TIME.search(line.folded))
        + dated
    )
    bare = dated and not line.folded.startswith("(") and len(_OF_A_DATE.sub("", line.folded)) < 12
    ends_empty = wordings.EMPTY_FIELD.search(line.folded) is not None
    return f"{cues} fields of a page's record, no sentence" if cues >= 2 or bare or ends_empty else ""


def _unsaid(folded: str) -> str:
    """The letters of a line that are in no word of a site's interface."""
    return _NO_LETTER.sub("", wordings.INTERFACE.sub("", folded))


def _is_recorded(folded: str) -> bool:
    """A count of readers, a day with a clock, a day in figures: a document's line has a date in words, or a number."""
    clocked = wordings.CHINESE_DATE.search(folded) and wordings.CLOCK.search(folded)
    counted = re.search(r"浏览|点击|阅读|访问|查看|人气|热度|评论|点赞|影响|本文共|字数|全文", folded)
    units = re.search(r"[kKmM][bB]|积分", folded)
    return bool(counted or clocked or units or wordings.PUBLISHED.search(folded) or wordings.DATE.search(folded))


def source_line(line: Line) -> str:
    """`来源：网友投稿`, `责任编辑：某某`: of the page's record, not of the text. Leaves 资金来源, 审核项目12个."""
    if len(line.text) > SHORT or line.is_prose or not wordings.SOURCE_LINE.search(line.folded):
        return ""
    own = wordings.VALUE_OF_A_DOCUMENT.search(line.folded)
    return "" if own else "says who wrote, sent in or edited the page"


def lead_in(line: Line) -> str:
    """`下面是小编为大家整理的…，供大家参考`: a collector and politeness. Leaves 现将…总结如下, 下面我讲三点意见."""
    text = line.folded
    polite, collects = wordings.POLITE.search(text), wordings.COLLECT.search(text)
    if not polite and not collects:  # most lines
        wish = polite_line(line)
        return "" if wish and _has_own(text) else wish
    agent, named = _agent(text), wordings.DOCUMENT.search(text)
    if agent and (
        polite
        or wordings.FOR_READERS.search(text)
        or (collects and named and not wordings.COUNTED.search(text, max(0, agent.start() - 16)))
    ):
        return f"a collector speaks to readers: {agent.group()}"
    offered = _offered(line, polite, named, collects)
    # Without a collector's name it may be the document's own speaker.
    return "" if offered and _has_own(text) else offered


def _offered(
    line: Line, polite: re.Match[str] | None, named: re.Match[str] | None, collects: re.Match[str] | None
) -> str:
    """What of a line offers a document to readers, whoever speaks."""
    text = line.folded
    yours, brings = wordings.FOR_YOU.search(text), wordings.FOR_READERS.search(text)
    if yours and (named or polite):
        return f"a site brings its reader a document: {yours.group()[:40]}"
    points = wordings.DEIXIS.search(text)
    if brings and (points or named) and (polite or wordings.WARE.search(text)) and (polite or points):
        return f"a site brings readers a document: {brings.group()[:40]}"
    farm = wordings.FARM_WORD.search(text)
    if farm and (polite or (points and collects)):
        return f"offers a pattern to readers: {farm.group()}"
    wished = wordings.WISH.search(text)
    if points and collects and named and wished:
        return f"points at a document and wishes its reader well: {wished.group()}"
    if text.startswith(TITLE) and polite and len(text) < SHORT:
        return f"the page's title and a wish: {polite.group()}"
    return polite_line(line)


def _agent(folded: str) -> re.Match[str] | None:
    """Who collects on a template site. His pattern begins with any word: it is searched where his sign stands."""
    return wordings.AGENT.search(folded) if wordings.AGENT_SIGN.search(folded) else None


def _has_own(folded: str) -> bool:
    """Counts, or names a unit: of what is offered only 我 and 本 tell that the unit itself speaks."""
    plain = wordings.OFFERED.sub("", folded)
    return any(words.search(plain) for words in (wordings.COUNTED, wordings.UNIT)) or bool(wordings.OUR.search(folded))


def polite_line(line: Line) -> str:
    """`希望能够帮助到大家，感谢您的阅读！`: nothing but a wish to readers. Leaves what a unit says to its own."""
    if len(line.text) >= 60 or not wordings.POLITE_LINE.search(line.folded):
        return ""
    own = wordings.TO_A_UNIT.search(line.folded) or wordings.COUNTED.search(line.folded)
    return "" if own or wordings.UNIT.search(line.folded) else "a wish to readers"


def site_lead_in(line: Line) -> str:
    """A lead-in between paragraphs: a collector by name (小编, 本站) with what it does, or all other words of one."""
    text = line.folded
    if not wordings.INNER_SIGN.search(text) or not wordings.COLLECT.search(text):
        return ""
    if _has_own(text):
        return ""
    agent, polite = _agent(text), wordings.POLITE.search(text)
    brings, points = wordings.FOR_READERS.search(text), wordings.DEIXIS.search(text)
    if agent and (polite or brings or points):
        return f"a collector speaks to readers: {agent.group()}"
    whole = brings and points and polite and wordings.DOCUMENT.search(text)
    return f"a site brings readers a document: {brings.group()}" if brings and whole else ""


def site_notice(line: Line) -> str:
    """A notice of a document-sharing site between paragraphs: of its reader, its files and rights, whole as a line."""
    if len(line.text) >= NOTICE or not wordings.INNER_SIGN.search(line.folded):
        return ""
    if wordings.COUNTED.search(line.folded):
        return ""
    if found := wordings.PREVIEW.search(line.folded):
        return f"speaks to who reads a preview: {found.group()}"
    subject = wordings.SITE_SUBJECT.search(line.folded)
    says = wordings.RIGHTS.search(line.folded)
    return f"a site speaks of rights: {subject.group()}, {says.group()}" if subject and says else ""


def intro(line: Line) -> str:
    """`导语：…`, `【摘要】…`: an introduction by the site. Leaves one that says something of the document."""
    praise, named = wordings.SELF_PRAISE.search(line.folded), wordings.INTRO.search(line.folded)
    if not (praise or named) or wordings.COUNTED.search(line.folded) or wordings.UNIT.search(line.folded):
        return ""
    if praise:
        return f"the site praises itself: {praise.group()}"
    speaks = wordings.POLITE.search(line.folded) or _agent(line.folded) or wordings.FARM_WORD.search(line.folded)
    return f"an introduction by the site: {named.group()}" if named and speaks else ""


def definition(line: Line) -> str:
    """`总结是…的书面材料`: what the genre is. Only the caller may cut it, before a lead-in or a part heading."""
    found = wordings.DEFINITION.search(line.folded)
    return f"says what the genre is: {found.group()[:30]}" if found else ""


def generic(line: Line) -> str:
    """Spun filler: no number, no unit. Only the caller may cut it, directly before a lead-in."""
    named = re.search(r"\d", line.folded) or wordings.COUNTED.search(line.folded) or wordings.UNIT.search(line.folded)
    return "no number and no unit in it" if not named and len(line.text) < 250 else ""


def related_head(line: Line) -> str:
    """The heading of a list of other articles. The caller wants that list, or the page's edge."""
    if len(line.text) > SHORT or line.folded.endswith("。") or not wordings.LIST_SIGN.search(line.folded):
        return ""
    if wordings.RELATED_ALONE.search(line.folded):
        return "the heading of a list of other articles"
    return "ends as the heading of a list of other articles" if wordings.RELATED.search(line.folded) else ""


def related_line(line: Line) -> str:
    """`热门标签 工作总结 述职报告`, `推荐：…范文5篇`: heading and list on one line. Leaves 推荐：张三 为先进个人."""
    if len(line.text) > SHORT or line.is_prose or not wordings.LIST_SIGN.search(line.folded):
        return ""
    if wordings.TAGS.search(line.folded):
        return "the page's tags"
    found = wordings.RELATED_INLINE.search(line.folded)
    pieces = re.split(r"[\s|、,]+", found["rest"].strip()) if found else []
    named = sum(wordings.DOCUMENT.search(piece) is not None for piece in pieces)
    return f"the heading of a list, and {named} names of genres" if named and named * 2 >= len(pieces) else ""


def dated_title(line: Line) -> str:
    """`上半年工作总结05-10`: a title with the day of its publication."""
    return "a title with a day" if not line.is_prose and wordings.DATED_TITLE.search(line.folded) else ""


def teaser(line: Line) -> str:
    """The beginning of another article, cut off with dots."""
    return "ends in dots" if wordings.TEASER.search(line.folded) else ""


def neighbour(line: Line) -> str:
    """`上一篇：…`. Leaves 上一年, 下一步打算."""
    return "a link to the next article" if len(line.text) < SHORT and wordings.NEIGHBOUR.search(line.folded) else ""


def copyright_note(line: Line) -> str:
    """Rights, disclaimers, registration numbers of the site."""
    if len(line.text) >= NOTICE:
        return ""
    if found := wordings.COPYRIGHT.search(line.folded):
        return f"speaks of rights: {found.group()}"
    of = wordings.RIGHTS_SUBJECT.search(line.folded)
    says = wordings.RIGHTS.search(line.folded) if of else None
    if not of or not says or wordings.COUNTED.search(line.folded):
        return ""
    return f"speaks of rights in what the site holds: {of.group()}, {says.group()}"


def widget(line: Line) -> str:
    """Rating, download, share and reading widgets."""
    return "a widget's caption" if len(line.text) < 50 and wordings.WIDGET.search(line.folded) else ""


def interface(line: Line) -> str:
    """`登录 | 注册 | 充值`, `点赞 收藏 分享`: nothing but words of a site's interface. Leaves one plain word alone."""
    if len(line.text) > SHORT:
        return ""
    if wordings.GREETING.search(line.folded):
        return "a site welcomes its visitor"
    found = wordings.INTERFACE.findall(line.folded)
    if not found or not (len(found) >= MENU or wordings.BUTTON.search(line.folded)):
        return ""
    plain = wordings.SITE_AMONG.sub(" ", line.folded) if len(found) > 1 else line.folded
    rest = _unsaid(plain)
    return f"{len(found)} words of a site's interface and nothing else" if not rest else ""


def plain_button(line: Line) -> str:
    """`搜索`: one word of an interface. Only the caller may cut it, beside a line that is an interface."""
    named = wordings.INTERFACE.search(line.folded) is not None
    return "a word of a site's interface, beside others" if named and not _unsaid(line.folded) else ""


def follow_us(line: Line) -> str:
    """`点击上方蓝字关注我们`, `预览时标签不可点`."""
    if len(line.text) >= 60:
        return ""
    found = wordings.FOLLOW.search(line.folded) or wordings.MORE.search(line.folded)
    if not found or related_head(line) or wordings.COUNTED.search(line.folded):
        return ""
    return f"asks readers to follow: {found.group()}"


def script_debris(line: Line) -> str:
    """What a broken script leaves: `");`, `40 3310010`, `{{title}}`."""
    if len(line.text) >= NOTICE or _WORDS.search(line.folded):
        return ""
    return "no words, only script" if wordings.SCRIPT.search(line.folded) else ""


def login(line: Line) -> str:
    """The site's menu for its members."""
    return "the site's own menu" if len(line.text) < 40 and wordings.LOGIN.search(line.folded) else ""


def pipe_list(line: Line) -> str:
    """`述职报告范文 | 述职报告格式 |`: names of genres between bars. Leaves table rows of a document."""
    pieces = [piece for piece in map(str.strip, line.folded.split("|")) if piece]
    spaced = len(pieces) < MENU
    if spaced:
        pieces = line.folded.split() if not line.is_prose and "," not in line.folded else []
    if len(pieces) < MENU:
        return ""
    named = sum(wordings.DOCUMENT.search(piece) is not None for piece in pieces)
    if spaced and (named < len(pieces) or len(line.folded) < NAME * len(pieces)):
        return ""  # columns of a table have names of genres too
    return f"{named} of {len(pieces)} names of genres in a row" if named * 3 >= len(pieces) * 2 else ""


def editor(line: Line) -> str:
    """`责任编辑：某某` below the text: of the page's record. The caller asks it below the document only."""
    if len(line.text) >= 30 or line.is_prose or not wordings.EDITOR.search(line.folded):
        return ""
    return "" if wordings.VALUE_OF_A_DOCUMENT.search(line.folded) else "names the page's editor"


def promotion(line: Line) -> str:
    """Slogans of document farms, and lines of nothing but what a farm says of its wares."""
    if len(line.folded.strip(".…-—")) > SHORT or not wordings.FARM_SIGN.search(line.folded):
        return ""
    if wordings.PROMOTION.search(line.folded) or wordings.FILE_PAGE.search(line.folded):
        return "a document farm's slogan"
    rest = _NO_LETTER.sub("", wordings.FARM.sub("", line.folded))
    praised = not rest and wordings.FARM_SURE.search(line.folded)
    return "praises a document, and nothing else" if praised else ""


def picture(line: Line) -> str:
    """`图片1`: the place of a picture. Only the caller may cut it: tables count so too."""
    return "the place of a picture" if wordings.PICTURE.search(line.folded) else ""


def hijack(line: Line) -> str:
    """A betting site's line on a hijacked page: its name, and a way in. Leaves what the police say of one."""
    name = wordings.GAMBLING.search(line.folded) if len(line.text) <= SHORT else None
    if not name or wordings.ENFORCED.search(line.folded):
        return ""
    way = wordings.ENTRANCE.search(line.folded)
    return f"a betting site and a way in: {name.group()}, {way.group()}" if way else ""


HEAD: tuple[Rule, ...] = (
    breadcrumb,
    channels,
    info_line,
    source_line,
    lead_in,
    intro,
    copyright_note,
    widget,
    interface,
    follow_us,
    script_debris,
    login,
    promotion,
    neighbour,
    pipe_list,
    related_line,
    picture,
    hijack,
)
TAIL: tuple[Rule, ...] = (
    neighbour,
    copyright_note,
    widget,
    interface,
    follow_us,
    script_debris,
    login,
    promotion,
    editor,
    source_line,
    related_line,
    pipe_list,
    dated_title,
    breadcrumb,
    channels,
    info_line,
    lead_in,
    picture,
    hijack,
)
# Behind the last sentence, in its line.
GLUED: tuple[Rule, ...] = (
    neighbour,
    copyright_note,
    widget,
    follow_us,
    source_line,
    related_line,
    interface,
    script_debris,
)
ANYWHERE: tuple[Rule, ...] = (script_debris, promotion, site_notice)  # none of `_CAPTIONS`


# These take words that a unit may use too: a whole sentence must speak with a site's voice.
_CAPTIONS = frozenset((copyright_note, widget, follow_us, login, channels, pipe_list))


def first_evidence(rules: tuple[Rule, ...], line: Line) -> tuple[str, str]:
    """The first rule that takes the line, and its evidence; ('', '') if none does."""
    if len(line.folded) > SHORT and not wordings.LONG_SIGN.search(line.folded):
        return "", ""
    own = line.is_prose and rules is not ANYWHERE and not wordings.SITE_VOICE.search(line.folded)
    for rule in rules:
        evidence = "" if own and rule in _CAPTIONS else rule(line)
        if evidence:
            return rule.__name__, evidence
    return "", ""
