"""What is no document: lists, error pages, strangers' pages, those about the site, explainers, other languages, scraps.

Every refusal is a `Rejected` whose reason begins with a code and says what was seen, so that it can be counted and
argued with.
"""

import re
from collections.abc import Sequence

from pipelines.document import Rejected
from pipelines.framing.tail import TITLE_LENGTH
from pipelines.framing.wordings import GENRES
from pipelines.lines import PROSE, Line, lines, squeeze
from pipelines.script import count_han, fold
from pipelines.states import Framed
from pipelines.strangers import stranger
from pipelines.structure.site_pages import site_page

SCRAP = 60  # Han characters; chosen below any summary worth keeping, not measured
NOTHING_ELSE = 30  # Han characters that stand beside an error message: the site's name, a way back
SENTENCE = 120  # Han characters a full stop in running text, at most
HAN_SHARE = 0.3  # of all letters; machine translations of such pages have none
ITEMS = 5  # numbered from 1, which are a plan of keywords however short
LINKS = 5  # blocks of links, from which a page may be a list
LINK_SHARE = 0.5  # of a line's characters, past which it is a link

_ERROR = re.compile(
    r"(?:页面|网页|文章|内容|信息|文档).{0,10}(?:不存在|找不到|未找到|已(?:被)?(?:删除|移除)|无法(?:访问|显示))"
    r"|404\s*(?:错误|页面)|not found",
    re.I,
)
_CLAUSE = re.compile(r"[^,。;!?]*")
# Who says so is the site, to a reader: a unit deletes pages of its own, and reports it.
_SITE_SPEAKS = re.compile(
    r"[您你](?:要?(?:访问|查看|浏览|找|请求|查找|打开)|所)|对不起|抱歉|返回(?:首页|上一页|主页)|出错|秒后"
)
_EXPLAINER = re.compile(
    rf"^(?:什么是|什么叫|何谓).{{0,12}}(?:{GENRES})"
    rf"|(?:{GENRES})(?:应该|应当|要)?(?:怎么|如何|怎样)写"
    rf"|(?:{GENRES})的?(?:写作)?(?:格式|写法|写作技巧|写作要点|写作方法|注意事项)(?:是什么|有哪些|及.{{0,6}})?$"
)
_ACT = re.compile(r"^关于.{0,6}(?:规范|统一|明确|印发|下发|调整|修订|加强|改进|做好|进一步|执行|使用)")
# 1、加强领导; 二月份：制订计划
_ITEM = re.compile(
    r"^(?:第?[一二三四五六七八九十\d]{1,3}(?:[、.)]|[章节条])|[(][一二三四五六七八九十\d]{1,3}[)]|.{1,12}[:])"
)


# What ends the title of another page: its day, the dots of a teaser, a genre.
_LEADS = re.compile(
    rf"\d{{1,2}}-\d{{1,2}}[)\]]?$|(?:\.{{3}}|…)$|(?:{GENRES}|范文)(?:文章|范文|材料|模板)?(?:\(.{{1,8}}\))?$"
)


def gate(framed: Framed) -> Framed:
    """The same state, or `Rejected`."""
    source = framed.draft.source
    found = lines(framed.draft)
    text = "".join(line.folded for line in found)
    han = count_han(text)
    # Of a page that is little else, its lines may have been cut as any page's furniture.
    said = [line.folded for line in found] if han >= SCRAP else fold(source.text).split("\n")
    if alien := stranger(source.page_title, said):
        raise Rejected(alien, source)
    if error := _error(text):
        raise Rejected(f"soft-404: the page says {error}", source)
    foreign = han < HAN_SHARE * len(text) and han < HAN_SHARE * sum(map(str.isalpha, text))
    if han < SCRAP and len(text) > 200 and foreign:
        raise Rejected(f"not-chinese: {han} of {len(text)} characters are Chinese", source)
    links = [block.link_chars for block in source.blocks if block.link_chars > 3]
    linked = len(links) >= LINKS and sum(links) > len(text)
    if linked and (prose := _prose(found)) < SCRAP and _is_titles(found):
        raise Rejected(f"list: {len(links)} links, {prose} characters of sentences", source)
    if han < SCRAP and (han < SCRAP // 2 or max(_counted(found), _rows(found)) < ITEMS):
        raise Rejected(f"too-short: {han} Chinese characters of article", source)
    if foreign:
        raise Rejected(f"not-chinese: {han} of {len(text)} characters are Chinese", source)
    if name := site_page(source.page_title, text):
        raise Rejected(f"site-page: {name}, which speaks of the site itself", source)
    if explainer := _explainer(source.page_title):
        raise Rejected(f"explainer: the title asks {explainer}", source)
    return framed


def _prose(found: Sequence[Line]) -> int:
    """Han characters of text that runs in sentences. Its lines may be shorter: a hard wrap is mended after the gate."""
    text = "".join(line.folded for line in found if line.link_share <= LINK_SHARE)
    han = count_han(text)
    return han if len(PROSE.findall(text)) * SENTENCE >= han else 0


def _is_titles(found: Sequence[Line]) -> bool:
    """Most lines are what a list of other pages has, and many of them lead there: links, titles with a day, teasers.

    Leaves the numbered items and the months of a plan, a list of prizes, and a table of figures.
    """
    titles = [line for line in found if len(line.text) <= TITLE_LENGTH and not _is_item(line)]
    leading = [line for line in titles if line.link_share > LINK_SHARE or _LEADS.search(line.folded)]
    return len(titles) * 2 >= len(found) and len(leading) * 3 >= len(titles)


def _is_item(line: Line) -> bool:
    own = _ITEM.search(line.folded) or PROSE.search(line.folded) or "\t" in line.text  # a row of a table says more
    return bool(own) and line.link_share <= LINK_SHARE


def _counted(found: Sequence[Line]) -> int:
    """How far the lines are numbered from 1 on."""
    count = 0
    for line in found:
        count += line.folded.startswith((f"{count + 1}、", f"{count + 1}."))
    return count


def _rows(found: Sequence[Line]) -> int:
    """The rows of a table that say something of a figure, a month or a number."""
    return sum("\t" in line.text and re.search(r"\d", line.folded) is not None for line in found)


def _error(text: str) -> str:
    """What a short page says of a page that is not there, if it says nothing else or says it to the reader."""
    found = _ERROR.search(text) if len(text) < 400 else None
    if not found:
        return ""
    said = next(m for m in _CLAUSE.finditer(text) if m.end() >= found.start() and m.group())
    alone = count_han(text) - count_han(said.group()) < NOTHING_ELSE
    return found.group() if alone or _SITE_SPEAKS.search(text) else ""


def _explainer(page_title: str) -> str:
    """What a title asks of a genre. Leaves what a unit rules: 关于规范调研报告格式."""
    title = squeeze(page_title).split("_")[0].split("-")[0]
    found = _EXPLAINER.search(title)
    return found.group() if found and not _ACT.search(title) else ""
