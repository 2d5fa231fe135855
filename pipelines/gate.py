"""What is no document: lists, error pages served as pages, explainers of the genre, other languages, scraps.

Every refusal is a `Rejected` whose reason begins with a code and says what was seen, so that it can be counted and
argued with.
"""

import re

from pipelines.document import Rejected
from pipelines.lines import lines, squeeze
from pipelines.states import Framed
from pipelines.wordings import GENRES

SCRAP = 60  # Han characters: shorter than the shortest of 425 real documents (142) by half
LINKS = 5  # blocks of links, from which a page without sentences is a list
HAN_SHARE = 0.3  # of all letters; machine translations of such pages have none

_ERROR = re.compile(
    r"(?:页面|网页|文章|内容|信息|文档).{0,10}(?:不存在|找不到|未找到|已(?:被)?(?:删除|移除)|无法(?:访问|显示))"
    r"|404\s*(?:错误|页面)|not found",
    re.I,
)
_EXPLAINER = re.compile(
    rf"^(?:什么是|什么叫|何谓).{{0,12}}(?:{GENRES})"
    rf"|(?:{GENRES})(?:应该|应当|要)?(?:怎么|如何|怎样)写"
    rf"|(?:{GENRES})的?(?:写作)?(?:格式|写法|写作技巧|写作要点|写作方法|注意事项)(?:是什么|有哪些|及.{{0,6}})?$"
)


def gate(framed: Framed) -> Framed:
    """The same state, or `Rejected`."""
    source = framed.draft.source
    found = lines(framed.draft)
    text = "".join(line.folded for line in found)
    han = sum("\u3400" <= c <= "\u9fff" for c in text)
    links = sum(block.link_chars > 3 for block in source.blocks)
    prose = sum(len(line.text) for line in found if line.is_prose)
    if len(text) < 400 and (error := _ERROR.search(text)):
        raise Rejected(f"soft-404: the page says {error.group()}", source)
    if han < SCRAP and len(text) > 200:
        raise Rejected(f"not-chinese: {han} of {len(text)} characters are Chinese", source)
    if prose < SCRAP and (links >= LINKS or len(found) > 8):
        raise Rejected(f"list: {links} links, {prose} characters of sentences", source)
    if han < SCRAP:
        raise Rejected(f"too-short: {han} Chinese characters of article", source)
    if han < HAN_SHARE * sum(c.isalpha() for c in text):
        raise Rejected(f"not-chinese: {han} of {len(text)} characters are Chinese", source)
    title = squeeze(source.page_title)
    if explainer := _EXPLAINER.search(title.split("_")[0].split("-")[0]):
        raise Rejected(f"explainer: the title asks {explainer.group()}", source)
    return framed
